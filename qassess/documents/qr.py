"""QR codes as filled rectangles: sharp at any resolution, no image in the file."""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

import segno

from qassess.documents.pdf_kit import INK, Box

QUIET: Final = 4
"""Modules of white around a code, as ISO/IEC 18004 asks."""


def matrix(content: str) -> tuple[tuple[bool, ...], ...]:
    """Return the modules of a code, row by row from the top; a quarter of it may be damaged (level Q)."""
    code = segno.make_qr(content, error="q", boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)


def code(content: str, left: float, top: float, size: float) -> Iterable[Box]:
    """Return the marks of a code that fills a square of ``size`` points including its quiet zone."""
    modules = matrix(content)
    edge = size / (len(modules) + 2 * QUIET)
    for number, row in enumerate(modules):
        y = top - (QUIET + number + 1) * edge
        place = 0
        for is_dark, run in groupby(row):
            length = len(tuple(run))
            if is_dark:
                yield Box(left + (QUIET + place) * edge, y, length * edge, edge, INK)
            place += length
