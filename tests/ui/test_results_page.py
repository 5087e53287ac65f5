"""Results: ranking and heat, what blocks publication, the way down to the evidence, and the documents."""

from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton

from qassess.ui.body_panel import LinkLine
from qassess.ui.cells import CellRole, Look, heat_colour
from qassess.ui.results_lines import BODY, PLACE, TOTAL, legend, section_heads
from qassess.ui.results_page import HEAT_ROOM, ResultsPage
from qassess.ui.theme import THEMES
from tests.ui.fake_office import BODIES, SECTIONS, FakeOffice
from tests.ui.office_window import go_to, office_window, press, settle, words_on
from tests.ui.test_look import contrast


@pytest.fixture
def office():
    return FakeOffice()


@pytest.fixture
def window(qtbot, office):
    with office_window(qtbot, office) as opened:
        yield opened


@pytest.fixture
def page(qtbot, window):
    page = go_to(qtbot, window, "results")
    assert isinstance(page, ResultsPage)
    settle(qtbot, window)
    return page


def column_of(page, column):
    model = page.table.filter
    return [model.index(row, column).data() for row in range(model.rowCount())]


def link(page, words):
    return next(found for found in page.findChildren(QPushButton) if words in (found.text(), found.accessibleName()))


def test_the_ranking_stands_in_order(page):
    assert column_of(page, BODY) == [body for body, *_ in BODIES]
    assert column_of(page, PLACE)[:3] == ["1", "2", "3"]
    assert page.table.hasFocus()


def test_columns_are_sorted_by_their_numbers(page):
    page.table.sortByColumn(TOTAL, Qt.SortOrder.AscendingOrder)
    assert column_of(page, BODY)[0] == "郊区"
    page.table.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    assert column_of(page, BODY)[0] == "屯留县"


