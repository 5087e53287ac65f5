"""The way from a long job to its screen: counts, results as they come, and a stop that keeps what is done.

A stop is no failure: the work ends at its next safe point and returns what it has.
"""

from threading import Event
from time import monotonic

from PySide6.QtCore import QObject, Signal

from qassess.i18n import _, ngettext


class Channel(QObject):
    """Made on the GUI thread and connected before the work begins; the work emits, the screen listens."""

    reported = Signal(int, int, str)
    told = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._stop = Event()

    def stop(self) -> None:
        """Ask the work to end at its next safe point."""
        self._stop.set()

    def is_stopped(self) -> bool:
        """Whether a stop was asked for."""
        return self._stop.is_set()

    def report(self, done: int, total: int, about: str = "") -> None:
        """Say how far the work is, and what it is at."""
        self.reported.emit(done, total, about)

    def tell(self, thing: object) -> None:
        """Hand over one result."""
        self.told.emit(thing)


class Pace:
    """How long work will still take, from how long it took so far. Times are seconds of a monotonic clock."""

    def __init__(self, now: float | None = None) -> None:
        self._started = monotonic() if now is None else now

    def left(self, done: int, total: int, now: float | None = None) -> float | None:
        """Return the seconds left, ``None`` while it is too early to say."""
        spent = (monotonic() if now is None else now) - self._started
        if done <= 0 or total <= 0 or spent < 1:
            return None
        return spent / done * max(total - done, 0)


def left_words(seconds: float | None) -> str:
    """Return the time left as one says it, empty while it is not known."""
    if seconds is None:
        return ""
    if seconds < 60:
        whole = max(round(seconds), 1)
        return ngettext("about {count} second left", "about {count} seconds left", whole).format(count=whole)
    minutes = round(seconds / 60)
    return _("about {count} min left").format(count=minutes)
