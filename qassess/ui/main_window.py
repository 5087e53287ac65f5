"""The window's shell: top bar, menus, pages, toast, place on the screen.

It is painted before anything heavy is imported: this module knows Qt Widgets, the theme and the preferences only. The
first paint starts the loader, on a worker; its result builds the pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QMenuBar, QStackedWidget, QWidget

from qassess.i18n import _, use_language
from qassess.settings import Language, Settings, Theme
from qassess.ui.actions import build_actions, fill_menus, retranslate, show_page_actions
from qassess.ui.icons import icon
from qassess.ui.page import Page
from qassess.ui.theme import THEMES, Tokens, apply_theme, start_look
from qassess.ui.toast import Toast
from qassess.ui.widgets import column, frame, inside, row, text

if TYPE_CHECKING:
    from qassess.ui.backend import Backend
    from qassess.ui.desk import Desk

SMALLEST = (1024, 640)
FIRST_SIZE = (1366, 768)


class Shell(Page):
    """What is painted first: the bare page with one word, while the rest is loaded."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._is_painted = False
        self.bar_left = inside(QWidget(), row(text(_("Quality assessment"), "brand")))
        self.words = text(_("Opening the database…"), "second")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside(self, column(self.words))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the window can be seen."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self.painted.emit)


class TopBar(QWidget):
    """The bar over all pages: the page's own part at the left and right, the menus between."""

    def __init__(self, menus: QMenuBar) -> None:
        super().__init__()
        self._shown: tuple[QWidget, ...] = ()
        self._bar = frame("topbar")
        self._bar.setFixedHeight(48)
        self._line = QHBoxLayout(self._bar)
        self._line.setContentsMargins(16, 0, 16, 0)
        self._line.setSpacing(12)
        self._line.addStretch(1)
        self._line.addWidget(menus)
        inside(self, column(self._bar))

    def show_page(self, page: Page) -> None:
        """Show a page's parts of the bar; those of the last page go back to it."""
        for part in self._shown:
            self._line.removeWidget(part)
            part.hide()
            part.setParent(None)
        self._shown = (page.bar_left, page.bar_right)
        self._line.insertWidget(0, page.bar_left)
        self._line.addWidget(page.bar_right)
        for part in self._shown:
            part.show()


class MainWindow(QMainWindow):
    """The window. ``load`` opens the backend (it is called on a worker), ``save`` writes the preferences."""

    ready = Signal()

    def __init__(self, settings: Settings, *, load: Callable[[], Backend], save: Callable[[Settings], None]) -> None:
        super().__init__()
        self.settings = settings
        self._load = load
        self._save = save
        self.desk: Desk | None = None
        self.loading: object = None
        use_language(settings.language)
        self.tokens = tokens_of(settings)
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101  # a window cannot exist without one
        start_look(application, self.tokens, settings.language, touch=settings.touch)
        self.setWindowTitle(_("Quality assessment"))
        self.setWindowIcon(icon("app", self.tokens.accent, 32))
        self.setMinimumSize(*SMALLEST)
        self.commands = build_actions(self)
        self._menus = QMenuBar()
        self._menus.setNativeMenuBar(False)
        self._menus.setSizePolicy(self._menus.sizePolicy().Policy.Maximum, self._menus.sizePolicy().Policy.Maximum)
        fill_menus(self._menus, self.commands)
        self._bar = TopBar(self._menus)
        self._pages = QStackedWidget()
        self.setCentralWidget(inside(QWidget(), column(self._bar, self._pages, spacing=0)))
        self.toast = Toast(self)
        self._connect()
        self.shell = Shell()
        self.shell.painted.connect(self._on_first_paint)
        self.show_page(self.shell)
        self._place()

    def _connect(self) -> None:
        for name, action in self.commands.items():
            action.triggered.connect(lambda *_, name=name: self._on_command(name))
        self.commands["quit"].triggered.connect(self.close)
        for theme in (Theme.LIGHT, Theme.DARK, Theme.OUTDOOR):
            self.commands[theme].setChecked(self.tokens.name == theme)
            self.commands[theme].triggered.connect(lambda *_, theme=theme: self.change(theme=theme))
        for language in Language:
            self.commands[language].setChecked(self.settings.language == language)
            self.commands[language].triggered.connect(lambda *_, code=language: self.change(language=code))
        self.commands["touch"].setChecked(self.settings.touch)
        self.commands["touch"].triggered.connect(lambda on: self.change(touch=on))

    def _place(self) -> None:
        if len(self.settings.window) != len(("left", "top", "width", "height")):
            self.resize(*FIRST_SIZE)
            return
        left, top, width, height = self.settings.window
        self.resize(max(width, SMALLEST[0]), max(height, SMALLEST[1]))
        if QGuiApplication.screenAt(self.geometry().center()) is not None:
            self.move(left, top)
        if self.settings.maximized:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _on_first_paint(self) -> None:
        from qassess.ui.desk import open_desk

        open_desk(self, self._load)

    def _on_command(self, name: str) -> None:
        act = self.page.commands.get(name) or (self.desk.commands.get(name) if self.desk is not None else None)
        if act is not None:
            act()

    def adopt(self, desk: Desk) -> None:
        """Take over what was loaded."""
        self.desk = desk
        self.ready.emit()

    def show_page(self, page: Page) -> None:
        """Show a page; the one before keeps what is typed in it first."""
        before = self._pages.currentWidget()
        if isinstance(before, Page) and before is not page:
            before.leave()
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self._bar.show_page(page)
        show_page_actions(self.commands, page.name)

    def drop_page(self, page: Page) -> None:
        """Let a page go that is not shown any more."""
        self._pages.removeWidget(page)
        for part in (page, page.bar_left, page.bar_right):
            part.setParent(None)
            part.deleteLater()

    @property
    def page(self) -> Page:
        """The page shown."""
        shown = self._pages.currentWidget()
        return shown if isinstance(shown, Page) else self.shell

    def say(self, words: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a notice at the foot of the window."""
        self.toast.say(words, action, act)

    def keep_settings(self, settings: Settings) -> None:
        """Take over changed preferences and write them."""
        self.settings = settings
        self._save(settings)

    def change(self, **changed: object) -> None:
        """Change preferences, and show everything anew in the look and language they ask for."""
        self.keep_settings(replace(self.settings, **changed))  # type: ignore[arg-type]  # the callers' literals
        use_language(self.settings.language)
        self.tokens = tokens_of(self.settings)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, self.tokens, touch=self.settings.touch)
        retranslate(self.commands)
        fill_menus(self._menus, self.commands)
        self.setWindowTitle(_("Quality assessment"))
        if self.desk is not None:
            self.desk.rebuild()

    def keep(self) -> None:
        """Keep whatever is typed; called by the crash hook and before closing."""
        self.page.leave()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what is typed, remember the window's place, and let the database go."""
        self.keep()
        placed = self.normalGeometry()
        self.settings = replace(
            self.settings,
            window=(placed.left(), placed.top(), placed.width(), placed.height()),
            maximized=self.isMaximized(),
        )
        self._save(self.settings)
        if self.desk is not None:
            self.desk.close()
        super().closeEvent(event)


def tokens_of(settings: Settings) -> Tokens:
    """Return the theme the preferences ask for; ``system`` follows the desktop's light or dark."""
    if settings.theme is Theme.SYSTEM:
        is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return THEMES["dark" if is_dark else "light"]
    return THEMES[settings.theme]
