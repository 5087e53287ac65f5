"""The projection of the log: its heads, and what lists show of entries and assessments. It can always be rebuilt.

Kept in step by every append, and computed anew here from the log alone; the two must agree, on every machine and in
whatever order the revisions arrived.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from qassess.domain.revision import Kind
from qassess.storage.statements import Row, Statements

Document = dict[str, Any]

PREFIX_BYTES: Final = 8

_YEAR: Final = "json_extract(r.payload, '$.year')"


def _text_of(field: str) -> str:
    # A payload of a newer program may have another form; the log keeps it, the list shows nothing.
    return f"iif(json_type(r.payload, '$.{field}') = 'text', json_extract(r.payload, '$.{field}'), '')"


# What lists show of a revision ``r``. Said once, in SQL: an append, a merge and a rebuilding must agree to the letter
# on any payload, and a merge must not carry hundreds of payloads through Python.
_ENTRY_FIELDS: Final = ", ".join(
    (
        _text_of("item"),
        "coalesce(substr(r.payload -> '$.answer', 1, 2) = '{\"', 0)",  # an object with something in it
        "json_type(r.payload, '$.answer.not_applicable') IS NOT NULL",
        "json_type(r.payload, '$.adjustment') IS NOT NULL",
        "json_type(r.payload, '$.flagged') IS 'true'",
        "coalesce(json_array_length(r.payload, '$.evidence'), 0)",  # 0 for anything but a list
    )
)
_ASSESSMENT_FIELDS: Final = ", ".join(
    (
        _text_of("body"),
        f"iif(json_type(r.payload, '$.year') = 'integer' AND {_YEAR} BETWEEN 0 AND 9999, {_YEAR}, 0)",
        _text_of("round"),
        _text_of("scheme"),
        _text_of("checklist"),
    )
)
ADD_ENTRIES: Final = (
    "INSERT OR REPLACE INTO entry_state"
    "(entity, heads, n, rev, hlc, item, answered, not_applicable, adjusted, flagged, evidence) "
)
ADD_ASSESSMENTS: Final = (
    "INSERT OR REPLACE INTO assessment_state(prefix, entity, heads, n, rev, hlc, body, year, round, scheme, checklist) "
)


def entry_row(heads: str) -> str:
    """Return the columns of ``entry_state`` in their order, from ``r`` and an expression for its count of heads."""
    return f"r.entity, {heads}, r.n, r.id, r.hlc, {_ENTRY_FIELDS}"


def assessment_row(heads: str) -> str:
    """Return the columns of ``assessment_state`` in the same way."""
    return f"substr(r.entity, 1, {PREFIX_BYTES}), r.entity, {heads}, r.n, r.id, r.hlc, {_ASSESSMENT_FIELDS}"


_SHOWN: Final = "FROM revision r WHERE r.n = :n"
KEEP: Final[Mapping[int, str]] = {
    Kind.ENTRY: f"{ADD_ENTRIES}SELECT {entry_row(':heads')} {_SHOWN}",
    Kind.ASSESSMENT: f"{ADD_ASSESSMENTS}SELECT {assessment_row(':heads')} {_SHOWN}",
}
"""How the state of an entity is put in step with the head ``:n`` that is shown of ``:heads``; other kinds have none."""

# NOT IN over the parents, never NOT EXISTS: the log has no index on parents, and the list is read once.
_HEADS: Final = (
    "SELECT entity, id, n FROM revision WHERE id NOT IN ("
    "SELECT p1 FROM revision WHERE p1 IS NOT NULL UNION ALL SELECT p2 FROM revision WHERE p2 IS NOT NULL)"
)
RANKED: Final = (
    "SELECT r.*, count(*) OVER (PARTITION BY r.entity) AS heads, "
    "row_number() OVER (PARTITION BY r.entity ORDER BY r.hlc DESC, r.id DESC) AS place FROM "
)
"""Of several heads the latest is shown, ties by id; the rows to rank come from what follows."""
_REBUILT_HEADS: Final = f"{_HEADS} ORDER BY entity, id"
_ALL_RANKED: Final = f"({RANKED}({_HEADS}) h CROSS JOIN revision r ON r.n = h.n) r WHERE r.place = 1"
_ENTRIES: Final = f"SELECT {entry_row('r.heads')} FROM {_ALL_RANKED} AND r.kind = ?"  # noqa: S608 - constant
_ASSESSMENTS: Final = f"SELECT {assessment_row('r.heads')} FROM {_ALL_RANKED} AND r.kind = ?"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Projection:
    """All rows of the projection, each table in the order of its key."""

    heads: tuple[Row, ...]
    entries: tuple[Row, ...]
    assessments: tuple[Row, ...]


def keep_state(statements: Statements, kind: int, *, heads: int, shown: int) -> None:
    """Put one entity's row in step with its ``heads``, of which the one numbered ``shown`` is shown."""
    if kind in KEEP:
        statements.run(KEEP[kind], {"heads": heads, "n": shown})


def rebuilt(statements: Statements) -> Projection:
    """Return the projection as the log alone gives it; nothing is written."""
    return Projection(
        _rows(statements, _REBUILT_HEADS),
        _rows(statements, f"{_ENTRIES} ORDER BY r.entity", (int(Kind.ENTRY),)),
        _rows(statements, f"{_ASSESSMENTS} ORDER BY r.entity", (int(Kind.ASSESSMENT),)),
    )


def stored(statements: Statements) -> Projection:
    """Return the projection as it is kept."""
    return Projection(
        _rows(statements, "SELECT entity, rev, n FROM head ORDER BY entity, rev"),
        _rows(statements, "SELECT * FROM entry_state ORDER BY entity"),
        _rows(statements, "SELECT * FROM assessment_state ORDER BY prefix"),
    )


def rebuild_projection(statements: Statements) -> None:
    """Drop the projection and write it anew from the log, in the caller's transaction."""
    for table in ("head", "entry_state", "assessment_state"):
        statements.run(f"DELETE FROM {table}")  # noqa: S608 - constant names
    statements.run(f"INSERT INTO head(entity, rev, n) {_HEADS}")
    statements.run(f"{ADD_ENTRIES}{_ENTRIES}", (int(Kind.ENTRY),))
    statements.run(f"{ADD_ASSESSMENTS}{_ASSESSMENTS} ORDER BY r.entity", (int(Kind.ASSESSMENT),))


def _rows(statements: Statements, statement: str, values: Row = ()) -> tuple[Row, ...]:
    return tuple(statements.rows(statement, values))
