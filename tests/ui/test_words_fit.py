"""Every word on every page fits its place: both languages, at 100 % and 150 %, on 1366 × 768."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from qassess.settings import Language
from qassess.ui.first_start import FirstStart
from qassess.ui.main_window import MainWindow
from qassess.ui.theme import LIGHT, start_look
from tests.ui.conftest import SETTINGS
from tests.ui.words_that_fit import misfits

OpenWindow = Callable[..., MainWindow]
pytestmark = pytest.mark.slow
LOOKS = [(language, percent) for language in Language for percent in (100, 150)]


@pytest.fixture(params=LOOKS, ids=[f"{language.value}-{percent}" for language, percent in LOOKS])
def window(request, open_window: OpenWindow, qapp: QApplication) -> Iterator[MainWindow]:
    language, percent = request.param
    yield open_window(replace(SETTINGS, language=language, font_scale=percent))
    start_look(qapp, LIGHT, "zh")


def shown(qtbot: QtBot, window: MainWindow) -> list[str]:
    """Let the page settle, and return what does not fit."""
    runner = window.desk.runner
    qtbot.waitUntil(lambda: not runner.is_busy, timeout=30_000)
    for _round in range(3):
        QApplication.processEvents()
    assert window.width() == 1366
    assert window.height() == 768
    return misfits(window)


def test_home_and_first_start(qtbot: QtBot, window: MainWindow) -> None:
    found = {"empty home": shown(qtbot, window)}
    window.desk.show_first_start(at_start=True)
    page = window.page
    assert isinstance(page, FirstStart)
    for step in range(3):
        page.steps.setCurrentIndex(step)
        found[f"first start {step}"] = shown(qtbot, window)
    window.desk._backend.start_sample()
    window.desk.show_home()
    found["home"] = shown(qtbot, window)
    window.desk.show_new()
    found["new"] = shown(qtbot, window)
    assert {page: cut for page, cut in found.items() if cut} == {}


def test_checklist(qtbot: QtBot, window: MainWindow) -> None:
    assessment = window.desk._backend.start_sample()
    window.desk.open_assessment(assessment)
    page = window.page
    found = {"agreement": []}
    kinds = {}
    for item in page._view.checklist.items:
        kinds.setdefault((type(item.rule), item.role), item.id)
    for item in kinds.values():
        page.go_to(item)
        found[item] = shown(qtbot, window)
    page.card.open_adjustment()
    page.card.open_inapplicable()
    found["panels"] = shown(qtbot, window)
    window.desk.show_agreement(assessment)
    found["agreement"] = shown(qtbot, window)
    assert {page: cut for page, cut in found.items() if cut} == {}


def test_review(qtbot: QtBot, window: MainWindow) -> None:
    window.desk.review(window.desk._backend.start_sample())
    assert shown(qtbot, window) == []


@pytest.mark.parametrize("command", ["export", "merge", "conflicts", "results"])
def test_office(qtbot: QtBot, window: MainWindow, command: str) -> None:
    window.desk._backend.start_sample()
    window.commands[command].trigger()
    assert shown(qtbot, window) == []


def test_the_walk_finds_what_is_cut(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    button = QPushButton("一个很长的按钮", holder)
    button.setFixedWidth(30)
    holder.show()
    assert len(misfits(holder)) == 1
    button.setFixedWidth(300)
    holder.setFixedWidth(200)
    assert "outside" in misfits(holder)[0]
