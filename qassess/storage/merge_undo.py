"""Takes back exactly what one merge brought, also after later ones, and puts it in again.

What goes is what the merge holds and nobody else does: no other active merge whose file had it too, and nobody here who
wrote it. The result is the log as if that file had never been merged. Evidence files stay where they are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from qassess.domain.revision import Kind
from qassess.errors import QassessError
from qassess.storage import ledger
from qassess.storage.arrivals import forked, last_arrival, take_in
from qassess.storage.database import Database
from qassess.storage.export_format import COLUMNS
from qassess.storage.ledger import Holding, LedgerEntry
from qassess.storage.merge_session import MergeSession
from qassess.storage.projection import (
    ADD_ASSESSMENTS,
    ADD_ENTRIES,
    PREFIX_BYTES,
    RANKED,
    assessment_row,
    entry_row,
)
from qassess.storage.revision_log import read_span
from qassess.storage.spans import Spans, common, size_of, spans_of, united, without
from qassess.storage.statements import Statements
from qassess.storage.unit_of_work import Stored

_SCHEME: Final = int(Kind.SCHEME)
_GOING: Final = (
    "CREATE TEMP TABLE going(n INTEGER PRIMARY KEY, entity BLOB NOT NULL, id BLOB NOT NULL, UNIQUE(entity, id))"
)
CHOOSE: Final = (
    "INSERT INTO going(n, entity, id) SELECT n, entity, id FROM revision "  # noqa: S608 - constant
    f"WHERE n BETWEEN :first AND :last AND kind <> {_SCHEME}"
)
# A scheme is nobody's parent; it stays as long as an assessment is pinned to it.
CHOOSE_SCHEMES: Final = (
    "INSERT INTO going(n, entity, id) SELECT n, entity, id FROM revision r "  # noqa: S608 - constant
    f"WHERE n BETWEEN :first AND :last AND kind = {_SCHEME} AND NOT EXISTS "
    "(SELECT 1 FROM assessment_state a WHERE substr(a.scheme, 1, 32) = lower(hex(r.entity)))"
)
_TOUCHED: Final = "(SELECT DISTINCT entity FROM going)"
_PREFIXES: Final = f"(SELECT substr(entity, 1, {PREFIX_BYTES}) FROM going)"  # noqa: S608 - constant
_CHILDREN: Final = f"FROM {_TOUCHED} t CROSS JOIN revision r ON r.entity = t.entity"
RESTING: Final = (
    f"SELECT r.id, r.entity, r.author, r.hlc {_CHILDREN} "  # noqa: S608 - constant
    "WHERE r.n NOT IN (SELECT n FROM going) AND EXISTS "
    "(SELECT 1 FROM going g WHERE g.entity = r.entity AND g.id IN (r.p1, r.p2)) ORDER BY r.n LIMIT 1"
)
# One by one: with all of them in a subquery SQLite may choose to read the whole log.
REMOVE: Final = "DELETE FROM revision WHERE n = ?"
# Few revisions are about one thing: here all of them are looked through, as the log keeps no index on parents.
_HEADS: Final = (
    f"SELECT r.entity, r.id, r.n {_CHILDREN} WHERE NOT EXISTS "  # noqa: S608 - constant
    "(SELECT 1 FROM revision c WHERE c.entity = r.entity AND (c.p1 = r.id OR c.p2 = r.id))"
)
_SHOWN: Final = (
    f"FROM ({RANKED}{_TOUCHED} t CROSS JOIN head h ON h.entity = t.entity CROSS JOIN revision r ON r.n = h.n) r "
    "WHERE r.place = 1 AND r.kind = {kind}"
)
RENEW: Final = (
    f"DELETE FROM head WHERE entity IN {_TOUCHED}",  # noqa: S608 - constant
    f"INSERT INTO head(entity, rev, n) {_HEADS}",
    f"DELETE FROM entry_state WHERE entity IN {_TOUCHED}",  # noqa: S608 - constant
    f"DELETE FROM assessment_state WHERE prefix IN {_PREFIXES} AND entity IN {_TOUCHED}",  # noqa: S608 - constant
    f"{ADD_ENTRIES}SELECT {entry_row('r.heads')} {_SHOWN.format(kind=int(Kind.ENTRY))}",
    f"{ADD_ASSESSMENTS}SELECT {assessment_row('r.heads')} {_SHOWN.format(kind=int(Kind.ASSESSMENT))}",
)
"""Bring heads and states of what is touched in step with what is left of it."""

KEEP_ASIDE: Final = (
    f"INSERT INTO undone_revision(merge, position, {COLUMNS}) SELECT :merge, n, {COLUMNS} FROM revision "  # noqa: S608
    "WHERE n BETWEEN :first AND :last"
)
PUT_BACK: Final = (
    f"INSERT INTO revision({COLUMNS}) SELECT {COLUMNS} FROM undone_revision WHERE merge = ? ORDER BY position "  # noqa: S608
    "ON CONFLICT(entity, id) DO NOTHING"
)
WERE_THERE: Final = (
    "SELECT r.n FROM undone_revision u CROSS JOIN revision r ON r.entity = u.entity AND r.id = u.id "
    "WHERE u.merge = ? AND r.n <= ? ORDER BY r.n"
)
ORPHANS: Final = (
    "SELECT 1 FROM revision r NOT INDEXED WHERE r.n > ? AND EXISTS (SELECT 1 FROM (SELECT r.p1 AS id UNION ALL "
    "SELECT r.p2) p WHERE p.id IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM revision q WHERE q.entity = r.entity AND q.id = p.id)) LIMIT 1"
)


def undo_merge(database: Database, merge_id: int, *, at: int, author: str = "") -> LedgerEntry:
    """Take back a merge, and return the ledger's entry about that; ``at`` in UTC milliseconds.

    Raises ``QassessError("merge.unknown")``; ``merge.not_active`` for one that was undone already, or is no merge;
    ``merge.undo_blocked``, with the revision that rests on it, when something decided here would lose its ground.
    """
    with _transaction(database) as session:
        statements = session.statements
        entry = ledger.read_entry(statements, merge_id)
        if entry.state != ledger.ACTIVE:
            raise QassessError("merge.not_active", merge=merge_id)
        before = forked(statements, frozenset(entry.assessments))
        gone = _take_out(statements, merge_id)
        conflicts = len(forked(statements, frozenset(entry.assessments)) - before)
        ledger.set_state(statements, merge_id, ledger.UNDONE)
        done = replace(
            entry,
            action=ledger.UNDO,
            of=merge_id,
            state=ledger.PAST,
            at=at,
            author=author,
            new=gone,
            known=entry.new + entry.known - gone,
            conflicts=conflicts,
        )
        done = replace(done, id=ledger.add_entry(statements, done))
        session.commit()
    return done


def redo_merge(database: Database, merge_id: int, *, at: int, author: str = "") -> LedgerEntry:
    """Put in again what an undone merge had brought, and return the new entry, which can be undone like any merge.

    Raises ``QassessError("merge.unknown")``, ``merge.not_undone``; ``merge.redo_blocked`` when the file built on
    another one that is undone too.
    """
    with _transaction(database) as session:
        statements = session.statements
        entry = ledger.read_entry(statements, merge_id)
        if entry.state != ledger.UNDONE:
            raise QassessError("merge.not_undone", merge=merge_id)
        before, after = forked(statements, frozenset(entry.assessments)), last_arrival(statements)
        new = statements.run(PUT_BACK, (merge_id,)).rowcount
        if statements.rows(ORPHANS, (after,)):
            raise QassessError("merge.redo_blocked", merge=merge_id)
        take_in(statements, after)
        known = spans_of(row[0] for row in statements.rows(WERE_THERE, (merge_id, after)))
        conflicts = len(forked(statements, frozenset(entry.assessments)) - before)
        statements.run("DELETE FROM undone_revision WHERE merge = ?", (merge_id,))
        ledger.set_state(statements, merge_id, ledger.PAST)
        done = replace(
            entry,
            action=ledger.REDO,
            of=merge_id,
            state=ledger.ACTIVE,
            at=at,
            author=author,
            new=new,
            known=size_of(known),
            conflicts=conflicts,
        )
        arrived = ((after + 1, after + new),) if new else ()
        done = replace(done, id=ledger.add_entry(statements, done, Holding(arrived, known)))
        session.commit()
    return done


def revisions_of(database: Database, merge_id: int) -> tuple[Stored, ...]:
    """Return the revisions that came by an active merge, in the order they arrived; none for any other."""
    with database.unit_of_work(reading=True) as uow:
        holding = ledger.holdings(uow.statements).get(merge_id, Holding((), ()))
        return tuple(stored for span in holding.arrived for stored in read_span(uow.statements, span))


@contextmanager
def _transaction(database: Database) -> Iterator[MergeSession]:
    database.refuse_if_vanished()
    with database.connection_to_merge() as connection:
        session = MergeSession(database, connection, lambda: False)
        with session.transaction():
            yield session


def _take_out(statements: Statements, merge_id: int) -> int:
    """Remove what nobody but this merge holds, and return how many revisions that were."""
    others = ledger.holdings(statements)
    mine = others.pop(merge_id, Holding((), ()))
    came = united(span for holding in (mine, *others.values()) for span in holding.arrived)
    kept = united(span for holding in others.values() for span in holding.all())
    going = without(common(mine.all(), came), kept)
    for first, last in mine.all():
        statements.run(KEEP_ASIDE, {"merge": merge_id, "first": first, "last": last})
    statements.run(_GOING)
    gone = _remove(statements, CHOOSE, going, merge_id)
    gone += _remove(statements, CHOOSE_SCHEMES, going, merge_id)
    _hand_over(statements, without(mine.arrived, going), others)
    return gone


def _remove(statements: Statements, choose: str, spans: Spans, merge_id: int) -> int:
    for first, last in spans:
        statements.run(choose, {"first": first, "last": last})
    for revision_id, entity, author, hlc in statements.rows(RESTING):
        raise QassessError(
            "merge.undo_blocked",
            merge=merge_id,
            revision=revision_id.hex(),
            entity=entity.hex(),
            author=author,
            hlc=hlc,
        )
    going = statements.rows("SELECT n FROM going ORDER BY n DESC")
    statements.run_many(REMOVE, going)
    for statement in RENEW:
        statements.run(statement)
    statements.run("DELETE FROM going")
    return len(going)


def _hand_over(statements: Statements, spans: Spans, others: dict[int, Holding]) -> None:
    """Let the earliest other merge that holds a revision be the one by which it came."""
    left = spans
    for merge_id, holding in others.items():
        taken = common(holding.known, left)
        if taken:
            left = without(left, taken)
            mine = Holding(united((*holding.arrived, *taken)), without(holding.known, taken))
            ledger.hold(statements, merge_id, mine)
