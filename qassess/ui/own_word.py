"""The body's own word beside the verified value: what it claims, one key to take it over, and why one differs."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qassess.domain.answers import Answer
from qassess.domain.scheme import Item
from qassess.domain.score_sheet import ItemScore, State
from qassess.domain.self_assessment import claimed_points
from qassess.i18n import _
from qassess.ui.actions import key_of
from qassess.ui.item_state import answer_words
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import IconLine, KeyButton, NoteField, column, frame, inside, row, text
from qassess.wording import number

if TYPE_CHECKING:
    from qassess.services.views import AssessmentView

REASON_HEIGHT = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWord:
    """What the body says of an item, in words. ``claimed`` are the points it claims, ``None`` for none."""

    words: str
    remark: str
    source: str
    claimed: Fraction | None
    answer: Answer | None


def own_word(view: "AssessmentView", item: Item) -> OwnWord | None:
    """Return the body's own word on an item, ``None`` where it said nothing."""
    entry = view.entries.get(item.id)
    said = entry.self_assessment if entry is not None else None
    if said is None:
        return None
    claimed = claimed_points(view.scheme.scheme, item, view.answers)
    points = _("{points} points").format(points=number(claimed)) if claimed is not None else ""
    answer = answer_words(item, said.answer) if said.answer is not None else ""
    return OwnWord(
        words=" · ".join(filter(None, (points, answer))),
        remark=said.remark,
        source=said.source,
        claimed=claimed,
        answer=said.answer,
    )


class OwnPanel(QWidget):
    """Left the body's word, right why the verified points are others; hidden where the body said nothing."""

    edited = Signal()
    finished = Signal()
    taken = Signal()

    def __init__(self, tokens: Tokens, word: OwnWord | None, reason: str, *, locked: bool) -> None:
        super().__init__()
        self._word = word
        self._differs = False
        self.reason = NoteField(
            name=_("Why it differs from the self-assessment"), placeholder=_("what was found on site")
        )
        self.reason.setFixedHeight(px(REASON_HEIGHT))
        self.reason.show_text(reason)
        self.reason.textChanged.connect(self._on_typed)
        self.reason.finished.connect(self.finished)
        self.take = KeyButton(_("Take over as verified"), key_of("take_over"), look="flat")
        self.take.clicked.connect(lambda *_: self.taken.emit())
        if word is None or word.answer is None or locked:
            self.take.hide()
        self.missing = IconLine(tokens, "attention", "attention")
        self.missing.say("")
        self._heading = text(_("Differs from the self-assessment; say why"), "label")
        self._right = inside(QWidget(), column(self._heading, self.reason, self.missing, None, spacing=4))
        whole = row(inside(QWidget(), self._left()), self._right, spacing=24)
        whole.setStretch(0, 1)
        whole.setStretch(1, 1)
        inside(self, whole)
        if word is None:
            self.hide()

    def _left(self) -> QVBoxLayout:
        word = self._word
        card = frame("card")
        said = column(text(word.words if word is not None and word.words else "—", "strong", wrap=True), spacing=4)
        if word is not None and word.remark:
            said.addWidget(text(_("“{quote}”").format(quote=word.remark), "second", wrap=True))
        inside(card, said, 12, 8)
        if word is not None and word.source:
            card.setToolTip(_("from {file}").format(file=word.source))
        return column(text(_("Self-assessment of the body"), "label"), card, row(self.take, None), None, spacing=4)

    def _on_typed(self) -> None:
        self._say_missing()
        self.edited.emit()

    def show_score(self, score: ItemScore) -> None:
        """Ask for the reason where the verified points are other than those claimed."""
        self._differs = self._is_other(score)
        self._right.setVisible(self._differs or bool(self.reason.toPlainText()))
        self._say_missing()

    def _is_other(self, score: ItemScore) -> bool:
        claimed = self._word.claimed if self._word is not None else None
        return claimed is not None and score.state is State.SCORED and score.points != claimed

    def _say_missing(self) -> None:
        lacks = self._differs and not self.reason.toPlainText().strip()
        self.missing.say(_("Without a reason it cannot be signed.") if lacks else "")
