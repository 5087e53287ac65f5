"""The body of a report: every item with answer and derivation, bonus and penalty, gates, what is not applicable."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from qassess import wording
from qassess.documents.pdf_kit import BODY, LEADING, MM, SUBHEADING, WIDTH, Paper
from qassess.documents.report_answers import say_answer, say_references
from qassess.documents.report_content import (
    NOTHING,
    Content,
    column_points,
    labelled,
    listed,
    part_title,
    points,
    running,
    subpart_title,
    tight,
)
from qassess.documents.tables import (
    CELL,
    CELL_CENTRE,
    DETAIL,
    FIGURE,
    FIGURE_STRONG,
    STRONG,
    Cell,
    Column,
    Part,
    Row,
    Table,
)
from qassess.documents.typesetting import Align
from qassess.domain.answers import Entry
from qassess.domain.scheme import Item, NotApplicablePolicy, Role, full_points
from qassess.domain.score_sheet import GateState, ItemScore, State
from qassess.i18n import _, pgettext
from qassess.wording import in_language

_FINDING: Final = replace(STRONG, align=Align.CENTRE)
_SAID_ELSEWHERE: Final = ("adjustment", "exact")
"""Facts with a line of their own, or that hold for all items and are said once."""


def items(paper: Paper, content: Content, number: int) -> None:
    """Set the base items, section by section."""
    paper.heading(part_title(number, pgettext("report", "Item by item")))
    paper.text(
        _("Points are computed exactly; only the total is rounded, once. Columns show at most four decimals."), BODY
    )
    place = 0
    for section, in_section in content.checklist.sections:
        base = [item for item in in_section if item.role is Role.BASE]
        if not base:
            continue
        place += 1
        table = Table(paper, _columns(content))
        paper.heading(
            subpart_title(place, in_language(section.title)), SUBHEADING, level=1, keep=table.head_height() + 60
        )
        paper.skip(3)
        table.draw(_rows(content, base))
        paper.skip(LEADING / 4)


def bonus_and_penalty(paper: Paper, content: Content, number: int) -> None:
    """Set the bonus and the penalty items by group; says so when the scheme has none."""
    paper.heading(part_title(number, pgettext("report", "Bonus and penalty")))
    extra = [item for item in content.checklist.items if item.role in (Role.BONUS, Role.PENALTY)]
    if not extra:
        paper.text(_("The scheme has neither bonus nor penalty items."), BODY)
        return
    for place, group in enumerate(dict.fromkeys(item.group for item in extra), 1):
        members = [item for item in extra if item.group == group]
        table = Table(paper, _columns(content))
        name = content.group_title(group) if group else pgettext("report", "without group")
        paper.heading(subpart_title(place, name), SUBHEADING, level=1, keep=table.head_height() + 60)
        paper.skip(3)
        table.draw(_rows(content, members))
        paper.skip(LEADING / 4)


def gates(paper: Paper, content: Content, number: int) -> None:
    """State every gate, whether it happened or not."""
    paper.heading(part_title(number, pgettext("report", "Vetoes and downgrades")))
    states = content.report.scores.gates
    if not states:
        paper.text(_("The scheme has neither vetoes nor downgrades."), BODY)
        return
    by_id = {item.id: item for item in content.checklist.items}
    columns = (
        Column(13 * MM, pgettext("report", "No."), CELL_CENTRE),
        Column(WIDTH - 13 * MM - 38 * MM - 18 * MM, pgettext("report", "Event")),
        Column(38 * MM, pgettext("report", "Finding"), CELL_CENTRE),
        Column(18 * MM, pgettext("report", "Evidence"), CELL_CENTRE),
    )
    Table(paper, columns).draw(_gate_row(content, by_id[gate.item], gate) for gate in states if gate.item in by_id)
    paper.skip(LEADING / 2)


def not_applicable(paper: Paper, content: Content, number: int) -> None:
    """List what was declared not applicable, with reasons and what that does to the points."""
    paper.heading(part_title(number, pgettext("report", "Declared not applicable")))
    declared = [item for item in content.checklist.items if _is_not_applicable(content, item)]
    if not declared:
        paper.text(_("Nothing was declared not applicable."), BODY)
        return
    columns = (
        Column(13 * MM, pgettext("report", "No."), CELL_CENTRE),
        Column(50 * MM, pgettext("report", "Item")),
        Column(14 * MM, pgettext("report", "Full"), FIGURE),
        Column(WIDTH - 13 * MM - 50 * MM - 14 * MM - 34 * MM, pgettext("report", "Reason")),
        Column(34 * MM, pgettext("report", "Treatment")),
    )
    Table(paper, columns).draw(_not_applicable_row(content, item) for item in declared)
    paper.skip(LEADING / 2)


def pending(paper: Paper, content: Content, number: int) -> None:
    """List what the office has yet to settle (口径待定), of the scheme and of its items."""
    paper.heading(part_title(number, _("Yet to be settled by the office")))
    rows = _by_text(content)
    if not rows:
        paper.text(_("Nothing is left to be settled."), BODY)
        return
    columns = (
        Column(34 * MM, pgettext("report", "Item"), CELL),
        Column(WIDTH - 34 * MM, _("Point to be settled")),
    )
    Table(paper, columns).draw((listed(codes), text) for text, codes in rows.items())
    paper.skip(LEADING / 2)


def _by_text(content: Content) -> dict[str, list[str]]:
    """Return each open point once, with all items it concerns."""
    rows: dict[str, list[str]] = {}
    for text in content.report.scheme.scheme.pending:
        rows.setdefault(in_language(text), []).append(pgettext("report", "General"))
    for item in content.checklist.items:
        for text in item.pending:
            rows.setdefault(in_language(text), []).append(content.code(item.id))
    return rows


def _columns(content: Content) -> Sequence[Column]:
    with_self = bool(content.report.self_scores)
    figure = 17 * MM
    wide = WIDTH - 13 * MM - (3 if with_self else 2) * figure - 18 * MM
    own = (Column(figure, pgettext("report", "Self"), FIGURE),) if with_self else ()
    return (
        Column(13 * MM, pgettext("report", "No."), CELL_CENTRE),
        Column(wide, pgettext("report", "Item and finding")),
        Column(figure, pgettext("report", "Full"), FIGURE),
        *own,
        Column(figure, pgettext("report", "Points"), FIGURE_STRONG),
        Column(18 * MM, pgettext("report", "Evidence"), CELL_CENTRE),
    )


def _rows(content: Content, chosen: Iterable[Item]) -> Iterator[Row]:
    with_self = bool(content.report.self_scores)
    for item in chosen:
        score = content.score(item)
        own = (points_as_typed(content.report.self_scores.get(item.id, "")),) if with_self else ()
        cells = (
            content.code(item.id),
            (Part(in_language(item.title), STRONG),),
            column_points(score.full),
            *own,
            _earned(score),
            content.evidence_numbers(item.id) or NOTHING,
        )
        yield Row(cells, tuple(_finding(content, item, score)))


def points_as_typed(value: str) -> str:
    """Return a body's own points as it gave them."""
    return value or NOTHING


