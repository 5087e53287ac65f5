"""Writes an export file: the whole history of some assessments, their schemes and evidence, and a signed manifest.

It is written under another name, synced, opened again, read to the last byte and compared; only then it gets its name.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from glob import escape
from hashlib import file_digest
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Final

from qassess.domain.revision import Kind
from qassess.errors import QassessError
from qassess.storage.database import Database
from qassess.storage.durable_files import sync_file, sync_folder
from qassess.storage.evidence_store import EvidenceStore, evidence_named
from qassess.storage.evidence_transfer import Check, Progress, listed_in, look_at, pack
from qassess.storage.export_format import (
    COLUMNS,
    EXPORT_ID,
    FORMAT,
    TABLES,
    AssessmentFacts,
    EvidenceFacts,
    ExportOrigin,
    ManifestFacts,
    Sign,
    digest_of,
    manifest_text,
    read_manifest,
)
from qassess.storage.failures import failures_named
from qassess.storage.revision_log import entity_range
from qassess.storage.source_content import Manifest, check_against_manifest, checked_rows, manifest_of
from qassess.storage.source_defences import Deadline, SourceRefused, Stop, check_pages, connected, opened
from qassess.storage.statements import Row, Statements

_ROWS_UNDER: Final = f"SELECT {COLUMNS} FROM revision WHERE entity BETWEEN ? AND ? ORDER BY entity, n"  # noqa: S608
_NAMING: Final = "SELECT kind, payload FROM revision WHERE entity BETWEEN ? AND ? AND kind NOT IN (1, 2, 3)"
_ASSESSMENT: Final = "SELECT body, year, round, scheme, checklist FROM assessment_state WHERE prefix = ?"
_SCHEME_ROWS: Final = f"SELECT {COLUMNS} FROM revision WHERE entity = ? AND kind = ? ORDER BY n"  # noqa: S608
_ADD: Final = f"INSERT INTO revision({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constant
_ADD_MANIFEST: Final = "INSERT INTO manifest(only, body, key, signature) VALUES (1, ?, ?, ?)"
_SCHEME_ENTITY_BYTES: Final = 16
_LARGE_PAGE: Final = 65536
"""Bytes: a photo then lies in a few pages instead of a hundred."""
_MUCH_EVIDENCE: Final = 16 << 20
"""Bytes; with less, such pages would mostly be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReceipt:
    """What was written, as it was read again from the file.

    ``sha256`` is that of the file. ``missing`` and ``damaged`` are hashes of evidence that is named but not in the
    file, because it is not here or its bytes have changed.
    """

    path: Path
    size: int
    sha256: str
    manifest: ManifestFacts
    key: bytes
    missing: tuple[str, ...]
    damaged: tuple[str, ...]


