"""Opens a file that somebody brought, and trusts nothing in it: every defence against damage and malice, in one place.

In this order: it must be a plain file of sane size; its header must be that of a finished export this program knows;
the connection has limits, a deadline and no trust; the schema must be ours to the letter before anything is queried, so
that views, triggers, generated columns and virtual tables are out; all but the evidence is held as a private copy, so
that nobody changes it between check and use, and journals lying beside it count for nothing; pages must be sound.
What the rows say is checked in :mod:`qassess.storage.source_content`. Evidence is read where it lies, and every piece
is checked against its hash on the way.
"""

import errno
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import BinaryIO, Final

from qassess.errors import QassessError
from qassess.storage.export_format import EXPORT_ID, FORMAT, TABLES
from qassess.storage.failures import failures_named
from qassess.storage.tables import APPLICATION_ID

LARGEST_FILE: Final = 64 << 30
"""Bytes."""
LARGEST_IN_MEMORY: Final = 4 << 20
"""Bytes; of a larger file all but the evidence is copied to a private place instead of being held in memory."""
LARGEST_VALUE: Final = 16 << 20
"""Bytes of one text or blob; the largest that is ever written are schemes, of some hundred thousand."""
SPOOL_PREFIX: Final = ".qassess-arriving-"

_MAGIC: Final = b"SQLite format 3\0"
_HEADER_BYTES: Final = 100
_JOURNAL_MAGIC: Final = bytes.fromhex("d9d505f920a163d7")
_ROLLBACK_MODE: Final = b"\x01\x01"
_PIECE: Final = 1 << 20
_SECONDS: Final = 60
_BYTES_PER_SECOND: Final = 2 << 20
"""A slow stick reads more in a second."""
_STEPS: Final = 20_000
"""Of SQLite's machine between two looks at the clock; about a millisecond."""

_PRAGMAS: Final = (
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
    "PRAGMA temp_store=MEMORY",
)
_UNSAFE_WRITING: Final = ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF")
"""For a copy that is gone after a crash anyway."""
_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: LARGEST_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 20,
}
_SCHEMA: Final = {(b"table", name.encode(), name.encode(), sql.encode()) for name, sql in TABLES.items()}
_CHECKED_TABLES: Final = ("manifest", "revision", "evidence")
"""Chunks are not among them: their bytes have a hash each, and checking their pages reads a gigabyte once more."""

Stop = Callable[[], bool]
"""Says whether to stop; asked about every millisecond."""


class SourceRefused(Exception):
    """A file is not taken: a code ``source.…`` or ``merge.cancelled`` and the values of its sentence."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Held:
    """What is held privately of a file: all its bytes, or a database of all but its evidence, while the block lasts."""

    content: bytes | None
    file: Path | None
    read: str
    """SHA-256 of a file that is not in memory, found on the way."""
    size: int

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the file's bytes, hexadecimal."""
        return self.read if self.content is None else sha256(self.content).hexdigest()


