"""The window: what is painted first, and the frame all pages stand in.

The first paint needs nothing but Qt Widgets, the theme and the preferences, and this module imports nothing else: even
the ``Qt`` namespace with its hundreds of enums waits. Then come menus, pages and, on a worker, the services.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from qassess.i18n import _, use_language
from qassess.settings import Language, Settings, Theme
from qassess.ui.qt_words import speak_qt
from qassess.ui.theme import THEMES, Tokens, apply_theme, px, start_look

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from PySide6.QtGui import QAction

    from qassess.errors import QassessError
    from qassess.ui.backend import Backend
    from qassess.ui.desk import Desk
    from qassess.ui.page import Page

SMALLEST = (1024, 640)
FIRST_SIZE = (1366, 768)
BAR_HEIGHT = 48
SIZES = (100, 125, 150, 200)
"""Percent: the sizes of text and targets that can be chosen."""
DARK_BELOW = 128
"""Half of Qt's 0..255: a desktop whose windows are darker is a dark one."""


class Shell(QWidget):
    """What is painted first: the bar with the program's name over an empty page."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._is_painted = False
        bar = QFrame()
        bar.setObjectName("topbar")
        bar.setFixedHeight(px(BAR_HEIGHT))
        name = QLabel(_("Quality assessment"), bar)
        name.setProperty("role", "brand")
        name.move(16, (px(BAR_HEIGHT) - name.sizeHint().height()) // 2)
        laid = QVBoxLayout(self)
        laid.setContentsMargins(0, 0, 0, 0)
        laid.addWidget(bar)
        laid.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the window can be seen."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self.painted.emit)


class MainWindow(QMainWindow):
    """The window. ``load`` opens the backend (it is called on a worker), ``save`` writes the preferences.

    ``load_other`` opens another database in its stead; ``own`` is the user's own one on this computer.

    ``ready`` is emitted when the services are loaded and the first page is shown. ``commands`` are all actions by name.
    """

    ready = Signal()
    commands: dict[str, QAction]

    def __init__(
        self,
        settings: Settings,
        *,
        load: Callable[[], Backend],
        save: Callable[[Settings], None],
        load_other: Callable[[Path], Backend] | None = None,
        own: Path | None = None,
    ) -> None:
        super().__init__()
        self._load_other, self._own = load_other, own
        self.settings = settings
        self._load = load
        self._save = save
        self.desk: Desk | None = None
        self.loading: object = None
        self._pages: QStackedWidget | None = None
        use_language(settings.language)
        self.tokens = tokens_of(settings)
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101  # a window cannot exist without one
        start_look(application, self.tokens, settings.language, touch=settings.touch, percent=settings.font_scale)
        speak_qt(application, settings.language)
        self.setWindowTitle(_("Quality assessment"))
        self.setMinimumSize(*SMALLEST)
        self.shell = Shell()
        self.shell.painted.connect(self._on_first_paint)
        self.setCentralWidget(self.shell)
        self._place()

    def _place(self) -> None:
        if len(self.settings.window) != len(("left", "top", "width", "height")):
            self.resize(*FIRST_SIZE)
            return
        left, top, width, height = self.settings.window
        self.resize(max(width, SMALLEST[0]), max(height, SMALLEST[1]))
        if QGuiApplication.screenAt(self.geometry().center()) is not None:
            self.move(left, top)
        if self.settings.maximized:
            from PySide6.QtCore import Qt

            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _on_first_paint(self) -> None:
        self._furnish()
        from qassess.ui.desk import open_desk

        open_desk(self, self._load)

    def _furnish(self) -> None:
        """Put bar, menus, pages and toast in the place of what was painted first."""
        from PySide6.QtWidgets import QMenuBar

        from qassess.ui.actions import build_actions, fill_menus
        from qassess.ui.icons import icon
        from qassess.ui.loading import Loading
        from qassess.ui.toast import Toast
        from qassess.ui.top_bar import TopBar
        from qassess.ui.widgets import column, inside

        self.setWindowIcon(icon("app", self.tokens.accent, 32))
        self.commands = build_actions(self)
        self._menus = QMenuBar()
        self._menus.setNativeMenuBar(False)
        self._menus.setSizePolicy(self._menus.sizePolicy().Policy.Maximum, self._menus.sizePolicy().Policy.Maximum)
        fill_menus(self._menus, self.commands)
        self._bar = TopBar(self._menus)
        self._pages = QStackedWidget()
        self.toast = Toast(self)
        self._connect()
        self.show_page(Loading())
        self.setCentralWidget(inside(QWidget(), column(self._bar, self._pages, spacing=0)))

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
        for percent in SIZES:
            size = self.commands[f"size_{percent}"]
            size.setChecked(self.settings.font_scale == percent)
            size.triggered.connect(lambda *_, percent=percent: self.change(font_scale=percent))
        self.commands["larger"].triggered.connect(lambda *_: self._resize_text(1))
        self.commands["smaller"].triggered.connect(lambda *_: self._resize_text(-1))
        self.commands["touch"].setChecked(self.settings.touch)
        self.commands["touch"].triggered.connect(lambda on: self.change(touch=on))

    def _resize_text(self, steps: int) -> None:
        """Take the next larger or smaller size, if there is one."""
        nearest = min(range(len(SIZES)), key=lambda place: abs(SIZES[place] - self.settings.font_scale))
        wanted = SIZES[max(0, min(nearest + steps, len(SIZES) - 1))]
        self.commands[f"size_{wanted}"].setChecked(True)
        if wanted != self.settings.font_scale:
            self.change(font_scale=wanted)

    def _on_command(self, name: str) -> None:
        page = self.page
        act = page.commands.get(name) if page is not None else None
        if act is None and self.desk is not None:
            act = self.desk.commands.get(name)
        if act is not None:
            act()

    def adopt(self, desk: Desk) -> None:
        """Take over what was loaded; the database open before is let go."""
        before, self.desk = self.desk, desk
        if before is not None:
            before.close()
        self.keep_settings(self.settings.having_opened(desk.database))
        self.ready.emit()

    def open_database(self, path: Path) -> None:
        """Open another database; the present one stays until that has succeeded."""
        from qassess.ui.desk import open_desk

        load = self._load_other
        if self.desk is not None and self.desk.database == path:
            self.say(_("{file} is open already").format(file=path.name))
        elif load is not None and self.keep():
            open_desk(self, lambda: load(path))

    def show_no_database(self, refused: QassessError) -> None:
        """Say why the database cannot be opened, and offer the ways on."""
        from qassess.ui.desk import open_desk
        from qassess.ui.no_database import NoDatabase
        from qassess.ui.store_desk import ask_for_database

        page, own = NoDatabase(refused), self._own
        page.again_wanted.connect(lambda: open_desk(self, self._load))
        page.other_wanted.connect(lambda: ask_for_database(self))
        page.own_wanted.connect(lambda: self.open_database(own) if own is not None else None)
        self.show_page(page)
        page.focus_first()

    @property
    def page(self) -> Page | None:
        """The page shown; none before the window is furnished."""
        from qassess.ui.page import Page

        shown = self._pages.currentWidget() if self._pages is not None else None
        return shown if isinstance(shown, Page) else None

    def show_page(self, page: Page) -> bool:
        """Show a page; the one before keeps what is typed in it first, and is let go.

        Where it cannot keep it, the page before stays and ``False`` is returned.
        """
        from qassess.ui.actions import show_page_actions

        before = self.page
        if self._pages is None:
            return False
        if before is not None and before is not page:
            before.leave()
            if before.holds_unsaved:
                self._drop(page)
                return False
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self._bar.show_page(page)
        show_page_actions(self.commands, page.name)
        if before is not None and before is not page:
            self._drop(before)
        return True

    def _drop(self, page: Page) -> None:
        if self._pages is not None:
            self._pages.removeWidget(page)
        for part in (page, page.bar_left, page.bar_right):
            part.setParent(None)
            part.deleteLater()

    def say(self, words: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a notice at the foot of the window."""
        self.toast.say(words, action, act)

    def keep_settings(self, settings: Settings) -> None:
        """Take over changed preferences and write them; where they cannot be written they hold until one closes."""
        is_changed = settings != self.settings
        self.settings = settings
        try:
            self._save(settings)
        except OSError as unwritable:
            if is_changed and self._pages is not None:
                words = _("The preferences could not be written ({reason}); they hold until you close the window.")
                self.say(words.format(reason=unwritable.strerror or unwritable))

    def keep_settings_with(self, **changed: object) -> None:
        """Change single preferences that alter no look."""
        self.keep_settings(replace(self.settings, **changed))  # type: ignore[arg-type]  # the callers' literals

    def change(self, **changed: object) -> None:
        """Change preferences, and show everything anew in the look and language they ask for."""
        from qassess.ui.actions import fill_menus, retranslate

        self.keep_settings(replace(self.settings, **changed))  # type: ignore[arg-type]  # the callers' literals
        use_language(self.settings.language)
        self.tokens = tokens_of(self.settings)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            speak_qt(application, self.settings.language)
            apply_theme(application, self.tokens, touch=self.settings.touch, percent=self.settings.font_scale)
        retranslate(self.commands)
        fill_menus(self._menus, self.commands)
        self.setWindowTitle(_("Quality assessment"))
        if self.desk is not None:
            self.desk.rebuild()

    def keep(self) -> bool:
        """Keep whatever is typed and tell whether that succeeded; called by the crash hook and before closing."""
        page = self.page
        if page is None:
            return True
        page.leave()
        return not page.holds_unsaved

    def on_crash(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Be ``sys.excepthook``: keep what is typed, then show the crash dialog."""
        from qassess.ui.dialogs import handle_crash

        at = self.page.whereabouts() if self.page is not None else ""
        handle_crash(self, self.keep, (kind, error, trace), at=at)

    def _may_close(self) -> bool:
        """Ask whether to close although something typed could not be kept."""
        from qassess.ui.dialogs import ask_to_close

        return ask_to_close(self, self.page.whereabouts() if self.page is not None else "")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what is typed, remember the window's place, and let the database go."""
        if not self.keep() and not self._may_close():
            event.ignore()
            return
        placed = self.normalGeometry()
        self.keep_settings(
            replace(
                self.settings,
                window=(placed.left(), placed.top(), placed.width(), placed.height()),
                maximized=self.isMaximized(),
            )
        )
        if self.desk is not None:
            self.desk.close()
        super().closeEvent(event)


def tokens_of(settings: Settings) -> Tokens:
    """Return the theme the preferences ask for; ``system`` follows the desktop's light or dark."""
    if settings.theme is Theme.SYSTEM:
        is_dark = QGuiApplication.palette().window().color().lightness() < DARK_BELOW
        return THEMES["dark" if is_dark else "light"]
    return THEMES[settings.theme]
