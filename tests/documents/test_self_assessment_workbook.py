"""The self-assessment form: written, filled in by other hands, spoilt in every way, and read back."""

import unicodedata
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from qassess.documents.self_assessment_cells import MOST_ROWS
from qassess.documents.self_assessment_reading import open_form, read_form
from qassess.documents.self_assessment_workbook import HEAD_ROW, SelfForm, build_form, column_letter
from qassess.domain.answers import Answer
from qassess.domain.self_form import form_lines
from qassess.errors import AnswersFaults, InputRefused, QassessError
from qassess.i18n import speaking, use_language
from qassess.services.schemes import find_scheme
from qassess.services.views import found_body

POINTS, VALUE, NUMERATOR, DENOMINATOR, TICKS, REMARK = (
    column_letter(name) for name in ("points", "value", "numerator", "denominator", "ticks", "remark")
)


@pytest.fixture(autouse=True)
def _chinese():
    use_language("zh")
    yield
    use_language("zh")


@pytest.fixture(scope="module")
def asked():
    scheme = find_scheme("changzhi-2015")
    return SelfForm(body=found_body("140425"), year=2024, round="annual", scheme=scheme, checklist_class="county")


@pytest.fixture(scope="module")
def blank(asked):
    use_language("zh")
    return build_form(asked)


def nothing_refused(item, answer):
    return None


def row_of(sheet, key):
    return next(row for row in range(HEAD_ROW + 1, sheet.max_row + 1) if sheet.cell(row, 1).value == key)


def filled(blank, cells, change=lambda book: None):
    """Return the form with ``{(line, column): value}`` typed in."""
    book = load_workbook(BytesIO(blank))
    sheet = book.worksheets[0]
    for (key, letter), value in cells.items():
        sheet[f"{letter}{row_of(sheet, key)}"] = value
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read(content, asked, refusal=nothing_refused):
    return read_form(open_form(content, "自评.xlsx"), asked.checklist, refusal)


def faults(content, asked, refusal=nothing_refused):
    with pytest.raises(AnswersFaults) as refused:
        read(content, asked, refusal)
    return {fault.path: fault.code for fault in refused.value.faults}


def place(blank, key, letter):
    sheet = load_workbook(BytesIO(blank)).worksheets[0]
    return f"{sheet.title}!{letter}{row_of(sheet, key)}"


def one_of(asked, kind):
    """Return the key of the first line of a kind that is an item's own."""
    return next(
        line.key for item in asked.checklist.items for line in form_lines(item) if line.kind == kind and not line.path
    )


def test_every_item_has_its_row_and_only_what_is_asked_is_open(asked, blank):
    sheet = load_workbook(BytesIO(blank)).worksheets[0]
    keys = [sheet.cell(row, 1).value for row in range(HEAD_ROW + 1, sheet.max_row + 1) if sheet.cell(row, 1).value]
    assert keys == [line.key for item in asked.checklist.items for line in form_lines(item)]
    assert sheet.protection.sheet
    assert sheet["B1"].protection.locked
    assert not sheet[f"{NUMERATOR}{row_of(sheet, 'prod-provincial-sampling')}"].protection.locked
    assert sheet[f"{TICKS}{row_of(sheet, 'prod-provincial-sampling')}"].protection.locked


def test_it_says_that_the_scheme_is_a_sample_in_both_languages(asked):
    for language, notice in (("zh", "示范细则"), ("en", "ample")):
        with speaking(language):
            assert notice in load_workbook(BytesIO(build_form(asked))).worksheets[0]["B2"].value


def test_a_blank_form_says_nothing_at_all(asked, blank):
    assert read(blank, asked) == {}


def test_it_says_what_it_is_about(asked, blank):
    about = open_form(blank, "f").about
    assert (about.body, about.year, about.round) == ("140425", 2024, "annual")
    assert about.scheme == asked.scheme.sha256


