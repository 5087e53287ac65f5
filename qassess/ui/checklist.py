"""The checklist page: takes what is typed to the services and shows what comes back. No arithmetic, no query here."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from qassess.domain.answers import Entry
from qassess.domain.scheme import Item
from qassess.domain.score_sheet import ItemScore, State
from qassess.errors import InputRefused, QassessError
from qassess.i18n import _
from qassess.ui.backend import Backend
from qassess.ui.checklist_bar import ChecklistBar
from qassess.ui.checklist_rows import FINISHED, Filter, listed, rows_of
from qassess.ui.dialogs import ReasonDialog
from qassess.ui.item_card import CardFoot, ItemCard
from qassess.ui.item_state import item_state
from qassess.ui.page import Page
from qassess.ui.panel_state import panel_state
from qassess.ui.sections_list import SectionsList
from qassess.ui.side_panel import SidePanel
from qassess.ui.texts import shown
from qassess.ui.theme import Tokens
from qassess.ui.widgets import clear, column, inside, row
from qassess.wording import number, say_error

if TYPE_CHECKING:
    from qassess.services.edits import UndoResult
    from qassess.services.views import AssessmentView

DRAFT_AFTER = 700
"""Milliseconds of quiet after which unfinished typing is kept as a draft."""


class ChecklistPage(Page):
    """One assessment's checklist."""

    name = "checklist"
    home_wanted = Signal()
    review_wanted = Signal(str)
    agreement_wanted = Signal(str)
    notice = Signal(str)
    failed = Signal(object)

    def __init__(
        self, tokens: Tokens, backend: Backend, view: "AssessmentView", *, author: str, touch: bool, start: str | None
    ) -> None:
        super().__init__()
        self._tokens, self._backend, self._view, self._author = tokens, backend, view, author
        self.card: ItemCard | None = None
        self._middle = column()
        self.sections = SectionsList(tokens, touch=touch)
        self.panel = SidePanel(tokens)
        self.foot = CardFoot()
        self.bar = ChecklistBar(tokens, view)
        self.bar_left, self.bar_right = self.bar.left, self.bar.right
        centre = inside(QWidget(), column(inside(QWidget(), self._middle), self.foot, spacing=0))
        whole = row(self.sections, centre, self.panel, spacing=0)
        whole.setStretch(1, 1)
        inside(self, whole)
        self._open_sections: frozenset[str] = frozenset()
        self._refused: set[str] = set()
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(DRAFT_AFTER)
        self._draft_timer.timeout.connect(self._keep_draft)
        self._connect()
        self.go_to(start if start in {item.id for item in self._items} else self._items[0].id)

    def _connect(self) -> None:
        self.sections.item_chosen.connect(self.go_to)
        self.sections.section_toggled.connect(self._on_section)
        self.sections.looked_for.connect(self._show_list)
        self.panel.file_given.connect(self.attach)
        self.panel.file_wanted.connect(self._choose_file)
        self.panel.evidence_opened.connect(self._open_evidence)
        self.panel.evidence_removed.connect(self._detach)
        self.panel.restored.connect(self._restore)
        self.bar.back.clicked.connect(lambda *_: self.home_wanted.emit())
        self.commands = {
            "accept": self.accept,
            "next": lambda: self._step(1),
            "previous": lambda: self._step(-1),
            "flag": self._toggle_flag,
            "note": self._begin_note,
            "not_applicable": lambda: self.card.open_inapplicable() if self.card else None,
            "adjust": lambda: self.card.open_adjustment() if self.card else None,
            "evidence": self._choose_file,
            "undo": self.undo,
            "redo": self.redo,
            "review": self._review,
            "agreement": lambda: self.agreement_wanted.emit(self._view.id),
            "panel": lambda: self.panel.setVisible(self.panel.isHidden()),
            "back": self.home_wanted.emit,
            "find": self.begin_find,
        }
        for name, pressed in (
            ("accept", self.foot.accept),
            ("previous", self.foot.previous),
            ("not_applicable", self.foot.inapplicable),
            ("adjust", self.foot.adjust),
            ("undo", self.bar.undo),
            ("redo", self.bar.redo),
            ("review", self.bar.review),
        ):
            pressed.clicked.connect(_without_arguments(self.commands[name]))
        self.bar.reopen.clicked.connect(lambda *_: self._ask_to_reopen())
        self.foot.history.clicked.connect(lambda *_: self.panel.show_history())
        for digit in range(10):
            key = QShortcut(QKeySequence(str(digit)), self)
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.activated.connect(lambda digit=digit: self.card.press_digit(digit) if self.card else None)

    @property
    def _items(self) -> tuple[Item, ...]:
        return self._view.checklist.items

    def assessments(self) -> tuple[str, ...]:
        """Return the assessment shown."""
        return (self._view.id,)

    @property
    def item(self) -> Item:
        """The item shown."""
        current = self.card.item if self.card is not None else self._items[0].id
        return next(item for item in self._items if item.id == current)

    def go_to(self, item_id: str) -> None:
        """Show an item; what was typed in the one before is saved or kept as a draft first."""
        if self.card is not None and self.card.item == item_id:
            self.card.editor.focus_first()
            return
        self.leave()
        self._show_item(item_id)
        self._backend.remember_place(self._view.id, item_id)

    def _show_item(self, item_id: str) -> None:
        item = next(known for known in self._items if known.id == item_id)
        draft = None if self._view.locked else self._backend.draft(self._view.id, item_id)
        changes = self._backend.history(self._view.id, item_id)
        state = item_state(self._view, item, draft, len(changes))
        self.card = None
        clear(self._middle)
        self.card = ItemCard(self._tokens, state)
        self.card.edited.connect(self._on_edited)
        self.card.submitted.connect(self._on_submitted)
        self._middle.addWidget(self.card)
        self._open_sections = frozenset({item.section})
        self.foot.history.setText(_("History {count}").format(count=len(changes)))
        self.foot.allow(not self._view.locked)
        self._show_list()
        self._show_panel()
        if state.draft is not None:
            self._on_edited(state.draft)
        self._draft_timer.stop()
        self.focus_first()

    def focus_first(self) -> None:
        """Begin where the answer is given."""
        if self.card is not None:
            self.card.editor.focus_first()

    def _show_panel(self) -> None:
        changes = self._backend.history(self._view.id, self.item.id)
        self.panel.show_state(panel_state(self._view, self.item, changes, self._backend.now()))
        self.foot.history.setText(_("History {count}").format(count=len(changes)))

    def _show_list(self) -> None:
        view, chosen, query = self._view, self.sections.chosen, self.sections.find_box.text()
        kept = listed(view, chosen, query, self._author)
        narrowed = chosen is not Filter.ALL or bool(query.strip())
        opened = frozenset(item.section for item in kept) if narrowed else self._open_sections
        total = view.sheet.total_unrounded
        foot = _("{done} of {asked} answered · {points} points so far").format(
            done=view.answered, asked=len(self._items), points="—" if total is None else number(total, 2)
        )
        self.sections.show_counts({which: len(listed(view, which, "", self._author)) for which in Filter})
        self.sections.show_rows(rows_of(view, kept, opened, frozenset(self._refused)), self.item.id, foot)
        self.bar.show_view(view)

    def _on_section(self, section: str) -> None:
        self._open_sections = self._open_sections ^ {section}
        self._show_list()

    def _on_edited(self, entry: Entry) -> None:
        """Show the score as one types; nothing is written but, after a pause, a draft."""
        if self.card is None:
            return
        score = self._backend.preview(self._view, self.card.item, entry)
        refused = _refusal(score)
        self._note_refusal(self.card.item, refused=refused is not None)
        self.card.show_preview(score, say_error(refused) if refused else "", _field(refused))
        self._draft_timer.start()

    def _note_refusal(self, item: str, *, refused: bool) -> None:
        before = item in self._refused
        (self._refused.add if refused else self._refused.discard)(item)
        if before != refused:
            self._show_list()

    def _keep_draft(self) -> None:
        if self.card is not None and not self._view.locked and self.card.entry() != self.card.stored:
            self._backend.keep_draft(self._view.id, self.card.item, self.card.entry())

    def _on_submitted(self, entry: Entry) -> None:
        """Save an input as soon as it is complete; half a pair is only kept as a draft until one leaves the item."""
        if self.card is None:
            return
        if _is_half_a_pair(self._backend.preview(self._view, self.card.item, entry)):
            self._keep_draft()
        else:
            self._save(entry)

    def _save(self, entry: Entry) -> bool:
        """Save an entry; a refused one is kept as a draft and said beside the field. Tell whether it is saved."""
        card = self.card
        if card is None or self._view.locked:
            return True
        self._draft_timer.stop()
        if entry == card.stored:
            self._backend.drop_draft(self._view.id, card.item)
            self._note_refusal(card.item, refused=False)
            return True
        try:
            view = self._backend.record_entry(self._view.id, card.item, entry)
        except InputRefused as refused:
            self._backend.keep_draft(self._view.id, card.item, entry)
            card.show_refusal(say_error(refused), _field(refused))
            self._note_refusal(card.item, refused=True)
            return False
        except QassessError as failure:
            self._backend.keep_draft(self._view.id, card.item, entry)
            self.failed.emit(failure)
            return False
        self._refused.discard(card.item)
        self._take(view)
        card.show_saved(view.entries.get(card.item, Entry()), view.sheet.items[card.item])
        return True

    def _take(self, view: "AssessmentView") -> None:
        self._view = view
        self._show_list()
        self._show_panel()

    def leave(self) -> None:
        """Save what is typed, or keep it as a draft where it is refused."""
        if self.card is not None:
            self.card.editor.settle()
            self._save(self.card.entry())

    def accept(self) -> None:
        """Save, and go to the next open item; stay where the input is refused."""
        if self.card is None or not self._save(self.card.entry()):
            return
        self.card.editor.settle()
        states = self._view.sheet.items
        ids = [item.id for item in self._items]
        here = ids.index(self.card.item)
        following = next((known for known in ids[here + 1 :] + ids[:here] if states[known].state not in FINISHED), None)
        if following is None:
            self.notice.emit(_("Every item is answered. Next: check and sign."))
            self._step(1)
        else:
            self.go_to(following)

    def _step(self, by: int) -> None:
        ids = [item.id for item in self._items]
        place = ids.index(self.item.id) + by
        if 0 <= place < len(ids):
            self.go_to(ids[place])

    def undo(self) -> None:
        """Undo the latest edit and show the item it touched."""
        self._take_back(self._backend.undo, _("Undone: {title}"))

    def redo(self) -> None:
        """Write the latest undone edit again."""
        self._take_back(self._backend.redo, _("Done again: {title}"))

    def _take_back(self, step: "Callable[[str], UndoResult]", words: str) -> None:
        self.leave()
        try:
            result = step(self._view.id)
        except QassessError as refused:
            self.failed.emit(refused)
            return
        self._view = result.view
        if not result.done:
            self.notice.emit(_("Nothing more to take back here"))
            return
        touched = result.item_id or self.item.id
        self._show_item(touched)
        title = shown(self.item.title) if result.item_id else _("agreement")
        self.notice.emit(words.format(title=title))

    def _ask_to_reopen(self) -> None:
        dialog = ReasonDialog(
            self,
            _("Take the assessment up again"),
            _("The signed version stays as it is; the report made next will say that it replaces it."),
            _("Take up again"),
        )
        if dialog.exec():
            self.reopen(dialog.reason.text())
        dialog.deleteLater()

    def reopen(self, reason: str) -> None:
        """Take the signed assessment up again as a superseding version."""
        self._change(lambda: self._backend.reopen(self._view.id, reason))

    def _toggle_flag(self) -> None:
        if self.card is not None and not self._view.locked:
            self.card.flag.toggle()
            self.card.submit()

    def _begin_note(self) -> None:
        if self.card is not None:
            self.card.note.setFocus()

    def _choose_file(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(self, _("Choose evidence"))
        for name in names:
            self.attach(Path(name))

    def attach(self, path: Path) -> None:
        """Attach a file to the item shown."""
        self._change(lambda: self._backend.attach_evidence(self._view.id, self.item.id, path))

    def _detach(self, sha256: str) -> None:
        self._change(lambda: self._backend.detach_evidence(self._view.id, self.item.id, sha256))

    def _restore(self, revision: str) -> None:
        self._change(lambda: self._backend.restore(self._view.id, self.item.id, revision))
        self.notice.emit(_("The earlier version is in force again; Ctrl+Z takes it back"))

    def _change(self, change: "Callable[[], AssessmentView]") -> None:
        """Do something to the item shown, then show it anew."""
        self.leave()
        try:
            self._view = change()
        except QassessError as refused:
            self.failed.emit(refused)
            return
        self._show_item(self.item.id)

    def _open_evidence(self, sha256: str) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._backend.evidence_file(sha256))))

    def _review(self) -> None:
        self.leave()
        self.review_wanted.emit(self._view.id)

    def begin_find(self) -> None:
        """Put the focus into the find box."""
        self.sections.find_box.setFocus()
        self.sections.find_box.selectAll()


def _refusal(score: ItemScore) -> InputRefused | None:
    """Return a refused score's reason as the error it would be when saved."""
    if score.state is not State.REFUSED:
        return None
    fact = next((known for known in score.derivation if known.code.startswith("refused.")), None)
    if fact is None:
        return None
    values = {name: value if isinstance(value, int) else str(value) for name, value in fact.values.items()}
    return InputRefused(fact.code.removeprefix("refused."), **values)


def _is_half_a_pair(score: ItemScore) -> bool:
    halves = ("missing.numerator", "missing.denominator")
    return score.state is State.INCOMPLETE and any(fact.code in halves for fact in score.derivation)


def _field(refused: InputRefused | None) -> str:
    return "" if refused is None else str(refused.values.get("field", ""))


def _without_arguments(act: Callable[[], object]) -> Callable[..., object]:
    return lambda *_: act()
