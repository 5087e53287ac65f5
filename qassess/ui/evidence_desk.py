"""Evidence of the item shown: takes files in, hands pictures to the panel, opens the full view. Long work is a job."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from qassess.domain.answers import Entry
from qassess.errors import QassessError
from qassess.i18n import _, ngettext
from qassess.ui.backend import Backend
from qassess.ui.channel import Channel
from qassess.ui.clipboard import Source, sources_in
from qassess.ui.evidence_dialog import EvidenceDialog
from qassess.ui.evidence_picker import EvidencePicker
from qassess.ui.evidence_state import evidence_lines, record_of
from qassess.ui.jobs import Fallback, Job, JobRunner, Progress, Result
from qassess.ui.side_panel import SidePanel
from qassess.ui.theme import Tokens
from qassess.wording import say_error

if TYPE_CHECKING:
    from qassess.services.evidence import Attached
    from qassess.services.views import AssessmentView

KEPT_PICTURES = 400
KEPT_SIDE = 168
"""Thumbnails kept in memory, and their longer side in pixels: twice what a tile shows."""


class EvidenceDesk(QObject):
    """Works for one checklist page. ``changed`` carries the assessment, ``undoable`` what can be taken back.

    ``looked``: the pictures of the item shown are there and its files are read.
    """

    changed = Signal(object)
    undoable = Signal(str)
    notice = Signal(str)
    failed = Signal(object)
    looked = Signal()

    def __init__(self, page: QWidget, tokens: Tokens, backend: Backend, runner: JobRunner, panel: SidePanel) -> None:
        super().__init__(page)
        self._page, self._tokens, self._backend, self._runner, self._panel = page, tokens, backend, runner, panel
        self._looks: list[Job[Any]] = []
        self._copies: list[Job[Any]] = []
        self._looking: Channel | None = None
        self._pictures: OrderedDict[str, QImage] = OrderedDict()
        self._view: AssessmentView | None = None
        self._item = ""
        self._dialog: EvidenceDialog | None = None
        page.destroyed.connect(partial(_forget, self._looks, self._copies))
        panel.sources_given.connect(self.attach)
        panel.file_wanted.connect(self.choose)
        panel.paste_wanted.connect(self.paste)
        panel.stored_wanted.connect(self.choose_stored)
        panel.evidence_opened.connect(self.look_at)
        panel.evidence_removed.connect(self.detach)

    def show(self, view: "AssessmentView", item: str) -> None:
        """Show an item's evidence, its pictures as they come."""
        is_other = item != self._item
        self._view, self._item = view, item
        anew = self._show_lines()
        if anew or is_other:
            self._look()

    def _show_lines(self) -> bool:
        if self._view is None:
            return False
        lines = evidence_lines(self._view, self._item, self._backend.evidence.faults(self._view, self._pieces()))
        anew = self._panel.strip.show_pieces(lines, locked=self._view.locked)
        self._panel.show_stored_choice(bool(self._view.evidence) and not self._view.locked)
        if anew:
            for sha, picture in self._pictures.items():
                self._panel.strip.show_picture(sha, picture)
        return anew

    def _look(self) -> None:
        """Make the pictures of the item shown, then read its files once, in a job that ends with the item's show."""
        if self._looking is not None:
            self._looking.stop()
        view, pieces = self._view, self._pieces()
        if view is None or not pieces:
            return
        channel = self._looking = Channel()
        channel.told.connect(self._on_picture, Qt.ConnectionType.QueuedConnection)
        evidence, wanted = self._backend.evidence, [record_of(view, sha) for sha in pieces if sha not in self._pictures]

        def work(progress: Progress) -> None:
            def is_stopped() -> bool:
                return progress.is_cancelled or channel.is_stopped()

            for record in wanted:
                if not is_stopped() and (path := evidence.thumbnail(record).path) is not None:
                    channel.tell((record.sha256, _small(path)))
            evidence.look_at(pieces, is_stopped)

        self._start(self._looks, work, lambda _done: self._on_looked(), self.failed.emit)

    def _on_looked(self) -> None:
        self._show_lines()
        self.looked.emit()

    def _start(
        self,
        jobs: list[Job[Any]],
        work: Callable[[Progress], Result],
        done: Callable[[Result], None],
        failed: Fallback,
    ) -> None:
        """Start a job that is forgotten with the page, not with the item."""
        jobs[:] = [job for job in jobs if job.is_running]
        jobs.append(self._runner.start(work, done, failed))

    def _on_picture(self, told: tuple[str, QImage]) -> None:
        sha, picture = told
        self._pictures[sha] = picture
        while len(self._pictures) > KEPT_PICTURES:
            self._pictures.popitem(last=False)
        self._panel.strip.show_picture(sha, picture)

    def _pieces(self) -> tuple[str, ...]:
        return self._view.entries.get(self._item, Entry()).evidence if self._view is not None else ()

    @property
    def _may_change(self) -> bool:
        return self._view is not None and not self._view.locked

    def choose(self) -> None:
        """Choose files, several at once."""
        if self._may_change:
            names, _kind = QFileDialog.getOpenFileNames(self._page, _("Choose evidence"))
            self.attach([Path(name) for name in names])

    def paste(self) -> None:
        """Take what the clipboard holds."""
        sources = sources_in(QGuiApplication.clipboard().mimeData(), self._backend.now())
        if sources:
            self.attach(sources)
        else:
            self.notice.emit(_("The clipboard holds no picture and no file."))

    def attach(self, sources: Sequence[Source]) -> None:
        """Attach files to the item shown, in a job; it goes on when another item or page is shown."""
        view, item = self._view, self._item
        if view is None or view.locked or not sources:
            return
        channel = Channel()
        self._panel.copying.begin(channel)

        def over() -> None:
            self._panel.copying.end(channel)

        def done(attached: "Attached") -> None:
            over()
            self._on_attached(attached, item)

        def failed(error: BaseException) -> None:
            over()
            self.failed.emit(error)

        evidence, assessment = self._backend.evidence, view.id

        def work(progress: Progress) -> "Attached":
            return evidence.attach(
                assessment,
                item,
                sources,
                report=channel.report,
                is_stopped=lambda: progress.is_cancelled or channel.is_stopped(),
            )

        self._start(self._copies, work, done, failed)

    def _on_attached(self, attached: "Attached", item: str) -> None:
        view = self._view
        if attached.pieces and view is not None:
            self._take(self._backend.open_assessment(view.id))
            count = len(attached.pieces)
            words = ngettext("{count} piece attached", "{count} pieces attached", count).format(count=count)
            if item != self._item:
                words = _("{what} to {item}").format(what=words, item=view.checklist.codes[item])
            self.undoable.emit(words)
        if attached.refused:
            self.notice.emit(" ".join(say_error(error) for error in attached.refused))

    def choose_stored(self) -> EvidencePicker | None:
        """Choose pieces the assessment has already."""
        if self._view is None or not self._may_change:
            return None
        picker = EvidencePicker(self._page, self._tokens, self._view, self._item)
        picker.show_pictures(self._pictures)
        picker.accepted.connect(lambda: self.attach_stored(picker.chosen()))
        picker.finished.connect(picker.deleteLater)
        picker.open()
        return picker

    def attach_stored(self, pieces: Sequence[str]) -> None:
        """Attach pieces the assessment has already to the item shown."""
        view = self._view
        if view is None or not pieces:
            return
        try:
            changed = self._backend.evidence.attach_stored(view.id, self._item, pieces)
        except QassessError as refused:
            self.failed.emit(refused)
            return
        self._take(changed)
        count = len(pieces)
        self.undoable.emit(ngettext("{count} piece attached", "{count} pieces attached", count).format(count=count))

    def detach(self, sha256: str) -> None:
        """Take a piece off the item shown."""
        view = self._view
        if view is None:
            return
        record = record_of(view, sha256)
        try:
            changed = self._backend.evidence.detach(view.id, self._item, sha256)
        except QassessError as refused:
            self.failed.emit(refused)
            return
        self._take(changed)
        if self._dialog is not None:
            self._dialog.drop_piece(sha256, changed)
        self.undoable.emit(_("Removed: {what}").format(what=record.title or record.name))

    def look_at(self, sha256: str) -> EvidenceDialog | None:
        """Open the full view at a piece."""
        view, pieces = self._view, self._pieces()
        if view is None or sha256 not in pieces:
            return None
        dialog = EvidenceDialog(
            self._page, self._tokens, self._backend, self._runner, view=view, pieces=pieces, start=sha256
        )
        dialog.changed.connect(self._take)
        dialog.removed.connect(self.detach)
        dialog.failed.connect(self.failed)
        dialog.finished.connect(lambda _code: self._on_closed(dialog))
        self._dialog = dialog
        dialog.open()
        return dialog

    def _on_closed(self, dialog: EvidenceDialog) -> None:
        self._dialog = None
        dialog.deleteLater()

    def _take(self, view: "AssessmentView") -> None:
        self._view = view
        self.changed.emit(view)


def _forget(looks: list[Job[Any]], copies: list[Job[Any]]) -> None:
    """Look no further and call nobody back: the page is gone. Files under way are copied and attached all the same."""
    for job in looks:
        job.progress.cancel()
    for job in (*looks, *copies):
        job.forget()


def _small(path: Path) -> QImage:
    return QImage(str(path)).scaled(
        KEPT_SIDE, KEPT_SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
