"""One conflict in full: what both started from, the sides beside each other, and what comes of either choice."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from qassess.i18n import _
from qassess.ui.conflict_state import ConflictState, SideState
from qassess.ui.theme import Tokens
from qassess.ui.widgets import IconLine, LineField, column, frame, inside, keycap, restyle, row, text


class SideCard(QWidget):
    """One side as a card that can be chosen by a click, Space, or its digit."""

    chosen = Signal()

    def __init__(self, side: SideState, digit: int) -> None:
        super().__init__()
        self._card = frame("sidecard")
        key = keycap(str(digit))
        head = row(text(side.title, "strong", wrap=True), key, spacing=8)
        head.setStretch(0, 1)
        head.setAlignment(key, Qt.AlignmentFlag.AlignTop)
        words = [text(sentence, "small", wrap=True) for sentence in side.derivation]
        decided = [text(side.decided, "small", tone="attention", wrap=True)] if side.decided else []
        value = text(side.value, "value" if len(side.value) <= 16 else "strong", wrap=True)
        inside(
            self._card,
            column(
                head,
                text(side.when, "second", wrap=True),
                *decided,
                6,
                value,
                *words,
                None,
                6,
                frame("hline"),
                4,
                _consequence(side),
                spacing=3,
            ),
            18,
            14,
        )
        inside(self, column(self._card))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{side.title} {side.when} {side.value}")
        self.setAccessibleDescription(" ".join((*side.derivation, side.total, side.grade, side.place)))

    def mark(self, *, chosen: bool) -> None:
        """Show whether this is the side that will be taken."""
        restyle(self._card, chosen=chosen)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose by a click."""
        super().mousePressEvent(event)
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by Space."""
        if event.key() == Qt.Key.Key_Space:
            self.chosen.emit()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        restyle(self._card, focused=True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus went on."""
        restyle(self._card, focused=False)
        super().focusOutEvent(event)


def _consequence(side: SideState) -> QWidget:
    """Return what comes of a side: total, grade and place; a field that changes no score has none."""
    laid = row(spacing=6)
    for words, figure in ((_("Total"), side.total), (_("Grade"), side.grade), (_("Place"), side.place)):
        if figure:
            laid.addWidget(text(words, "second"))
            laid.addWidget(text(figure, "fact"))
            laid.addSpacing(10)
    if not side.total:
        laid.addWidget(text(_("Changes no score."), "second"))
    laid.addStretch(1)
    return inside(QWidget(), laid)


class ReasonCard(QWidget):
    """The reason of a decision; asked for, and refused beside the field, where grade or place change."""

    entered = Signal()

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._words = text("", "second", wrap=True)
        self.field = LineField(name=_("Reason"), placeholder=_("why, and on what basis"), takes_return=True)
        self.field.entered.connect(self.entered)
        self.field.textEdited.connect(lambda *_: self.refuse(""))
        self.refusal = IconLine(tokens, "refused", "wrong")
        self.refusal.say("")
        head = row(self._words, keycap("R"), spacing=8)
        head.setStretch(0, 1)
        card = frame("card")
        inside(card, column(head, self.field, self.refusal, spacing=6), 16, 12)
        inside(self, column(card))

    def ask(self, *, needed: bool) -> None:
        """Say whether a reason is needed."""
        self._words.setText(
            _("This decision changes grade or place: give the reason (it is kept in the history and the report).")
            if needed
            else _("Reason (optional; it is kept in the history)")
        )
        restyle(self.field, attention=needed)

    def refuse(self, words: str) -> None:
        """Say beside the field why it is refused; empty clears."""
        self.refusal.say(words)
        self.field.refuse(bool(words))
        if words:
            self.field.setFocus()

    @property
    def reason(self) -> str:
        """What was written."""
        return self.field.text().strip()


class ConflictDetail(QWidget):
    """Everything about one conflict. ``side`` is the one that will be taken, none while an answer is written."""

    side_chosen = Signal(int)

    def __init__(self, tokens: Tokens, conflict: ConflictState) -> None:
        super().__init__()
        self._tokens = tokens
        self.sides = tuple(SideCard(side, place + 1) for place, side in enumerate(conflict.sides))
        warning = IconLine(tokens, "attention", "attention")
        warning.say(conflict.warning)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(14)
        for place, card in enumerate(self.sides):
            grid.addWidget(card, place // 2, place % 2)
            card.chosen.connect(lambda place=place: self.side_chosen.emit(place))
        for across in range(2):
            grid.setColumnStretch(across, 1)
        holder = QWidget()
        holder.setLayout(grid)
        self.editing = column()
        inside(
            self,
            column(
                text(conflict.place, "second", wrap=True),
                text(conflict.title, "title", wrap=True),
                4,
                self._base(conflict),
                warning,
                holder,
                inside(QWidget(), self.editing),
                spacing=8,
            ),
        )

    def _base(self, conflict: ConflictState) -> QWidget:
        card = frame("card")
        words = text(conflict.base or _("nothing entered yet"), "fact", wrap=True)
        laid = row(text(_("All sides started from:"), "second"), words, spacing=6)
        laid.setStretch(1, 1)
        return inside(card, laid, 16, 11)

    def mark(self, chosen: int | None) -> None:
        """Show which side will be taken."""
        for place, card in enumerate(self.sides):
            card.mark(chosen=place == chosen)
