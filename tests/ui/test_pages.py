"""Home, first start, new assessment, review and the window around them."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from qassess.domain.agreement import Origin
from qassess.i18n import language
from qassess.settings import Language, Settings, Theme
from qassess.ui.actions import SPECS
from qassess.ui.assessments_model import AssessmentsModel, Column
from qassess.ui.checklist import ChecklistPage
from qassess.ui.dialogs import KeysDialog
from qassess.ui.first_start import FirstStart, free_name
from qassess.ui.home import Home
from qassess.ui.main_window import MainWindow
from qassess.ui.new_assessment import NewAssessment
from qassess.ui.review import ReviewPage
from qassess.ui.service_backend import ServiceBackend
from tests.ui.conftest import SETTINGS, start_pingshun

OpenWindow = Callable[..., MainWindow]


def backend_of(window: MainWindow) -> ServiceBackend:
    assert window.desk is not None
    backend = window.desk._backend
    assert isinstance(backend, ServiceBackend)
    return backend


def words_on(window: MainWindow) -> str:
    return " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_home_is_empty_at_first_and_offers_the_sample(open_window: OpenWindow) -> None:
    window = open_window()
    assert isinstance(window.page, Home)
    assert "还没有考核" in words_on(window)
    assert "尚未备份" in words_on(window)


def test_continue_goes_to_where_one_left(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    backend = backend_of(window)
    backend.remember_place(start_pingshun(backend), "serv-system")
    assert window.desk is not None
    window.desk.show_home()
    assert isinstance(window.page, Home)
    go = window.page.card.go
    qtbot.waitUntil(go.hasFocus)
    qtbot.keyClick(go, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(window.page, ChecklistPage))
    assert isinstance(window.page, ChecklistPage)
    assert window.page.item.id == "serv-system"


@pytest.mark.parametrize(("query", "rows"), [("psx", 1), ("平顺", 1), ("140425", 1), ("hgx", 0)])
def test_home_finds_assessments(open_window: OpenWindow, query: str, rows: int) -> None:
    window = open_window()
    start_pingshun(backend_of(window))
    assert window.desk is not None
    window.desk.show_home()
    assert isinstance(window.page, Home)
    window.page.search.setText(query)
    assert window.page._filter.rowCount() == rows


def test_a_click_on_a_row_opens_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    start_pingshun(backend_of(window))
    assert window.desk is not None
    window.desk.show_home()
    assert isinstance(window.page, Home)
    table = window.page.table
    spot = table.visualRect(window.page._filter.index(0, Column.BODY)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert isinstance(window.page, ChecklistPage)


def test_the_table_is_a_proper_model(qapp: QApplication, backend: ServiceBackend, assessment: str) -> None:
    model = AssessmentsModel(backend.list_assessments(), backend.now())
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert model.index(0, Column.BODY).data() == "平顺县"
    assert model.index(0, Column.PROGRESS).data() == "0 / 105"
    assert model.headerData(Column.STATE, Qt.Orientation.Horizontal) == "状态"
    assert model.headerData(-1, Qt.Orientation.Horizontal) is None


def test_new_assessment_by_keyboard(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.commands["new"].trigger()
    page = window.page
    assert isinstance(page, NewAssessment)
    page.choose_year(2024)
    qtbot.waitUntil(page.finder.find_box.hasFocus)
    qtbot.keyClicks(page.finder.find_box, "psx")
    qtbot.keyClick(page.finder.find_box, Qt.Key.Key_Return)
    assert page.finder.find_box.text() == "平顺县"
    assert "平顺县" in page.parties.text()
    page.start.click()
    assert isinstance(window.page, ChecklistPage)
    assert window.page._view.record.year == 2024
    assert [member.name for member in window.page._view.agreement.team] == ["李静"]


def test_a_body_is_needed(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.commands["new"].trigger()
    assert isinstance(window.page, NewAssessment)
    window.page.start.click()
    assert "请先选择" in window.page.refusal.words


def test_an_overridden_target_needs_its_reason(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.commands["new"].trigger()
    page = window.page
    assert isinstance(page, NewAssessment)
    page.choose_year(2024)
    page.finder.find_box.setText("平顺县")
    page.finder.find_box.entered.emit()
    shown = page.targets.row_of("prod-provincial-sampling")
    assert shown is not None
    assert not shown.reason.isEnabled()
    shown.value.selectAll()
    qtbot.keyClicks(shown.value, "95")
    assert shown.refusal.words
    page.start.click()
    assert window.page is page
    shown.reason.setText("长政办发〔2024〕3号")
    page.start.click()
    assert isinstance(window.page, ChecklistPage)
    agreed = window.page._view.agreement.targets["prod-provincial-sampling"]
    assert (agreed.value, agreed.origin, agreed.reason) == ("95", Origin.OVERRIDE, "长政办发〔2024〕3号")


def test_a_target_that_is_no_number_is_refused_beside_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.commands["new"].trigger()
    page = window.page
    assert isinstance(page, NewAssessment)
    page.choose_year(2024)
    page.finder.find_box.setText("psx")
    page.finder.find_box.entered.emit()
    shown = page.targets.row_of("prod-provincial-sampling")
    assert shown is not None
    shown.value.setText("many")
    shown.reason.setText("x")
    page.start.click()
    assert window.page is page
    assert page.refusal.words
    assert shown.value.text() == "many"


def test_the_agreement_of_a_running_assessment_can_be_changed(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    assessment = start_pingshun(backend_of(window))
    assert window.desk is not None
    window.desk.open_assessment(assessment)
    window.commands["agreement"].trigger()
    page = window.page
    assert isinstance(page, NewAssessment)
    page.number.setText("长质责〔2024〕1号")
    page.team.rows[0].name.setText("李静")
    page.team.rows[1].name.setText("王强")
    page.start.click()
    agreement = backend_of(window).open_assessment(assessment).agreement
    assert agreement.number == "长质责〔2024〕1号"
    assert [(member.name, member.role) for member in agreement.team] == [("李静", "leader"), ("王强", "member")]


def test_first_start_asks_three_things_and_each_can_be_skipped(qtbot: QtBot, open_window: OpenWindow) -> None:
    saved: list[Settings] = []
    window = open_window(replace(SETTINGS, author="", unit=""), saved)
    page = window.page
    assert isinstance(page, FirstStart)
    qtbot.waitUntil(page.author.hasFocus)
    page.author.setText("李静")
    page.unit.setText("市质监局")
    qtbot.keyClick(page.author, Qt.Key.Key_Return)
    assert page.steps.currentIndex() == 1
    qtbot.keyClick(page.password, Qt.Key.Key_Escape)
    assert page.steps.currentIndex() == 2
    qtbot.keyClick(page.sample, Qt.Key.Key_Return)
    assert isinstance(window.page, Home)
    assert (saved[-1].author, saved[-1].unit) == ("李静", "市质监局")
    assert backend_of(window)._workspace.author == "李静"


def test_an_identity_is_made_at_first_start(qtbot: QtBot, open_window: OpenWindow) -> None:
    saved: list[Settings] = []
    window = open_window(replace(SETTINGS, author=""), saved)
    page = window.page
    assert isinstance(page, FirstStart)
    page.author.setText("李静")
    page.skip()
    page.password.setText("short")
    page.go_on()
    assert "8" in page.refusal.words
    page.password.setText("long enough")
    page.again.setText("something else")
    page.go_on()
    assert "不一样" in page.refusal.words
    page.again.setText("long enough")
    page.go_on()
    qtbot.waitUntil(lambda: page.steps.currentIndex() == 2, timeout=20_000)
    assert saved[-1].identity.endswith("李静.p12")
    assert backend_of(window).check_identity(Path(saved[-1].identity), "long enough") == "李静"
    assert free_name(Path(saved[-1].identity).parent, "李静").name == "李静-1.p12"


def test_theme_and_language_change_at_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    saved: list[Settings] = []
    window = open_window(SETTINGS, saved)
    start_pingshun(backend_of(window))
    window.commands["continue"].trigger()
    window.commands["dark"].trigger()
    assert window.tokens.name == "dark"
    window.commands["en"].trigger()
    assert language() == "en"
    assert "Check and sign" in words_on(window)
    assert (saved[-1].theme, saved[-1].language) == (Theme.DARK, Language.EN)
    assert isinstance(window.page, ChecklistPage)


def test_the_window_remembers_its_place(open_window: OpenWindow) -> None:
    saved: list[Settings] = []
    window = open_window(SETTINGS, saved)
    window.resize(1200, 700)
    window.close()
    assert saved[-1].window[2:] == (1200, 700)


def test_every_action_is_in_a_menu_with_its_key(open_window: OpenWindow) -> None:
    window = open_window()
    listed = {action.text() for menu in window._menus.actions() for action in menu.menu().actions()}
    for spec in SPECS:
        assert window.commands[spec.name].text() in listed
        assert [key.toString() for key in window.commands[spec.name].shortcuts()] == list(spec.keys)
    assert all(window.commands[spec.name].text() != spec.words or spec.group == "language" for spec in SPECS)


def test_actions_of_other_pages_do_nothing(open_window: OpenWindow) -> None:
    window = open_window()
    assert not window.commands["flag"].isEnabled()
    assert not window.commands["accept"].isEnabled()
    assert window.commands["new"].isEnabled()


def test_keys_are_listed(qtbot: QtBot, open_window: OpenWindow) -> None:
    dialog = KeysDialog(open_window(), SPECS)
    qtbot.addWidget(dialog)
    listed = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Ctrl+N" in listed
    assert "F" in listed


def test_review_links_lead_to_their_items(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    assessment = start_pingshun(backend_of(window))
    assert window.desk is not None
    window.desk.review(assessment)
    page = window.page
    assert isinstance(page, ReviewPage)
    assert len(page.state.obstacles) >= 92
    assert not page.sign.isEnabled()
    page.summary.item_wanted.emit(page.state.obstacles[3].item)
    assert isinstance(window.page, ChecklistPage)
    assert window.page.item.id == page.state.obstacles[3].item


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    program = (
        "import sys; import qassess.app; "
        "print(*sorted(name for name in sys.modules if name.split('.')[0] in "
        "('reportlab', 'pyhanko', 'openpyxl', 'alembic', 'sqlalchemy', 'pydantic', 'pikepdf', 'pypinyin')"
        " or name.startswith(('qassess.services', 'qassess.domain', 'qassess.storage', 'PySide6.QtSvg'))))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_calls_into_qt_leave_none_alone(qtbot: QtBot) -> None:
    """PySide6 6.12.0 dropped a reference to ``None`` at every call on Python 3.11 and ended the process."""
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _round in range(500):
        label.setText("质评通")
    assert sys.getrefcount(None) > before - 100
