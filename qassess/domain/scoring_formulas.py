"""Shapes that compute: step, ratio, linear, count and external. Each says its formula with the numbers in it."""

import math
from fractions import Fraction
from typing import assert_never

from qassess.domain.answers import Answer
from qassess.domain.quantity import Limits, read_number
from qassess.domain.rules import Comparator, Count, External, Linear, MeasureKind, PartialStep, Ratio, Reference, Step
from qassess.domain.scheme import Role
from qassess.domain.scoring_context import Asked, clip, holds, labelled, need_source, unanswered
from qassess.domain.scoring_measures import (
    Reading,
    compared_target,
    is_lower_better,
    read_measure,
    reference_number,
    target_number,
    typed_value,
)

_STRICT = (Comparator.MORE_THAN, Comparator.LESS_THAN)


def score_step(rule: Step, answer: Answer, asked: Asked) -> Fraction:
    """Give base points at the target, deducted or awarded per step of distance from it.

    An incomplete step never earns more: under ``ceil`` it is deducted as a whole one and awarded as none. A strict
    target that is only equalled is missed: one step under ``ceil``, nothing otherwise.
    """
    reading = read_measure(rule.measure, answer, asked)
    target = compared_target(rule.measure, asked)
    if rule.zero_beyond is not None and holds(reading.value, rule.zero_beyond):
        bound = rule.zero_beyond
        asked.trail.note(
            "step.zero_beyond",
            value=reading.value,
            bound=bound.value,
            comparator=bound.comparator.value,
            unit=reading.unit,
        )
        return asked.pool.least or Fraction(0)
    points = _stepped(rule, reading, target, asked)
    least = asked.pool.least if asked.pool.role is Role.PENALTY and rule.floor >= 0 else rule.floor
    return clip(points, least, _cap(rule.cap, asked), asked.trail)


def score_ratio(rule: Ratio, answer: Answer, asked: Asked) -> Fraction:
    """Give full points times actual ÷ target (target ÷ actual where lower is better), at most ``cap_ratio``."""
    value, target, unit = _compared_pair(rule, answer, asked)
    ratio = _ratio(value, target, unit, rule, asked)
    if rule.min_ratio is not None and ratio < rule.min_ratio:
        asked.trail.note("ratio.below_minimum", ratio=ratio, minimum=rule.min_ratio)
        ratio = Fraction(0)
    if ratio > rule.cap_ratio:
        asked.trail.note("ratio.capped", ratio=ratio, cap=rule.cap_ratio)
        ratio = rule.cap_ratio
    full = asked.pool.full or Fraction(0)
    asked.trail.note("ratio.points", full=full, ratio=ratio, points=full * ratio)
    return full * ratio


def score_linear(rule: Linear, answer: Answer, asked: Asked) -> Fraction:
    """Give factor × measure + offset, between floor and cap."""
    reading = read_measure(rule.measure, answer, asked)
    points = rule.factor * reading.value + rule.offset
    asked.trail.note(
        "linear.points",
        factor=rule.factor,
        value=reading.value,
        unit=reading.unit,
        offset=rule.offset,
        points=points,
    )
    least = asked.pool.least if asked.pool.role is Role.PENALTY and rule.floor >= 0 else rule.floor
    return clip(points, least, asked.pool.full if rule.cap is None else rule.cap, asked.trail)


def score_count(rule: Count, answer: Answer, asked: Asked) -> Fraction:
    """Give points per counted unit, awarded, deducted, or deducted for what is short of the number required."""
    count = read_measure(rule.measure, answer, asked).value
    start = asked.pool.start if rule.start is None else rule.start
    points = _counted(rule, count, start, asked)
    floor = asked.pool.least if rule.floor is None else rule.floor
    return clip(points, floor, _cap(rule.cap, asked), asked.trail)


def score_external(rule: External, answer: Answer, asked: Asked) -> Fraction:
    """Give full points times the external score (with its source) over its own full score, which it cannot exceed."""
    if answer.value is None:
        raise unanswered(answer, asked, "value")
    limits = Limits(name=asked.field_name("value"), minimum=Fraction(0), maximum=rule.external_full)
    score = read_number(answer.value, limits).exact
    need_source(answer, asked)
    full = asked.pool.full or Fraction(0)
    points = full * score / rule.external_full
    asked.trail.note(
        "external.points",
        full=full,
        score=score,
        external_full=rule.external_full,
        points=points,
        **labelled(rule.source),
    )
    return points


def _cap(stated: Fraction | None, asked: Asked) -> Fraction | None:
    """Return the stated cap, which may lie above full points; else full points (uncapped: none)."""
    return asked.pool.full if stated is None else stated


def _stepped(rule: Step, reading: Reading, target: Fraction, asked: Asked) -> Fraction:
    base = asked.pool.start if rule.base_points is None else rule.base_points
    comparator = asked.target.comparator if asked.target else Comparator.AT_LEAST
    gap = reading.value - target if is_lower_better(rule.measure, asked.target) else target - reading.value
    short = abs(gap) if comparator is Comparator.EQUAL else gap
    _say_position(reading, target, comparator, asked)
    if short > 0 or (short == 0 and comparator in _STRICT):
        steps = _steps(short, rule, reading, asked, least=int(short == 0))
        points = base - steps * rule.deduct_per_step
        code = "step.deduct"
        per_step = rule.deduct_per_step
    elif short < 0 and rule.award_per_step:
        steps = _steps(-short, rule, reading, asked, award=True)
        points = base + steps * rule.award_per_step
        code = "step.award"
        per_step = rule.award_per_step
    else:
        asked.trail.note("step.met", points=base)
        return base
    asked.trail.note(code, base=base, steps=steps, per_step=per_step, points=points)
    return points


