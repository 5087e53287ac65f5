"""Ruled tables that run over pages: the head is repeated, a row too tall for a page goes on on the next.

A row may have a *detail*: text under its cells that spans from the second column to the right edge.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from qassess.documents.fonts import Role
from qassess.documents.pdf_kit import HAIR, LEFT, SIZE_5, SIZE_SMALL_5, THIN, Box, Paper, Stroke
from qassess.documents.typesetting import Align, Line, Style
from qassess.i18n import _

PAD_X: Final = 3.4
PAD_Y: Final = 2.6
HEAD_FILL: Final = 0xEFEFEF
_LEADING: Final = 15.0
_SPLIT_AFTER: Final = 3
"""A row is only split where at least so many of its lines stay, and two go over."""

CELL: Final = Style(role=Role.SONG, size=SIZE_5, leading=_LEADING)
CELL_CENTRE: Final = replace(CELL, align=Align.CENTRE)
DETAIL: Final = Style(role=Role.SONG, size=SIZE_SMALL_5, leading=13.2, align=Align.JUSTIFY)
FIGURE: Final = Style(role=Role.FIGURES, size=SIZE_5, leading=_LEADING, align=Align.RIGHT)
FIGURE_STRONG: Final = replace(FIGURE, role=Role.HEI)
HEAD: Final = Style(role=Role.HEI, size=SIZE_5, leading=_LEADING, align=Align.CENTRE)
STRONG: Final = Style(role=Role.SONG_BOLD, size=SIZE_5, leading=_LEADING)
_CONTINUED: Final = replace(CELL_CENTRE, size=SIZE_SMALL_5, leading=13.2)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: width in points, head, and how its plain cells are set."""

    width: float
    head: str
    style: Style = CELL


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of a cell in a style of its own."""

    text: str
    style: Style
    label: str = ""


Cell = str | Sequence[Part]


@dataclass(frozen=True, slots=True)
class Row:
    """A row with a detail under its cells."""

    cells: Sequence[Cell]
    detail: Sequence[Part]


@dataclass(frozen=True, slots=True)
class _SetLine:
    line: Line
    style: Style


_Cells = list[list[_SetLine]]


class Table:
    """A table under way; rules are drawn as each page's piece of it is closed."""

    def __init__(self, paper: Paper, columns: Sequence[Column], *, left: float = LEFT) -> None:
        self._paper = paper
        self._columns = columns
        self._edges = [left]
        for column in columns:
            self._edges.append(self._edges[-1] + column.width)
        self._head = [self._set(column.head, HEAD, column.width) for column in columns]
        self._continued = self._set(_("(cont.)"), _CONTINUED, columns[0].width)
        self._has_head = any(column.head for column in columns)
        self._top = 0.0
        self._marks_before = 0
        self._has_rows = False
        self._row_ends: list[float] = []
        self._ruled: list[tuple[float, float, list[float]]] = []

    def draw(self, rows: Iterable[Sequence[Cell] | Row]) -> None:
        """Lay out all rows; a table without any is its head."""
        self._paper.ensure(self.head_height())
        self._open()
        for row in rows:
            self._row(row if isinstance(row, Row) else Row(row, ()))
        self._close()

    def head_height(self) -> float:
        """Height of the head with one plain row under it, to keep a heading with."""
        return (_height(self._head) if self._has_head else 0.0) + _LEADING + 2 * PAD_Y

    def _row(self, row: Row) -> None:
        cells = [self._cell(cell, column) for cell, column in zip(row.cells, self._columns, strict=True)]
        detail = [line for part in row.detail for line in self._set_part(part, self._edges[-1] - self._edges[1])]
        height = _height(cells) + sum(line.style.leading for line in detail)
        if height > self._paper.room:
            cells, detail = self._split_detail(cells, detail) if detail else (self._split(cells), [])
        self._put_row(cells, detail)

    def _put_row(self, cells: _Cells, detail: list[_SetLine]) -> None:
        """Put a row, or, without cells, the continuation of one."""
        if cells:
            self._put(cells)
        if detail:
            self._put_detail(detail, () if cells else self._continued)
        self._row_ends.append(self._paper.y)
        self._has_rows = True

    def _split(self, cells: _Cells) -> _Cells:
        """Go on with a row on the next page: whole, or what is left of it after a first piece."""
        lines = int((self._paper.room - 2 * PAD_Y) // _LEADING)
        tallest = max(len(cell) for cell in cells)
        if lines >= _SPLIT_AFTER and tallest - lines >= 2:
            self._put_row([cell[:lines] for cell in cells], [])
            cells = [cell[lines:] for cell in cells]
        self._next_page()
        return self._split(cells) if _height(cells) > self._paper.room else cells

    def _split_detail(self, cells: _Cells, detail: list[_SetLine]) -> tuple[_Cells, list[_SetLine]]:
        """Put the cells and as much of the detail as fits, and return what is left for the next page."""
        while True:
            room = self._paper.room - (_height(cells) if cells else 0.0) - PAD_Y
            lines = int(room // detail[0].style.leading)
            if lines >= len(detail):
                return cells, detail
            lines = min(lines, len(detail) - 2)
            if lines >= _SPLIT_AFTER:
                self._put_row(cells, detail[:lines])
                cells, detail = [], detail[lines:]
            self._next_page()

    def _next_page(self) -> None:
        if self._has_rows:
            self._close()
        else:
            self._paper.take_back(self._marks_before, self._top)
        self._paper.new_page()
        self._open()

    def _open(self) -> None:
        paper = self._paper
        self._top, self._row_ends, self._ruled = paper.y, [], []
        self._marks_before, self._has_rows = paper.marks_on_page, False
        if self._has_head:
            height = _height(self._head)
            paper.add(Box(self._edges[0], paper.y - height, self._edges[-1] - self._edges[0], height, HEAD_FILL))
            self._put(self._head, middle=True)
            self._row_ends.append(paper.y)

    def _close(self) -> None:
        paper, top = self._paper, self._top
        bottom = paper.y
        left, right = self._edges[0], self._edges[-1]
        for y in self._row_ends[:-1]:
            paper.add(Stroke(left, y, right, y, HAIR))
        for upper, lower, edges in self._ruled:
            paper.add(*(Stroke(x, upper, x, lower, HAIR) for x in edges))
        paper.add(*(Stroke(x, top, x, bottom, THIN) for x in (left, right)))
        paper.add(*(Stroke(left, y, right, y, THIN) for y in (top, bottom)))

    def _cell(self, cell: Cell, column: Column) -> list[_SetLine]:
        if isinstance(cell, str):
            return self._set(cell, column.style, column.width)
        return [line for part in cell for line in self._set_part(part, column.width)]

    def _set_part(self, part: Part, width: float) -> list[_SetLine]:
        return self._set(part.text, part.style, width, part.label)

    def _set(self, text: str, style: Style, width: float, label: str = "") -> list[_SetLine]:
        lines = self._paper.setter.lines(text, style, width - 2 * PAD_X, label=label)
        return [_SetLine(line, style) for line in lines]

    def _put(self, cells: Sequence[Sequence[_SetLine]], *, middle: bool = False) -> None:
        paper, height = self._paper, _height(cells)
        for cell, x in zip(cells, self._edges, strict=False):
            y = paper.y - PAD_Y
            if middle:
                y -= (height - 2 * PAD_Y - sum(set_line.style.leading for set_line in cell)) / 2
            self._lines(cell, x, y)
        self._ruled.append((paper.y, paper.y - height, self._edges[1:-1]))
        paper.y -= height

    def _put_detail(self, detail: Sequence[_SetLine], beside: Sequence[_SetLine]) -> None:
        """Put detail lines close under the cells they belong to; on the next page, a mark beside them."""
        paper = self._paper
        top = paper.y - (PAD_Y if beside else 0.0)
        self._lines(beside, self._edges[0], top)
        bottom = self._lines(detail, self._edges[1], top) - PAD_Y
        self._ruled.append((paper.y, bottom, self._edges[1:2]))
        paper.y = bottom

    def _lines(self, lines: Sequence[_SetLine], x: float, y: float) -> float:
        for set_line in lines:
            self._paper.place(set_line.line, set_line.style, x + PAD_X, y)
            y -= set_line.style.leading
        return y


def _height(cells: Sequence[Sequence[_SetLine]]) -> float:
    return max(sum(line.style.leading for line in cell) for cell in cells) + 2 * PAD_Y
