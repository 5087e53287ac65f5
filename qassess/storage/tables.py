"""The tables of a qassess database, as SQLAlchemy Core metadata; ``db/schema.md`` is generated from here.

``revision`` is the log and is only ever added to. ``head``, ``entry_state`` and ``assessment_state`` are a projection
of it that can be dropped and rebuilt. ``merge_log``, ``merge_span`` and ``undone_revision`` are the ledger of merges.
They, ``draft``, ``place``, ``local_setting`` and ``clock`` belong to this machine and are never exported.
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
"""``QAS1``, in the header of every database of this program; an export file has a number of its own."""

SCHEMA_MAJOR: Final = 1
SCHEMA_MINOR: Final = 1
"""A newer minor version only adds and is opened by an older program; a newer major version is refused."""

MIGRATION: Final = "0002"
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

MERGE_LOG: Final = Table(
    "merge_log",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("action", Text, nullable=False, comment="merge, undo or redo"),
    Column("target", Integer, comment="of an undo or redo: the entry it is about"),
    Column("state", Text, nullable=False, comment="active or undone; an undo has none, nor has what was redone since"),
    Column("at", Integer, nullable=False, comment="UTC milliseconds"),
    Column("author", Text, nullable=False),
    Column("name", Text, nullable=False, comment="of the file, as it was called then"),
    Column("sha256", BLOB, nullable=False, comment="of the file's bytes"),
    Column("manifest", BLOB, nullable=False, comment="SHA-256 of the file's manifest, which says all that it holds"),
    Column("signer", BLOB, nullable=False, comment="public key of the device that signed the manifest; empty if none"),
    Column("device", Text, nullable=False, comment="the device that wrote the file"),
    Column("new", Integer, nullable=False, comment="revisions that came, or went"),
    Column("known", Integer, nullable=False, comment="revisions of the file that were here already"),
    Column("conflicts", Integer, nullable=False, comment="entities that got several heads by it"),
    Column("evidence", Integer, nullable=False, comment="pieces of evidence the file holds"),
    Column("missing", Text, nullable=False, comment="JSON: hashes of evidence that was named but did not arrive"),
    Column("prefixes", BLOB, nullable=False, comment="the assessments it touched, 8 bytes each"),
    CheckConstraint("action IN ('merge', 'undo', 'redo')", name="known_action"),
    CheckConstraint("state IN ('', 'active', 'undone')", name="known_state"),
    sqlite_strict=True,
    comment="This machine only: the ledger of merges, their undoing and redoing. Only the state of a row ever changes.",
)
Index("merge_of_manifest", MERGE_LOG.c.manifest, sqlite_where=MERGE_LOG.c.state == "active")

MERGE_SPAN: Final = Table(
    "merge_span",
    METADATA,
    Column("merge", Integer, primary_key=True),
    Column("first", Integer, primary_key=True, comment="arrival number in the log"),
    Column("last", Integer, nullable=False),
    Column("arrived", Integer, nullable=False, comment="1 if they came by this merge, 0 if they were here already"),
    CheckConstraint("first <= last", name="span_ascending"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
    comment="This machine only: which revisions an active merge's file holds, as spans of arrival numbers.",
)

UNDONE_REVISION: Final = Table(
    "undone_revision",
    METADATA,
    Column("merge", Integer, primary_key=True),
    Column("position", Integer, primary_key=True, comment="in this order they are put back; a parent before its child"),
    Column("id", BLOB, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("entity", BLOB, nullable=False),
    Column("p1", BLOB),
    Column("p2", BLOB),
    Column("author", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("hlc", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
    comment="This machine only: all revisions of an undone merge's file, so that it can be redone without the file.",
)

ALEMBIC_VERSION: Final = Table(
    "alembic_version",
    METADATA,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
    comment="Alembic's own: the migration this file has reached.",
)
