"""Sheets of a workbook: columns with formats, numbers as numbers, texts that can never become formulas, print set-up.

The same content gives the same bytes: times inside the file are those of the content, never of the writing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any, Final, Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter

from qassess.domain.exact import exact_to_text
from qassess.i18n import _, pgettext

Value = str | int | bool | Fraction | Decimal | None

HEAD_ROW: Final = 3
"""Row 1 is the sheet's title, row 2 says what it shows, row 3 is the head; data begin below."""
MAX_TEXT: Final = 32_767
"""Characters a cell can hold."""
MAX_DIGITS: Final = 15
"""Digits a spreadsheet keeps of a number; longer ones are written as text."""
ROUGH_PLACES: Final = 10
"""Decimal places of a number whose decimals do not end; its exact value stands beside it as text."""

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_AMBIGUOUS: Final = ("=", "+", "-", "@", "\t", "\r", "#")
_MODIFIED: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_A4: Final = 9
_HAIR: Final = Side(style="hair", color="999999")
_THIN: Final = Side(style="thin", color="666666")

_TEXT, _WRAPPED, _NUMBER, _HEAD, _TITLE, _NOTE = (
    f"qassess {name}" for name in ("text", "wrapped", "number", "head", "title", "note")
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: head, width in characters, number format ("" = as many decimals as the number has).

    ``fields`` are the stored fields it carries, as ``Record.field``. ``wrap`` breaks long texts within the cell.
    """

    head: str
    width: float = 10.0
    format: str = ""
    fields: tuple[str, ...] = ()
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class SheetSetup:
    """What a sheet looks like beside its columns: name, title, note, first data column that scrolls, print header."""

    name: str
    title: str
    note: str
    frozen_columns: int
    header: str


class Book:
    """A workbook under way; used in a ``with`` block, so that nothing of one that is given up stays on the disk."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._saved = False
        for style in _styles():
            self._book.add_named_style(style)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if not self._saved and self._book.worksheets:
            self._book.save(BytesIO())  # the library removes its temporary files when it saves

    def sheet(self, setup: SheetSetup, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> "Sheet":
        """Write one whole sheet."""
        sheet = Sheet(self._book.create_sheet(setup.name), setup, columns)
        for row in rows:
            sheet.append(row)
        sheet.finish()
        return sheet

    def content(self, *, title: str, made_at: datetime) -> bytes:
        """Return the file's bytes; the workbook is finished with it."""
        self._book.properties.title, self._book.properties.creator = title, "qassess"
        output, self._saved = BytesIO(), True
        self._book.save(output)
        return _repacked(output.getvalue(), made_at)


class Sheet:
    """One sheet being written from top to bottom."""

    def __init__(self, sheet: Any, setup: SheetSetup, columns: Sequence[Column]) -> None:  # noqa: ANN401 # untyped
        self.rows = 0
        self._sheet, self._columns = sheet, columns
        self._looks: dict[tuple[str, str, bool], Any] = {}
        _set_up(sheet, setup, columns)
        sheet.append([self._cell(setup.title, _TITLE)])
        sheet.append([self._cell(setup.note, _NOTE)])
        sheet.append([self._cell(column.head, _HEAD) for column in columns])

    def append(self, row: Sequence[Value]) -> None:
        """Write one row, a value for every column."""
        self._sheet.append([self._valued(value, column) for value, column in zip(row, self._columns, strict=True)])
        self.rows += 1

    def finish(self) -> None:
        """Close the sheet: what filters and colour scales need to know of its size."""
        last = f"{get_column_letter(len(self._columns))}{HEAD_ROW + max(self.rows, 1)}"
        self._sheet.auto_filter.ref = f"A{HEAD_ROW}:{last}"

    def colour_scale(self, columns: range) -> None:
        """Shade the numbers of neighbouring columns (from 0) from pale for the lowest to strong for the highest."""
        from openpyxl.formatting.rule import ColorScaleRule

        first, last = get_column_letter(columns.start + 1), get_column_letter(columns.stop)
        area = f"{first}{HEAD_ROW + 1}:{last}{HEAD_ROW + max(self.rows, 1)}"
        rule = ColorScaleRule(
            start_type="num", start_value=0, start_color="FFFFFF", end_type="num", end_value=100, end_color="6FA59B"
        )
        self._sheet.conditional_formatting.add(area, rule)

    def _valued(self, value: Value, column: Column) -> Any:  # noqa: ANN401
        if value is None or value == "":
            return None
        number = _number(value)
        if number is None:
            return self._cell(_text(value), _WRAPPED if column.wrap else _TEXT)
        return self._cell(number, _NUMBER, column.format or _format_of(value, number))

    def _cell(self, value: str | int | Decimal, style: str, number_format: str = "") -> Any:  # noqa: ANN401
        cell = WriteOnlyCell(self._sheet, value=None)
        if isinstance(value, str):
            # Given to the cell as a value, "=1+1" would become a formula and "#N/A" an error.
            cell._value, cell.data_type = value, "s"  # noqa: SLF001
        else:
            cell.value = value
        quoted = isinstance(value, str) and value.startswith(_AMBIGUOUS)
        cell._style = self._look(style, number_format, quoted=quoted)  # noqa: SLF001
        return cell

    def _look(self, style: str, number_format: str, *, quoted: bool) -> Any:  # noqa: ANN401
        """Return a cell's formats, each found once: looking them up is most of the work of writing a cell."""
        key = (style, number_format, quoted)
        if key not in self._looks:
            model = WriteOnlyCell(self._sheet, value=None)
            model.style = style
            if number_format:
                model.number_format = number_format
            if quoted:
                model.quotePrefix = True
            self._looks[key] = model._style  # noqa: SLF001
        return self._looks[key]


def _number(value: Value) -> int | Decimal | None:
    """Return a value as the number a spreadsheet can hold; ``None`` for a text and for one with too many digits."""
    match value:
        case bool() | str() | None:
            return None
        case int():
            return value if abs(value) < 10**MAX_DIGITS else None
        case Decimal():
            return value if len(value.as_tuple().digits) <= MAX_DIGITS else None
        case Fraction():
            return _rough(value)


def _rough(value: Fraction) -> Decimal | None:
    text = exact_to_text(value)
    if "/" in text:
        scaled = abs(value) * 10**ROUGH_PLACES
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        text = exact_to_text(Fraction(whole if value >= 0 else -whole, 10**ROUGH_PLACES))
    number = Decimal(text)
    return number if len(number.as_tuple().digits) <= MAX_DIGITS else None


def _format_of(value: Value, number: int | Decimal) -> str:
    """Return a format that shows the number as it is: typed zeros kept, endless decimals to four places."""
    if isinstance(value, Fraction) and "/" in exact_to_text(value):
        return "0.0000"
    places = -int(number.as_tuple().exponent) if isinstance(number, Decimal) else 0
    return f"0.{'0' * places}" if places > 0 else "0"


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return pgettext("sheet", "yes") if value else pgettext("sheet", "no")
    text = exact_to_text(value) if isinstance(value, Fraction) else str(value)
    clean = _ILLEGAL.sub("", text)
    return clean if len(clean) <= MAX_TEXT else clean[: MAX_TEXT - 1] + "…"


def exact_beside(value: Fraction | None) -> str:
    """Return the exact value where the number's own cell can only show it rounded, else nothing."""
    if value is None:
        return ""
    text = exact_to_text(value)
    return text if "/" in text else ""


def typed(text: str | None) -> Value:
    """Return a number as it was typed (``93.40`` keeps its zero); any other text as it stands."""
    if text is None or not re.fullmatch(r"-?\d{1,15}(\.\d{1,14})?", text):
        return text
    return Decimal(text)


def _styles() -> Iterable[NamedStyle]:
    base = Font(name="宋体", size=10)
    grid = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
    yield NamedStyle(_TEXT, font=base, border=grid, alignment=Alignment(vertical="top"))
    yield NamedStyle(_WRAPPED, font=base, border=grid, alignment=Alignment(vertical="top", wrap_text=True))
    yield NamedStyle(_NUMBER, font=base, border=grid, alignment=Alignment(vertical="top", horizontal="right"))
    yield NamedStyle(
        _HEAD,
        font=Font(name="黑体", size=10, bold=True),
        border=Border(left=_HAIR, right=_HAIR, top=_THIN, bottom=_THIN),
        fill=PatternFill("solid", fgColor="E7EFED"),
        alignment=Alignment(horizontal="center", vertical="center", wrap_text=True),
    )
    yield NamedStyle(_TITLE, font=Font(name="黑体", size=14, bold=True), alignment=Alignment(vertical="center"))
    yield NamedStyle(_NOTE, font=Font(name="楷体", size=10, color="555555"), alignment=Alignment(vertical="center"))


def _set_up(sheet: Any, setup: SheetSetup, columns: Sequence[Column]) -> None:  # noqa: ANN401
    """Freeze heads, and prepare for paper: A4 landscape, as wide as the page, heads on every page, who and what."""
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = f"{get_column_letter(setup.frozen_columns + 1)}{HEAD_ROW + 1}"
    sheet.sheet_view.zoomScale = 100
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{HEAD_ROW}"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom, margins.header, margins.footer = 0.8, 0.7, 0.35, 0.35
    sheet.oddHeader.left.text, sheet.oddHeader.right.text = _escaped(setup.title), _escaped(setup.header)
    sheet.oddFooter.center.text = _("Page {page} of {pages}").format(page="&P", pages="&N")


def _escaped(text: str) -> str:
    """Return a text as a header takes it, where ``&`` begins a code."""
    return text.replace("&", "&&")


def _repacked(content: bytes, made_at: datetime) -> bytes:
    """Return the file with fixed times inside: the moment of the content, and no times on its parts."""
    stamp = made_at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    output = BytesIO()
    with ZipFile(BytesIO(content)) as written, ZipFile(output, "w", ZIP_DEFLATED) as packed:
        for name in written.namelist():
            part = written.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(lambda match: match[1] + stamp + match[2], part)
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, part)
    return output.getvalue()
