"""The tables of a qassess database, as SQLAlchemy Core metadata; ``db/schema.md`` is generated from here.

``revision`` is the log and is only ever added to. ``head``, ``entry_state`` and ``assessment_state`` are a projection
of it that can be dropped and rebuilt. ``draft``, ``place``, ``local_setting`` and ``clock`` belong to this machine and
are never exported.
"""

from typing import Final

from sqlalchemy import (
    BLOB,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

APPLICATION_ID: Final = 0x51415331
"""``QAS1``, in the header of every database and export file of this program."""

SCHEMA_MAJOR: Final = 1
SCHEMA_MINOR: Final = 0
"""A newer minor version only adds and is opened by an older program; a newer major version is refused."""

MIGRATION: Final = "0001"
"""The Alembic revision that leads to this schema."""

METADATA: Final = MetaData(
    naming_convention={"ck": "%(constraint_name)s", "uq": "%(constraint_name)s", "fk": "%(constraint_name)s"}
)


def user_version(major: int = SCHEMA_MAJOR, minor: int = SCHEMA_MINOR) -> int:
    """Return the number kept in ``PRAGMA user_version``: thousands are the major version."""
    return major * 1000 + minor


REVISION: Final = Table(
    "revision",
    METADATA,
    Column("n", Integer, primary_key=True, comment="local arrival number; never exported, never hashed"),
    Column("id", BLOB, nullable=False, comment="SHA-256 of the row, see below"),
    Column(
        "kind", Integer, nullable=False, comment="1 scheme, 2 assessment, 3 entry, 4 evidence, 5 signature; or newer"
    ),
    Column("entity", BLOB, nullable=False, comment="what the revision is about, see below"),
    Column("p1", BLOB, comment="first parent, if any"),
    Column("p2", BLOB, comment="second parent of a merge; greater than the first"),
    Column("author", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("hlc", Integer, nullable=False, comment="hybrid logical clock, UTC milliseconds"),
    Column("payload", Text, nullable=False, comment="canonical JSON; hashed as stored, never serialised again"),
    UniqueConstraint("entity", "id", name="revision_once"),
    # Every parent is stored before its child and is about the same thing: so a new row is never anybody's parent.
    ForeignKeyConstraint(("entity", "p1"), ("revision.entity", "revision.id"), name="first_parent_stored"),
    ForeignKeyConstraint(("entity", "p2"), ("revision.entity", "revision.id"), name="second_parent_stored"),
    CheckConstraint("length(id) = 32", name="id_length"),
    CheckConstraint("length(entity) = 16", name="entity_length"),
    CheckConstraint("p2 IS NULL OR (p1 IS NOT NULL AND p1 < p2)", name="parents_ascending"),
    CheckConstraint("kind BETWEEN 0 AND 4294967295", name="kind_range"),
    CheckConstraint("hlc >= 0", name="hlc_range"),
    sqlite_strict=True,
    comment="The log. One row per edit, never changed, never deleted.",
)

HEAD: Final = Table(
    "head",
    METADATA,
    Column("entity", BLOB, primary_key=True),
    Column("rev", BLOB, primary_key=True, comment="id of a revision that is nobody's parent"),
    Column("n", Integer, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
    comment="Projection: the present revisions of each entity; more than one is a conflict.",
)

ENTRY_STATE: Final = Table(
    "entry_state",
    METADATA,
    Column("entity", BLOB, primary_key=True),
    Column("heads", Integer, nullable=False, comment="more than one is a conflict"),
    Column("n", Integer, nullable=False, comment="the head that is shown: the latest, ties by id"),
    Column("rev", BLOB, nullable=False),
    Column("hlc", Integer, nullable=False),
    Column("item", Text, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("not_applicable", Integer, nullable=False),
    Column("adjusted", Integer, nullable=False),
    Column("flagged", Integer, nullable=False),
    Column("evidence", Integer, nullable=False, comment="how many pieces"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
    comment="Projection: what lists show of an item without reading its payload.",
)
Index("entry_conflict", ENTRY_STATE.c.entity, sqlite_where=ENTRY_STATE.c.heads > 1)

ASSESSMENT_STATE: Final = Table(
    "assessment_state",
    METADATA,
    Column("prefix", BLOB, primary_key=True, comment="the 8 bytes that begin all its entities"),
    Column("entity", BLOB, nullable=False),
    Column("heads", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    Column("rev", BLOB, nullable=False),
    Column("hlc", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("round", Text, nullable=False),
    Column("scheme", Text, nullable=False, comment="SHA-256 of the scheme's canonical content, hexadecimal"),
    Column("checklist", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
    comment="Projection: what lists show of an assessment.",
)
Index("assessment_conflict", ASSESSMENT_STATE.c.prefix, sqlite_where=ASSESSMENT_STATE.c.heads > 1)

DRAFT: Final = Table(
    "draft",
    METADATA,
    Column("entity", BLOB, primary_key=True),
    Column("payload", Text, nullable=False),
    Column("at", Integer, nullable=False, comment="UTC milliseconds"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
    comment="This machine only: typed but not yet accepted.",
)

PLACE: Final = Table(
    "place",
    METADATA,
    Column("prefix", BLOB, primary_key=True),
    Column("item", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
    comment="This machine only: where one left an assessment.",
)

LOCAL_SETTING: Final = Table(
    "local_setting",
    METADATA,
    Column("name", Text, primary_key=True, nullable=False),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
    comment="This machine only: the device's name and the like.",
)

CLOCK: Final = Table(
    "clock",
    METADATA,
    Column("only", Integer, primary_key=True),
    Column("hlc", Integer, nullable=False, comment="the last hybrid logical time given out"),
    Column("reading", Integer, nullable=False, comment="the computer's clock at that moment, UTC milliseconds"),
    Column("jumps", Integer, nullable=False, comment="how often that clock went back by more than a minute"),
    Column("jumped_from", Integer, comment="its reading before the latest such jump"),
    CheckConstraint("only = 1", name="one_clock"),
    sqlite_strict=True,
    comment="This machine only: the hybrid logical clock.",
)

ALEMBIC_VERSION: Final = Table(
    "alembic_version",
    METADATA,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
    comment="Alembic's own: the migration this file has reached.",
)
