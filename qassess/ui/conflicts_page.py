"""Conflicts: the gravest first, the sides beside each other, decided one after the other without leaving the keys."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QWidget

from qassess.errors import QassessError
from qassess.i18n import _, ngettext
from qassess.ui.actions import key_of
from qassess.ui.channel import Channel
from qassess.ui.conflict_detail import ConflictDetail, ReasonCard
from qassess.ui.conflict_edit import EditCard
from qassess.ui.conflict_list import WIDTH, ConflictList
from qassess.ui.conflict_state import ConflictState, Decision, authors_of, side_of
from qassess.ui.job_line import JobLine
from qassess.ui.jobs import JobRunner
from qassess.ui.office import ConflictsBackend
from qassess.ui.page import Page, Sheet
from qassess.ui.page_jobs import PageJobs
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import KeyButton, button, clear, column, frame, inside, row, text
from qassess.wording import say_error

LEFT, RIGHT = 0, 1


class ConflictsPage(Page):
    """What needs a decision."""

    name = "conflicts"
    home_wanted = Signal()
    notice = Signal(str, str, object)
    failed = Signal(object)
    shown = Signal()

    def __init__(self, tokens: Tokens, backend: ConflictsBackend, runner: JobRunner) -> None:
        super().__init__()
        self._tokens, self._backend = tokens, backend
        self._jobs = PageJobs(runner, self._on_failed)
        self._is_deciding = False
        self._batches: list[int] = []
        self._side: int | None = LEFT
        self._wanted = ""
        self.detail: ConflictDetail | None = None
        self.edit_card: EditCard | None = None
        self._build()
        self._build_bar()
        self.reload()

    def _build(self) -> None:
        tokens = self._tokens
        self.list = ConflictList(tokens)
        self.list.current_changed.connect(self._show_conflict)
        self.list.selection_changed.connect(self._show_selection)
        side = frame("side")
        side.setFixedWidth(px(WIDTH))
        inside(side, column(self.list), 12, 12)
        self._middle = column(spacing=0)
        self.reason = ReasonCard(tokens)
        self.reason.entered.connect(self.decide)
        self.reason.hide()
        self.state = text(_("Looking for conflicts…"), "second", wrap=True)
        content = inside(QWidget(), column(self.state, inside(QWidget(), self._middle), self.reason, None, spacing=12))
        self._sheet = Sheet(content, widest=1100, margins=(28, 20))
        centre = column(self._sheet, self._foot(), spacing=0)
        whole = row(side, inside(QWidget(), centre), spacing=0)
        whole.setStretch(1, 1)
        inside(self, whole)

    def _foot(self) -> QWidget:
        self.edit = KeyButton(_("Write by hand…"), key_of("edit_value"))
        self.keep_both = KeyButton(_("Keep both in words"), key_of("keep_both"))
        self.later = KeyButton(_("Decide later"), key_of("later"), look="flat")
        self.take = KeyButton(_("Take left, next"), key_of("decide"), look="accent")
        self.job = JobLine(self._tokens)
        for pressed, act in (
            (self.edit, self.begin_edit),
            (self.keep_both, self.decide_both),
            (self.later, self.go_on),
            (self.take, self.decide),
        ):
            pressed.clicked.connect(_without_arguments(act))
        self._bar = frame("bottombar")
        self._bar.setFixedHeight(px(56))
        laid = row(self.edit, self.keep_both, self.job, None, self.later, self.take, spacing=8)
        laid.setStretch(2, 1)
        return inside(self._bar, laid, 28, 0)

    def _build_bar(self) -> None:
        self.back = KeyButton(_("Home"), look="flat", pictured=("back", self._tokens.second))
        self.back.clicked.connect(lambda *_: self.home_wanted.emit())
        self.title = text(_("Conflicts"), "bar-title")
        hint = text(_("ordered by what hangs on them"), "second")
        self.bar_left = inside(QWidget(), row(self.back, self.title, hint, spacing=12))
        self.all = button(_("All from…"), look="flat", pressed=self.choose_author)
        self.bar_right = inside(QWidget(), row(self.all))
        self.commands = {
            "back": self.home_wanted.emit,
            "take_left": lambda: self._press_digit(1),
            "take_right": lambda: self._press_digit(2),
            "edit_value": self.begin_edit,
            "keep_both": self.decide_both,
            "reason": self._begin_reason,
            "later": self.go_on,
            "decide": self.decide,
            "take_all": self.choose_author,
            "next": lambda: self._step(1),
            "previous": lambda: self._step(-1),
            "undo": self.undo,
        }

    # what is shown

    def reload(self, wanted: str = "") -> None:
        """Read all conflicts anew; ``wanted`` is the one to go to."""
        self._wanted = wanted
        self._jobs.start(self._backend.conflicts, self._on_conflicts)

    def _on_conflicts(self, conflicts: tuple[ConflictState, ...]) -> None:
        self._is_deciding = False
        before = self.list.currentIndex().row()
        ids = [conflict.id for conflict in conflicts]
        place = ids.index(self._wanted) if self._wanted in ids else before
        self.list.show_conflicts(conflicts, place)
        waiting = ngettext("Conflicts · {count} to decide", "Conflicts · {count} to decide", len(conflicts))
        self.title.setText(waiting.format(count=len(conflicts)))
        self.state.setText("" if conflicts else _("No conflict waits for a decision."))
        self.state.setVisible(not conflicts)
        self._bar.setVisible(bool(conflicts))
        self.all.setVisible(bool(conflicts))
        if not conflicts:
            clear(self._middle)
            self.detail = None
            self.reason.hide()
        self.focus_first()
        self.shown.emit()

    def _show_conflict(self, conflict: ConflictState) -> None:
        clear(self._middle)
        self.edit_card = None
        self.detail = ConflictDetail(self._tokens, conflict)
        self.detail.side_chosen.connect(self.choose_side)
        self._middle.addWidget(self.detail)
        self.reason.field.clear()
        self.reason.refuse("")
        self.reason.ask(needed=conflict.needs_reason)
        self.reason.show()
        self.edit.setEnabled(conflict.item is not None or conflict.text is not None)
        self.keep_both.setEnabled(conflict.can_keep_both)
        self._sheet.verticalScrollBar().setValue(0)
        self.choose_side(LEFT)

    def _show_selection(self) -> None:
        several = len(self.list.selected())
        words = ngettext("All {count} from…", "All {count} from…", several).format(count=several)
        self.all.setText(words if several > 1 else _("All from…"))

    def choose_side(self, place: int | None) -> None:
        """Choose the side that will be taken."""
        if self.detail is None or (place is not None and place >= len(self.detail.sides)):
            return
        self._side = place
        self.detail.mark(place)
        words = {None: _("Take what is written, next"), LEFT: _("Take left, next"), RIGHT: _("Take right, next")}
        more = _("Take side {number}, next").format(number=(place or 0) + 1)
        self.take.say(words.get(place, more))
        if place is not None and self.edit_card is not None:
            self._close_edit()

    # the keys

    def _press_digit(self, digit: int) -> None:
        if self.edit_card is None or not self.edit_card.press_digit(digit):
            self.choose_side(digit - 1)

    def begin_edit(self) -> None:
        """Write the value by hand, in the item's own editor."""
        conflict = self.list.current
        if conflict is None or self.detail is None or not self.edit.isEnabled() or self.edit_card is not None:
            return
        backend = self._backend
        self.edit_card = EditCard(self._tokens, conflict, lambda answer: backend.preview_decision(conflict.id, answer))
        self.edit_card.closed.connect(self._on_edit_closed)
        self.detail.editing.addWidget(self.edit_card)
        self.choose_side(None)
        self.edit_card.focus_first()
        self._bring_into_view(self.edit_card)

    def _on_edit_closed(self) -> None:
        self.choose_side(LEFT)
        self.list.setFocus()

    def _close_edit(self) -> None:
        self.edit_card = None
        if self.detail is not None:
            clear(self.detail.editing)

    def _begin_reason(self) -> None:
        if not self.reason.isHidden():
            self.reason.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._bring_into_view(self.reason)

    def _refuse_reason(self, words: str) -> None:
        self.reason.refuse(words)
        self._bring_into_view(self.reason)

    def _bring_into_view(self, part: QWidget) -> None:
        """Scroll to a part once it is laid out."""
        QTimer.singleShot(0, part, lambda: self._sheet.ensureWidgetVisible(part))

    def _step(self, by: int) -> None:
        place = self.list.currentIndex().row() + by
        if 0 <= place < self.list.lines.rowCount():
            self.list.go_to(place)

    def go_on(self) -> None:
        """Leave this conflict for later."""
        count = self.list.lines.rowCount()
        if count:
            self.list.go_to((self.list.currentIndex().row() + 1) % count)
            self.list.setFocus()

    # deciding

    def decide(self) -> None:
        """Take what is chosen, and go to the next."""
        reason = self.reason.reason
        if self.edit_card is not None:
            self._decide(self.edit_card.decision(reason))
        elif self._side is not None:
            self._decide(Decision(side=self._side, reason=reason))

    def decide_both(self) -> None:
        """Keep all sides in words."""
        if self.keep_both.isEnabled():
            self._decide(Decision(side=self._side or LEFT, keep_both=True, reason=self.reason.reason))

    def _decide(self, decision: Decision) -> None:
        conflict, backend = self.list.current, self._backend
        if conflict is None or self._is_deciding:
            return
        if conflict.needs_reason and not decision.reason:
            self._refuse_reason(_("Without a reason this decision is not taken: it changes grade or place."))
            return
        self._is_deciding = True
        self._jobs.start(
            lambda: backend.decide(conflict.id, decision), lambda _nothing: self._on_decided(1), self._on_refused
        )

    def _on_decided(self, count: int) -> None:
        if count:
            self._batches.append(count)
        words = ngettext("{count} conflict decided", "{count} conflicts decided", count).format(count=count)
        self.notice.emit(words, _("Undo"), self.undo)
        self.list.setFocus()
        self.reload()

    def _on_refused(self, error: BaseException) -> None:
        self._is_deciding = False
        if not isinstance(error, QassessError):
            self.failed.emit(error)
        elif error.code == "conflict.reason_missing":
            self._refuse_reason(say_error(error))
        elif self.edit_card is not None:
            self.edit_card.refuse(say_error(error))
        else:
            self.failed.emit(error)

    def choose_author(self) -> None:
        """Offer whose sides to take, for the selection or, where only one is selected, for all."""
        menu = QMenu(self)
        for author in authors_of(self._of_selection()):
            menu.addAction(author).triggered.connect(lambda *_, author=author: self.take_all(author))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.all.mapToGlobal(self.all.rect().bottomLeft()))
        for first in menu.actions()[:1]:
            menu.setActiveAction(first)

    def _of_selection(self) -> tuple[ConflictState, ...]:
        selected = self.list.selected()
        return selected if len(selected) > 1 else self.list.lines.conflicts

    def take_all(self, author: str) -> None:
        """Take one person's side wherever it has exactly one, for the selection or all."""
        wanted = [(conflict, side_of(conflict, author)) for conflict in self._of_selection()]
        taken = [(conflict, side) for conflict, side in wanted if side is not None]
        grave = sum(conflict.needs_reason for conflict, _side in taken)
        reason = self.reason.reason
        if grave and not reason:
            refused = ngettext(
                "{count} of them changes grade or place: give the reason first.",
                "{count} of them change grade or place: give the reason first.",
                grave,
            )
            self._refuse_reason(refused.format(count=grave))
            return
        if taken and not self._is_deciding:
            self._is_deciding = True
            decisions = [(conflict.id, Decision(side=side, reason=reason)) for conflict, side in taken]
            self._take(decisions)

    def _take(self, decisions: Sequence[tuple[str, Decision]]) -> None:
        backend, channel = self._backend, Channel()

        def work() -> int:
            for done, (conflict, decision) in enumerate(decisions):
                if channel.is_stopped():
                    return done
                channel.report(done, len(decisions))
                backend.decide(conflict, decision)
            return len(decisions)

        self.job.begin(channel, lambda done, total, _about: _("Deciding {done} of {all}").format(done=done, all=total))
        self._jobs.start(work, self._on_all_taken, self._on_failed)

    def _on_all_taken(self, count: int) -> None:
        self.job.end()
        self._on_decided(count)

    def undo(self) -> None:
        """Take the last decision back, or all of the last selection."""
        count = self._batches.pop() if self._batches else 1
        backend = self._backend

        def work() -> str:
            back = ""
            for _each in range(count):
                back = backend.undo_decision() or back
            return back

        self._jobs.start(work, self._on_undone)

    def _on_undone(self, conflict: str) -> None:
        words = _("The decision is taken back.") if conflict else _("Nothing more to take back here")
        self.notice.emit(words, "", None)
        self.list.setFocus()
        self.reload(conflict)

    def _on_failed(self, error: BaseException) -> None:
        self._is_deciding = False
        self.job.end()
        self.failed.emit(error)
        self.reload()

    def leave(self) -> None:
        """Stop what nobody waits for."""
        self.job.stop()
        self._jobs.forget()

    def focus_first(self) -> None:
        """Begin in the list."""
        (self.list if self.list.lines.rowCount() else self.back).setFocus()


def _without_arguments(act: Callable[[], object]) -> Callable[..., object]:
    return lambda *_: act()
