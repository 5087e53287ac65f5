"""The workbook's large sheet: one row an item of a body, with everything entered, its points and the way to them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from qassess import wording
from qassess.documents.report_content import listed, tight
from qassess.documents.results_words import body_name
from qassess.documents.workbook_sheet import Column, Value, exact_beside, typed
from qassess.domain.answers import Answer, ReferenceValue, SelfAssessment
from qassess.domain.canonical import canonical_text
from qassess.domain.payloads import to_document
from qassess.domain.ranking import Line
from qassess.domain.results import ItemResult, item_results
from qassess.i18n import pgettext

_NESTED: Final = ("row", "column", "measured", "waiver", "parts", "instances")
"""Answers inside an answer: each in a column of its own, in the form in which they are stored."""


def answer_columns() -> tuple[Column, ...]:
    """Return the columns, in the order of :func:`answer_rows`."""
    return (*_item_columns(), *_answer_columns(), *_beside_columns(), *_score_columns())


def _item_columns() -> tuple[Column, ...]:
    return (
        Column(pgettext("column", "Body"), 16),
        Column(pgettext("sheet", "No."), 7),
        Column(pgettext("sheet", "Item"), 26, wrap=True),
        Column(pgettext("sheet", "Item code"), 20, fields=("ItemScore.item",)),
        Column(pgettext("sheet", "Section"), 12),
        Column(pgettext("sheet", "Kind of item"), 11),
    )


def _answer_columns() -> tuple[Column, ...]:
    def of(head: str, field: str, width: float = 9.0) -> Column:
        return Column(head, width, fields=(f"Answer.{field}",))

    return (
        of(pgettext("sheet", "Value"), "value"),
        of(pgettext("sheet", "Numerator"), "numerator"),
        of(pgettext("sheet", "Denominator"), "denominator"),
        of(pgettext("sheet", "Level"), "option", 7),
        of(pgettext("sheet", "Points entered"), "points"),
        of(pgettext("sheet", "Elements present"), "checked", 14),
        of(pgettext("sheet", "Count"), "count"),
        of(pgettext("sheet", "Counts by kind"), "counts", 16),
        of(pgettext("sheet", "Ranked among"), "of"),
        of(pgettext("sheet", "Sharing the place"), "sharing"),
        of(pgettext("sheet", "Occurred"), "occurred"),
        of(pgettext("sheet", "Confirmed by"), "confirmed_by"),
        of(pgettext("sheet", "Reason"), "reason", 20),
        of(pgettext("sheet", "Source"), "source", 20),
        of(pgettext("sheet", "Date"), "date", 11),
        of(pgettext("sheet", "Not applicable because"), "not_applicable", 20),
        of(pgettext("sheet", "First measure (stored form)"), "row", 16),
        of(pgettext("sheet", "Second measure (stored form)"), "column", 16),
        of(pgettext("sheet", "Conditions (stored form)"), "measured", 16),
        of(pgettext("sheet", "Waiver (stored form)"), "waiver", 16),
        of(pgettext("sheet", "Parts (stored form)"), "parts", 16),
        Column(
            pgettext("sheet", "Instances (stored form)"),
            16,
            fields=("Answer.instances", "Instance.label", "Instance.id", "Instance.answer"),
        ),
    )


def _beside_columns() -> tuple[Column, ...]:
    references = tuple(
        f"ReferenceValue.{name}" for name in ("value", "values", "numerator", "denominator", "source", "date")
    )
    return (
        Column(pgettext("sheet", "Reference values"), 24, fields=("Entry.references", *references)),
        Column(pgettext("sheet", "Adjusted to"), 9, fields=("Entry.adjustment", "Adjustment.points")),
        Column(pgettext("sheet", "Reason of the adjustment"), 20, fields=("Adjustment.reason",)),
        Column(pgettext("sheet", "Own points claimed"), 9, fields=("Entry.self_assessment", "SelfAssessment.points")),
        Column(pgettext("sheet", "Own answer (stored form)"), 16, fields=("SelfAssessment.answer",)),
        Column(pgettext("sheet", "Own remarks"), 20, fields=("SelfAssessment.remark",), wrap=True),
        Column(pgettext("sheet", "File of the self-assessment"), 14, fields=("SelfAssessment.source",)),
        Column(pgettext("sheet", "Why it differs from their own"), 20, fields=("Entry.differs_because",), wrap=True),
        Column(pgettext("sheet", "Note"), 24, fields=("Entry.note",), wrap=True),
        Column(pgettext("sheet", "Flagged"), 7, fields=("Entry.flagged",)),
        Column(pgettext("sheet", "Pieces of evidence"), 9, fields=("Entry.evidence",)),
        Column(pgettext("sheet", "Entered by"), 10),
    )


def _score_columns() -> tuple[Column, ...]:
    return (
        Column(pgettext("column", "State"), 9, fields=("ItemScore.state",)),
        Column(pgettext("sheet", "Full points"), 8, fields=("ItemScore.full",)),
        Column(pgettext("sheet", "Attainable"), 8, fields=("ItemScore.due",)),
        Column(pgettext("sheet", "Computed"), 9, fields=("ItemScore.computed",)),
        Column(pgettext("sheet", "Points"), 9, fields=("ItemScore.points",)),
        Column(pgettext("sheet", "Points, exact"), 12),
        Column(pgettext("sheet", "Derivation"), 70, fields=("Entry.answer", "ItemScore.derivation"), wrap=True),
        Column(pgettext("sheet", "May still change because"), 24, fields=("ItemScore.provisional",), wrap=True),
    )


def answer_rows(line: Line) -> Iterator[Sequence[Value]]:
    """Yield a body's items in printed order."""
    name = body_name(line.body)
    for shown in item_results(line):
        answer = shown.entry.answer or Answer()
        yield (
            *_item(name, shown),
            *_plain(answer),
            *_nested(answer),
            *_beside(line, shown),
            *_score(shown),
        )


