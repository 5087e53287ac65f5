"""Full view of an item's evidence: the picture or the pages, what is said of the piece, and the way to the next one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from qassess.domain.payloads import EvidenceRecord
from qassess.errors import InputRefused, QassessError
from qassess.i18n import _
from qassess.ui.backend import Backend
from qassess.ui.evidence_form import EvidenceForm
from qassess.ui.evidence_picture import PictureView
from qassess.ui.evidence_state import fault_words, picture_words, record_of, users_of, year_warning
from qassess.ui.jobs import JobRunner
from qassess.ui.page import Sheet
from qassess.ui.page_jobs import PageJobs
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import IconLine, button, column, frame, inside, row, text
from qassess.wording import say_error

if TYPE_CHECKING:
    from qassess.services.views import AssessmentView

SIZE = (1180, 700)
FORM_WIDTH = 340
PAGE_WIDTH = 1600
QUARTER = 90
WHOLE_TURN = 360


class EvidenceDialog(QDialog):
    """Looks through ``pieces`` one by one. ``changed`` carries the assessment after a change made here."""

    changed = Signal(object)
    removed = Signal(str)
    failed = Signal(object)
    loaded = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        tokens: Tokens,
        backend: Backend,
        runner: JobRunner,
        *,
        view: "AssessmentView",
        pieces: Sequence[str],
        start: str,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Evidence"))
        self.resize(*SIZE)
        self._tokens, self._backend, self._view = tokens, backend, view
        self._jobs = PageJobs(runner, self.failed.emit)
        self._pieces = list(pieces)
        self._place = self._pieces.index(start)
        self._page, self._page_count = 0, 0
        self._warned_of = ""
        self._build()
        self._connect()
        self._show()
        self.picture.setFocus()

    def _build(self) -> None:
        self.picture = PictureView()
        self.words = text("", "second", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.picture)
        self._stack.addWidget(self.words)
        self.form = EvidenceForm(self._tokens)
        self.fault = IconLine(self._tokens, "refused", "wrong")
        self.previous = button(_("Previous piece"))
        self.next = button(_("Next piece"))
        self.where = text("", "second")
        self.smaller = _named("−", _("Smaller"))
        self.larger = _named("+", _("Larger"))
        self.fit = button(_("Fit in"))
        self.size_words = text("", "second")
        self.rotate = button(_("Rotate"))
        self.page_back = button(_("Page back"))
        self.page_on = button(_("Page on"))
        self.page_words = text("", "second")
        self.open_own = button(_("Open in its program"))
        self.save = button(_("Save a copy…"))
        self.remove = button(_("Remove from this item"))
        self.close_button = button(_("Close"), look="accent")
        inside(self, self._laid_out(), 16, 16)

    def _laid_out(self) -> QHBoxLayout:
        bar = row(
            self.previous,
            self.where,
            self.next,
            None,
            self.page_back,
            self.page_words,
            self.page_on,
            None,
            self.smaller,
            self.size_words,
            self.larger,
            self.fit,
            self.rotate,
            spacing=8,
        )
        left = column(self._stack, bar, spacing=8)
        left.setStretch(0, 1)
        right = inside(
            QWidget(),
            column(
                Sheet(self.form, widest=FORM_WIDTH, margins=(0, 0)),
                self.fault,
                self.open_own,
                self.save,
                self.remove,
                self.close_button,
                spacing=8,
            ),
        )
        right.setFixedWidth(px(FORM_WIDTH))
        whole = row(inside(QWidget(), left), frame("vline"), right, spacing=16)
        whole.setStretch(0, 1)
        return whole

    def _connect(self) -> None:
        for pressed, act in (
            (self.previous, lambda: self.go(-1)),
            (self.next, lambda: self.go(1)),
            (self.smaller, self.picture.smaller),
            (self.larger, self.picture.larger),
            (self.fit, self.picture.fit),
            (self.rotate, self.turn),
            (self.page_back, lambda: self.turn_page(-1)),
            (self.page_on, lambda: self.turn_page(1)),
            (self.open_own, self._open),
            (self.save, self._save),
            (self.remove, self._remove),
            (self.close_button, self.reject),
        ):
            pressed.setAutoDefault(False)
            pressed.clicked.connect(_without_arguments(act))
        for key, act in (
            ("PgDown", lambda: self.go(1)),
            ("PgUp", lambda: self.go(-1)),
            ("Ctrl+R", self.turn),
            ("Ctrl++", self.picture.larger),
            ("Ctrl+=", self.picture.larger),
            ("Ctrl+-", self.picture.smaller),
            ("Ctrl+0", self.picture.fit),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(_without_arguments(act))
        for pressed, key in ((self.next, "PgDn"), (self.previous, "PgUp"), (self.rotate, "Ctrl+R")):
            pressed.setToolTip(key)
        self.picture.zoomed.connect(lambda percent: self.size_words.setText(_("{percent} %").format(percent=percent)))
        self.form.changed.connect(self._keep)

    @property
    def sha256(self) -> str:
        """The piece shown."""
        return self._pieces[self._place]

    @property
    def record(self) -> EvidenceRecord:
        """What is known of the piece shown."""
        return record_of(self._view, self.sha256)

    def _show(self) -> None:
        record = self.record
        self._page, self._page_count = 0, 0
        self.setWindowTitle(record.title or record.name)
        self.where.setText(f"{self._place + 1} / {len(self._pieces)}")
        self.previous.setEnabled(self._place > 0)
        self.next.setEnabled(self._place < len(self._pieces) - 1)
        self.remove.setVisible(not self._view.locked)
        self.form.allow(not self._view.locked)
        self._show_record()
        self._load()

    def _show_record(self) -> None:
        record, evidence = self.record, self._backend.evidence
        added = evidence.added_at(self._view.id, record.sha256)
        self.form.show_record(record, evidence.sort_of(record), added, users_of(self._view, record.sha256))
        self.form.warning.say(year_warning(self._view, record))
        self.fault.say(fault_words(record, evidence.faults(self._view, (record.sha256,))))

    def _load(self) -> None:
        """Ask for the picture in a job; what belongs to a piece left meanwhile is not shown."""
        record, evidence = self.record, self._backend.evidence
        sort = evidence.sort_of(record)
        self._tell(_("Loading…") if sort in ("image", "pdf") else picture_words("none"))
        self._show_tools(is_picture=False)
        if sort == "image":
            self._jobs.start(lambda: _image_of(evidence.working_copy(record).path), self._shower(record, 0))
        elif sort == "pdf":
            self._jobs.start(lambda: evidence.page_count(record), self._on_pages(record), self._on_unreadable(record))

    def _on_pages(self, record: EvidenceRecord) -> Callable[[int], None]:
        def done(count: int) -> None:
            if record.sha256 == self.sha256:
                self._page_count = count
                self._load_page()

        return done

    def _on_unreadable(self, record: EvidenceRecord) -> Callable[[BaseException], None]:
        def failed(error: BaseException) -> None:
            if not isinstance(error, QassessError):
                self.failed.emit(error)
            elif record.sha256 == self.sha256:
                self._tell(picture_words("missing" if error.code == "evidence.missing" else "unreadable"))
                self.loaded.emit(record.sha256)

        return failed

    def _load_page(self) -> None:
        record, number, evidence = self.record, self._page, self._backend.evidence

        def draw() -> QImage:
            drawn = evidence.page(record, number, PAGE_WIDTH)
            return QImage(drawn.pixels, drawn.width, drawn.height, drawn.stride, QImage.Format.Format_RGB888).copy()

        self._jobs.start(draw, self._shower(record, number), self._on_unreadable(record))

    def _shower(self, record: EvidenceRecord, number: int) -> Callable[[QImage], None]:
        def shown(image: QImage) -> None:
            if (record.sha256, number) != (self.sha256, self._page):
                return
            if image.isNull():
                self._tell(picture_words(self._backend.evidence.working_copy(record).outcome))
            else:
                self.picture.show_picture(image, self.record.rotation)
                self._stack.setCurrentWidget(self.picture)
                self._show_tools(is_picture=True)
            self.loaded.emit(record.sha256)

        return shown

    def _tell(self, words: str) -> None:
        self.picture.clear()
        self.words.setText(words)
        self._stack.setCurrentWidget(self.words)

    def _show_tools(self, *, is_picture: bool) -> None:
        for tool in (self.smaller, self.larger, self.fit, self.size_words):
            tool.setVisible(is_picture)
        self.rotate.setVisible(is_picture and not self._view.locked)
        has_pages = is_picture and self._page_count > 1
        for tool in (self.page_back, self.page_on, self.page_words):
            tool.setVisible(has_pages)
        self.page_words.setText(_("Page {number} of {all}").format(number=self._page + 1, all=self._page_count))
        self.page_back.setEnabled(self._page > 0)
        self.page_on.setEnabled(self._page < self._page_count - 1)

    def go(self, by: int) -> None:
        """Show the piece so many places on; stay where something typed is refused."""
        place = self._place + by
        if 0 <= place < len(self._pieces) and self._settle():
            self._place = place
            self._show()

    def turn_page(self, by: int) -> None:
        """Show another page of a PDF."""
        page = self._page + by
        if 0 <= page < self._page_count:
            self._page = page
            self._load_page()

    def turn(self) -> None:
        """Turn the picture by a quarter, clockwise; the record says so, the file stays as it is."""
        if self.picture.has_picture and not self._view.locked and self._settle():
            turned = (self.record.rotation + QUARTER) % WHOLE_TURN
            if self._describe(replace(self.record, rotation=turned)):
                self.picture.turn(turned)

    def _keep(self) -> None:
        record = self.form.record()
        if record is not None and not self._view.locked and record != self.record:
            self._describe(record)

    def _describe(self, record: EvidenceRecord) -> bool:
        try:
            self._view = self._backend.evidence.describe(self._view.id, record)
        except InputRefused as refused:
            self.form.show_refusal(say_error(refused), refused.code)
            return False
        except QassessError as failure:
            self.failed.emit(failure)
            return False
        self._show_record()
        self.setWindowTitle(self.record.title or self.record.name)
        self.changed.emit(self._view)
        return True

    def _settle(self) -> bool:
        """Save what is typed; tell whether nothing is refused."""
        self._keep()
        refused = self.form.refused
        if refused is not None:
            refused.setFocus()
        return refused is None

    def _open(self) -> None:
        record = self.record
        self._jobs.start(
            lambda: self._backend.evidence.copy_to_open(record),
            lambda copy: QDesktopServices.openUrl(QUrl.fromLocalFile(str(copy))),
        )

    def _save(self) -> None:
        record = self.record
        name, _kind = QFileDialog.getSaveFileName(self, _("Save a copy"), record.name)
        if name:
            self._jobs.start(lambda: self._backend.evidence.save_copy(record, Path(name)), lambda _done: None)

    def _remove(self) -> None:
        self.removed.emit(self.sha256)

    def drop_piece(self, sha256: str, view: "AssessmentView") -> None:
        """Go on without a piece that was taken off; close after the last."""
        self._view = view
        self._pieces.remove(sha256)
        if self._pieces:
            self._place = min(self._place, len(self._pieces) - 1)
            self._show()
        else:
            self._pieces, self._place = [sha256], 0
            self._leave()

    def reject(self) -> None:
        """Close; where something typed is refused only when asked a second time."""
        typed = self.form.dated.text() + self.form.pages.text()
        if self._settle() or self._warned_of == typed:
            self._leave()
        self._warned_of = typed

    def _leave(self) -> None:
        self._jobs.forget()
        super().reject()


def _image_of(path: Path | None) -> QImage:
    return QImage(str(path)) if path is not None else QImage()


def _named(sign: str, words: str) -> QPushButton:
    made = button(sign)
    made.setAccessibleName(words)
    made.setToolTip(words)
    return made


def _without_arguments(act: Callable[[], object]) -> Callable[..., object]:
    return lambda *_: act()
