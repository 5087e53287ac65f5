"""What the panel at the right is given to show: clauses, evidence, changes; plain data, without Qt."""

from datetime import datetime
from typing import TYPE_CHECKING

from qassess.domain.answers import Entry
from qassess.domain.payloads import EvidenceRecord
from qassess.domain.scheme import Item
from qassess.i18n import _
from qassess.ui.item_state import answer_words
from qassess.ui.side_panel import ChangeLine, EvidenceLine, PanelState
from qassess.ui.texts import friendly_time, shown

if TYPE_CHECKING:
    from qassess.services.edits import Change
    from qassess.services.views import AssessmentView


def panel_state(view: "AssessmentView", item: Item, changes: "tuple[Change, ...]", now: datetime) -> PanelState:
    """Return the state of the panel for one item."""
    clauses = {clause.id: clause for clause in view.scheme.scheme.clauses}
    basis = view.scheme.scheme.basis
    number = basis[0].number if basis else ""
    entry = view.entries.get(item.id, Entry())
    earlier = (*(change.entry for change in changes[1:]), Entry())
    return PanelState(
        clauses=tuple(
            (clauses[known].quote, _("clause {id} · {document}").format(id=known, document=number))
            for known in item.clauses
            if known in clauses
        ),
        asked=shown(item.evidence.text) if item.evidence else "",
        required=item.evidence.required if item.evidence else 0,
        evidence=tuple(_piece(view, sha256) for sha256 in entry.evidence),
        changes=tuple(
            ChangeLine(
                change.revision,
                friendly_time(change.at, now),
                _("{who}: {what}").format(who=change.author, what=change_words(item, change.entry, before)),
                change.is_current,
            )
            for change, before in zip(changes, earlier, strict=False)
        ),
        locked=view.locked,
    )


def change_words(item: Item, entry: Entry, before: Entry) -> str:
    """Return what one revision changed: the answer, or whatever else it is that differs from the one before."""
    if entry.answer != before.answer:
        return answer_words(item, entry.answer)
    changed = (
        (entry.flagged != before.flagged, _("flagged") if entry.flagged else _("flag taken off")),
        (
            entry.adjustment != before.adjustment,
            _("points adjusted") if entry.adjustment else _("adjustment taken off"),
        ),
        (len(entry.evidence) > len(before.evidence), _("evidence added")),
        (len(entry.evidence) < len(before.evidence), _("evidence removed")),
        (entry.references != before.references, _("reference values")),
        (entry.note != before.note, _("note")),
    )
    return next((words for is_so, words in changed if is_so), answer_words(item, entry.answer))


def _piece(view: "AssessmentView", sha256: str) -> EvidenceLine:
    record = view.evidence.get(sha256, EvidenceRecord(sha256=sha256, name=sha256[:12]))
    words = record.title or record.name
    if record.dated and not record.dated.startswith(str(view.record.year)):
        return EvidenceLine(
            sha256, words, _("The date {date} is outside the assessment year").format(date=record.dated)
        )
    return EvidenceLine(sha256, words)
