"""The blank self-assessment form (自评打分表) of one body as an Excel workbook: only what has to be filled in is open.

One row an item, and one more for each thing an item asks beside its points. A hidden column carries the name of each
row and a hidden sheet what the form is about, so that it is read back whatever was sorted, copied or put in between.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from qassess import wording
from qassess.domain.bodies import Body
from qassess.domain.checklist import Checklist, checklist_for
from qassess.domain.exact import exact_to_text
from qassess.domain.quantity import unit_of
from qassess.domain.scheme import Item, PinnedScheme, Role, Section, full_points
from qassess.domain.self_form import Field, FormLine, Kind, form_lines
from qassess.i18n import _, language, pgettext
from qassess.wording import in_language

ABOUT: Final = "qassess"
"""Name of the hidden sheet that says what the form is about."""
FORM: Final = "qassess-self-assessment/1"
HEAD_ROW: Final = 4
POINTS: Final = "points"
REMARK: Final = "remark"
KEY: Final = "key"
CODE: Final = "code"

_COLUMNS: Final[tuple[tuple[str, float], ...]] = (
    (KEY, 4),
    (CODE, 7),
    ("title", 26),
    ("full", 7),
    ("asked", 52),
    (POINTS, 9),
    (Field.VALUE, 12),
    (Field.NUMERATOR, 10),
    (Field.DENOMINATOR, 10),
    (Field.TICKS, 12),
    (REMARK, 34),
)
_OPEN: Final = PatternFill("solid", fgColor="FFFBE6")
_HEAD: Final = PatternFill("solid", fgColor="E7EFED")
_SECTION: Final = PatternFill("solid", fgColor="F3F6F5")
_HAIR: Final = Side(style="hair", color="999999")
_GRID: Final = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_WRAPPED: Final = Alignment(vertical="top", wrap_text=True)
_A4: Final = 9
_LINE_WIDTH: Final = 25
"""Full-width characters on a line of the column that says what is asked."""


def heads() -> dict[str, str]:
    """Return the heads of the columns by name, in the language in use."""
    return {
        KEY: pgettext("self form", "Key"),
        CODE: pgettext("self form", "No."),
        "title": pgettext("self form", "Item"),
        "full": pgettext("self form", "Full points"),
        "asked": pgettext("self form", "Rule, and what to fill in"),
        POINTS: pgettext("self form", "Own points"),
        Field.VALUE: pgettext("self form", "Value or level"),
        Field.NUMERATOR: pgettext("self form", "Numerator"),
        Field.DENOMINATOR: pgettext("self form", "Denominator"),
        Field.TICKS: pgettext("self form", "Elements present"),
        REMARK: pgettext("self form", "Remarks (why points are claimed or lost)"),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfForm:
    """What a form is made for."""

    body: Body
    year: int
    round: str
    scheme: PinnedScheme
    checklist_class: str

    @property
    def checklist(self) -> Checklist:
        """The items asked, in printed order."""
        return checklist_for(self.scheme.scheme, self.checklist_class, self.body.id)


def build_form(form: SelfForm) -> bytes:
    """Return the blank form in the language in use."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = pgettext("self form", "Self-assessment")
    _opening(sheet, form)
    row = HEAD_ROW
    for section, items in form.checklist.sections:
        row = _section(sheet, row + 1, section)
        for item in items:
            row = _item(sheet, row, form, item)
    _set_up(sheet, row)
    _about(book, form)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _opening(sheet: Any, form: SelfForm) -> None:  # noqa: ANN401 - openpyxl is untyped
    title = _("{body}, {year}: self-assessment").format(body=_name(form.body), year=form.year)
    scheme = form.scheme.scheme
    about = _("{scheme}, version {version}").format(scheme=in_language(scheme.title), version=scheme.version)
    if scheme.status != "official" and scheme.notice is not None:
        about = _("{about} · {notice}").format(about=about, notice=in_language(scheme.notice))
    how = _(
        "Fill in the yellow cells only. Leave a cell empty where there is nothing to say; write n/a in “Value or "
        "level” with the reason in the remarks where an item does not apply."
    )
    for row, (words, font) in enumerate(
        ((title, Font(name="黑体", size=14, bold=True)), (about, Font(size=10, color="8A5A00")), (how, Font(size=10))),
        1,
    ):
        _put(sheet, row, 2, words).font = font
    for place, (name, width) in enumerate(_COLUMNS, 1):
        cell = _put(sheet, HEAD_ROW, place, heads()[name])
        cell.font, cell.fill, cell.border = Font(name="黑体", size=10, bold=True), _HEAD, _GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.column_dimensions["A"].hidden = True


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _section(sheet: Any, row: int, section: Section) -> int:  # noqa: ANN401
    for place in range(2, len(_COLUMNS) + 1):
        sheet.cell(row, place).fill = _SECTION
    _put(sheet, row, 2, in_language(section.title)).font = Font(bold=True)
    return row


def _item(sheet: Any, row: int, form: SelfForm, item: Item) -> int:  # noqa: ANN401
    """Set an item's rows below ``row`` and return the last of them."""
    full = full_points(item, form.checklist_class)
    for line in form_lines(item):
        row += 1
        own = not line.path
        title = in_language(item.title) if own else _("– {part}").format(part=in_language(line.label or item.title))
        asked = _asked(item, line, full)
        texts = {KEY: line.key, CODE: form.checklist.codes[item.id] if own else "", "title": title, "asked": asked}
        if own and full is not None:
            texts["full"] = exact_to_text(full)
        fields = {*line.fields, *((REMARK,) if own else ()), *((POINTS,) if own and item.role is not Role.GATE else ())}
        _fill(sheet, row, texts, fields)
        _validate(sheet, row, line, fields)
    return row


