"""The workbook holds everything that is stored, as numbers and texts a spreadsheet cannot misread."""

import io
import re
import tempfile
import zipfile
from dataclasses import fields, replace
from fractions import Fraction

import openpyxl
import pytest

from qassess import wording
from qassess.documents.report_text import printed_text
from qassess.documents.results_pdf import build_results
from qassess.documents.results_records import LEFT_OUT, about_sheet
from qassess.documents.results_words import Titles
from qassess.documents.results_workbook import build_workbook, plans
from qassess.documents.workbook_sheet import HEAD_ROW
from qassess.domain.agreement import AgreedTarget, Agreement, Leader, SiteVisit, TeamMember
from qassess.domain.answers import Adjustment, Answer, Entry, Instance, ReferenceValue, SelfAssessment
from qassess.domain.certificate import CertificateRecord
from qassess.domain.payloads import AssessmentRecord, EvidenceRecord, Reopening, SignatureRecord
from qassess.domain.results import item_results, section_results
from qassess.domain.score_sheet import GateState, GroupScore, ItemScore, ScoreSheet, SectionScore
from qassess.errors import QassessError
from qassess.i18n import speaking
from tests.documents.report_cases import EVIDENCE, entry, small_report
from tests.documents.results_cases import contender_of, results_of, small_results

STORED = (
    AssessmentRecord, Agreement, Leader, AgreedTarget, TeamMember, SiteVisit, Reopening, Entry, Answer, Instance,
    ReferenceValue, Adjustment, SelfAssessment, EvidenceRecord, SignatureRecord, CertificateRecord,
    ScoreSheet, ItemScore, SectionScore, GroupScore, GateState,
)  # fmt: skip


@pytest.fixture(autouse=True)
def chinese():
    with speaking("zh"):
        yield


@pytest.fixture(scope="module")
def results():
    return small_results()


@pytest.fixture(scope="module")
def content(results):
    with speaking("zh"):
        return build_workbook(results)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def book(content):
    return opened(content)


def rows_of(sheet):
    """Return a sheet's rows as dictionaries by head."""
    heads = [cell.value for cell in sheet[HEAD_ROW]]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=HEAD_ROW + 1, values_only=True)]


def all_values(book):
    return {
        str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value is not None
    }


def test_every_stored_field_is_a_column_or_is_listed_as_left_out(results):
    sheets = plans(Titles(results))
    carried = {name for sheet in sheets for column in sheet.columns for name in column.fields}
    carried |= {name for sheet in sheets for name in sheet.carries}
    stored = {f"{record.__name__}.{known.name}" for record in STORED for known in fields(record)}
    assert stored - carried == set(LEFT_OUT)
    assert carried <= stored


def test_what_is_left_out_is_said_with_its_reason(book, results):
    told = rows_of(book["关于本表"])
    for name in LEFT_OUT:
        (row,) = [row for row in told if name in row["事项"]]
        assert row["说明"]
    assert len(tuple(about_sheet(Titles(results), ()).rows)) < len(told)


def test_the_sheets_say_how_many_rows_they_have(book):
    counted = {row["事项"]: row["说明"] for row in rows_of(book["关于本表"])}
    for sheet in book.worksheets[:-1]:
        said = counted[f"工作表“{sheet.title}”"]
        filled = sum(any(value is not None for value in row.values()) for row in rows_of(sheet))
        assert said == f"{filled} 行"


def test_everything_entered_stands_in_it(book, results):
    found = all_values(book)
    report = small_report()
    for item, held in report.answers.entries.items():
        for name in ("reason", "source", "date", "confirmed_by", "not_applicable"):
            value = getattr(held.answer, name) if held.answer else None
            assert value is None or value in found, (item, name)
        assert not held.note or held.note in found
    for record in EVIDENCE:
        assert {record.sha256, record.title, record.number} - {""} <= found | {""}
    for told in (
        "复核后更正",
        "长质责〔2024〕7号",
        "王建军",
        "露水河断面",
        "青羊镇农产品基地",
        "情况属实。",
        "ef" * 32,
    ):
        assert any(told in value for value in found), told


def test_numbers_are_numbers_and_keep_typed_zeros(book):
    answers = {(row["单位"], row["项目代码"]): row for row in rows_of(book["答案与推导"])}
    sheet = book["答案与推导"]
    heads = [cell.value for cell in sheet[HEAD_ROW]]
    (typed,) = [
        row[heads.index("数值")]
        for row in sheet.iter_rows(min_row=HEAD_ROW + 1)
        if row[heads.index("数值")].number_format == "0.00" and row[heads.index("数值")].value == 86.5
    ][:1]
    assert typed.data_type == "n"
    assert all(isinstance(row["应得分"], int | float) for row in answers.values())


def test_an_endless_number_is_rounded_and_stands_exactly_beside(book, results):
    exact = {row["项目代码"]: row for row in rows_of(book["答案与推导"]) if row["单位"] == "长治市平顺县"}
    (line,) = [line for line in results.lines if line.body.printed == "长治市平顺县"]
    endless = [
        (item, score.points)
        for item, score in line.sheet.items.items()
        if score.points is not None and wording.number(score.points).endswith("…")
    ]
    assert endless
    for item, points in endless:
        assert Fraction(exact[item]["得分（精确值）"]) == points
        assert abs(Fraction(exact[item]["得分"]) - points) < Fraction(1, 10**9)


