"""The ledger of merges: which file brought what, what was undone and redone since, and which revisions each one holds.

A merge that is active holds spans of arrival numbers: those that arrived by it, and those of its file that were here
already. A revision stays as long as an active merge holds it, or it was written here.
"""

import json
from dataclasses import dataclass
from typing import Final

from qassess.errors import QassessError
from qassess.storage.database import Database
from qassess.storage.projection import PREFIX_BYTES
from qassess.storage.spans import Spans, united
from qassess.storage.statements import Row, Statements

MERGE, UNDO, REDO = "merge", "undo", "redo"
ACTIVE, UNDONE, PAST = "active", "undone", ""

_COLUMNS: Final = (
    "id, action, target, state, at, author, name, sha256, manifest, signer, device, new, known, conflicts, evidence, "
    "missing, prefixes"
)
ADD: Final = (
    "INSERT INTO merge_log(action, target, state, at, author, name, sha256, manifest, signer, device, new, known, "
    "conflicts, evidence, missing, prefixes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ADD_SPAN: Final = "INSERT INTO merge_span(merge, first, last, arrived) VALUES (?, ?, ?, ?)"
OF_MANIFEST: Final = "SELECT id FROM merge_log WHERE manifest = ? AND state = 'active'"
_ACTIVE: Final = "SELECT id, manifest FROM merge_log WHERE state = 'active'"
_ONE: Final = f"SELECT {_COLUMNS} FROM merge_log WHERE id = ?"  # noqa: S608 - constant
_ALL: Final = f"SELECT {_COLUMNS} FROM merge_log ORDER BY id"  # noqa: S608 - constant
_ALL_SPANS: Final = "SELECT merge, first, last, arrived FROM merge_span ORDER BY merge, first"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One merge of a file, or the undoing or redoing of one.

    ``state``: ``active`` or ``undone`` for what a file brought; empty for an undo, and for a merge that was undone and
    has come back by a redo, which is then the active one. ``of``: the entry an undo or redo is about. ``at``: UTC
    milliseconds. ``name``, ``sha256`` and ``manifest`` (hexadecimal), ``key`` and ``device`` are the file's. ``new``
    counts revisions that came, or went; ``known`` those of the file that were here already; ``conflicts`` the entities
    that got several heads; ``evidence`` the pieces in the file; ``evidence_missing`` the hashes that were named and
    did not arrive; ``assessments`` the prefixes it touched.
    """

    id: int
    action: str
    of: int | None
    state: str
    at: int
    author: str
    name: str
    sha256: str
    manifest: str
    key: bytes
    device: str
    new: int
    known: int
    conflicts: int
    evidence: int
    evidence_missing: tuple[str, ...]
    assessments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """The arrival numbers an active merge holds: those that came by it, and those that were here already."""

    arrived: Spans
    known: Spans

    def all(self) -> Spans:
        """Return both together."""
        return united((*self.arrived, *self.known))


def merges(database: Database) -> tuple[LedgerEntry, ...]:
    """Return the whole ledger, the oldest entry first."""
    with database.unit_of_work(reading=True) as uow:
        return tuple(_entry(row) for row in uow.statements.rows(_ALL))


def merge(database: Database, merge_id: int) -> LedgerEntry:
    """Return one entry. Raises ``QassessError("merge.unknown")``."""
    with database.unit_of_work(reading=True) as uow:
        return read_entry(uow.statements, merge_id)


def read_entry(statements: Statements, merge_id: int) -> LedgerEntry:
    """Return one entry, in a transaction. Raises ``QassessError("merge.unknown")``."""
    for row in statements.rows(_ONE, (merge_id,)):
        return _entry(row)
    raise QassessError("merge.unknown", merge=merge_id)


def merge_of(statements: Statements, manifest: str) -> int | None:
    """Return the active merge of a file with that manifest (its SHA-256, hexadecimal), if there is one."""
    found = statements.rows(OF_MANIFEST, (bytes.fromhex(manifest),))
    return int(found[0][0]) if found else None


def manifests(statements: Statements) -> dict[str, int]:
    """Return all active merges by the hash of their file's manifest."""
    return {manifest.hex(): int(merge_id) for merge_id, manifest in statements.rows(_ACTIVE)}


def add_entry(statements: Statements, entry: LedgerEntry, holding: Holding | None = None) -> int:
    """Write an entry, whose own id is passed over, and what it holds; return its id."""
    written = statements.run(
        ADD,
        (
            entry.action,
            entry.of,
            entry.state,
            entry.at,
            entry.author,
            entry.name,
            bytes.fromhex(entry.sha256),
            bytes.fromhex(entry.manifest),
            entry.key,
            entry.device,
            entry.new,
            entry.known,
            entry.conflicts,
            entry.evidence,
            json.dumps(entry.evidence_missing),
            b"".join(entry.assessments),
        ),
    )
    merge_id = int(written.lastrowid or 0)
    if holding is not None:
        hold(statements, merge_id, holding)
    return merge_id


def hold(statements: Statements, merge_id: int, holding: Holding) -> None:
    """Write down what a merge holds, in the place of what it held before."""
    statements.run("DELETE FROM merge_span WHERE merge = ?", (merge_id,))
    for spans, arrived in ((holding.arrived, 1), (holding.known, 0)):
        for first, last in spans:
            statements.run(ADD_SPAN, (merge_id, first, last, arrived))


def set_state(statements: Statements, merge_id: int, state: str) -> None:
    """Change the state of an entry, and let go of what it held unless it is active."""
    statements.run("UPDATE merge_log SET state = ? WHERE id = ?", (state, merge_id))
    if state != ACTIVE:
        statements.run("DELETE FROM merge_span WHERE merge = ?", (merge_id,))


def holdings(statements: Statements) -> dict[int, Holding]:
    """Return what every active merge holds, by its id, ascending."""
    found: dict[int, tuple[list[tuple[int, int]], list[tuple[int, int]]]] = {}
    for merge_id, first, last, arrived in statements.each(_ALL_SPANS):
        found.setdefault(merge_id, ([], []))[0 if arrived else 1].append((first, last))
    return {merge_id: Holding(tuple(arrived), tuple(known)) for merge_id, (arrived, known) in found.items()}


def _entry(row: Row) -> LedgerEntry:
    merge_id, action, target, state, at, author, name, sha, manifest, signer, device, *counts, missing, prefixes = row
    new, known, conflicts, evidence = counts
    return LedgerEntry(
        id=merge_id,
        action=action,
        of=target,
        state=state,
        at=at,
        author=author,
        name=name,
        sha256=sha.hex(),
        manifest=manifest.hex(),
        key=signer,
        device=device,
        new=new,
        known=known,
        conflicts=conflicts,
        evidence=evidence,
        evidence_missing=tuple(json.loads(missing)),
        assessments=tuple(prefixes[at : at + PREFIX_BYTES] for at in range(0, len(prefixes), PREFIX_BYTES)),
    )
