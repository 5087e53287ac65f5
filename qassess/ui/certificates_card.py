"""Certificates: for whom, which way up, and who gets none and why, before the first is drawn."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from qassess.i18n import _, ngettext
from qassess.ui.page import Sheet
from qassess.ui.results_state import Refusal
from qassess.ui.theme import Tokens
from qassess.ui.widgets import IconLine, KeyButton, button, clear, column, frame, inside, row, text

LIST_HEIGHT, LINE_HEIGHT = 132, 24


class CertificatesCard(QWidget):
    """``wanted`` says whether the certificates lie across."""

    wanted = Signal(bool)
    closed = Signal()

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._words = text("", "small", wrap=True)
        self.portrait = QRadioButton(_("Portrait"))
        self.portrait.setChecked(True)
        self.landscape = QRadioButton(_("Landscape"))
        group = QButtonGroup(self)
        for choice in (self.portrait, self.landscape):
            group.addButton(choice)
        self.make = KeyButton(_("Make certificates…"), look="accent")
        self.make.clicked.connect(lambda *_: self.wanted.emit(self.landscape.isChecked()))
        close = button(_("Close"), look="flat", pressed=self.closed.emit)
        self._lines = column(spacing=4)
        self._list = Sheet(inside(QWidget(), self._lines), widest=960, margins=(0, 4))
        card = frame("card")
        head = row(text(_("Certificates"), "heading"), None, self.portrait, self.landscape, spacing=12)
        inside(card, column(head, self._words, self._list, row(None, close, self.make, spacing=8), spacing=8), 20, 12)
        inside(self, column(card))
        self.hide()

    def open_for(self, bodies: int) -> None:
        """Begin: who gets none is still being looked for."""
        self._words.setText(_("Checking the basis of every certificate…"))
        self._bodies = bodies
        self.make.setEnabled(False)
        self._list.hide()
        self.show()

    def show_refusals(self, refusals: Sequence[Refusal]) -> None:
        """Show who gets no certificate, and how many will be made."""
        clear(self._lines)
        for refusal in refusals:
            line = IconLine(self._tokens, "refused", "wrong")
            line.say(_("{body}: {why}").format(body=refusal.body, why=refusal.words))
            self._lines.addWidget(line)
        self._lines.addStretch(1)
        refused = len({refusal.body for refusal in refusals})
        count = max(self._bodies - refused, 0)
        made = ngettext("{count} certificate can be made.", "{count} certificates can be made.", count)
        self._words.setText(made.format(count=count) if not refusals else self._both(count, refused))
        self._list.setFixedHeight(min(len(refusals) * LINE_HEIGHT + 16, LIST_HEIGHT))
        self._list.setVisible(bool(refusals))
        self.make.say(ngettext("Make {count} certificate…", "Make {count} certificates…", count).format(count=count))
        self.make.setEnabled(count > 0)
        (self.make if count else self.portrait).setFocus()

    def _both(self, count: int, refused: int) -> str:
        return _("{count} can be made, {refused} cannot: mend the basis first, or leave them out.").format(
            count=count, refused=refused
        )
