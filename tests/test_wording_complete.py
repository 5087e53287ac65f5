"""Whatever the layers below can say as data has a sentence in both languages, with nothing left unfilled."""

import ast
import re
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from qassess.domain.facts import FACTS, PROVISIONAL, REFUSALS
from qassess.domain.rules import Comparator, PartialStep, Reference
from qassess.domain.scheme import NotApplicablePolicy, Role, Rounding
from qassess.domain.score_sheet import Fact, State
from qassess.errors import Fault, InputRefused, QassessError
from qassess.i18n import speaking
from qassess.wording import (
    errors,
    facts,
    faults,
    findings,
    names,
    refusals,
    say_error,
    say_fact,
    say_fault,
    say_finding,
    say_obstacle,
    say_partial_step,
    say_policy,
    say_provisional,
    say_reference,
    say_role,
    say_rounding,
    say_state,
)

PACKAGE = Path(__file__).resolve().parents[1] / "qassess"
LANGUAGES = ("zh", "en")
ENDS = ("。", "？", ".", "?")
HANZI = re.compile(r"[\u4e00-\u9fff]")

TEXT = {
    "reference": Reference.LAST_YEAR.value,
    "comparator": Comparator.LESS_THAN.value,
    "unit": "%",
    "distance_unit": "pp",
    "mode": PartialStep.CEIL.value,
    "rounding": Rounding.HALF_UP.value,
    "tested_on": "rounded",
    "ties": "first",
    "source": "bulletin",
    "date": "2024-03-02",
}
WORDS = (
    "label",
    "title",
    "reason",
    "by",
    "key",
    "element",
    "part",
    "section",
    "item",
    "group",
    "grade",
    "before",
    "after",
)
WHOLE = ("place", "of", "sharing", "number", "levels", "level", "row", "column", "there", "missing", "total", "count",
         "parts", "given", "open", "asked", "places")  # fmt: skip
YES_NO = ("occurred", "met", "low_included", "high_included")

VARIANTS = {
    "mode": [mode.value for mode in PartialStep],
    "rounding": [rounding.value for rounding in Rounding],
    "tested_on": ["rounded", "unrounded"],
    "ties": ["first", "worst", "mean"],
    "occurred": [True, False],
    "met": [True, False],
    "low_included": [True, False],
    "high_included": [True, False],
    "delta": [Fraction(2), Fraction(0), Fraction(-2)],
    "change": [Fraction(2), Fraction(0), Fraction(-2)],
    "offset": [Fraction(2), Fraction(0), Fraction(-2)],
    "per": [Fraction(1), Fraction(100)],
    "exact_steps": [Fraction(2), Fraction(7, 3)],
    "after": ["A", "B"],
    "source": ["bulletin", ""],
    "date": ["2024-03-02", ""],
    "unit": ["%", "", "batches"],
}
"""Values that choose between the sentences of a code."""


def sample(name):
    """Return a value of the kind that a fact carries under a name."""
    if name in TEXT:
        return TEXT[name]
    if name in YES_NO:
        return True
    if name == "before":
        return "A"
    if name.endswith(("_en", "label", "title")) or name in WORDS or name.startswith("fixed"):
        return f"some {name}"
    return 3 if name in WHOLE else Fraction(7, 3)


def facts_of(code):
    """Yield facts of a code with every value that matters to the choice of sentence."""
    names_ = FACTS[code]
    choices = {name: VARIANTS[name] for name in names_ if name in VARIANTS}
    if code.startswith(("rank.tied", "grade.rank_tied")):
        choices["ties"] = ["first", "worst"] + (["mean"] if code == "rank.tied" else [])
    for chosen in product(*choices.values()):
        yield Fact(code, {name: sample(name) for name in names_} | dict(zip(choices, chosen, strict=True)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(FACTS))
def test_every_fact_has_a_sentence(code, language):
    with speaking(language):
        for fact in facts_of(code):
            said = say_fact(fact)
            assert said, fact
            assert "{" not in said, said
            assert language == "zh" or not HANZI.search(said), said


def test_every_sentence_of_a_fact_belongs_to_a_code_and_is_used():
    used = {facts.sentence_key(fact) for code in FACTS if not code.startswith("refused.") for fact in facts_of(code)}
    assert used == set(facts.SENTENCES)


def test_every_refusal_has_a_sentence():
    own = {"target.reason_missing", "reopen.reason_missing", "evidence.empty", "evidence.pages", "date.not_a_date"}
    assert {key.partition(":")[0] for key in refusals.SENTENCES} == set(REFUSALS) | own


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_known_by_code_has_a_word(language):
    with speaking(language):
        said = [
            *map(say_state, State),
            *map(say_role, Role),
            *map(say_reference, Reference),
            *map(say_policy, NotApplicablePolicy),
            *map(say_rounding, Rounding),
            *map(say_partial_step, PartialStep),
            *map(say_provisional, PROVISIONAL),
        ]
    assert all(bool(HANZI.search(word)) is (language == "zh") for word in said)
    assert set(PROVISIONAL) == names.PROVISIONAL_CODES


@cache
def product_nodes():
    """Return (whether in wording, node) of everything written in the product."""
    return [
        ("wording" in path.parts, node)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call | ast.Constant)
    ]


