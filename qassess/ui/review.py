"""Review and sign: the summary at the left, the real page at the right, and signing itself."""

from collections.abc import Callable
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QProgressBar, QWidget

from qassess.errors import QassessError
from qassess.i18n import _
from qassess.settings import Settings
from qassess.ui.actions import key_of
from qassess.ui.backend import Backend
from qassess.ui.checklist_bar import assessment_title, badges
from qassess.ui.jobs import Fallback, Job, JobRunner, Progress, Result
from qassess.ui.page import Page
from qassess.ui.pages_view import PagesView
from qassess.ui.review_state import review_state
from qassess.ui.review_summary import ReviewSummary
from qassess.ui.sign_dialog import SignDialog, SignRequest
from qassess.ui.theme import Tokens
from qassess.ui.verification_dialog import VerificationDialog, verdict_words
from qassess.ui.widgets import IconLine, KeyButton, badge, button, clear, column, frame, inside, row, text

if TYPE_CHECKING:
    from qassess.services.preview import PagePicture
    from qassess.services.verify import Verification

READ_AFTER = 400
"""Milliseconds after which evidence is read: the first pages are drawn before."""


class ReviewPage(Page):
    """The screen of the last step."""

    name = "review"
    item_wanted = Signal(str)
    back_wanted = Signal()
    notice = Signal(str)
    failed = Signal(object)
    report_ready = Signal()
    evidence_read = Signal()
    verified = Signal(object)

    def __init__(
        self, tokens: Tokens, backend: Backend, runner: JobRunner, assessment: str, settings: Settings
    ) -> None:
        super().__init__()
        self._tokens, self._backend, self._runner, self._settings = tokens, backend, runner, settings
        self._view = backend.open_assessment(assessment)
        self._pdf: Path | None = None
        self._job: Job[Path] | None = None
        self._jobs: list[Job[object]] = []
        self._found: Verification | None = None
        self._build_preview()
        self._left = column()
        left = inside(QWidget(), self._left)
        right = inside(QWidget(), column(self._progress, self.preview, spacing=0))
        whole = row(left, frame("vline"), right, spacing=0)
        whole.setStretch(0, 47)
        whole.setStretch(2, 53)
        inside(self, whole)
        self._build_bar()
        self._show_summary()
        self._prepare()

    def _build_preview(self) -> None:
        self.preview = PagesView()
        self.preview.wanted.connect(self._draw_page)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        stop = button(_("Stop"), look="tiny", pressed=self._stop)
        self._progress = frame("panel")
        inside(self._progress, row(text(_("Making the report…"), "second"), self._bar, stop, spacing=12), 16, 8)

    def _build_bar(self) -> None:
        self.back = KeyButton(_("Checklist"), look="flat", pictured=("back", self._tokens.second))
        self.back.clicked.connect(lambda *_: self.back_wanted.emit())
        title = _("{assessment} · check and sign").format(assessment=assessment_title(self._view))
        left = row(self.back, text(title, "bar-title"), spacing=12)
        for words, tone in badges(self._view):
            left.addWidget(badge(words, tone))
        self.bar_left = inside(QWidget(), left)
        self.save = KeyButton(_("Save PDF as…"), key_of("save_pdf"), look="flat")
        self.save.clicked.connect(lambda *_: self._save_as())
        self.bar_right = inside(QWidget(), row(self.save))
        self.commands = {"back": self.back_wanted.emit, "save_pdf": self._save_as, "sign": self.ask_for_signature}

    def _show_summary(self) -> None:
        view = self._view
        self.state = review_state(
            view, self._backend.obstacles(view), self._backend.lost_points(view), self._backend.lifting(view)
        )
        self.sign = KeyButton(_("Sign…"), look="accent")
        self.sign.setEnabled(not self.state.obstacles and self._pdf is not None)
        self.sign.clicked.connect(lambda *_: self.ask_for_signature())
        self.verdict = self._verdict()
        self.summary = ReviewSummary(self._tokens, self.state, self.sign, self.verdict)
        self.summary.item_wanted.connect(self.item_wanted)
        clear(self._left)
        self._left.addWidget(self.summary)

    def _verdict(self) -> QWidget:
        found = self._found
        if found is None:
            return QWidget()
        line = IconLine(self._tokens, *(("full", "good") if found.intact else ("refused", "wrong")))
        line.say(verdict_words(found))
        details = button(_("Every check…"), look="tiny", pressed=lambda: self._show_details(found))
        return inside(QWidget(), row(line, details, spacing=8))

    def _show_details(self, found: "Verification") -> None:
        VerificationDialog(self, self._tokens, found).exec()

    def _prepare(self) -> None:
        """Make the report in a job, then show it."""
        view, backend = self._view, self._backend

        def work(progress: Progress) -> Path:
            return backend.prepare_report(view, progress)

        self._progress.show()
        self._job = self._run(work, self._on_report, self._failing(self._progress.hide))
        self._job.progress.reported.connect(self._on_progress)

    def _on_progress(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _on_report(self, pdf: Path) -> None:
        self._pdf = pdf
        self._progress.hide()
        self._run(lambda _progress: self._backend.page_sizes(pdf), self._on_pages, self.failed.emit)
        self.sign.setEnabled(not self.state.obstacles)

    def _on_pages(self, sizes: tuple[tuple[float, float], ...]) -> None:
        self.preview.show_pages(sizes)
        self.report_ready.emit()
        QTimer.singleShot(READ_AFTER, self, lambda: self._read_evidence(self._backend.evidence.unread(self._view)))

    def _read_evidence(self, waiting: tuple[str, ...]) -> None:
        """Read what was not read in this session, one job a piece so that pages are drawn between, and say faults."""
        evidence = self._backend.evidence
        if not waiting:
            if evidence.faults(self._view):
                self._show_summary()
            self.evidence_read.emit()
            return
        self._run(
            lambda progress: evidence.look_at(waiting[:1], lambda: progress.is_cancelled),
            lambda _done: self._read_evidence(waiting[1:]),
            self.failed.emit,
        )

    def _draw_page(self, number: int, width: int) -> None:
        pdf = self._pdf
        if pdf is not None:
            self._run(
                lambda _progress: self._backend.page_picture(pdf, number, width),
                lambda drawn: self.preview.show_page(number, _image(drawn)),
                self.failed.emit,
            )

    def _stop(self) -> None:
        if self._job is not None:
            self._job.progress.cancel()
        self._progress.hide()

    def assessments(self) -> tuple[str, ...]:
        """Return the assessment shown."""
        return (self._view.id,)

    def leave(self) -> None:
        """Stop making what nobody waits for any more."""
        self._stop()
        for job in self._jobs:
            job.forget()

    def _run(self, work: Callable[[Progress], Result], done: Callable[[Result], None], failed: Fallback) -> Job[Result]:
        """Start a job that is forgotten when the page is left."""
        job = self._runner.start(work, done, failed)
        self._jobs = [known for known in self._jobs if known.is_running]
        self._jobs.append(job)  # type: ignore[arg-type]  # kept to be forgotten, never called through this list
        return job

    def _failing(self, undo: Callable[[], object]) -> Callable[[BaseException], None]:
        def failed(error: BaseException) -> None:
            undo()
            self.failed.emit(error)

        return failed

    def _save_as(self) -> None:
        if self._pdf is None:
            return
        name, _kind = QFileDialog.getSaveFileName(self, _("Save the report"), self._pdf.name, "PDF (*.pdf)")
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Copy the report as it lies, signatures and all."""
        if self._pdf is None:
            return
        try:
            copyfile(self._pdf, path)
        except OSError as unwritable:
            self.failed.emit(QassessError("file.unwritable", path=str(path), reason=str(unwritable.strerror)))
            return
        self.notice.emit(_("Saved as {file}").format(file=path.name))

    def ask_for_signature(self) -> None:
        """Ask who signs in which role, then sign."""
        if self._pdf is None or self.state.obstacles:
            self.notice.emit(_("Settle what stops signing first."))
            return
        dialog = SignDialog(self, self._tokens, role=self.state.next_role, identity=self._settings.identity)
        if dialog.exec():
            self.sign_with(dialog.request())

    def sign_with(self, request: SignRequest) -> None:
        """Sign in a job, then check the signed file and show what was found."""
        pdf, backend = self._pdf, self._backend
        if pdf is None:
            return

        def work(_progress: Progress) -> "Verification":
            backend.sign_report(pdf, request.identity, request.password, role=request.role, opinion=request.opinion)
            return backend.verify_file(pdf)

        self.sign.setEnabled(False)
        self._run(work, self._on_signed, self._failing(lambda: self._on_report(pdf)))

    def _on_signed(self, found: "Verification") -> None:
        self._found = found
        self._view = self._backend.open_assessment(self._view.id)
        self._show_summary()
        if self._pdf is not None:
            self._on_report(self._pdf)
        self.notice.emit(verdict_words(found))
        self.verified.emit(found)

    def focus_first(self) -> None:
        """Begin at the next thing to do."""
        self.summary.setFocus()


def _image(drawn: "PagePicture") -> QImage:
    return QImage(drawn.pixels, drawn.width, drawn.height, drawn.stride, QImage.Format.Format_RGB888).copy()
