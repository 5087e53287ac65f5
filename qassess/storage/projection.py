"""The projection of the log: its heads, and what lists show of entries and assessments. It can always be rebuilt.

Kept in step by every append, and computed anew here from the log alone; the two must agree, on every machine and in
whatever order the revisions arrived.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from qassess.domain.revision import Kind
from qassess.storage.statements import Row, Statements

Document = dict[str, Any]

_PREFIX_BYTES: Final = 8
_YEARS: Final = range(10_000)

# NOT IN over the parents, never NOT EXISTS: the log has no index on parents, and the list is read once.
_REBUILT_HEADS: Final = (
    "SELECT entity, id, n, kind, hlc, payload FROM revision WHERE id NOT IN ("
    "SELECT p1 FROM revision WHERE p1 IS NOT NULL UNION ALL SELECT p2 FROM revision WHERE p2 IS NOT NULL) "
    "ORDER BY entity, hlc DESC, id DESC"
)
_ADD_HEADS: Final = "INSERT INTO head(entity, rev, n) VALUES (?, ?, ?)"
KEEP_ENTRY: Final = (
    "INSERT OR REPLACE INTO entry_state"
    "(entity, heads, n, rev, hlc, item, answered, not_applicable, adjusted, flagged, evidence) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
KEEP_ASSESSMENT: Final = (
    "INSERT OR REPLACE INTO assessment_state"
    "(prefix, entity, heads, n, rev, hlc, body, year, round, scheme, checklist) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Shown(NamedTuple):
    """The head that is shown for an entity: the latest, ties by id; ``heads`` are how many there are."""

    entity: bytes
    heads: int
    n: int
    rev: bytes
    hlc: int


@dataclass(frozen=True, slots=True)
class Projection:
    """All rows of the projection, each table in the order of its key."""

    heads: tuple[Row, ...]
    entries: tuple[Row, ...]
    assessments: tuple[Row, ...]


def keep_state(statements: Statements, kind: int, shown: Shown, document: Document) -> None:
    """Put one entity's row in step with the head that is now shown; kinds that lists do not show have no row."""
    if kind == Kind.ENTRY:
        statements.run(KEEP_ENTRY, _entry_row(shown, document))
    elif kind == Kind.ASSESSMENT:
        statements.run(KEEP_ASSESSMENT, _assessment_row(shown, document))


def rebuilt(statements: Statements) -> Projection:
    """Return the projection as the log alone gives it; nothing is written."""
    heads: list[Row] = []
    entries: list[Row] = []
    assessments: list[Row] = []
    for entity, group in groupby(statements.each(_REBUILT_HEADS), key=itemgetter(0)):
        present = list(group)
        heads += sorted((entity, row[1], row[2]) for row in present)
        _, shown_id, n, kind, hlc, payload = present[0]
        shown = Shown(entity, len(present), n, shown_id, hlc)
        if kind == Kind.ENTRY:
            entries.append(_entry_row(shown, _read(payload)))
        elif kind == Kind.ASSESSMENT:
            assessments.append(_assessment_row(shown, _read(payload)))
    return Projection(tuple(heads), tuple(entries), tuple(sorted(assessments)))


def stored(statements: Statements) -> Projection:
    """Return the projection as it is kept."""
    return Projection(
        _rows(statements, "SELECT entity, rev, n FROM head ORDER BY entity, rev"),
        _rows(statements, "SELECT * FROM entry_state ORDER BY entity"),
        _rows(statements, "SELECT * FROM assessment_state ORDER BY prefix"),
    )


def rebuild_projection(statements: Statements) -> None:
    """Drop the projection and write it anew from the log, in the caller's transaction."""
    anew = rebuilt(statements)
    for table in ("head", "entry_state", "assessment_state"):
        statements.run(f"DELETE FROM {table}")  # noqa: S608 - constant names
    for statement, rows in (
        (_ADD_HEADS, anew.heads),
        (KEEP_ENTRY, anew.entries),
        (KEEP_ASSESSMENT, anew.assessments),
    ):
        statements.run_many(statement, rows)


def _rows(statements: Statements, statement: str) -> tuple[Row, ...]:
    return tuple(statements.rows(statement))


def _read(payload: str) -> Document:
    document = json.loads(payload)
    return document if isinstance(document, dict) else {}


def _entry_row(shown: Shown, document: Document) -> Row:
    answer = document.get("answer")
    given = answer if isinstance(answer, dict) else {}
    return (
        *shown,
        _text(document.get("item")),
        int(bool(given)),
        int("not_applicable" in given),
        int("adjustment" in document),
        int(document.get("flagged") is True),
        len(_list(document.get("evidence"))),
    )


def _assessment_row(shown: Shown, document: Document) -> Row:
    year = document.get("year")
    return (
        shown.entity[:_PREFIX_BYTES],
        *shown,
        _text(document.get("body")),
        year if isinstance(year, int) and year in _YEARS else 0,
        _text(document.get("round")),
        _text(document.get("scheme")),
        _text(document.get("checklist")),
    )


def _text(value: object) -> str:
    # A payload of a newer program may have another form; the log keeps it, the list shows nothing.
    return value if isinstance(value, str) else ""


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
