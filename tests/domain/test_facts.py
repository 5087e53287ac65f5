"""The register of facts and the code that emits them say the same."""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from qassess.domain import (
    answer_shape,
    quantity,
    scoring,
    scoring_context,
    scoring_formulas,
    scoring_gates,
    scoring_grade,
    scoring_items,
    scoring_measures,
    scoring_rules,
    scoring_shapes,
    scoring_tables,
    scoring_totals,
)
from qassess.domain.facts import FACTS, PROVISIONAL, REFUSALS

EMITTING = (
    answer_shape,
    quantity,
    scoring,
    scoring_context,
    scoring_formulas,
    scoring_gates,
    scoring_grade,
    scoring_items,
    scoring_measures,
    scoring_rules,
    scoring_shapes,
    scoring_tables,
    scoring_totals,
)
ENDS_OF_AN_INTERVAL = {f"{table}.{ends}" for table in ("band", "grid") for ends in ("between", "from", "up_to", "any")}


def _calls(module: ModuleType) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call that begins with a literal code, and the name of what is called."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func
            yield called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", ""), node


def _literals() -> set[str]:
    trees = [ast.parse(inspect.getsource(module)) for module in EMITTING]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("module", EMITTING, ids=lambda module: module.__name__)
def test_every_code_written_in_the_code_is_registered_with_the_values_it_gives(module):
    for name, call in _calls(module):
        code = call.args[0].value
        register = {"note": FACTS, "fact": FACTS, "InputRefused": REFUSALS}.get(name)
        if register is None:
            continue
        assert code in register
        stated = {keyword.arg for keyword in call.keywords if keyword.arg}
        assert stated <= set(register[code]), code
        if all(keyword.arg for keyword in call.keywords):
            assert stated == set(register[code]), code


def test_every_registered_code_is_emitted_somewhere():
    written = _literals()
    expected = {code for code in FACTS if not code.startswith("refused.")} | set(REFUSALS) | set(PROVISIONAL)
    assert expected - ENDS_OF_AN_INTERVAL - {"round_best", "round_mean"} <= written


def test_no_code_lists_a_value_twice():
    assert all(len(names) == len(set(names)) for names in FACTS.values())