def _fill(sheet: Any, row: int, texts: dict[str, str], fields: set[str]) -> None:  # noqa: ANN401
    for place, (name, _width) in enumerate(_COLUMNS, 1):
        cell = _put(sheet, row, place, texts.get(name, ""))
        cell.border, cell.alignment = _GRID, _WRAPPED
        if name == "full" and name in texts:
            cell.value = Decimal(texts[name])
        if name in fields:
            cell.fill, cell.protection, cell.number_format = _OPEN, Protection(locked=False), "General"
    lines = sum(len(part) // _LINE_WIDTH + 1 for part in texts["asked"].split("\n"))
    sheet.row_dimensions[row].height = 15 * max(lines, len(texts["title"]) // 12 + 1)


def _asked(item: Item, line: FormLine, full: Fraction | None) -> str:
    rule = "" if line.path else wording.say_rule(item, full)
    return "\n".join(filter(None, (rule, _instruction(line))))


def _instruction(line: FormLine) -> str:
    unit = wording.unit_words(unit_of(line.measure)) if line.measure is not None else ""
    match line.kind:
        case Kind.PAIR:
            measure = line.measure
            top = in_language(measure.numerator) if measure and measure.numerator else _("numerator")
            bottom = in_language(measure.denominator) if measure and measure.denominator else _("denominator")
            return _("Fill in: numerator = {top}, denominator = {bottom}; or the value alone ({unit}).").format(
                top=top, bottom=bottom, unit=unit or "—"
            )
        case Kind.LEVEL:
            return _("Fill in the number of the level: {levels}.").format(levels=_numbered(line.levels))
        case Kind.TICKS:
            words = tuple(words for _id, words in line.elements)
            return _(
                "Elements: {elements}. List the numbers of those present, such as 1, 3; write “none” where none is."
            ).format(elements=_numbered(words))
        case Kind.PLACE:
            return _("Fill in: value = the place, denominator = how many were ranked.")
        case Kind.HAPPENED:
            return _("Fill in yes or no.")
        case Kind.COUNT:
            return _("Fill in the count ({unit}).").format(unit=unit or "—")
        case Kind.NUMBER:
            return _("Fill in the value ({unit}).").format(unit=unit or "—")
        case Kind.NOTHING:
            return "" if line.path else _("Fill in points and remarks only.")


def _numbered(words: tuple[Any, ...]) -> str:
    return pgettext("report", "; ").join(f"{place} {in_language(text)}" for place, text in enumerate(words, 1))


def _validate(sheet: Any, row: int, line: FormLine, fields: set[str]) -> None:  # noqa: ANN401
    """Let the spreadsheet itself help: lists of levels and yes or no, numbers not below zero."""
    for name, rule in _rules(line, fields):
        rule.showErrorMessage, rule.errorStyle, rule.allow_blank = True, "warning", True
        rule.errorTitle, rule.error = _("Check this cell"), _("This cell takes what the column before it says.")
        sheet.add_data_validation(rule)
        rule.add(f"{column_letter(name)}{row}")


def _rules(line: FormLine, fields: set[str]) -> Iterator[tuple[str, DataValidation]]:
    if POINTS in fields:
        yield POINTS, DataValidation(type="decimal", operator="between", formula1="-1000", formula2="1000")
    if line.kind is Kind.LEVEL:
        listed = ",".join(str(place) for place in range(1, len(line.levels) + 1))
        yield Field.VALUE, DataValidation(type="list", formula1=f'"{listed},{pgettext("self form", "n/a")}"')
    if line.kind is Kind.HAPPENED:
        yield Field.VALUE, DataValidation(type="list", formula1=f'"{pgettext("self form", "yes,no,n/a")}"')
    for field in (Field.NUMERATOR, Field.DENOMINATOR):
        if field in line.fields:
            yield field, DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")


def column_letter(name: str) -> str:
    """Return the letter of a column of the blank form."""
    return str(get_column_letter([known for known, _width in _COLUMNS].index(name) + 1))


def _set_up(sheet: Any, last: int) -> None:  # noqa: ANN401
    sheet.freeze_panes = f"D{HEAD_ROW + 1}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.print_area = f"B1:{column_letter(REMARK)}{last}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = _("Page {page} of {pages}").format(page="&P", pages="&N")
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _about(book: Any, form: SelfForm) -> None:  # noqa: ANN401
    sheet = book.create_sheet(ABOUT)
    sheet.sheet_state = "hidden"
    said = {
        "form": FORM,
        "body": form.body.id,
        "year": str(form.year),
        "round": form.round,
        "scheme": form.scheme.sha256,
        "version": f"{form.scheme.scheme.id} {form.scheme.scheme.version}",
    }
    for row, (name, value) in enumerate(said.items(), 1):
        _put(sheet, row, 1, name)
        _put(sheet, row, 2, value)
    sheet.protection.sheet = True


def _put(sheet: Any, row: int, place: int, words: str) -> Any:  # noqa: ANN401
    """Put a text into a cell; a text never becomes a formula."""
    cell = sheet.cell(row, place)
    if words:
        cell.value = words
        cell.data_type = "s"
    return cell


def _name(body: Body) -> str:
    return body.name_en if language() == "en" and body.name_en else body.printed
