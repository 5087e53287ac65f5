"""Asks for the password of one sealed file, in place: given, or the file is left out."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from qassess.i18n import _
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import IconLine, LineField, button, column, frame, inside, row


class PasswordCard(QWidget):
    """One file at a time. ``given`` carries the file and the password, ``skipped`` the file that is left out."""

    given = Signal(object, str)
    skipped = Signal(object)

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._path = Path()
        self._words = IconLine(tokens, "lock", "attention", wrap=False)
        self.field = LineField(name=_("Password of the file"), placeholder=_("Password of the file"), takes_return=True)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setFixedWidth(px(260))
        self.field.entered.connect(self._give)
        self.refusal = IconLine(tokens, "refused", "wrong", wrap=False)
        self.refusal.say("")
        unlock = button(_("Unlock"), pressed=self._give)
        skip = button(_("Leave it out"), look="flat", pressed=lambda: self.skipped.emit(self._path))
        card = frame("card")
        laid = column(row(self._words, None, self.field, unlock, skip, spacing=8), self.refusal, spacing=4)
        inside(card, laid, 16, 10)
        inside(self, column(card))
        self.hide()

    @property
    def path(self) -> Path:
        """The file asked about."""
        return self._path

    def ask(self, path: Path, *, wrong: bool) -> None:
        """Ask for a file's password; ``wrong`` says that the last one did not open it."""
        self._path = path
        self._words.say(_("{file} is sealed with a password.").format(file=path.name))
        self.refusal.say(
            _("This password does not open the file. Look for capital letters and spaces.") if wrong else ""
        )
        self.field.refuse(wrong)
        self.field.clear()
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self) -> None:
        if self.field.text():
            self.given.emit(self._path, self.field.text())
