"""What a verification found, check by check."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QWidget

from qassess.i18n import _
from qassess.ui.page import Sheet
from qassess.ui.theme import Tokens
from qassess.ui.widgets import IconLine, button, column, inside, row, text
from qassess.wording import say_finding

if TYPE_CHECKING:
    from qassess.services.verify import Finding, Verification


class VerificationDialog(QDialog):
    """One line a finding; what could not be checked says so and is not claimed."""

    def __init__(self, parent: QWidget | None, tokens: Tokens, found: "Verification") -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Verification"))
        self.resize(640, 480)
        verdict = IconLine(tokens, *(("full", "good") if found.intact else ("refused", "wrong")))
        verdict.say(verdict_words(found))
        lines = column(*(_line(tokens, finding) for finding in found.findings), None, spacing=8)
        close = button(_("Close"), look="accent", pressed=self.accept)
        close.setDefault(True)
        content = inside(QWidget(), lines)
        laid = column(
            text(found.path.name, "heading", wrap=True),
            verdict,
            Sheet(content, margins=(0, 8)),
            row(None, close),
            spacing=12,
        )
        inside(self, laid, 24, 20)


def verdict_words(found: "Verification") -> str:
    """Return the verdict in one sentence."""
    if found.intact:
        return _("Intact: every check holds.")
    if not found.signatures:
        return _("Not signed, or the signatures cannot be read.")
    return _("Not intact: at least one check does not hold.")


def _line(tokens: Tokens, finding: "Finding") -> IconLine:
    picture, tone = {True: ("full", "good"), False: ("none", "wrong")}.get(bool(finding.ok), ("none", "wrong"))
    if finding.ok is None:
        picture, tone = "not-applicable", "second"
    line = IconLine(tokens, picture, tone)
    line.say(say_finding(finding.code, finding.values, ok=finding.ok))
    return line
