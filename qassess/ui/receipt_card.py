"""The receipt of an export: what is in the file, and a short checksum to read aloud."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from qassess.i18n import _
from qassess.ui.exchange_state import ReceiptState
from qassess.ui.theme import Tokens
from qassess.ui.widgets import IconLine, KeyButton, button, column, frame, inside, row, text


class ReceiptCard(QWidget):
    """Shows one receipt."""

    slip_wanted = Signal()
    folder_wanted = Signal()
    notice = Signal(str)

    def __init__(self, tokens: Tokens, receipt: ReceiptState) -> None:
        super().__init__()
        self._receipt = receipt
        done = IconLine(tokens, "full", "good")
        done.say(_("Written, read back and compared: the file is whole."))
        sealed = IconLine(tokens, "lock", "second")
        sealed.say(_("Sealed with a password. Whoever forgets it cannot open the file.") if receipt.sealed else "")
        missing = IconLine(tokens, "attention", "attention")
        missing.say(receipt.missing)
        self.copy = button(_("Copy as text"), pressed=self._copy)
        self.slip = KeyButton(_("Save the slip as PDF…"), look="accent")
        self.slip.clicked.connect(lambda *_: self.slip_wanted.emit())
        folder = button(_("Open the folder"), pressed=self.folder_wanted.emit)
        card = frame("card")
        laid = column(
            done,
            text(receipt.path.name, "title", wrap=True),
            text(str(receipt.path.parent), "caption", wrap=True),
            6,
            self._contents(),
            6,
            text(_("Short checksum, to read aloud over the telephone"), "label"),
            self._checksum(),
            sealed,
            missing,
            8,
            row(self.copy, folder, None, self.slip, spacing=8),
            spacing=8,
        )
        inside(card, laid, 24, 20)
        inside(self, column(card))

    def _contents(self) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(6)
        for across, title in enumerate((_("Assessed body"), _("Year"), _("Items"), _("Evidence"))):
            grid.addWidget(text(title, "aside"), 0, across)
        for place, line in enumerate(self._receipt.lines, 1):
            for across, words in enumerate((line.body, line.year, line.items, line.evidence)):
                grid.addWidget(text(words, "" if across else "strong", wrap=across == 0), place, across)
        grid.addWidget(text(_("Size"), "aside"), len(self._receipt.lines) + 1, 0)
        grid.addWidget(text(self._receipt.size), len(self._receipt.lines) + 1, 1)
        grid.setColumnStretch(3, 1)
        holder = QWidget()
        holder.setLayout(grid)
        return holder

    def _checksum(self) -> QWidget:
        groups: list[QLabel] = [text(group, "score") for group in self._receipt.checksum]
        holder = inside(QWidget(), row(*groups, None, spacing=22))
        holder.setAccessibleName(_("Short checksum"))
        holder.setAccessibleDescription(" ".join(self._receipt.checksum))
        return holder

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._receipt.text)
        self.notice.emit(_("The receipt is on the clipboard."))
