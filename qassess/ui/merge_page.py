"""Merge: drop files, look at what they would bring, then let them in, each whole or not at all."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from qassess.errors import QassessError
from qassess.i18n import _, ngettext
from qassess.ui.actions import key_of
from qassess.ui.cells_table import CellsTable
from qassess.ui.channel import Channel
from qassess.ui.counts_bar import CountsBar
from qassess.ui.exchange_state import MERGEABLE, FileLine, LedgerLine, Standing, Totals, totals_of
from qassess.ui.job_line import JobLine
from qassess.ui.jobs import JobRunner
from qassess.ui.ledger_card import LedgerCard
from qassess.ui.merge_lines import file_heads, file_line, finished_words, is_merged, tallies, waiting_line
from qassess.ui.office import ExchangeBackend
from qassess.ui.page import Page, Sheet
from qassess.ui.page_jobs import PageJobs
from qassess.ui.password_card import PasswordCard
from qassess.ui.theme import Tokens
from qassess.ui.widgets import IconLine, KeyButton, button, column, frame, inside, restyle, row, text
from qassess.wording import say_error

MOST_ROWS = 9


class MergePage(Page):
    """The office's way in for what the counties send."""

    name = "merge"
    home_wanted = Signal()
    conflicts_wanted = Signal()
    results_wanted = Signal()
    notice = Signal(str)
    failed = Signal(object)
    checked = Signal()
    merged = Signal(object)
    ledger_shown = Signal()

    def __init__(self, tokens: Tokens, backend: ExchangeBackend, runner: JobRunner) -> None:
        super().__init__()
        self._tokens, self._backend = tokens, backend
        self._files: dict[Path, FileLine | None] = {}
        self._passwords: dict[Path, str] = {}
        self._left_out: set[Path] = set()
        self._jobs = PageJobs(runner, self._on_failed)
        self._channel: Channel | None = None
        self._is_done = False
        self.setAcceptDrops(True)
        self._build()
        self._build_bar()
        self._show()
        self.refresh_ledger()

    def _build(self) -> None:
        tokens = self._tokens
        self.counts = CountsBar(
            6, _("Nothing is written before you say so. A merge can be taken back, and no conflict loses a side.")
        )
        self.table = CellsTable(tokens, _("Files"), file_heads())
        self.table.chosen.connect(self._show_details)
        self.details = text("", "second", wrap=True)
        self.job = JobLine(tokens)
        self.password = PasswordCard(tokens)
        self.password.given.connect(self._on_password)
        self.password.skipped.connect(self._on_skipped)
        self.merge = KeyButton(_("Merge"), "Enter", look="accent")
        self.merge.setAutoDefault(True)
        self.merge.clicked.connect(lambda *_: self.merge_all())
        self.decide = KeyButton(_("Decide conflicts"), key_of("conflicts"), look="accent")
        self.decide.clicked.connect(lambda *_: self.conflicts_wanted.emit())
        self.verdict = IconLine(tokens, "full", "good", wrap=False)
        self.verdict.say("")
        foot = row(self.verdict, self.job, None, self.merge, self.decide, spacing=12)
        foot.setStretch(1, 20)
        self._foot = inside(QWidget(), foot)
        self.ledger = LedgerCard(tokens)
        self.ledger.undo_wanted.connect(self._undo)
        self.ledger.redo_wanted.connect(self._redo)
        content = QWidget()
        parts = (self._drop_zone(), self.counts, self.table, self.details, self.password, self._foot, 10, self.ledger)
        inside(content, column(*parts, None, spacing=14))
        inside(self, column(Sheet(content, widest=1310, margins=(28, 18))))

    def _drop_zone(self) -> QWidget:
        self.choose = KeyButton(_("Choose files…"), key_of("add_files"), look="accent")
        self.choose.clicked.connect(lambda *_: self._choose_files())
        folder = button(_("Choose a folder…"), pressed=self._choose_folder)
        words = _("Drop export files or whole folders anywhere on this page")
        hint = _("They are only looked at first: whose, what is new, what conflicts, who signed.")
        lines = column(text(words, "heading"), text(hint, "second"), spacing=4)
        self.zone = frame("dropzone")
        inside(self.zone, row(lines, None, folder, self.choose, spacing=8), 24, 36)
        return self.zone

    def _build_bar(self) -> None:
        self.back = KeyButton(_("Home"), look="flat", pictured=("back", self._tokens.second))
        self.back.clicked.connect(lambda *_: self.home_wanted.emit())
        self._stage = text("", "second")
        title = text(_("Merge exported files"), "bar-title")
        self.bar_left = inside(QWidget(), row(self.back, title, self._stage, spacing=12))
        more = KeyButton(_("More files…"), look="flat", pictured=("plus", self._tokens.second))
        more.clicked.connect(lambda *_: self._choose_files())
        self.bar_right = inside(QWidget(), row(more))
        self.commands = {
            "back": self.home_wanted.emit,
            "add_files": self._choose_files,
            "add_folder": self._choose_folder,
            "merge_these": self.merge_all,
            "undo": self.ledger.ask_undo,
            "redo": self.ledger.ask_redo,
        }

    # what is asked for

    def _choose_files(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(
            self, _("Choose exported files"), "", _("Exports (*.qassess *.age);;All files (*)")
        )
        self.add([Path(name) for name in names])

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, _("Choose a folder with exported files"))
        if name:
            self.add([Path(name)])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders anywhere on the page."""
        if event.mimeData().hasUrls():
            restyle(self.zone, over=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Look as before: the drag went elsewhere."""
        restyle(self.zone, over=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at what was dropped."""
        restyle(self.zone, over=False)
        event.acceptProposedAction()
        self.add([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def add(self, dropped: Sequence[Path]) -> None:
        """Take files and folders; they are looked at, nothing is written."""
        if dropped:
            backend = self._backend
            self._jobs.start(lambda: backend.files_in(dropped), self._on_found)

    def _on_found(self, files: tuple[Path, ...]) -> None:
        if not files:
            self.notice.emit(_("There is no export file in it."))
        for path in files:
            self._files.setdefault(path, None)
        self.table.show_lines(
            [waiting_line(path) if line is None else file_line(line) for path, line in self._files.items()]
        )
        self._is_done = False
        self._show()
        self._check_all()

    # looking at files

    def _check_all(self) -> None:
        """Look at all that is not merged yet: what a file brings depends on those before it."""
        files = [path for path, line in self._files.items() if not is_merged(line)]
        if not files or self._channel is not None:
            return
        backend, passwords = self._backend, dict(self._passwords)
        channel = self._open_channel()
        self.job.begin(channel, self._checking_words)
        self._jobs.start(lambda: backend.check_files(files, passwords, channel), self._on_checked)
        self._show()

    def _checking_words(self, done: int, total: int, about: str) -> str:
        return _("Looking at {done} of {total} · {file}").format(done=done, total=total, file=about)

    def _open_channel(self) -> Channel:
        channel = Channel()
        channel.told.connect(self._on_file)
        self._channel = channel
        return channel

    def _on_file(self, line: object) -> None:
        if isinstance(line, FileLine):
            self._files[line.path] = line
            self.table.put(file_line(line))
            self.counts.show_tallies(*tallies(self.totals, merged=self._is_done))

    def _on_checked(self, _nothing: None) -> None:
        self._channel = None
        self.job.end()
        if any(line is None for line in self._files.values()):
            self._check_all()
            return
        self._show()
        self._ask_next_password()
        if self.password.isHidden():
            self.merge.setFocus()
        self.checked.emit()

    def _ask_next_password(self) -> None:
        sealed = [
            line
            for line in self._files.values()
            if line is not None and line.standing is Standing.SEALED and line.path not in self._left_out
        ]
        if sealed:
            self.password.ask(sealed[0].path, wrong=sealed[0].wrong_password)
        else:
            self.password.hide()

    def _on_password(self, path: Path, password: str) -> None:
        self._passwords[path] = password
        self.password.hide()
        self._check_all()

    def _on_skipped(self, path: Path) -> None:
        self._left_out.add(path)
        self._ask_next_password()
        if self.password.isHidden():
            self.merge.setFocus()

    # merging

    def merge_all(self) -> None:
        """Merge every file that can be; each ends with one outcome."""
        wanted = self._mergeable()
        if not wanted or self._channel is not None:
            return
        backend, passwords = self._backend, dict(self._passwords)
        channel = self._open_channel()
        self._is_done = True
        self.job.begin(channel, self._merging_words)
        self._jobs.start(lambda: backend.merge_files(wanted, passwords, channel), self._on_merged)
        self._show()

    def _merging_words(self, done: int, total: int, about: str) -> str:
        return _("Merging {done} of {total} · {file}").format(done=done, total=total, file=about)

    def _mergeable(self) -> list[Path]:
        return [path for path, line in self._files.items() if line is not None and line.standing in MERGEABLE]

    def _on_merged(self, _nothing: None) -> None:
        self._channel = None
        self.job.end()
        totals = self.totals
        self.notice.emit(finished_words(totals))
        self._show()
        self.refresh_ledger()
        (self.decide if totals.conflicts else self.choose).setFocus()
        self.merged.emit(totals)

    # the ledger

    def refresh_ledger(self) -> None:
        """Read the ledger and show it."""
        self._jobs.start(self._backend.ledger, self._on_ledger)

    def _on_ledger(self, lines: tuple[LedgerLine, ...]) -> None:
        self.ledger.show_lines(lines)
        self.ledger_shown.emit()

    def _undo(self, merge: int) -> None:
        self._jobs.start(lambda: self._backend.undo_merge(merge), lambda _done: self._on_taken_back(), self._refuse)

    def _redo(self, merge: int) -> None:
        self._jobs.start(lambda: self._backend.redo_merge(merge), lambda _done: self._on_done_again(), self._refuse)

    def _on_taken_back(self) -> None:
        self.notice.emit(_("Taken back: everything is as it was without this merge."))
        self.refresh_ledger()

    def _on_done_again(self) -> None:
        self.notice.emit(_("Merged again."))
        self.refresh_ledger()

    def _refuse(self, error: BaseException) -> None:
        if isinstance(error, QassessError):
            self.ledger.refuse(say_error(error))
        else:
            self.failed.emit(error)

    # what is shown

    @property
    def totals(self) -> Totals:
        """The counts on top."""
        return totals_of(tuple(line for line in self._files.values() if line is not None))

    def line_of(self, path: Path) -> FileLine | None:
        """Return what is known of a file."""
        return self._files.get(path)

    def ledger_lines(self) -> tuple[LedgerLine, ...]:
        """Return the ledger as shown."""
        model = self.ledger.table.lines
        found = (model.line_at(place).about for place in range(model.rowCount()))
        return tuple(line for line in found if isinstance(line, LedgerLine))

    def _show(self) -> None:
        totals, files, busy = self.totals, len(self._files), self._channel is not None
        for part in (self.counts, self.table, self._foot):
            part.setVisible(bool(files))
        self.zone.setVisible(not files)
        self.table.fit(MOST_ROWS)
        self.counts.show_tallies(*tallies(totals, merged=self._is_done))
        waiting = ngettext("Merge {count} file", "Merge {count} files", totals.mergeable)
        self.merge.say(waiting.format(count=totals.mergeable))
        self.merge.setVisible(not self._is_done or totals.mergeable > 0)
        self.merge.setEnabled(not busy and totals.mergeable > 0)
        ended = self._is_done and not busy
        decisions = ngettext("Decide {count} conflict", "Decide {count} conflicts", totals.conflicts)
        self.decide.say(decisions.format(count=totals.conflicts))
        self.decide.setVisible(ended and totals.conflicts > 0)
        self.verdict.say(finished_words(totals) if ended else "")
        self._stage.setText(self._stage_words(ended=ended))

    def _stage_words(self, *, ended: bool) -> str:
        if ended:
            return _("done")
        if self._is_done:
            return _("each file goes in whole or not at all")
        return _("only looking, nothing is written yet")

    def _show_details(self, about: object) -> None:
        self.details.setText(about.details if isinstance(about, FileLine) else "")
        self.details.setVisible(bool(self.details.text()))

    def _on_failed(self, error: BaseException) -> None:
        self._channel = None
        self.job.end()
        self._show()
        self.failed.emit(error)

    def leave(self) -> None:
        """Stop what runs at its next safe point: what is merged stays, the rest is left out whole."""
        if self._channel is not None:
            self._channel.stop()
        self._jobs.forget()

    def focus_first(self) -> None:
        """Begin at the next thing to do."""
        (self.merge if self._files else self.choose).setFocus()
