"""Results: who stands where and why, what still keeps them from being published, and the documents made of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFileDialog, QPushButton, QWidget

from qassess.i18n import _
from qassess.ui.actions import key_of
from qassess.ui.blockers import Blockers
from qassess.ui.body_panel import WIDTH, BodyPanel
from qassess.ui.cells_table import CellsTable
from qassess.ui.certificates_card import CertificatesCard
from qassess.ui.channel import Channel
from qassess.ui.job_line import JobLine
from qassess.ui.jobs import JobRunner
from qassess.ui.office import ResultsBackend
from qassess.ui.page import Page, Sheet
from qassess.ui.page_jobs import PageJobs
from qassess.ui.results_lines import FIXED_WIDTH, PLACE, REST_WIDTH, keeps, legend, result_heads, result_line
from qassess.ui.results_state import (
    Blocker,
    BodyState,
    CertificatesDone,
    KindChoice,
    Leads,
    Refusal,
    ResultRow,
    ResultsState,
    RoundChoice,
)
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import KeyButton, LineField, button, clear, column, inside, row, text

MOST_ROWS = 13
TABLE_WIDTH = 1366 - WIDTH - 40 - 8
HEAT_ROOM = TABLE_WIDTH - FIXED_WIDTH - REST_WIDTH


class ResultsPage(Page):
    """The ranking of one round and kind."""

    name = "results"
    home_wanted = Signal()
    conflicts_wanted = Signal()
    assessment_wanted = Signal(str, str)
    review_wanted = Signal(str)
    notice = Signal(str, str, object)
    failed = Signal(object)
    shown = Signal()
    body_shown = Signal()
    written = Signal(object)

    def __init__(self, tokens: Tokens, backend: ResultsBackend, runner: JobRunner) -> None:
        super().__init__()
        self._tokens, self._backend = tokens, backend
        self._jobs = PageJobs(runner, self._on_failed)
        self._channel: Channel | None = None
        self._kind = ""
        self._kinds: tuple[KindChoice, ...] = ()
        self._certified: tuple[str, ...] = ()
        self.state: ResultsState | None = None
        self._build()
        self._build_bar()
        self._jobs.start(backend.rounds, self._on_rounds)

    def _build(self) -> None:
        tokens = self._tokens
        self.blockers = Blockers(tokens)
        self.blockers.wanted.connect(self._on_blocker)
        self.filter = LineField(name=_("Filter bodies"), placeholder=_("Filter bodies"), takes_return=True)
        self.filter.setFixedWidth(px(200))
        self.filter.textChanged.connect(lambda *_: self._look())
        self.filter.entered.connect(self._enter_table)
        head = row(self.blockers, self.filter, spacing=16)
        head.setStretch(0, 1)
        head.setAlignment(self.filter, Qt.AlignmentFlag.AlignTop)
        self.table = CellsTable(tokens, _("Ranking"), several=True)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self._enter_panel)
        self.notes = text("", "second", wrap=True)
        self.job = JobLine(tokens)
        self.certificates = CertificatesCard(tokens)
        self.certificates.wanted.connect(self._choose_folder)
        self.certificates.closed.connect(self.certificates.hide)
        self.panel = BodyPanel(tokens)
        self.panel.item_wanted.connect(self.assessment_wanted)
        self.panel.certificate_wanted.connect(lambda body: self._check_certificates((body,)))
        self.panel.evidence_opened.connect(self._open_evidence)
        content = QWidget()
        parts = (inside(QWidget(), head), self.job, self.certificates, self.table, self.notes)
        inside(content, column(*parts, None, spacing=10))
        whole = row(Sheet(content, widest=1600, margins=(20, 14)), self.panel, spacing=0)
        whole.setStretch(0, 1)
        inside(self, whole)

    def _build_bar(self) -> None:
        self.back = KeyButton(_("Home"), look="flat", pictured=("back", self._tokens.second))
        self.back.clicked.connect(lambda *_: self.home_wanted.emit())
        self.rounds = QComboBox()
        self.rounds.setAccessibleName(_("Round"))
        self.rounds.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.rounds.setMinimumWidth(px(148))
        self.rounds.currentIndexChanged.connect(lambda *_: self._on_round())
        self._chips = row(spacing=6)
        self._chip_group = QButtonGroup(self)
        chips = inside(QWidget(), self._chips)
        self.bar_left = inside(
            QWidget(), row(self.back, text(_("Results"), "bar-title"), self.rounds, chips, spacing=10)
        )
        table = button(_("PDF table…"), look="flat", pressed=self._choose_table)
        several = button(_("Certificates…"), look="flat", pressed=self.open_certificates)
        self.excel = KeyButton(_("Excel…"), key_of("workbook"), look="accent")
        self.excel.clicked.connect(lambda *_: self._choose_workbook())
        self.bar_right = inside(QWidget(), row(table, several, self.excel, spacing=4))
        self.commands = {
            "back": self._back,
            "find": self.begin_find,
            "workbook": self._choose_workbook,
            "pdf_table": self._choose_table,
            "certificates": self.open_certificates,
        }

    # which results

    def _on_rounds(self, rounds: tuple[RoundChoice, ...]) -> None:
        self.rounds.blockSignals(True)
        self.rounds.clear()
        for known in rounds:
            self.rounds.addItem(known.words, known)
        self.rounds.blockSignals(False)
        self._on_round()

    @property
    def _round(self) -> tuple[int, str]:
        known = self.rounds.currentData()
        return (known.year, known.round) if isinstance(known, RoundChoice) else (0, "")

    def _on_round(self) -> None:
        year, round_ = self._round
        if year:
            self._jobs.start(lambda: self._backend.kinds(year, round_), self._on_kinds)
        else:
            self.notes.setText(_("Nothing has been merged yet: results appear with the first assessment."))
            self.table.hide()
            self.shown.emit()

    def _on_kinds(self, kinds: tuple[KindChoice, ...]) -> None:
        self._kinds = kinds
        clear(self._chips)
        for known in kinds:
            chip = QPushButton(_("{kind} {count}").format(kind=known.words, count=known.count))
            chip.setProperty("look", "chip")
            chip.setCheckable(True)
            chip.clicked.connect(lambda *_, kind=known.kind: self.choose_kind(kind))
            self._chip_group.addButton(chip)
            self._chips.addWidget(chip)
        if kinds:
            keep = self._kind if self._kind in {known.kind for known in kinds} else kinds[0].kind
            self.choose_kind(keep)

    def choose_kind(self, kind: str) -> None:
        """Show the ranking of a kind of body."""
        self._kind = kind
        for chip, known in zip(self._chip_group.buttons(), self._kinds, strict=False):
            chip.setChecked(known.kind == kind)
        year, round_ = self._round
        self._jobs.start(lambda: self._backend.results(year, round_, kind), self._on_results)

    def _on_results(self, state: ResultsState) -> None:
        self.state = state
        self.blockers.show_state(state.heading, state.blockers)
        self.table.set_heads(result_heads(state.sections, HEAT_ROOM))
        self.table.show_lines([result_line(known) for known in state.rows])
        self.table.sort_by(PLACE)
        self.table.show()
        self._look()
        self.notes.setText("\n".join((legend(state.sections, HEAT_ROOM), *state.notes)))
        self.panel.show_nothing()
        if state.rows:
            self.table.choose(state.rows[0].id)
        self.focus_first()
        self.shown.emit()

    def _look(self) -> None:
        query = self.filter.text()
        self.table.filter.keep(lambda known: keeps(known, query))
        self.table.fit(MOST_ROWS)

    def _enter_table(self) -> None:
        self.table.setFocus()

    def _enter_panel(self, _about: object) -> None:
        self.panel.focus_first()

    # one body

    def _on_chosen(self, about: object) -> None:
        if isinstance(about, ResultRow):
            self._jobs.start(lambda: self._backend.body_result(about.id), self._on_body)

    def _on_body(self, body: BodyState) -> None:
        current = self.table.current()
        if isinstance(current, ResultRow) and current.id == body.id:
            self.panel.show_body(body)
            self.body_shown.emit()

    def _open_evidence(self, sha256: str) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._backend.evidence_path(sha256))))

    def _on_blocker(self, blocker: Blocker) -> None:
        match blocker.leads:
            case Leads.CONFLICTS:
                self.conflicts_wanted.emit()
            case Leads.ASSESSMENT:
                self.assessment_wanted.emit(blocker.assessment, "")
            case Leads.REVIEW:
                self.review_wanted.emit(blocker.assessment)
            case Leads.CLOSING:
                self._close_round()
            case Leads.NOWHERE:
                pass

    def _close_round(self) -> None:
        (year, round_), kind = self._round, self._kind
        self._jobs.start(lambda: self._backend.close_round(year, round_, kind), lambda _nothing: self.choose_kind(kind))

    def _back(self) -> None:
        if self.panel.is_deep:
            self.panel.go_up()
        else:
            self.home_wanted.emit()

    # documents

    def _proposed(self, suffix: str) -> str:
        return f"{self.state.title if self.state is not None else ''}.{suffix}"

    def _choose_workbook(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(
            self, _("Save the workbook"), self._proposed("xlsx"), "Excel (*.xlsx)"
        )
        if name:
            self.write_workbook(Path(name))

    def _choose_table(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(self, _("Save the table"), self._proposed("pdf"), "PDF (*.pdf)")
        if name:
            self.write_table(Path(name))

    def write_workbook(self, out: Path) -> None:
        """Write the results as an Excel workbook."""
        backend, (year, round_), kind = self._backend, self._round, self._kind
        self._write(out, lambda channel: backend.write_workbook(year, round_, kind, out, channel))

    def write_table(self, out: Path) -> None:
        """Write the results as a PDF."""
        backend, (year, round_), kind = self._backend, self._round, self._kind
        self._write(out, lambda channel: backend.write_table(year, round_, kind, out, channel))

    def _write(self, out: Path, write: Callable[[Channel], Path]) -> None:
        if self.state is None or self._channel is not None:
            return
        channel = self._channel = Channel()
        self.job.begin(channel, lambda _done, _total, _about: _("Writing {file}").format(file=out.name))
        self._jobs.start(lambda: write(channel), self._on_written)

    def _on_written(self, path: Path) -> None:
        self._channel = None
        self.job.end()
        words = _("Written: {file}").format(file=path.name)
        self.notice.emit(words, _("Open the folder"), lambda: _open_folder(path.parent))
        self.written.emit(path)

    def chosen(self) -> tuple[str, ...]:
        """Return the assessments documents are made for: those selected or, where only one is, all shown."""
        selected: Sequence[object] = self.table.selected()
        if len(selected) <= 1:
            rows = range(self.table.filter.rowCount())
            selected = [self.table.lines.line_at(self._source(place)).about for place in rows]
        return tuple(known.id for known in selected if isinstance(known, ResultRow))

    def _source(self, place: int) -> int:
        return self.table.filter.mapToSource(self.table.filter.index(place, 0)).row()

    def open_certificates(self) -> None:
        """Check who gets a certificate, then offer to make them."""
        self._check_certificates(self.chosen())

    def _check_certificates(self, wanted: tuple[str, ...]) -> None:
        self._certified = wanted
        if wanted:
            self.certificates.open_for(len(wanted))
            self._jobs.start(lambda: self._backend.certificate_refusals(wanted), self._on_refusals)

    def _on_refusals(self, refusals: tuple[Refusal, ...]) -> None:
        self.certificates.show_refusals(refusals)
        self.shown.emit()

    def _choose_folder(self, landscape: bool) -> None:
        name = QFileDialog.getExistingDirectory(self, _("Where the certificates are to lie"))
        if name:
            self.write_certificates(Path(name), landscape=landscape)

    def write_certificates(self, folder: Path, *, landscape: bool) -> None:
        """Make the certificates that can be made."""
        if self._channel is not None:
            return
        channel = self._channel = Channel()
        backend, wanted = self._backend, self._certified or self.chosen()
        self.certificates.hide()
        self.job.begin(
            channel, lambda done, total, _about: _("Certificate {done} of {total}").format(done=done, total=total)
        )
        self._jobs.start(
            lambda: backend.write_certificates(wanted, folder, channel, landscape=landscape), self._on_certificates
        )

    def _on_certificates(self, done: CertificatesDone) -> None:
        self._channel = None
        self.job.end()
        words = _("{count} certificates made, {refused} refused").format(
            count=len(done.files), refused=len(done.refusals)
        )
        self.notice.emit(words, _("Open the folder"), lambda: _open_folder(done.folder))
        self.written.emit(done)

    def _on_failed(self, error: BaseException) -> None:
        self._channel = None
        self.job.end()
        self.failed.emit(error)

    def leave(self) -> None:
        """Stop what nobody waits for."""
        if self._channel is not None:
            self._channel.stop()
        self._jobs.forget()

    def focus_first(self) -> None:
        """Begin in the table."""
        (self.table if self.state is not None and self.state.rows else self.back).setFocus()

    def begin_find(self) -> None:
        """Put the focus into the filter."""
        self.filter.setFocus()
        self.filter.selectAll()


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