def test_each_shape_comes_back_as_it_was_typed(asked, blank):
    level, ticks, count, rank, gate = (one_of(asked, kind) for kind in ("level", "ticks", "count", "place", "happened"))
    content = filled(
        blank,
        {
            ("prod-provincial-sampling", NUMERATOR): "４６７",
            ("prod-provincial-sampling", DENOMINATOR): 499,
            ("prod-provincial-sampling", POINTS): 1.5,
            ("prod-provincial-sampling", REMARK): "全年抽查",
            (level, VALUE): "2",
            (ticks, TICKS): "1，2",
            (count, VALUE): 3,
            (rank, VALUE): 2,
            (rank, DENOMINATOR): 13,
            (gate, VALUE): "未发生",
        },
    )
    said = read(content, asked)
    elements = next(line for item in asked.checklist.items if item.id == ticks for line in form_lines(item)).elements
    assert said["prod-provincial-sampling"].answer == Answer(numerator="467", denominator="499")
    assert (said["prod-provincial-sampling"].points, said["prod-provincial-sampling"].remark) == ("1.5", "全年抽查")
    assert said["prod-provincial-sampling"].source == "自评.xlsx"
    assert said[level].answer == Answer(option=2)
    assert said[ticks].answer == Answer(checked=(elements[0][0], elements[1][0]))
    assert said[count].answer == Answer(count="3")
    assert said[rank].answer == Answer(value="2", of="13")
    assert said[gate].answer == Answer(occurred=False)
    assert set(said) == {"prod-provincial-sampling", level, ticks, count, rank, gate}


def test_every_line_of_every_checklist_can_be_filled_in_and_read_back():
    scheme = find_scheme("changzhi-2015")
    typed = {"number": {VALUE: "1"}, "pair": {VALUE: "1"}, "count": {VALUE: "1"}, "level": {VALUE: "1"}}
    typed |= {"ticks": {TICKS: "无"}, "place": {VALUE: "1", DENOMINATOR: "3"}, "happened": {VALUE: "否"}}
    for known in scheme.scheme.classes:
        body = found_body("140425" if known.kind == "county" else known.id)
        form = SelfForm(body=body, year=2024, round="annual", scheme=scheme, checklist_class=known.id)
        lines = [line for item in form.checklist.items for line in form_lines(item)]
        cells = {(line.key, letter): text for line in lines for letter, text in typed.get(line.kind, {}).items()}
        said = read(filled(build_form(form), cells), form)
        answered = {line.item for line in lines if line.kind != "nothing"}
        assert {item for item, given in said.items() if given.answer is not None} == answered


def test_a_composite_is_put_together_from_its_parts(asked, blank):
    item = next(item for item in asked.checklist.items if item.rule.shape == "composite")
    parts = [line for line in form_lines(item) if line.path and line.kind in ("count", "pair", "number")]
    content = filled(blank, {(parts[0].key, VALUE): "4"})
    answer = read(content, asked)[item.id].answer
    assert list(answer.parts) == [parts[0].path[1]]


@pytest.mark.parametrize(
    ("value", "number_format", "read_as"),
    [(0.934, "0.0%", "93.4"), (93.4, "General", "93.4"), (93.40000000000003, "General", "93.4"), (93, "0", "93")],
)
def test_numbers_mean_what_the_sheet_shows(asked, blank, value, number_format, read_as):
    def shown(book):
        sheet = book.worksheets[0]
        sheet[f"{VALUE}{row_of(sheet, 'prod-provincial-sampling')}"].number_format = number_format

    content = filled(blank, {("prod-provincial-sampling", VALUE): value}, shown)
    assert read(content, asked)["prod-provincial-sampling"].answer == Answer(value=read_as)


def test_a_pair_typed_into_one_cell_is_a_pair(asked, blank):
    content = filled(blank, {("prod-provincial-sampling", VALUE): "467/499"})
    assert read(content, asked)["prod-provincial-sampling"].answer == Answer(numerator="467", denominator="499")


def test_decomposed_characters_and_dashes_are_understood(asked, blank):
    level = one_of(asked, "level")
    content = filled(
        blank,
        {
            ("prod-city-sampling", REMARK): unicodedata.normalize("NFD", "é全年"),
            ("prod-city-sampling", VALUE): "—",
            (level, VALUE): "　２　",
        },
    )
    said = read(content, asked)
    assert said["prod-city-sampling"].remark == "é全年"
    assert said["prod-city-sampling"].answer is None
    assert said[level].answer == Answer(option=2)


