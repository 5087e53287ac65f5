"""The checklist's part of the top bar: whose it is, that it is saved, undo and redo, and the way to sign."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from qassess.i18n import _
from qassess.ui.actions import key_of
from qassess.ui.texts import clock_time, round_words, shown
from qassess.ui.theme import Tokens
from qassess.ui.widgets import IconLine, KeyButton, badge, inside, picture_button, row, text

if TYPE_CHECKING:
    from qassess.services.views import AssessmentView


class ChecklistBar:
    """Two strips for the window's top bar."""

    def __init__(self, tokens: Tokens, view: "AssessmentView") -> None:
        self.back = KeyButton(_("Home"), look="flat", pictured=("back", tokens.second))
        self.saved = IconLine(tokens, "full", "good", wrap=False)
        self.undo = picture_button("undo", tokens, _("Undo ({key})").format(key=key_of("undo")))
        self.redo = picture_button("redo", tokens, _("Redo ({key})").format(key=key_of("redo")))
        self.review = KeyButton(_("Check and sign"), look="accent")
        self.reopen = KeyButton(_("Take up again…"))
        self.reopen.setVisible(view.locked)
        for known in (self.back, self.reopen, self.undo, self.redo, self.review):
            known.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        left = row(self.back, text(assessment_title(view), "bar-title"), spacing=12)
        for words, tone in badges(view):
            left.addWidget(badge(words, tone))
        self.left = inside(QWidget(), left)
        self.right = inside(QWidget(), row(self.saved, self.reopen, self.undo, self.redo, self.review, spacing=8))
        self.show_view(view)

    def show_view(self, view: "AssessmentView") -> None:
        """Show when it was saved last, and what can be taken back."""
        self.saved.say(_("Saved {time}").format(time=clock_time(view.saved_at)) if view.saved_at else "")
        self.reopen.setVisible(view.locked)
        self.undo.setEnabled(view.can_undo and not view.locked)
        self.redo.setEnabled(view.can_redo and not view.locked)


def assessment_title(view: "AssessmentView") -> str:
    """Return whose assessment of which round it is."""
    return _("{body} · {round}").format(body=view.body.name, round=round_words(view.record.year, view.record.round))


def badges(view: "AssessmentView") -> list[tuple[str, str]]:
    """Return what has to be said of the assessment on every screen: words and tone."""
    found = []
    if view.scheme.scheme.status == "sample":
        found.append((shown(view.scheme.scheme.notice) or _("sample scheme, not official"), "attention"))
    if view.locked:
        found.append((_("signed, locked"), "accent"))
    return found
