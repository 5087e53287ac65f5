"""Files that are complete on the disk before anything refers to them."""

import ctypes
import os
import sys
from collections.abc import Iterable
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


def sync_all(paths: Iterable[Path]) -> None:
    """Return when the bytes of all these files, or the entries of these folders, are on the disk.

    One file system holds them. Where it can be told to write all it has, that is once instead of a thousand times.
    """
    gathered = list(paths)
    if len(gathered) > 1 and _sync_file_system(gathered[0]):
        return
    for path in gathered:
        if path.is_dir():
            sync_folder(path)
        else:
            sync_file(path)


def _sync_file_system(path: Path) -> bool:
    """Bring all of a file system onto the disk, and say whether that could be done."""
    if sys.platform != "linux":
        return False
    call = getattr(ctypes.CDLL(None), "syncfs", None)
    if call is None:
        return False
    opened = os.open(path, os.O_RDONLY)
    try:
        return int(call(opened)) == 0
    finally:
        os.close(opened)


def sync_folder(path: Path) -> None:
    """Return when the folder's entries are on the disk: a rename counts only then. Windows has no such call."""
    if sys.platform == "win32":
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
