"""What lists show of assessments and entries, read from the projection without reading any payload."""

from dataclasses import dataclass
from typing import Final

from qassess.domain.revision import Kind
from qassess.storage.revision_log import entity_range
from qassess.storage.statements import Row, Statements

ASSESSMENTS: Final = (
    "SELECT prefix, heads, rev, hlc, body, year, round, scheme, checklist FROM assessment_state ORDER BY prefix"
)
ENTRIES: Final = (
    "SELECT entity, heads, rev, hlc, item, answered, not_applicable, adjusted, flagged, evidence FROM entry_state "
    "WHERE entity BETWEEN ? AND ? ORDER BY entity"
)
COUNTS: Final = (
    "SELECT count(*), coalesce(sum(answered), 0), coalesce(sum(flagged), 0), coalesce(sum(heads > 1), 0) "
    "FROM entry_state WHERE entity BETWEEN ? AND ?"
)
CHANGED: Final = (
    "SELECT max(r.hlc), coalesce(sum(r.kind = ?), 0) FROM head h CROSS JOIN revision r ON r.n = h.n "
    "WHERE h.entity BETWEEN ? AND ?"
)
CONFLICTS: Final = (
    "SELECT entity FROM entry_state WHERE heads > 1 AND entity BETWEEN ? AND ? UNION ALL "
    "SELECT entity FROM assessment_state WHERE heads > 1 AND prefix = ? ORDER BY 1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryState:
    """One item of an assessment as lists show it: of several heads the latest. ``evidence``: how many pieces."""

    entity: bytes
    heads: int
    revision_id: bytes
    hlc: int
    item: str
    is_answered: bool
    is_not_applicable: bool
    is_adjusted: bool
    is_flagged: bool
    evidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentState:
    """One assessment as lists show it.

    ``scheme`` is the hexadecimal hash it is pinned to; ``conflicts`` counts entries with several heads, ``heads``
    those of the assessment itself; ``changed`` is the latest hybrid time of anything in it.
    """

    prefix: bytes
    heads: int
    body: str
    year: int
    round: str
    scheme: str
    checklist: str
    entries: int
    answered: int
    flagged: int
    conflicts: int
    signatures: int
    changed: int


def read_prefixes(statements: Statements) -> tuple[bytes, ...]:
    """Return the prefixes of all assessments, ascending."""
    return tuple(row[0] for row in statements.rows("SELECT prefix FROM assessment_state ORDER BY prefix"))


def read_assessment_states(statements: Statements) -> tuple[AssessmentState, ...]:
    """Return all assessments, by prefix."""
    rows = statements.rows(ASSESSMENTS)
    return tuple(_assessment_state(statements, row) for row in rows)


def _assessment_state(statements: Statements, row: Row) -> AssessmentState:
    prefix, heads, _, hlc, body, year, round_, scheme, checklist = row
    bounds = entity_range(prefix)
    ((entries, answered, flagged, conflicts),) = statements.rows(COUNTS, bounds)
    ((changed, signatures),) = statements.rows(CHANGED, (int(Kind.SIGNATURE), *bounds))
    return AssessmentState(
        prefix=prefix,
        heads=heads,
        body=body,
        year=year,
        round=round_,
        scheme=scheme,
        checklist=checklist,
        entries=entries,
        answered=answered,
        flagged=flagged,
        conflicts=conflicts,
        signatures=signatures,
        changed=max(changed or 0, hlc),
    )


def read_entry_states(statements: Statements, prefix: bytes) -> tuple[EntryState, ...]:
    """Return the items of an assessment that something was ever entered for, by entity."""
    return tuple(
        EntryState(
            entity=entity,
            heads=heads,
            revision_id=rev,
            hlc=hlc,
            item=item,
            is_answered=bool(answered),
            is_not_applicable=bool(not_applicable),
            is_adjusted=bool(adjusted),
            is_flagged=bool(flagged),
            evidence=evidence,
        )
        for entity, heads, rev, hlc, item, answered, not_applicable, adjusted, flagged, evidence in (
            statements.rows(ENTRIES, entity_range(prefix))
        )
    )


def read_conflicts(statements: Statements, prefix: bytes) -> tuple[bytes, ...]:
    """Return the entities of an assessment that have more than one head."""
    return tuple(row[0] for row in statements.rows(CONFLICTS, (*entity_range(prefix), prefix)))
