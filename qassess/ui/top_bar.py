"""The bar over all pages: the page's own part at the left and right, the menus between."""

from PySide6.QtWidgets import QHBoxLayout, QMenuBar, QWidget

from qassess.ui.page import Page
from qassess.ui.theme import px
from qassess.ui.widgets import column, frame, inside

HEIGHT = 48


class TopBar(QWidget):
    """Shows the parts of one page at a time."""

    def __init__(self, menus: QMenuBar) -> None:
        super().__init__()
        self._shown: tuple[QWidget, ...] = ()
        bar = frame("topbar")
        bar.setFixedHeight(px(HEIGHT))
        self._line = QHBoxLayout(bar)
        self._line.setContentsMargins(16, 0, 16, 0)
        self._line.setSpacing(12)
        self._line.addStretch(1)
        self._line.addWidget(menus)
        inside(self, column(bar))

    def show_page(self, page: Page) -> None:
        """Show a page's parts of the bar; those of the last page go back to it."""
        for part in self._shown:
            self._line.removeWidget(part)
            part.hide()
            part.setParent(None)
        self._shown = (page.bar_left, page.bar_right)
        self._line.insertWidget(0, page.bar_left)
        self._line.addWidget(page.bar_right)
        for part in self._shown:
            part.show()
