"""A page that takes one item's input and never lets go of it: saved, or kept as a draft, or the page is not left."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal

from qassess.domain.answers import Entry
from qassess.errors import InputRefused, QassessError
from qassess.ui.backend import Backend
from qassess.ui.item_card import ItemCard
from qassess.ui.page import Page
from qassess.ui.recovery import Recovery
from qassess.ui.refusals import is_half_a_pair, refusal_of, refused_field
from qassess.ui.theme import Tokens
from qassess.wording import say_error

if TYPE_CHECKING:
    from qassess.services.views import AssessmentView

DRAFT_AFTER = 700
"""Milliseconds of quiet after which unfinished typing is kept as a draft."""


class KeepingPage(Page):
    """What :class:`~qassess.ui.checklist.ChecklistPage` does with input. ``card`` shows the item it is for."""

    notice = Signal(str)
    failed = Signal(object)

    def __init__(self, tokens: Tokens, backend: Backend, view: "AssessmentView") -> None:
        super().__init__()
        self._tokens, self._backend, self._view = tokens, backend, view
        self.card: ItemCard | None = None
        self.recovery = Recovery.read(tokens, backend, view)
        self._refused: set[str] = set()
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(DRAFT_AFTER)
        self._draft_timer.timeout.connect(self._keep_draft)

    def _show_list(self) -> None:
        """Show the list of items anew."""
        raise NotImplementedError

    def _take(self, view: "AssessmentView") -> None:
        """Take over what is stored now."""
        raise NotImplementedError

    def _on_edited(self, entry: Entry) -> None:
        """Show the score as one types; nothing is written but, after a pause, a draft."""
        if self.card is None:
            return
        score = self._backend.preview(self._view, self.card.item, entry)
        refused = refusal_of(score)
        self._note_refusal(self.card.item, refused=refused is not None)
        self.card.show_preview(score, say_error(refused) if refused else "", refused_field(refused))
        self._draft_timer.start()

    def _note_refusal(self, item: str, *, refused: bool) -> None:
        before = item in self._refused
        (self._refused.add if refused else self._refused.discard)(item)
        if before != refused:
            self._show_list()

    def _keep_draft(self) -> None:
        if self.card is not None and not self._view.locked and self.card.entry() != self.card.stored:
            try:
                self._draft(self.card)
            except QassessError as failure:
                self.notice.emit(say_error(failure))

    def _draft(self, card: ItemCard) -> None:
        self._backend.keep_draft(self._view.id, card.item, card.entry())
        self.recovery.settle(card.item, self._view, unfinished=True)

    def _on_submitted(self, entry: Entry) -> None:
        """Save an input as soon as it is complete; half a pair is only kept as a draft until one leaves the item."""
        if self.card is None:
            return
        if is_half_a_pair(self._backend.preview(self._view, self.card.item, entry)):
            self._keep_draft()
        else:
            self._save(entry)

    def _save(self, entry: Entry) -> bool:
        """Save an entry; a refused one is kept as a draft and said beside the field. Tell whether it is saved."""
        card = self.card
        if card is None or self._view.locked:
            return True
        self._draft_timer.stop()
        try:
            self._write(card, entry)
        except InputRefused as refused:
            card.show_refusal(say_error(refused), refused_field(refused))
            self._note_refusal(card.item, refused=True)
            self._hold(card, None)
            return False
        except QassessError as failure:
            self._hold(card, failure)
            return False
        self.holds_unsaved = False
        return True

    def _write(self, card: ItemCard, entry: Entry) -> None:
        if entry == card.stored:
            if card.item in self.recovery.unfinished | self._refused:
                self._backend.drop_draft(self._view.id, card.item)
            self.recovery.settle(card.item, self._view, unfinished=False)
            self._note_refusal(card.item, refused=False)
            return
        view = self._backend.record_entry(self._view.id, card.item, entry)
        self._refused.discard(card.item)
        self.recovery.settle(card.item, view, unfinished=False)
        self._take(view)
        card.show_saved(view.entries.get(card.item, Entry()), view.sheet.items[card.item])

    def _hold(self, card: ItemCard, failure: QassessError | None) -> None:
        """Keep as a draft what could not be saved; where even that fails it stays in its fields, and one stays here."""
        try:
            self._draft(card)
            self.holds_unsaved = False
        except QassessError as unkept:
            self.holds_unsaved = True
            failure = failure or unkept
        if failure is not None:
            self.failed.emit(failure)

    def leave(self) -> None:
        """Save what is typed, or keep it as a draft where it is refused."""
        if self.card is not None:
            self.card.editor.settle()
            self._save(self.card.entry())
