"""Each shape of rule in clauses, made from its numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from qassess.domain.rules import (
    Band,
    Better,
    Checklist,
    Count,
    External,
    Grid,
    Judge,
    Linear,
    Measure,
    MeasureKind,
    Option,
    PartialStep,
    Rank,
    RankRow,
    Ratio,
    Reference,
    Shape,
    Step,
    Target,
    Ties,
)
from qassess.domain.scheme import Role
from qassess.i18n import _, later
from qassess.wording.filling import filled
from qassess.wording.names import in_language, say_reference, say_target_kind
from qassess.wording.numbers import bound_words, interval_words, number, points, quantity


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule is about: role, full points, target and the number it comes to, and whether it is only a part."""

    role: Role
    full: Fraction | None
    target: Target | None
    number: Fraction | None = None
    part: bool = False

    @property
    def full_words(self) -> str:
        """Full points in words; "full points" where the class of body decides."""
        return _("full points") if self.full is None else points(self.full)


def say_shape(rule: Shape, asked: Asked) -> Iterator[str]:
    """Yield the clauses of a rule of one shape."""
    match rule:
        case Step():
            yield from _step(rule, asked)
        case Ratio():
            yield from _ratio(rule, asked)
        case Linear():
            yield from _linear(rule)
        case Count():
            yield from _count(rule, asked)
        case Judge():
            yield _judge(rule, asked)
        case External():
            yield filled(
                _("{full} × score ÷ {external_full}, after {source}"),
                full=asked.full_words,
                external_full=number(rule.external_full),
                source=in_language(rule.source),
            )
        case Option() | Checklist() | Band() | Grid() | Rank():
            yield from _table(rule, asked)
        case _:
            assert_never(rule)


def partial_step_clause(rule: Step) -> str:
    """Say what less than a step counts (不足1个百分点按1个计/不计/按比例); empty where no step can cost or earn."""
    template = {
        PartialStep.CEIL: _ceil_clause(rule),
        PartialStep.FLOOR: later("less than {step} does not count"),
        PartialStep.LINEAR: later("less than {step} counts in proportion"),
    }[rule.partial_step]
    return filled(_(template), step=quantity(rule.step, step_unit(rule.measure)))


def _ceil_clause(rule: Step) -> str:
    """Return what less than a step counts under ``ceil``: a whole one where it costs points, none where it earns."""
    if not rule.award_per_step:
        return later("less than {step} counts as {step}")
    if not rule.deduct_per_step:
        return later("less than {step} does not count")
    return later("less than {step} counts as {step} in deducting and does not count in adding")


def step_unit(measure: Measure) -> str:
    """Return the unit of distances: percentage points between percentages, else that of the number itself."""
    unit = value_unit(measure)
    return {"%": "pp", "‰": "permille_points"}.get(unit, unit)


def value_unit(measure: Measure) -> str:
    """Return the unit of the number a rule and its target work with, which is not always that of what is typed."""
    match measure.kind:
        case MeasureKind.DELTA_PP:
            return {"%": "pp", "‰": "permille_points"}.get(measure.unit, measure.unit)
        case MeasureKind.DELTA_PCT:
            return "%"
        case MeasureKind.RATIO_TO_TARGET:
            return ""
        case _:
            return measure.unit


def _step(rule: Step, asked: Asked) -> Iterator[str]:
    step = quantity(rule.step, step_unit(rule.measure))
    base = asked.full if rule.base_points is None else rule.base_points
    if asked.role is not Role.PENALTY or rule.base_points:
        yield filled(
            _("meeting the target of {target} earns {points}"),
            target=_target(rule.measure, asked),
            points=asked.full_words if base is None else points(base),
        )
    if rule.deduct_per_step:
        template = (
            later("each {step} below it costs {points}")
            if rule.measure.better is Better.HIGHER
            else later("each {step} above it costs {points}")
        )
        yield filled(_(template), step=step, points=points(rule.deduct_per_step))
    if rule.award_per_step:
        template = (
            later("each {step} above it earns {points} more")
            if rule.measure.better is Better.HIGHER
            else later("each {step} below it earns {points} more")
        )
        yield filled(_(template), step=step, points=points(rule.award_per_step))
    yield partial_step_clause(rule)
    if rule.zero_beyond is not None:
        bound = quantity(rule.zero_beyond.value, value_unit(rule.measure))
        yield filled(_("{condition} earns nothing"), condition=bound_words(rule.zero_beyond.comparator, bound))
    yield from _limits(rule.floor, rule.cap)


def _target(measure: Measure, asked: Asked) -> str:
    """Say the target with its comparator: ``95 % 以上``, ``超过 280 天``, ``as agreed``."""
    target = asked.target
    if target is None:
        return ""
    value = asked.number if asked.number is not None else None if target.agreed else target.value
    said = say_target_kind(target) if value is None else quantity(value, value_unit(measure))
    return bound_words(target.comparator, said)


def _limits(floor: Fraction | None, cap: Fraction | None) -> Iterator[str]:
    if floor:
        yield filled(_("{points} at least"), points=points(floor))
    if cap is not None:
        yield filled(_("{points} at most"), points=points(cap))


def _ratio(rule: Ratio, asked: Asked) -> Iterator[str]:
    yield filled(
        _("meeting the target of {target} earns {points}"), target=_target(rule.measure, asked), points=asked.full_words
    )
    if rule.measure.better is Better.HIGHER:
        yield _("short of it in proportion, actual ÷ target")
    else:
        yield _("over it in proportion, target ÷ actual")
    if rule.cap_ratio != 1:
        yield filled(_("up to {ratio} times the points"), ratio=number(rule.cap_ratio))
    if rule.min_ratio is not None:
        yield filled(_("less than {share} of it earns nothing"), share=quantity(rule.min_ratio * 100, "%"))


