"""Nothing typed is ever lost: recovered drafts, a full disk, a read-only folder, a stick that is pulled out."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import event

from qassess.domain.answers import Answer, Entry
from qassess.errors import QassessError
from qassess.ui import dialogs
from qassess.ui.checklist import ChecklistPage
from qassess.ui.checklist_rows import ItemRow
from qassess.ui.main_window import MainWindow
from qassess.ui.sections_list import RowRole
from qassess.ui.service_backend import ServiceBackend
from tests.ui.conftest import open_backend, start_pingshun

OpenWindow = Callable[..., MainWindow]
FIRST, SECOND = "prod-provincial-sampling", "prod-city-sampling"
TYPED = Entry(answer=Answer(numerator="46"))


@pytest.fixture
def left_behind(database: Path) -> str:
    """An assessment in which an earlier session left something typed."""
    backend = open_backend(database)
    assessment = start_pingshun(backend)
    backend.keep_draft(assessment, FIRST, TYPED)
    backend.close()
    return assessment


def opened(window: MainWindow, assessment: str, item: str = SECOND) -> ChecklistPage:
    assert window.desk is not None
    window.desk.open_assessment(assessment, item)
    page = window.page
    assert isinstance(page, ChecklistPage)
    return page


def states(page: ChecklistPage) -> dict[str, str]:
    model = page.sections.model
    rows = [model.index(place).data(RowRole) for place in range(model.rowCount())]
    return {row.item: row.right for row in rows if isinstance(row, ItemRow)}


def backend_of(window: MainWindow) -> ServiceBackend:
    assert window.desk is not None
    backend = window.desk._backend
    assert isinstance(backend, ServiceBackend)
    return backend


def test_an_earlier_session_s_draft_is_said_and_marked_at_once(open_window: OpenWindow, left_behind: str) -> None:
    page = opened(open_window(), left_behind)
    code = page._view.checklist.codes[FIRST]
    assert page.recovery.bar.words.startswith(f"找回 1 条未完成的输入：{code} 省级监督抽查合格率")
    assert page.recovery.bar.words.endswith("46 / —")
    assert states(page)[FIRST] == "未完成"


def test_looking_at_it_goes_to_its_item_with_the_text_in_its_field(open_window: OpenWindow, left_behind: str) -> None:
    page = opened(open_window(), left_behind)
    page.recovery.bar.look.click()
    assert page.item.id == FIRST
    assert page.card is not None
    assert page.card.entry().answer == TYPED.answer


@pytest.mark.parametrize("way", ["button", "key", "menu"])
def test_kept_it_waits_in_its_item(qtbot: QtBot, open_window: OpenWindow, left_behind: str, way: str) -> None:
    window = open_window()
    page = opened(window, left_behind)
    keep_or_discard(window, page, "keep_recovered", way)
    assert page.recovery.bar.words == ""
    assert states(page)[FIRST] == "未完成"
    assert backend_of(window).draft(left_behind, FIRST) == TYPED


@pytest.mark.parametrize("way", ["button", "key", "menu"])
def test_discarded_it_is_gone_and_can_be_put_back(
    qtbot: QtBot, open_window: OpenWindow, left_behind: str, way: str
) -> None:
    window = open_window()
    page = opened(window, left_behind)
    keep_or_discard(window, page, "discard_recovered", way)
    assert page.recovery.bar.words == ""
    assert states(page)[FIRST] != "未完成"
    assert backend_of(window).draft(left_behind, FIRST) is None
    assert window.toast.words == "已丢弃未完成的输入。"
    window.toast._button.click()
    assert states(page)[FIRST] == "未完成"
    assert backend_of(window).draft(left_behind, FIRST) == TYPED


def keep_or_discard(window: MainWindow, page: ChecklistPage, name: str, way: str) -> None:
    bar = page.recovery.bar
    button, key = {
        "keep_recovered": (bar.keep, Qt.Key.Key_K),
        "discard_recovered": (bar.discard, Qt.Key.Key_D),
    }[name]
    if way == "button":
        button.click()
    elif way == "menu":
        window.commands[name].trigger()
    else:
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


def test_a_discarded_draft_that_is_shown_leaves_its_field(open_window: OpenWindow, left_behind: str) -> None:
    page = opened(open_window(), left_behind, FIRST)
    assert page.card is not None
    assert page.card.entry().answer == TYPED.answer
    page.discard_recovered()
    assert page.card.entry().answer is None
    page.leave()
    assert page._backend.draft(left_behind, FIRST) is None


def test_several_are_counted_and_named(database: Path, left_behind: str, open_window: OpenWindow) -> None:
    backend = open_backend(database)
    backend.keep_draft(left_behind, SECOND, Entry(note="半句"))
    backend.close()
    page = opened(open_window(), left_behind)
    codes = page._view.checklist.codes
    assert page.recovery.bar.words.startswith("找回 2 条未完成的输入")
    assert codes[FIRST] in page.recovery.bar.words
    assert codes[SECOND] in page.recovery.bar.words


def test_what_this_session_typed_is_no_recovery(open_window: OpenWindow, left_behind: str) -> None:
    window = open_window()
    page = opened(window, left_behind, FIRST)
    page.keep_recovered()
    again = opened(window, left_behind)
    assert again.recovery.bar.words == ""


TYPING = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.ui.conftest import SETTINGS, open_backend, start_pingshun
from qassess.ui.main_window import MainWindow

database, item = Path(sys.argv[1]), sys.argv[2]
application = QApplication([])
window = MainWindow(SETTINGS, load=lambda: open_backend(database), save=lambda _settings: None)

def begin():
    assessment = start_pingshun(window.desk._backend)
    window.desk.open_assessment(assessment, item)
    QTest.keyClicks(window.page.card.editor.fields()[0], "46")
    watch.timeout.connect(lambda: window.desk._backend.draft(assessment, item) and os.kill(os.getpid(), signal.SIGKILL))
    watch.start(20)

watch = QTimer()
window.ready.connect(begin)
window.show()
QTimer.singleShot(30_000, application.quit)
application.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_killed_while_typing_the_text_is_recovered(open_window: OpenWindow, database: Path) -> None:
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(root), "QT_QPA_PLATFORM": "offscreen"}
    killed = subprocess.run(
        [sys.executable, "-c", TYPING, str(database), FIRST],
        env=environment,
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    window = open_window()
    summary = backend_of(window).list_assessments()[0]
    page = opened(window, summary.id)
    assert page.recovery.bar.words.startswith("找回 1 条未完成的输入")
    page.recovery.bar.look.click()
    assert page.card is not None
    assert page.card.entry().answer == TYPED.answer


# what stops a disk


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The dialogs' sentences."""
    heard: list[str] = []

    def take(dialog: QDialog) -> int:
        heard.append(" ".join(label.text() for label in dialog.findChildren(QLabel)))
        return 0

    monkeypatch.setattr(dialogs.MessageDialog, "exec", take)
    return heard


