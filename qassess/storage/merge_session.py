"""The connection on which files are merged and merges undone: its own pragmas and transactions, one file beside it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from qassess.storage.database import Database
from qassess.storage.failures import failures_named
from qassess.storage.source_defences import LARGEST_VALUE, SourceRefused, Stop, uri_of
from qassess.storage.statements import Statements
from qassess.storage.unit_of_work import UnitOfWork

SOURCE: Final = "source"
"""The name under which the file to be merged is attached; always written out, and never written to."""

_STEPS: Final = 100_000
"""Of SQLite's machine between two looks at whether to stop."""
_LOG_PAGES: Final = 3_000
_CACHE_KIB: Final = 16_384


class MergeSession:
    """A connection that can hold one source beside the database. Its user sees to it that every parent is stored."""

    def __init__(self, database: Database, connection: Connection, cancelled: Stop) -> None:
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            raise TypeError("the log is kept in SQLite")
        self._database = database
        self._connection = connection
        self._driver = driver
        self._cancelled = cancelled
        self.statements = Statements(connection, database.path)
        # Checked here for all rows of a file at once; and a row that goes would have SQLite read the whole log for
        # children, as no index on parents is kept for that.
        driver.execute("PRAGMA foreign_keys=OFF")
        # Many files write the same pages again and again: into the log for all of them, into the database once.
        driver.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")
        driver.execute(f"PRAGMA cache_size={-_CACHE_KIB}")
        driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * LARGEST_VALUE)
        driver.set_progress_handler(cancelled, _STEPS)
        driver.execute(f"ATTACH ':memory:' AS {SOURCE}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Undo everything done in the block unless :meth:`commit` was called in it."""
        if self._cancelled():
            raise SourceRefused("merge.cancelled")
        self.statements.run("BEGIN IMMEDIATE")
        try:
            yield
        except sqlite3.OperationalError as failure:
            if failure.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            raise SourceRefused("merge.cancelled") from failure
        finally:
            if self._driver.in_transaction:
                self._driver.rollback()

    def commit(self) -> None:
        """Make the transaction durable before returning."""
        self._database.refuse_if_vanished()
        self.statements.run("COMMIT")

    def unit(self) -> UnitOfWork:
        """Return a unit of work inside the present transaction; it cannot be committed."""
        return UnitOfWork.within(self._database.path, self._connection)

    @contextmanager
    def beside(self, source: bytes | Path) -> Iterator[None]:
        """Attach a checked source that nobody changes, from outside any transaction."""
        if isinstance(source, bytes):
            self._driver.deserialize(source, name=SOURCE)
            yield
            return
        self._attach(uri_of(source))
        try:
            yield
        finally:
            self._attach(":memory:")

    def _attach(self, source: str) -> None:
        with failures_named(self._database.path):
            self._driver.execute(f"DETACH {SOURCE}")
            self._driver.execute(f"ATTACH ? AS {SOURCE}", (source,))