def test_screen_workbook_and_pdf_show_the_same_numbers(results, book):
    """The screen shows ``wording`` of the services' values; the workbook is read as its own formats show it."""
    table = results.tables[0]
    printed = " ".join(printed_text(build_results(results)))
    ranked = {row["单位"]: row for row in rows_of(book["排名"])}
    shares = {row["单位"]: row for row in rows_of(book["分部得分率"])}
    formats = {
        cell.value: book["排名"].cell(HEAD_ROW + 1, cell.column).number_format for cell in book["排名"][HEAD_ROW]
    }
    assert formats["总分"] == "0.0"
    for line in table.lines:
        name = line.body.printed
        on_screen = wording.total_points(table.scheme.scheme, line.total)
        assert f"{ranked[name]['总分']:.1f}" == on_screen
        assert ranked[name]["位次"] == line.place
        assert ranked[name]["等级"] == wording.say_grade(table.scheme.scheme, line.grade)
        cells = [cell for cell in section_results(table, line) if cell is not None]
        for cell in cells:
            in_book = Fraction(str(shares[name][f"{cell.section.title.zh}（%）"]))
            assert wording.fixed(in_book, 1) == wording.share(cell.share)
        in_pdf = " ".join(
            [
                "—" if line.place is None else str(line.place),
                name,
                on_screen,
                wording.say_grade(table.scheme.scheme, line.grade),
            ]
            + [wording.share(cell.share) for cell in cells]
        )
        assert in_pdf in printed
        for cell in cells:
            assert f"{wording.number(cell.points, 2)}/{wording.number(cell.due, 2)}" in printed


def test_items_by_bodies_hold_each_bodys_points(results, book):
    items = {row["项目代码"]: row for row in rows_of(book["项目得分"])}
    for line in results.lines:
        for shown in item_results(line):
            cell = items[shown.item.id][line.body.printed]
            if shown.score.points is not None:
                assert abs(Fraction(str(cell)) - shown.score.points) < Fraction(1, 10**9)
            else:
                assert isinstance(cell, str)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5 %", "@SUM(A1)", '=HYPERLINK("http://x")', "#N/A", "\t=1"])
def test_no_text_becomes_a_formula_or_an_error(text):
    report = small_report(entries={"judge": entry({"points": "3", "reason": text}, note=text)})
    book = opened(build_workbook(results_of(contender_of(report))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert len(cells) >= 2
    for cell in cells:
        assert cell.data_type == "s"
        assert cell.quotePrefix
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type in ("f", "e")]


def test_characters_a_spreadsheet_refuses_are_left_out_and_long_texts_are_cut():
    report = small_report(entries={"judge": entry({"points": "3", "reason": "a\x07b\x00c"}, note="长" * 40_000)})
    found = all_values(opened(build_workbook(results_of(contender_of(report)))))
    assert "abc" in found
    assert any(value.endswith("长…") and len(value) == 32_767 for value in found)


def test_every_sheet_is_ready_for_paper(book):
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == f"$1:${HEAD_ROW}"
        assert re.fullmatch(rf"[A-Z]{HEAD_ROW + 1}", sheet.freeze_panes)
        assert sheet.oddHeader.right.text == "示范细则，非官方"
        assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
        assert sheet.auto_filter.ref


def test_the_heat_map_is_shaded_and_still_shows_numbers(book):
    sheet = book["分部得分率"]
    (area,) = [str(known.sqref) for known in sheet.conditional_formatting]
    assert area.startswith("C4:")
    assert isinstance(sheet["C4"].value, int | float)
    assert sheet["C4"].number_format == "0.0"


def test_the_same_results_give_the_same_bytes_and_nothing_of_the_machine(results, content):
    assert build_workbook(results) == content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {entry.date_time[0] for entry in parts.infolist()} == {1980}
        core = parts.read("docProps/core.xml").decode()
    assert core.count("2025-01-20T02:30:00Z") == 2
    assert re.search(r"<dc:creator[^>]*>qassess<", core)


def test_a_job_given_up_leaves_nothing_behind_and_progress_counts_sheets(results, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    looks = iter([False, False, False, True])
    with pytest.raises(QassessError, match=r"work\.cancelled"):
        build_workbook(results, cancelled=lambda: next(looks))
    assert not list(tmp_path.iterdir())
    with pytest.raises(QassessError, match=r"work\.cancelled"):
        build_workbook(results, cancelled=lambda: True)
    seen = []
    build_workbook(results, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(number, 12) for number in range(1, 13)]


def test_a_round_without_assessments_is_refused_in_words(results):
    for build in (build_workbook, build_results):
        with pytest.raises(QassessError, match=r"results\.none"):
            build(replace(results, tables=()))


def test_english_has_english_sheets(results):
    with speaking("en"):
        book = opened(build_workbook(results))
    assert book.sheetnames[:2] == ["Ranking", "Sections"]
