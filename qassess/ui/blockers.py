"""What keeps results from being published: one line on top, and each thing as a link to where it is mended."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from qassess.i18n import _, ngettext
from qassess.ui.exchange_state import Mark
from qassess.ui.flow import FlowLayout
from qassess.ui.results_state import Blocker, Leads
from qassess.ui.theme import Tokens
from qassess.ui.widgets import IconLine, button, clear, column, inside, text

SHOWN = 3


class Blockers(QWidget):
    """``wanted`` carries the blocker whose link was taken."""

    wanted = Signal(object)

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._all: tuple[Blocker, ...] = ()
        self._lines = column(spacing=0)
        inside(self, self._lines)

    def show_state(self, heading: Mark, blockers: Sequence[Blocker]) -> None:
        """Show the line on top and the first links."""
        self._heading, self._all = heading, tuple(blockers)
        self._fill(SHOWN)

    def _fill(self, count: int) -> None:
        clear(self._lines)
        head = IconLine(self._tokens, self._heading.picture or "full", self._heading.tone)
        head.say(self._heading.words)
        self._lines.addWidget(head)
        links = FlowLayout(*(self._link(blocker) for blocker in self._all[:count]), across=12, down=2)
        rest = len(self._all) - count
        if rest > 0:
            words = ngettext("{count} more…", "{count} more…", rest).format(count=rest)
            links.addWidget(button(words, look="tiny", pressed=lambda: self._fill(len(self._all))))
        links.setContentsMargins(20, 0, 0, 0)
        holder = QWidget()
        holder.setLayout(links)
        self._lines.addWidget(holder)
        holder.setVisible(bool(self._all))

    def _link(self, blocker: Blocker) -> QWidget:
        if blocker.leads is Leads.NOWHERE:
            return text(blocker.words, "small", wrap=False)
        made = button(blocker.words, look="smalllink", pressed=lambda: self.wanted.emit(blocker))
        made.setAccessibleDescription(_("Leads to where it is mended"))
        return made
