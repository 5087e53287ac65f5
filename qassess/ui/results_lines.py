"""The ranking table's columns and rows, made from the results' state."""

from collections.abc import Sequence

from PySide6.QtGui import QFontMetrics

from qassess.i18n import _
from qassess.ui.cells import Cell, Head, Line, Look
from qassess.ui.results_state import HeatCell, ResultRow
from qassess.ui.search import matches
from qassess.ui.theme import text_font

PLACE, BODY, TOTAL, GRADE = range(4)
FIXED_WIDTH = 56 + 148 + 78 + 78
REST_WIDTH = 214
NARROWEST, WIDEST = 52, 74
LAST = 10**6


def section_heads(titles: Sequence[str], room: int) -> tuple[Head, ...]:
    """Return the sections' columns: a title that fits stands there itself, a longer one gives way to its number."""
    width = max(NARROWEST, min(WIDEST, room // max(len(titles), 1)))
    metrics = QFontMetrics(text_font(13, bold=True))
    fits = all(metrics.horizontalAdvance(title) <= width - 14 for title in titles)
    return tuple(Head(title if fits else str(place), width, spoken=title) for place, title in enumerate(titles, 1))


def legend(titles: Sequence[str], room: int) -> str:
    """Return what the heat cells mean, and which number stands for which section where titles were too long."""
    heads = section_heads(titles, room)
    meaning = _("Blocks: share of the section's points, %. Equal points share a place.")
    if all(head.title == head.spoken for head in heads):
        return meaning
    numbered = "  ".join(_("{number} {title}").format(number=head.title, title=head.spoken) for head in heads)
    return f"{numbered}\n{meaning}"


def result_heads(titles: Sequence[str], room: int) -> tuple[Head, ...]:
    """Return all columns."""
    return (
        Head(_("Place"), 56, right=True),
        Head(_("Body"), 148),
        Head(_("Total"), 78, right=True),
        Head(_("Grade"), 78),
        *section_heads(titles, room),
        Head(_("State"), 114),
        Head(_("To next grade"), 100),
    )


def result_line(row: ResultRow) -> Line:
    """Return a body's row."""
    total = float(row.total_key) if row.total_key is not None else -1.0
    cells = (
        Cell(row.place, key=row.place_key or LAST, look=Look.STRONG),
        Cell(row.body, look=Look.STRONG),
        Cell(row.total, key=total),
        Cell(row.grade.words, look=Look.BADGE, tone=row.grade.tone) if row.grade.words else Cell("—"),
        *(_heat(cell) for cell in row.cells),
        Cell(row.state.words, look=Look.MARK, tone=row.state.tone, picture=row.state.picture),
        Cell(row.distance, look=Look.QUIET),
    )
    return Line(row, row.id, cells)


def _heat(cell: HeatCell) -> Cell:
    key = float(cell.share) if cell.share is not None else -1.0
    return Cell(cell.words, key=key, look=Look.HEAT, share=cell.share, spoken=cell.spoken)


def keeps(row: object, query: str) -> bool:
    """Tell whether a body's row matches what was looked for."""
    return isinstance(row, ResultRow) and matches(query, (row.body, row.state.words, row.grade.words, *row.found_by))
