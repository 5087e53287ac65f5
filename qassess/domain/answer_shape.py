"""Which fields of an answer a rule uses: whatever else is given would be ignored, so it is refused instead."""

from collections.abc import Iterator
from dataclasses import fields

from qassess.domain.answers import Answer
from qassess.domain.quantity import takes_pair
from qassess.domain.rules import (
    Band,
    Checklist,
    Composite,
    Count,
    External,
    FlagCondition,
    Gate,
    Grid,
    Judge,
    Linear,
    Measure,
    MeasureKind,
    NumberCondition,
    Option,
    Part,
    Rank,
    Ratio,
    Rule,
    Step,
)
from qassess.domain.scheme import Item
from qassess.errors import InputRefused

_ALWAYS = frozenset({"source", "date"})
_FIELDS = tuple(known.name for known in fields(Answer))


def unused_fields(item: Item, answer: Answer) -> Iterator[InputRefused]:
    """Give a refusal for every field the item's rule would not look at, with its place in ``field``.

    Codes ``answer.unused_field``, and ``answer.two_values`` where two fields say the same number twice.
    """
    if answer.not_applicable is not None or item.instances is None:
        yield from _of_rule(item.rule, answer, "")
        return
    yield from _beyond(answer, ("instances",), "")
    for number, instance in enumerate(answer.instances or (), 1):
        yield from _of_rule(item.rule, instance.answer, f"instances.{number}.")


def refuse_unused_fields(item: Item, answer: Answer | None) -> None:
    """Raise the first refusal of :func:`unused_fields`."""
    if answer is not None and (first := next(unused_fields(item, answer), None)) is not None:
        raise first


def _of_rule(rule: Rule, answer: Answer, prefix: str) -> Iterator[InputRefused]:
    if answer.not_applicable is not None:
        yield from _beyond(answer, ("not_applicable",), prefix)
        return
    yield from _beyond(answer, _used(rule, answer), prefix)
    match rule:
        case Step() | Band() | Ratio() | Linear() | Count():
            yield from _twice(rule.measure, answer, prefix)
        case Grid():
            yield from _of_measure(rule.row_measure, answer.row, f"{prefix}row.")
            yield from _of_measure(rule.column_measure, answer.column, f"{prefix}column.")
        case Composite():
            for part in rule.parts:
                yield from _of_part(part, (answer.parts or {}).get(part.id), f"{prefix}parts.{part.id}.")
        case Gate():
            numbers = [condition for condition in rule.conditions if isinstance(condition, NumberCondition)]
            for condition in numbers:
                given = (answer.measured or {}).get(condition.id)
                yield from _of_measure(condition.measure, given, f"{prefix}measured.{condition.id}.")
        case _:
            return


def _of_part(part: Part, answer: Answer | None, prefix: str) -> Iterator[InputRefused]:
    if answer is None:
        return
    for refused in _of_rule(part.rule, answer, prefix):
        if part.waiver is None or refused.values["field"] != f"{prefix}waiver":
            yield refused
    if part.waiver is not None:
        yield from _of_measure(part.waiver.measure, answer.waiver, f"{prefix}waiver.")


def _of_measure(measure: Measure, answer: Answer | None, prefix: str) -> Iterator[InputRefused]:
    if answer is not None:
        yield from _beyond(answer, _measured(measure), prefix)
        yield from _twice(measure, answer, prefix)


def _used(rule: Rule, answer: Answer) -> tuple[str, ...]:
    match rule:
        case Option():
            return ("option", "points", "reason") if _is_range(rule, answer) else ("option",)
        case Checklist():
            return ("checked",)
        case Grid():
            return ("row", "column")
        case Rank():
            return ("value", "of", "sharing")
        case Judge():
            return ("points", "reason")
        case External():
            return ("value",)
        case Composite():
            return ("parts",)
        case Gate():
            return _of_gate(rule)
        case _:
            return _measured(rule.measure)


def _is_range(rule: Option, answer: Answer) -> bool:
    """Tell whether the chosen level asks for points inside it; a level that is not there is refused elsewhere."""
    number = answer.option or 0
    return not 1 <= number <= len(rule.levels) or rule.levels[number - 1].points_to is not None


def _of_gate(rule: Gate) -> tuple[str, ...]:
    happens = any(isinstance(condition, FlagCondition) for condition in rule.conditions)
    counted = any(isinstance(condition, NumberCondition) for condition in rule.conditions)
    return ("occurred",) * happens + ("measured",) * counted + ("confirmed_by",)


def _measured(measure: Measure) -> tuple[str, ...]:
    if measure.kind is MeasureKind.FLAG:
        return ("occurred",)
    if measure.kind is MeasureKind.COUNT:
        return ("counts",) if measure.kinds else ("count", "value")
    return ("value", "numerator", "denominator") if takes_pair(measure) else ("value",)


def _twice(measure: Measure, answer: Answer, prefix: str) -> Iterator[InputRefused]:
    plain_count = measure.kind is MeasureKind.COUNT and not measure.kinds
    if plain_count and answer.count is not None and answer.value is not None:
        yield InputRefused("answer.two_values", field=f"{prefix}value")


def _beyond(answer: Answer, used: tuple[str, ...], prefix: str) -> Iterator[InputRefused]:
    """Refuse what is given beside the used fields; an empty note of a reason or a name says nothing and is let be."""
    for name in _FIELDS:
        given = getattr(answer, name)
        if name not in used and name not in _ALWAYS and given is not None and given != "":
            yield InputRefused("answer.unused_field", field=f"{prefix}{name}", name=name, expected=", ".join(used))
