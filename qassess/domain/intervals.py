"""Whether intervals cover a stretch of the number line without gap or overlap."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from qassess.domain.exact import exact_to_text
from qassess.domain.rules import Interval
from qassess.errors import Fault

Cut = tuple[int, Fraction, int]
"""A place between numbers: (−1, 0, 0) before all, (0, v, 0) just before v, (0, v, 1) just after it, (1, 0, 0) last."""

_BEFORE_ALL: Cut = (-1, Fraction(0), 0)
_AFTER_ALL: Cut = (1, Fraction(0), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The numbers that can occur: from ``low`` to ``high`` inclusive (absent: to infinity), perhaps whole ones only."""

    low: Fraction | None = None
    high: Fraction | None = None
    whole: bool = False


def coverage_faults(path: str, intervals: Sequence[Interval], stretch: Stretch, within: str = "") -> Iterator[Fault]:
    """Yield every empty interval, gap and overlap; ``within`` is the name of the interval's field in a row, if any."""
    inner = f".{within}" if within else ""
    sound = []
    for row, interval in enumerate(intervals):
        if _start(interval) < _end(interval):
            sound.append((_start(interval), _end(interval), row))
        else:
            yield Fault(f"{path}[{row}]{inner}", "scheme.empty_interval")
    reached, before = (_BEFORE_ALL if stretch.low is None else (0, stretch.low, 0)), None
    for start, end, row in sorted(sound):
        if start > reached and not _may_be_skipped(reached, start, stretch):
            yield _gap(path, reached, start)
        elif start < reached and before is not None:
            yield Fault(f"{path}[{row}]{inner}", "scheme.overlap", {"other": before + 1})
        if end > reached:
            reached, before = end, row
    last = _AFTER_ALL if stretch.high is None else (0, stretch.high, 1)
    if reached < last and not _may_be_skipped(reached, last, stretch):
        yield _gap(path, reached, last)


def ascending(intervals: Sequence[Interval]) -> list[int]:
    """Return the positions of the intervals in the order of the numbers they hold."""
    return sorted(range(len(intervals)), key=lambda row: (_start(intervals[row]), _end(intervals[row])))


def _start(interval: Interval) -> Cut:
    return _BEFORE_ALL if interval.low is None else (0, interval.low, 0 if interval.low_included else 1)


def _end(interval: Interval) -> Cut:
    return _AFTER_ALL if interval.high is None else (0, interval.high, 1 if interval.high_included else 0)


def _may_be_skipped(start: Cut, end: Cut, stretch: Stretch) -> bool:
    """Tell whether no number that can occur lies between two cuts."""
    if not stretch.whole or start == _BEFORE_ALL or end == _AFTER_ALL:
        return False
    _, value, after = start
    first = floor(value) + 1 if after or value.denominator != 1 else floor(value)
    return (0, Fraction(first), 0) >= end


def _gap(path: str, start: Cut, end: Cut) -> Fault:
    if start == _BEFORE_ALL and end == _AFTER_ALL:
        return Fault(path, "scheme.gap_all")
    if start == _BEFORE_ALL:
        return Fault(path, "scheme.gap_below", {"high": exact_to_text(end[1])})
    if end == _AFTER_ALL:
        return Fault(path, "scheme.gap_above", {"low": exact_to_text(start[1])})
    if start[1] == end[1]:
        return Fault(path, "scheme.gap_at", {"value": exact_to_text(start[1])})
    return Fault(path, "scheme.gap", {"low": exact_to_text(start[1]), "high": exact_to_text(end[1])})
