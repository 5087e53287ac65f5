"""What is said of evidence on the screens: plain data in words, without Qt."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qassess.domain.answers import Entry
from qassess.domain.payloads import EvidenceRecord
from qassess.domain.plain_date import is_outside_year
from qassess.i18n import _, later

if TYPE_CHECKING:
    from qassess.services.evidence_check import EvidenceFaults
    from qassess.services.views import AssessmentView

_UNITS = ("KB", "MB", "GB")
_STEP = 1024
_SORTS = {
    "image": later("Picture"),
    "pdf": later("PDF document"),
    "office": later("Office document"),
    "sound": later("Sound recording"),
    "film": later("Film"),
    "other": later("File of another kind"),
}
_NO_PICTURE = {
    "missing": later("The file is missing from the evidence folder."),
    "too_large": later("This picture is too large to be shown here. The file itself is kept as it is."),
    "unreadable": later("This file cannot be shown: it is broken or of an unknown form. It is kept as it is."),
    "none": later("Files of this kind are opened with their own program."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One piece as the panel shows it. ``fault``: missing or damaged; ``warning``: what is odd about it."""

    record: EvidenceRecord
    words: str
    ending: str
    fault: str = ""
    warning: str = ""

    @property
    def said(self) -> str:
        """Everything there is to say, in one line."""
        return "；".join(part for part in (self.words, self.fault, self.warning) if part)


def evidence_lines(view: "AssessmentView", item: str, faults: "EvidenceFaults") -> tuple[EvidenceLine, ...]:
    """Return an item's evidence as the panel shows it."""
    entry = view.entries.get(item, Entry())
    return tuple(_line(view, record_of(view, sha), faults) for sha in entry.evidence)


def record_of(view: "AssessmentView", sha256: str) -> EvidenceRecord:
    """Return what is known of a piece; of one without a record its hash only."""
    return view.evidence.get(sha256, EvidenceRecord(sha256=sha256, name=sha256[:12]))


def _line(view: "AssessmentView", record: EvidenceRecord, faults: "EvidenceFaults") -> EvidenceLine:
    words = record.title or record.name
    return EvidenceLine(
        record=record,
        words=words,
        ending=ending_of(record),
        fault=fault_words(record, faults),
        warning=year_warning(view, record),
    )


def ending_of(record: EvidenceRecord) -> str:
    """Return the ending of a piece's name as a tile shows it, ``PDF``."""
    _name, dot, ending = record.name.rpartition(".")
    return ending.upper()[:5] if dot else ""


def year_warning(view: "AssessmentView", record: EvidenceRecord) -> str:
    """Say that a piece is dated outside the assessment year, the same year the report goes by."""
    if not is_outside_year(record.dated, view.record.year, view.scheme.scheme.year_start):
        return ""
    return _("“{name}”: the date {date} is outside the assessment year").format(
        name=record.title or record.name, date=record.dated
    )


def fault_words(record: EvidenceRecord, faults: "EvidenceFaults") -> str:
    """Say that a piece's file is missing or damaged, and what mends it."""
    name = record.title or record.name
    if record.sha256 in faults.missing:
        return _("“{name}”: the file is missing. Attach it again from where it came, or remove it.").format(name=name)
    if record.sha256 in faults.damaged:
        return _("“{name}”: the file is damaged. Attach it again from where it came, or remove it.").format(name=name)
    return ""


def picture_words(outcome: str) -> str:
    """Say why there is no picture of a piece."""
    return _(_NO_PICTURE[outcome])


def sort_words(sort: str) -> str:
    """Return what a piece is."""
    return _(_SORTS[sort])


def size_words(size: int) -> str:
    """Return a file's size as one says it: ``18 KB``, ``3.4 MB``."""
    amount, unit = size / _STEP, _UNITS[0]
    for larger in _UNITS[1:]:
        if amount < _STEP:
            break
        amount, unit = amount / _STEP, larger
    return f"{amount:.0f} {unit}" if unit == _UNITS[0] or amount >= 100 else f"{amount:.1f} {unit}"


def users_of(view: "AssessmentView", sha256: str) -> str:
    """Return the codes of the items that use a piece."""
    codes = (
        view.checklist.codes[item.id]
        for item in view.checklist.items
        if sha256 in view.entries.get(item.id, Entry()).evidence
    )
    return "、".join(codes)
