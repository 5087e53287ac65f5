"""What was entered, in words as typed: numbers keep their zeros, levels and ticks are named.

Nothing is computed here; what follows from an answer is said by the derivation.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import assert_never

from qassess.documents.report_content import clauses, labelled, listed
from qassess.domain.answers import Answer, Instance, ReferenceValue
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
    NumberCondition,
    Option,
    Rank,
    Ratio,
    Rule,
    ShareCondition,
    Step,
)
from qassess.domain.scheme import Item
from qassess.i18n import _, pgettext
from qassess.wording import in_language, say_reference, typed_number, unit_words


def say_answer(item: Item, answer: Answer) -> tuple[str, ...]:
    """Return what was answered, one sentence for each instance or part."""
    if answer.instances is not None:
        return tuple(_say_instance(item, instance) for instance in answer.instances)
    return tuple(_say(item.rule, answer))


def say_references(references: Mapping[str, ReferenceValue]) -> str:
    """Return the reference values with source and date; empty without any."""
    return clauses(_say_reference(name, value) for name, value in references.items())


def _say_instance(item: Item, instance: Instance) -> str:
    reason = instance.answer.not_applicable
    said = _("not applicable: {reason}").format(reason=reason) if reason else clauses(_say(item.rule, instance.answer))
    return labelled(instance.label, said)


def _say(rule: Rule, answer: Answer) -> Iterator[str]:
    if answer.not_applicable:
        yield _("not applicable: {reason}").format(reason=answer.not_applicable)
        return
    if isinstance(rule, Composite):
        yield from chain.from_iterable(_say_part(rule, answer))
        return
    yield from _say_shape(rule, answer)
    if answer.waiver is not None:
        yield labelled(pgettext("report", "waiver"), clauses(_say_measured(answer.waiver, None)))
    if answer.reason and not isinstance(rule, Option | Judge):
        yield labelled(pgettext("report", "reason"), answer.reason)
    yield from _say_origin(answer)


def _say_part(rule: Composite, answer: Answer) -> Iterator[Iterator[str]]:
    for part in rule.parts:
        given = (answer.parts or {}).get(part.id)
        said = clauses(_say(part.rule, given)) if given is not None else pgettext("report", "not checked")
        yield iter((labelled(in_language(part.label), said),))


def _say_shape(  # one line for each of the twelve shapes
    rule: Option | Checklist | Step | Band | Grid | Ratio | Linear | Count | Rank | Judge | External | Gate,
    answer: Answer,
) -> Iterator[str]:
    match rule:
        case Step() | Band() | Ratio() | Linear() | Count():
            yield from _say_measured(answer, rule.measure)
        case Option():
            yield from _say_level(rule, answer)
        case Checklist():
            yield from _say_ticks(rule, answer)
        case Grid():
            yield labelled(in_language(rule.row_label), clauses(_say_measured(answer.row, rule.row_measure)))
            yield labelled(in_language(rule.column_label), clauses(_say_measured(answer.column, rule.column_measure)))
        case Rank():
            yield from _say_place(answer)
        case Judge():
            yield from _say_judgement(rule, answer)
        case External():
            if answer.value is not None:
                yield _("{value} of {full} ({source})").format(
                    value=typed_number(answer.value),
                    full=typed_number(str(rule.external_full)),
                    source=in_language(rule.source),
                )
        case Gate():
            yield from _say_gate(rule, answer)
        case _ as never:
            assert_never(never)


def _say_measured(answer: Answer | None, measure: Measure | None) -> Iterator[str]:
    if answer is None:
        return
    unit = measure.unit if measure else ""
    if answer.numerator is not None or answer.denominator is not None:
        top = in_language(measure.numerator) if measure and measure.numerator else ""
        bottom = in_language(measure.denominator) if measure and measure.denominator else ""
        yield (
            _("{top} {numerator} / {bottom} {denominator}")
            .format(
                top=top,
                numerator=typed_number(answer.numerator or "?"),
                bottom=bottom,
                denominator=typed_number(answer.denominator or "?"),
            )
            .strip()
        )
    for plain in (answer.value, answer.count):
        if plain is not None:
            yield (
                pgettext("report", "{number} {unit}").format(number=typed_number(plain), unit=unit_words(unit)).strip()
            )
    if answer.counts is not None:
        labels = {kind.id: in_language(kind.label) for kind in measure.kinds} if measure else {}
        yield listed(f"{labels.get(kind, kind)} {typed_number(number)}" for kind, number in answer.counts.items())
    if answer.occurred is not None:
        yield pgettext("report", "happened") if answer.occurred else pgettext("report", "did not happen")


def _say_level(rule: Option, answer: Answer) -> Iterator[str]:
    if answer.option is None:
        return
    known = 1 <= answer.option <= len(rule.levels)
    yield in_language(rule.levels[answer.option - 1].label) if known else str(answer.option)
    if answer.points is not None:
        yield _("{points} points inside the level").format(points=typed_number(answer.points))
    if answer.reason:
        yield labelled(pgettext("report", "reason"), answer.reason)


def _say_ticks(rule: Checklist, answer: Answer) -> Iterator[str]:
    if answer.checked is None:
        return
    there = [in_language(element.label) for element in rule.elements if element.id in answer.checked]
    missing = [in_language(element.label) for element in rule.elements if element.id not in answer.checked]
    if there:
        yield labelled(pgettext("report", "there"), listed(there))
    if missing:
        yield labelled(pgettext("report", "missing"), listed(missing))


def _say_place(answer: Answer) -> Iterator[str]:
    if answer.value is None:
        return
    yield _("place {place} of {count}").format(place=answer.value, count=answer.of or "?")
    if answer.sharing not in (None, "", "0", "1"):
        yield _("{count} share this place").format(count=answer.sharing)


def _say_judgement(rule: Judge, answer: Answer) -> Iterator[str]:
    if answer.points is None:
        return
    sentence = _("{points} points awarded") if rule.mode == "award" else _("{points} points deducted")
    yield sentence.format(points=typed_number(answer.points))
    if answer.reason:
        yield labelled(pgettext("report", "reason"), answer.reason)


def _say_gate(rule: Gate, answer: Answer) -> Iterator[str]:
    for condition in rule.conditions:
        match condition:
            case NumberCondition():
                measured = (answer.measured or {}).get(condition.id)
                if measured is not None:
                    yield labelled(in_language(condition.label), clauses(_say_measured(measured, condition.measure)))
            case FlagCondition() | ShareCondition():
                pass
            case _ as never:
                assert_never(never)


def _say_origin(answer: Answer) -> Iterator[str]:
    if answer.source:
        yield labelled(pgettext("report", "source"), answer.source)
    if answer.date:
        yield labelled(pgettext("report", "date"), answer.date)


def _say_reference(name: str, value: ReferenceValue) -> str:
    part, _colon, reference = name.rpartition(":")
    label = say_reference(reference)
    if value.values:
        number = listed(typed_number(year) for year in value.values)
    elif value.numerator is not None:
        number = f"{typed_number(value.numerator)}/{typed_number(value.denominator or '?')}"
    else:
        number = typed_number(value.value or "?")
    origin = listed(known for known in (value.source, value.date) if known)
    said = _("{number} ({origin})").format(number=number, origin=origin) if origin else number
    return labelled(f"{part} {label}".strip(), said)
