"""Export: what goes in, a password if wished, one file; then the receipt."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from qassess.i18n import _, ngettext
from qassess.ui.cells import Cell, Head, Line, Look
from qassess.ui.cells_table import CellsTable
from qassess.ui.channel import Channel
from qassess.ui.entry_editors.base import Labelled
from qassess.ui.exchange_state import ExportLine, ReceiptState
from qassess.ui.job_line import JobLine
from qassess.ui.jobs import JobRunner
from qassess.ui.office import ExchangeBackend
from qassess.ui.page import Page, Sheet
from qassess.ui.page_jobs import PageJobs
from qassess.ui.receipt_card import ReceiptCard
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import IconLine, KeyButton, LineField, button, clear, column, frame, inside, row, text

MOST_ROWS = 7
SUFFIX = ".qassess"


class ExportPage(Page):
    """Chooses, writes and shows the receipt. ``folder`` is where files are proposed."""

    name = "export"
    home_wanted = Signal()
    notice = Signal(str)
    failed = Signal(object)
    exported = Signal(object)
    slip_saved = Signal(object)

    def __init__(
        self, tokens: Tokens, backend: ExchangeBackend, runner: JobRunner, folder: Path, chosen: Sequence[str]
    ) -> None:
        super().__init__()
        self._tokens, self._backend, self._folder = tokens, backend, folder
        self._jobs = PageJobs(runner, self._on_failed)
        self._channel: Channel | None = None
        self._receipt: ReceiptState | None = None
        self._named_by_hand = False
        self._middle = column(spacing=14)
        self._build_form()
        content = QWidget()
        inside(content, self._middle)
        inside(self, column(Sheet(content, widest=900, margins=(28, 20))))
        self._build_bar()
        self._jobs.start(backend.exportable, lambda lines: self.show_lines(lines, chosen))

    def _build_bar(self) -> None:
        self.back = KeyButton(_("Home"), look="flat", pictured=("back", self._tokens.second))
        self.back.clicked.connect(lambda *_: self.home_wanted.emit())
        hint = text(_("one file for the office, with its whole history"), "second")
        self.bar_left = inside(QWidget(), row(self.back, text(_("Export"), "bar-title"), hint, spacing=12))
        self.commands = {"back": self.home_wanted.emit, "export": self.export_chosen}

    def _build_form(self) -> None:
        heads = (
            Head(_("Assessed body"), 220),
            Head(_("Round"), 180),
            Head(_("Items"), 110),
            Head(_("State"), 180),
        )
        self.table = CellsTable(self._tokens, _("What goes into the file"), heads, several=True)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._on_chosen())
        self.count = text("", "second")
        self.password = self._secret(_("Password (optional)"))
        self.again = self._secret(_("Password once more"))
        self.path = LineField(name=_("File"))
        self.path.setMinimumWidth(px(480))
        self.path.textEdited.connect(lambda *_: self._on_named())
        self.refusal = IconLine(self._tokens, "refused", "wrong")
        self.refusal.say("")
        self.job = JobLine(self._tokens)
        self.go = KeyButton(_("Export"), "Enter", look="accent")
        self.go.setAutoDefault(True)
        self.go.clicked.connect(lambda *_: self.export_chosen())
        choose = button(_("Choose…"), pressed=self._choose_file)
        named = row(Labelled(_("File"), self.path), choose, spacing=8)
        named.setStretch(0, 1)
        named.setAlignment(choose, Qt.AlignmentFlag.AlignBottom)
        secrets = row(Labelled(self.password.accessibleName(), self.password), spacing=12)
        secrets.addWidget(Labelled(self.again.accessibleName(), self.again))
        hint = _(
            "Without a password anybody who has the stick can read the file. Nobody can open it without the password."
        )
        card = frame("card")
        inside(card, column(named, secrets, text(hint, "caption", wrap=True), self.refusal, spacing=10), 20, 16)
        foot = row(self.job, None, self.go, spacing=12)
        foot.setStretch(0, 1)
        head = row(text(_("What goes into the file"), "heading"), None, self.count)
        self._form = inside(QWidget(), column(head, self.table, card, foot, spacing=12))
        self._middle.addWidget(self._form)
        self._middle.addStretch(1)

    def _secret(self, name: str) -> LineField:
        field = LineField(name=name)
        field.setEchoMode(QLineEdit.EchoMode.Password)
        return field

    def show_lines(self, lines: Sequence[ExportLine], chosen: Sequence[str]) -> None:
        """Show what can be exported, some of it chosen."""
        self.table.show_lines([_line(known) for known in lines])
        self.table.fit(MOST_ROWS)
        self.table.clearSelection()
        mode = self.table.selectionModel().SelectionFlag.Select | self.table.selectionModel().SelectionFlag.Rows
        wanted = chosen or [known.id for known in lines[:1]]
        for known in lines:
            if known.id in wanted:
                place = self.table.lines.place_of(known.id)
                self.table.selectionModel().select(self.table.filter.index(place, 0), mode)
        self._on_chosen()
        self.focus_first()

    @property
    def chosen(self) -> tuple[ExportLine, ...]:
        """What goes into the file."""
        return tuple(line for line in self.table.selected() if isinstance(line, ExportLine))

    def _on_chosen(self) -> None:
        chosen = self.chosen
        words = ngettext("{count} assessment chosen", "{count} assessments chosen", len(chosen))
        hint = _("Ctrl and Shift choose several") if not chosen else words.format(count=len(chosen))
        self.count.setText(hint)
        self.go.setEnabled(bool(chosen) and self._channel is None)
        if not self._named_by_hand:
            self.path.show_text(str(free_path(self._folder, _stem(chosen))) if chosen else "")

    def _on_named(self) -> None:
        self._named_by_hand = True
        self.refusal.say("")

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(self, _("Export to"), self.path.text(), f"*{SUFFIX}")
        if name:
            self._named_by_hand = True
            self.path.show_text(name if name.endswith(SUFFIX) else name + SUFFIX)

    def export_chosen(self) -> None:
        """Write the file, or say beside the fields why not."""
        refused = self._refused()
        self.refusal.say(refused)
        self.again.refuse(bool(refused) and self.password.text() != self.again.text())
        if refused or self._channel is not None:
            return
        backend, ids = self._backend, [line.id for line in self.chosen]
        out, password = Path(self.path.text().strip()), self.password.text()
        channel = self._channel = Channel()
        self.job.begin(
            channel, lambda _done, _total, _about: _("Writing and reading back {file}").format(file=out.name)
        )
        self.go.setEnabled(False)
        self._jobs.start(lambda: backend.export(ids, out, password, channel), self._on_exported)

    def _refused(self) -> str:
        if not self.chosen:
            return _("Choose what goes into the file.")
        if not self.path.text().strip():
            return _("Say where the file is to lie.")
        if self.password.text() != self.again.text():
            return _("The two passwords are not the same.")
        return ""

    def _on_exported(self, receipt: ReceiptState) -> None:
        self._channel = None
        self._receipt = receipt
        self.job.end()
        clear(self._middle)
        self.card = ReceiptCard(self._tokens, receipt)
        self.card.slip_wanted.connect(self._choose_slip)
        self.card.folder_wanted.connect(self._open_folder)
        self.card.notice.connect(self.notice)
        self._middle.addWidget(self.card)
        self._middle.addStretch(1)
        self.card.slip.setFocus()
        self.exported.emit(receipt)

    def _choose_slip(self) -> None:
        if self._receipt is not None:
            proposed = str(self._receipt.path.with_suffix(".pdf"))
            name, _kind = QFileDialog.getSaveFileName(self, _("Save the slip"), proposed, "PDF (*.pdf)")
            if name:
                self.save_slip(Path(name))

    def save_slip(self, out: Path) -> None:
        """Write the slip as a PDF."""
        receipt, backend = self._receipt, self._backend
        if receipt is not None:
            self._jobs.start(lambda: backend.save_slip(receipt, out), lambda _nothing: self._on_slip(out))

    def _on_slip(self, out: Path) -> None:
        self.notice.emit(_("Saved as {file}").format(file=out.name))
        self.slip_saved.emit(out)

    def _open_folder(self) -> None:
        if self._receipt is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._receipt.path.parent)))

    def _on_failed(self, error: BaseException) -> None:
        self._channel = None
        self.job.end()
        self._on_chosen()
        self.failed.emit(error)

    def leave(self) -> None:
        """Stop writing what nobody waits for; nothing half is left."""
        if self._channel is not None:
            self._channel.stop()
        self._jobs.forget()

    def focus_first(self) -> None:
        """Begin at the next thing to do."""
        (self.go if self.chosen else self.table).setFocus()


def _line(known: ExportLine) -> Line:
    cells = (
        Cell(known.body, look=Look.STRONG),
        Cell(known.round),
        Cell(known.items),
        Cell(known.state.words, look=Look.BADGE, tone=known.state.tone, picture=known.state.picture),
    )
    return Line(known, known.id, cells)


def _stem(chosen: Sequence[ExportLine]) -> str:
    first = f"{chosen[0].body}_{chosen[0].round}" if chosen else ""
    others = ngettext("{first}_and_{count}_more", "{first}_and_{count}_more", max(len(chosen) - 1, 0))
    named = first if len(chosen) < 2 else others.format(first=first, count=len(chosen) - 1)
    return "".join(letter if letter.isalnum() or letter in "-_（）()" else "_" for letter in named)


def free_path(folder: Path, stem: str) -> Path:
    """Return a path nobody has used yet: an export never replaces a file."""
    tried, number = folder / f"{stem}{SUFFIX}", 2
    while tried.exists():
        tried, number = folder / f"{stem}_{number}{SUFFIX}", number + 1
    return tried
