"""Moves evidence into and out of export files, piece by piece: a film of a gigabyte needs a megabyte of memory."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from qassess.storage.durable_files import sync_all
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.export_format import CHUNK_BYTES, EvidenceFacts
from qassess.storage.failures import failures_named

Progress = Callable[[int, int], None]
"""Told how many bytes are done, of how many."""
Has = Callable[[str], bool]
"""Says whether a piece of evidence is there, by its hash."""
Check = Callable[[], None]
"""Raises to stop."""

ARRIVING: Final = "arriving-"
_LISTED: Final = "SELECT sha256, size, first FROM main.evidence ORDER BY n"

Listed = tuple[tuple[str, int, int], ...]
"""Of each piece of evidence in a file its hash, its size in bytes and the number of its first chunk."""

_CHUNKS: Final = "SELECT data FROM main.chunk WHERE n >= ? ORDER BY n"
_AT_ONCE: Final = 256
"""Files that are synced together."""


@dataclass(slots=True)
class Delivery:
    """What came of the evidence in a file: hashes that are new here, and hashes whose bytes were not what they say."""

    arrived: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


def listed_in(source: sqlite3.Connection) -> Listed:
    """Return the evidence that an opened export lists."""
    return tuple((name.hex(), size, first) for name, size, first in source.execute(_LISTED))


def deliver(
    source: sqlite3.Connection, listed: Listed, store: EvidenceStore, check: Check, progress: Progress
) -> Delivery:
    """Bring the evidence listed in an opened export into the store; what is there already is not read.

    All that is reported as arrived is on the disk. ``check`` may raise to stop. Raises
    ``QassessError("database.disk_full")`` … about the evidence folder.
    """
    delivery, arrivals = Delivery(), _Arrivals(store)
    with failures_named(store.folder):
        try:
            for sha, pieces in _wanted(source, listed, store.has, check, progress):
                (delivery.arrived if arrivals.take(sha, pieces) else delivery.damaged).append(sha)
            arrivals.settle()
        finally:
            arrivals.drop()
    return delivery


def look_at(source: sqlite3.Connection, listed: Listed, has: Has, check: Check, progress: Progress) -> Delivery:
    """Say what :func:`deliver` would do where ``has`` says what is there already, writing nothing."""
    delivery = Delivery()
    for sha, pieces in _wanted(source, listed, has, check, progress):
        (delivery.arrived if _hash_of(pieces) == sha else delivery.damaged).append(sha)
    return delivery


def pack(target: sqlite3.Connection, store: EvidenceStore, sha: str, check: Check) -> EvidenceFacts | None:
    """Write a piece of evidence into an export; ``None``, and nothing written, when it is missing or damaged."""
    ((first,),) = target.execute("SELECT coalesce(max(n), 0) + 1 FROM chunk").fetchall()
    size = _pack_chunks(target, store.path_of(sha), sha, check)
    if size is None:
        target.execute("DELETE FROM chunk WHERE n >= ?", (first,))
        return None
    target.execute("INSERT INTO evidence(sha256, size, first) VALUES (?, ?, ?)", (bytes.fromhex(sha), size, first))
    return EvidenceFacts(sha256=sha, size=size)


def _pack_chunks(target: sqlite3.Connection, path: Path, sha: str, check: Check) -> int | None:
    digest, size = sha256(), 0
    try:
        with path.open("rb", buffering=0) as file:
            while data := file.read(CHUNK_BYTES):
                check()
                digest.update(data)
                size += len(data)
                target.execute("INSERT INTO chunk(data) VALUES (?)", (data,))
    except OSError:
        return None
    return size if digest.hexdigest() == sha else None


def unfinished(store: EvidenceStore) -> Iterator[Path]:
    """Give the files a program left half written when it was killed."""
    yield from store.folder.glob(f"{ARRIVING}*")


class _Arrivals:
    """Files that are written and not yet under their names."""

    def __init__(self, store: EvidenceStore) -> None:
        self._store = store
        self._waiting: list[tuple[Path, str]] = []

    def take(self, sha: str, pieces: Iterator[bytes]) -> bool:
        """Write one file, and say whether its bytes are what its hash says."""
        self._store.folder.mkdir(parents=True, exist_ok=True)
        number, name = mkstemp(prefix=ARRIVING, dir=self._store.folder)
        temporary = Path(name)
        self._waiting.append((temporary, sha))
        with os.fdopen(number, "wb", buffering=0) as file:
            found = _hash_of(pieces, file.write)
        if found != sha:
            self._waiting.pop()
            temporary.unlink()
            return False
        if len(self._waiting) >= _AT_ONCE:
            self.settle()
        return True

    def settle(self) -> None:
        """Bring all files that wait onto the disk, and then under their names."""
        if not self._waiting:
            return
        sync_all(temporary for temporary, _ in self._waiting)
        folders = {self._store.folder, self._store.folder.parent}
        for temporary, sha in self._waiting:
            target = self._store.path_of(sha)
            target.parent.mkdir(exist_ok=True)
            temporary.replace(target)
            folders.add(target.parent)
        self._waiting.clear()
        sync_all(sorted(folders))

    def drop(self) -> None:
        """Remove the files that still wait."""
        for temporary, _ in self._waiting:
            temporary.unlink(missing_ok=True)
        self._waiting.clear()


def _wanted(
    source: sqlite3.Connection, listed: Listed, has: Has, check: Check, progress: Progress
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Give what is listed and not yet in the store."""
    total, done = sum(size for _, size, _ in listed), 0
    for sha, size, first in listed:
        check()
        if not has(sha):
            yield sha, _pieces(source, first, size, check)
        done += size
        progress(done, total)


def _pieces(source: sqlite3.Connection, first: int, size: int, check: Check) -> Iterator[bytes]:
    """Give the bytes of a piece of evidence; fewer when its pages are damaged, which its hash then tells."""
    left = size
    chunks = _readable(source, first)
    while left > 0:
        check()
        data = next(chunks, b"")
        if not data:
            return
        left -= len(data)
        yield data


def _readable(source: sqlite3.Connection, first: int) -> Iterator[bytes]:
    """Give chunks from a number on, up to the first that cannot be read."""
    try:
        for (data,) in source.execute(_CHUNKS, (first,)):
            if not isinstance(data, bytes):
                return
            yield data
    except sqlite3.DatabaseError as damaged:
        if getattr(damaged, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise


def _hash_of(pieces: Iterator[bytes], write: Callable[[bytes], object] = lambda _data: None) -> str:
    digest = sha256()
    for data in pieces:
        digest.update(data)
        write(data)
    return digest.hexdigest()
