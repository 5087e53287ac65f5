"""The database as a file: backed up now, another one opened, one that cannot be opened, broken preferences."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from qassess import app
from qassess.services.care import last_backup
from qassess.settings import Settings, load_settings, save_settings
from qassess.ui.home import Home
from qassess.ui.main_window import MainWindow
from qassess.ui.no_database import NoDatabase
from qassess.ui.store_line import backup_words
from tests.ui.conftest import SETTINGS, open_backend, start_pingshun

OpenWindow = Callable[..., MainWindow]


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., MainWindow]]:
    """The window as the program opens it, with preferences and own database in a folder of the test."""
    monkeypatch.setattr(app, "settings_file", lambda: tmp_path / "config" / "settings.json")
    monkeypatch.setattr(app, "default_database", lambda: tmp_path / "own" / "qassess.db")
    opened: list[MainWindow] = []

    def start(settings: Settings | None = None, database: Path | None = None, *, works: bool = True) -> MainWindow:
        if settings is not None:
            save_settings(settings, tmp_path / "config" / "settings.json")
        window = app.open_window(load_settings(tmp_path / "config" / "settings.json"), database)
        opened.append(window)
        window.resize(1366, 768)
        window.show()
        expected = Home if works else NoDatabase
        qtbot.waitUntil(lambda: isinstance(window.page, expected), timeout=20_000)
        with qtbot.waitActive(window):
            window.activateWindow()
        return window

    yield start
    for window in opened:
        window.close()
        window.deleteLater()


def database_at(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    backend = open_backend(path)
    start_pingshun(backend)
    backend.close()
    return path


# backup


def settled(qtbot: QtBot, window: MainWindow) -> None:
    assert window.desk is not None
    runner = window.desk.runner
    qtbot.waitUntil(lambda: not runner.is_busy, timeout=20_000)
    QApplication.processEvents()


@pytest.mark.parametrize("way", ["button", "key", "menu"])
def test_backed_up_now_it_says_so_and_can_be_opened(
    qtbot: QtBot, program: Callable[..., MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    window = program(SETTINGS)
    home = window.page
    assert isinstance(home, Home)
    assert "尚未备份" in home.store.words
    to = tmp_path / "stick" / "copy.db"
    to.parent.mkdir()
    proposed: list[str] = []

    def choose(parent: object, title: str, path: str, kinds: str) -> tuple[str, str]:
        proposed.append(path)
        return str(to), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    if way == "button":
        home.store.now.click()
    elif way == "menu":
        window.commands["backup"].trigger()
    else:
        QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    settled(qtbot, window)
    assert proposed[0].endswith(".db")
    assert window.toast.words == "已备份并校验：copy.db"
    again = window.page
    assert isinstance(again, Home)
    assert "上次备份 今天" in again.store.words
    assert window.settings.backup_folder == str(to.parent)
    copy = open_backend(to)
    assert copy.list_assessments() == ()
    copy.close()


def test_a_backup_that_fails_is_said_and_not_counted(
    qtbot: QtBot, program: Callable[..., MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = program(SETTINGS)
    said: list[str] = []
    monkeypatch.setattr("qassess.ui.desk.show_error", lambda _window, error: said.append(error.code))
    there = tmp_path / "there.db"
    there.write_bytes(b"x")
    assert window.desk is not None
    window.desk.store.back_up(there)
    settled(qtbot, window)
    assert said == ["backup.exists"]
    assert last_backup(window.desk._backend._workspace) is None


def test_a_backup_of_more_than_a_week_ago_is_pointed_out() -> None:
    now = datetime(2025, 1, 14, 2, 0, tzinfo=UTC)
    assert backup_words(now - timedelta(days=1), now, is_fresh=True).startswith("上次备份 昨天")
    assert backup_words(now - timedelta(days=8), now, is_fresh=False) == "上次备份 01-06，已超过一周"


def test_two_backups_in_one_minute_get_two_names(database: Path, tmp_path: Path) -> None:
    backend = open_backend(database)
    first = backend.proposed_backup(tmp_path)
    backend.back_up(first)
    second = backend.proposed_backup(tmp_path)
    backend.close()
    assert first != second
    assert second.parent == tmp_path


# another file


def test_what_was_opened_last_is_opened_again_and_remembered(
    program: Callable[..., MainWindow], tmp_path: Path
) -> None:
    known = database_at(tmp_path / "county" / "a.db")
    window = program(SETTINGS.having_opened(known))
    assert window.desk is not None
    assert window.desk.database == known
    assert load_settings(tmp_path / "config" / "settings.json").settings.recent[0] == str(known)


@pytest.mark.parametrize("way", ["key", "menu", "button"])
def test_another_file_takes_the_place_of_the_present_one(
    qtbot: QtBot, program: Callable[..., MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    other = database_at(tmp_path / "county" / "a.db")
    window = program(SETTINGS)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(other), ""))
    with qtbot.waitSignal(window.ready, timeout=20_000):
        if way == "key":
            QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
        elif way == "menu":
            window.commands["open_file"].trigger()
        else:
            home = window.page
            assert isinstance(home, Home)
            home.open.click()
            menu = next(found for found in window.findChildren(QMenu) if found.isVisible())
            menu.actions()[-1].trigger()
            menu.hide()
    assert window.desk is not None
    assert window.desk.database == other
    home = window.page
    assert isinstance(home, Home)
    assert "共 1 项考核" in home.store.words
    assert window.settings.recent[:2] == (str(other), str(tmp_path / "own" / "qassess.db"))
    open_backend(tmp_path / "own" / "qassess.db").close()  # its lock is released


def test_a_file_that_cannot_be_opened_leaves_the_present_one(
    qtbot: QtBot, program: Callable[..., MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = program(SETTINGS)
    said: list[str] = []
    monkeypatch.setattr("qassess.ui.desk.show_error", lambda _window, error: said.append(error.code))
    foreign = tmp_path / "notes.db"
    foreign.write_text("no database at all", encoding="utf-8")
    window.open_database(foreign)
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert said[0].startswith("database.")
    assert isinstance(window.page, Home)
    assert window.desk is not None
    assert window.desk.database == tmp_path / "own" / "qassess.db"


# what cannot be opened at all


def test_a_stick_that_is_not_there_is_said_and_no_empty_database_begun(
    qtbot: QtBot, program: Callable[..., MainWindow], tmp_path: Path
) -> None:
    stick = tmp_path / "stick" / "a.db"
    window = program(SETTINGS.having_opened(stick), works=False)
    page = window.page
    assert isinstance(page, NoDatabase)
    assert str(stick) in page.said.text()
    assert not stick.parent.exists()
    database_at(stick)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        QTest.keyClick(page.again, Qt.Key.Key_Return)
    assert isinstance(window.page, Home)
    assert window.desk is not None
    assert window.desk.database == stick


def test_without_the_stick_one_can_go_on_in_the_own_database(
    qtbot: QtBot, program: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = program(SETTINGS.having_opened(tmp_path / "stick" / "a.db"), works=False)
    page = window.page
    assert isinstance(page, NoDatabase)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        page.own_wanted.emit()
    assert window.desk is not None
    assert window.desk.database == tmp_path / "own" / "qassess.db"


def test_a_folder_that_may_not_be_written_is_said(program: Callable[..., MainWindow], tmp_path: Path) -> None:
    (tmp_path / "own").write_text("a file where the folder should be", encoding="utf-8")
    page = program(SETTINGS, works=False).page
    assert isinstance(page, NoDatabase)
    assert str(tmp_path / "own") in page.said.text()


# preferences


def test_broken_preferences_are_said_and_kept_aside(program: Callable[..., MainWindow], tmp_path: Path) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "settings.json").write_text('{"author": "李静", ', encoding="utf-8")
    window = app.open_window(load_settings(folder / "settings.json"), None)
    said: list[str] = []
    window.say = lambda words, *_: said.append(words)  # type: ignore[method-assign]
    window.ready.emit()
    window.deleteLater()
    assert said == ["偏好设置读不出来，已改用默认值。原文件保留为 settings.json.broken。"]
    assert (folder / "settings.json.broken").read_text(encoding="utf-8").startswith('{"author"')


def test_preferences_that_cannot_be_written_hold_and_are_said(
    program: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = program(SETTINGS)
    folder = tmp_path / "config"
    folder.rename(tmp_path / "gone")
    folder.write_text("no folder", encoding="utf-8")
    window.commands["touch"].trigger()
    assert window.settings.touch
    assert window.toast.words.startswith("偏好设置写不进去")
    window.close()
