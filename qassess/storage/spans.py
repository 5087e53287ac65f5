"""Sets of arrival numbers as ascending spans: what a merge brought is nearly always a single one."""

from collections.abc import Iterable

Spans = tuple[tuple[int, int], ...]
"""First and last of each span; ascending, apart, never empty."""


def spans_of(numbers: Iterable[int]) -> Spans:
    """Return ascending numbers as spans."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return tuple(found)


def size_of(spans: Spans) -> int:
    """Return how many numbers there are."""
    return sum(last - first + 1 for first, last in spans)


def united(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return the numbers that are in any of the spans."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return tuple(found)


def common(left: Spans, right: Spans) -> Spans:
    """Return the numbers that are in both."""
    overlaps = ((max(a[0], b[0]), min(a[1], b[1])) for a in left for b in right if a[0] <= b[1] and b[0] <= a[1])
    return united(overlaps)


def without(spans: Spans, taken: Spans) -> Spans:
    """Return the numbers of ``spans`` that are not ``taken``."""
    left: list[tuple[int, int]] = []
    for span_first, span_last in spans:
        first = span_first
        for taken_first, taken_last in taken:
            if taken_last < first or taken_first > span_last:
                continue
            if taken_first > first:
                left.append((first, taken_first - 1))
            first = taken_last + 1
        if first <= span_last:
            left.append((first, span_last))
    return tuple(left)
