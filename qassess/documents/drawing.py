"""Marks to PDF bytes: ReportLab keeps fonts and document, the pages' content is written here.

No Helvetica, and the same bytes for the same pages. Streams are left uncompressed: the archive compresses what it
saves, once. Writing the operators directly instead of through text objects takes half the time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from qassess.documents.pdf_kit import PAGE_HEIGHT, PAGE_WIDTH, Box, Heading, Mark, Page, Shape, Stroke, Text


def draw(
    pages: Sequence[Page],
    outline: Iterable[Heading],
    done: Callable[[int], None],
    size: tuple[float, float] = (PAGE_WIDTH, PAGE_HEIGHT),
) -> bytes:
    """Draw pages of one size and their outline; calls ``done(n)`` after the n-th page.

    The first font used is the canvas's own: ReportLab would otherwise name Helvetica on every page, unembedded.
    """
    output = BytesIO()
    canvas = Canvas(
        output,
        pagesize=size,
        invariant=1,
        pageCompression=0,
        initialFontName=next(mark.font for page in pages for mark in page.marks if isinstance(mark, Text)),
    )
    fonts = _Fonts(canvas)
    headings = list(outline)
    for number, page in enumerate(pages):
        for place, heading in enumerate(headings):
            if heading.page == number:
                _entry(canvas, f"h{place}", heading)
        canvas.addLiteral("\n".join(_operators(page.marks, fonts)))
        canvas.showPage()
        done(number + 1)
    canvas.save()
    return output.getvalue()


class _Fonts:
    """The document's fonts: which subset of which font holds a text's characters, and as which bytes."""

    def __init__(self, canvas: Any) -> None:  # noqa: ANN401  # ReportLab has no types
        self._document = canvas._doc  # noqa: SLF001  # subsets belong to a document, which the canvas does not give out

    def shown(self, text: Text) -> Iterator[tuple[str, str]]:
        """Yield the font resource and the hexadecimal string of each piece of a text."""
        font = pdfmetrics.getFont(text.font)
        for subset, content in font.splitString(text.text, self._document):
            yield font.getSubsetInternalName(subset, self._document), content.hex()


def _entry(canvas: Any, key: str, heading: Heading) -> None:  # noqa: ANN401
    canvas.bookmarkHorizontal(key, 0, heading.top)
    canvas.addOutlineEntry(heading.title, key, level=heading.level, closed=True)


def _operators(marks: Iterable[Mark], fonts: _Fonts) -> Iterator[str]:
    for kind, group in groupby(marks, type):
        if kind is Text:
            yield from _text_operators(group, fonts)
        else:
            for mark in group:
                yield from _figure_operators(mark)


def _text_operators(texts: Iterable[Any], fonts: _Fonts) -> Iterator[str]:
    """Write neighbouring texts in one text object; font, colour and spacing are only set where they change."""
    yield "q BT"
    font: tuple[str, float] = ("", 0.0)
    colour, spacing = 0, 0.0
    for text in texts:
        if text.colour != colour:
            colour = text.colour
            yield f"{_rgb(colour)} rg"
        if text.spacing != spacing:
            spacing = text.spacing
            yield f"{spacing:.4f} Tc"
        yield f"1 0 0 1 {text.x:.3f} {text.y:.3f} Tm"
        for name, content in fonts.shown(text):
            if (name, text.size) != font:
                font = (name, text.size)
                yield f"{name} {text.size:g} Tf"
            yield f"<{content}> Tj"
    yield "ET Q"


def _figure_operators(mark: Mark) -> Iterator[str]:
    match mark:
        case Stroke():
            yield f"{mark.width:.3f} w {_rgb(mark.colour)} RG"
            yield f"{mark.x1:.3f} {mark.y1:.3f} m {mark.x2:.3f} {mark.y2:.3f} l S"
        case Box():
            yield f"{_rgb(mark.fill)} rg {mark.x:.3f} {mark.y:.3f} {mark.width:.3f} {mark.height:.3f} re f"
            yield "0 0 0 rg"
        case Shape():
            yield from _shape_operators(mark)
        case Text():  # texts are written in groups
            pass


def _shape_operators(shape: Shape) -> Iterator[str]:
    if shape.fill is not None:
        yield f"{_rgb(shape.fill)} rg"
    yield f"{shape.width:.3f} w {_rgb(shape.colour)} RG"
    (x, y), *others = shape.points
    yield f"{x:.3f} {y:.3f} m " + " ".join(f"{next_x:.3f} {next_y:.3f} l" for next_x, next_y in others) + " h"
    yield {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}[
        shape.fill is not None, shape.width > 0
    ]
    yield "0 0 0 rg"


def _rgb(colour: int) -> str:
    return " ".join(f"{(colour >> shift & 255) / 255:.3f}" for shift in (16, 8, 0))
