"""Decide conflicts: a decision is a revision over all sides, kept with its reason, and can be undone like any edit."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from qassess.domain.answers import Entry
from qassess.domain.canonical import canonical_text
from qassess.domain.edits import decided, plain
from qassess.domain.fields import DECISION, WITHDRAWN, fields_of
from qassess.domain.payloads import AssessmentRecord, Document, EvidenceRecord, from_document
from qassess.domain.revision import Kind, Revision, entity_of
from qassess.domain.settling import Side
from qassess.errors import QassessError
from qassess.services.assessments import (
    append_entry,
    open_assessment,
    preview,
    refuse_if_unreadable,
    remember_edit,
)
from qassess.services.conflicts import Conflict, conflicts
from qassess.services.standing import Standing, standing_of
from qassess.services.views import AssessmentView, prefix_of, read_view
from qassess.services.workspace import Edit, Workspace
from qassess.storage.unit_of_work import UnitOfWork
from qassess.wording.exchange import moment, say_value

_TEXTS = ("note", "caption")


def decide(workspace: Workspace, conflict_id: str, take: int, *, reason: str = "") -> AssessmentView:
    """Take one side, counted from 0.

    Raises ``QassessError``: ``conflict.unknown`` where it is decided or has other sides by now,
    ``conflict.no_such_side``, ``conflict.reason_missing``, ``assessment.locked`` for what differs from what was signed.
    """
    conflict = found_conflict(workspace, conflict_id)
    return _decide(workspace, conflict, _value_of(conflict, take), reason)


def decide_value(workspace: Workspace, conflict_id: str, value: Any, *, reason: str = "") -> AssessmentView:  # noqa: ANN401 - JSON
    """Put a value of one's own (the field's JSON form, ``None`` for empty) in the place of all sides.

    Raises as :func:`decide`, ``conflict.unfit`` for a value that is none of that field, and the refusal of an answer.
    """
    return _decide(workspace, found_conflict(workspace, conflict_id), value, reason)


def keep_both(workspace: Workspace, conflict_id: str, take: int, *, reason: str = "") -> AssessmentView:
    """Take one side and put the others' words into the item's note; texts are joined instead.

    Raises as :func:`decide`, and ``conflict.unfit`` where there is no note to put them into.
    """
    conflict = found_conflict(workspace, conflict_id)
    value = _value_of(conflict, take)
    if conflict.name in _TEXTS:
        return _decide(workspace, conflict, _joined(conflict), reason)
    if conflict.kind != Kind.ENTRY:
        raise QassessError("conflict.unfit")
    others = [choice.side for number, choice in enumerate(conflict.sides) if number != take]
    words = "\n".join(
        f"〔{side.author} {moment(datetime.fromtimestamp(side.hlc / 1000, UTC))}〕{say_value(side.value)}"
        for side in others
    )
    return _decide(workspace, conflict, value, reason, words)


def decide_all(
    workspace: Workspace, conflict_ids: Iterable[str], *, author: str, reason: str = ""
) -> tuple[tuple[str, str], ...]:
    """Take everything from one author; return each id with the code of why it was not decided, empty if it was."""
    known = {conflict.id: conflict for conflict in conflicts(workspace)}
    return tuple((wanted, _taken_from(workspace, known.get(wanted), author, reason)) for wanted in conflict_ids)


def found_conflict(workspace: Workspace, conflict_id: str) -> Conflict:
    """Return an open conflict.

    Raises ``QassessError("conflict.unknown")``.
    """
    for conflict in conflicts(workspace):
        if conflict.id == conflict_id:
            return conflict
    raise QassessError("conflict.unknown", conflict=conflict_id)


def _value_of(conflict: Conflict, take: int) -> Any:  # noqa: ANN401 - any JSON
    if not 0 <= take < len(conflict.sides):
        raise QassessError("conflict.no_such_side", conflict=conflict.id)
    return conflict.sides[take].side.value


def _taken_from(workspace: Workspace, conflict: Conflict | None, author: str, reason: str) -> str:
    if conflict is None:
        return "conflict.unknown"
    sides = [choice.side for choice in conflict.sides if choice.side.author == author]
    if len(sides) != 1:
        return "conflict.no_such_side"
    try:
        _decide(workspace, conflict, sides[0].value, reason)
    except QassessError as refused:
        return refused.code
    return ""


def _decide(
    workspace: Workspace,
    conflict: Conflict,
    value: Any,  # noqa: ANN401 - any JSON
    reason: str,
    words: str = "",
) -> AssessmentView:
    if conflict.needs_reason and not reason.strip():
        raise QassessError("conflict.reason_missing")
    with workspace.database.unit_of_work() as uow:
        edit = _write(workspace, uow, conflict, _Decision(value, reason.strip(), words))
        if conflict.kind == Kind.EVIDENCE and conflict.field == WITHDRAWN and value is False:
            edit = replace(edit, along=_attach_again(workspace, uow, conflict))
        view = read_view(workspace, uow, conflict.assessment)
        if view.locked and (conflict.item_id or "") in view.changed_since_signing:
            raise QassessError("assessment.locked", body=view.body.name, year=view.record.year)
        uow.commit()
    remember_edit(workspace, edit)
    return open_assessment(workspace, conflict.assessment)


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is to stand in the field, why, and what is to be added to the note."""

    value: object
    reason: str
    words: str


