"""Export: what goes in, an optional password typed twice, and a receipt to read aloud."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from qassess.ui.export_page import ExportPage, free_path
from tests.ui.fake_office import FakeOffice
from tests.ui.office_window import go_to, office_window, press, settle, words_on


@pytest.fixture
def office():
    return FakeOffice()


@pytest.fixture
def window(qtbot, office):
    with office_window(qtbot, office) as opened:
        yield opened


@pytest.fixture
def page(qtbot, window, tmp_path):
    page = go_to(qtbot, window, "export")
    assert isinstance(page, ExportPage)
    page.path.show_text(str(tmp_path / "out.qassess"))
    return page


def test_enter_exports_and_shows_the_receipt(qtbot, window, page, office, tmp_path):
    assert page.go.hasFocus()
    press(qtbot, window, Qt.Key.Key_Return)
    assert office.asked == [("export", ("a1",), tmp_path / "out.qassess", "")]
    shown = words_on(page)
    for words in ("平顺县", "2024 年度", "104 / 104", "214（38.2 MB）", "39.1 MB", "3F7K", "9QX2", "M04D", "T8WA"):
        assert words in shown
    assert "文件完整" in shown
    assert "密码封存" not in shown


def test_several_are_chosen(qtbot, window, page, office):
    page.table.selectAll()
    assert "已选 2 项考核" in words_on(page)
    page.export_chosen()
    settle(qtbot, window)
    assert office.asked[0][1] == ("a1", "a2")


def test_two_passwords_that_differ_are_refused_beside_the_field(qtbot, window, page, office):
    page.password.setText("geheim")
    page.again.setText("geheym")
    page.export_chosen()
    assert "不一致" in page.refusal.words
    assert page.again.property("refused") is True
    assert page.password.text() == "geheim"
    assert office.asked == []
    page.again.setText("geheim")
    page.export_chosen()
    settle(qtbot, window)
    assert office.asked[0][3] == "geheim"
    assert "密码封存" in words_on(page)


def test_nothing_is_exported_without_a_place_or_a_choice(qtbot, window, page, office):
    page.path.clear()
    page.export_chosen()
    assert "存放位置" in page.refusal.words
    page.table.clearSelection()
    page.export_chosen()
    assert "请选择要导出" in page.refusal.words
    assert office.asked == []


def test_the_receipt_goes_on_as_text_and_as_a_slip(qtbot, window, page, office, tmp_path):
    page.export_chosen()
    settle(qtbot, window)
    page.card.copy.click()
    assert QGuiApplication.clipboard().text() == "回执 3F7K-9QX2-M04D-T8WA"
    page.save_slip(tmp_path / "slip.pdf")
    settle(qtbot, window)
    assert office.asked[-1] == ("slip", tmp_path / "slip.pdf")
    assert "slip.pdf" in window.toast.words


def test_a_file_that_is_there_is_never_proposed(tmp_path):
    (tmp_path / "平顺县.qassess").touch()
    (tmp_path / "平顺县_2.qassess").touch()
    assert free_path(tmp_path, "平顺县") == tmp_path / "平顺县_3.qassess"


def test_the_export_of_an_assessment_begins_with_it(qtbot, window, office):
    window.desk.office.show_export(("a2",))
    settle(qtbot, window)
    assert [line.id for line in window.page.chosen] == ["a2"]