def _item(name: str, shown: ItemResult) -> tuple[Value, ...]:
    item = shown.item
    section = wording.in_language(shown.section.title)
    return (name, shown.code, wording.in_language(item.title), item.id, section, wording.say_role(item.role))


def _plain(answer: Answer) -> tuple[Value, ...]:
    return (
        typed(answer.value),
        typed(answer.numerator),
        typed(answer.denominator),
        answer.option,
        typed(answer.points),
        None if answer.checked is None else listed(answer.checked),
        typed(answer.count),
        None if answer.counts is None else listed(f"{kind} {count}" for kind, count in answer.counts.items()),
        typed(answer.of),
        typed(answer.sharing),
        answer.occurred,
        answer.confirmed_by,
        answer.reason,
        answer.source,
        answer.date,
        answer.not_applicable,
    )


def _nested(answer: Answer) -> tuple[Value, ...]:
    if all(getattr(answer, name) is None for name in _NESTED):
        return (None,) * len(_NESTED)
    document: dict[str, Any] = to_document(answer)
    return tuple(canonical_text(document[name]) if name in document else None for name in _NESTED)


def _beside(line: Line, shown: ItemResult) -> tuple[Value, ...]:
    entry = shown.entry
    references = (_reference(key, value) for key, value in entry.references.items())
    adjustment = entry.adjustment
    return (
        listed(references),
        typed(adjustment.points) if adjustment else None,
        adjustment.reason if adjustment else None,
        *_own_word(entry.self_assessment),
        entry.differs_because or None,
        entry.note,
        True if entry.flagged else None,
        len(entry.evidence),
        line.contender.editors.get(shown.item.id),
    )


def _own_word(said: SelfAssessment | None) -> tuple[Value, ...]:
    if said is None:
        return (None,) * 4
    answer = canonical_text(to_document(said.answer)) if said.answer is not None else None
    return (typed(said.points), answer, said.remark or None, said.source or None)


def _reference(key: str, value: ReferenceValue) -> str:
    """Write a reference value with where it comes from; a three-year mean with its three years."""
    own = value.value or " / ".join(value.values)
    pair = f"{value.numerator}/{value.denominator}" if value.numerator is not None else ""
    said = " ".join(filter(None, (own or pair, value.source, value.date)))
    return f"{key} = {said}"


def _score(shown: ItemResult) -> tuple[Value, ...]:
    known = shown.score
    return (
        wording.say_state(known.state),
        known.full,
        known.due,
        known.computed,
        known.points,
        exact_beside(known.points),
        "\n".join(map(tight, wording.say_derivation(known))),
        "\n".join(map(wording.say_provisional, known.provisional)),
    )
