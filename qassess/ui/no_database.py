"""What the window shows when its database cannot be opened: why, that nothing is changed, and the ways on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from qassess.errors import QassessError
from qassess.i18n import _
from qassess.ui.actions import key_of
from qassess.ui.page import Page
from qassess.ui.theme import px
from qassess.ui.widgets import KeyButton, button, column, frame, inside, row, text
from qassess.wording import say_error


class NoDatabase(Page):
    """One card with the reason."""

    name = "nodatabase"
    again_wanted = Signal()
    other_wanted = Signal()
    own_wanted = Signal()

    def __init__(self, refused: QassessError) -> None:
        super().__init__()
        self.bar_left = inside(QWidget(), row(text(_("Quality assessment"), "brand")))
        self.said = text(say_error(refused), wrap=True)
        self.again = KeyButton(_("Try again"), "Enter", look="accent")
        self.again.clicked.connect(lambda *_: self.again_wanted.emit())
        other = KeyButton(_("Open another file…"), key_of("open_file"))
        other.clicked.connect(lambda *_: self.other_wanted.emit())
        own = button(_("Work in the database of this computer"), pressed=self.own_wanted.emit)
        card = frame("card")
        laid = column(
            text(_("The database could not be opened"), "title", wrap=True),
            self.said,
            text(
                _("Nothing in it was changed. Put the stick back or mend what is said above, then try again."),
                "second",
                wrap=True,
            ),
            12,
            row(own, other, None, self.again, spacing=8),
            spacing=10,
        )
        inside(card, laid, 32, 28)
        card.setFixedWidth(px(720))
        inside(self, column(None, row(None, card, None), None))
        self.commands = {"open_file": self.other_wanted.emit}

    def focus_first(self) -> None:
        """Begin at trying again."""
        self.again.setFocus()
