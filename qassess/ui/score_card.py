"""The live score: the points as one big number, and how they come about in words."""

from fractions import Fraction

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from qassess.domain.score_sheet import ItemScore, State
from qassess.i18n import _
from qassess.ui.theme import Tokens, text_font
from qassess.ui.widgets import IconLine, clear, column, frame, inside, row, text
from qassess.wording import number, say_derivation, say_provisional


class ScoreCard(QWidget):
    """Points at the left, derivation at the right, warnings below it."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self.points = text("—", "score")
        self._full = text("", "second")
        self._lines = column(spacing=4)
        pair = row(self.points, self._full, spacing=4)
        pair.setAlignment(self._full, Qt.AlignmentFlag.AlignBottom)
        self._full.setContentsMargins(0, 0, 0, 7)
        self._figure = inside(QWidget(), column(None, pair, None, spacing=0))
        self._line = frame("vline")
        card = frame("card")
        whole = row(self._figure, self._line, inside(QWidget(), column(None, self._lines, None)), spacing=20)
        whole.setStretch(2, 1)
        inside(card, whole, 18, 14)
        inside(self, column(card))
        self.setAccessibleName(_("Score of this item"))

    def show_score(self, score: ItemScore, *, warning: str = "", is_gate: bool = False) -> None:
        """Show a score with its derivation; a gate gives no points."""
        for part in (self._figure, self._line):
            part.setVisible(not is_gate)
        self.points.setText("—" if score.points is None else number(score.points, 2))
        self._full.setText(_of(score.full))
        fonts = ((self.points, text_font(34, bold=True)), (self._full, text_font(13)))
        widths = [QFontMetrics(font).horizontalAdvance(label.text()) + 4 for label, font in fonts]
        self._figure.setFixedWidth(sum(widths) + 4)  # labels learn their font only when shown; the figure never shrinks
        clear(self._lines)
        lines = self._sentences(score)
        for place, sentence in enumerate(lines):
            last = place == len(lines) - 1 and place > 0
            self._lines.addWidget(text(sentence, "second" if last else "", wrap=True))
        for reason in (*(say_provisional(code) for code in score.provisional), warning):
            if reason:
                line = IconLine(self._tokens, "attention", "attention")
                line.say(reason)
                self._lines.addWidget(line)
        self.setAccessibleDescription(" ".join((self.points.text(), self._full.text(), *lines)))

    def _sentences(self, score: ItemScore) -> tuple[str, ...]:
        match score.state:
            case State.OPEN:
                return (_("Not answered yet; the score appears as you type."),)
            case State.REFUSED:
                return (_("The score appears once this is corrected."),)
            case _:
                return say_derivation(score)


def _of(full: Fraction | None) -> str:
    return _("points") if full is None else _("/ {full} points").format(full=number(full))
