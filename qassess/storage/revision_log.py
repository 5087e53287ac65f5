"""The log of revisions: adding to it and reading it. The statements are fixed texts, because their plans are pinned."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from qassess.domain.canonical import canonical_text
from qassess.domain.revision import Revision
from qassess.storage import projection
from qassess.storage.statements import Row, Statements

_COLUMNS: Final = "r.n, r.id, r.kind, r.entity, r.p1, r.p2, r.author, r.device, r.hlc, r.payload"

INSERT: Final = (
    "INSERT INTO revision(id, kind, entity, p1, p2, author, device, hlc, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT(entity, id) DO NOTHING"
)
# CROSS JOIN pins the order: without it a covering index made SQLite scan the whole log (measured).
HEADS: Final = f"SELECT {_COLUMNS} FROM head h CROSS JOIN revision r ON r.n = h.n WHERE h.entity = ? ORDER BY h.rev"  # noqa: S608 - constant
HEADS_UNDER: Final = (
    f"SELECT {_COLUMNS} FROM head h CROSS JOIN revision r ON r.n = h.n "  # noqa: S608 - constant
    "WHERE h.entity BETWEEN ? AND ? ORDER BY h.entity, h.rev"
)
STANDING: Final = "SELECT r.hlc, h.rev, h.n, r.kind FROM head h CROSS JOIN revision r ON r.n = h.n WHERE h.entity = ?"
HISTORY: Final = f"SELECT {_COLUMNS} FROM revision r WHERE r.entity = ? ORDER BY r.n"  # noqa: S608 - constant
HISTORY_UNDER: Final = f"SELECT {_COLUMNS} FROM revision r WHERE r.entity BETWEEN ? AND ? ORDER BY r.entity, r.n"  # noqa: S608 - constant
ONE: Final = f"SELECT {_COLUMNS} FROM revision r WHERE r.entity = ? AND r.id = ?"  # noqa: S608 - constant
SPAN: Final = f"SELECT {_COLUMNS} FROM revision r WHERE r.n BETWEEN ? AND ? ORDER BY r.n"  # noqa: S608 - constant
ENTITIES_UNDER: Final = "SELECT DISTINCT entity FROM head WHERE entity BETWEEN ? AND ? ORDER BY entity"
FORGET_HEAD: Final = "DELETE FROM head WHERE entity = ? AND rev = ?"
ADD_HEAD: Final = "INSERT INTO head(entity, rev, n) VALUES (?, ?, ?)"

_ENTITY_BYTES: Final = 16
_ID_BYTES: Final = 32
_MOST_PARENTS: Final = 2


class RevisionRefused(ValueError):
    """A revision that must not enter the log: a bug of the caller, never something the user can mend."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A revision in the log and its local arrival number ``n``."""

    revision: Revision
    n: int


class _Head(NamedTuple):
    """A head of an entity; compared by hybrid time, then id, which is a total order: the greatest is shown."""

    hlc: int
    rev: bytes
    n: int
    kind: int


def append(statements: Statements, revision: Revision) -> Stored:
    """Add one revision, keep heads and projection in step, and return it; adding it again changes nothing.

    Raises :class:`RevisionRefused` when the payload is not canonical JSON, a parent is unknown or about another
    entity, or the parents are not ascending.
    """
    _refuse_malformed(revision)
    standing = [_Head(*row) for row in statements.rows(STANDING, (revision.entity,))]
    _refuse_strangers(statements, revision, standing)
    revision_id = revision.id
    first, second = (*revision.parents, None, None)[:2]
    texts = (revision.author, revision.device, revision.hlc, revision.payload)
    added = statements.run(INSERT, (revision_id, revision.kind, revision.entity, first, second, *texts))
    if not added.rowcount:
        return _present(statements, revision.entity, revision_id)
    head = _Head(revision.hlc, revision_id, int(added.lastrowid or 0), revision.kind)
    _move_heads(statements, revision, [*standing, head])
    return Stored(revision, head.n)


def read_heads(statements: Statements, entity: bytes) -> tuple[Stored, ...]:
    """Return the present revisions of an entity, ids ascending; more than one is a conflict."""
    return _stored(statements.rows(HEADS, (entity,)))


