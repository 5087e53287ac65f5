"""The first released schema: a log of revisions, its projection, and what belongs to one machine.

Why: a merge of two laptops is a set union of revisions, so the log is all that counts; heads and states are kept
beside it because lists must not read every payload. Drafts, places, settings and the clock never leave the machine.

The statements are written out: a migration must do the same in ten years, whatever the program's tables are then.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_STATEMENTS = (
    """
    CREATE TABLE revision (
        n INTEGER NOT NULL,
        id BLOB NOT NULL,
        kind INTEGER NOT NULL,
        entity BLOB NOT NULL,
        p1 BLOB,
        p2 BLOB,
        author TEXT NOT NULL,
        device TEXT NOT NULL,
        hlc INTEGER NOT NULL,
        payload TEXT NOT NULL,
        PRIMARY KEY (n),
        CONSTRAINT revision_once UNIQUE (entity, id),
        CONSTRAINT first_parent_stored FOREIGN KEY(entity, p1) REFERENCES revision (entity, id),
        CONSTRAINT second_parent_stored FOREIGN KEY(entity, p2) REFERENCES revision (entity, id),
        CONSTRAINT id_length CHECK (length(id) = 32),
        CONSTRAINT entity_length CHECK (length(entity) = 16),
        CONSTRAINT parents_ascending CHECK (p2 IS NULL OR (p1 IS NOT NULL AND p1 < p2)),
        CONSTRAINT kind_range CHECK (kind BETWEEN 0 AND 4294967295),
        CONSTRAINT hlc_range CHECK (hlc >= 0)
    )
     STRICT
    """,
    """
    CREATE TABLE head (
        entity BLOB NOT NULL,
        rev BLOB NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (entity, rev)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE entry_state (
        entity BLOB NOT NULL,
        heads INTEGER NOT NULL,
        n INTEGER NOT NULL,
        rev BLOB NOT NULL,
        hlc INTEGER NOT NULL,
        item TEXT NOT NULL,
        answered INTEGER NOT NULL,
        not_applicable INTEGER NOT NULL,
        adjusted INTEGER NOT NULL,
        flagged INTEGER NOT NULL,
        evidence INTEGER NOT NULL,
        PRIMARY KEY (entity)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX entry_conflict ON entry_state (entity) WHERE heads > 1
    """,
    """
    CREATE TABLE assessment_state (
        prefix BLOB NOT NULL,
        entity BLOB NOT NULL,
        heads INTEGER NOT NULL,
        n INTEGER NOT NULL,
        rev BLOB NOT NULL,
        hlc INTEGER NOT NULL,
        body TEXT NOT NULL,
        year INTEGER NOT NULL,
        round TEXT NOT NULL,
        scheme TEXT NOT NULL,
        checklist TEXT NOT NULL,
        PRIMARY KEY (prefix)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX assessment_conflict ON assessment_state (prefix) WHERE heads > 1
    """,
    """
    CREATE TABLE draft (
        entity BLOB NOT NULL,
        payload TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (entity)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE place (
        prefix BLOB NOT NULL,
        item TEXT NOT NULL,
        PRIMARY KEY (prefix)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE local_setting (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (name)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE clock (
        only INTEGER NOT NULL,
        hlc INTEGER NOT NULL,
        reading INTEGER NOT NULL,
        jumps INTEGER NOT NULL,
        jumped_from INTEGER,
        PRIMARY KEY (only),
        CONSTRAINT one_clock CHECK (only = 1)
    )
     STRICT
    """,
    "INSERT INTO clock(only, hlc, reading, jumps) VALUES (1, 0, 0, 0)",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
