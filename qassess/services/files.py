"""Read and write whole files: nothing half-written ever stands under its final name."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from qassess.errors import QassessError


def read_file(path: Path) -> bytes:
    """Return a file's bytes.

    Raises ``QassessError("file.not_found")`` or ``file.unreadable``.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as missing:
        raise QassessError("file.not_found", path=str(path)) from missing
    except OSError as unreadable:
        raise QassessError("file.unreadable", path=str(path), reason=str(unreadable.strerror)) from unreadable


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
        code = "file.disk_full" if failed.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else "file.unwritable"
        raise QassessError(code, path=str(path), reason=str(failed.strerror)) from failed