def raised():
    """Yield (call, code, value names) of every error, refusal and fault made in the product."""
    for _, node in product_nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from made_by(node)


def made_by(node):
    place = {"QassessError": 0, "InputRefused": 0, "Fault": 1}.get(node.func.id)
    if place is None or len(node.args) <= place:
        return
    for code in literals(node.args[place]):
        values = {word.arg for word in node.keywords if word.arg}
        if any(word.arg is None for word in node.keywords):
            values |= {"label", "label_en", *REFUSALS.get(code, ())}  # the values come as one mapping
        if node.func.id == "Fault" and len(node.args) > 2 and isinstance(node.args[2], ast.Dict):
            values |= {key.value for key in node.args[2].keys if isinstance(key, ast.Constant)}
        yield node.func.id, code, values


def literals(node):
    """Return the codes an expression can be: a literal, or either side of a conditional."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return literals(node.body) + literals(node.orelse) if isinstance(node, ast.IfExp) else []


def dotted_codes(prefix):
    """Return all string literals of the product outside wording that look like codes of a family."""
    texts = (node.value for in_wording, node in product_nodes() if isinstance(node, ast.Constant) and not in_wording)
    return {text for text in texts if isinstance(text, str) and re.fullmatch(rf"{prefix}\.[a-z_0-9.]+", text)}


def test_errors_are_found_in_the_product():
    assert {kind for kind, _, _ in raised()} == {"QassessError", "InputRefused", "Fault"}
    assert len({code for _, code, _ in raised()}) > 150


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_raised_has_a_sentence_with_its_values(language):
    known = set(errors.SENTENCES) | {key.partition(":")[0] for key in refusals.SENTENCES}
    for kind, code, values in raised():
        if kind == "Fault" or code in faults.SENTENCES:  # what is refused in a cell of a form is told as its fault
            assert code in {**faults.SENTENCES, **refusals.SENTENCES}, code
            continue
        assert code in known, code
        error = (InputRefused if kind == "InputRefused" else QassessError)(code, **dict.fromkeys(values, "x"))
        with speaking(language):
            said = say_error(error)
        assert said.endswith(ENDS)
        assert bool(HANZI.search(said)) is (language == "zh")


@pytest.mark.parametrize("family", ["database", "identity", "token", "sign", "pdf", "file", "backup", "restore"])
def test_every_code_of_a_family_has_a_sentence(family):
    known = dotted_codes(family) - {"file.docinfo"}
    assert known
    assert known <= set(errors.SENTENCES)


def test_every_fault_of_a_scheme_file_has_a_sentence_and_every_sentence_a_fault():
    told = dotted_codes("scheme") - set(errors.SENTENCES) - {"scheme.schema.json"}
    said = {code for code in faults.SENTENCES if code.startswith("scheme.")}
    assert told == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_is_said_without_anything_left_open(language):
    for code, sentence in faults.SENTENCES.items():
        values = dict.fromkeys(re.findall(r"\{(\w+)\}", sentence), "x")
        with speaking(language):
            said = say_fault(Fault("items[3]", code, values))
        assert "{x" not in said
        assert said.endswith(ENDS), said
        assert bool(HANZI.search(said)) is (language == "zh")


def test_a_fault_in_an_answer_is_said_like_the_refusal_beside_the_field():
    with speaking("zh"):
        assert "93.4" in say_fault(
            Fault("entries.food", "number.decimal_comma", {"typed": "93,4", "suggestion": "93.4"})
        )


@pytest.mark.parametrize("family", ["verify", "doctor"])
def test_every_finding_has_a_sentence(family):
    told = {code for code in dotted_codes(family) if not code.endswith(".")}
    said = {key.rpartition(":")[0] for key in findings.FINDINGS}
    assert told <= said
    assert {code for code in said if code.startswith(f"{family}.") and ".problem." not in code} - {
        "doctor.unchecked"
    } <= told


def test_every_problem_of_a_signature_has_a_sentence():
    assert {
        key.removeprefix("verify.problem.").removesuffix(":no") for key in findings.FINDINGS if ".problem." in key
    } == dotted_codes("signature")


def test_every_obstacle_has_a_sentence():
    assert dotted_codes("obstacle") == set(findings.OBSTACLES)
    with speaking("zh"):
        values = {"code": "5.3", "title": "联席会议制度", "required": 1, "given": 0}
        assert say_obstacle("obstacle.evidence_missing", values) == "5.3 联席会议制度：需要佐证 1 件，已附 0 件"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_is_said_without_anything_left_open(language):
    for key, sentence in findings.FINDINGS.items():
        code, _, suffix = key.rpartition(":")
        values = dict.fromkeys(re.findall(r"\{(\w+)\}", sentence), "3")
        with speaking(language):
            said = say_finding(code, values, ok={"yes": True, "no": False, "open": None}[suffix])
        assert "{" not in said
        assert bool(HANZI.search(said)) is (language == "zh"), said


def test_a_check_that_could_not_be_made_says_why():
    with speaking("en"):
        assert say_finding("doctor.heads", {"reason": "no such table"}, ok=False) == (
            "This part could not be checked (no such table)."
        )
