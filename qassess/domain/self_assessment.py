"""The body's own word on an item beside what was verified: what it claims, whether they differ, how it is taken in."""

from dataclasses import replace
from fractions import Fraction

from qassess.domain.answers import AnswerSheet, Entry, SelfAssessment
from qassess.domain.quantity import read_number
from qassess.domain.scheme import Item, Scheme
from qassess.domain.score_sheet import ItemScore, State
from qassess.domain.scoring import score_item
from qassess.errors import InputRefused


def claimed_points(scheme: Scheme, item: Item, sheet: AnswerSheet) -> Fraction | None:
    """Return the points the body claims for an item: as it states them, else those its own answer gives.

    ``None`` where it claims none, and where its answer gives none.
    """
    entry = sheet.entries.get(item.id)
    said = entry.self_assessment if entry is not None else None
    if said is None:
        return None
    if said.points is not None:
        return _stated(said.points)
    if said.answer is None:
        return None
    return own_score(scheme, item, sheet, said).points


def own_score(scheme: Scheme, item: Item, sheet: AnswerSheet, said: SelfAssessment) -> ItemScore:
    """Score an item by the body's own answer; reference values are those of the entry."""
    entry = sheet.entries.get(item.id, Entry())
    own = replace(entry, answer=said.answer, adjustment=None)
    return score_item(scheme, item, sheet.body_class, replace(sheet, entries={**sheet.entries, item.id: own}))


def points_differ(scheme: Scheme, item: Item, sheet: AnswerSheet, verified: ItemScore) -> bool:
    """Tell whether verified points are others than the body claims; what has no points on either side never is."""
    if verified.state is not State.SCORED or verified.points is None:
        return False
    claimed = claimed_points(scheme, item, sheet)
    return claimed is not None and claimed != verified.points


def taken_over(entry: Entry) -> Entry | None:
    """Return the entry with the body's own answer as the verified one, ``None`` where it gives none to take."""
    said = entry.self_assessment
    if said is None or said.answer is None:
        return None
    return replace(entry, answer=said.answer, adjustment=None, differs_because="")


def joined(known: SelfAssessment | None, arrived: SelfAssessment) -> SelfAssessment:
    """Return what is known once another form has come in: what it leaves empty never beats what is filled."""
    if known is None:
        return arrived
    together = SelfAssessment(
        answer=arrived.answer if arrived.answer is not None else known.answer,
        points=arrived.points if arrived.points is not None else known.points,
        remark=arrived.remark or known.remark,
        source=arrived.source or known.source,
    )
    return known if replace(together, source=known.source) == known else together


def _stated(points: str) -> Fraction | None:
    try:
        return read_number(points).exact
    except InputRefused:
        return None