class Trouble:
    """One way a disk refuses to write, and its end."""

    def __init__(self, backend: ServiceBackend, database: Path, kind: str) -> None:
        self._engine = backend._workspace.database._engine
        self._kind, self._folder = kind, database.parent
        self._away = database.parent.with_name("unplugged")

    def begin(self) -> None:
        if self._kind == "stick":
            self._folder.rename(self._away)
            return
        self._engine.dispose()
        event.listen(self._engine, "connect", self._limit)

    def end(self) -> None:
        if self._kind == "stick":
            self._away.rename(self._folder)
            return
        self._engine.dispose()
        event.remove(self._engine, "connect", self._limit)

    def _limit(self, connection, record) -> None:
        connection.execute("PRAGMA query_only=ON" if self._kind == "read_only" else "PRAGMA max_page_count=1")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder / "qassess.db"


SENTENCES = {"stick": "U 盘", "read_only": "只能读取", "full": "已满"}


@pytest.fixture(params=sorted(SENTENCES))
def troubled(request, open_window: OpenWindow, database: Path, said) -> tuple[MainWindow, Trouble, str]:
    window = open_window()
    page = opened(window, start_pingshun(backend_of(window)), FIRST)
    assert page.card is not None
    trouble = Trouble(backend_of(window), database, request.param)
    return window, trouble, SENTENCES[request.param]


