"""What the same body was given the year before, as context: shown beside the item, never a silent default.

A district made of several bodies has the values of all of them: where each has numerator and denominator, these are
added up, so that the rate is that of the whole (城区 + 郊区 → 潞州区); rates without their pairs are only listed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from qassess.domain.answers import Answer
from qassess.domain.bodies import Body
from qassess.domain.exact import exact_to_text
from qassess.domain.quantity import read_number, takes_pair
from qassess.domain.rules import Band, Count, Linear, Measure, MeasureKind, Ratio, Step
from qassess.domain.scheme import Item
from qassess.domain.score_sheet import State
from qassess.errors import InputRefused, QassessError
from qassess.services.bodies import register
from qassess.services.views import AssessmentView, read_view
from qassess.services.workspace import Workspace
from qassess.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class LastValue:
    """One body's value of an item: its answer, and its points of how many, where it was scored."""

    body: Body
    answer: Answer
    points: Fraction | None
    full: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastItem:
    """An item as it was the year before. ``pooled`` is the predecessors' answer put together, where it can be."""

    values: tuple[LastValue, ...]
    pooled: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRound:
    """A whole round: its year, the bodies it was about, and its items by id.

    ``missing``: predecessors of which nothing is known here; nothing is pooled then.
    """

    year: int
    bodies: tuple[Body, ...]
    missing: tuple[Body, ...]
    items: Mapping[str, LastItem]


def last_round(workspace: Workspace, view: AssessmentView) -> LastRound | None:
    """Return the round of the year before, ``None`` where the database has none of this body or its predecessors.

    Only items that ask the same (same id, same content) are there: a value under another rule is no context.
    """
    year = view.record.year - 1
    with workspace.database.unit_of_work(reading=True) as uow:
        bodies = _bodies_then(view.body, year)
        known = {body.id: found for body in bodies if (found := _assessed(workspace, uow, view, body, year))}
    if not known:
        return None
    missing = tuple(body for body in bodies if body.id not in known)
    items: dict[str, LastItem] = {}
    for item in view.checklist.items:
        values = tuple(value for before in known.values() if (value := _value(view, before, item)) is not None)
        if values:
            whole = len(bodies) > 1 and not missing and len(values) == len(bodies)
            items[item.id] = LastItem(values=values, pooled=_pooled(item, values) if whole else None)
    return LastRound(year=year, bodies=tuple(before.body for before in known.values()), missing=missing, items=items)


def _bodies_then(body: Body, year: int) -> tuple[Body, ...]:
    """Return the body itself, or what it was made of, in a year; a county's department follows its county."""
    if body.is_valid_in(year):
        return (body,)
    county, slash, unit = body.id.partition("/")
    known = register()
    found = known.find(county)
    named = (f"{before}{slash}{unit}" for before in (found.predecessors if found is not None else ()))
    return tuple(before for name in named if (before := known.find(name)) is not None)


def _assessed(
    workspace: Workspace, uow: UnitOfWork, view: AssessmentView, body: Body, year: int
) -> AssessmentView | None:
    """Return a body's assessment of a year, by the same round; of several the one changed last."""
    found: list[AssessmentView] = []
    for state in uow.assessment_states():
        if (state.body, state.year, state.round) == (body.id, year, view.record.round):
            try:
                found.append(read_view(workspace, uow, state.prefix.hex()))
            except QassessError:  # what cannot be read is no context
                continue
    return max(found, key=lambda known: str(known.saved_at), default=None)


def _value(view: AssessmentView, before: AssessmentView, item: Item) -> LastValue | None:
    entry = before.entries.get(item.id)
    if entry is None or entry.answer is None:
        return None
    if before.scheme.item_hashes.get(item.id) != view.scheme.item_hashes.get(item.id):
        return None
    scored = before.sheet.items.get(item.id)
    points = scored.points if scored is not None and scored.state is State.SCORED else None
    return LastValue(
        body=before.body, answer=entry.answer, points=points, full=scored.full if scored is not None else None
    )


def _pooled(item: Item, values: tuple[LastValue, ...]) -> Answer | None:
    """Add up numerators and denominators, or counts; ``None`` where one body has no pair, or adding means nothing."""
    measure = _measure(item)
    if measure is None or item.instances is not None:
        return None
    answers = [value.answer for value in values]
    if takes_pair(measure):
        top = _sum(answer.numerator for answer in answers)
        bottom = _sum(answer.denominator for answer in answers)
        return Answer(numerator=top, denominator=bottom) if top is not None and bottom is not None else None
    if measure.kind is MeasureKind.COUNT and not measure.kinds:
        count = _sum(answer.count for answer in answers)
        return Answer(count=count) if count is not None else None
    return None


def _measure(item: Item) -> Measure | None:
    rule = item.rule
    return rule.measure if isinstance(rule, Step | Band | Ratio | Linear | Count) else None


def _sum(numbers: Iterable[str | None]) -> str | None:
    total = Fraction(0)
    for number in numbers:
        if number is None:
            return None
        try:
            total += read_number(number).exact
        except InputRefused:
            return None
    return exact_to_text(total)
