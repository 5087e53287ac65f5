"""Shapes that look up or choose: option, checklist, band, grid, rank and judge."""

from collections.abc import Mapping
from fractions import Fraction
from typing import assert_never

from qassess.domain.answers import Answer
from qassess.domain.exact import exact_to_text
from qassess.domain.facts import fact
from qassess.domain.quantity import Limits, read_number
from qassess.domain.rules import Band, Checklist, Element, Grid, Interval, Judge, Level, Measure, Option, Rank, Ties
from qassess.domain.scheme import Role
from qassess.domain.score_sheet import FactValue
from qassess.domain.scoring_context import Asked, UnreadyError, clip, labelled, need_source, unanswered
from qassess.domain.scoring_measures import Reading, read_measure
from qassess.errors import InputRefused


def score_option(rule: Option, answer: Answer, asked: Asked) -> Fraction:
    """Give the chosen level's points; a level that is a range asks for points inside it and a reason."""
    if answer.option is None:
        raise unanswered(answer, asked, "option")
    if not 1 <= answer.option <= len(rule.levels):
        raise InputRefused(
            "answer.no_such_level",
            field=asked.field_name("option"),
            level=answer.option,
            levels=len(rule.levels),
        )
    level = rule.levels[answer.option - 1]
    points = level.points if level.points_to is None else _inside_level(level, level.points_to, answer, asked)
    if level.points_to is None:
        asked.trail.note("option.level", level=answer.option, **labelled(level.label), points=points)
    return _within_pool(points, asked)


def score_checklist(rule: Checklist, answer: Answer, asked: Asked) -> Fraction:
    """Give the sum of what is there, or the start less what is missing."""
    if answer.checked is None:
        raise unanswered(answer, asked, "checked")
    ticked = frozenset(answer.checked)
    for unknown in sorted(ticked - {element.id for element in rule.elements}):
        raise InputRefused("answer.no_such_element", field=asked.field_name("checked"), element=unknown)
    there = [element for element in rule.elements if element.id in ticked]
    missing = [element for element in rule.elements if element.id not in ticked]
    if rule.all_missing_zero and not there:
        asked.trail.note("checklist.all_missing", total=len(rule.elements))
        return Fraction(0)
    if rule.mode == "award":
        points = _sum_of(there, "checklist.there", asked)
        asked.trail.note("checklist.sum", there=len(there), total=len(rule.elements), points=points)
        return _within_pool(points, asked)
    deducted = _sum_of(missing, "checklist.missing", asked)
    points = asked.pool.start - deducted
    asked.trail.note(
        "checklist.deduct",
        missing=len(missing),
        total=len(rule.elements),
        start=asked.pool.start,
        deducted=deducted,
        points=points,
    )
    return _within_pool(points, asked)


def score_band(rule: Band, answer: Answer, asked: Asked) -> Fraction:
    """Give the points of the row whose interval holds the value."""
    reading = read_measure(rule.measure, answer, asked)
    row = next((row for row in rule.bands if contains(row.within, reading.value)), None)
    if row is None:
        raise UnreadyError(fact("missing.band", value=reading.value, unit=reading.unit))
    code, ends = _interval(row.within)
    asked.trail.note(f"band.{code}", value=reading.value, unit=reading.unit, **ends, points=row.points)
    return _within_pool(row.points, asked)


def score_grid(rule: Grid, answer: Answer, asked: Asked) -> Fraction:
    """Give the points of the field where the row of one measure meets the column of another."""
    if answer.row is None and answer.column is None:
        raise unanswered(answer, asked, "row")
    row = _place(rule.row_measure, rule.rows, answer.row, asked.within("row"), labelled(rule.row_label))
    column = _place(
        rule.column_measure, rule.columns, answer.column, asked.within("column"), labelled(rule.column_label)
    )
    points = rule.points[row][column]
    asked.trail.note("grid.points", row=row + 1, column=column + 1, points=points)
    return _within_pool(points, asked)


def score_rank(rule: Rank, answer: Answer, asked: Asked) -> Fraction:
    """Give the points of a place, by the table or linear from place 1 to the last; ties by the rule's choice.

    How many were ranked and the source belong to it. Provisional until the round is closed.
    """
    if answer.value is None:
        raise unanswered(answer, asked, "value")
    of = None if answer.of is None else _whole(answer.of, "of", asked)
    place = _whole(answer.value, "value", asked, most=of)
    sharing = 1 if answer.sharing is None else _whole(answer.sharing, "sharing", asked)
    if of is not None and place + sharing - 1 > of:
        raise InputRefused(
            "answer.sharing_too_many", field=asked.field_name("sharing"), place=place, sharing=sharing, of=of
        )
    if not asked.sheet.round_closed:
        asked.trail.provisional.add("rank")
    if of is None:
        raise UnreadyError(fact("missing.number_ranked"))
    need_source(answer, asked)
    points = _tied_points(rule, place, sharing, of, asked)
    if sharing > 1:
        asked.trail.note("rank.tied", place=place, sharing=sharing, ties=rule.ties.value, points=points)
    return _within_pool(points, asked)


def score_judge(rule: Judge, answer: Answer, asked: Asked) -> Fraction:
    """Give points at discretion within bounds and steps, with a reason; earned, or deducted from the start.

    Where nothing has to be given or taken (a deduction, a bonus, a penalty), 0 is allowed below the minimum too.
    """
    if answer.points is None:
        raise unanswered(answer, asked, "points")
    may_be_nothing = rule.mode == "deduct" or asked.pool.role is not Role.BASE
    typed = _discretion(answer.points, rule, asked, may_be_nothing=may_be_nothing)
    reason = _reason(answer)
    bounds = {"minimum": rule.minimum, "maximum": rule.maximum}
    if rule.mode == "award":
        asked.trail.note("judge.award", points=typed, **bounds, reason=reason)
        return _within_pool(typed, asked)
    points = asked.pool.start - typed
    asked.trail.note("judge.deduct", start=asked.pool.start, deducted=typed, **bounds, points=points, reason=reason)
    return _within_pool(points, asked)


