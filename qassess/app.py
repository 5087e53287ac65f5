"""The composition root of the window: preferences, theme, crash hook, and what is loaded after the first paint."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from qassess.locations import default_database, settings_file
from qassess.settings import LoadedSettings, load_settings, save_settings
from qassess.ui.main_window import MainWindow

if TYPE_CHECKING:
    from qassess.ui.backend import Backend


def run_window(database: str | None = None) -> int:
    """Open the window on a database (default: the one opened last, else the user's own) and run until it closes."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    application.setApplicationName("qassess")
    loaded = load_settings(settings_file())
    if loaded.settings.language.value == "zh":
        _speak_chinese()
    window = open_window(loaded, Path(database) if database else None)
    sys.excepthook = window.on_crash
    window.show()
    return application.exec()


def open_window(loaded: LoadedSettings, database: Path | None) -> MainWindow:
    """Return the window, not yet shown; the services are imported when it has been painted."""
    def load() -> "Backend":
        import platform

        from qassess.services.workspace import open_workspace
        from qassess.ui.service_backend import ServiceBackend

        path = database or loaded.settings.last_database or default_database()
        path.parent.mkdir(parents=True, exist_ok=True)
        author = loaded.settings.author
        return ServiceBackend(open_workspace(path, author=author, device=platform.node() or "unknown"), path)

    return MainWindow(loaded.settings, load=load, save=lambda settings: save_settings(settings, settings_file()))


def _speak_chinese() -> None:
    """Let Qt's own buttons and menus speak Chinese too."""
    translator = QTranslator(QApplication.instance())
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(QLocale.Language.Chinese, QLocale.Country.China), "qtbase", "_", folder):
        QApplication.installTranslator(translator)
