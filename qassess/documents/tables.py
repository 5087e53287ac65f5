"""Ruled tables that run over pages: the head is repeated, a row too tall for a page goes on in the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from qassess.documents.fonts import Role
from qassess.documents.pdf_kit import HAIR, LEFT, SIZE_5, THIN, Box, Paper, Stroke
from qassess.documents.typesetting import Align, Line, Style

PAD_X: Final = 3.2
PAD_Y: Final = 2.6
HEAD_FILL: Final = 0xEEEEEE
_LEADING: Final = 15.0

CELL: Final = Style(role=Role.SONG, size=SIZE_5, leading=_LEADING)
CELL_CENTRE: Final = Style(role=Role.SONG, size=SIZE_5, leading=_LEADING, align=Align.CENTRE)
FIGURE: Final = Style(role=Role.FIGURES, size=SIZE_5, leading=_LEADING, align=Align.RIGHT)
HEAD: Final = Style(role=Role.HEI, size=SIZE_5, leading=_LEADING, align=Align.CENTRE)
STRONG: Final = Style(role=Role.SONG_BOLD, size=SIZE_5, leading=_LEADING)


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


Cell = str | Sequence[Part]


@dataclass(frozen=True, slots=True)
class _SetLine:
    line: Line
    style: Style


class Table:
    """A table under way. ``fill_rows`` lays out row after row; rules are drawn as each page's piece is closed."""

    def __init__(self, paper: Paper, columns: Sequence[Column], *, left: float = LEFT) -> None:
        self._paper = paper
        self._columns = columns
        self._edges = [left]
        for column in columns:
            self._edges.append(self._edges[-1] + column.width)
        self._head = [self._set(column.head, HEAD, column.width) for column in columns]
        self._has_head = any(column.head for column in columns)
        self._top = 0.0
        self._rules: list[float] = []

    def draw(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Lay out all rows."""
        self._open()
        for row in rows:
            self._row(row)
        self._close()

    def head_height(self) -> float:
        """Height of the head with one plain row under it, to keep a heading with."""
        return (self._height(self._head) if self._has_head else 0.0) + _LEADING + 2 * PAD_Y

    def _open(self) -> None:
        paper = self._paper
        self._top = paper.y
        self._rules = [paper.y]
        if self._has_head:
            height = self._height(self._head)
            paper.add(Box(self._edges[0], paper.y - height, self._edges[-1] - self._edges[0], height, HEAD_FILL))
            self._put(self._head, height, middle=True)

    def _close(self) -> None:
        paper = self._paper
        left, right = self._edges[0], self._edges[-1]
        for y in self._rules[1:-1]:
            paper.add(Stroke(left, y, right, y, HAIR))
        for x in self._edges[1:-1]:
            paper.add(Stroke(x, self._top, x, paper.y, HAIR))
        for x in (left, right):
            paper.add(Stroke(x, self._top, x, paper.y, THIN))
        for y in (self._top, paper.y):
            paper.add(Stroke(left, y, right, y, THIN))

    def _row(self, row: Sequence[Cell]) -> None:
        cells = [self._cell(cell, column) for cell, column in zip(row, self._columns, strict=True)]
        height = self._height(cells)
        if height > self._paper.room:
            cells = self._split(cells)
        if cells:
            self._put(cells, self._height(cells))

    def _split(self, cells: list[list[_SetLine]]) -> list[list[_SetLine]]:
        """Go on with a row on the next page: whole, or what is left of it after a piece of three lines or more."""
        lines = int((self._paper.room - 2 * PAD_Y) // _LEADING)
        tallest = max(len(cell) for cell in cells)
        if lines >= 3 and tallest - lines >= 2:
            first = [cell[:lines] for cell in cells]
            self._put(first, self._height(first))
            cells = [cell[lines:] for cell in cells]
        self._next_page()
        return self._split(cells) if self._height(cells) > self._paper.room else cells

    def _next_page(self) -> None:
        self._close()
        self._paper.new_page()
        self._open()

    def _cell(self, cell: Cell, column: Column) -> list[_SetLine]:
        if isinstance(cell, str):
            return self._set(cell, column.style, column.width)
        return [line for part in cell for line in self._set(part.text, part.style, column.width)]

    def _set(self, text: str, style: Style, width: float) -> list[_SetLine]:
        return [_SetLine(line, style) for line in self._paper.setter.lines(text, style, width - 2 * PAD_X)]

    def _height(self, cells: Sequence[Sequence[_SetLine]]) -> float:
        return max(sum(line.style.leading for line in cell) for cell in cells) + 2 * PAD_Y

    def _put(self, cells: Sequence[Sequence[_SetLine]], height: float, *, middle: bool = False) -> None:
        paper = self._paper
        for cell, x in zip(cells, self._edges, strict=False):
            y = paper.y - PAD_Y
            if middle:
                y -= (height - 2 * PAD_Y - sum(set_line.style.leading for set_line in cell)) / 2
            for set_line in cell:
                paper.place(set_line.line, set_line.style, x + PAD_X, y)
                y -= set_line.style.leading
        paper.y -= height
        self._rules.append(paper.y)
