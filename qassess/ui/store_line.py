"""The line at the foot of the home screen: where the database is, and when it was backed up last."""

from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from qassess.i18n import _
from qassess.ui.actions import key_of
from qassess.ui.backend import StoreState
from qassess.ui.icons import pixmap
from qassess.ui.texts import friendly_time
from qassess.ui.theme import Tokens
from qassess.ui.widgets import button, row, text

FRESH = timedelta(days=7)
"""A backup older than this is pointed out."""


class StoreLine(QWidget):
    """Words, a mark that says whether the backup is fresh, and the way to make one now."""

    backup_wanted = Signal()

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._words = text("", "second")
        self._mark = QLabel()
        self._backup = text("", "second")
        self.now = button(_("Back up now…"), look="tiny", pressed=self.backup_wanted.emit)
        self.now.setToolTip(key_of("backup"))
        laid: QHBoxLayout = row(self._mark, self._backup, self.now, self._words, None, spacing=8)
        laid.setAlignment(self._mark, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(laid)

    def show_state(self, store: StoreState, assessments: int, now: datetime) -> None:
        """Show one state."""
        is_fresh = store.last_backup is not None and now - store.last_backup <= FRESH
        picture, tone = ("full", self._tokens.good) if is_fresh else ("attention", self._tokens.attention)
        self._mark.setPixmap(pixmap(picture, tone, 14))
        self._backup.setText(backup_words(store.last_backup, now, is_fresh=is_fresh))
        words = _("Database {file} on this computer · {assessments} assessments, {evidence} pieces of evidence")
        self._words.setText(words.format(file=store.database.name, assessments=assessments, evidence=store.evidence))
        self._words.setToolTip(str(store.database))
        self.setAccessibleName(self.words)

    @property
    def words(self) -> str:
        """All that is said."""
        return f"{self._backup.text()} · {self._words.text()}"


def backup_words(last: datetime | None, now: datetime, *, is_fresh: bool) -> str:
    """Say when the last backup was made, and when it is time for another."""
    if last is None:
        return _("No backup yet")
    when = friendly_time(last, now)
    if is_fresh:
        return _("Last backup {when}").format(when=when)
    return _("Last backup {when}, more than a week ago").format(when=when)
