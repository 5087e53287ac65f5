"""SQLAlchemy engines on database files: never creating a file, every connection set up the same way."""

import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import QueuePool

from qassess.storage.failures import failures_named, named_failure

_BUSY_SECONDS: Final = 5.0
READING: Final = "qassess_reading"
"""Execution option of a connection that will only read: it never waits for a writer, nor makes one wait."""
OUTSIDE: Final = "qassess_outside"
"""Execution option of a connection for statements that must run outside any transaction, such as VACUUM."""

_PRAGMAS: Final = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",  # a planted view or trigger must not run our functions
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",  # a disk error is then an error and not a crash
    "PRAGMA temp_store=MEMORY",
    "PRAGMA synchronous=FULL",  # one sync per commit: what was acknowledged survives a power cut
)


def make_engine(path: Path, *, read_only: bool) -> Engine:
    """Return an engine on an existing file. Units of work may run in several threads, one connection each."""
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"

    def connect() -> sqlite3.Connection:
        # Python's own transaction control would commit before DDL; BEGIN is ours alone.
        connection = sqlite3.connect(
            uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        with failures_named(path):
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            if not read_only:
                connection.execute("PRAGMA journal_mode=WAL")  # a backup that was put back is not in this mode
        return connection

    engine = create_engine(
        "sqlite+pysqlite://", creator=connect, poolclass=QueuePool, pool_size=2, max_overflow=-1, pool_use_lifo=True
    )

    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get(OUTSIDE):
            return
        reading = read_only or options.get(READING)
        # IMMEDIATE: what a unit has read is still true when it writes, or it would have waited.
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    def name_failure(context: ExceptionContext) -> None:
        named = named_failure(context.original_exception, path)
        if named is not None:
            raise named from context.original_exception

    event.listen(engine, "begin", begin)
    event.listen(engine, "handle_error", name_failure)
    return engine
