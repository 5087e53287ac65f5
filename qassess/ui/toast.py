"""A short notice at the foot of the window that goes by itself: what happened, and how to take it back."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from qassess.ui.widgets import button, inside, row, text

SHOWN_FOR = 6_000
"""Milliseconds; long enough to read a line and reach its button."""


class Toast(QFrame):
    """One notice over the foot of its window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("toast")
        self._words = text()
        self._button = button("", look="tiny", pressed=self._on_pressed)
        self._act: Callable[[], object] | None = None
        inside(self, row(self._words, self._button, spacing=16), 16, 8)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def say(self, words: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a notice, with one action if there is something to offer."""
        self._words.setText(words)
        self.setAccessibleName(words)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._act = act
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(SHOWN_FOR)

    @property
    def words(self) -> str:
        """The notice shown, empty when none is."""
        return "" if self.isHidden() else self._words.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the foot of the window when it is resized."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window = self._window
        self.move((window.width() - self.width()) // 2, window.height() - self.height() - 72)

    def _on_pressed(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()
