"""The ledger of merges: what each file brought, so that exactly that can be taken back later and put in again.

Why: an office that merges thirty counties finds out afterwards that one file was the wrong one. Arrival numbers of one
merge are a span, so the ledger costs a row or two per file; revisions that went are kept aside until they are redone.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_STATEMENTS = (
    """
    CREATE TABLE merge_log (
        id INTEGER NOT NULL,
        action TEXT NOT NULL,
        target INTEGER,
        state TEXT NOT NULL,
        at INTEGER NOT NULL,
        author TEXT NOT NULL,
        name TEXT NOT NULL,
        sha256 BLOB NOT NULL,
        manifest BLOB NOT NULL,
        signer BLOB NOT NULL,
        device TEXT NOT NULL,
        new INTEGER NOT NULL,
        known INTEGER NOT NULL,
        conflicts INTEGER NOT NULL,
        evidence INTEGER NOT NULL,
        missing TEXT NOT NULL,
        prefixes BLOB NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT known_action CHECK (action IN ('merge', 'undo', 'redo')),
        CONSTRAINT known_state CHECK (state IN ('', 'active', 'undone'))
    )
     STRICT
    """,
    """
    CREATE INDEX merge_of_manifest ON merge_log (manifest) WHERE state = 'active'
    """,
    """
    CREATE TABLE merge_span (
        merge INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        arrived INTEGER NOT NULL,
        PRIMARY KEY (merge, first),
        CONSTRAINT span_ascending CHECK (first <= last)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE undone_revision (
        merge INTEGER NOT NULL,
        position INTEGER NOT NULL,
        id BLOB NOT NULL,
        kind INTEGER NOT NULL,
        entity BLOB NOT NULL,
        p1 BLOB,
        p2 BLOB,
        author TEXT NOT NULL,
        device TEXT NOT NULL,
        hlc INTEGER NOT NULL,
        payload TEXT NOT NULL,
        PRIMARY KEY (merge, position)
    )
     WITHOUT ROWID,
     STRICT
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
