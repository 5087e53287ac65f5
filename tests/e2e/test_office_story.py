"""The office clerk's day, by keys and clicks: thirty files, two conflicts, a ranking, its documents, and one undo."""

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel

from qassess.app import open_window
from qassess.i18n import use_language
from qassess.services.assessments import list_assessments
from qassess.services.bodies import assessable_bodies
from qassess.settings import LoadedSettings, Role, Settings, Theme
from qassess.ui.exchange_state import Standing
from qassess.ui.results_lines import BODY, TOTAL
from tests.e2e.office_files import COUNTIES, DAMAGED, DISPUTED, FOREIGN, PASSWORD, SEALED, TWICE, send

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    return send(tmp_path_factory.mktemp("counties"))


@pytest.fixture
def window(qtbot, tmp_path):
    settings = Settings(author="赵敏", unit="市考核办", role=Role.CITY_OFFICE, theme=Theme.LIGHT)
    opened = open_window(LoadedSettings(settings=settings), tmp_path / "office.db")
    opened.resize(1366, 768)
    with qtbot.waitSignal(opened.ready, timeout=30_000):
        opened.show()
    with qtbot.waitActive(opened):
        opened.activateWindow()
    yield opened
    opened.close()
    opened.deleteLater()
    use_language("zh")


class Clerk:
    """A person at the desk: keys, clicks, and dropped files."""

    def __init__(self, qtbot, window):
        self.qtbot, self.window = qtbot, window

    @property
    def page(self):
        return self.window.page

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        self.qtbot.keyClick(self.window.focusWidget() or self.window, key, modifier)
        self.settle()

    def settle(self):
        self.qtbot.waitUntil(lambda: not self.window.desk.runner.is_busy, timeout=60_000)

    def type(self, words):
        self.qtbot.keyClicks(self.window.focusWidget(), words)

    def drop(self, path):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        self.page.dropEvent(
            QDropEvent(
                QPointF(400, 300),
                Qt.DropAction.CopyAction,
                mime,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )
        self.settle()

    def words(self):
        return " ".join(label.text() for label in self.page.findChildren(QLabel) if label.isVisible())

    def column(self, column):
        model = self.page.table.filter
        return [model.index(row, column).data() for row in range(model.rowCount())]


def test_the_day_of_an_office_clerk(qtbot, window, sent, tmp_path, monkeypatch):
    clerk = Clerk(qtbot, window)
    clerk.settle()
    assert "还没有合并过文件" in clerk.words()

    look_and_merge(clerk, sent)
    decide(clerk)
    totals = rank_and_print(clerk, tmp_path, monkeypatch)
    take_one_back(clerk, totals)


def look_and_merge(clerk, sent):
    assert len(sent.files) == 30
    clerk.press(Qt.Key.Key_M, CONTROL)
    clerk.drop(sent.folder)
    page = clerk.page
    clerk.qtbot.waitUntil(page.password.field.hasFocus)
    clerk.type("not it")
    clerk.press(Qt.Key.Key_Return)
    assert "打不开" in page.password.refusal.words
    clerk.qtbot.waitUntil(page.password.field.hasFocus)
    clerk.type(PASSWORD)
    clerk.press(Qt.Key.Key_Return)
    totals = page.totals
    assert (totals.files, totals.mergeable, totals.conflicts, totals.refused, totals.duplicates) == (30, 27, 2, 2, 1)
    standing = {path.name: page.line_of(path).standing for path in sent.files}
    assert standing[DAMAGED] is standing[FOREIGN] is Standing.REFUSED
    assert Standing.DUPLICATE in (standing[TWICE], standing[f"{COUNTIES[3]}.qassess"])
    assert standing[SEALED] is Standing.READY
    backend = clerk.window.desk._backend
    assert list_assessments(backend._workspace) == ()
    clerk.qtbot.waitUntil(page.merge.hasFocus)
    clerk.press(Qt.Key.Key_Return)
    assert (page.totals.merged, page.totals.conflicts) == (27, 2)
    assert len(list_assessments(backend._workspace)) == 25
    assert all(page.line_of(path).outcome.words for path in sent.files)
    assert len(page.ledger_lines()) == 27


def decide(clerk):
    clerk.press(Qt.Key.Key_K, CONTROL)
    page = clerk.page
    clerk.qtbot.waitUntil(page.list.hasFocus)
    assert len(page.list.lines.conflicts) == 2
    assert page.list.current.needs_reason
    clerk.press(Qt.Key.Key_Return)
    assert "不写理由不能决定" in page.reason.refusal.words
    clerk.qtbot.waitUntil(page.reason.field.hasFocus)
    clerk.type("stamped report 2024-10")
    clerk.press(Qt.Key.Key_Return)
    assert len(page.list.lines.conflicts) == 1
    clerk.press(Qt.Key.Key_Z, CONTROL)
    assert len(page.list.lines.conflicts) == 2
    for _conflict in range(2):
        clerk.qtbot.waitUntil(page.list.hasFocus)
        clerk.press(Qt.Key.Key_2)
        clerk.press(Qt.Key.Key_R)
        clerk.type("second visit")
        clerk.press(Qt.Key.Key_Return)
    assert "没有待决定的冲突" in clerk.words()


def rank_and_print(clerk, folder, monkeypatch):
    clerk.press(Qt.Key.Key_L, CONTROL)
    page = clerk.page
    clerk.qtbot.waitUntil(lambda: page.table.filter.rowCount() == 13)
    bodies, totals = clerk.column(BODY), clerk.column(TOTAL)
    assert totals == sorted(totals, key=float, reverse=True)
    assert "13 个单位中 11 个可以发布" in clerk.words()

    workbook, certificates = folder / "results.xlsx", folder / "certificates"
    certificates.mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(workbook), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(certificates))
    clerk.press(Qt.Key.Key_S, CONTROL)
    sheets = load_workbook(workbook, data_only=True)
    cells = [[cell.value for cell in row] for sheet in sheets.worksheets for row in sheet.iter_rows()]
    printed = {body.name: body.printed for body in assessable_bodies(2024)}
    for body, total in zip(bodies, totals, strict=True):
        of_body = [row for row in cells if printed[body] in row]
        assert float(total) in [value for row in of_body for value in row if isinstance(value, int | float)]

    clerk.press(Qt.Key.Key_C, CONTROL | SHIFT)
    assert "可生成 11 张，2 个单位不能" in clerk.words()
    clerk.qtbot.mouseClick(page.certificates.make, Qt.MouseButton.LeftButton)
    clerk.settle()
    assert len(list(certificates.rglob("*.pdf"))) == 11
    return dict(zip(bodies, totals, strict=True))


def take_one_back(clerk, totals):
    clerk.press(Qt.Key.Key_M, CONTROL)
    page = clerk.page
    ledger = page.ledger
    by_file = {line.file: line for line in page.ledger_lines()}
    ledger.table.choose(by_file[f"{DISPUTED[0]}.qassess"].id)
    ledger.table.setFocus()
    clerk.press(Qt.Key.Key_Z, CONTROL)
    assert "不能撤回" in ledger.refusal.words
    ledger.table.choose(by_file[f"{COUNTIES[5]}.qassess"].id)
    ledger.table.setFocus()
    clerk.press(Qt.Key.Key_Z, CONTROL)
    assert "如同没有合并过" in clerk.window.toast.words
    assert len(list_assessments(clerk.window.desk._backend._workspace)) == 24
    clerk.press(Qt.Key.Key_L, CONTROL)
    page = clerk.page
    clerk.qtbot.waitUntil(lambda: page.table.filter.rowCount() == 12)
    left = dict(zip(clerk.column(BODY), clerk.column(TOTAL), strict=True))
    gone = totals.keys() - left.keys()
    assert len(gone) == 1
    assert left == {body: total for body, total in totals.items() if body not in gone}
