"""Conflicts: what differs, who wrote it, and what would follow from either choice: points, grade and place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from qassess.domain.answers import AnswerSheet, Entry
from qassess.domain.bodies import Body
from qassess.domain.edits import decided
from qassess.domain.payloads import AssessmentRecord, from_document
from qassess.domain.ranking import Table, rank
from qassess.domain.results import Results
from qassess.domain.revision import Kind
from qassess.domain.round_references import with_round_references
from qassess.domain.rules import Text
from qassess.domain.scheme import GradeByRank
from qassess.domain.score_sheet import ItemScore, ScoreSheet
from qassess.domain.scoring import score
from qassess.domain.settling import FieldConflict, Side
from qassess.services.results import results
from qassess.services.standing import Standing, standing_under
from qassess.services.views import AssessmentView, answer_sheet, prefix_of, read_view
from qassess.services.workspace import Workspace
from qassess.storage.unit_of_work import UnitOfWork
from qassess.wording import say_round_source

_WITHOUT_PLACE: Final = frozenset({"open_items", "open_gates"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One side of a conflict and what follows from taking it. ``score`` is the item's; ``place`` among its like."""

    side: Side
    score: ItemScore | None
    total: Fraction | None
    grade: str | None
    place: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One field in conflict. ``base`` is what all sides were made from; ``item_id`` is ``None`` outside the items.

    ``needs_reason``: a grade or a place hangs on it. ``decided_differently``: two people decided it already.
    """

    id: str
    assessment: str
    body: Body
    year: int
    round: str
    kind: int
    entity: bytes
    item_id: str | None
    code: str
    title: Text | None
    field: tuple[str, ...]
    base: Side | None
    sides: tuple[Choice, ...]
    decided_differently: bool

    @property
    def name(self) -> str:
        """The field as one text, for :func:`qassess.wording.exchange.say_field`."""
        return ".".join(self.field)

    @property
    def grades(self) -> tuple[str, ...]:
        """The grade each side gives."""
        return tuple(choice.grade or "–" for choice in self.sides)

    @property
    def places(self) -> tuple[int, ...]:
        """The place each side gives; 0 where there is none."""
        return tuple(choice.place or 0 for choice in self.sides)

    @property
    def difference(self) -> Fraction:
        """The last side's total less the first one's."""
        first, last = self.sides[0].total, self.sides[-1].total
        return (last or Fraction(0)) - (first or Fraction(0))

    @property
    def spread(self) -> Fraction:
        """The greatest difference in total between two sides."""
        totals = [choice.total or Fraction(0) for choice in self.sides]
        return max(totals) - min(totals)

    @property
    def needs_reason(self) -> bool:
        """Whether a grade or a place hangs on the decision."""
        return len(set(self.grades)) > 1 or len(set(self.places)) > 1


def conflicts(workspace: Workspace, assessment: str | None = None) -> tuple[Conflict, ...]:
    """Return what awaits a decision, in one assessment or in all, the greatest consequence first.

    First what changes a grade, then what changes a place, then by points.
    """
    disputed = _disputed(workspace, assessment)
    rounds = {(known.view.record.year, known.view.record.round) for known in disputed}
    ranked = {key: results(workspace, key[0], round_=key[1]) for key in rounds}
    found = [
        conflict
        for known in disputed
        for conflict in _weighed(known, ranked[known.view.record.year, known.view.record.round])
    ]
    return tuple(sorted(found, key=_by_consequence))


def _by_consequence(conflict: Conflict) -> tuple[bool, bool, Fraction, str, str, str]:
    return (
        len(set(conflict.grades)) == 1,
        len(set(conflict.places)) == 1,
        -conflict.spread,
        conflict.body.id,
        conflict.item_id or "",
        conflict.name,
    )


@dataclass(frozen=True, slots=True)
class _Disputed:
    """An assessment with conflicts, and where its disputed entities stand."""

    view: AssessmentView
    standings: Mapping[bytes, Standing]


def _disputed(workspace: Workspace, assessment: str | None) -> tuple[_Disputed, ...]:
    with workspace.database.unit_of_work(reading=True) as uow:
        prefixes = uow.assessments() if assessment is None else (prefix_of(assessment),)
        return tuple(_read_disputed(workspace, uow, prefixes))


def _read_disputed(workspace: Workspace, uow: UnitOfWork, prefixes: Iterable[bytes]) -> Iterator[_Disputed]:
    for prefix in prefixes:
        standings = {entity: held for entity, held in standing_under(uow, prefix).items() if held.conflicts}
        if standings:
            yield _Disputed(read_view(workspace, uow, prefix.hex()), standings)


def _weighed(disputed: _Disputed, ranked: Results) -> Iterator[Conflict]:
    table, _line = ranked.found(disputed.view.id)
    for standing in disputed.standings.values():
        for conflict in standing.conflicts:
            yield _conflict(disputed.view, standing, conflict, table)


def _conflict(view: AssessmentView, standing: Standing, conflict: FieldConflict, table: Table) -> Conflict:
    document = standing.document
    item_id = str(document["item"]) if conflict.kind == Kind.ENTRY and "item" in document else None
    titles = {item.id: item.title for item in view.checklist.items}
    return Conflict(
        id=conflict.id,
        assessment=view.id,
        body=view.body,
        year=view.record.year,
        round=view.record.round,
        kind=conflict.kind,
        entity=conflict.entity,
        item_id=item_id,
        code=view.checklist.codes.get(item_id, "") if item_id else "",
        title=titles.get(item_id) if item_id else None,
        field=conflict.field,
        base=conflict.base,
        sides=tuple(_choice(view, document, conflict, side, table) for side in conflict.sides),
        decided_differently=conflict.decided_differently,
    )


def _choice(
    view: AssessmentView, document: Mapping[str, Any], conflict: FieldConflict, side: Side, table: Table
) -> Choice:
    taken = decided(conflict.kind, document, conflict.field, side.value)
    sheet, place = _in_the_round(view, _answers(view, conflict.kind, taken), table)
    item_id = str(document.get("item", "")) if conflict.kind == Kind.ENTRY else ""
    return Choice(side=side, score=sheet.items.get(item_id), total=sheet.total, grade=sheet.grade, place=place)


def _answers(view: AssessmentView, kind: int, document: Mapping[str, Any]) -> AnswerSheet:
    """Return the assessment's answers as they are with one entity's payload in the place of the present one."""
    if kind == Kind.ENTRY:
        entries = {**view.entries, str(document.get("item", "")): from_document(Entry, document)}
        return answer_sheet(view.record, entries)
    if kind == Kind.ASSESSMENT:
        return answer_sheet(from_document(AssessmentRecord, document), view.entries)
    return view.answers


def _in_the_round(view: AssessmentView, answers: AnswerSheet, table: Table) -> tuple[ScoreSheet, int | None]:
    """Score answers as the round does and say which place they would take."""
    if _moves_others(view, answers, table):
        return _ranked_anew(view, answers, table)
    answers = replace(with_round_references(answers, table.references, say_round_source), round_closed=table.closed)
    sheet = score(view.scheme, answers)
    if sheet.total is None or _WITHOUT_PLACE & set(sheet.provisional):
        return sheet, None
    others = [
        line.total
        for line in table.lines
        if line.place is not None and line.total is not None and line.assessment != view.id
    ]
    place = 1 + sum(total > sheet.total for total in others)
    if isinstance(view.scheme.scheme.grading.rule, GradeByRank):
        placed = replace(answers, place=place, sharing_place=1 + others.count(sheet.total), placed=1 + len(others))
        sheet = score(view.scheme, placed)
    return sheet, place


def _moves_others(view: AssessmentView, answers: AnswerSheet, table: Table) -> bool:
    """Tell whether another answer changes the best or the mean of the round, by which others are scored too."""
    asked = {reference.item for reference in table.references}
    return any(view.answers.entries.get(item) != answers.entries.get(item) for item in asked)


def _ranked_anew(view: AssessmentView, answers: AnswerSheet, table: Table) -> tuple[ScoreSheet, int | None]:
    contenders = [
        replace(line.contender, answers=answers, sheet=None) if line.assessment == view.id else line.contender
        for line in table.lines
    ]
    closed = frozenset((table.fingerprint,)) if table.closed else frozenset[str]()
    (again,) = rank(contenders, closed=closed, say_source=say_round_source)
    line = next(line for line in again.lines if line.assessment == view.id)
    return line.sheet, line.place
