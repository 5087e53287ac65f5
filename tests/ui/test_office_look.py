"""The office's screens at 1366 × 768: no word is cut in either language, everything has a name, and Tab reaches it."""

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.exceptions import TimeoutError as QtTimeout

from qassess.settings import Language, Theme
from qassess.ui.cells import CellRole
from qassess.ui.cells_table import CellsTable
from qassess.ui.theme import text_font
from tests.ui.fake_office import FILES, FOLDER, SEALED, FakeOffice
from tests.ui.office_window import OFFICE, go_to, office_window, settle

FIELDS = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView)


def open_merge(qtbot, window):
    page = go_to(qtbot, window, "merge")
    page.add([FOLDER])
    settle(qtbot, window)


def merge_all(qtbot, window):
    open_merge(qtbot, window)
    window.page.merge_all()
    settle(qtbot, window)


def open_editor(qtbot, window):
    go_to(qtbot, window, "conflicts").begin_edit()


def open_certificates(qtbot, window):
    go_to(qtbot, window, "results").open_certificates()
    settle(qtbot, window)


def show_receipt(qtbot, window):
    go_to(qtbot, window, "export").export_chosen()
    settle(qtbot, window)


SCREENS = {
    "home": settle,
    "merge, empty": lambda qtbot, window: go_to(qtbot, window, "merge"),
    "merge, checked": open_merge,
    "merge, done": merge_all,
    "conflicts": lambda qtbot, window: go_to(qtbot, window, "conflicts"),
    "conflicts, written by hand": open_editor,
    "results": lambda qtbot, window: go_to(qtbot, window, "results"),
    "results, certificates": open_certificates,
    "export": lambda qtbot, window: go_to(qtbot, window, "export"),
    "export, receipt": show_receipt,
}


@pytest.fixture(params=list(Language))
def window(qtbot, request):
    office = FakeOffice()
    office.files[SEALED.path.name] = SEALED
    settings = replace(OFFICE, language=request.param)
    with office_window(qtbot, office, settings) as opened:
        yield opened


def is_cut(label: QLabel) -> bool:
    if not label.text() or label.pixmap().isNull() is False:
        return False
    if label.wordWrap():
        return label.height() < label.heightForWidth(label.width())
    return label.width() < label.sizeHint().width() or label.height() < label.fontMetrics().height()


def cut_words(window: QWidget) -> list[str]:
    labels = [label.text() for label in window.findChildren(QLabel) if label.isVisible() and is_cut(label)]
    buttons = [
        made.text()
        for made in window.findChildren(QAbstractButton)
        if made.isVisible() and made.text() and made.width() < made.sizeHint().width()
    ]
    return labels + buttons


def beyond(window: QWidget) -> list[str]:
    """Return what stands in the top bar and does not fit into the window or lies over its neighbour."""
    inner = window._bar.findChild(QFrame, "topbar").children()
    parts = [part for part in inner if isinstance(part, QWidget) and part.isVisible()]
    places = sorted((QRect(part.pos(), part.size()) for part in parts), key=QRect.left)
    lapped = [str(left) for left, right in pairwise(places) if left.right() >= right.left()]
    return lapped + [str(place) for place in places if place.right() > window.width()]


def cut_titles(window: QWidget) -> list[str]:
    found = []
    for table in window.findChildren(CellsTable):
        if not table.isVisible():
            continue
        header = table.horizontalHeader()
        for place, head in enumerate(table.lines.heads):
            needed = QFontMetrics(text_font(13, bold=True)).horizontalAdvance(head.title) + 14
            if header.sectionSize(place) < needed:
                found.append(head.title)
    return found


@pytest.mark.parametrize("screen", SCREENS)
def test_no_word_is_cut(qtbot, window, screen):
    SCREENS[screen](qtbot, window)
    with suppress(QtTimeout):  # the last layout may still be under way
        qtbot.waitUntil(lambda: not cut_words(window), timeout=500)
    assert cut_words(window) == []
    assert beyond(window) == []
    assert cut_titles(window) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_everything_one_can_reach_has_a_name(qtbot, window, screen):
    SCREENS[screen](qtbot, window)
    qtbot.wait(20)
    reached = [
        part
        for part in window.findChildren(QWidget)
        if part.isVisible() and part.isEnabled() and part.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    nameless = [
        part
        for part in reached
        if isinstance(part, FIELDS) and not part.accessibleName() and not getattr(part, "text", str)()
    ]
    assert reached
    assert nameless == []


@pytest.mark.parametrize("screen", ["merge, checked", "conflicts", "results"])
def test_tab_goes_round_through_everything(qtbot, window, screen):
    SCREENS[screen](qtbot, window)
    qtbot.wait(20)
    seen = []
    for _step in range(60):
        current = window.focusWidget()
        if current in seen:
            break
        seen.append(current)
        qtbot.keyClick(current, Qt.Key.Key_Tab)
    assert len(seen) >= 5
    assert all(part.isVisible() for part in seen)


def test_state_is_never_colour_alone(qtbot, window):
    open_merge(qtbot, window)
    model = window.page.table.lines
    last = model.columnCount() - 1
    cells = [model.index(row, last).data(CellRole) for row in range(model.rowCount())]
    assert len(cells) == len(FILES) + 1
    assert all(cell.words and cell.picture for cell in cells)


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK, Theme.OUTDOOR])
@pytest.mark.parametrize("screen", ["merge, checked", "conflicts", "results"])
def test_every_theme_draws_them(qtbot, theme, screen):
    with office_window(qtbot, FakeOffice(), replace(OFFICE, theme=theme)) as window:
        SCREENS[screen](qtbot, window)
        drawn = window.grab().toImage()
        colours = {drawn.pixelColor(x, y).name().upper() for x in range(0, 1366, 7) for y in range(0, 768, 5)}
        assert window.tokens.background in colours or window.tokens.card in colours
        assert len(colours) > 5
