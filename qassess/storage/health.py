"""What ``doctor`` finds out about a database file, as data. Also for a damaged file: a check that fails is a finding.

Nothing is written, and a database that is open elsewhere can be examined.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from qassess.domain.revision import Kind
from qassess.errors import QassessError
from qassess.storage.database import check_header, readable_file
from qassess.storage.engine import make_engine
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.projection import Projection, rebuilt, stored
from qassess.storage.revision_log import as_stored
from qassess.storage.schema import version_text
from qassess.storage.statements import Row, Statements
from qassess.storage.tables import user_version

Values = Mapping[str, str | int]

# Texts as bytes: a damaged one need not be UTF-8, and must not end the check.
_RAW_ROWS: Final = (
    "SELECT n, id, kind, entity, p1, p2, CAST(author AS BLOB), CAST(device AS BLOB), hlc, CAST(payload AS BLOB) "
    "FROM revision ORDER BY n"
)
_ORPHANS: Final = (
    "SELECT count(*) FROM revision r WHERE "
    "(p1 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM revision q WHERE q.entity = r.entity AND q.id = r.p1)) OR "
    "(p2 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM revision q WHERE q.entity = r.entity AND q.id = r.p2))"
)
_NAMING: Final = "SELECT kind, payload FROM revision WHERE kind IN (?, ?)"
_NAMED_BY: Final = {Kind.EVIDENCE: "sha256", Kind.SIGNATURE: "pdf"}
_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its code (``doctor.…``), whether it holds, and the values of its sentence."""

    code: str
    ok: bool
    values: Values = field(default_factory=dict)


def examine(path: Path) -> tuple[Finding, ...]:
    """Check a database file and its evidence.

    The codes: ``doctor.file`` alone when the file cannot be read at all, else that and ``doctor.schema_version``,
    ``doctor.integrity``, ``doctor.revision_ids``, ``doctor.parents``, ``doctor.heads``, ``doctor.projection``,
    ``doctor.clock``, ``doctor.evidence``.
    """
    with ExitStack() as held:
        return tuple(_findings(path, held, with_evidence=True))


def examine_file(path: Path) -> tuple[Finding, ...]:
    """Check a database file as :func:`examine` does, leaving its evidence aside."""
    with ExitStack() as held:
        return tuple(_findings(path, held, with_evidence=False))


def _findings(path: Path, held: ExitStack, *, with_evidence: bool) -> Iterator[Finding]:
    try:
        check_header(path)
        statements = _opened(path, held)
    except QassessError as refused:
        yield Finding("doctor.file", ok=False, values={"path": str(path), "reason": refused.code})
        return
    yield Finding("doctor.file", ok=True, values={"path": str(path)})
    for code, check in _CHECKS.items():
        yield _guarded(code, partial(check, statements))
    if with_evidence:
        yield _guarded("doctor.evidence", partial(_evidence, statements, EvidenceStore(path)))


def _opened(path: Path, held: ExitStack) -> Statements:
    engine = make_engine(readable_file(path, held), read_only=True)
    held.callback(engine.dispose)
    connection = held.enter_context(engine.connect())
    connection.begin()
    return Statements(connection, path)


def _guarded(code: str, check: Callable[[], tuple[bool, Values]]) -> Finding:
    try:
        ok, values = check()
    except QassessError as failed:
        return Finding(code, ok=False, values={"reason": str(failed.values.get("reason") or failed.code)})
    except (sqlite3.Error, ValueError) as unreadable:  # a table that is gone, a text that is no longer JSON
        return Finding(code, ok=False, values={"reason": str(unreadable)})
    return Finding(code, ok=ok, values=values)


def _schema_version(statements: Statements) -> tuple[bool, Values]:
    ((version,),) = statements.rows("PRAGMA user_version")
    values = {"found": version_text(version), "known": version_text(user_version())}
    return version // 1000 == user_version() // 1000, values


def _integrity(statements: Statements) -> tuple[bool, Values]:
    verdicts = [str(row[0]) for row in statements.rows(f"PRAGMA integrity_check({_LISTED})")]
    return verdicts == ["ok"], {"reason": "; ".join(verdicts)}


def _revision_ids(statements: Statements) -> tuple[bool, Values]:
    checked, wrong = 0, []
    for row in statements.each(_RAW_ROWS):
        checked += 1
        if not _has_its_hash(row):
            wrong.append(str(row[0]))
    return not wrong, {"count": checked, "wrong": len(wrong), "listed": ", ".join(wrong[:_LISTED])}


def _has_its_hash(row: Row) -> bool:
    n, revision_id, kind, entity, first, second, author, device, hlc, payload = row
    try:
        texts = author.decode(), device.decode(), payload.decode()
        found = as_stored((n, revision_id, kind, entity, first, second, *texts[:2], hlc, texts[2])).revision.id
    except (AttributeError, TypeError, ValueError, OverflowError):  # not of the type that was once written there
        return False
    return bool(found == revision_id)


def _parents(statements: Statements) -> tuple[bool, Values]:
    ((orphans,),) = statements.rows(_ORPHANS)
    return orphans == 0, {"missing": orphans}


def _heads(statements: Statements) -> tuple[bool, Values]:
    anew, kept = rebuilt(statements), stored(statements)
    return anew.heads == kept.heads, {"count": len(anew.heads), "different": _differences(anew.heads, kept.heads)}


def _projection(statements: Statements) -> tuple[bool, Values]:
    anew, kept = rebuilt(statements), stored(statements)
    different = _differences(_states(anew), _states(kept))
    return different == 0, {"count": len(_states(anew)), "different": different}


def _states(projection: Projection) -> tuple[Row, ...]:
    return projection.entries + projection.assessments


def _differences(anew: tuple[Row, ...], kept: tuple[Row, ...]) -> int:
    return len(set(anew) ^ set(kept))


def _clock(statements: Statements) -> tuple[bool, Values]:
    ((jumps,),) = statements.rows("SELECT jumps FROM clock")
    # A clock that went back does no harm to the log; the office may want to know it all the same.
    return True, {"jumps": jumps}


def _evidence(statements: Statements, store: EvidenceStore) -> tuple[bool, Values]:
    named = set()
    for kind, payload in statements.each(_NAMING, tuple(int(kind) for kind in _NAMED_BY)):
        name = json.loads(payload).get(_NAMED_BY[Kind(kind)])
        if name:
            named.add(str(name))
    found = store.check(named)
    values: Values = {
        "intact": len(found.intact),
        "missing": len(found.missing),
        "damaged": len(found.damaged),
        "listed": ", ".join(sha[:12] for sha in (found.missing + found.damaged)[:_LISTED]),
    }
    return not found.missing and not found.damaged, values


_CHECKS: Final[Mapping[str, Callable[[Statements], tuple[bool, Values]]]] = {
    "doctor.schema_version": _schema_version,
    "doctor.integrity": _integrity,
    "doctor.revision_ids": _revision_ids,
    "doctor.parents": _parents,
    "doctor.heads": _heads,
    "doctor.projection": _projection,
    "doctor.clock": _clock,
}