def _say_position(reading: Reading, target: Fraction, comparator: Comparator, asked: Asked) -> None:
    distance = abs(reading.value - target)
    if distance == 0 and comparator in _STRICT:
        asked.trail.note(
            "step.at_strict_bound",
            value=reading.value,
            target=target,
            unit=reading.unit,
            comparator=comparator.value,
        )
    elif distance == 0:
        asked.trail.note("step.at_target", value=reading.value, target=target, unit=reading.unit)
    else:
        asked.trail.note(
            "step.above" if reading.value > target else "step.below",
            value=reading.value,
            target=target,
            distance=distance,
            unit=reading.unit,
            distance_unit=reading.distance_unit,
        )


def _steps(
    distance: Fraction, rule: Step, reading: Reading, asked: Asked, *, least: int = 0, award: bool = False
) -> Fraction:
    """Return how many steps a distance makes; ``least`` is what ``ceil`` counts for none at all."""
    exact = distance / rule.step
    mode = PartialStep.FLOOR if award and rule.partial_step is PartialStep.CEIL else rule.partial_step
    steps = max(_whole_steps(exact, mode), Fraction(least if mode is PartialStep.CEIL else 0))
    asked.trail.note(
        "step.steps",
        distance=distance,
        distance_unit=reading.distance_unit,
        step=rule.step,
        exact_steps=exact,
        steps=steps,
        mode=mode.value,
    )
    return steps


def _whole_steps(exact: Fraction, mode: PartialStep) -> Fraction:
    match mode:
        case PartialStep.CEIL:
            return Fraction(math.ceil(exact))
        case PartialStep.FLOOR:
            return Fraction(math.floor(exact))
        case PartialStep.LINEAR:
            return exact
        case _:
            assert_never(mode)


def _compared_pair(rule: Ratio, answer: Answer, asked: Asked) -> tuple[Fraction, Fraction, str]:
    """Return actual and target; a measure that is itself a ratio is taken apart, so that a target of 0 is decided."""
    if rule.measure.kind is MeasureKind.RATIO_TO_TARGET:
        value = typed_value(rule.measure, answer, asked)
        reference = rule.measure.reference or Reference.TARGET
        return value, reference_number(reference, rule.measure, asked), rule.measure.unit
    reading = read_measure(rule.measure, answer, asked)
    return reading.value, compared_target(rule.measure, asked), reading.unit


def _ratio(value: Fraction, target: Fraction, unit: str, rule: Ratio, asked: Asked) -> Fraction:
    """Return the ratio, 0 or more; where there is none (target 0, or nothing where lower is better), met or missed."""
    lower = is_lower_better(rule.measure, asked.target)
    if target > 0 and (value > 0 or not lower):
        ratio = target / value if lower else max(value / target, Fraction(0))
        code = "ratio.target_by_actual" if lower else "ratio.actual_by_target"
        asked.trail.note(code, value=value, target=target, unit=unit, ratio=ratio)
        return ratio
    if value == target:
        asked.trail.note("ratio.met", value=value, target=target, unit=unit)
        return Fraction(1)
    met = value < target if lower else value > target
    asked.trail.note("ratio.met" if met else "ratio.missed", value=value, target=target, unit=unit)
    return max(rule.cap_ratio, Fraction(1)) if met else Fraction(0)


def _counted(rule: Count, count: Fraction, start: Fraction, asked: Asked) -> Fraction:
    match rule.mode:
        case "award":
            return _awarded(rule, count, asked)
        case "deduct":
            return _deducted(rule, count, start, asked)
        case "shortfall":
            return _short(rule, count, start, asked)
        case _:
            assert_never(rule.mode)


def _awarded(rule: Count, count: Fraction, asked: Asked) -> Fraction:
    points = max(count - rule.free_units, Fraction(0)) * rule.per_unit
    if rule.free_units:
        asked.trail.note("count.award_beyond", count=count, free=rule.free_units, per_unit=rule.per_unit, points=points)
    else:
        asked.trail.note("count.award", count=count, per_unit=rule.per_unit, points=points)
    return points


def _deducted(rule: Count, count: Fraction, start: Fraction, asked: Asked) -> Fraction:
    each = abs(rule.per_unit)
    points = start - max(count - rule.free_units, Fraction(0)) * each
    if rule.free_units:
        asked.trail.note(
            "count.deduct_beyond", start=start, count=count, free=rule.free_units, per_unit=each, points=points
        )
    else:
        asked.trail.note("count.deduct", start=start, count=count, per_unit=each, points=points)
    return points


def _short(rule: Count, count: Fraction, start: Fraction, asked: Asked) -> Fraction:
    required = target_number(rule.measure, asked) if rule.required is None else rule.required
    if count >= required:
        asked.trail.note("count.reached", count=count, required=required, points=start)
        return start
    each = abs(rule.per_unit)
    points = start - (required - count) * each
    asked.trail.note(
        "count.shortfall",
        start=start,
        count=count,
        required=required,
        missing=required - count,
        per_unit=each,
        points=points,
    )
    return points