@pytest.mark.parametrize(
    ("query", "bodies"), [("psx", ["平顺县"]), ("平顺", ["平顺县"]), ("冲突中", ["沁源县", "黎城县"])]
)
def test_bodies_are_filtered(qtbot, window, page, query, bodies):
    press(qtbot, window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.filter.hasFocus()
    page.filter.setText(query)
    assert column_of(page, BODY) == bodies


def test_heat_cells_carry_their_number(page):
    cell = page.table.filter.index(0, 4).data(CellRole)
    assert (cell.look, cell.words) == (Look.HEAT, "89.0")
    assert cell.share is not None


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("percent", [0, 50, 75, 100])
def test_a_number_can_be_read_on_its_heat(tokens, percent):
    ground = heat_colour(tokens, Fraction(percent, 100)).name()
    assert contrast(tokens.ink, ground) >= 4.5 or tokens.line == tokens.ink


def test_long_section_titles_give_way_to_numbers():
    assert [head.title for head in section_heads(SECTIONS, HEAT_ROOM)] == list(SECTIONS)
    english = ("Product quality", "Environmental quality", "Measures")
    heads = section_heads(english, HEAT_ROOM)
    assert [head.title for head in heads] == ["1", "2", "3"]
    assert [head.spoken for head in heads] == list(english)
    assert "2 Environmental quality" in legend(english, HEAT_ROOM)


def test_what_blocks_publication_leads_to_where_it_is_mended(qtbot, window, page):
    reviewed = []
    page.review_wanted.connect(reviewed.append)
    page.review_wanted.disconnect(window.desk.review)
    assert "13 个单位中 11 个可以发布" in words_on(page)
    link(page, "郊区：还没有人签名。").click()
    assert reviewed == ["a13"]
    link(page, "沁源县：冲突尚待决定：1 处。").click()
    assert window.page.name == "conflicts"


def test_the_way_down_goes_from_body_to_evidence_by_keys(qtbot, window, page):
    opened = []
    page.panel.evidence_opened.connect(opened.append)
    page.panel.evidence_opened.disconnect(page._open_evidence)
    page.table.choose("a6")
    settle(qtbot, window)
    qtbot.waitUntil(lambda: "平顺县" in words_on(page.panel))
    page.table.setFocus()
    press(qtbot, window, Qt.Key.Key_Return)
    lines = page.panel.findChildren(LinkLine)
    qtbot.waitUntil(lines[0].hasFocus)
    section = next(line for line in lines if "产品质量" in line.accessibleName())
    section.setFocus()
    qtbot.waitUntil(section.hasFocus)
    press(qtbot, window, Qt.Key.Key_Space)
    assert page.panel.is_deep
    item = next(line for line in page.panel.findChildren(LinkLine) if "3.9" in line.accessibleName())
    qtbot.waitUntil(item.isVisible)
    item.setFocus()
    press(qtbot, window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "84.1 % 落在" in words_on(page.panel))
    page.panel.findChildren(LinkLine)[-1].click()
    assert opened == ["ab" * 32]
    press(qtbot, window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: "产品质量" in words_on(page.panel))
    press(qtbot, window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert not page.panel.is_deep
    assert window.page is page


def test_an_item_opens_in_its_checklist(qtbot, window, page):
    wanted = []
    page.assessment_wanted.disconnect(window.desk.open_assessment)
    page.assessment_wanted.connect(lambda *where: wanted.append(where))
    settle(qtbot, window)
    page.panel.findChildren(LinkLine)[0].click()
    link(page.panel, "在清单中打开").click()
    assert wanted == [("a1", "prod-provincial-sampling")]


def test_departments_stand_apart(qtbot, window, page, office):
    page.choose_kind("department")
    settle(qtbot, window)
    assert office.asked[-1] == ("results", 2024, "annual", "department")
    assert column_of(page, BODY) == []


def test_an_earlier_year_is_chosen(qtbot, window, page, office):
    page.rounds.setCurrentIndex(1)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: ("results", 2023, "annual", "county") in office.asked)


def test_workbook_and_table_are_written(qtbot, window, page, office, tmp_path):
    page.write_workbook(tmp_path / "r.xlsx")
    settle(qtbot, window)
    assert ("workbook", 2024, "annual", "county", tmp_path / "r.xlsx") in office.asked
    assert window.toast.words == "已写出：r.xlsx"
    assert window.toast._button.text() == "打开文件夹"
    page.write_table(tmp_path / "r.pdf")
    settle(qtbot, window)
    assert office.asked[-1][0] == "table"


def test_who_gets_no_certificate_is_said_before_any_is_made(qtbot, window, page, office, tmp_path):
    window.commands["certificates"].trigger()
    settle(qtbot, window)
    assert office.asked[-1][0] == "refusals"
    assert "可生成 11 张，2 个单位不能" in words_on(page)
    assert "沁源县：冲突尚待决定" in words_on(page)
    page.certificates.landscape.click()
    page.certificates.wanted.disconnect(page._choose_folder)
    page.certificates.wanted.connect(lambda landscape: page.write_certificates(tmp_path, landscape=landscape))
    page.certificates.make.click()
    settle(qtbot, window)
    verb, ids, folder, landscape = office.asked[-1]
    assert (verb, len(ids), folder, landscape) == ("certificates", 13, tmp_path, True)
    assert window.toast.words == "已生成 1 张证书，2 个单位未发"


def test_a_single_certificate_is_for_the_rows_selected(qtbot, window, page):
    page.table.choose("a2")
    assert len(page.chosen()) == 13
    page.table.selectRow(1)
    page.table.selectionModel().select(
        page.table.filter.index(3, 0),
        page.table.selectionModel().SelectionFlag.Select | page.table.selectionModel().SelectionFlag.Rows,
    )
    assert page.chosen() == ("a2", "a4")


def test_one_body_gets_its_certificate_alone(qtbot, window, page, office, tmp_path):
    office.refusals = ()
    page.table.choose("a2")
    settle(qtbot, window)
    link(page, "这个单位的证书…").click()
    settle(qtbot, window)
    assert office.asked[-1] == ("refusals", ("a2",))
    assert "可生成 1 张证书" in words_on(page)
    page.write_certificates(tmp_path, landscape=False)
    settle(qtbot, window)
    assert office.asked[-1] == ("certificates", ("a2",), tmp_path, False)


def test_nothing_merged_yet_is_said(qtbot, window, office):
    office.rounds = lambda: ()
    page = go_to(qtbot, window, "results")
    assert "还没有合并过文件" in words_on(page)


def test_the_ranking_is_a_proper_model(page):
    for model in (page.table.lines, page.table.filter):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert page.table.lines.headerData(TOTAL, Qt.Orientation.Horizontal) == "总分"
