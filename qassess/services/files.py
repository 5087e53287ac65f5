"""Read and write whole files: nothing half-written ever stands under its final name."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from qassess.errors import QassessError

LARGEST = 512 * 1024 * 1024
"""Bytes of the largest file that is read at once; a report with all its evidence stays well below."""

_MEGABYTE = 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def read_file(path: Path, *, largest: int = LARGEST, pipe: bool = False) -> bytes:
    """Return a file's bytes, at most ``largest``; devices and pipes are not read unless ``pipe``.

    Raises ``QassessError("file.not_found")``, ``file.not_regular``, ``file.too_large`` or ``file.unreadable``.
    """
    try:
        if not pipe and not path.is_dir() and not path.is_file() and path.exists():
            raise QassessError("file.not_regular", path=str(path))
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except FileNotFoundError as missing:
        raise QassessError("file.not_found", path=str(path)) from missing
    except OSError as unreadable:
        raise QassessError("file.unreadable", path=str(path), reason=reason_of(unreadable)) from unreadable
    if len(content) > largest:
        raise QassessError("file.too_large", path=str(path), largest=largest // _MEGABYTE)
    return content


def reason_of(failed: OSError) -> str:
    """Return why the system refused, as wording knows it: ``EACCES``; its own words where there is no such name."""
    return errno.errorcode.get(failed.errno or 0, str(failed.strerror))


def write_failed(failed: OSError, path: str) -> QassessError:
    """Return the error for a file that could not be written: ``file.disk_full`` or ``file.unwritable``."""
    code = "file.disk_full" if failed.errno in _FULL else "file.unwritable"
    return QassessError(code, path=path, reason=reason_of(failed))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside its final one, sync it and rename it.

    Raises ``QassessError("file.disk_full")`` or ``file.unwritable``; an older file of that name is then untouched.
    """
    write_checked(path, lambda out: out.write(content))


def write_checked(
    path: Path, write: Callable[[BinaryIO], object], check: Callable[[Path], None] = lambda _written: None
) -> None:
    """Let ``write`` fill a file beside ``path`` and ``check`` look at it on the disk; only then it gets its name.

    Whatever these two raise leaves nothing behind. Raises as :func:`write_whole`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                write(out)
                out.flush()
                os.fsync(out.fileno())
            check(Path(temporary))
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as failed:
        raise write_failed(failed, str(path)) from failed
