"""The picture of a result: a radar chart of the sections' shares, bars where there are fewer than three."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi, sin
from typing import Final

from qassess.documents.fonts import Role
from qassess.documents.pdf_kit import HAIR, MM, Mark, Shape, Stroke, marks_of
from qassess.documents.typesetting import Align, Style, Typesetter

_RADIUS: Final = 25 * MM
_NAMES: Final = 36.0
"""Room for two lines of type above and below the figure."""

HEIGHT: Final = 2 * (_RADIUS + _NAMES) + 2 * MM
_NAME_WIDTH: Final = 42 * MM
_RINGS: Final = 5
_GRID: Final = 0xB4B4B4
_AREA: Final = 0xDCEBE7
_EDGE: Final = 0x1C5D54
_LABEL: Final = Style(role=Role.SONG, size=10.5, leading=13)
_SMALL: Final = Style(role=Role.FIGURES, size=7.5, leading=9, colour=0x555555)


@dataclass(frozen=True, slots=True)
class Axis:
    """One section: its name, what is written under it, and its share, 0..1 (drawn no further than 1)."""

    name: str
    value: str
    share: Fraction


def chart(setter: Typesetter, axes: Sequence[Axis], left: float, top: float, width: float) -> Iterable[Mark]:
    """Return the marks of a chart in a band of :func:`height` points under ``top``."""
    if len(axes) < 3:
        return _bars(setter, axes, left, top, width)
    return _radar(setter, axes, left + width / 2, top - HEIGHT / 2)


def height(axes: Sequence[Axis]) -> float:
    """Return the height the chart takes."""
    return HEIGHT if len(axes) >= 3 else len(axes) * 22.0


def _radar(setter: Typesetter, axes: Sequence[Axis], x: float, y: float) -> Iterable[Mark]:
    count = len(axes)
    inside = tuple(_corner(x, y, _RADIUS * _drawn(axis.share), place, count) for place, axis in enumerate(axes))
    yield Shape(inside, fill=_AREA)
    for ring in range(1, _RINGS + 1):
        radius = _RADIUS * ring / _RINGS
        corners = tuple(_corner(x, y, radius, place, count) for place in range(count))
        yield Shape(corners, width=HAIR if ring < _RINGS else 2 * HAIR, colour=_GRID if ring < _RINGS else 0x707070)
    for place in range(count):
        yield Stroke(x, y, *_corner(x, y, _RADIUS, place, count), HAIR, _GRID)
    yield Shape(inside, width=1.2, colour=_EDGE)
    for corner_x, corner_y in inside:
        yield Shape(_dot(corner_x, corner_y), fill=_EDGE)
    yield from _scale(setter, x, y)
    for place, axis in enumerate(axes):
        yield from _name(setter, axis, x, y, 2 * pi * place / count)


def _scale(setter: Typesetter, x: float, y: float) -> Iterable[Mark]:
    for percent in (60, 80, 100):
        line = setter.line(f"{percent}%", _SMALL)
        yield from marks_of(line, _SMALL, x + 2, y + _RADIUS * percent / 100 + 1)


def _name(setter: Typesetter, axis: Axis, x: float, y: float, angle: float) -> Iterable[Mark]:
    """Write an axis's name outside its end: centred above and below, else flush with the end."""
    end_x, end_y = x + (_RADIUS + 8) * sin(angle), y + (_RADIUS + 8) * cos(angle)
    lines = (*setter.lines(axis.name, _LABEL, _NAME_WIDTH), setter.line(axis.value, _LABEL))
    block = len(lines) * _LABEL.leading
    top = end_y + block / 2 + block / 2 * cos(angle)
    for line in lines:
        side = sin(angle)
        shift = -line.width / 2 if abs(side) < 0.2 else 0.0 if side > 0 else -line.width
        yield from marks_of(line, _LABEL, end_x + shift, top - _LABEL.size)
        top -= _LABEL.leading


def _bars(setter: Typesetter, axes: Sequence[Axis], left: float, top: float, width: float) -> Iterable[Mark]:
    label = Style(role=Role.SONG, size=10.5, leading=13, align=Align.LEFT)
    bar_left, bar_width = left + 50 * MM, width - 80 * MM
    for place, axis in enumerate(axes):
        y = top - 16 - 22 * place
        yield from marks_of(setter.line(axis.name, label), label, left, y)
        yield _bar(bar_left, y - 2, bar_width, _AREA)
        yield _bar(bar_left, y - 2, bar_width * _drawn(axis.share), _EDGE)
        yield from marks_of(setter.line(axis.value, label), label, bar_left + bar_width + 6, y)


def _bar(x: float, y: float, width: float, fill: int) -> Shape:
    return Shape(((x, y), (x + width, y), (x + width, y + 10), (x, y + 10)), fill=fill)


def _drawn(share: Fraction) -> float:
    return float(min(max(share, Fraction(0)), Fraction(1)))


def _corner(x: float, y: float, radius: float, place: int, count: int) -> tuple[float, float]:
    angle = 2 * pi * place / count
    return x + radius * sin(angle), y + radius * cos(angle)


def _dot(x: float, y: float) -> tuple[tuple[float, float], ...]:
    return tuple((x + 1.6 * sin(pi * step / 4), y + 1.6 * cos(pi * step / 4)) for step in range(8))
