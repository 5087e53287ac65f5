"""Files that are complete on the disk before anything refers to them."""

import os
import sys
from pathlib import Path
from typing import IO


def synced(file: IO[bytes]) -> None:
    """Return when what was written to an open file is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """Return when the file's bytes are on the disk."""
    # Windows syncs only what is open for writing.
    with path.open("rb+") as file:
        synced(file)


def sync_folder(path: Path) -> None:
    """Return when the folder's entries are on the disk: a rename counts only then. Windows has no such call."""
    if sys.platform == "win32":
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
