"""Attach evidence to items. The original bytes are kept beside the database before any record names them."""

import mimetypes
from dataclasses import replace
from pathlib import Path

from qassess.domain.answers import Entry
from qassess.domain.edits import edited
from qassess.domain.payloads import EvidenceRecord, from_document, revised
from qassess.domain.revision import Kind, entity_of
from qassess.errors import InputRefused, QassessError
from qassess.services.assessments import (
    append_entry,
    current_document,
    item_of,
    open_assessment,
    refuse_if_locked,
    remember_edit,
)
from qassess.services.views import AssessmentView, prefix_of, read_view
from qassess.services.workspace import Workspace
from qassess.storage.unit_of_work import UnitOfWork


def attach_evidence(
    workspace: Workspace, assessment: str, item_id: str, path: Path, *, title: str = "", dated: str = ""
) -> AssessmentView:
    """Store a file and attach it to an item; one file may serve many items.

    ``dated``: the document's own date, ``YYYY-MM-DD`` or empty. Raises ``QassessError("file.unreadable")``,
    ``InputRefused("evidence.empty")`` for a file without content.
    """
    try:
        size = path.stat().st_size
        if size == 0:
            raise InputRefused("evidence.empty", path=path.name)
        sha256 = workspace.evidence.store(path)
    except OSError as unreadable:
        raise QassessError("file.unreadable", path=str(path), reason=str(unreadable.strerror)) from unreadable
    record = EvidenceRecord(
        sha256=sha256,
        name=path.name,
        mime=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        size=size,
        title=title or path.stem,
        dated=dated,
    )
    with workspace.database.unit_of_work() as uow:
        view = read_view(workspace, uow, assessment)
        refuse_if_locked(view)
        item_of(view, item_id)
        entity = entity_of(prefix_of(assessment), Kind.EVIDENCE, sha256)
        known = current_document(uow, entity)
        if known is None or known.get("withdrawn"):
            kept = record if known is None else replace(from_document(EvidenceRecord, known), withdrawn=False)
            workspace.append(uow, Kind.EVIDENCE, entity, edited(Kind.EVIDENCE, known, revised(known, kept)))
        entry = view.entries.get(item_id, Entry())
        attached = tuple(dict.fromkeys((*entry.evidence, sha256)))
        edit = append_entry(workspace, uow, view, item_id, replace(entry, evidence=attached))
        uow.commit()
    if edit is not None:
        remember_edit(workspace, edit)
    return open_assessment(workspace, assessment)


def detach_evidence(workspace: Workspace, assessment: str, item_id: str, sha256: str) -> AssessmentView:
    """Take a piece of evidence off an item; its bytes stay, and so does its record, as withdrawn if nothing uses it."""
    with workspace.database.unit_of_work() as uow:
        view = read_view(workspace, uow, assessment)
        refuse_if_locked(view)
        entry = view.entries.get(item_id, Entry())
        kept = tuple(known for known in entry.evidence if known != sha256)
        edit = append_entry(workspace, uow, view, item_id, replace(entry, evidence=kept))
        if not any(sha256 in other.evidence for item, other in view.entries.items() if item != item_id):
            _withdraw(workspace, uow, entity_of(prefix_of(assessment), Kind.EVIDENCE, sha256))
        uow.commit()
    if edit is not None:
        remember_edit(workspace, edit)
    return open_assessment(workspace, assessment)


def _withdraw(workspace: Workspace, uow: UnitOfWork, entity: bytes) -> None:
    """Say in the record that nothing uses it, so that another's work on it meets the withdrawal as a conflict."""
    known = current_document(uow, entity)
    if known is not None and not known.get("withdrawn"):
        record = replace(from_document(EvidenceRecord, known), withdrawn=True)
        workspace.append(uow, Kind.EVIDENCE, entity, edited(Kind.EVIDENCE, known, revised(known, record)))


def describe_evidence(workspace: Workspace, assessment: str, record: EvidenceRecord) -> AssessmentView:
    """Save a piece's title, document number, own date, issuer, pages and caption."""
    with workspace.database.unit_of_work() as uow:
        refuse_if_locked(read_view(workspace, uow, assessment))
        entity = entity_of(prefix_of(assessment), Kind.EVIDENCE, record.sha256)
        known = current_document(uow, entity)
        workspace.append(uow, Kind.EVIDENCE, entity, edited(Kind.EVIDENCE, known, revised(known, record)))
        uow.commit()
    return open_assessment(workspace, assessment)
