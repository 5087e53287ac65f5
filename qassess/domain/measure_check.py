"""What targets and measures must obey, and which numbers a measure can have."""

import re
from collections.abc import Iterator
from fractions import Fraction

from qassess.domain.exact import exact_to_text
from qassess.domain.intervals import Stretch
from qassess.domain.rules import Better, Comparator, Measure, MeasureKind, Reference, Target
from qassess.domain.scheme_json import at
from qassess.errors import Fault

_YEAR = re.compile(r"(19|20|21)[0-9]{2}")
_DELTAS = (MeasureKind.DELTA_PP, MeasureKind.DELTA_PCT)
_UPWARD = (Comparator.AT_LEAST, Comparator.MORE_THAN)
_DOWNWARD = (Comparator.AT_MOST, Comparator.LESS_THAN)


def target_faults(path: str, target: Target) -> Iterator[Fault]:
    """Yield the faults of a target by itself: none or two kinds of it, keys that are no years."""
    stated = target.value is not None or bool(target.by_year)
    given = sum((stated, target.reference is not None, target.agreed))
    if given == 0:
        yield Fault(path, "scheme.target_empty")
    if given > 1:
        yield Fault(path, "scheme.target_contradiction")
    if target.reference is Reference.TARGET:
        yield Fault(at(path, "reference"), "scheme.target_circular")
    for year in target.by_year:
        if not _YEAR.fullmatch(year):
            yield Fault(at(at(path, "by_year"), year), "scheme.not_a_year", {"found": year})


def measure_faults(path: str, measure: Measure, target: Target | None) -> Iterator[Fault]:
    """Yield the faults of a measure; ``target`` is that of its item or part."""
    yield from positive(at(path, "per"), measure.per)
    if measure.minimum is not None and measure.maximum is not None and measure.minimum > measure.maximum:
        yield Fault(at(path, "minimum"), "scheme.minimum_above_maximum")
    if (measure.numerator is None) != (measure.denominator is None):
        yield Fault(path, "scheme.half_a_pair")
    if measure.kind in _DELTAS and measure.reference is None:
        yield Fault(path, "scheme.reference_missing")
    compares_with_target = measure.reference is Reference.TARGET or (
        measure.kind is MeasureKind.RATIO_TO_TARGET and measure.reference is None
    )
    if compares_with_target and target is None:
        yield Fault(path, "scheme.target_missing")
    if measure.kinds and measure.kind is not MeasureKind.COUNT:
        yield Fault(at(path, "kinds"), "scheme.kinds_not_counted")
    for place, kind in enumerate(measure.kinds):
        yield from positive(at(at(at(path, "kinds"), place), "weight"), kind.weight)


def target_needed(path: str, measure: Measure, target: Target | None) -> Iterator[Fault]:
    """Ask for a target to measure the distance from, on the side that the measure calls better."""
    if target is None:
        yield Fault(path, "scheme.target_missing")
        return
    comparator = target.comparator
    wrong = _DOWNWARD if measure.better is Better.HIGHER else _UPWARD
    if comparator in wrong:
        yield Fault(at(at(path, "measure"), "better"), "scheme.target_direction", {"comparator": comparator.value})


def stretch(measure: Measure) -> Stretch:
    """Return which numbers a measure can have; limits are those of what is typed, so a difference has none."""
    if measure.kind in _DELTAS or measure.kind is MeasureKind.RATIO_TO_TARGET:
        return Stretch()
    counted = measure.kind in (MeasureKind.COUNT, MeasureKind.RANK)
    never_negative = counted or measure.kind is MeasureKind.PERCENT
    low = Fraction(0) if measure.minimum is None and never_negative else measure.minimum
    whole = counted or (measure.integer and measure.kind is not MeasureKind.PERCENT)  # whole batches, not percentages
    whole_weights = all(kind.weight.denominator == 1 for kind in measure.kinds)
    return Stretch(low=low, high=measure.maximum, whole=whole and whole_weights)


def positive(path: str, number: Fraction) -> Iterator[Fault]:
    """Refuse 0 and less."""
    if number <= 0:
        yield Fault(path, "scheme.not_positive", {"found": exact_to_text(number)})


def not_negative(path: str, number: Fraction) -> Iterator[Fault]:
    """Refuse what is less than 0."""
    if number < 0:
        yield Fault(path, "scheme.negative", {"found": exact_to_text(number)})
