"""Opens database files: checks, locks and updates them. Never starts empty in place of a broken one."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection, Engine

from qassess.errors import QassessError
from qassess.storage.engine import OUTSIDE, READING, make_engine
from qassess.storage.failures import failures_named
from qassess.storage.instance_lock import InstanceLock
from qassess.storage.local_tables import put_setting, read_setting
from qassess.storage.placement import is_shared_place, refuse_shared_place
from qassess.storage.schema import copy_into, create_database, keep_copy, migrate, refuse_newer
from qassess.storage.tables import APPLICATION_ID, METADATA, user_version
from qassess.storage.unit_of_work import UnitOfWork

_MAGIC: Final = b"SQLite format 3\0"
_HEADER_BYTES: Final = 100
_APPLICATION_ID_AT: Final = slice(68, 72)
_QUICK_CHECK_UP_TO: Final = 32 << 20
"""Bytes; a larger file is checked by ``doctor`` only, because the check reads every page."""

_DEVICE: Final = "device"


@dataclass(frozen=True, slots=True)
class _Opened:
    """An engine and the file it works on: the database itself, or a private copy of it."""

    engine: Engine
    file: Path


class Database:
    """One open database file; made by :func:`open_database`. Threads may share it, each with its own units of work."""

    def __init__(self, path: Path, opened: "_Opened", *, device: str, read_only: bool, held: ExitStack) -> None:
        self.path = path
        self.device = device
        self.read_only = read_only
        self._engine = opened.engine
        self._file = opened.file
        self._identity = _identity(opened.file)
        self._held = held

    def unit_of_work(self, *, reading: bool = False) -> UnitOfWork:
        """Return one unit of work, for one ``with`` block.

        Units are served one after another. With ``reading`` the unit sees the state of its beginning and neither waits
        for the others nor keeps them waiting, but it cannot write: for long reading, such as a report.
        """
        return UnitOfWork(self.path, lambda: self._connect(reading=reading), self.refuse_if_vanished)

    @contextmanager
    def connection_to_merge(self) -> Iterator[Connection]:
        """Give a connection whose user begins and ends transactions; for :mod:`qassess.storage.merge` alone."""
        connection = self._engine.connect().execution_options(**{OUTSIDE: True})
        try:
            yield connection
        finally:
            connection.invalidate()  # files were attached to it and its checks were changed: it is not used again
            connection.close()

    def refuse_if_vanished(self) -> None:
        """Raise ``QassessError("database.vanished")`` when the file was deleted or replaced since it was opened."""
        # An open file that was deleted or replaced still takes writes, and loses them all at the end.
        try:
            present = _identity(self._file)
        except OSError as gone:
            raise QassessError("database.vanished", path=str(self.path)) from gone
        if present != self._identity:
            raise QassessError("database.vanished", path=str(self.path))

    def write_copy(self, to: Path) -> None:
        """Write everything committed so far into a new file at ``to``; see :mod:`qassess.storage.backup`."""
        self.refuse_if_vanished()
        copy_into(self._engine, to)

    def close(self) -> None:
        """Close all connections and release the lock; twice does no harm."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connect(self, *, reading: bool) -> Connection:
        connection = self._engine.connect()
        return connection.execution_options(**{READING: True}) if reading else connection


def open_database(path: Path, *, device: str = "", read_only: bool = False) -> Database:
    """Open a database, creating or migrating it unless ``read_only``.

    ``device`` names this machine in revisions and is remembered; without it the remembered name is used, or one is
    made. An older file is migrated after a copy was kept beside it; read-only, a private copy is migrated instead.

    Raises ``QassessError`` with ``database.`` and: ``network``, ``cloud_folder`` (reading is possible), ``locked``,
    ``not_found`` (read-only), ``foreign``, ``damaged``, ``main_file_missing``, ``newer``, ``read_only`` (reading is
    possible), ``disk_full``, ``disk_error``, ``unreadable``, ``busy``.
    """
    # One file, one lock: a link to it, or a drive letter for a share, must not give it a second name.
    path = path.resolve()
    with ExitStack() as held:
        opened = _open_to_read(path, held) if read_only else _open_to_write(path, held)
        name = _settled_device(opened.engine, device, read_only=read_only)
        return Database(path, opened, device=name, read_only=read_only, held=held.pop_all())