class Deadline:
    """Says when to stop: when the caller wants, or when a file of that size has taken far too long."""

    def __init__(self, size: int, cancelled: Stop) -> None:
        self.seconds = _SECONDS + size // _BYTES_PER_SECOND
        self._until = monotonic() + self.seconds
        self._cancelled = cancelled

    def __call__(self) -> bool:
        """Say whether to stop."""
        return self._cancelled() or monotonic() > self._until

    def refuse(self) -> None:
        """Raise :class:`SourceRefused` when it is time to stop."""
        if self():
            raise self.why()

    def why(self) -> SourceRefused:
        """Return why it stopped."""
        if self._cancelled():
            return SourceRefused("merge.cancelled")
        return SourceRefused("source.too_slow", seconds=self.seconds)


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Open a plain file of sane size whose header is that of a finished export; also give its size in bytes.

    Raises :class:`SourceRefused`.
    """
    if path.is_dir():
        raise SourceRefused("source.not_a_file")
    with refusals_of_the_system():
        # Not blocking: opening a FIFO would wait for ever.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
        file = os.fdopen(os.open(path, flags), "rb", buffering=0)
    with closing(file):
        with refusals_of_the_system():
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise SourceRefused("source.not_a_file")
            _check_size(found.st_size)
            _check_header(file.read(_HEADER_BYTES), found.st_size)
            _check_journal(path)
            file.seek(0)
        yield file, found.st_size


@contextmanager
def held(path: Path, spool: Path, deadline: Deadline) -> Iterator[Held]:
    """Hold a file privately, in a folder under ``spool`` if it is large; that is gone after the block.

    Raises :class:`SourceRefused`; ``QassessError("database.disk_full")`` … about ``spool``.
    """
    with opened(path) as (file, size):
        if size <= LARGEST_IN_MEMORY:
            content = _read_whole(file, size)
            yield Held(content, None, "", size)
            return
        digest = _read_through(file, size, deadline)
    with ExitStack() as kept:
        with failures_named(spool):
            copy = Path(kept.enter_context(TemporaryDirectory(prefix=SPOOL_PREFIX, dir=spool))) / "source"
        _copy_all_but_evidence(path, copy, deadline)
        yield Held(None, copy, digest, size)


@contextmanager
def connected(source: bytes | Path, deadline: Deadline) -> Iterator[sqlite3.Connection]:
    """Give a connection that can only read, to bytes or to a file, once its schema is found right.

    Texts come as bytes: damaged ones need not be UTF-8. Raises :class:`SourceRefused`, also for failures in the block.
    """
    with refusals_of_sqlite(deadline), closing(_connection(source)) as connection:
        _harden(connection, deadline)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.execute("PRAGMA query_only=ON")
        _check_schema(connection, "main")
        yield connection


def check_pages(connection: sqlite3.Connection) -> None:
    """Raise :class:`SourceRefused` when the pages of the tables, or the types of their values, are not sound."""
    for table in _CHECKED_TABLES:
        ((verdict,),) = connection.execute(f"PRAGMA quick_check({table})").fetchmany(1)
        if verdict != b"ok":
            raise SourceRefused("source.damaged", reason=verdict.decode(errors="replace"))


def source_of(source: Held) -> bytes | Path:
    """Return what :func:`connected` takes."""
    if source.content is not None:
        return source.content
    if source.file is None:
        raise ValueError("a held file has bytes or a place")
    return source.file


def uri_of(file: Path) -> str:
    """Return the address of a file that is only read and never locked, with ``#``, ``?`` and ``%`` in names quoted."""
    return f"{file.absolute().as_uri()}?mode=ro&immutable=1"