@dataclass(slots=True)
class _Content:
    """What an export is about, and what was put into it so far."""

    assessments: tuple[AssessmentFacts, ...]
    named: set[str]
    schemes: list[str] = field(default_factory=list)
    ids: set[bytes] = field(default_factory=set)
    parents: set[bytes] = field(default_factory=set)
    evidence: list[EvidenceFacts] = field(default_factory=list)
    present: dict[str, int] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)

    def find(self, store: EvidenceStore) -> None:
        """Look up which of the evidence that is named is here, and how large it is."""
        self.present = {sha: store.path_of(sha).stat().st_size for sha in sorted(self.named) if store.has(sha)}
        self.missing = self.named - self.present.keys()

    def noting(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Give the rows on, and note what the manifest must say of them."""
        for row in rows:
            revision_id, _, _, first, second, *_ = row
            self.ids.add(revision_id)
            self.parents.update(parent for parent in (first, second) if parent is not None)
            yield row


def write_export(
    database: Database,
    prefixes: Sequence[bytes],
    out: Path,
    *,
    origin: ExportOrigin,
    sign: Sign,
    evidence: EvidenceStore,
    progress: Progress = lambda _done, _of: None,
    cancelled: Stop = lambda: False,
) -> ExportReceipt:
    """Write the assessments with those prefixes to a new file ``out``; ``progress`` in bytes of evidence.

    Raises ``QassessError("export.exists")``, ``export.nothing``, ``export.no_assessment``, ``export.cancelled``,
    ``export.unsound`` when what was written reads back differently (a bad stick), ``database.disk_full``,
    ``database.read_only`` … for the target. Then nothing is left under the name ``out``.
    """
    if out.exists():
        raise QassessError("export.exists", path=str(out))
    if not prefixes:
        raise QassessError("export.nothing")

    def check() -> None:
        if cancelled():
            raise QassessError("export.cancelled", path=str(out))

    for left in out.parent.glob(f".{escape(out.name)}.*"):  # an export of this name was killed; a stick is small
        rmtree(left, ignore_errors=True)
    with failures_named(out), TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
        fresh = Path(folder) / out.name
        with database.unit_of_work(reading=True) as uow:
            content = _read(uow.statements, sorted(set(prefixes)))
            content.find(evidence)
            with closing(_new_file(fresh, large_pages=sum(content.present.values()) > _MUCH_EVIDENCE)) as target:
                _write_revisions(target, uow.statements, content)
                _write_evidence(target, evidence, content, check, progress)
                manifest = _write_manifest(target, content, origin, sign)
        _forget_cached(fresh)
        digest = _read_again(fresh, manifest, check)
        size = fresh.stat().st_size
        fresh.replace(out)
        sync_folder(out.parent)
    return ExportReceipt(
        path=out,
        size=size,
        sha256=digest,
        manifest=manifest.facts,
        key=manifest.key,
        missing=tuple(sorted(content.missing)),
        damaged=tuple(sorted(content.damaged)),
    )


def _read(statements: Statements, prefixes: Sequence[bytes]) -> _Content:
    """Look up what the assessments are about."""
    assessments: list[AssessmentFacts] = []
    named: set[str] = set()
    for prefix in prefixes:
        found = statements.rows(_ASSESSMENT, (prefix,))
        if not found:
            raise QassessError("export.no_assessment", prefix=prefix.hex())
        body, year, round_, scheme, checklist = found[0]
        assessments.append(
            AssessmentFacts(prefix=prefix.hex(), body=body, year=year, round=round_, scheme=scheme, checklist=checklist)
        )
        for kind, payload in statements.rows(_NAMING, entity_range(prefix)):
            named.update(evidence_named(kind, json.loads(payload), payload.encode()))
    return _Content(tuple(assessments), named)


def _new_file(path: Path, *, large_pages: bool) -> sqlite3.Connection:
    """Make an export with empty tables; it is not under its name yet, so that no journal is needed."""
    target = sqlite3.connect(path, isolation_level=None)
    if large_pages:
        target.execute(f"PRAGMA page_size={_LARGE_PAGE}")
    for pragma in ("journal_mode=OFF", "synchronous=OFF", f"application_id={EXPORT_ID}", f"user_version={FORMAT}"):
        target.execute(f"PRAGMA {pragma}")
    target.execute("BEGIN")
    for table in TABLES.values():
        target.execute(table)
    return target


def _write_revisions(target: sqlite3.Connection, statements: Statements, content: _Content) -> None:
    for scheme in sorted({one.scheme for one in content.assessments}):
        rows = list(statements.each(_SCHEME_ROWS, (bytes.fromhex(scheme)[:_SCHEME_ENTITY_BYTES], int(Kind.SCHEME))))
        if rows:
            content.schemes.append(scheme)
            target.executemany(_ADD, content.noting(rows))
    for one in content.assessments:
        rows_under = statements.each(_ROWS_UNDER, entity_range(bytes.fromhex(one.prefix)))
        target.executemany(_ADD, content.noting(rows_under))


def _write_evidence(
    target: sqlite3.Connection, store: EvidenceStore, content: _Content, check: Check, progress: Progress
) -> None:
    total, done = sum(content.present.values()), 0
    for sha, size in content.present.items():
        check()
        packed = pack(target, store, sha, check)
        if packed is None:
            content.damaged.add(sha)
        else:
            content.evidence.append(packed)
        done += size
        progress(done, total)


def _write_manifest(target: sqlite3.Connection, content: _Content, origin: ExportOrigin, sign: Sign) -> Manifest:
    heads = content.ids - content.parents
    facts = ManifestFacts(
        format=FORMAT,
        program=origin.program,
        device=origin.device,
        author=origin.author,
        at=origin.at,
        assessments=content.assessments,
        schemes=tuple(content.schemes),
        revisions=len(content.ids),
        ids=digest_of(content.ids),
        heads=len(heads),
        head_ids=digest_of(heads),
        evidence=tuple(content.evidence),
    )
    body = manifest_text(facts).encode()
    signed = sign(body)
    target.execute(_ADD_MANIFEST, (body.decode(), signed.key, signed.signature))
    target.execute("COMMIT")
    return Manifest(body, signed.key, signed.signature, read_manifest(body))


def _forget_cached(path: Path) -> None:
    """Bring the file onto the disk and, where one can ask for it, have it read from there again and not from memory."""
    sync_file(path)
    if sys.platform == "linux":
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _read_again(path: Path, manifest: Manifest, check: Check) -> str:
    """Read the file as an office will, to the last byte, compare, and return its SHA-256."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    deadline = Deadline(path.stat().st_size, lambda: False)
    try:
        with opened(path), connected(path, deadline) as source:
            check_pages(source)
            if manifest_of(source) != manifest:
                raise QassessError("export.unsound", path=str(path), reason="manifest")
            check_against_manifest(checked_rows(source, deadline), manifest.facts, source)
            damaged = look_at(source, listed_in(source), lambda _sha: False, check, lambda _done, _of: None).damaged
    except SourceRefused as refused:
        raise QassessError("export.unsound", path=str(path), reason=refused.code) from refused
    if damaged:
        raise QassessError("export.unsound", path=str(path), reason=damaged[0])
    return digest
