"""The results of a round, read off its ranking: shares by section, points lost, weak items, and how firm a place is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from qassess.domain.answers import Adjustment, Entry
from qassess.domain.bodies import Body
from qassess.domain.checklist import Checklist, checklist_for
from qassess.domain.exact import exact_to_text
from qassess.domain.payloads import EvidenceRecord
from qassess.domain.ranking import ROUND_OPEN, Line, Table
from qassess.domain.rules import Composite, Judge, Option, Rule
from qassess.domain.scheme import Item, Section
from qassess.domain.score_sheet import ItemScore, ScoreSheet, SectionScore, State
from qassess.domain.scoring import score


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All tables of a year and round. ``waiting``: bodies that could be assessed and have no assessment here.

    ``made_at``: UTC, when the database was read.
    """

    year: int
    round: str
    tables: tuple[Table, ...]
    waiting: tuple[Body, ...]
    made_at: datetime

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines of all tables."""
        return tuple(line for table in self.tables for line in table.lines)

    def found(self, assessment: str) -> tuple[Table, Line]:
        """Return an assessment's table and line. Raises ``KeyError``."""
        for table in self.tables:
            for line in table.lines:
                if line.assessment == assessment:
                    return table, line
        raise KeyError(assessment)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionResult:
    """One cell of the heat table. ``share`` is points ÷ due (0..1), ``None`` where nothing of it applies.

    A section zeroed by a veto keeps its points and has share 0.
    """

    section: Section
    points: Fraction
    due: Fraction
    scaled: Fraction
    share: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """One item of one body: what was asked, entered and scored, and its evidence."""

    item: Item
    section: Section
    code: str
    entry: Entry
    score: ItemScore
    evidence: tuple[EvidenceRecord, ...]

    @property
    def lost(self) -> Fraction:
        """Points of ``due`` that were not earned; 0 while there are none."""
        return _lost(self.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakItem:
    """One base item across the bodies of a table: mean share earned (0..1), points lost in all, bodies it applies to.

    ``worst`` is the body with the smallest share, the first of the table on a tie.
    """

    item: Item
    section: Section
    share: Fraction
    lost: Fraction
    bodies: int
    worst: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Pivot:
    """An item on which a place hangs: with its full points the body would stand at ``place``.

    ``discretion``: its points were a person's judgement or adjustment.
    """

    item: Item
    lost: Fraction
    place: int
    discretion: bool


def section_results(table: Table, line: Line) -> tuple[SectionResult | None, ...]:
    """Return a line's cells, one for each of ``table.sections``; ``None`` where the body is not asked the section."""
    scores = {known.section: known for known in line.sheet.sections if known.full}
    return tuple(
        None if section.id not in scores else _section_result(section, scores[section.id]) for section in table.sections
    )


def _section_result(section: Section, known: SectionScore) -> SectionResult:
    share = None if not known.due else Fraction(0) if known.points and not known.scaled else known.points / known.due
    return SectionResult(section=section, points=known.points, due=known.due, scaled=known.scaled, share=share)


def checklist_of(line: Line) -> Checklist:
    """Return the checklist a line's body was asked."""
    return checklist_for(line.contender.scheme.scheme, line.sheet.body_class, line.body.id)


def item_results(line: Line) -> tuple[ItemResult, ...]:
    """Return the drill-down of a line: every item in printed order."""
    checklist, held = checklist_of(line), line.contender
    return tuple(
        ItemResult(
            item=item,
            section=section,
            code=checklist.codes[item.id],
            entry=(entry := held.answers.entries.get(item.id) or Entry()),
            score=line.sheet.items[item.id],
            evidence=tuple(held.evidence[sha] for sha in entry.evidence if sha in held.evidence),
        )
        for section, items in checklist.sections
        for item in items
    )


def losses(line: Line) -> tuple[ItemResult, ...]:
    """Return the items that lost base points, the largest loss first, in printed order on ties."""
    lost = [known for known in item_results(line) if known.lost > 0]
    return tuple(sorted(lost, key=lambda known: -known.lost))


def weak_items(table: Table) -> tuple[WeakItem, ...]:
    """Return the base items of a table by the mean share earned, the weakest first; items nobody lost on are left out.

    Only finished items count; not applicable ones without points do not.
    """
    sections = {section.id: section for section in table.scheme.scheme.sections}
    found = (_weak_item(item, sections[item.section], table) for item in table.scheme.scheme.items)
    weak = [known for known in found if known is not None and known.lost > 0]
    return tuple(sorted(weak, key=lambda known: (known.share, -known.lost)))


def _weak_item(item: Item, section: Section, table: Table) -> WeakItem | None:
    earned = [
        (known.points / known.due, known, line.body)
        for line in table.lines
        if (known := line.sheet.items.get(item.id)) is not None and known.points is not None and known.due
    ]
    if not earned:
        return None
    return WeakItem(
        item=item,
        section=section,
        share=sum((share for share, *_ in earned), Fraction(0)) / len(earned),
        lost=sum((_lost(known) for _, known, _body in earned), Fraction(0)),
        bodies=len(earned),
        worst=min(earned, key=lambda known: known[0])[2],
    )


def _lost(known: ItemScore) -> Fraction:
    if known.points is None or not known.due:
        return Fraction(0)
    return max(known.due - known.points, Fraction(0))


def pivots(table: Table, line: Line) -> tuple[Pivot, ...]:
    """Return the items that would move the body up if judged full, the largest loss first.

    Each is scored anew with full points, so caps, rescaling and rounding count as they would; some milliseconds an
    item.
    """
    if line.place is None:
        return ()
    others = [known.total for known in table.lines if known is not line and known.place is not None]
    totals = [total for total in others if total is not None]
    return tuple(_pivots(line, totals, line.place))


def _pivots(line: Line, totals: list[Fraction], place: int) -> Iterator[Pivot]:
    for known in losses(line):
        sheet = _with_full_points(line, known)
        if sheet.total is None:
            continue
        then = 1 + sum(other > sheet.total for other in totals)
        if then < place:
            discretion = known.entry.adjustment is not None or _is_discretion(known.item.rule)
            yield Pivot(item=known.item, lost=known.lost, place=then, discretion=discretion)


def _with_full_points(line: Line, known: ItemResult) -> ScoreSheet:
    full = Adjustment(points=exact_to_text(known.score.due), reason="full")
    entry = replace(line.answers.entries[known.item.id], adjustment=full)
    return score(line.contender.scheme, replace(line.answers, entries={**line.answers.entries, known.item.id: entry}))


def _is_discretion(rule: Rule) -> bool:
    match rule:
        case Judge():
            return True
        case Option():
            return any(level.points_to is not None for level in rule.levels)
        case Composite():
            return any(_is_discretion(part.rule) for part in rule.parts)
        case _:
            return False


def closing_obstacles(table: Table) -> tuple[Line, ...]:
    """Return the lines that keep a round from being closed: those blocked by anything but the open round itself."""
    return tuple(line for line in table.lines if any(block.code != ROUND_OPEN for block in line.blocks))


def is_scored(known: ItemScore) -> bool:
    """Tell whether an item has points to show."""
    return known.state in (State.SCORED, State.NOT_APPLICABLE) and known.points is not None
