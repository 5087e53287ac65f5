"""Turns what SQLite and the operating system report into errors a person can act on; anything else stays a bug."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from qassess.errors import QassessError

_LITTLE_SPACE: Final = 1 << 20
"""Below this many free bytes a failed write is put down to the full disk."""

_CODES: Final = {
    sqlite3.SQLITE_FULL: "database.disk_full",
    sqlite3.SQLITE_CORRUPT: "database.damaged",
    sqlite3.SQLITE_NOTADB: "database.damaged",
    sqlite3.SQLITE_READONLY: "database.read_only",
    sqlite3.SQLITE_PERM: "database.read_only",
    sqlite3.SQLITE_BUSY: "database.busy",
    sqlite3.SQLITE_LOCKED: "database.busy",
    sqlite3.SQLITE_IOERR: "database.disk_error",
    sqlite3.SQLITE_CANTOPEN: "database.unreadable",
}


@contextmanager
def failures_named(path: Path) -> Iterator[None]:
    """Raise ``QassessError("database.…", path=…, reason=…)`` for a database or disk failure inside the block."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as failure:
        raise named_failure(failure, path) or failure from failure
    except OSError as failure:
        raise os_failure(failure, path) from failure


def os_failure(failure: OSError, path: Path) -> QassessError:
    """Return the error for a failed file operation at ``path``."""
    match failure.errno:
        case errno.ENOSPC | errno.EDQUOT:
            code = "database.disk_full"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            code = "database.read_only"
        case errno.EIO:
            code = "database.disk_error"
        case _:
            code = "database.unreadable"
    return QassessError(code, path=str(path), reason=failure.strerror or type(failure).__name__)


def named_failure(failure: BaseException, path: Path) -> QassessError | None:
    """Return the error for a failure reported by SQLite, or ``None`` for a bug such as a broken constraint."""
    if isinstance(failure, UnicodeDecodeError):  # a damaged text, or an error message that quotes one
        return QassessError("database.damaged", path=str(path), reason=failure.reason)
    extended = getattr(failure, "sqlite_errorcode", None)
    code = _CODES.get(extended & 0xFF) if isinstance(extended, int) else None
    if code is None:
        return None
    if code == "database.disk_error" and _is_nearly_full(path):
        code = "database.disk_full"
    return QassessError(code, path=str(path), reason=str(failure))


def _is_nearly_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _LITTLE_SPACE
    except OSError:
        return False
