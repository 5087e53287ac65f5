"""The small set of widgets all screens are made of: they look after the style sheet's properties and accessibility."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from qassess.ui.clipboard import is_for_evidence
from qassess.ui.icons import icon, pixmap
from qassess.ui.theme import Tokens

Part = QWidget | QBoxLayout | int | None
"""What a row or column is made of: a widget, a layout, a gap in pixels, or the rest of the room."""

_Layout = TypeVar("_Layout", bound=QBoxLayout)


def text(words: str = "", role: str = "", *, tone: str = "", wrap: bool = False) -> QLabel:
    """Return a label in one of the style sheet's roles and tones. What users typed is never read as markup."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    label.setProperty("role", role)
    label.setProperty("tone", tone)
    return label


def badge(words: str = "", tone: str = "") -> QLabel:
    """Return a small coloured word of state."""
    label = text(words, tone=tone)
    label.setObjectName("badge")
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return label


def keycap(key: str) -> QLabel:
    """Return a key drawn as a key."""
    label = text(key)
    label.setObjectName("keycap")
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return label


def restyle(widget: QWidget, **properties: str | bool) -> None:
    """Set style properties, and let the style sheet see them, if anything changed."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def frame(name: str) -> QFrame:
    """Return a frame the style sheet knows by name, such as ``card`` or ``topbar``."""
    made = QFrame()
    made.setObjectName(name)
    return made


def row(*parts: Part, spacing: int = 8) -> QHBoxLayout:
    """Lay parts out from left to right; an integer is a gap, ``None`` takes the rest."""
    return _filled(QHBoxLayout(), parts, spacing)


def column(*parts: Part, spacing: int = 8) -> QVBoxLayout:
    """Lay parts out from top to bottom; an integer is a gap, ``None`` takes the rest."""
    return _filled(QVBoxLayout(), parts, spacing)


def _filled(layout: _Layout, parts: tuple[Part, ...], spacing: int) -> _Layout:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for part in parts:
        match part:
            case None:
                layout.addStretch(1)
            case int():
                layout.addSpacing(part)
            case QWidget():
                layout.addWidget(part)
            case _:
                layout.addLayout(part)
    return layout


def inside(holder: QWidget, layout: QBoxLayout, *margins: int) -> QWidget:
    """Put a layout into a widget with margins: one for all sides, or horizontal and vertical."""
    across, down = (margins * 2)[:2] if margins else (0, 0)
    layout.setContentsMargins(across, down, across, down)
    holder.setLayout(layout)
    return holder


def clear(layout: QBoxLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (taken := layout.takeAt(0)) is not None:
        widget, inner = taken.widget(), taken.layout()
        if widget is not None:
            widget.hide()  # a layout shows its widgets a moment later: one without parent would then be a window
            widget.setParent(None)
            widget.deleteLater()
        elif isinstance(inner, QBoxLayout):
            clear(inner)


class KeyButton(QPushButton):
    """A button that shows its key beside its words. The key itself belongs to the action in the menu."""

    def __init__(self, words: str, key: str = "", *, look: str = "", pictured: tuple[str, str] | None = None) -> None:
        super().__init__()
        self.setProperty("look", look)
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._look = look
        self._words = text(words)
        self._worn = [self._words] + ([keycap(key)] if key else [])
        laid = row(None, spacing=8)
        if pictured is not None:
            picture = QLabel()
            picture.setPixmap(pixmap(*pictured))
            laid.addWidget(picture, alignment=Qt.AlignmentFlag.AlignVCenter)
        for label in self._worn:
            laid.addWidget(label, alignment=Qt.AlignmentFlag.AlignVCenter)
        side = {"hero": 20, "flat": 0}.get(look, 6)
        laid.addStretch(1)
        laid.setContentsMargins(side, 0, side, 0)
        self.setLayout(laid)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda *_: self._dress())
        self._dress()

    def _dress(self) -> None:
        worn = "marked" if self.isChecked() else self._look
        if not self.isEnabled():
            worn = "off"
        for label in self._worn:
            restyle(label, worn=worn)

    def changeEvent(self, event: QEvent) -> None:
        """Dress the words anew when the button is switched on or off."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._dress()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter as a press, as its key says."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for room anew: only now the words have the font they are drawn in."""
        super().showEvent(event)
        self.updateGeometry()

    def say(self, words: str) -> None:
        """Change the words on the button."""
        self._words.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size its words and key need; the height is the style sheet's."""
        for label in self._worn:
            label.ensurePolished()
        laid = self.layout()
        if laid is None:
            return super().sizeHint()
        laid.invalidate()
        return QSize(laid.sizeHint().width() + 4, max(super().sizeHint().height(), laid.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """Return the same: words are never cut."""
        return self.sizeHint()


def button(words: str, *, look: str = "", pressed: Callable[[], object] | None = None) -> QPushButton:
    """Return a plain button of one look; ``pressed`` is called without arguments."""
    made = QPushButton(words)
    made.setProperty("look", look)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if pressed is not None:
        made.clicked.connect(lambda *_: pressed())
    return made


class LineField(QLineEdit):
    """A one-line field. Ctrl+Z undoes typing first and, when nothing is left to undo, the last saved input.

    ``finished`` is emitted once when editing ends (focus leaves) with a changed text. ``takes_return`` keeps Enter for
    the field itself, emitted as ``entered``; otherwise Enter is the screen's "accept and next".
    """

    finished = Signal()
    entered = Signal()

    def __init__(self, *, name: str, placeholder: str = "", takes_return: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self._takes_return = takes_return
        self._settled = ""
        self.editingFinished.connect(self._on_editing_finished)

    def show_text(self, words: str) -> None:
        """Show a text that is not the user's typing; the field counts as settled."""
        self._settled = words
        if self.text() != words:
            self.setText(words)

    def settle(self) -> None:
        """Count the present text as dealt with."""
        self._settled = self.text()

    def refuse(self, refused: bool) -> None:
        """Show or clear the mark of a refused input; what was typed stays."""
        restyle(self, refused=refused)

    def _on_editing_finished(self) -> None:
        if self.text() != self._settled:
            self._settled = self.text()
            self.finished.emit()

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z and Ctrl+Y to the window when the field has nothing of its own to undo or redo."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            spent = (event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()) or (
                event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()
            )
            if spent or _is_evidence_paste(event):
                event.ignore()
                return False
            if self._takes_return and _is_plain_return(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Emit ``entered`` for Enter where the field takes it."""
        super().keyPressEvent(event)
        if self._takes_return and _is_plain_return(event):
            self.entered.emit()
            event.accept()


def _is_plain_return(event: QKeyEvent) -> bool:
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == Qt.KeyboardModifier.NoModifier


def _is_evidence_paste(event: QKeyEvent) -> bool:
    """Tell whether Ctrl+V means the screen's evidence and not the field: there are files or a picture to paste."""
    return event.matches(QKeySequence.StandardKey.Paste) and is_for_evidence(QGuiApplication.clipboard().mimeData())


class NoteField(QPlainTextEdit):
    """A field for a few sentences. ``finished`` is emitted when focus leaves it with a changed text; Esc leaves it."""

    finished = Signal()

    def __init__(self, *, name: str, placeholder: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self._settled = ""

    def show_text(self, words: str) -> None:
        """Show a text that is not the user's typing."""
        self._settled = words
        if self.toPlainText() != words:
            self.setPlainText(words)

    def settle(self) -> None:
        """Emit ``finished`` if the text changed since it was shown or settled last."""
        if self.toPlainText() != self._settled:
            self._settled = self.toPlainText()
            self.finished.emit()

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+V to the screen when the clipboard holds evidence."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and _is_evidence_paste(event):
            event.ignore()
            return False
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Settle when focus leaves."""
        super().focusOutEvent(event)
        self.settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Esc leave the field."""
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
            return
        super().keyPressEvent(event)


class ProgressLine(QWidget):
    """A thin line of progress, ``done`` of ``total``; the numbers stand beside it in words."""

    def __init__(self, tokens: Tokens, height: int = 4) -> None:
        super().__init__()
        self._tokens = tokens
        self._done, self._total = 0, 1
        self.setFixedHeight(height)

    def show_progress(self, done: int, total: int) -> None:
        """Show how much is done."""
        self._done, self._total = done, max(total, 1)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        del event
        painter = QPainter(self)
        draw_progress(painter, self._tokens, (0, 0, self.width(), self.height()), self._done, self._total)


def draw_progress(painter: QPainter, tokens: Tokens, place: tuple[int, int, int, int], done: int, total: int) -> None:
    """Draw a line of progress in ``place`` (left, top, width, height)."""
    left, top, width, height = place
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.line))
    if tokens.line == tokens.ink:  # high contrast: the rest is a hairline, so that what is done stands out
        painter.drawRect(left, top + height // 2, width, 1)
    else:
        painter.drawRoundedRect(left, top, width, height, height / 2, height / 2)
    painter.setBrush(QColor(tokens.accent))
    painter.drawRoundedRect(left, top, width * min(done, total) // max(total, 1), height, height / 2, height / 2)


class IconLine(QWidget):
    """An icon and a sentence beside it, in one tone: refusals, warnings, confirmations."""

    def __init__(self, tokens: Tokens, picture: str, tone: str, *, wrap: bool = True) -> None:
        super().__init__()
        self._picture = QLabel()
        self._picture.setPixmap(pixmap(picture, getattr(tokens, tone)))
        self._picture.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._words = text(tone=tone, wrap=wrap)
        if wrap:
            self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._picture.setContentsMargins(0, 3 if wrap else 0, 0, 0)
        laid = row(self._picture, self._words, spacing=8)
        laid.setAlignment(self._picture, Qt.AlignmentFlag.AlignTop if wrap else Qt.AlignmentFlag.AlignVCenter)
        inside(self, laid)

    def say(self, words: str) -> None:
        """Show a sentence, or hide the line for an empty one."""
        self._words.setText(words)
        self.setAccessibleName(words)
        if not words or self.parentWidget() is not None:  # shown without a parent, it would be a window for a moment
            self.setVisible(bool(words))

    @property
    def words(self) -> str:
        """The sentence shown."""
        return self._words.text()


def picture_button(name: str, tokens: Tokens, words: str, *, look: str = "flat") -> QPushButton:
    """Return a button that is only a picture; its words are its tool tip and accessible name."""
    made = QPushButton()
    made.setIcon(icon(name, tokens.second))
    made.setProperty("look", look)
    made.setToolTip(words)
    made.setAccessibleName(words)
    return made
