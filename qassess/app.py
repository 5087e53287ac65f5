"""The composition root of the window: preferences, theme, crash hook, and what is loaded after the first paint."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from qassess.errors import QassessError
from qassess.i18n import _
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
    window = open_window(loaded, Path(database) if database else None)
    sys.excepthook = window.on_crash
    window.show()
    return application.exec()


def open_window(loaded: LoadedSettings, database: Path | None) -> MainWindow:
    """Return the window, not yet shown; the services are imported when it has been painted."""

    def load_other(path: Path) -> "Backend":
        return open_backend(path, window.settings.author, may_make=path == default_database())

    def load() -> "Backend":
        if database is not None:
            return open_backend(database, window.settings.author, may_make=True)
        return load_other(window.settings.last_database or default_database())

    window = MainWindow(
        loaded.settings,
        load=load,
        save=lambda settings: save_settings(settings, settings_file()),
        load_other=load_other,
        own=default_database(),
    )
    window.ready.connect(lambda: window.say(_settings_words(loaded)) if _settings_words(loaded) else None)
    return window


def open_backend(path: Path, author: str, *, may_make: bool) -> "Backend":
    """Open a database for the window; ``may_make``: with its folder, where there is none yet.

    Otherwise raises ``QassessError("database.not_found")`` rather than begin an empty one where another was; and the
    errors of :func:`qassess.storage.database.open_database`.
    """
    import platform

    from qassess.services.workspace import open_workspace
    from qassess.ui.service_backend import ServiceBackend

    if may_make:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as refused:
            reason = refused.strerror or ""
            raise QassessError("database.unreadable", path=str(path), reason=reason) from refused
    elif not path.exists():
        raise QassessError("database.not_found", path=str(path))
    return ServiceBackend(open_workspace(path, author=author, device=platform.node() or "unknown"), path)


def _settings_words(loaded: LoadedSettings) -> str:
    """Say what became of preferences that could not be read, empty when all is well."""
    if loaded.set_aside is not None:
        words = _("The preferences could not be read, so the defaults hold. The old file is kept as {file}.")
        return words.format(file=loaded.set_aside.name)
    if loaded.unreadable:
        return _("The preferences could not be read, so the defaults hold.")
    if loaded.ignored:
        return _("Some preferences had no usable value, so their defaults hold: {names}").format(
            names=", ".join(loaded.ignored)
        )
    return ""
