"""Which reference values an item asks for, and under which key its entry keeps each: one truth for form and scoring."""

from collections.abc import Iterator
from dataclasses import dataclass

from qassess.domain.rules import (
    Band,
    Composite,
    Count,
    Gate,
    Grid,
    Linear,
    Measure,
    MeasureKind,
    NumberCondition,
    Part,
    Ratio,
    Reference,
    Rule,
    Step,
    Target,
    Text,
)
from qassess.domain.scheme import Item


@dataclass(frozen=True, slots=True)
class AskedReference:
    """One reference value: its key in ``Entry.references``, the measure compared with it, and where it is asked.

    Keys: ``last_year``; inside a part ``PART:last_year``; a grid's two measures ``row:`` and ``column:``; a waiver's
    ``PART:waiver:``; a gate's number condition ``CONDITION:``. ``label`` is the part's, row's, waiver's or condition's.
    """

    key: str
    reference: Reference
    measure: Measure
    label: Text | None = None


def asked_references(item: Item) -> tuple[AskedReference, ...]:
    """Return what is asked, in the rule's order, each key once."""
    found = {asked.key: asked for asked in _of_rule(item.rule, item.target, "", None)}
    return tuple(found.values())


def _of_rule(rule: Rule, target: Target | None, prefix: str, label: Text | None) -> Iterator[AskedReference]:
    match rule:
        case Step() | Ratio():
            yield from _of_measure(rule.measure, target, prefix, label)
        case Band() | Linear() | Count():
            yield from _of_measure(rule.measure, _only_if_compared(rule.measure, target), prefix, label)
        case Grid():
            for name, words, measure in (
                ("row", rule.row_label, rule.row_measure),
                ("column", rule.column_label, rule.column_measure),
            ):
                yield from _of_measure(measure, _only_if_compared(measure, target), f"{prefix}{name}:", words)
        case Composite():
            for part in rule.parts:
                yield from _of_part(part, target, f"{prefix}{part.id}:")
        case Gate():
            for condition in rule.conditions:
                if isinstance(condition, NumberCondition):
                    yield from _of_measure(condition.measure, None, f"{condition.id}:", condition.label)
        case _:
            return


def _of_part(part: Part, target: Target | None, prefix: str) -> Iterator[AskedReference]:
    yield from _of_rule(part.rule, part.target or target, prefix, part.label)
    if part.waiver is not None:
        yield from _of_measure(part.waiver.measure, None, f"{prefix}waiver:", part.waiver.label)


def _only_if_compared(measure: Measure, target: Target | None) -> Target | None:
    """Return the target where the measure itself is compared with it; these shapes do not look at it otherwise."""
    by_default = measure.kind is MeasureKind.RATIO_TO_TARGET and measure.reference is None
    return target if by_default or measure.reference is Reference.TARGET else None


def _of_measure(measure: Measure, target: Target | None, prefix: str, label: Text | None) -> Iterator[AskedReference]:
    named = (measure.reference, None if target is None else target.reference)
    for reference in named:
        if reference is not None and reference is not Reference.TARGET:
            yield AskedReference(f"{prefix}{reference.value}", reference, measure, label)