def test_not_applicable_needs_its_reason(asked, blank):
    key = "prod-provincial-sampling"
    assert faults(filled(blank, {(key, VALUE): "不适用"}), asked) == {
        place(blank, key, REMARK): "self_form.reason_missing"
    }
    said = read(filled(blank, {(key, VALUE): "不适用", (key, REMARK): "县内无此类企业"}), asked)
    assert said[key].answer == Answer(not_applicable="县内无此类企业")


def test_all_faults_are_named_at_once_each_with_its_cell(asked, blank):
    level, ticks = one_of(asked, "level"), one_of(asked, "ticks")
    content = filled(
        blank,
        {
            ("prod-provincial-sampling", NUMERATOR): "约467",
            ("prod-provincial-sampling", DENOMINATOR): "五百",
            ("prod-provincial-sampling", POINTS): "很多",
            ("prod-city-sampling", NUMERATOR): 12,
            ("prod-city-sampling", POINTS): 99,
            (level, VALUE): 9,
            (ticks, TICKS): "1、77",
            (level, NUMERATOR): 4,
        },
    )
    assert faults(content, asked) == {
        place(blank, "prod-provincial-sampling", NUMERATOR): "number.not_a_number",
        place(blank, "prod-provincial-sampling", DENOMINATOR): "number.not_a_number",
        place(blank, "prod-provincial-sampling", POINTS): "number.not_a_number",
        place(blank, "prod-city-sampling", DENOMINATOR): "self_form.half_a_pair",
        place(blank, "prod-city-sampling", POINTS): "self_form.points_range",
        place(blank, level, VALUE): "self_form.not_a_level",
        place(blank, level, NUMERATOR): "self_form.not_asked",
        place(blank, ticks, TICKS): "self_form.not_an_element",
    }


def test_what_the_rule_refuses_is_said_at_its_cell(asked, blank):
    def refused(item, answer):
        return InputRefused("number.zero_denominator", field="denominator", label="批次", label_en="batches")

    key = "prod-provincial-sampling"
    content = filled(blank, {(key, NUMERATOR): 1, (key, DENOMINATOR): 0})
    assert faults(content, asked, refused) == {place(blank, key, DENOMINATOR): "number.zero_denominator"}


def test_formulas_are_read_by_their_kept_value_or_refused(asked, blank):
    key = "prod-provincial-sampling"
    unkept = filled(blank, {(key, NUMERATOR): "=400+67", (key, DENOMINATOR): 499})
    assert faults(unkept, asked) == {place(blank, key, NUMERATOR): "self_form.formula_without_value"}
    array = filled(blank, {(key, VALUE): ArrayFormula("G6:G6", "=SUM(1,2)")})
    assert "self_form.formula_without_value" in faults(array, asked).values()
    kept = with_kept_values(unkept, b"<f>400+67</f><v></v>", b"<f>400+67</f><v>467</v>")
    assert read(kept, asked)[key].answer == Answer(numerator="467", denominator="499")


def test_an_error_value_is_refused(asked, blank):
    key = "prod-provincial-sampling"
    content = filled(blank, {(key, VALUE): "#DIV/0!"})
    assert faults(content, asked) == {place(blank, key, VALUE): "self_form.formula_error"}


def with_kept_values(content, before, after):
    out = BytesIO()
    with ZipFile(BytesIO(content)) as packed, ZipFile(out, "w", ZIP_DEFLATED) as again:
        for name in packed.namelist():
            part = packed.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert before in part
                part = part.replace(before, after)
            again.writestr(name, part)
    return out.getvalue()


def test_a_date_where_a_number_belongs_is_named(asked, blank):
    key = one_of(asked, "ticks")
    content = filled(blank, {(key, TICKS): datetime(2024, 1, 3)})  # noqa: DTZ001 - as a spreadsheet keeps it
    assert faults(content, asked) == {place(blank, key, TICKS): "self_form.date"}


def test_a_remark_merged_over_rows_counts_for_all_but_a_number_is_refused(asked, blank):
    first, second = "prod-provincial-sampling", "prod-city-sampling"

    def merge(letter):
        def change(book):
            sheet = book.worksheets[0]
            sheet.merge_cells(f"{letter}{row_of(sheet, first)}:{letter}{row_of(sheet, second)}")

        return change

    remarks = filled(blank, {(first, REMARK): "同一份公告", (first, POINTS): 1, (second, POINTS): 1}, merge(REMARK))
    assert {read(remarks, asked)[key].remark for key in (first, second)} == {"同一份公告"}
    numbers = filled(blank, {(first, POINTS): 1}, merge(POINTS))
    assert set(faults(numbers, asked).values()) == {"self_form.merged"}


