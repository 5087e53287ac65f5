"""Marks to PDF bytes with ReportLab: no Helvetica, the same bytes for the same pages."""

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from qassess.documents.pdf_kit import PAGE_HEIGHT, PAGE_WIDTH, Box, Heading, Mark, Page, Shape, Stroke, Text


def draw(pages: Sequence[Page], outline: Iterable[Heading], done: Callable[[int], None]) -> bytes:
    """Draw pages and their outline; calls ``done(n)`` after the n-th page.

    The first font used is the canvas's own: ReportLab would otherwise name Helvetica on every page, unembedded.
    """
    output = BytesIO()
    canvas = Canvas(
        output,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        invariant=1,
        pageCompression=1,
        initialFontName=next(mark.font for page in pages for mark in page.marks if isinstance(mark, Text)),
    )
    headings = list(outline)
    for number, page in enumerate(pages):
        for place, heading in enumerate(headings):
            if heading.page == number:
                _entry(canvas, f"h{place}", heading)
        _draw_marks(canvas, page.marks)
        canvas.showPage()
        done(number + 1)
    canvas.save()
    return output.getvalue()


def _entry(canvas: Any, key: str, heading: Heading) -> None:  # noqa: ANN401  # ReportLab has no types
    canvas.bookmarkHorizontal(key, 0, heading.top)
    canvas.addOutlineEntry(heading.title, key, level=heading.level, closed=True)


def _draw_marks(canvas: Any, marks: Iterable[Mark]) -> None:  # noqa: ANN401
    for kind, group in groupby(marks, type):
        if kind is Text:
            _draw_texts(canvas, group)
        else:
            for mark in group:
                _draw_figure(canvas, mark)


def _draw_texts(canvas: Any, texts: Iterable[Any]) -> None:  # noqa: ANN401
    """One text object for neighbouring texts; font, colour and spacing are only set where they change."""
    written = canvas.beginText()
    font: tuple[str, float] = ("", 0.0)
    colour, spacing = -1, 0.0
    for text in texts:
        if (text.font, text.size) != font:
            font = (text.font, text.size)
            written.setFont(*font)
        if text.colour != colour:
            colour = text.colour
            written.setFillColor(HexColor(colour))
        if text.spacing != spacing:
            spacing = text.spacing
            written.setCharSpace(spacing)
        written.setTextOrigin(text.x, text.y)
        written.textOut(text.text)
    if spacing:
        written.setCharSpace(0)
    canvas.drawText(written)


def _draw_figure(canvas: Any, mark: Mark) -> None:  # noqa: ANN401
    match mark:
        case Stroke():
            canvas.setLineWidth(mark.width)
            canvas.setStrokeColor(HexColor(mark.colour))
            canvas.line(mark.x1, mark.y1, mark.x2, mark.y2)
        case Box():
            canvas.setFillColor(HexColor(mark.fill))
            canvas.rect(mark.x, mark.y, mark.width, mark.height, stroke=0, fill=1)
        case Shape():
            _draw_shape(canvas, mark)
        case Text():
            _draw_texts(canvas, (mark,))


def _draw_shape(canvas: Any, shape: Shape) -> None:  # noqa: ANN401
    path = canvas.beginPath()
    path.moveTo(*shape.points[0])
    for point in shape.points[1:]:
        path.lineTo(*point)
    path.close()
    if shape.fill is not None:
        canvas.setFillColor(HexColor(shape.fill))
    canvas.setLineWidth(shape.width)
    canvas.setStrokeColor(HexColor(shape.colour))
    canvas.drawPath(path, stroke=int(shape.width > 0), fill=int(shape.fill is not None))
