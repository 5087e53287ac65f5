"""Look after a database: examine it, back it up, put a backup in its place."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from qassess.domain.answers import Entry
from qassess.domain.asked_references import asked_references
from qassess.domain.payloads import SignatureRecord
from qassess.domain.score_json import decimal_text
from qassess.errors import QassessError
from qassess.services.verify import Finding, verify_file
from qassess.services.views import AssessmentView, read_view
from qassess.services.workspace import Workspace, open_workspace
from qassess.storage.backup import back_up, restore
from qassess.storage.health import examine_file

LAST_BACKUP: Final = "last_backup"


def examine(path: Path) -> tuple[Finding, ...]:
    """Check a database: file, log, projection, evidence; then every assessment re-scored and its signed reports.

    Raises only ``QassessError("file.not_found")``.
    """
    if not path.is_file():
        raise QassessError("file.not_found", path=str(path))
    findings = [Finding(code=found.code, ok=found.ok, values=found.values) for found in examine_file(path)]
    if all(finding.ok is not False for finding in findings):
        findings.extend(_assessment_findings(path))
    return tuple(findings)


def _assessment_findings(path: Path) -> Iterator[Finding]:
    try:
        workspace = open_workspace(path, author="", device="", read_only=True)
    except QassessError as refused:
        yield Finding(code="doctor.opens", ok=False, values={"reason": refused.code})
        return
    try:
        with workspace.database.unit_of_work(reading=True) as uow:
            views = [read_view(workspace, uow, prefix.hex()) for prefix in uow.assessments()]
        for view in views:
            yield from assessment_findings(workspace, view)
    except QassessError as unreadable:
        yield Finding(code="doctor.assessment_readable", ok=False, values={"reason": unreadable.code})
    finally:
        workspace.close()


def assessment_findings(workspace: Workspace, view: AssessmentView) -> Iterator[Finding]:
    """Check one assessment: scored again, and each of its signed reports."""
    named: dict[str, str | int] = {"body": view.body.name, "year": view.record.year}
    total = decimal_text(view.sheet.total) if view.sheet.total is not None else "–"
    yield Finding(code="doctor.rescored", ok=True, values={**named, "total": total})
    for item in view.checklist.items:
        known = {asked.key for asked in asked_references(item)}
        for key in view.entries.get(item.id, Entry()).references:
            if key not in known:
                yield Finding(code="doctor.reference", ok=None, values={**named, "item": item.id, "key": key})
    for signature in _latest_by_digest(view.signatures):
        pdf = workspace.evidence.path_of(signature.pdf) if signature.pdf else None
        intact = pdf is not None and pdf.is_file() and verify_file(pdf, against=workspace).intact
        yield Finding(code="doctor.signed_report", ok=intact, values={**named, "digest": signature.digest[:16]})


def _latest_by_digest(signatures: tuple[SignatureRecord, ...]) -> tuple[SignatureRecord, ...]:
    """Keep the last signature of each report: its file carries all earlier ones."""
    return tuple({signature.digest: signature for signature in signatures}.values())


def back_up_database(workspace: Workspace, to: Path) -> None:
    """Copy the open database, re-read and verified before it stands under its name; the time is remembered."""
    back_up(workspace.database, to)
    with workspace.database.unit_of_work() as uow:
        uow.put_setting(LAST_BACKUP, workspace.clock().isoformat())
        uow.commit()


def last_backup(workspace: Workspace) -> datetime | None:
    """Return when this database was backed up last from this machine (UTC), ``None`` if it never was."""
    with workspace.database.unit_of_work(reading=True) as uow:
        written = uow.setting(LAST_BACKUP)
    try:
        moment = datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def proposed_backup(workspace: Workspace, folder: Path) -> Path:
    """Return a file name in a folder for a backup made now, one that no file has yet."""
    name = f"{workspace.database.path.stem}-{workspace.clock().astimezone():%Y%m%d-%H%M}"
    names = (f"{name}.db" if not number else f"{name}-{number}.db" for number in count())
    return next(folder / known for known in names if not (folder / known).exists())


def restore_database(source: Path, to: Path) -> Path | None:
    """Verify a backup and put it in the database's place; return where the replaced one is kept, if there was one."""
    return restore(source, to)
