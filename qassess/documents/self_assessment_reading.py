"""Read a filled self-assessment form back: every fault with sheet and cell, what was found and what was expected."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from qassess.documents.self_assessment_cells import (
    Found,
    FoundCell,
    FoundSheet,
    fault_of,
    open_workbook,
    plain,
    typed,
    words,
)
from qassess.documents.self_assessment_workbook import ABOUT, CODE, FORM, KEY, POINTS, REMARK, heads
from qassess.domain.answers import Answer, SelfAssessment
from qassess.domain.checklist import Checklist
from qassess.domain.exact import exact_to_text
from qassess.domain.quantity import Limits, read_number
from qassess.domain.rules import Judge, Option
from qassess.domain.scheme import Item, Role, full_points
from qassess.domain.self_form import Field, FormLine, Kind, Path, assembled, form_lines, line_answer
from qassess.errors import AnswersFaults, Fault, InputRefused, QassessError
from qassess.i18n import LANGUAGES, speaking

_HEADS_WITHIN: Final = 40
_INAPPLICABLE: Final = frozenset(("不适用", "合理缺项", "n/a", "na", "not applicable"))
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    POINTS: ("自评得分", "自评分", "自评分值", "自评得分(分)"),
    REMARK: ("备注", "备注(得分及扣分原因)", "得分及扣分原因"),
    CODE: ("序号", "编号"),
}
_FIELDS: Final = tuple(Field)

Refusal = Callable[[Item, Answer], InputRefused | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAbout:
    """What a form says it is about; ``scheme`` is the hash of the scheme it was made from."""

    body: str
    year: int
    round: str
    scheme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """A form under way: its sheet, its columns by name, and what it is about, where it says so."""

    source: str
    sheet: FoundSheet
    columns: Mapping[str, int]
    head_row: int
    about: FormAbout | None


def open_form(content: bytes, source: str) -> FilledForm:
    """Find the form in a workbook.

    Raises as :func:`open_workbook`, and ``QassessError("self_form.no_form")`` where no sheet has its heads.
    """
    found = open_workbook(content, source)
    for sheet in found.sheets:
        for row in range(1, min(sheet.rows, _HEADS_WITHIN) + 1):
            columns = _columns(sheet, row)
            if POINTS in columns and (KEY in columns or CODE in columns):
                about = _about(found)
                return FilledForm(source=source, sheet=sheet, columns=columns, head_row=row, about=about)
    raise QassessError("self_form.no_form", path=source)


def _columns(sheet: FoundSheet, row: int) -> dict[str, int]:
    known = _known_heads()
    columns: dict[str, int] = {}
    for column, cell in sheet.row(row):
        name = known.get(plain(cell.value))
        if name is not None:
            columns.setdefault(name, column)
    return columns


def _known_heads() -> dict[str, str]:
    """Return the heads of the form in every language, as they are compared."""
    known = {plain(alias): name for name, aliases in _ALSO.items() for alias in aliases}
    for language in LANGUAGES:
        with speaking(language):
            known |= {plain(head): name for name, head in heads().items()}
    return known


def _about(found: Found) -> FormAbout | None:
    said = {
        words(sheet.at(row, 1)): words(sheet.at(row, 2))
        for sheet in found.sheets
        if sheet.name == ABOUT
        for row in range(1, sheet.rows + 1)
    }
    if said.get("form") != FORM or not said.get("year", "").isdecimal():
        return None
    return FormAbout(
        body=said.get("body", ""), year=int(said["year"]), round=said.get("round", ""), scheme=said.get("scheme", "")
    )


def read_form(form: FilledForm, checklist: Checklist, refusal: Refusal) -> dict[str, SelfAssessment]:
    """Return what the form says, by item; items without a word are left out.

    ``refusal`` says why an answer as a whole cannot be used. Raises ``AnswersFaults`` with every fault of the form.
    """
    reading = _Reading(form, checklist)
    reading.find_rows()
    said = {item.id: given for item in checklist.items if (given := reading.item(item, refusal)) is not None}
    if reading.faults:
        raise AnswersFaults(form.source, tuple(reading.faults))
    return said


@dataclass(slots=True)
class _Reading:
    """One reading; rows by the name of their line."""

    form: FilledForm
    checklist: Checklist
    rows: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def find_rows(self) -> None:
        """Find the row of each line; refuse a filled row that belongs to nothing, and one that is there twice."""
        codes = {plain(code): item for item, code in self.checklist.codes.items()}
        lines = {line.key for item in self.checklist.items for line in form_lines(item)}
        for row in range(self.form.head_row + 1, self.form.sheet.rows + 1):
            if not any(True for _filled in self._filled(row)):
                continue
            key = words(self._cell(row, KEY))
            name = key if key in lines else codes.get(plain(self._cell(row, CODE).value), "")
            if not name:
                found = key or words(self._cell(row, CODE)) or next(self._filled(row))
                where = self._place(row, KEY if KEY in self.form.columns else CODE)
                self.faults.append(Fault(where, "self_form.unknown_row", {"found": found[:60]}))
            elif name in self.rows:
                other = self._place(self.rows[name], POINTS)
                self.faults.append(Fault(self._place(row, POINTS), "self_form.twice", {"other": other}))
            else:
                self.rows[name] = row

    def _filled(self, row: int) -> Iterator[str]:
        for name in (POINTS, *_FIELDS, REMARK):
            cell = self._cell(row, name)
            said = words(cell) if name == REMARK else typed(cell)
            if (said or cell.formula) and not (cell.merged and name == REMARK):
                yield said or cell.formula

    def _cell(self, row: int, name: str) -> FoundCell:
        return self.form.sheet.at(row, self.form.columns[name]) if name in self.form.columns else FoundCell(None)

    def _place(self, row: int, name: str) -> str:
        return self.form.sheet.place(row, self.form.columns.get(name, self.form.columns[POINTS]))

    def item(self, item: Item, refusal: Refusal) -> SelfAssessment | None:
        """Return what the form says of an item, ``None`` for nothing; faults are noted."""
        before = len(self.faults)
        lines = form_lines(item)
        row = self.rows.get(item.id)
        remark = self._remark(row) if row is not None else ""
        points = self._points(item, row) if row is not None else None
        if row is not None and self._is_inapplicable(row):
            return self._inapplicable(row, remark)
        answers = {line.path: known for line in lines if (known := self._line(line)) is not None}
        answer = _with_points(item, assembled(item, answers), points, remark)
        if answer is not None and len(self.faults) == before:
            self._refuse(item, refusal(item, answer))
        if answer is None and points is None and not remark:
            return None
        return SelfAssessment(answer=answer, points=points, remark=remark, source=self.form.source)

    def _is_inapplicable(self, row: int) -> bool:
        return any(typed(self._cell(row, name)).lower() in _INAPPLICABLE for name in (Field.VALUE, POINTS))

    def _inapplicable(self, row: int, remark: str) -> SelfAssessment | None:
        if not remark:
            self.faults.append(Fault(self._place(row, REMARK), "self_form.reason_missing"))
            return None
        return SelfAssessment(answer=Answer(not_applicable=remark), remark=remark, source=self.form.source)

    def _remark(self, row: int) -> str:
        cell = self._cell(row, REMARK)
        fault = fault_of(cell, self._place(row, REMARK), "")
        if fault is not None:
            self.faults.append(fault)
            return ""
        return words(cell)

    def _points(self, item: Item, row: int) -> str | None:
        text = self._typed(row, POINTS, "0–100")
        if not text or text.lower() in _INAPPLICABLE:
            return None
        full = full_points(item, self.checklist.body_class.id)
        try:
            read = read_number(text, Limits(name=POINTS, unit="分"))
        except InputRefused as refused:
            self._note(row, POINTS, refused)
            return None
        least = None if item.role is Role.PENALTY else Fraction(0)
        if (least is not None and read.exact < least) or (full is not None and read.exact > max(full, Fraction(0))):
            values: dict[str, str | int] = {"found": text, "full": exact_to_text(full) if full is not None else "—"}
            self.faults.append(Fault(self._place(row, POINTS), "self_form.points_range", values))
            return None
        return read.typed

    def _line(self, line: FormLine) -> Answer | None:
        row = self.rows.get(line.key)
        if row is None:
            return None
        before = len(self.faults)
        given = {name: text for name in _FIELDS if (text := self._typed(row, name, _expected(line)))}
        if len(self.faults) > before:
            return None
        if line.kind is Kind.PAIR and (Field.NUMERATOR in given) != (Field.DENOMINATOR in given):
            missing = Field.DENOMINATOR if Field.NUMERATOR in given else Field.NUMERATOR
            self.faults.append(Fault(self._place(row, missing), "self_form.half_a_pair"))
            return None
        return self._answered(line, row, given)

    def _answered(self, line: FormLine, row: int, given: dict[Field, str]) -> Answer | None:
        """Return the line's answer; a refused field is noted, and the others are then still looked at."""
        answer = None
        while given:
            try:
                answer = line_answer(line, given)
            except InputRefused as refused:
                name = Field(str(refused.values.get("field", Field.VALUE)).rpartition(".")[2])
                self._note(row, name, refused)
                given = {known: text for known, text in given.items() if known is not name}
                answer = None
                if name not in line.fields:
                    continue
                given = {known: text for known, text in given.items() if line.kind is Kind.PAIR}
            else:
                break
        return answer

    def _typed(self, row: int, name: str, expected: str) -> str:
        cell, place = self._cell(row, name), self._place(row, name)
        fault = fault_of(cell, place, expected)
        if fault is None and cell.merged and typed(cell):
            fault = Fault(place, "self_form.merged", {"found": cell.merged})
        if fault is not None:
            self.faults.append(fault)
            return ""
        return typed(cell)

    def _note(self, row: int, name: str, refused: InputRefused) -> None:
        self.faults.append(Fault(self._place(row, name), refused.code, dict(refused.values)))

    def _refuse(self, item: Item, refused: InputRefused | None) -> None:
        """Note why the whole answer is refused, at the cell of the field that is at fault."""
        if refused is None:
            return
        *path, last = str(refused.values.get("field", "")).split(".")
        row = self.rows.get(_key(item, tuple(path)), self.rows.get(item.id, self.form.head_row))
        name = last if last in self.form.columns else POINTS if last == "points" else Field.VALUE
        self._note(row, name, refused)


def _key(item: Item, path: Path) -> str:
    return f"{item.id}#{'.'.join(path)}" if path else item.id


def _expected(line: FormLine) -> str:
    return {Kind.LEVEL: f"1–{len(line.levels)}", Kind.TICKS: "1、3"}.get(line.kind, "12.3")


def _with_points(item: Item, answer: Answer | None, points: str | None, remark: str) -> Answer | None:
    """Let claimed points and remark be the answer where a rule leaves them to judgement."""
    rule = item.rule
    if points is None or not remark or item.instances is not None:
        return answer
    if isinstance(rule, Judge) and rule.mode == "award":
        return Answer(points=points, reason=unicodedata.normalize("NFC", remark))
    if isinstance(rule, Option) and answer is not None and answer.option is not None:
        level = rule.levels[answer.option - 1]
        if level.points_to is not None:
            return Answer(option=answer.option, points=points, reason=remark)
    return answer