def _linear(rule: Linear) -> Iterator[str]:
    if rule.offset > 0:
        template = later("{factor} × {measure} + {offset} points")
    elif rule.offset < 0:
        template = later("{factor} × {measure} − {offset} points")
    else:
        template = later("{factor} × {measure} points")
    yield filled(
        _(template), factor=number(rule.factor), measure=_measure(rule.measure), offset=number(abs(rule.offset))
    )
    yield from _limits(rule.floor, rule.cap)


def _measure(measure: Measure) -> str:
    """Name the number a formula works with."""
    reference = say_reference(measure.reference or Reference.TARGET)
    match measure.kind:
        case MeasureKind.DELTA_PP:
            return filled(_("(value − {reference})"), reference=reference)
        case MeasureKind.DELTA_PCT:
            return filled(_("change in % against {reference}"), reference=reference)
        case MeasureKind.RATIO_TO_TARGET:
            return filled(_("(value ÷ {reference})"), reference=reference)
        case _:
            return _("value")


def _count(rule: Count, asked: Asked) -> Iterator[str]:
    one = quantity(Fraction(1), rule.measure.unit)
    each = points(rule.per_unit)
    match rule.mode:
        case "award":
            yield filled(_("each {unit} earns {points}"), unit=one, points=each)
        case "deduct":
            yield from _start(rule, asked)
            yield filled(_("each {unit} costs {points}"), unit=one, points=each)
        case "shortfall":
            yield from _start(rule, asked)
            yield filled(
                _("{required} are required, each {unit} short costs {points}"),
                required=quantity(rule.required or Fraction(0), rule.measure.unit),
                unit=one,
                points=each,
            )
    if rule.free_units:
        yield filled(_("the first {free} without effect"), free=quantity(rule.free_units, rule.measure.unit))
    if rule.mode != "award" and rule.floor is None and asked.role is not Role.PENALTY:
        yield _("never below 0")
    yield from _limits(rule.floor, rule.cap)
    for kind in rule.measure.kinds:
        yield filled(_("“{label}” weighs {weight}"), label=in_language(kind.label), weight=number(kind.weight))


def _start(rule: Count, asked: Asked) -> Iterator[str]:
    if rule.start is not None:
        yield filled(_("from {points}"), points=points(rule.start))
    elif asked.role is not Role.PENALTY:
        yield filled(_("from {points}"), points=asked.full_words)


def _judge(rule: Judge, asked: Asked) -> str:
    values = {"minimum": number(rule.minimum), "maximum": points(rule.maximum), "full": asked.full_words}
    if rule.mode == "award":
        said = filled(_("judged between {minimum} and {maximum}, with a reason"), **values)
    else:
        said = filled(_("from {full}, between {minimum} and {maximum} are deducted, with a reason"), **values)
    if rule.increment is None:
        return said
    return filled(_("{said}, in steps of {increment}"), said=said, increment=points(rule.increment))


def _table(rule: Option | Checklist | Band | Grid | Rank, asked: Asked) -> Iterator[str]:
    match rule:
        case Option():
            for level in rule.levels:
                yield filled(
                    _("{label}: {points}"),
                    label=in_language(level.label),
                    points=_points_range(level.points, level.points_to),
                )
        case Checklist():
            yield from _checklist(rule, asked)
        case Band():
            for row in rule.bands:
                said = interval_words(row.within, value_unit(rule.measure))
                yield filled(_("{label}: {points}"), label=said, points=points(row.points))
        case Grid():
            yield filled(
                _("by “{row}” and “{column}” together, from {least} to {most}"),
                row=in_language(rule.row_label),
                column=in_language(rule.column_label),
                least=number(min(min(fields) for fields in rule.points)),
                most=points(max(max(fields) for fields in rule.points)),
            )
        case Rank():
            yield from _rank(rule, asked)


def _points_range(low: Fraction, high: Fraction | None) -> str:
    if high is None:
        return points(low)
    return filled(_("{low} to {high}, with a reason"), low=number(low), high=points(high))


def _checklist(rule: Checklist, asked: Asked) -> Iterator[str]:
    if rule.mode == "deduct":
        yield filled(_("from {points}"), points=asked.full_words)
    template = later("“{label}” earns {points}") if rule.mode == "award" else later("“{label}” missing costs {points}")
    for element in rule.elements:
        yield filled(_(template), label=in_language(element.label), points=points(element.points))
    if rule.all_missing_zero:
        yield _("all missing earns nothing")


def _rank(rule: Rank, asked: Asked) -> Iterator[str]:
    if rule.linear:
        yield filled(
            _("place 1 earns {full}, the last place {last}, those between evenly"),
            full=asked.full_words,
            last=points(rule.last_points),
        )
    for row in rule.table:
        yield filled(_("{label}: {points}"), label=_places(row), points=points(row.points))
    yield {
        Ties.FIRST: _("equals get the first place's points"),
        Ties.WORST: _("equals get the last place's points"),
        Ties.MEAN: _("equals get the mean of their places"),
    }[rule.ties]


def _places(row: RankRow) -> str:
    if row.last is None:
        return filled(_("place {first} and after"), first=row.first)
    if row.last == row.first:
        return filled(_("place {first}"), first=row.first)
    return filled(_("places {first} to {last}"), first=row.first, last=row.last)
