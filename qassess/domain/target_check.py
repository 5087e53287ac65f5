"""Agreed targets: which an item can have, under which key, and how one is read."""

from collections.abc import Iterator
from dataclasses import dataclass

from qassess.domain.exact import exact_to_text
from qassess.domain.quantity import Limits, limits_of_target, read_number
from qassess.domain.rules import (
    Band,
    Composite,
    Count,
    Linear,
    Measure,
    Ratio,
    Rule,
    Step,
    Target,
)
from qassess.domain.scheme import Item
from qassess.domain.target_values import target_value


@dataclass(frozen=True, slots=True)
class AskedTarget:
    """One target an agreement may state: its key (``ITEM``, ``ITEM/PART``), the scheme's own, and the measure bound."""

    key: str
    target: Target
    measure: Measure | None

    def fixed_in(self, year: int) -> str:
        """Return the number the plan fixes for a year, or ``""``: a share, or a comparison with a reference."""
        value = None if self.target.reference is not None else target_value(self.target, year)
        return "" if value is None else exact_to_text(value)


def asked_targets(item: Item) -> Iterator[AskedTarget]:
    """Give an item's own target and those of its parts, a part's inherited one too."""
    if item.target is not None:
        yield AskedTarget(item.id, item.target, _measure(item.rule))
    for part in item.rule.parts if isinstance(item.rule, Composite) else ():
        target = part.target or item.target
        if target is not None:
            yield AskedTarget(f"{item.id}/{part.id}", target, _measure(part.rule))


def read_target(text: str, asked: AskedTarget) -> str:
    """Read an agreed target as its measure is read, its unit allowed; return it as a plain decimal.

    A percentage below 1 keeps its ``%``, because only that says it was meant so.

    Raises ``InputRefused`` with one of the ``number.…`` codes.
    """
    read = read_number(text, _limits(asked))
    return exact_to_text(read.exact) + ("%" if read.typed.endswith("%") else "")


def _limits(asked: AskedTarget) -> Limits:
    name = f"targets.{asked.key}"
    measure = asked.measure
    if measure is None:
        return Limits(name=name)
    return limits_of_target(measure, name=name)


def _measure(rule: Rule) -> Measure | None:
    return rule.measure if isinstance(rule, Step | Band | Ratio | Linear | Count) else None