def check_header(path: Path) -> None:
    """Refuse a file that is no database of this program, by its first bytes.

    Raises ``QassessError("database.foreign")``, ``database.damaged`` for one that is cut off, ``database.unreadable``.
    """
    with failures_named(path), path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not _MAGIC.startswith(header[: len(_MAGIC)]):
        raise QassessError("database.foreign", path=str(path))
    if len(header) < _HEADER_BYTES:
        raise QassessError("database.damaged", path=str(path), reason=f"{len(header)} bytes")
    if header[_APPLICATION_ID_AT] != APPLICATION_ID.to_bytes(4, "big"):
        raise QassessError("database.foreign", path=str(path))


def _open_to_write(path: Path, held: ExitStack) -> _Opened:
    refuse_shared_place(path)
    with failures_named(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    held.callback(InstanceLock(path).release)
    if not path.exists():
        _refuse_lost_file(path)
        create_database(path)
    check_header(path)
    if not os.access(path, os.W_OK):
        raise QassessError("database.read_only", path=str(path), reason="")
    engine = _engine(path, held, read_only=False)
    if _checked_version(engine, path) < user_version():
        keep_copy(engine, path)
        migrate(engine)
    return _Opened(engine, path)


def readable_file(path: Path, held: ExitStack) -> Path:
    """Return ``path``, or a private copy of it where it cannot be read in place; ``held`` removes the copy.

    Reading in place needs a shared-memory file beside the database, and another computer may be writing a shared one.
    """
    if os.access(path.parent, os.W_OK) and not is_shared_place(path):
        return path
    return _private_copy(path, held)


def _open_to_read(path: Path, held: ExitStack) -> _Opened:
    if not path.exists():
        raise QassessError("database.not_found", path=str(path))
    check_header(path)
    file = readable_file(path, held)
    engine = _engine(file, held, read_only=True)
    if _checked_version(engine, path) < user_version():
        file = _private_copy(path, held)
        migrate(_engine(file, held, read_only=False))
        engine = _engine(file, held, read_only=True)
    return _Opened(engine, file)


def _engine(path: Path, held: ExitStack, *, read_only: bool) -> Engine:
    engine = make_engine(path, read_only=read_only)
    held.callback(engine.dispose)
    return engine


def _private_copy(path: Path, held: ExitStack) -> Path:
    copy = Path(held.enter_context(TemporaryDirectory(prefix="qassess-reading-"))) / path.name
    with failures_named(path):
        shutil.copyfile(path, copy)
        log = path.with_name(path.name + "-wal")
        if log.exists():
            shutil.copyfile(log, copy.with_name(log.name))
    return copy


def _refuse_lost_file(path: Path) -> None:
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise QassessError("database.main_file_missing", path=str(path), log=log.name)


def _checked_version(engine: Engine, path: Path) -> int:
    """Return the schema's ``user_version`` of a file that is sound and not too new."""
    with engine.connect().execution_options(**{OUTSIDE: True}) as connection:
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        refuse_newer(version, path)
        if path.stat().st_size <= _QUICK_CHECK_UP_TO:
            verdict = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
            if verdict != "ok":
                raise QassessError("database.damaged", path=str(path), reason=verdict)
        tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'table'").scalars())
    missing = METADATA.tables.keys() - tables
    if missing and version >= user_version():
        raise QassessError("database.damaged", path=str(path), reason=", ".join(sorted(missing)))
    return version


def _settled_device(engine: Engine, device: str, *, read_only: bool) -> str:
    with engine.connect() as connection:
        known = read_setting(connection, _DEVICE) or ""
    name = device or known or secrets.token_hex(4)
    if name != known and not read_only:
        with engine.begin() as connection:
            put_setting(connection, _DEVICE, name)
    return name


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
