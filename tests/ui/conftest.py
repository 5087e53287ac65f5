"""The window and its pages over the real services, on a database of the test's own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qassess.i18n import use_language
from qassess.services.schemes import find_scheme
from qassess.services.views import found_body
from qassess.services.workspace import open_workspace
from qassess.settings import Language, Settings, Theme
from qassess.ui.checklist import ChecklistPage
from qassess.ui.jobs import JobRunner
from qassess.ui.main_window import MainWindow
from qassess.ui.service_backend import ServiceBackend
from qassess.ui.theme import LIGHT, start_look

SETTINGS = Settings(author="李静", unit="市质监局", language=Language.ZH, theme=Theme.LIGHT)


class Clock:
    """A clock that goes on by one second at each look."""

    def __init__(self) -> None:
        self.now = datetime(2025, 1, 14, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    use_language("zh")
    start_look(qapp, LIGHT, "zh")
    yield
    use_language("zh")


def open_backend(path: Path) -> ServiceBackend:
    return ServiceBackend(open_workspace(path, author="李静", device="laptop", clock=Clock()), path)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "qassess.db"


@pytest.fixture
def backend(database: Path) -> Iterator[ServiceBackend]:
    opened = open_backend(database)
    yield opened
    opened.close()


def start_pingshun(backend: ServiceBackend) -> str:
    body, scheme = found_body("140425"), find_scheme("changzhi-2015")
    agreement = backend.proposed_agreement(scheme, body, 2024)
    return backend.start_assessment(body, 2024, "annual", scheme, agreement)


@pytest.fixture
def assessment(backend: ServiceBackend) -> str:
    return start_pingshun(backend)


@pytest.fixture
def runner() -> Iterator[JobRunner]:
    """The worker; a failure no page handles fails the test."""

    def fail(error: BaseException) -> None:
        raise error

    made = JobRunner(fail)
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, backend: ServiceBackend, runner: JobRunner, assessment: str) -> ChecklistPage:
    """The checklist of 平顺县, shown and active."""
    view = backend.open_assessment(assessment)
    made = ChecklistPage(LIGHT, backend, runner, view, author="李静", touch=False, start="prod-provincial-sampling")
    for part in (made, made.bar_left, made.bar_right):
        qtbot.addWidget(part)
    made.resize(1366, 720)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.fixture
def open_window(qtbot: QtBot, database: Path) -> Iterator[Callable[..., MainWindow]]:
    """Open the whole window and wait until its services are loaded."""
    opened: list[MainWindow] = []

    def build(settings: Settings = SETTINGS, saved: list[Settings] | None = None) -> MainWindow:
        window = MainWindow(
            settings, load=lambda: open_backend(database), save=(saved if saved is not None else []).append
        )
        opened.append(window)
        window.resize(1366, 768)
        with qtbot.waitSignal(window.ready, timeout=20_000):
            window.show()
        with qtbot.waitActive(window):
            window.activateWindow()
        return window

    yield build
    for window in opened:
        window.close()
        window.deleteLater()
