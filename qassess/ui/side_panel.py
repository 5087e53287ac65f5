"""The panel at the right of the checklist: the clause's own words, evidence, and the history of the item."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from qassess.i18n import _, ngettext
from qassess.ui.actions import key_of
from qassess.ui.clipboard import is_for_evidence, sources_in
from qassess.ui.evidence_strip import CopyLine, EvidenceStrip
from qassess.ui.page import Sheet
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import KeyButton, button, clear, column, frame, inside, restyle, row, text

WIDTH = 308
SHOWN_CHANGES = 12


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One revision of the item as listed; the current one cannot be restored."""

    revision: str
    when: str
    words: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelState:
    """What the panel shows. ``clauses``: quote and its place in the plan; ``last``: lines of the year before."""

    clauses: tuple[tuple[str, str], ...]
    asked: str
    required: int
    changes: tuple[ChangeLine, ...]
    locked: bool
    last: tuple[str, ...] = ()


class SidePanel(QFrame):
    """Clause, evidence and history. It says which file, piece or revision was chosen."""

    sources_given = Signal(object)
    file_wanted = Signal()
    paste_wanted = Signal()
    stored_wanted = Signal()
    evidence_opened = Signal(str)
    evidence_removed = Signal(str)
    restored = Signal(str)

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFixedWidth(px(WIDTH))
        self._tokens = tokens
        self._clauses = column(spacing=6)
        self._evidence = column(spacing=4)
        self._changes = column(spacing=4)
        self.drop = DropZone(tokens)
        self.drop.dropped.connect(self.sources_given)
        self.drop.pressed.connect(self.file_wanted)
        self.drop.paste_pressed.connect(self.paste_wanted)
        self.drop.stored_pressed.connect(self.stored_wanted)
        self.strip = EvidenceStrip(tokens)
        self.strip.opened.connect(self.evidence_opened)
        self.strip.removed.connect(self.evidence_removed)
        self.copying = CopyLine(tokens)
        self._last = column(spacing=4)
        self.last_year = inside(
            QWidget(), column(text(_("Last year"), "aside"), self._last, 2, frame("hline"), spacing=6)
        )
        self._history_title = text(_("History of this item"), "aside")
        content = QWidget()
        inside(
            content,
            column(
                text(_("The plan's own words"), "aside"),
                self._clauses,
                8,
                frame("hline"),
                8,
                text(_("Evidence asked for"), "aside"),
                self._evidence,
                self.strip,
                self.copying,
                self.drop,
                8,
                frame("hline"),
                8,
                self.last_year,
                self._history_title,
                self._changes,
                None,
                spacing=6,
            ),
        )
        self._sheet = Sheet(content, widest=WIDTH - 32, margins=(16, 16))
        inside(self, column(self._sheet))

    def show_state(self, state: PanelState) -> None:
        """Show another item's panel."""
        self._show_clauses(state)
        self._show_evidence(state)
        self._show_last(state)
        self._show_changes(state)
        self.drop.setVisible(not state.locked)

    def _show_clauses(self, state: PanelState) -> None:
        clear(self._clauses)
        for quote, place in state.clauses:
            self._clauses.addWidget(text(_("“{quote}”").format(quote=quote), "small", wrap=True))
            self._clauses.addWidget(text(place, "caption", wrap=True))
        if not state.clauses:
            self._clauses.addWidget(text(_("No clause of the plan; a common mechanism."), "second", wrap=True))

    def _show_evidence(self, state: PanelState) -> None:
        clear(self._evidence)
        if state.asked:
            self._evidence.addWidget(text(state.asked, "small", wrap=True))
        if state.required:
            needed = ngettext("{count} piece is needed to sign", "{count} pieces are needed to sign", state.required)
            self._evidence.addWidget(text(needed.format(count=state.required), "caption"))

    def show_stored_choice(self, offered: bool) -> None:
        """Offer pieces the assessment has already, where there are any."""
        self.drop.stored.setVisible(offered)

    def _show_last(self, state: PanelState) -> None:
        clear(self._last)
        for line in state.last:
            self._last.addWidget(text(line, "small", wrap=True))
        self.last_year.setVisible(bool(state.last))

    def _show_changes(self, state: PanelState) -> None:
        clear(self._changes)
        for change in state.changes[:SHOWN_CHANGES]:
            line = row(text(change.when, "caption"), text(change.words, "small", wrap=True), spacing=8)
            line.setStretch(1, 1)
            if change.is_current:
                line.addWidget(text(_("now"), "caption"))
            elif not state.locked:
                again = button(_("Restore"), look="tiny", pressed=self._restoring(change.revision))
                again.setAccessibleName(_("Restore {what}").format(what=change.words))
                line.addWidget(again)
            self._changes.addLayout(line)
        if not state.changes:
            self._changes.addWidget(text(_("Nothing entered yet."), "second"))

    def _restoring(self, revision: str) -> Callable[[], None]:
        return lambda: self.restored.emit(revision)

    def show_history(self) -> None:
        """Bring the history into view."""
        self.show()
        self._sheet.ensureWidgetVisible(self._history_title)


class DropZone(QFrame):
    """Where files are dropped; buttons choose them, paste them, or take what the assessment has already."""

    dropped = Signal(object)
    pressed = Signal()
    paste_pressed = Signal()
    stored_pressed = Signal()

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.setObjectName("dropzone")
        self.setAcceptDrops(True)
        self.choose = KeyButton(
            _("Drop files here, or choose"), key_of("evidence"), look="flat", pictured=("file", tokens.second)
        )
        self.choose.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.choose.clicked.connect(lambda *_: self.pressed.emit())
        self.paste = button(_("Paste"), look="smalllink", pressed=self.paste_pressed.emit)
        self.paste.setToolTip(_("Paste as evidence"))
        self.stored = button(_("From this assessment…"), look="smalllink", pressed=self.stored_pressed.emit)
        inside(self, column(self.choose, row(None, self.paste, self.stored, None, spacing=16), spacing=0), 4, 4)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if is_for_evidence(event.mimeData()):
            restyle(self, over=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show the zone at rest."""
        del event
        restyle(self, over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped: files, or a picture from another program."""
        restyle(self, over=False)
        sources = sources_in(event.mimeData(), datetime.now(UTC))
        if sources:
            self.dropped.emit(sources)
        event.acceptProposedAction()
