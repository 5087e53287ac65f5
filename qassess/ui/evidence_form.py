"""What is said of a piece of evidence, from its title to its caption; saved as it is entered."""

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from qassess.domain.payloads import EvidenceRecord
from qassess.i18n import _
from qassess.ui.evidence_state import size_words, sort_words
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import IconLine, LineField, NoteField, column, inside, row, text

CAPTION_HEIGHT = 64


class EvidenceForm(QWidget):
    """Fields of one piece. ``changed`` carries the record as it stands in the fields; pages as typed beside it."""

    changed = Signal()

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._record: EvidenceRecord | None = None
        self.title = LineField(name=_("Title"))
        self.number = LineField(name=_("Document number"))
        self.dated = LineField(name=_("Date of the document"), placeholder="2024-03-05")
        self.issuer = LineField(name=_("Issued by"))
        self.pages = LineField(name=_("Pages"))
        self.caption = NoteField(name=_("Caption"), placeholder=_("what is to be seen here"))
        self.caption.setFixedHeight(px(CAPTION_HEIGHT))
        self.refusal = IconLine(tokens, "refused", "wrong")
        self.warning = IconLine(tokens, "attention", "attention")
        self.about = text("", "caption", wrap=True)
        self.refusal.say("")
        self.warning.say("")
        for field in (self.title, self.number, self.dated, self.issuer, self.pages, self.caption):
            field.finished.connect(self.changed)
        dates = row(_labelled(self.dated), _labelled(self.pages), spacing=12)
        dates.setStretch(0, 2)
        dates.setStretch(1, 1)
        inside(
            self,
            column(
                _labelled(self.title),
                _labelled(self.number),
                dates,
                self.refusal,
                self.warning,
                _labelled(self.issuer),
                _labelled(self.caption),
                self.about,
                None,
                spacing=8,
            ),
        )

    def show_record(self, record: EvidenceRecord, sort: str, added: datetime | None, users: str) -> None:
        """Show another piece, or the same one as it is now saved."""
        self._record = record
        for field, words in (
            (self.title, record.title),
            (self.number, record.number),
            (self.dated, record.dated),
            (self.issuer, record.issuer),
            (self.pages, str(record.pages) if record.pages else ""),
        ):
            field.show_text(words)
            field.setCursorPosition(0)
        self.caption.show_text(record.caption)
        self.show_refusal("", "")
        facts = [record.name, f"{sort_words(sort)} · {size_words(record.size)}"]
        if added is not None:
            facts.append(_("Added {moment}").format(moment=added.astimezone().strftime("%Y-%m-%d %H:%M")))
        if users:
            facts.append(_("Used by {items}").format(items=users))
        self.about.setText("\n".join(facts))

    def record(self) -> EvidenceRecord | None:
        """Return the record as it stands in the fields; ``pages`` is -1 for what is no whole number."""
        if self._record is None:
            return None
        typed = self.pages.text().strip()
        pages = int(typed) if typed.isdecimal() else -1 if typed else 0
        return replace(
            self._record,
            title=self.title.text().strip(),
            number=self.number.text().strip(),
            dated=self.dated.text().strip(),
            issuer=self.issuer.text().strip(),
            pages=pages,
            caption=self.caption.toPlainText().strip(),
        )

    def show_refusal(self, words: str, code: str) -> None:
        """Say why something is refused, and mark its field; what was typed stays."""
        self.refusal.say(words)
        self.dated.refuse(code.startswith("date."))
        self.pages.refuse(code == "evidence.pages")

    @property
    def refused(self) -> LineField | None:
        """The field whose text is refused."""
        fields = (self.dated, self.pages)
        return next((field for field in fields if field.property("refused")), None)

    def allow(self, allowed: bool) -> None:
        """Switch writing on or off."""
        for field in (self.title, self.number, self.dated, self.issuer, self.pages, self.caption):
            field.setReadOnly(not allowed)


def _labelled(field: LineField | NoteField) -> QWidget:
    return inside(QWidget(), column(text(field.accessibleName(), "label"), field, spacing=2))
