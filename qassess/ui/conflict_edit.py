"""Writes the value of a conflict by hand: with the item's own editor and its live score, or as words."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from qassess.domain.answers import Answer
from qassess.domain.score_sheet import ItemScore, State
from qassess.i18n import _
from qassess.ui.conflict_state import ConflictState, Decision
from qassess.ui.entry_editors.base import EntryEditor
from qassess.ui.entry_editors.choose import item_editor
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import IconLine, NoteField, button, clear, column, frame, inside, row, text
from qassess.wording import number, say_derivation

Preview = Callable[[Answer], ItemScore | None]


class EditCard(QWidget):
    """``closed`` is emitted when the sides are to be chosen from again."""

    closed = Signal()

    def __init__(self, tokens: Tokens, conflict: ConflictState, preview: Preview) -> None:
        super().__init__()
        self._preview = preview
        self.editor: EntryEditor | None = None
        self.words: NoteField | None = None
        self._lines = column(spacing=2)
        self.refusal = IconLine(tokens, "refused", "wrong")
        self.refusal.say("")
        back = button(_("Back to the sides"), look="tiny", pressed=self.closed.emit)
        head = row(text(_("Written by hand"), "strong"), None, back)
        card = frame("card")
        laid = column(head, self._field(tokens, conflict), self._lines, self.refusal, spacing=8)
        inside(card, laid, 16, 12)
        inside(self, column(card))

    def _field(self, tokens: Tokens, conflict: ConflictState) -> QWidget:
        if conflict.item is not None:
            self.editor = item_editor(conflict.item, tokens)
            self.editor.show_answer(conflict.answer or Answer())
            self.editor.edited.connect(self._on_edited)
            self.editor.finished.connect(self._on_edited)
            self._on_edited()
            return self.editor
        self.words = NoteField(name=_("Words"))
        self.words.setFixedHeight(px(96))
        self.words.show_text(conflict.text or "")
        return self.words

    def _on_edited(self) -> None:
        if self.editor is None:
            return
        score = self._preview(self.editor.answer())
        clear(self._lines)
        if score is None or score.state is State.OPEN:
            return
        if score.points is not None:
            self._lines.addWidget(text(_("{points} points").format(points=number(score.points, 2)), "strong"))
        for sentence in say_derivation(score):
            self._lines.addWidget(text(sentence, "small", wrap=True))

    def focus_first(self) -> None:
        """Begin where the value is written."""
        if self.editor is not None:
            self.editor.focus_first()
        elif self.words is not None:
            self.words.setFocus()

    def refuse(self, words: str) -> None:
        """Say why the value is refused; what was typed stays."""
        self.refusal.say(words)

    def decision(self, reason: str) -> Decision:
        """Return what was written."""
        if self.editor is not None:
            return Decision(answer=self.editor.answer(), reason=reason)
        return Decision(text=self.words.toPlainText() if self.words is not None else "", reason=reason)

    def press_digit(self, digit: int) -> bool:
        """Give a digit key to the editor."""
        return self.editor is not None and self.editor.press_digit(digit)
