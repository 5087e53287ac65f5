"""Rules whose numbers are sound one by one but not together: they would pay for the worse, or could never be met."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from qassess.domain.exact import exact_to_text
from qassess.domain.intervals import ascending
from qassess.domain.quantity import limits_of, limits_of_target, uses_up_target
from qassess.domain.rule_setting import Setting
from qassess.domain.rules import (
    Band,
    Better,
    Bound,
    Comparator,
    Count,
    Linear,
    Measure,
    MeasureKind,
    Ratio,
    Step,
    Target,
)
from qassess.domain.scheme import Role
from qassess.domain.scheme_json import at
from qassess.errors import Fault

_DELTAS = (MeasureKind.DELTA_PP, MeasureKind.DELTA_PCT)
_UPWARD = (Comparator.AT_LEAST, Comparator.MORE_THAN)
_DOWNWARD = (Comparator.AT_MOST, Comparator.LESS_THAN)
_WITHOUT_RATIO = (Comparator.MORE_THAN, Comparator.LESS_THAN, Comparator.EQUAL)


def sense_faults(path: str, rule: Step | Band | Ratio | Linear | Count, setting: Setting) -> Iterator[Fault]:
    """Yield what makes no sense in a rule on one measure."""
    if setting.target is not None and _minds_target(rule, setting):
        yield from _number_faults(setting.target_path, rule.measure, setting.target)
    match rule:
        case Step():
            yield from _step_faults(path, rule, setting)
        case Ratio():
            yield from _ratio_faults(path, rule, setting)
        case Band():
            yield from _band_faults(path, rule, setting)
        case Linear():
            yield from _linear_faults(path, rule, setting)
        case Count():
            pass


def _minds_target(rule: Step | Band | Ratio | Linear | Count, setting: Setting) -> bool:
    """Tell whether the target is this rule's; a part without one of its own only stands beside the item's."""
    return isinstance(rule, Step | Ratio) or uses_up_target(rule.measure) or not setting.part


def _stated(path: str, target: Target) -> Iterator[tuple[str, Fraction]]:
    """Yield each number of a target with its place."""
    if target.value is not None:
        yield at(path, "value"), target.value
    for year, value in target.by_year.items():
        yield at(at(path, "by_year"), year), value


def _number_faults(path: str, measure: Measure, target: Target) -> Iterator[Fault]:
    limits = limits_of_target(measure, name="")
    for here, value in _stated(path, target):
        found = exact_to_text(value)
        if limits.minimum is not None and value < limits.minimum:
            yield Fault(here, "scheme.target_below", {"found": found, "minimum": exact_to_text(limits.minimum)})
        if limits.maximum is not None and value > limits.maximum:
            yield Fault(here, "scheme.target_above", {"found": found, "maximum": exact_to_text(limits.maximum)})
        if limits.whole and value.denominator != 1:
            yield Fault(here, "scheme.target_not_whole", {"found": found})
        if value == 0 and uses_up_target(measure) and measure.kind is not MeasureKind.DELTA_PP:
            yield Fault(here, "scheme.target_zero")


def _flag_faults(path: str, measure: Measure) -> Iterator[Fault]:
    if measure.kind is MeasureKind.FLAG:
        yield Fault(at(at(path, "measure"), "kind"), "scheme.flag_measured")


def _step_faults(path: str, rule: Step, setting: Setting) -> Iterator[Fault]:
    yield from _flag_faults(path, rule.measure)
    if rule.zero_beyond is None or setting.target is None:
        return
    here = at(path, "zero_beyond")
    wrong = _UPWARD if _prefers_more(rule.measure) else _DOWNWARD
    if rule.zero_beyond.comparator in (*wrong, Comparator.EQUAL):
        found = rule.zero_beyond.comparator.value
        yield Fault(at(here, "comparator"), "scheme.zero_beyond_comparator", {"comparator": found})
        return
    for value in _compared(rule.measure, setting.target):
        if _takes_in_target(rule.zero_beyond, value, setting.target.comparator):
            target = exact_to_text(value)
            yield Fault(
                at(here, "value"),
                "scheme.zero_beyond_target",
                {"found": exact_to_text(rule.zero_beyond.value), "target": target},
            )
            return


def _compared(measure: Measure, target: Target) -> tuple[Fraction, ...]:
    """Return the numbers a measure may be compared with: those stated, or 0 and 1 where it is itself a comparison."""
    if uses_up_target(measure):
        return (Fraction(measure.kind is MeasureKind.RATIO_TO_TARGET),)
    return tuple(value for _, value in _stated("", target))


def _takes_in_target(zero: Bound, target: Fraction, comparator: Comparator) -> bool:
    """Tell whether a value that meets the target would get nothing."""
    past = zero.value > target if zero.comparator in _DOWNWARD else zero.value < target
    on_it = zero.comparator in (Comparator.AT_MOST, Comparator.AT_LEAST) and comparator not in _WITHOUT_RATIO[:2]
    return past or (on_it and zero.value == target)


def _ratio_faults(path: str, rule: Ratio, setting: Setting) -> Iterator[Fault]:
    yield from _flag_faults(path, rule.measure)
    target = setting.target
    if target is None:
        return
    if target.comparator in _WITHOUT_RATIO:
        found = target.comparator.value
        yield Fault(at(setting.target_path, "comparator"), "scheme.ratio_comparator", {"comparator": found})
    lowest = limits_of_target(rule.measure, name="").minimum
    for here, value in _stated(setting.target_path, target):
        if value < 0 and (lowest is None or value >= lowest):
            yield Fault(here, "scheme.negative", {"found": exact_to_text(value)})


def _band_faults(path: str, rule: Band, setting: Setting) -> Iterator[Fault]:
    rows = [rule.bands[row].points for row in ascending([row.within for row in rule.bands])]
    towards_better = rows if _prefers_more(rule.measure) else rows[::-1]
    points = [-abs(row) for row in towards_better] if setting.role is Role.PENALTY else towards_better
    never_rises = all(better <= worse for worse, better in pairwise(points))
    if points and never_rises and points[-1] < points[0]:
        yield Fault(at(path, "bands"), "scheme.bands_reversed", {"better": _better(rule.measure)})


def _linear_faults(path: str, rule: Linear, setting: Setting) -> Iterator[Fault]:
    if setting.role is Role.PENALTY or rule.factor == 0:
        return
    if (rule.factor > 0) != _prefers_more(rule.measure):
        yield Fault(at(path, "factor"), "scheme.factor_reversed", {"better": _better(rule.measure)})
    if setting.role is not Role.BASE or setting.part or not setting.full:
        return
    best = _most(rule)
    full = max(setting.full)
    if best is not None and best < full:
        yield Fault(path, "scheme.full_unreachable", {"best": exact_to_text(best), "full": exact_to_text(full)})


def _most(rule: Linear) -> Fraction | None:
    """Return the most a formula can give, ``None`` without limit."""
    end = _end(rule.measure, upper=rule.factor > 0)
    given = None if end is None else max(rule.factor * end + rule.offset, rule.floor)
    if rule.cap is None:
        return given
    return rule.cap if given is None else min(given, rule.cap)


def _end(measure: Measure, *, upper: bool) -> Fraction | None:
    """Return the largest or smallest number a measure can have, ``None`` without limit."""
    if measure.kind is MeasureKind.FLAG:
        return Fraction(upper)
    if measure.kind in _DELTAS:
        return None
    limits = limits_of(measure)
    if measure.kind is MeasureKind.RATIO_TO_TARGET:
        return None if upper else Fraction(0)
    return limits.maximum if upper else limits.minimum


def _prefers_more(measure: Measure) -> bool:
    return measure.better is Better.HIGHER and measure.kind is not MeasureKind.RANK


def _better(measure: Measure) -> str:
    return (Better.HIGHER if _prefers_more(measure) else Better.LOWER).value
