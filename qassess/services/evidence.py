"""Attach evidence to items. The original bytes are kept beside the database before any record names them.

Whatever is attached, taken off or described here is one edit, undone and redone with everything it touched.
"""

import mimetypes
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from qassess.domain.answers import Entry
from qassess.domain.edits import edited
from qassess.domain.payloads import EvidenceRecord, revised
from qassess.domain.plain_date import read_date
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
from qassess.services.workspace import Edit, Workspace
from qassess.storage.unit_of_work import UnitOfWork

Report = Callable[[int, int, str], object]
"""Told of KiB copied, KiB in all, and the name of the file under way."""

KIB = 1024


@dataclass(frozen=True, slots=True)
class Pasted:
    """A file without a path: what the clipboard held, under a name made for it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Attached:
    """What came of attaching: hashes in the order given, and why each of the others was left out."""

    pieces: tuple[str, ...]
    refused: tuple[QassessError, ...]


class _Stopped(Exception):
    """Somebody asked to stop in the middle of a file."""


def attach_evidence(
    workspace: Workspace, assessment: str, item_id: str, path: Path, *, title: str = "", dated: str = ""
) -> AssessmentView:
    """Store a file and attach it to an item; one file may serve many items.

    ``dated``: the document's own date, ``YYYY-MM-DD`` or empty. Raises ``QassessError("file.unreadable")``,
    ``InputRefused("evidence.empty")`` for a file without content.
    """
    _refuse_unless_open(workspace, assessment, item_id)
    record = _kept(workspace, path, lambda _size: None)
    _attach(workspace, assessment, item_id, (replace(record, title=title or record.title, dated=dated),))
    return open_assessment(workspace, assessment)


def attach_files(
    workspace: Workspace,
    assessment: str,
    item_id: str,
    sources: Sequence[Path | Pasted],
    *,
    report: Report = lambda _done, _total, _name: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Attached:
    """Store several files and attach them to an item as one edit; what cannot be read is named and the rest goes on.

    A stop leaves out the file under way and those after it; what is whole by then is attached. Raises
    ``QassessError("assessment.locked")`` before anything is copied, and what a full or read-only disk raises.
    """
    _refuse_unless_open(workspace, assessment, item_id)
    kept: list[EvidenceRecord] = []
    refused: list[QassessError] = []
    total, done = sum(map(_size_of, sources)) // KIB, 0
    for source in sources:
        copied = 0

        def tick(size: int, before: int = done, name: str = source.name) -> None:
            nonlocal copied
            copied += size
            report(before + copied // KIB, total, name)
            if is_stopped():
                raise _Stopped

        try:
            kept.append(_kept(workspace, source, tick))
        except _Stopped:
            break
        except QassessError as left_out:
            if left_out.code.startswith("database."):
                raise
            refused.append(left_out)
        done += _size_of(source) // KIB
    if kept:
        _attach(workspace, assessment, item_id, kept)
    return Attached(tuple(record.sha256 for record in kept), tuple(refused))


def attach_stored(workspace: Workspace, assessment: str, item_id: str, pieces: Iterable[str]) -> AssessmentView:
    """Attach pieces the assessment has already to one more item.

    Raises ``QassessError("evidence.unknown")`` for a piece it does not have.
    """
    view, wanted = open_assessment(workspace, assessment), tuple(pieces)
    known = [view.evidence[sha] for sha in wanted if sha in view.evidence]
    if len(known) != len(wanted):
        raise QassessError("evidence.unknown")
    _attach(workspace, assessment, item_id, known)
    return open_assessment(workspace, assessment)


def detach_evidence(workspace: Workspace, assessment: str, item_id: str, sha256: str) -> AssessmentView:
    """Take a piece of evidence off an item; its bytes stay, and so does its record, as withdrawn if nothing uses it."""
    with workspace.database.unit_of_work() as uow:
        view = read_view(workspace, uow, assessment)
        refuse_if_locked(view)
        entry = view.entries.get(item_id, Entry())
        kept = tuple(known for known in entry.evidence if known != sha256)
        edit = append_entry(workspace, uow, view, item_id, replace(entry, evidence=kept), keep_draft=True)
        is_used = any(sha256 in other.evidence for item, other in view.entries.items() if item != item_id)
        along = () if is_used else _withdrawn(workspace, uow, view, item_id, sha256)
        uow.commit()
    _remember(workspace, edit, along)
    return open_assessment(workspace, assessment)


def describe_evidence(workspace: Workspace, assessment: str, record: EvidenceRecord) -> AssessmentView:
    """Save a piece's title, document number, own date, issuer, pages, caption and rotation.

    Raises ``InputRefused``: ``date.not_a_date``, ``evidence.pages``.
    """
    record = replace(record, dated=read_date(record.dated), rotation=record.rotation % 360)
    if record.pages < 0:
        raise InputRefused("evidence.pages", typed=str(record.pages))
    with workspace.database.unit_of_work() as uow:
        view = read_view(workspace, uow, assessment)
        refuse_if_locked(view)
        user = next((item for item, entry in view.entries.items() if record.sha256 in entry.evidence), "")
        edit = _write(workspace, uow, view, user, record)
        uow.commit()
    _remember(workspace, edit, ())
    return open_assessment(workspace, assessment)


def added_at(workspace: Workspace, assessment: str, sha256: str) -> datetime | None:
    """Return when a piece was attached first, UTC; ``None`` if it never was."""
    entity = entity_of(prefix_of(assessment), Kind.EVIDENCE, sha256)
    with workspace.database.unit_of_work(reading=True) as uow:
        first = next(iter(uow.history(entity)), None)
    return datetime.fromtimestamp(first.revision.hlc / 1000, UTC) if first is not None else None


def _refuse_unless_open(workspace: Workspace, assessment: str, item_id: str) -> None:
    view = open_assessment(workspace, assessment)
    refuse_if_locked(view)
    item_of(view, item_id)


def _size_of(source: Path | Pasted) -> int:
    if isinstance(source, Pasted):
        return len(source.content)
    try:
        return source.stat().st_size
    except OSError:
        return 0


def _kept(workspace: Workspace, source: Path | Pasted, tick: Callable[[int], object]) -> EvidenceRecord:
    """Keep the bytes and return the record that will name them."""
    try:
        size = len(source.content) if isinstance(source, Pasted) else source.stat().st_size
    except OSError as unreadable:
        raise QassessError("file.unreadable", path=str(source), reason=str(unreadable.strerror)) from unreadable
    if size == 0:
        raise InputRefused("evidence.empty", path=source.name)
    content = source.content if isinstance(source, Pasted) else source
    return EvidenceRecord(
        sha256=workspace.evidence.store(content, tick=tick),
        name=source.name,
        mime=mimetypes.guess_type(source.name)[0] or "application/octet-stream",
        size=size,
        title=Path(source.name).stem,
    )


def _attach(workspace: Workspace, assessment: str, item_id: str, records: Sequence[EvidenceRecord]) -> None:
    """Attach kept files to an item in one transaction, which is one edit."""
    with workspace.database.unit_of_work() as uow:
        view = read_view(workspace, uow, assessment)
        refuse_if_locked(view)
        item_of(view, item_id)
        named = [_named(workspace, uow, view, item_id, record) for record in records]
        entry = view.entries.get(item_id, Entry())
        attached = tuple(dict.fromkeys((*entry.evidence, *(record.sha256 for record in records))))
        edit = append_entry(workspace, uow, view, item_id, replace(entry, evidence=attached), keep_draft=True)
        uow.commit()
    _remember(workspace, edit, tuple(known for known in named if known is not None))


def _named(
    workspace: Workspace, uow: UnitOfWork, view: AssessmentView, item_id: str, record: EvidenceRecord
) -> Edit | None:
    """Write a piece's record where there is none in force; taking that back withdraws it."""
    known = view.evidence.get(record.sha256)
    if known is not None and not known.withdrawn:
        return None
    edit = _write(workspace, uow, view, item_id, record if known is None else replace(known, withdrawn=False))
    if edit is not None and edit.before is None:
        return replace(edit, before=edit.after | {"withdrawn": True})
    return edit


