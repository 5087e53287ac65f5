"""Whole copies of a database with its evidence, and putting one back. A copy is verified before it gets its name."""

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from qassess.errors import QassessError
from qassess.storage.database import Database, open_database
from qassess.storage.durable_files import sync_file, sync_folder
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.failures import failures_named
from qassess.storage.health import Finding, examine_file
from qassess.storage.instance_lock import InstanceLock
from qassess.storage.placement import refuse_shared_place
from qassess.storage.schema import free_name

_OF_THE_TARGET = ("database.disk_full", "database.disk_error", "database.read_only")


@dataclass(frozen=True, slots=True)
class BackupReceipt:
    """What was copied: the file, its revisions, its size in bytes, and the pieces of evidence that are now beside it.

    ``damaged`` are hashes of evidence whose bytes have changed; such bytes are copied under the hash they have now.
    """

    path: Path
    revisions: int
    size: int
    evidence: int
    damaged: tuple[str, ...]


def back_up(database: Database, to: Path) -> BackupReceipt:
    """Copy a database, open or not, and its evidence; a share or a stick will do.

    Raises ``QassessError("backup.exists")``; ``backup.unsound`` when the copy does not hold (then none is left);
    ``database.disk_full``, ``database.read_only``, ``database.unreadable`` for the target.
    """
    to = to.resolve()
    if to.exists():
        raise QassessError("backup.exists", path=str(to))
    with failures_named(to), TemporaryDirectory(prefix=f".{to.name}.", dir=to.parent) as folder:
        copy = Path(folder) / to.name
        _write_copy(database, copy, to)
        findings = _refuse_unsound(copy, "backup.unsound")
        evidence = EvidenceStore(database.path)
        damaged = _add_evidence(evidence, EvidenceStore(to))
        copied = len(tuple(evidence.hashes())) - len(damaged)
        copy.replace(to)
        sync_folder(to.parent)
        return BackupReceipt(to, _revisions(findings), to.stat().st_size, copied, damaged)


def _write_copy(database: Database, copy: Path, to: Path) -> None:
    """Write a copy that is to stand at ``to``; what keeps it from being written is said of that place."""
    try:
        database.write_copy(copy)
    except QassessError as failed:
        if failed.code not in _OF_THE_TARGET:
            raise
        raise QassessError(failed.code, **{**failed.values, "path": str(to)}) from failed


def restore(source: Path, to: Path) -> Path | None:
    """Put a backup in the place of the database ``to``, which must not be open, and return where the old file is kept.

    The evidence of both is kept. Raises ``QassessError("restore.same_file")``, ``restore.unsound`` when the backup does
    not hold (nothing is changed then), ``database.locked``, ``database.network`` … for the target.
    """
    source, to = source.resolve(), to.resolve()
    refuse_shared_place(to)
    if to.exists() and source.exists() and source.samefile(to):
        raise QassessError("restore.same_file", path=str(to))
    _refuse_unsound(source, "restore.unsound")
    with failures_named(to), ExitStack() as held:
        to.parent.mkdir(parents=True, exist_ok=True)
        held.callback(InstanceLock(to).release)
        fresh = Path(held.enter_context(TemporaryDirectory(prefix=f".{to.name}.", dir=to.parent))) / to.name
        with open_database(source, read_only=True) as backup:
            _write_copy(backup, fresh, to)
        _refuse_unsound(fresh, "restore.unsound")
        _add_evidence(EvidenceStore(source), EvidenceStore(to))
        kept = _keep_old(to)
        fresh.replace(to)
        sync_folder(to.parent)
        return kept


def _refuse_unsound(path: Path, code: str) -> tuple[Finding, ...]:
    findings = examine_file(path)
    for finding in findings:
        if not finding.ok:
            reason = str(finding.values.get("reason", ""))
            raise QassessError(code, path=str(path), finding=finding.code, reason=reason)
    return findings


def _revisions(findings: tuple[Finding, ...]) -> int:
    return next(int(found.values["count"]) for found in findings if found.code == "doctor.revision_ids")


def _add_evidence(source: EvidenceStore, to: EvidenceStore) -> tuple[str, ...]:
    """Copy what is missing at ``to``, and return the hashes of what turned out to be damaged."""
    missing = [sha for sha in source.hashes() if not to.has(sha)]
    return tuple(sha for sha in missing if to.store(source.path_of(sha)) != sha)


def _keep_old(path: Path) -> Path | None:
    """Copy the present file with its log, sound or not, and leave no log that would be played into its successor.

    SQLite is not asked: opening a broken file would make it throw away the log, perhaps the last that is left.
    """
    if not path.exists():
        return None
    kept = free_name(path.with_name(f"{path.stem}.replaced{path.suffix}"))
    for suffix in ("-wal", ""):
        side, its_copy = path.with_name(path.name + suffix), kept.with_name(kept.name + suffix)
        if side.exists():
            shutil.copy2(side, its_copy)
            sync_file(its_copy)
    sync_folder(path.parent)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return kept
