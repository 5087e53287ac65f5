"""The page shown while the services are imported and the database is opened."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from qassess.i18n import _
from qassess.ui.page import Page
from qassess.ui.widgets import column, inside, row, text


class Loading(Page):
    """One sentence in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.bar_left = inside(QWidget(), row(text(_("Quality assessment"), "brand")))
        words = text(_("Opening the database…"), "second")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside(self, column(words))
