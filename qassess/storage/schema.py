"""Brings a database file to today's schema: writes a new file whole, or migrates an older one after keeping a copy."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, insert

from qassess.errors import QassessError
from qassess.storage.durable_files import sync_file, sync_folder
from qassess.storage.engine import OUTSIDE, make_engine
from qassess.storage.failures import failures_named
from qassess.storage.tables import (
    ALEMBIC_VERSION,
    APPLICATION_ID,
    CLOCK,
    METADATA,
    MIGRATION,
    SCHEMA_MAJOR,
    user_version,
)


def create_database(path: Path) -> None:
    """Write a new, empty database; it appears under its name only when it is complete and on the disk."""
    with failures_named(path), TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        _fill(fresh)
        fresh.replace(path)
        sync_folder(path.parent)


def _fill(path: Path) -> None:
    engine = make_engine(path, read_only=False)
    try:
        with engine.begin() as connection:
            METADATA.create_all(connection)
            connection.execute(insert(CLOCK).values(only=1, hlc=0, reading=0, jumps=0))
            connection.execute(insert(ALEMBIC_VERSION).values(version_num=MIGRATION))
            connection.exec_driver_sql(f"PRAGMA user_version={user_version()}")
    finally:
        engine.dispose()


def refuse_newer(version: int, path: Path) -> None:
    """Refuse a file whose schema has a newer major version; a newer minor version only adds, and may be used.

    Raises ``QassessError("database.newer")``.
    """
    if version // 1000 > SCHEMA_MAJOR:
        known = version_text(user_version())
        raise QassessError("database.newer", path=str(path), found=version_text(version), known=known)


def version_text(version: int) -> str:
    """Return a ``user_version`` as people write it: ``1.0``."""
    return f"{version // 1000}.{version % 1000}"


def keep_copy(engine: Engine, path: Path) -> Path:
    """Copy the database as it is before migrating, and return where the copy lies."""
    with engine.connect() as connection:
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    kept = free_name(path.with_name(f"{path.stem}.before-migration-from-{version_text(version)}{path.suffix}"))
    with failures_named(kept), TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        copy = Path(folder) / kept.name
        copy_into(engine, copy)
        copy.replace(kept)
        sync_folder(kept.parent)
    return kept


def copy_into(engine: Engine, to: Path) -> None:
    """Write everything committed so far into one new file without side files, and sync it."""
    with engine.connect().execution_options(**{OUTSIDE: True}) as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(to),))
    sync_file(to)


def free_name(path: Path) -> Path:
    """Return ``path``, or the first ``path-2``, ``path-3`` … that does not exist."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def migrate(engine: Engine) -> None:
    """Run the migrations this file has not seen, all in one transaction."""
    # Alembic takes long to import and is needed only here, once per new version of the program.
    from alembic import command
    from alembic.config import Config

    from qassess.locations import database_scripts

    config = Config()
    config.set_main_option("script_location", str(database_scripts() / "migrations").replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.exec_driver_sql(f"PRAGMA user_version={user_version()}")
