"""The sheet of a certificate: A4 upright or across, its double frame and corners; no seal, no emblem."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from qassess.documents.pdf_kit import MM, PAGE_HEIGHT, PAGE_WIDTH, Mark, Shape, Stroke

RED: Final = 0x9C1C1C
GOLD: Final = 0xB08A3C
_OUTER: Final = 12 * MM
_INNER: Final = 16 * MM
_KEY: Final = 3.4 * MM
"""Side of one step of the corner's key pattern (回纹)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Width, height and the text area of a certificate, in points."""

    width: float
    height: float
    margin_x: float
    margin_y: float

    @classmethod
    def of(cls, *, landscape: bool) -> "Sheet":
        """Return the sheet of an orientation."""
        if landscape:
            return cls(PAGE_HEIGHT, PAGE_WIDTH, 36 * MM, 25 * MM)
        return cls(PAGE_WIDTH, PAGE_HEIGHT, 28 * MM, 34 * MM)

    @property
    def is_landscape(self) -> bool:
        """Whether it lies across."""
        return self.width > self.height

    @property
    def left(self) -> float:
        """Left edge of the text."""
        return self.margin_x

    @property
    def right(self) -> float:
        """Right edge of the text."""
        return self.width - self.margin_x

    @property
    def text_width(self) -> float:
        """Width of the text."""
        return self.right - self.left

    @property
    def top(self) -> float:
        """Upper edge of the text."""
        return self.height - self.margin_y

    @property
    def bottom(self) -> float:
        """Lower edge of the text."""
        return self.margin_y - 4 * MM


def frame(sheet: Sheet) -> Iterator[Mark]:
    """Yield the frame: a strong line, a fine one inside, and a key pattern in each corner."""
    yield from _rectangle(sheet, _OUTER, 2.6, RED)
    yield from _rectangle(sheet, _OUTER + 1.6 * MM, 0.7, GOLD)
    yield from _rectangle(sheet, _INNER + 1.6 * MM, 0.5, RED)
    for right in (False, True):
        for upper in (False, True):
            yield from _corner(sheet, right=right, upper=upper)


def _rectangle(sheet: Sheet, inset: float, width: float, colour: int) -> Iterator[Mark]:
    left, bottom, right, top = inset, inset, sheet.width - inset, sheet.height - inset
    yield Shape(((left, bottom), (right, bottom), (right, top), (left, top)), None, width, colour)


def _corner(sheet: Sheet, *, right: bool, upper: bool) -> Iterator[Mark]:
    """Draw a square key that turns inwards, mirrored into its corner."""
    path = ((0, 0), (4, 0), (4, 4), (1, 4), (1, 1.6), (2.6, 1.6), (2.6, 2.8))
    inset = _INNER + 3.4 * MM
    points = [
        (
            sheet.width - inset - x * _KEY if right else inset + x * _KEY,
            sheet.height - inset - y * _KEY if upper else inset + y * _KEY,
        )
        for x, y in ((column * 0.62, row * 0.62) for column, row in path)
    ]
    for (x1, y1), (x2, y2) in pairwise(points):
        yield Stroke(x1, y1, x2, y2, 1.1, GOLD)
