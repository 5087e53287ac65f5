"""The size of text and targets by menu and key, keys that mean one thing, and Qt's own words after switching."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QPushButton

from qassess.settings import Settings
from qassess.ui.actions import SPECS
from qassess.ui.main_window import MainWindow
from qassess.ui.theme import LIGHT, px, start_look

OpenWindow = Callable[..., MainWindow]
PAGES = sorted({page for spec in SPECS for page in spec.page.split()} | {"home"})


@pytest.fixture(autouse=True)
def _whole_size(qapp: QApplication) -> Iterator[None]:
    yield
    start_look(qapp, LIGHT, "zh")


@pytest.mark.parametrize("percent", [125, 150, 200, 100])
def test_a_size_chosen_in_the_menu_holds_at_once_and_is_kept(open_window: OpenWindow, percent: int) -> None:
    saved: list[Settings] = []
    window = open_window(saved=saved)
    window.commands[f"size_{percent}"].trigger()
    assert saved[-1].font_scale == percent
    assert px(100) == percent
    assert QApplication.font().pixelSize() == px(14)
    assert window.commands[f"size_{percent}"].isChecked()


def test_keys_make_text_larger_and_smaller_up_to_the_ends(open_window: OpenWindow) -> None:
    window = open_window()
    control = Qt.KeyboardModifier.ControlModifier
    sizes = []
    for key in (Qt.Key.Key_Plus,) * 4 + (Qt.Key.Key_Minus, Qt.Key.Key_0, Qt.Key.Key_Minus):
        QTest.keyClick(window, key, control)
        sizes.append(window.settings.font_scale)
    assert sizes == [125, 150, 200, 200, 150, 100, 100]


@pytest.mark.parametrize("percent", [100, 150])
def test_touch_targets_are_at_least_44_pixels(open_window: OpenWindow, percent: int) -> None:
    window = open_window()
    window.change(touch=True, font_scale=percent)
    page = window.page
    assert page is not None
    QApplication.processEvents()
    heights = {
        found.text() or found.accessibleName(): found.height()
        for found in page.findChildren(QPushButton)
        if found.isVisible() and found.property("look") != "tiny"
    }
    assert heights
    assert min(heights.values()) >= 44, heights


@pytest.mark.parametrize("page", PAGES)
def test_no_key_means_two_things_on_a_page(page: str) -> None:
    there = [spec for spec in SPECS if not spec.page or page in spec.page.split()]
    used = Counter(key for spec in there for key in spec.keys)
    assert [key for key, times in used.items() if times > 1] == []


def test_qt_s_own_words_follow_the_language(open_window: OpenWindow) -> None:
    window = open_window()

    def cancel() -> str:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        words = box.button(QDialogButtonBox.StandardButton.Cancel).text()
        box.deleteLater()
        return words.replace("&", "")

    said = [cancel()]
    for language in ("en", "zh", "en"):
        window.commands[language].trigger()
        said.append(cancel())
    assert said == ["取消", "Cancel", "取消", "Cancel"]
