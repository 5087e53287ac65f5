"""What every page of the window is: a widget with its own part of the top bar."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from qassess.ui.theme import px
from qassess.ui.widgets import inside, row


class Page(QWidget):
    """One screen. ``bar_left`` and ``bar_right`` are shown in the top bar while the page is.

    ``commands`` says what the window's actions do while this page is shown, by the action's name.
    """

    name = ""
    holds_unsaved = False
    """What is typed could neither be saved nor kept as a draft: the page is not left until it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.commands: Mapping[str, Callable[[], object]] = {}
        self.bar_left: QWidget = inside(QWidget(), row())
        self.bar_right: QWidget = inside(QWidget(), row())

    def assessments(self) -> tuple[str, ...]:
        """Return the assessments the page is about: what an export begins with."""
        return ()

    def whereabouts(self) -> str:
        """Return what one is at, in words: said when something goes wrong here."""
        return ""

    def leave(self) -> None:
        """Keep what is typed; called before another page is shown and before the window closes."""

    def focus_first(self) -> None:
        """Put the focus where one goes on; called when the page is shown."""

    def begin_find(self) -> None:
        """Put the focus into the page's find field, if it has one."""


class Sheet(QScrollArea):
    """A page's scrolling middle: one column, no wider than reads well, scrolling only when it must."""

    def __init__(self, content: QWidget, *, widest: int = 1174, margins: tuple[int, int] = (0, 28)) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = content
        self._widest = px(widest)
        self._margins = margins
        self._holder = QWidget()
        inside(self._holder, row(content, spacing=0), 0, margins[1])
        self.setWidget(self._holder)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column in the middle."""
        super().resizeEvent(event)
        side = max((self.viewport().width() - self._widest) // 2, self._margins[0])
        laid = self._holder.layout()
        if laid is not None:
            laid.setContentsMargins(side, self._margins[1], side, self._margins[1])
