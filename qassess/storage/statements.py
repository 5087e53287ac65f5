"""Runs the fixed statements of the log and its projection on the driver's own connection.

Through SQLAlchemy the seven statements of one saved answer cost more than the sync of the disk (measured: 0.47 against
0.19 ms); connections, transactions, the schema and all other tables stay with SQLAlchemy.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from qassess.storage.failures import failures_named

Row = tuple[Any, ...]
Values = Sequence[Any] | Mapping[str, Any]


class Statements:
    """One connection inside its transaction; failures become errors about the database at ``path``."""

    def __init__(self, connection: Connection, path: Path) -> None:
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            raise TypeError("the log is kept in SQLite")
        self._driver = driver
        self._path = path

    def run(self, statement: str, values: Values = ()) -> sqlite3.Cursor:
        """Run a statement that changes something."""
        with failures_named(self._path):
            return self._driver.execute(statement, values)

    def run_many(self, statement: str, rows: Iterable[Row]) -> None:
        """Run a statement once for each row."""
        with failures_named(self._path):
            self._driver.executemany(statement, rows)

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        """Return all rows of a query."""
        with failures_named(self._path):
            return self._driver.execute(statement, values).fetchall()

    def each(self, statement: str, values: Values = ()) -> Iterator[Row]:
        """Give the rows of a large query one by one."""
        with failures_named(self._path):
            yield from self._driver.execute(statement, values)