def read_heads_under(statements: Statements, prefix: bytes) -> tuple[Stored, ...]:
    """Return the present revisions of all entities that begin with ``prefix``, by entity and id."""
    return _stored(statements.rows(HEADS_UNDER, entity_range(prefix)))


def read_history(statements: Statements, entity: bytes) -> tuple[Stored, ...]:
    """Return all revisions of an entity in the order they arrived here; a parent comes before its child."""
    return _stored(statements.rows(HISTORY, (entity,)))


def read_history_under(statements: Statements, prefix: bytes) -> tuple[Stored, ...]:
    """Return all revisions of all entities that begin with ``prefix``, by entity and then as they arrived here."""
    return _stored(statements.rows(HISTORY_UNDER, entity_range(prefix)))


def read_one(statements: Statements, entity: bytes, revision_id: bytes) -> Stored | None:
    """Return one revision, or ``None`` when it is not here."""
    return next(iter(_stored(statements.rows(ONE, (entity, revision_id)))), None)


def read_span(statements: Statements, span: tuple[int, int]) -> tuple[Stored, ...]:
    """Return the revisions that arrived here with these numbers, first and last included, in their order."""
    return _stored(statements.rows(SPAN, span))


def read_entities_under(statements: Statements, prefix: bytes) -> tuple[bytes, ...]:
    """Return all entities that begin with ``prefix``, ascending."""
    return tuple(row[0] for row in statements.rows(ENTITIES_UNDER, entity_range(prefix)))


def entity_range(prefix: bytes) -> tuple[bytes, bytes]:
    """Return the first and the last entity that can begin with ``prefix``."""
    return prefix.ljust(_ENTITY_BYTES, b"\0"), prefix.ljust(_ENTITY_BYTES, b"\xff")


def as_stored(row: Row) -> Stored:
    """Return a row of the log's columns, ``n`` first, as a frozen record."""
    n, _, kind, entity, first, second, author, device, hlc, payload = row
    parents = tuple(parent for parent in (first, second) if parent is not None)
    return Stored(
        Revision(kind=kind, entity=entity, parents=parents, author=author, device=device, hlc=hlc, payload=payload),
        n,
    )


def _stored(rows: Iterable[Row]) -> tuple[Stored, ...]:
    return tuple(as_stored(row) for row in rows)


def _refuse_malformed(revision: Revision) -> None:
    parents = revision.parents
    if len(revision.entity) != _ENTITY_BYTES:
        raise RevisionRefused("an entity is 16 bytes")
    if len(parents) > _MOST_PARENTS or any(len(parent) != _ID_BYTES for parent in parents):
        raise RevisionRefused("at most two parents, 32 bytes each")
    if list(parents) != sorted(set(parents)):
        raise RevisionRefused("parents are different and ascending")
    try:
        document = json.loads(revision.payload)
        canonical = canonical_text(document)
    except (TypeError, ValueError) as unfit:
        raise RevisionRefused("the payload is not canonical JSON") from unfit
    if canonical != revision.payload or not isinstance(document, dict):
        raise RevisionRefused("the payload is not a canonical JSON object")


def _refuse_strangers(statements: Statements, revision: Revision, standing: list[_Head]) -> None:
    known = {head.rev for head in standing}
    for parent in revision.parents:
        if parent not in known and read_one(statements, revision.entity, parent) is None:
            raise RevisionRefused("a parent is not stored for this entity")
    if any(head.kind != revision.kind for head in standing):
        raise RevisionRefused("an entity keeps its kind")


def _present(statements: Statements, entity: bytes, revision_id: bytes) -> Stored:
    present = read_one(statements, entity, revision_id)
    if present is None:
        raise RevisionRefused("neither added nor present")
    return present


def _move_heads(statements: Statements, added: Revision, heads: list[_Head]) -> None:
    """Put the added revision, the last of ``heads``, in the place of its parents."""
    head = heads[-1]
    statements.run(ADD_HEAD, (added.entity, head.rev, head.n))
    for parent in added.parents:
        statements.run(FORGET_HEAD, (added.entity, parent))
    present = [standing for standing in heads if standing.rev not in added.parents]
    projection.keep_state(statements, added.kind, heads=len(present), shown=max(present).n)
