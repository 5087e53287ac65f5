"""The cells of a self-assessment workbook that somebody else filled in: opened with care, each read as a text.

Formulas are never computed: what the spreadsheet program kept beside them is read, or they are refused. Hidden sheets,
merged cells and huge used ranges are taken as they come, up to a stated size.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from qassess.errors import Fault, QassessError

MOST_ROWS: Final = 5000
MOST_COLUMNS: Final = 64
MOST_BYTES: Final = 300_000_000
"""Bytes of all sheets once unpacked; beyond it the file is refused."""
MOST_BESIDE: Final = 30_000_000
"""Bytes of everything that is no sheet (texts, styles), which is read whole."""
SMALL: Final = 4_000_000
"""Bytes of sheets up to which merged cells are looked at; larger ones are only streamed."""

_SPACES: Final = re.compile(r"\s+")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff\u200b]")
_NOTHING: Final = frozenset(("", "—", "–", "-", "－", "——", "/", "／"))
_DOCTYPE: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_LOOKED_AT: Final = 4096
_BROKEN: Final = (BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError,
                  SyntaxError, NotImplementedError, RuntimeError, OverflowError, AssertionError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundCell:
    """One cell: what it holds, the formula behind it if any, its number format, and the merged range it is in."""

    value: Any
    formula: str = ""
    format: str = ""
    merged: str = ""


_EMPTY: Final = FoundCell(None)


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """One sheet: its name and its cells by row and column, from 1."""

    name: str
    cells: Mapping[tuple[int, int], FoundCell]
    rows: int

    def at(self, row: int, column: int) -> FoundCell:
        """Return a cell; an empty one where nothing is."""
        return self.cells.get((row, column), _EMPTY)

    def place(self, row: int, column: int) -> str:
        """Return ``sheet!cell``."""
        return f"{self.name}!{get_column_letter(column)}{row}"

    def row(self, row: int) -> Iterator[tuple[int, FoundCell]]:
        """Give the cells of a row that hold something."""
        for column in range(1, MOST_COLUMNS + 1):
            if (row, column) in self.cells:
                yield column, self.cells[row, column]


@dataclass(frozen=True, slots=True)
class Found:
    """A workbook: its sheets, those shown first."""

    sheets: tuple[FoundSheet, ...] = field(default_factory=tuple)


def open_workbook(content: bytes, source: str) -> Found:
    """Read the cells of a workbook.

    Raises ``QassessError``: ``self_form.not_a_workbook``, ``self_form.too_large``.
    """
    try:
        streamed = _looked_over(content, source) > SMALL
        values = load_workbook(BytesIO(content), data_only=True, read_only=streamed)
        formulas = load_workbook(BytesIO(content), data_only=False, read_only=streamed)
        names = [sheet.title for sheet in values.worksheets if sheet.sheet_state == "visible"]
        names += [sheet.title for sheet in values.worksheets if sheet.sheet_state != "visible"]
        return Found(tuple(_sheet(values[name], formulas[name]) for name in names))
    except _BROKEN as broken:
        raise QassessError("self_form.not_a_workbook", path=source) from broken


def _looked_over(content: bytes, source: str) -> int:
    """Return the unpacked size of the sheets; what is too large or smells of a bomb is refused unread."""
    with ZipFile(BytesIO(content)) as packed:
        parts = packed.infolist()
        sheets = sum(part.file_size for part in parts if _is_sheet(part))
        beside = sum(part.file_size for part in parts if not _is_sheet(part) and part.filename.endswith(".xml"))
        if sheets > MOST_BYTES or beside > MOST_BESIDE:
            raise QassessError("self_form.too_large", path=source, size=(sheets + beside) // 1_000_000)
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with packed.open(part) as opened:
                    if _DOCTYPE.search(opened.read(_LOOKED_AT)):
                        raise BadZipFile(part.filename)
    return sheets


def _is_sheet(part: ZipInfo) -> bool:
    return part.filename.startswith("xl/worksheets/")


def _sheet(values: Any, formulas: Any) -> FoundSheet:  # noqa: ANN401 - openpyxl is untyped
    cells: dict[tuple[int, int], FoundCell] = {}
    last = 0
    limits = {"max_row": MOST_ROWS, "max_col": MOST_COLUMNS}
    if not hasattr(values, "merged_cells"):  # streamed: what the file says of its own size is not believed
        values.reset_dimensions()
        formulas.reset_dimensions()
    else:
        limits = {"max_row": min(MOST_ROWS, values.max_row), "max_col": min(MOST_COLUMNS, values.max_column)}
    for row, (shown, behind) in enumerate(
        zip(values.iter_rows(**limits), formulas.iter_rows(**limits), strict=False), 1
    ):
        for column, (cell, source) in enumerate(zip(shown, behind, strict=False), 1):
            is_formula = source.data_type == "f"
            if cell.value is None and not is_formula:
                continue
            formula = str(getattr(source.value, "text", source.value)) if is_formula else ""
            cells[row, column] = FoundCell(cell.value, formula, str(cell.number_format or ""))
            last = row
    _spread_merged(values, cells)
    return FoundSheet(values.title, cells, last)


def _spread_merged(sheet: Any, cells: dict[tuple[int, int], FoundCell]) -> None:  # noqa: ANN401
    """Let every row of a merged range hold what its first cell holds, and know the range."""
    for merged in getattr(sheet, "merged_cells", None) or ():
        left, top, _right, bottom = merged.bounds
        anchor = cells.get((top, left))
        if anchor is not None and bottom > top:
            for row in range(top, min(bottom, MOST_ROWS) + 1):
                cells[row, left] = FoundCell(anchor.value, anchor.formula, anchor.format, str(merged.coord))


def plain(value: object) -> str:
    """Return a head or a name for comparing: compatibility forms made one, blanks taken out."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", str(value))).lower() if value is not None else ""


def words(cell: FoundCell) -> str:
    """Return what a cell says in words, composed characters made one (NFC)."""
    value = cell.value
    if isinstance(value, datetime | date):
        value = value.date() if isinstance(value, datetime) and value.time() == time() else value
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _typed_number(value, cell.format)
    text = _CONTROL.sub("", unicodedata.normalize("NFC", str(value))) if value is not None else ""
    return text.strip()


def typed(cell: FoundCell) -> str:
    """Return a number, level or list of numbers as it would have been typed; a dash is nothing."""
    if isinstance(cell.value, bool):
        return "是" if cell.value else "否"
    said = unicodedata.normalize("NFKC", words(cell)).strip()
    return "" if said in _NOTHING else said


def fault_of(cell: FoundCell, place: str, expected: str) -> Fault | None:
    """Return what stops a cell from being read at all: its formula, an error value, or a date where none belongs."""
    if cell.formula and cell.value is None:
        return Fault(place, "self_form.formula_without_value", {"found": cell.formula[:80]})
    if isinstance(cell.value, str) and cell.value.startswith("#") and cell.value.endswith(("!", "?", "A")):
        return Fault(place, "self_form.formula_error", {"found": cell.value[:20]})
    if expected and isinstance(cell.value, datetime | date | time):
        return Fault(place, "self_form.date", {"found": str(cell.value), "expected": expected})
    return None


def _typed_number(value: float | Decimal, number_format: str) -> str:
    """Return a number as shown: fifteen digits, all a spreadsheet keeps; a cell formatted as percent with its sign."""
    exact = Decimal(f"{value:.15g}")
    if not exact.is_finite():
        return str(value)
    if "%" in number_format:
        return f"{_without_zeros(exact * 100)}%"
    return _without_zeros(exact)


def _without_zeros(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
