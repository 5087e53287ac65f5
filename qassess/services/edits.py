"""Undo, redo and the history of an item. Undoing writes the inverse change; the log is never rewritten."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from qassess.domain.answers import Entry
from qassess.domain.edits import replaced
from qassess.domain.fields import DECISION
from qassess.domain.payloads import Document, to_document
from qassess.domain.revision import Kind, Revision, entity_of
from qassess.errors import QassessError
from qassess.services.assessments import current_document, open_assessment, record_entry, refuse_if_locked
from qassess.services.views import AssessmentView, entry_of, prefix_of, read_view
from qassess.services.workspace import Edit, Workspace


@dataclass(frozen=True, slots=True)
class UndoResult:
    """The assessment after undo or redo, and the item it touched (``None``: the agreement, or nothing to do)."""

    view: AssessmentView
    item_id: str | None
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One revision of an item: who, when (UTC), on which device, and the entry as it was then.

    ``reason`` is why a conflict was decided so; empty for an ordinary edit.
    """

    revision: str
    at: datetime
    author: str
    device: str
    entry: Entry
    is_current: bool
    reason: str = ""


def undo(workspace: Workspace, assessment: str) -> UndoResult:
    """Undo this session's latest edit of an assessment; nothing to undo is not an error."""
    edit = _latest(workspace.undoable, assessment)
    if edit is None:
        return UndoResult(open_assessment(workspace, assessment), None, done=False)
    _write(workspace, edit, back=True)
    workspace.undoable.remove(edit)
    workspace.redoable.append(edit)
    return UndoResult(open_assessment(workspace, assessment), edit.name or None, done=True)


def redo(workspace: Workspace, assessment: str) -> UndoResult:
    """Write the latest undone edit again; nothing to redo is not an error."""
    edit = _latest(workspace.redoable, assessment)
    if edit is None:
        return UndoResult(open_assessment(workspace, assessment), None, done=False)
    _write(workspace, edit, back=False)
    workspace.redoable.remove(edit)
    workspace.undoable.append(edit)
    return UndoResult(open_assessment(workspace, assessment), edit.name or None, done=True)


def history(workspace: Workspace, assessment: str, item_id: str) -> tuple[Change, ...]:
    """Return what people wrote of an item, the newest first; where heads were folded automatically is left out."""
    entity = entity_of(prefix_of(assessment), Kind.ENTRY, item_id)
    with workspace.database.unit_of_work(reading=True) as uow:
        heads = {stored.revision.id for stored in uow.heads(entity)}
        revisions = [stored.revision for stored in uow.history(entity)]
    return tuple(
        Change(
            revision=revision.id.hex(),
            at=datetime.fromtimestamp(revision.hlc / 1000, UTC),
            author=revision.author,
            device=revision.device,
            entry=entry_of(revision.payload),
            is_current=revision.id in heads,
            reason=_reason(revision),
        )
        for revision in reversed(revisions)
        if revision.author or revision.device
    )


def _reason(revision: Revision) -> str:
    decisions = json.loads(revision.payload).get(DECISION, {})
    return "；".join(dict.fromkeys(decided["reason"] for decided in decisions.values() if decided.get("reason")))


def restore(workspace: Workspace, assessment: str, item_id: str, revision: str) -> AssessmentView:
    """Enter an item again as it was in an earlier revision; itself an edit that can be undone.

    What the assessed body says of itself stays: it is not the assessor's to take back. Raises
    ``QassessError("revision.unknown")``.
    """
    for change in history(workspace, assessment, item_id):
        if change.revision == revision:
            known = open_assessment(workspace, assessment).entries.get(item_id, Entry())
            again = replace(change.entry, self_assessment=known.self_assessment)
            return record_entry(workspace, assessment, item_id, again)
    raise QassessError("revision.unknown", revision=revision[:12])


def _latest(edits: list[Edit], assessment: str) -> Edit | None:
    return next((edit for edit in reversed(edits) if edit.assessment == assessment), None)


def _before(edit: Edit) -> Document:
    """Return what was there before; an entity that did not exist goes back to the item with nothing entered."""
    return edit.before if edit.before is not None else {"item": edit.name} | to_document(Entry())


def _write(workspace: Workspace, edit: Edit, *, back: bool) -> None:
    """Change what an edit changed and nothing else: others may have changed the entities since."""
    with workspace.database.unit_of_work() as uow:
        refuse_if_locked(read_view(workspace, uow, edit.assessment))
        for part in (edit, *edit.along):
            old, new = (part.after, _before(part)) if back else (_before(part), part.after)
            current = current_document(uow, part.entity) or old
            workspace.append(uow, part.kind, part.entity, replaced(part.kind, current, old, new))
        uow.commit()
