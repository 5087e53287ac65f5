"""Pages of a PDF as pictures, for the screens; what signatures left on the page is drawn too.

A PDF is given as its bytes, or as a file that is read only where it is needed.

PDFium may be used by one thread at a time: callers keep to the one worker that reads and writes reports.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pypdfium2

from qassess.errors import QassessError

MAX_WIDTH: Final = 4096
"""Pixels. Wider than any screen the preview is shown on."""
MAX_HEIGHT: Final = 8192
"""Pixels. A page far longer than wide, a web page or one made to harm, is drawn narrower."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page: ``pixels`` are rows of 8-bit red, green, blue, ``stride`` bytes each, from the top."""

    width: int
    height: int
    stride: int
    pixels: bytes


def page_sizes(pdf: bytes | Path) -> tuple[tuple[float, float], ...]:
    """Return width and height of every page in points.

    Raises ``QassessError("pdf.unreadable")``.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as unreadable:
        raise QassessError("pdf.unreadable", reason=str(unreadable)) from unreadable
    try:
        return tuple(document.get_page_size(number) for number in range(len(document)))
    finally:
        document.close()


def page_image(pdf: bytes | Path, number: int, width: int) -> PageImage:
    """Draw a page (0 = first) so many pixels wide, at most ``MAX_WIDTH``.

    Raises ``QassessError("pdf.unreadable")``, also for a page that is not there.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
        try:
            document.init_forms()
            page = document[number]
            scale = min(max(width, 1), MAX_WIDTH) / page.get_width()
            if page.get_height() * scale > MAX_HEIGHT:
                scale = MAX_HEIGHT / page.get_height()
            bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=True)
            return PageImage(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
        finally:
            document.close()
    except (pypdfium2.PdfiumError, IndexError, ZeroDivisionError) as unreadable:
        raise QassessError("pdf.unreadable", reason=str(unreadable)) from unreadable
