"""Back the database up, and open another one."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QFileDialog, QMenu

from qassess.i18n import _
from qassess.ui.backend import Backend
from qassess.ui.home import Home
from qassess.ui.jobs import JobRunner

if TYPE_CHECKING:
    from qassess.ui.main_window import MainWindow


class StoreDesk:
    """The verbs for the database itself; ``again`` shows the page anew when a backup is made."""

    def __init__(self, window: "MainWindow", backend: Backend, runner: JobRunner, again: Callable[[], None]) -> None:
        self._window, self._backend, self._runner, self._again = window, backend, runner, again
        self.commands: dict[str, Callable[[], object]] = {"backup": self.ask_where, "open_file": self.ask_which}

    def furnish(self, home: Home) -> None:
        """Connect the home screen's own ways to these verbs."""
        home.store.backup_wanted.connect(self.ask_where)
        home.open_wanted.connect(self.offer)

    def ask_where(self) -> None:
        """Ask where the backup is to lie, then make it."""
        folder = _folder_of(self._window.settings.backup_folder)
        proposed = self._backend.proposed_backup(folder)
        name, _kind = QFileDialog.getSaveFileName(self._window, _("Back up the database"), str(proposed), "*.db")
        if name:
            self.back_up(Path(name))

    def back_up(self, path: Path) -> None:
        """Make a backup in a job; it is read again and checked before it stands under its name."""
        self._window.say(_("Backing up…"))
        self._runner.start(lambda _progress: self._backend.back_up(path), lambda _done: self._on_backed_up(path))

    def _on_backed_up(self, path: Path) -> None:
        window = self._window
        window.keep_settings_with(backup_folder=str(path.parent))
        window.say(_("Backed up and checked: {file}").format(file=path.name))
        if isinstance(window.page, Home):
            self._again()

    def offer(self) -> None:
        """Offer the databases opened before, and the way to any other."""
        menu = QMenu(self._window)
        for known in self._others():
            menu.addAction(_("{file} · {folder}").format(file=known.name, folder=known.parent)).triggered.connect(
                lambda _checked=False, known=known: self._window.open_database(known)
            )
        menu.addSeparator()
        menu.addAction(_("Choose a file…")).triggered.connect(lambda _checked=False: self.ask_which())
        menu.popup(QCursor.pos() if not isinstance(self._window.page, Home) else self._window.page.below_open())
        menu.aboutToHide.connect(menu.deleteLater)

    def _others(self) -> list[Path]:
        here = self._backend.store_state().database
        return [path for path in map(Path, self._window.settings.recent) if path != here and path.is_file()]

    def ask_which(self) -> None:
        """Ask for a database file and open it."""
        ask_for_database(self._window)


def ask_for_database(window: "MainWindow") -> None:
    """Ask for a database file and open it in the place of the present one."""
    start = window.settings.recent[0] if window.settings.recent else ""
    kinds = _("Databases (*.db);;All files (*)")
    name, _kind = QFileDialog.getOpenFileName(window, _("Open a database"), start, kinds)
    if name:
        window.open_database(Path(name))


def _folder_of(remembered: str) -> Path:
    """Return the folder of the last backup if it is there, else the user's documents, else their home."""
    folder = Path(remembered)
    if remembered and folder.is_dir():
        return folder
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()
