"""The window over a backend that has only what the office's screens need."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from qassess.settings import Language, Role, Settings, Theme
from qassess.ui.backend import StoreState
from qassess.ui.main_window import MainWindow
from qassess.ui.page import Page
from tests.ui.fake_office import FakeOffice

OFFICE = Settings(author="李静", unit="市质监局", language=Language.ZH, theme=Theme.LIGHT, role=Role.CITY_OFFICE)


class FakeBackend:
    """No assessment is here; everything else is the office's."""

    def __init__(self, office: FakeOffice) -> None:
        self.office = office

    def now(self) -> datetime:
        return datetime(2025, 1, 14, 2, 0, tzinfo=UTC)

    def list_assessments(self) -> tuple[object, ...]:
        return ()

    def store_state(self) -> StoreState:
        return StoreState(Path("office.db"), 0)

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def office_window(qtbot: QtBot, office: FakeOffice, settings: Settings = OFFICE) -> Iterator[MainWindow]:
    window = MainWindow(settings, load=lambda: FakeBackend(office), save=lambda _settings: None)
    window.resize(1366, 768)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    yield window
    window.close()
    window.deleteLater()


def go_to(qtbot: QtBot, window: MainWindow, command: str) -> Page:
    """Open a page by its action and wait until the worker has nothing more to do."""
    window.commands[command].trigger()
    settle(qtbot, window)
    return window.page


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.desk.runner.is_busy, timeout=20_000)


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    """Press a key where the focus is, and wait for what it started."""
    target = window.focusWidget() or window
    qtbot.keyClick(target, key, modifier or Qt.KeyboardModifier.NoModifier)
    settle(qtbot, window)


def words_on(page: Page) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