def contains(interval: Interval, value: Fraction) -> bool:
    """Tell whether a value lies in an interval; an absent end is open to infinity."""
    above = interval.low is None or value > interval.low or (interval.low_included and value == interval.low)
    below = interval.high is None or value < interval.high or (interval.high_included and value == interval.high)
    return above and below


def _within_pool(points: Fraction, asked: Asked) -> Fraction:
    """Keep points between 0 (a penalty: − full) and full; a penalty's table may be written without minus signs."""
    return clip(points, asked.pool.least_of_table, asked.pool.full, asked.trail)


def _inside_level(level: Level, other_end: Fraction, answer: Answer, asked: Asked) -> Fraction:
    low, high = sorted((level.points, other_end))
    if answer.points is None:
        raise UnreadyError(fact("missing.points", minimum=low, maximum=high))
    name = asked.field_name("points")
    points = read_number(answer.points, Limits(name=name, minimum=low, maximum=high)).exact
    asked.trail.note(
        "option.range",
        level=answer.option or 0,
        **labelled(level.label),
        low=low,
        high=high,
        points=points,
        reason=_reason(answer),
    )
    return points


def _reason(answer: Answer) -> str:
    reason = (answer.reason or "").strip()
    if not reason:
        raise UnreadyError(fact("missing.reason"))
    return reason


def _sum_of(elements: list[Element], code: str, asked: Asked) -> Fraction:
    for element in elements:
        asked.trail.note(code, element=element.id, **labelled(element.label), points=abs(element.points))
    return sum((abs(element.points) for element in elements), Fraction(0))


def _interval(interval: Interval) -> tuple[str, dict[str, FactValue]]:
    low: dict[str, FactValue] = {}
    high: dict[str, FactValue] = {}
    if interval.low is not None:
        low = {"low": interval.low, "low_included": interval.low_included}
    if interval.high is not None:
        high = {"high": interval.high, "high_included": interval.high_included}
    code = {(True, True): "between", (True, False): "from", (False, True): "up_to", (False, False): "any"}
    return code[bool(low), bool(high)], low | high


def _place(
    measure: Measure, intervals: tuple[Interval, ...], answer: Answer | None, asked: Asked, label: Mapping[str, str]
) -> int:
    """Return the index of the interval that holds one of a grid's two values."""
    if answer is None:
        raise UnreadyError(fact("missing.part", part=asked.field_prefix.rstrip("."), **label))
    reading: Reading = read_measure(measure, answer, asked)
    for index, interval in enumerate(intervals):
        if contains(interval, reading.value):
            code, ends = _interval(interval)
            asked.trail.note(f"grid.{code}", **label, value=reading.value, unit=reading.unit, **ends)
            return index
    raise UnreadyError(fact("missing.band", value=reading.value, unit=reading.unit))


def _whole(text: str, name: str, asked: Asked, most: int | None = None) -> int:
    maximum = None if most is None else Fraction(most)
    limits = Limits(name=asked.field_name(name), whole=True, minimum=Fraction(1), maximum=maximum)
    return read_number(text, limits).exact.numerator


def _tied_points(rule: Rank, place: int, sharing: int, of: int, asked: Asked) -> Fraction:
    match rule.ties:
        case Ties.FIRST:
            return _place_points(rule, place, of, asked)
        case Ties.WORST:
            return _place_points(rule, place + sharing - 1, of, asked)
        case Ties.MEAN:
            shared = [_place_points(rule, place + behind, of, asked) for behind in range(sharing)]
            return sum(shared, Fraction(0)) / sharing
        case _:
            assert_never(rule.ties)


def _place_points(rule: Rank, place: int, of: int, asked: Asked) -> Fraction:
    if rule.linear:
        return _linear_points(rule, place, of, asked)
    row = next((row for row in rule.table if row.first <= place <= (row.last or place)), None)
    if row is None:
        asked.trail.note("rank.not_in_table", place=place)
        return Fraction(0)
    asked.trail.note("rank.place_of", place=place, of=of, points=row.points)
    return row.points


def _linear_points(rule: Rank, place: int, of: int, asked: Asked) -> Fraction:
    full = asked.pool.full or Fraction(0)
    if of == 1:
        asked.trail.note("rank.alone", points=full)
        return full
    points = full - (full - rule.last_points) * Fraction(place - 1, of - 1)
    asked.trail.note("rank.linear", full=full, last_points=rule.last_points, place=place, of=of, points=points)
    return points


def _discretion(text: str, rule: Judge, asked: Asked, *, may_be_nothing: bool) -> Fraction:
    name = asked.field_name("points")
    least = min(rule.minimum, Fraction(0)) if may_be_nothing else rule.minimum
    typed = read_number(text, Limits(name=name, minimum=least, maximum=rule.maximum))
    if may_be_nothing and typed.exact == 0:
        return typed.exact
    if typed.exact < rule.minimum:
        read_number(text, Limits(name=name, minimum=rule.minimum))
    if rule.increment and (typed.exact - rule.minimum) % rule.increment:
        raise InputRefused(
            "number.increment",
            field=name,
            typed=typed.typed,
            minimum=exact_to_text(rule.minimum),
            increment=exact_to_text(rule.increment),
        )
    return typed.exact