@contextmanager
def refusals_of_sqlite(deadline: Deadline) -> Iterator[None]:
    """Turn what SQLite says about a hostile or damaged file into :class:`SourceRefused`."""
    try:
        yield
    except sqlite3.Error as failure:
        if getattr(failure, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise deadline.why() from failure
        raise SourceRefused("source.damaged", reason=str(failure)) from failure
    except (UnicodeDecodeError, OverflowError, MemoryError) as failure:
        raise SourceRefused("source.damaged", reason=type(failure).__name__) from failure


@contextmanager
def refusals_of_the_system() -> Iterator[None]:
    """Turn a failure to read a file into :class:`SourceRefused`."""
    try:
        yield
    except OSError as failure:
        if failure.errno in {errno.ENOENT, errno.ENOTDIR}:
            raise SourceRefused("source.not_found") from failure
        if failure.errno in {errno.EISDIR, errno.ENXIO}:
            raise SourceRefused("source.not_a_file") from failure
        reason = failure.strerror or type(failure).__name__
        raise SourceRefused("source.unreadable", reason=reason) from failure
    except ValueError as failure:  # a NUL in the name
        raise SourceRefused("source.not_found") from failure


def _check_size(size: int) -> None:
    if size == 0:
        raise SourceRefused("source.empty")
    if size > LARGEST_FILE:
        raise SourceRefused("source.too_large", size=size, limit=LARGEST_FILE)


def _check_header(header: bytes, size: int) -> None:
    if not _MAGIC.startswith(header[: len(_MAGIC)]):
        raise SourceRefused("source.foreign")
    if len(header) < _HEADER_BYTES:
        raise SourceRefused("source.damaged", reason=f"{len(header)} bytes")
    program, version = (int.from_bytes(header[at : at + 4], "big") for at in (68, 60))
    if program == APPLICATION_ID:
        raise SourceRefused("source.database")
    if program != EXPORT_ID:
        raise SourceRefused("source.foreign")
    if version > FORMAT:
        raise SourceRefused("source.newer", found=version, known=FORMAT)
    if header[18:20] != _ROLLBACK_MODE:
        raise SourceRefused("source.unfinished")
    _check_layout(header, version, size)


def _check_layout(header: bytes, version: int, size: int) -> None:
    page_size, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    if (65536 if page_size == 1 else page_size) * pages != size:
        raise SourceRefused("source.damaged", reason=f"{size} bytes")
    reserved, schema_format, encoding = header[20], header[44:48], header[56:60]
    if (version, reserved, schema_format, encoding) != (FORMAT, 0, b"\0\0\0\x04", b"\0\0\0\x01"):
        raise SourceRefused("source.altered", reason="header")


def _check_journal(path: Path) -> None:
    journal = path.with_name(path.name + "-journal")
    if not journal.is_file():
        return
    with journal.open("rb") as file:
        if file.read(len(_JOURNAL_MAGIC)) == _JOURNAL_MAGIC:
            # Somebody was writing when the power went: half of it is in the file, the other half out of date.
            raise SourceRefused("source.unfinished")


def _read_whole(file: BinaryIO, size: int) -> bytes:
    with refusals_of_the_system():
        content = b"".join(iter(lambda: file.read(_PIECE), b"")) if size > _PIECE else file.read(size + 1)
    if len(content) != size:
        raise SourceRefused("source.unreadable", reason=f"{len(content)}/{size}")
    return content


def _read_through(file: BinaryIO, size: int, deadline: Deadline) -> str:
    digest, left = sha256(), size
    with refusals_of_the_system():
        while left:
            deadline.refuse()
            piece = file.read(min(left, _PIECE))
            if not piece:
                raise SourceRefused("source.unreadable", reason=f"{size - left}/{size}")
            left -= len(piece)
            digest.update(piece)
    return digest.hexdigest()


def _copy_all_but_evidence(path: Path, to: Path, deadline: Deadline) -> None:
    """Write a private export without its chunks; its schema is checked on the very connection that copies."""
    with refusals_of_sqlite(deadline), closing(sqlite3.connect(to, uri=True, isolation_level=None)) as copy:
        _harden(copy, deadline)
        for pragma in _UNSAFE_WRITING:
            copy.execute(pragma)
        copy.execute("ATTACH ? AS original", (uri_of(path),))
        _check_schema(copy, "original")
        try:
            _fill_copy(copy)
        except sqlite3.OperationalError as failure:
            if failure.sqlite_errorcode == sqlite3.SQLITE_FULL:  # that is not the fault of the file
                raise QassessError("database.disk_full", path=str(to), reason=str(failure)) from failure
            raise


def _fill_copy(copy: sqlite3.Connection) -> None:
    copy.execute("BEGIN")
    for table, definition in TABLES.items():
        copy.execute(definition)
        if table != "chunk":
            copy.execute(f"INSERT INTO main.{table} SELECT * FROM original.{table}")  # noqa: S608 - constant
    copy.execute("COMMIT")


def _harden(connection: sqlite3.Connection, deadline: Deadline) -> None:
    for limit, value in _LIMITS.items():
        connection.setlimit(limit, value)
    connection.set_progress_handler(deadline, _STEPS)
    connection.text_factory = bytes
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _check_schema(connection: sqlite3.Connection, name: str) -> None:
    schema = connection.execute(f"SELECT type, name, tbl_name, sql FROM {name}.sqlite_schema").fetchall()  # noqa: S608
    if set(schema) != _SCHEMA or len(schema) != len(_SCHEMA):
        raise SourceRefused("source.altered", reason="schema")


def _connection(source: bytes | Path) -> sqlite3.Connection:
    if isinstance(source, Path):
        return sqlite3.connect(uri_of(source), uri=True, isolation_level=None, check_same_thread=False)
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.deserialize(source)
    return connection