def _write(workspace: Workspace, uow: UnitOfWork, conflict: Conflict, decision: _Decision) -> Edit:
    standing = standing_of(uow, conflict.entity)
    if standing is None or conflict.id not in {known.id for known in standing.conflicts}:
        raise QassessError("conflict.unknown", conflict=conflict.id)
    before = plain(standing.document)
    after = decided(conflict.kind, before, conflict.field, decision.value)
    if decision.words:
        after = decided(conflict.kind, after, ("note",), "\n".join((*_notes(standing), decision.words)))
    _refuse_unfit(read_view(workspace, uow, conflict.assessment), conflict, after)
    sides = [choice.side.revision.hex() for choice in conflict.sides]
    payload = {**after, DECISION: {conflict.name: {"of": sides, "reason": decision.reason}}}
    workspace.append(uow, Kind(conflict.kind), conflict.entity, payload)
    return Edit(conflict.assessment, Kind(conflict.kind), conflict.item_id or "", conflict.entity, before, after)


def _notes(standing: Standing) -> tuple[str, ...]:
    """Return what stands in the note; of a note that is in conflict itself, what every side says."""
    sides = [side.value for known in standing.conflicts if known.name == "note" for side in known.sides]
    texts = sides or [standing.document.get("note")]
    return tuple(text for text in texts if isinstance(text, str) and text)


def _joined(conflict: Conflict) -> str:
    texts = [choice.side.value for choice in conflict.sides]
    return "\n".join(text for text in texts if isinstance(text, str) and text)


def _refuse_unfit(view: AssessmentView, conflict: Conflict, document: Document) -> None:
    """Refuse a payload this program could not read again, and an answer it could not score."""
    form: type = {Kind.ENTRY: Entry, Kind.ASSESSMENT: AssessmentRecord, Kind.EVIDENCE: EvidenceRecord}[
        Kind(conflict.kind)
    ]
    try:
        canonical_text(document)
        record: object = from_document(form, document)
    except (ValidationError, TypeError, ValueError) as unfit:
        raise QassessError("conflict.unfit") from unfit
    if isinstance(record, Entry) and conflict.item_id is not None:
        refuse_if_unreadable(preview(view, conflict.item_id, record))


def _attach_again(workspace: Workspace, uow: UnitOfWork, conflict: Conflict) -> tuple[Edit, ...]:
    """Put a piece that was withdrawn and is kept after all back on the items it was taken off by that withdrawal."""
    withdrawn = next(choice.side for choice in conflict.sides if choice.side.value is True)
    view = read_view(workspace, uow, conflict.assessment)
    sha256 = next(known for known in view.evidence if entity_of_piece(view, known) == conflict.entity)
    taken_off = {
        item: entry
        for item, entry in view.entries.items()
        if sha256 not in entry.evidence
        and _took_off(uow, entity_of(prefix_of(view.id), Kind.ENTRY, item), sha256, withdrawn)
    }
    edits = (
        append_entry(workspace, uow, view, item, replace(entry, evidence=(*entry.evidence, sha256)))
        for item, entry in taken_off.items()
    )
    return tuple(edit for edit in edits if edit is not None)


def entity_of_piece(view: AssessmentView, sha256: str) -> bytes:
    """Return the entity of a piece of evidence of an assessment."""
    return entity_of(prefix_of(view.id), Kind.EVIDENCE, sha256)


def _took_off(uow: UnitOfWork, entity: bytes, sha256: str, by: Side) -> bool:
    """Tell whether the one who withdrew a piece took it off this item."""
    history = {stored.revision.id: stored.revision for stored in uow.history(entity)}
    return any(
        not _has(revision, sha256) and any(_has(history[parent], sha256) for parent in revision.parents)
        for revision in history.values()
        if (revision.author, revision.device) == (by.author, by.device)
    )


def _has(revision: Revision, sha256: str) -> bool:
    return ("evidence", sha256) in fields_of(Kind.ENTRY, json.loads(revision.payload))
