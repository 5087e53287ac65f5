"""The body's own word on the checklist page: forms out and in, taken over by one key, and last year."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from qassess.errors import AnswersFaults, QassessError
from qassess.i18n import _, ngettext
from qassess.ui.backend import Backend
from qassess.ui.dialogs import MessageDialog
from qassess.ui.jobs import Job, JobRunner
from qassess.wording import say_error, say_fault

if TYPE_CHECKING:
    from qassess.services.last_round import LastRound
    from qassess.services.self_assessment import SelfArrived
    from qassess.services.views import AssessmentView


class OwnDesk(QObject):
    """Works beside one page. ``changed`` brings the assessment once a form is in; ``looked``: last year is known."""

    changed = Signal(object)
    undoable = Signal(str)
    notice = Signal(str)
    failed = Signal(object)
    looked = Signal()

    def __init__(self, page: QWidget, backend: Backend, runner: JobRunner, view: "AssessmentView") -> None:
        super().__init__(page)
        self._page, self._backend, self._runner = page, backend, runner
        self._assessment = view.id
        self.last: LastRound | None = None
        self._jobs: list[Job[LastRound | None] | Job[SelfArrived] | Job[int]] = []
        jobs = self._jobs
        page.destroyed.connect(lambda: [job.forget() for job in jobs])
        self._jobs.append(runner.start(lambda _progress: backend.own.last_round(view), self._on_last, self.failed.emit))

    def _on_last(self, last: "LastRound | None") -> None:
        self.last = last
        self.looked.emit()

    def choose_form(self) -> None:
        """Choose a filled form and take it in."""
        kinds = _("Self-assessment (*.xlsx *.json)")
        name, _kind = QFileDialog.getOpenFileName(self._page, _("Choose the body's self-assessment"), "", kinds)
        if name:
            self.take_in(Path(name))

    def take_in(self, path: Path) -> None:
        """Take a filled form in; every fault is listed with its cell, and then nothing is taken in."""
        assessment, own = self._assessment, self._backend.own
        self.notice.emit(_("Reading {file}…").format(file=path.name))
        self._jobs.append(
            self._runner.start(lambda _progress: own.import_form(assessment, path), self._on_taken, self._on_refused)
        )

    def _on_taken(self, arrived: "SelfArrived") -> None:
        self.changed.emit(arrived.view)
        words = ngettext(
            "Self-assessment of {count} item taken in, {written} new or changed",
            "Self-assessment of {count} items taken in, {written} new or changed",
            arrived.items,
        ).format(count=arrived.items, written=arrived.written)
        (self.undoable if arrived.written else self.notice).emit(words)

    def _on_refused(self, error: BaseException) -> None:
        if not isinstance(error, AnswersFaults):
            self.failed.emit(error)
            return
        dialog = self.faults_dialog(error)
        dialog.exec()
        dialog.deleteLater()

    def faults_dialog(self, error: AnswersFaults) -> MessageDialog:
        """Return the dialog that lists every fault of a form, to copy and send back."""
        lines = "\n".join(f"{fault.path}  {say_fault(fault)}" for fault in error.faults)
        return MessageDialog(
            self._page,
            _("The form has to be corrected first"),
            say_error(error),
            _("What was recorded before is unchanged. Each line names sheet and cell; copy them for the body."),
            lines,
        )

    def choose_place(self, view: "AssessmentView") -> None:
        """Choose where the blank form goes, and write it."""
        name = _("{body} {year} self-assessment.xlsx").format(body=view.body.printed, year=view.record.year)
        chosen, _kind = QFileDialog.getSaveFileName(self._page, _("Write the self-assessment form"), name, "*.xlsx")
        if chosen:
            self.write_form(view, Path(chosen))

    def write_form(self, view: "AssessmentView", out: Path) -> None:
        """Write the blank form for the body to fill in."""
        own = self._backend.own

        def written(items: int) -> None:
            self.notice.emit(_("{file}: form with {count} items").format(file=out.name, count=items))

        self._jobs.append(self._runner.start(lambda _progress: own.write_form(view, out), written, self.failed.emit))

    def take_over(self, item: str) -> "AssessmentView | None":
        """Take the body's own answer over as the verified one; ``None`` where there is none to take."""
        try:
            return self._backend.own.take_over(self._assessment, item)
        except QassessError as refused:
            self.notice.emit(say_error(refused))
            return None