def type_into(page: ChecklistPage, *numbers: str) -> None:
    assert page.card is not None
    page.card.note.setPlainText("现场记录" * 1_000)  # more than any page of the database has left
    for field, typed in zip(page.card.editor.fields(), numbers, strict=False):
        QTest.keyClicks(field, typed)


def test_a_disk_that_refuses_is_said_and_nothing_typed_is_lost(
    qtbot: QtBot, troubled: tuple[MainWindow, Trouble, str], said: list[str], fill_the_disk: Callable[..., None]
) -> None:
    window, trouble, sentence = troubled
    page = window.page
    assert isinstance(page, ChecklistPage)
    type_into(page, "4600", "4700")
    trouble.begin()
    fill_the_disk(trouble, page)
    page.accept()
    assert sentence in said[-1]
    assert page.item.id == FIRST, "one stays where the typed text is"
    assert page.holds_unsaved
    window.commands["home"].trigger()
    assert window.page is page, "the page is not left while it holds what could not be kept"
    assert page.card is not None
    assert page.card.entry().answer == Answer(numerator="4600", denominator="4700")
    trouble.end()
    page.accept()
    assert page.item.id != FIRST
    stored = backend_of(window).open_assessment(page._view.id).entries[FIRST]
    assert stored.answer == Answer(numerator="4600", denominator="4700")


@pytest.fixture
def fill_the_disk() -> Callable[..., None]:
    """Use up the pages that a limited database still has free."""

    def fill(trouble: Trouble, page: ChecklistPage) -> None:
        if trouble._kind != "full":
            return
        database = page._backend._workspace.database
        for size in (3_000, 300, 30, 1):
            with pytest.raises(QassessError, match="disk_full"):
                write_until_refused(database, size)

    return fill


def write_until_refused(database, size: int) -> None:
    for number in range(100_000):
        with database.unit_of_work() as uow:
            uow.put_draft(f"{size}-{number}".encode().ljust(25, b"-"), "x" * size, at=1)
            uow.commit()


def test_the_window_asks_before_it_closes_over_what_could_not_be_kept(
    troubled: tuple[MainWindow, Trouble, str],
    said: list[str],
    fill_the_disk: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window, trouble, _sentence = troubled
    page = window.page
    assert isinstance(page, ChecklistPage)
    type_into(page, "4600", "4700")
    trouble.begin()
    fill_the_disk(trouble, page)
    asked: list[str] = []

    def stay(dialog: QDialog) -> int:
        asked.append(" ".join(label.text() for label in dialog.findChildren(QLabel)))
        return 0

    monkeypatch.setattr(QDialog, "exec", stay)
    closing = QCloseEvent()
    window.closeEvent(closing)
    assert not closing.isAccepted()
    assert "省级监督抽查合格率" in asked[-1]
    trouble.end()


def test_the_crash_dialog_names_what_was_kept(open_window: OpenWindow, database: Path, said: list[str]) -> None:
    window = open_window()
    page = opened(window, start_pingshun(backend_of(window)), FIRST)
    type_into(page, "4600")
    error = ValueError("a fault")
    window.on_crash(ValueError, error, None)
    assert "省级监督抽查合格率" in said[0]
    assert "留作草稿" in said[0]
    stored = backend_of(window).open_assessment(page._view.id).entries[FIRST]
    assert stored.answer == Answer(numerator="4600")


def test_the_crash_dialog_says_when_it_could_not_be_kept(
    open_window: OpenWindow, database: Path, said: list[str]
) -> None:
    window = open_window()
    page = opened(window, start_pingshun(backend_of(window)), FIRST)
    trouble = Trouble(backend_of(window), database, "stick")
    type_into(page, "4600", "4700")
    trouble.begin()
    window.on_crash(ValueError, ValueError("a fault"), None)
    trouble.end()
    assert "未能保留" in said[-1]


def test_an_error_nobody_caught_but_the_user_can_mend_is_said_in_words(
    open_window: OpenWindow, said: list[str]
) -> None:
    window = open_window()
    window.on_crash(QassessError, QassessError("assessment.exists", body="平顺县", year=2024), None)
    assert "平顺县" in said[0]
    assert "Traceback" not in said[0]
