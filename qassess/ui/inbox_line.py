"""The office's line on the home screen: what came in last, what waits for a decision, who has not reported."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from qassess.i18n import _, ngettext
from qassess.ui.actions import key_of
from qassess.ui.exchange_state import InboxState
from qassess.ui.theme import Tokens
from qassess.ui.widgets import IconLine, KeyButton, button, frame, inside, row, text


class InboxLine(QWidget):
    """Shows the inbox, and leads to merge, conflicts and results."""

    merge_wanted = Signal()
    conflicts_wanted = Signal()
    results_wanted = Signal()

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._merged = IconLine(tokens, "inbox", "second", wrap=False)
        self._merged.say(_("Looking into the inbox…"))
        self.conflicts = button("", look="link", pressed=self.conflicts_wanted.emit)
        self.conflicts.hide()
        self.unreported = text("", "small")
        merge = KeyButton(_("Merge…"), key_of("merge"))
        merge.clicked.connect(lambda *_: self.merge_wanted.emit())
        results = KeyButton(_("Results"), key_of("results"))
        results.clicked.connect(lambda *_: self.results_wanted.emit())
        card = frame("card")
        line = row(self._merged, self.conflicts, self.unreported, None, merge, results, spacing=12)
        inside(card, line, 16, 8)
        inside(self, row(card))

    def show_inbox(self, inbox: InboxState) -> None:
        """Show what is in it."""
        self._merged.say(inbox.merged)
        waiting = ngettext("{count} conflict to decide", "{count} conflicts to decide", inbox.conflicts)
        self.conflicts.setText(waiting.format(count=inbox.conflicts))
        self.conflicts.setVisible(bool(inbox.conflicts))
        count = len(inbox.unreported)
        words = ngettext(
            "{count} body has not reported for {year}", "{count} bodies have not reported for {year}", count
        ).format(count=count, year=inbox.year)
        self.unreported.setText(words if count else "")
        self.unreported.setToolTip("、".join(inbox.unreported))
        self.unreported.setAccessibleDescription("、".join(inbox.unreported))
