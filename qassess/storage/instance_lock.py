"""One program per database: a lock of the operating system, gone with its holder even after a crash."""

import os
import sys
from pathlib import Path
from typing import BinaryIO

from qassess.errors import QassessError
from qassess.storage.failures import os_failure

if sys.platform == "win32":
    import msvcrt

    def _take(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: BinaryIO) -> None:
        # Not lockf: those locks belong to the process, and the same process could open a database twice.
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class InstanceLock:
    """Holds ``<database>.lock``; the empty file stays behind, because removing it would race with the next holder."""

    def __init__(self, database: Path) -> None:
        """Take the lock.

        Raises ``QassessError("database.locked")`` when another program, or this one, has the database open.
        """
        path = lock_path(database)
        try:
            self._file: BinaryIO = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0)
        except OSError as failure:
            raise os_failure(failure, database) from failure
        try:
            _take(self._file)
        except OSError as held:
            self._file.close()
            raise QassessError("database.locked", path=str(database)) from held

    def release(self) -> None:
        """Give the lock back; twice does no harm."""
        self._file.close()


def lock_path(database: Path) -> Path:
    """Return the lock file that goes with a database."""
    return database.with_name(database.name + ".lock")
