"""Databases of every released version open, whole and unchanged in their log, with a copy kept before migrating."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from qassess import locations
from qassess.domain.revision import Kind, assessment_prefix, entity_of
from qassess.errors import QassessError
from qassess.storage import database as opening
from qassess.storage import schema, tables
from qassess.storage.database import open_database
from qassess.storage.engine import make_engine
from qassess.storage.health import examine
from qassess.storage.schema import create_database, migrate

OLD = Path(__file__).parent.parent / "old_databases"
DB = Path(__file__).parent.parent.parent / "db"

NEXT_MIGRATION = '''
"""A change of a later version, for the test."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.execute("ALTER TABLE place ADD COLUMN note TEXT NOT NULL DEFAULT ''")
    {failure}
'''


def tables_of(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return {name: re.sub(r"\s*([(),])\s*", r"\1", " ".join(sql.split())) for name, sql in rows}


def test_the_migrations_make_the_very_schema_that_a_new_database_gets(tmp_path):
    new, migrated = tmp_path / "new.db", tmp_path / "migrated.db"
    create_database(new)
    with closing(sqlite3.connect(migrated)) as connection:
        connection.execute(f"PRAGMA application_id={tables.APPLICATION_ID}")
    engine = make_engine(migrated, read_only=False)
    migrate(engine)
    engine.dispose()
    assert tables_of(migrated) == tables_of(new)
    for path in (new, migrated):
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(tables.MIGRATION,)]
            assert connection.execute("SELECT * FROM clock").fetchall() == [(1, 0, 0, 0, None)]
            assert connection.execute("PRAGMA user_version").fetchone() == (tables.user_version(),)


def test_every_migration_says_why():
    for migration in sorted((DB / "migrations" / "versions").glob("*.py")):
        assert "Why: " in migration.read_text(encoding="utf-8"), migration.name


@pytest.mark.parametrize("old", sorted(OLD.glob("*.qassess.db")), ids=lambda path: path.name)
def test_a_database_of_an_older_version_opens_whole(tmp_path, old):
    path = tmp_path / old.name
    shutil.copyfile(old, path)
    shutil.copytree(old.with_suffix(".evidence"), path.with_suffix(".evidence"))
    expected = json.loads(old.with_suffix(".json").read_text(encoding="utf-8"))
    prefix = bytes.fromhex(expected["assessment"])
    with open_database(path) as database, database.unit_of_work() as uow:
        found = {
            entity.hex(): [stored.revision.id.hex() for stored in uow.history(entity)]
            for entity in (*uow.entities_under(prefix), bytes.fromhex(expected["scheme"])[:16])
        }
        assert found == expected["history"]
        assert uow.scheme_content(expected["scheme"]) is not None
        assert uow.assessments() == (prefix,)
        assert [entity.hex() for entity in uow.conflicts(prefix)] == expected["conflicts"]
        assert database.device == expected["device"]
        assert uow.projection_is_current()
    assert [finding for finding in examine(path) if not finding.ok] == []


@pytest.fixture
def next_version(tmp_path, monkeypatch):
    """Pretend to be a later program: schema 1.2, with one more migration."""

    def pretend(failure: str = "pass") -> None:
        scripts = tmp_path / "later 100%" / "db"
        shutil.copytree(DB / "migrations", scripts / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
        later = NEXT_MIGRATION.format(failure=failure)
        (scripts / "migrations" / "versions" / "0003_later.py").write_text(later, encoding="utf-8")
        monkeypatch.setattr(locations, "database_scripts", lambda: scripts)
        monkeypatch.setattr(opening, "user_version", lambda: 1002)
        monkeypatch.setattr(schema, "user_version", lambda: 1002)

    return pretend


def columns(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[1] for row in connection.execute("PRAGMA table_info(place)")]


def test_an_older_database_is_migrated_after_a_copy_was_kept(path, database, edit, next_version):
    first = edit()
    database.close()
    next_version()
    with open_database(path) as migrated, migrated.unit_of_work() as uow:
        assert uow.heads(first.revision.entity) == (first,)
    assert columns(path) == ["prefix", "item", "note"]
    kept = path.with_name(f"{path.stem}.before-migration-from-1.1.db")
    assert columns(kept) == ["prefix", "item"]
    with open_database(path) as again, again.unit_of_work() as uow:  # and not a second time
        assert uow.heads(first.revision.entity) == (first,)
    assert sorted(found.name for found in path.parent.glob("*.db")) == sorted([path.name, kept.name])


def test_a_migration_that_fails_leaves_everything_as_it_was(path, database, edit, next_version):
    first = edit()
    database.close()
    next_version(failure="op.execute('INSERT INTO nowhere VALUES (1)')")
    with pytest.raises(Exception, match="nowhere"):
        open_database(path)
    assert columns(path) == ["prefix", "item"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1001,)
        assert connection.execute("SELECT id FROM revision").fetchall() == [(first.revision.id,)]


def test_an_older_database_opened_to_read_is_migrated_in_a_private_copy(path, database, edit, next_version):
    first = edit()
    database.close()
    before = path.read_bytes()
    next_version()
    with open_database(path, read_only=True) as migrated, migrated.unit_of_work() as uow:
        assert uow.heads(first.revision.entity) == (first,)
        assert uow._statements.rows("SELECT note FROM place") == []
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.glob("*.db")] == [path.name]


def test_a_copy_that_cannot_be_kept_stops_the_migration(path, database, next_version, monkeypatch):
    database.close()
    next_version()

    def full(engine, to):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(schema, "copy_into", full)
    with pytest.raises(QassessError, match=r"database\.disk_full"):
        open_database(path)
    assert columns(path) == ["prefix", "item"]


def test_the_old_database_tells_of_all_that_a_log_can_hold():
    """The kept file is worth something only while it has forks, joins, evidence, a signature and newer kinds."""
    expected = json.loads((OLD / "v1.qassess.json").read_text(encoding="utf-8"))
    prefix = assessment_prefix("140425", 2024, "annual", expected["scheme"])
    assert prefix.hex() == expected["assessment"]
    assert len(expected["history"][entity_of(prefix, Kind.ENTRY, "forked").hex()]) == 3
    assert expected["conflicts"] == [entity_of(prefix, Kind.ENTRY, "forked").hex()]
