"""A job's line on a screen: what it is at, how long it will still take, a thin bar, and the button that stops it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from qassess.i18n import _
from qassess.ui.channel import Channel, Pace, left_words
from qassess.ui.theme import Tokens
from qassess.ui.widgets import ProgressLine, button, column, inside, row, text

SHOWN_EVERY = 80
"""Milliseconds between two looks at the progress: the work reports far more often than anybody can read."""


class JobLine(QWidget):
    """Shown while a job runs. ``say`` makes the sentence from done, total and what the work is at."""

    def __init__(self, tokens: Tokens, *, stops: bool = True) -> None:
        super().__init__()
        self.words = text("", "second")
        self._left = text("", "second")
        self._left.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._bar = ProgressLine(tokens, 6)
        self.cancel = button(_("Cancel"), pressed=self.stop)
        if not stops:
            self.cancel.hide()
        lines = column(row(self.words, None, self._left, spacing=12), self._bar, spacing=4)
        laid = row(inside(QWidget(), lines), self.cancel, spacing=12)
        laid.setStretch(0, 1)
        inside(self, laid)
        self._channel: Channel | None = None
        self._say: Callable[[int, int, str], str] = lambda _done, _total, about: about
        self._pace = Pace()
        self._latest = (0, 0, "")
        self._timer = QTimer(self)
        self._timer.setInterval(SHOWN_EVERY)
        self._timer.timeout.connect(self._show)
        self.hide()

    def begin(self, channel: Channel, say: Callable[[int, int, str], str]) -> None:
        """Follow a job."""
        self._channel, self._say = channel, say
        self._pace, self._latest = Pace(), (0, 0, "")
        self.cancel.setEnabled(True)
        channel.reported.connect(self._on_reported)
        self._show()
        self._timer.start()
        self.show()

    def end(self) -> None:
        """Hide: the job is over."""
        self._timer.stop()
        self._channel = None
        self.hide()

    def stop(self) -> None:
        """Ask the job to stop; it ends at its next safe point."""
        if self._channel is not None:
            self._channel.stop()
            self.cancel.setEnabled(False)

    def _on_reported(self, done: int, total: int, about: str) -> None:
        self._latest = (done, total, about)

    def _show(self) -> None:
        done, total, about = self._latest
        self.words.setText(self._say(done, total, about))
        self.setAccessibleName(self.words.text())
        self._left.setText(left_words(self._pace.left(done, total)))
        self._bar.show_progress(done, total)