def _earned(score: ItemScore) -> Cell:
    match score.state:
        case State.SCORED:
            return column_points(score.points)
        case State.NOT_APPLICABLE:
            said = pgettext("report", "N/A") if score.points is None else column_points(score.points)
        case _:
            said = pgettext("report", "open")
    return (Part(said, FIGURE),)


def _finding(content: Content, item: Item, score: ItemScore) -> Iterator[Part]:
    """Yield what is asked, what was answered, how the points follow, and what people added."""
    entry = content.entry(item.id)
    yield from _asked(content, item, score)
    if entry.answer is not None and score.state is not State.NOT_APPLICABLE:
        yield from _labelled(pgettext("report", "Answer: "), say_answer(item, entry.answer))
    elif entry.answer is None:
        yield Part(pgettext("report", "not checked"), DETAIL, pgettext("report", "Answer: "))
    yield from _own_word(item, entry)
    yield from _labelled(pgettext("report", "Values compared with: "), (_unsaid_references(content, item, score),))
    derivation = replace(score, derivation=tuple(fact for fact in score.derivation if fact.code not in _SAID_ELSEWHERE))
    yield from _labelled(pgettext("report", "Derivation: "), map(tight, wording.say_derivation(derivation)))
    if entry.adjustment is not None:
        yield Part(
            _adjusted(score, entry.adjustment.points, entry.adjustment.reason), DETAIL, pgettext("report", "Adjusted: ")
        )
    if score.provisional:
        reasons = running(wording.say_provisional(code) for code in score.provisional)
        yield Part(reasons, DETAIL, pgettext("report", "Provisional: "))
    if entry.note:
        yield Part(entry.note, DETAIL, pgettext("report", "Note: "))
    if entry.flagged:
        yield Part(_("to be looked at again"), DETAIL, pgettext("report", "Flagged: "))
    if item.discontinued is not None:
        yield Part(in_language(item.discontinued), DETAIL, pgettext("report", "Discontinued: "))