def test_rows_moved_put_in_between_or_hidden_change_nothing(asked, blank):
    def change(book):
        sheet = book.worksheets[0]
        sheet.insert_rows(6, 3)
        book.create_sheet("说明", 0)["A1"] = "请看第二张表"
        sheet.sheet_state = "hidden"

    content = filled(blank, {("prod-provincial-sampling", POINTS): 1}, change)
    assert read(content, asked)["prod-provincial-sampling"].points == "1"


def test_without_the_hidden_column_the_printed_number_names_the_row(asked, blank):
    content = filled(blank, {("prod-provincial-sampling", POINTS): 1}, lambda book: book.worksheets[0].delete_cols(1))
    assert read(content, asked)["prod-provincial-sampling"].points == "1"


def test_a_strange_row_and_an_item_twice_are_named(asked, blank):
    def change(book):
        sheet = book.worksheets[0]
        last = sheet.max_row
        sheet.cell(last + 1, 1).value, sheet.cell(last + 1, 6).value = "no-such-item", 1
        sheet.cell(last + 2, 1).value, sheet.cell(last + 2, 6).value = "prod-city-sampling", 1

    content = filled(blank, {("prod-city-sampling", POINTS): 1}, change)
    assert sorted(faults(content, asked).values()) == ["self_form.twice", "self_form.unknown_row"]


def test_a_form_written_in_english_is_read_in_chinese_and_the_other_way(asked):
    with speaking("en"):
        content = filled(build_form(asked), {("prod-city-sampling", POINTS): 1})
    assert read(content, asked)["prod-city-sampling"].points == "1"
    with speaking("en"):
        assert read(content, asked)["prod-city-sampling"].points == "1"


def test_a_huge_used_range_is_read_no_further_than_the_cap(asked, blank):
    def change(book):
        sheet = book.worksheets[0]
        sheet.cell(1_048_576, 16_384).value = 1
        for row in range(400, MOST_ROWS, 2):
            sheet.cell(row, 60).value = "x" * 200

    content = filled(blank, {("prod-city-sampling", POINTS): 1}, change)
    assert read(content, asked)["prod-city-sampling"].points == "1"


def test_a_large_sheet_is_streamed(asked, blank):
    def change(book):
        sheet = book.worksheets[0]
        for row in range(600, 30_000):
            for column in range(20, 24):
                sheet.cell(row, column).value = row * 1_000_003

    content = filled(blank, {("prod-city-sampling", POINTS): 1}, change)
    assert read(content, asked)["prod-city-sampling"].points == "1"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"PK\x05\x06" + bytes(18), b"%PDF-1.7"])
def test_what_is_no_workbook_is_refused_in_words(content):
    with pytest.raises(QassessError, match=r"self_form\.not_a_workbook"):
        open_form(content, "f.xlsx")


def test_entities_are_not_expanded(blank):
    bomb = with_kept_values(blank, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><worksheet')
    with pytest.raises(QassessError, match=r"self_form\.not_a_workbook"):
        open_form(bomb, "f.xlsx")


def test_a_bomb_is_refused_unread(blank):
    out = BytesIO(blank)
    with ZipFile(out, "a", ZIP_DEFLATED) as packed, packed.open("xl/worksheets/sheet9.xml", "w") as part:
        for _megabyte in range(301):
            part.write(bytes(1_000_000))
    with pytest.raises(QassessError, match=r"self_form\.too_large"):
        open_form(out.getvalue(), "f.xlsx")


def test_another_workbook_is_no_form():
    out = BytesIO()
    book = Workbook()
    book.active["A1"] = "通讯录"
    book.save(out)
    with pytest.raises(QassessError, match=r"self_form\.no_form"):
        open_form(out.getvalue(), "f.xlsx")


def test_a_scheme_text_never_becomes_a_formula(asked):
    sheet = load_workbook(BytesIO(build_form(asked))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
