"""What grades and the way to them must obey: bands over all totals that can occur, places to the end, best first."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from qassess.domain.intervals import Stretch, ascending, coverage_faults
from qassess.domain.rule_check import places_faults
from qassess.domain.scheme import GradeByBands, GradeByRank, Role, Scheme
from qassess.domain.scheme_json import at
from qassess.domain.whereabouts import Whereabouts
from qassess.errors import Fault


def grading_faults(scheme: Scheme, places: Whereabouts) -> Iterator[Fault]:
    """Yield the faults of the grading."""
    if not scheme.grading.grades:
        yield Fault("grading.grades", "scheme.empty_list")
    match scheme.grading.rule:
        case GradeByBands() as rule:
            yield from _band_faults(rule, scheme, places)
        case GradeByRank() as rule:
            yield from _rank_faults(rule, scheme, places)


def _band_faults(rule: GradeByBands, scheme: Scheme, places: Whereabouts) -> Iterator[Fault]:
    path = "grading.rule.bands"
    for row, band in enumerate(rule.bands):
        yield from places.unknown(at(at(path, row), "grade"), "grades", band.grade)
    intervals = [band.within for band in rule.bands]
    yield from coverage_faults(path, intervals, _totals(rule, scheme), "within")
    worst_first = [rule.bands[row].grade for row in ascending(intervals)]
    yield from _order_faults(path, worst_first[::-1], scheme)


def _totals(rule: GradeByBands, scheme: Scheme) -> Stretch:
    """Return which totals the bands are asked about.

    Whole numbers only, and gaps between them allowed, where the total is rounded to whole numbers before the test.
    """
    total = scheme.total
    has_bonus = any(item.role is Role.BONUS for item in scheme.items)
    high: Fraction | None = total.cap if total.cap is not None else None if has_bonus else total.full
    return Stretch(low=total.floor, high=high, whole=total.places == 0 and rule.tested_on == "rounded")


def _rank_faults(rule: GradeByRank, scheme: Scheme, places: Whereabouts) -> Iterator[Fault]:
    path = "grading.rule.places"
    for row, held in enumerate(rule.places):
        yield from places.unknown(at(at(path, row), "grade"), "grades", held.grade)
    yield from places_faults(path, [(held.first, held.last) for held in rule.places])
    best_first = [held.grade for held in sorted(rule.places, key=lambda held: held.first)]
    yield from _order_faults(path, best_first, scheme)


def _order_faults(path: str, best_first: Sequence[str], scheme: Scheme) -> Iterator[Fault]:
    """Refuse a better score or place that gives a worse grade."""
    order = [grade.id for grade in scheme.grading.grades]
    known = [order.index(grade) for grade in best_first if grade in order]
    if known != sorted(known):
        yield Fault(path, "scheme.grades_out_of_order")
