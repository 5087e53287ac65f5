"""A report's pages for looking at, as plain pictures; all calls belong on the one worker."""

from dataclasses import dataclass
from pathlib import Path

from qassess.services.files import read_file


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page: rows of 8-bit red, green, blue, ``stride`` bytes each, from the top."""

    width: int
    height: int
    stride: int
    pixels: bytes


def page_sizes(pdf: Path) -> tuple[tuple[float, float], ...]:
    """Return width and height of every page in points.

    Raises ``QassessError``: ``file.not_found``, ``file.unreadable``, ``pdf.unreadable``.
    """
    from qassess.documents import page_images

    return page_images.page_sizes(read_file(pdf))


def page_picture(pdf: Path, number: int, width: int) -> PagePicture:
    """Draw a page (0 = first) so many pixels wide; errors as in :func:`page_sizes`."""
    from qassess.documents import page_images

    drawn = page_images.page_image(read_file(pdf), number, width)
    return PagePicture(drawn.width, drawn.height, drawn.stride, drawn.pixels)
