"""Brings the heads and the projection in step with revisions that have just arrived in the log, all at once.

Statements over the arrivals alone, whatever the log's size: every plan is pinned, because two innocent ones read the
whole log for each file (measured). Arrivals are the rows with ``n > :after``; all their parents are stored.
"""

from typing import Final

from qassess.domain.revision import Kind
from qassess.storage.projection import ADD_ASSESSMENTS, ADD_ENTRIES, RANKED, assessment_row, entry_row
from qassess.storage.revision_log import entity_range
from qassess.storage.statements import Statements

LAST: Final = "SELECT coalesce(max(n), 0) FROM revision"
ANY_HEAD: Final = "SELECT 1 FROM head WHERE entity BETWEEN ? AND ? LIMIT 1"
FORKED: Final = "SELECT entity FROM head WHERE entity BETWEEN ? AND ? GROUP BY entity HAVING count(*) > 1"

# Two statements: with both parents in one compound SQLite reads all heads.
FORGET_FIRST: Final = (
    "DELETE FROM head WHERE (entity, rev) IN "
    "(SELECT entity, p1 FROM revision NOT INDEXED WHERE n > :after AND p1 IS NOT NULL)"
)
FORGET_SECOND: Final = (
    "DELETE FROM head WHERE (entity, rev) IN "
    "(SELECT entity, p2 FROM revision NOT INDEXED WHERE n > :after AND p2 IS NOT NULL)"
)
# A new row is never the parent of an old one, so the arrivals' own parents are all that counts.
ADD: Final = (
    "INSERT INTO head(entity, rev, n) SELECT entity, id, n FROM revision NOT INDEXED WHERE n > :after AND id NOT IN "
    "(SELECT p1 FROM revision NOT INDEXED WHERE n > :after AND p1 IS NOT NULL UNION ALL "
    "SELECT p2 FROM revision NOT INDEXED WHERE n > :after AND p2 IS NOT NULL)"
)

_TOUCHED: Final = "(SELECT DISTINCT entity FROM revision NOT INDEXED WHERE n > :after)"
_THEIR_HEADS: Final = f"{_TOUCHED} t CROSS JOIN head h ON h.entity = t.entity CROSS JOIN revision r ON r.n = h.n"
MIXED: Final = f"SELECT 1 FROM {_THEIR_HEADS} GROUP BY t.entity HAVING min(r.kind) <> max(r.kind) LIMIT 1"  # noqa: S608

# Where nothing was before, all heads there are have just arrived, each entity has one, and nothing need be ranked.
_FIRST_HEADS: Final = (
    "FROM head h CROSS JOIN revision r ON r.n = h.n WHERE h.entity BETWEEN :first AND :last AND r.kind = {kind}"
)
_RANKED_HEADS: Final = f"FROM ({RANKED}{_THEIR_HEADS}) r WHERE r.place = 1 AND r.kind = {{kind}}"

FIRST_ENTRIES: Final = f"{ADD_ENTRIES}SELECT {entry_row('1')} {_FIRST_HEADS.format(kind=int(Kind.ENTRY))}"
FIRST_ASSESSMENTS: Final = (
    f"{ADD_ASSESSMENTS}SELECT {assessment_row('1')} {_FIRST_HEADS.format(kind=int(Kind.ASSESSMENT))}"
)
ENTRIES: Final = f"{ADD_ENTRIES}SELECT {entry_row('r.heads')} {_RANKED_HEADS.format(kind=int(Kind.ENTRY))}"
ASSESSMENTS: Final = (
    f"{ADD_ASSESSMENTS}SELECT {assessment_row('r.heads')} {_RANKED_HEADS.format(kind=int(Kind.ASSESSMENT))}"
)


class KindsMixed(ValueError):
    """Revisions of one entity are of different kinds: no program of ours writes that."""


def last_arrival(statements: Statements) -> int:
    """Return the greatest arrival number, 0 in an empty log."""
    ((last,),) = statements.rows(LAST)
    return int(last)


def is_untouched(statements: Statements, prefixes: frozenset[bytes]) -> bool:
    """Say whether nothing is stored yet of any of these assessments."""
    return not any(statements.rows(ANY_HEAD, entity_range(prefix)) for prefix in prefixes)


def forked(statements: Statements, prefixes: frozenset[bytes]) -> frozenset[bytes]:
    """Return the entities of these assessments that have several heads."""
    return frozenset(row[0] for prefix in prefixes for row in statements.rows(FORKED, entity_range(prefix)))


def take_in_first(statements: Statements, after: int, prefixes: frozenset[bytes]) -> None:
    """Put heads and states in step with the rows that arrived ``after`` a number, all there is of these assessments.

    None of what they are about has two heads among them.
    """
    statements.run(ADD, {"after": after})
    for prefix in prefixes:
        first, last = entity_range(prefix)
        for statement in (FIRST_ENTRIES, FIRST_ASSESSMENTS):
            statements.run(statement, {"first": first, "last": last})


def take_in(statements: Statements, after: int) -> None:
    """Put heads and states in step with the rows that arrived ``after`` a number.

    Raises :class:`KindsMixed`.
    """
    since = {"after": after}
    for statement in (FORGET_FIRST, FORGET_SECOND, ADD):
        statements.run(statement, since)
    if statements.rows(MIXED, since):
        raise KindsMixed
    for statement in (ENTRIES, ASSESSMENTS):
        statements.run(statement, since)