def _withdrawn(
    workspace: Workspace, uow: UnitOfWork, view: AssessmentView, item_id: str, sha256: str
) -> tuple[Edit, ...]:
    """Say in the record that nothing uses it, so that another's work on it meets the withdrawal as a conflict."""
    known = view.evidence.get(sha256)
    if known is None or known.withdrawn:
        return ()
    edit = _write(workspace, uow, view, item_id, replace(known, withdrawn=True))
    return (edit,) if edit is not None else ()


def _write(
    workspace: Workspace, uow: UnitOfWork, view: AssessmentView, item_id: str, record: EvidenceRecord
) -> Edit | None:
    entity = entity_of(prefix_of(view.id), Kind.EVIDENCE, record.sha256)
    before = current_document(uow, entity)
    after = edited(Kind.EVIDENCE, before, revised(before, record))
    if before == after:
        return None
    workspace.append(uow, Kind.EVIDENCE, entity, after)
    return Edit(view.id, Kind.EVIDENCE, item_id, entity, before, after)


def _remember(workspace: Workspace, edit: Edit | None, along: tuple[Edit, ...]) -> None:
    if edit is not None:
        remember_edit(workspace, replace(edit, along=along))
    elif along:
        remember_edit(workspace, replace(along[0], along=along[1:]))
