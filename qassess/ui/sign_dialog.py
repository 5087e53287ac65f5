"""Sign: in which role, with which identity, and what the assessed body's representative says."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QLineEdit, QRadioButton, QWidget

from qassess.i18n import _
from qassess.ui.entry_editors.base import Labelled
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import IconLine, LineField, NoteField, button, column, inside, row, text
from qassess.wording import say_signer

ROLES = ("leader", "member", "representative")


@dataclass(frozen=True, slots=True)
class SignRequest:
    """What was asked for. ``opinion``: the representative's words, else empty."""

    identity: Path
    password: str
    role: str
    opinion: str


class SignDialog(QDialog):
    """Asks for role, identity file and password; refuses beside the fields, not after closing."""

    def __init__(self, parent: QWidget | None, tokens: Tokens, *, role: str, identity: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Sign"))
        self.setMinimumWidth(px(560))
        self.role = QComboBox()
        for known in ROLES:
            self.role.addItem(say_signer(known), known)
        self.role.setAccessibleName(_("Role"))
        self.role.setCurrentIndex(ROLES.index(role))
        self.role.currentIndexChanged.connect(lambda *_: self._show_role())
        self.identity = LineField(name=_("Identity file"), placeholder=".p12 / .pfx")
        self.identity.show_text(identity)
        choose = button(_("Choose…"), pressed=self._choose)
        self.password = LineField(name=_("Password of the identity"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.agrees = QRadioButton(_("Agrees: the facts are correct"))
        self.agrees.setChecked(True)
        self.objects = QRadioButton(_("Objects, with these words"))
        self.words = NoteField(name=_("Words of the representative"))
        self.words.setFixedHeight(px(80))
        opinion = column(self.agrees, self.objects, Labelled(_("Words of the representative"), self.words), spacing=4)
        self._opinion = inside(QWidget(), opinion)
        self.refusal = IconLine(tokens, "refused", "wrong")
        self.refusal.say("")
        self.sign = button(_("Sign"), look="accent", pressed=self._try)
        self.sign.setDefault(True)
        said = _(
            "The signature shows that the file is whole and who signed it by agreement; it is not a certified "
            "electronic seal. Afterwards the content is locked."
        )
        chosen = row(Labelled(_("Identity file"), self.identity), choose, spacing=8)
        chosen.setStretch(0, 1)
        chosen.setAlignment(choose, Qt.AlignmentFlag.AlignBottom)
        laid = column(
            text(_("Sign the report"), "heading"),
            Labelled(_("Role"), self.role),
            chosen,
            Labelled(_("Password of the identity"), self.password),
            self._opinion,
            self.refusal,
            text(said, "caption", wrap=True),
            row(None, button(_("Cancel"), pressed=self.reject), self.sign, spacing=8),
            spacing=12,
        )
        inside(self, laid, 24, 20)
        self._show_role()
        (self.password if identity else self.identity).setFocus()

    def _show_role(self) -> None:
        self._opinion.setVisible(self.role.currentData() == "representative")
        self.adjustSize()

    def _choose(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(
            self, _("Choose your identity"), self.identity.text(), "PKCS#12 (*.p12 *.pfx)"
        )
        if name:
            self.identity.show_text(name)
            self.password.setFocus()

    def _try(self) -> None:
        if not self.identity.text().strip():
            self.refusal.say(_("Choose the file of your identity."))
            self.identity.setFocus()
        elif self.role.currentData() == "representative" and self.objects.isChecked() and not self._said:
            self.refusal.say(_("An objection needs its words."))
            self.words.setFocus()
        else:
            self.accept()

    @property
    def _said(self) -> str:
        return self.words.toPlainText().strip()

    def request(self) -> SignRequest:
        """Return what was asked for."""
        role = str(self.role.currentData())
        opinion = ""
        if role == "representative":
            stand = _("Agrees.") if self.agrees.isChecked() else _("Objects.")
            opinion = f"{stand}{self._said}"
        return SignRequest(Path(self.identity.text().strip()), self.password.text(), role, opinion)