def _own_word(item: Item, entry: Entry) -> Iterator[Part]:
    """Yield what the body says of itself, and why the verified points are others."""
    said = entry.self_assessment
    if said is not None:
        own = say_answer(item, said.answer) if said.answer is not None else ()
        remark = labelled(pgettext("report", "remarks"), said.remark) if said.remark else ""
        repeated = said.answer is not None and said.remark in (said.answer.not_applicable, said.answer.reason)
        yield from _labelled(pgettext("report", "Self-assessment: "), (*own, "" if repeated else remark))
    if entry.differs_because:
        yield Part(entry.differs_because, DETAIL, pgettext("report", "Why it differs: "))


def _asked(content: Content, item: Item, score: ItemScore) -> Iterator[Part]:
    target = content.target(item)
    if target:
        yield Part(target, DETAIL, pgettext("report", "Target: "))
    full = score.full if score.full is not None else full_points(item, content.checklist.body_class.id)
    yield Part(tight(wording.say_rule(item, full, content.target_number(item))), DETAIL, pgettext("report", "Rule: "))


def _labelled(label: str, sentences: Iterable[str]) -> Iterator[Part]:
    said = running(sentence for sentence in sentences if sentence)
    if said:
        yield Part(said, DETAIL, label)


def _unsaid_references(content: Content, item: Item, score: ItemScore) -> str:
    """Return the reference values that the derivation does not already name with their source."""
    said = {str(fact.values.get("reference")) for fact in score.derivation if fact.code.startswith("reference.")}
    said |= {"mean_3y"} if any(fact.code == "reference.mean_3y" for fact in score.derivation) else set()
    references = content.entry(item.id).references
    return say_references({key: value for key, value in references.items() if key.rpartition(":")[2] not in said})


def _adjusted(score: ItemScore, typed: str, reason: str) -> str:
    computed = points(score.computed) if score.computed is not None else pgettext("report", "none")
    return _("computed {computed} points, set to {points} points; reason: {reason}").format(
        computed=computed, points=typed, reason=reason
    )


def _gate_row(content: Content, item: Item, gate: GateState) -> Row:
    entry = content.entry(item.id)
    detail = [Part(tight(wording.say_rule(item, None)), DETAIL, pgettext("report", "Rule: "))]
    if entry.answer is not None:
        detail += _labelled(pgettext("report", "Answer: "), say_answer(item, entry.answer))
    detail += _labelled(pgettext("report", "Grounds and effect: "), map(tight, wording.say_gate(gate)))
    if entry.note:
        detail.append(Part(entry.note, DETAIL, pgettext("report", "Note: ")))
    cells: Sequence[Cell] = (
        content.code(item.id),
        (Part(in_language(item.title), STRONG),),
        (Part(_gate_finding(gate), _FINDING),),
        content.evidence_numbers(item.id) or NOTHING,
    )
    return Row(cells, detail)


def _gate_finding(gate: GateState) -> str:
    if gate.occurred is None:
        return pgettext("report", "not checked")
    if not gate.occurred:
        return pgettext("report", "did not happen")
    return pgettext("report", "happened, in force") if gate.in_force else _("happened, not yet confirmed")


def _is_not_applicable(content: Content, item: Item) -> bool:
    answer = content.entry(item.id).answer
    if answer is None:
        return False
    inner = (*(answer.parts or {}).values(), *(instance.answer for instance in answer.instances or ()))
    return answer.not_applicable is not None or any(part.not_applicable for part in inner)


def _not_applicable_row(content: Content, item: Item) -> Sequence[Cell]:
    answer = content.entry(item.id).answer
    whole = answer is not None and answer.not_applicable is not None
    reasons = (answer.not_applicable or "",) if whole and answer else say_answer(item, answer) if answer else ()
    treatment = wording.say_policy(_policy(content, item)) if whole else _("inside the item, see there")
    full: Fraction | None = content.score(item).full if item.id in content.report.scores.items else None
    return (
        content.code(item.id),
        in_language(item.title),
        points(full),
        tuple(Part(reason, CELL) for reason in reasons),
        treatment,
    )


def _policy(content: Content, item: Item) -> NotApplicablePolicy:
    return item.not_applicable or content.report.scheme.scheme.not_applicable.policy
