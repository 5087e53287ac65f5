"""The checklist page: takes what is typed to the services and shows what comes back. No arithmetic, no query here."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from qassess.domain.answers import Entry
from qassess.domain.scheme import Item
from qassess.errors import QassessError
from qassess.i18n import _
from qassess.ui.backend import Backend, Unfinished
from qassess.ui.checklist_bar import ChecklistBar
from qassess.ui.checklist_rows import FINISHED, Filter, listed, rows_of
from qassess.ui.dialogs import ReasonDialog
from qassess.ui.evidence_desk import EvidenceDesk
from qassess.ui.item_card import CardFoot, ItemCard
from qassess.ui.item_state import item_state
from qassess.ui.jobs import JobRunner
from qassess.ui.keeping_page import KeepingPage
from qassess.ui.own_desk import OwnDesk
from qassess.ui.own_word import own_word
from qassess.ui.panel_state import panel_state
from qassess.ui.quick_menus import after, jump_menu, phrase_menu, popup, put_into
from qassess.ui.sections_list import SectionsList
from qassess.ui.side_panel import SidePanel
from qassess.ui.texts import shown
from qassess.ui.theme import Tokens, is_large
from qassess.ui.widgets import clear, column, inside, row
from qassess.wording import number

if TYPE_CHECKING:
    from qassess.services.edits import UndoResult
    from qassess.services.views import AssessmentView


class ChecklistPage(KeepingPage):
    """One assessment's checklist."""

    name = "checklist"
    home_wanted = Signal()
    review_wanted = Signal(str)
    agreement_wanted = Signal(str)
    offered = Signal(str, str, object)
    phrases_changed = Signal(tuple)

    def __init__(
        self,
        tokens: Tokens,
        backend: Backend,
        runner: JobRunner,
        view: "AssessmentView",
        *,
        author: str,
        touch: bool,
        start: str | None,
    ) -> None:
        super().__init__(tokens, backend, view)
        self._author = author
        self.phrases: tuple[str, ...] = ()
        self._middle = column()
        self.sections = SectionsList(tokens, touch=touch)
        self.panel = SidePanel(tokens)
        self.evidence = EvidenceDesk(self, tokens, backend, runner, self.panel)
        self.own = OwnDesk(self, backend, runner, view)
        self.panel.setHidden(is_large())
        self.foot = CardFoot()
        self.bar = ChecklistBar(tokens, view)
        self.bar_left, self.bar_right = self.bar.left, self.bar.right
        centre = inside(QWidget(), column(self.recovery.bar, inside(QWidget(), self._middle), self.foot, spacing=0))
        whole = row(self.sections, centre, self.panel, spacing=0)
        whole.setStretch(1, 1)
        inside(self, whole)
        self._open_sections: frozenset[str] = frozenset()
        self._connect()
        self.go_to(start if start in {item.id for item in self._items} else self._items[0].id)

    def _connect(self) -> None:
        self.sections.item_chosen.connect(self.go_to)
        self.sections.section_toggled.connect(self._on_section)
        self.sections.looked_for.connect(self._show_list)
        self.evidence.changed.connect(self._on_evidence)
        self.evidence.undoable.connect(lambda words: self.offered.emit(words, _("Undo"), self.undo))
        self.evidence.notice.connect(self.notice)
        self.evidence.failed.connect(self.failed)
        self.own.changed.connect(self._on_own_word)
        self.own.undoable.connect(lambda words: self.offered.emit(words, _("Undo"), self.undo))
        self.own.notice.connect(self.notice)
        self.own.failed.connect(self.failed)
        self.own.looked.connect(self._show_panel)
        self.panel.restored.connect(self._restore)
        self.recovery.bar.looked.connect(lambda: self.go_to(next(iter(self.recovery.earlier))))
        self.recovery.bar.kept.connect(self.keep_recovered)
        self.recovery.bar.discarded.connect(self.discard_recovered)
        self.bar.back.clicked.connect(lambda *_: self.home_wanted.emit())
        self.commands = {
            "accept": self.accept,
            "next": lambda: self._step(1),
            "previous": lambda: self._step(-1),
            "flag": self._toggle_flag,
            "note": self._begin_note,
            "not_applicable": lambda: self.card.open_inapplicable() if self.card else None,
            "adjust": lambda: self.card.open_adjustment() if self.card else None,
            "evidence": self.evidence.choose,
            "paste": self.evidence.paste,
            "stored_evidence": self.evidence.choose_stored,
            "take_over": self.take_over,
            "self_import": self.own.choose_form,
            "self_form": lambda: self.own.choose_place(self._view),
            "undo": self.undo,
            "redo": self.redo,
            "review": self._review,
            "agreement": lambda: self.agreement_wanted.emit(self._view.id),
            "panel": lambda: self.panel.setVisible(self.panel.isHidden()),
            "back": self.home_wanted.emit,
            "find": self.begin_find,
            "phrase": self.offer_phrases,
            "obstacles": self.offer_obstacles,
            "next_obstacle": self.to_next_obstacle,
            "keep_recovered": self.keep_recovered,
            "discard_recovered": self.discard_recovered,
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
        if self.holds_unsaved:
            return
        try:
            self._show_item(item_id)
            self._backend.remember_place(self._view.id, item_id)
        except QassessError as failure:
            self.failed.emit(failure)

    def _show_item(self, item_id: str) -> None:
        item = next(known for known in self._items if known.id == item_id)
        draft = None if self._view.locked else self._backend.draft(self._view.id, item_id)
        changes = self._backend.history(self._view.id, item_id)
        state = item_state(self._view, item, draft, len(changes))
        self.card = None
        clear(self._middle)
        self.card = ItemCard(self._tokens, state, own_word(self._view, item))
        self.card.take_over_wanted.connect(self.take_over)
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
        self.panel.show_state(panel_state(self._view, self.item, changes, self._backend.now(), self.own.last))
        self.evidence.show(self._view, self.item.id)
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
        self.sections.show_rows(
            rows_of(view, kept, opened, frozenset(self._refused), frozenset(self.recovery.unfinished)),
            self.item.id,
            foot,
        )
        self.bar.show_view(view)

    def _on_section(self, section: str) -> None:
        self._open_sections = self._open_sections ^ {section}
        self._show_list()

    def _take(self, view: "AssessmentView") -> None:
        self._view = view
        self._show_list()
        self._show_panel()

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

    def offer_phrases(self) -> None:
        """Offer phrases for the note."""
        if self.card is not None and not self._view.locked:
            note = self.card.note
            popup(
                phrase_menu(self, self.phrases, note.toPlainText(), partial(put_into, note), self._keep_phrases), note
            )

    def _keep_phrases(self, phrases: tuple[str, ...]) -> None:
        self.phrases = phrases
        self.phrases_changed.emit(phrases)

    def offer_obstacles(self) -> None:
        """List what stops signing; a line leads to its item."""
        self.leave()
        popup(jump_menu(self, self._backend.obstacles(self._view), self.go_to), self.foot.parentWidget() or self)

    def to_next_obstacle(self) -> None:
        """Go to the next item that stops signing."""
        self.leave()
        stopping = [known.item_id for known in self._backend.obstacles(self._view)]
        following = after([item.id for item in self._items], self.item.id, stopping)
        if following is None:
            self.notice.emit(_("Nothing stops signing"))
        else:
            self.go_to(following)

    def keep_recovered(self) -> None:
        """Keep what an earlier session left typed: it waits in its items to be accepted."""
        count = self.recovery.keep(self._view)
        if count:
            self.notice.emit(_("Kept; it waits in its item until you accept it."))

    def discard_recovered(self) -> None:
        """Discard what an earlier session left typed; the notice can put it back."""
        dropped = self.recovery.discard(self._view)
        if dropped:
            self._show_item(self.item.id)
            self.offered.emit(_("The unfinished input is discarded."), _("Put back"), lambda: self._put_back(dropped))

    def _put_back(self, dropped: tuple[Unfinished, ...]) -> None:
        self.recovery.put_back(self._view, dropped)
        self._show_item(self.item.id)

    def whereabouts(self) -> str:
        """Return the item shown, by its number and title."""
        return f"{self._view.checklist.codes[self.item.id]} {shown(self.item.title)}"

    def undo(self) -> None:
        """Undo the latest edit and show the item it touched."""
        self._take_back(self._backend.undo, _("Undone: {title}"))

    def redo(self) -> None:
        """Write the latest undone edit again."""
        self._take_back(self._backend.redo, _("Done again: {title}"))

    def _take_back(self, step: "Callable[[str], UndoResult]", words: str) -> None:
        self.leave()
        if self.holds_unsaved:
            return
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

    def _on_evidence(self, view: "AssessmentView") -> None:
        """Show that evidence came or went; what is being typed is not touched."""
        self._take(view)
        if self.card is not None:
            self.card.show_evidence(view.entries.get(self.card.item, Entry()).evidence)

    def _on_own_word(self, view: "AssessmentView") -> None:
        """Show what a form brought, once what is being typed is kept."""
        self._change(lambda: self._backend.open_assessment(view.id))

    def take_over(self) -> None:
        """Take the body's own answer over as the verified one."""
        if self._view.locked:
            return
        self.leave()
        view = None if self.holds_unsaved else self.own.take_over(self.item.id)
        if view is not None:
            self._backend.drop_draft(view.id, self.item.id)
            self._view = view
            self._show_item(self.item.id)
            self.offered.emit(_("Taken over as verified"), _("Undo"), self.undo)

    def _restore(self, revision: str) -> None:
        self._change(lambda: self._backend.restore(self._view.id, self.item.id, revision))
        self.notice.emit(_("The earlier version is in force again; Ctrl+Z takes it back"))

    def _change(self, change: "Callable[[], AssessmentView]") -> None:
        """Do something to the item shown, then show it anew."""
        self.leave()
        if self.holds_unsaved:
            return
        try:
            self._view = change()
        except QassessError as refused:
            self.failed.emit(refused)
            return
        self._show_item(self.item.id)

    def _review(self) -> None:
        self.leave()
        if self.holds_unsaved:
            return
        self.review_wanted.emit(self._view.id)

    def begin_find(self) -> None:
        """Put the focus into the find box."""
        self.sections.find_box.setFocus()
        self.sections.find_box.selectAll()


def _without_arguments(act: Callable[[], object]) -> Callable[..., object]:
    return lambda *_: act()
