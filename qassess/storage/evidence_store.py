"""Evidence files (佐证材料), addressed by the SHA-256 of their original bytes, in a folder beside the database.

Bytes are complete on the disk before the revision that names them commits. Nothing here ever deletes an original.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, Final

from qassess.domain.revision import Kind
from qassess.errors import QassessError
from qassess.storage.durable_files import sync_folder, synced
from qassess.storage.failures import failures_named

_CHUNK: Final = 1 << 20
_DIGITS: Final = 64
_HEX: Final = frozenset("0123456789abcdef")
_NAMING: Final = {Kind.EVIDENCE: "sha256", Kind.SIGNATURE: "pdf"}
KINDS_WITHOUT_EVIDENCE: Final = frozenset(Kind) - _NAMING.keys()
"""Kinds of revisions that name no evidence, so that their payloads need not be looked through."""
_ANY_HASH: Final = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def evidence_named(kind: int, document: Mapping[str, object], payload: bytes) -> tuple[str, ...]:
    """Return the hashes of evidence that a revision names.

    What a kind of a newer program names is not known; any hash in it may be meant.
    """
    if kind in _NAMING:
        name = document.get(_NAMING[Kind(kind)])
        return (name,) if isinstance(name, str) and len(name) == _DIGITS and _HEX.issuperset(name) else ()
    if kind in KINDS_WITHOUT_EVIDENCE:
        return ()
    return tuple(found.decode() for found in _ANY_HASH.findall(payload))


Tick = Callable[[int], object]
"""Told how many more bytes have been copied or read."""


def _unheeded(_size: int) -> None:
    """Take no notice."""


class Condition(StrEnum):
    """How a file of evidence is: as it was stored, not there, or with other bytes."""

    INTACT = "intact"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """What checking found: hashes of files that are there and intact, that are missing, and whose bytes differ."""

    intact: tuple[str, ...]
    missing: tuple[str, ...]
    damaged: tuple[str, ...]


class EvidenceStore:
    """The evidence folder of the database at ``database``; the folder is made with the first file."""

    def __init__(self, database: Path) -> None:
        self.folder = database.resolve().with_suffix(".evidence")

    @property
    def working(self) -> Path:
        """The folder of what is made from originals and can be made again: working copies and thumbnails."""
        return self.folder / "working"

    def store(self, source: bytes | Path, *, tick: Tick = _unheeded) -> str:
        """Keep the bytes, or the bytes of a file, and return their SHA-256; storing them again changes nothing.

        ``tick`` is told of every piece copied; what it raises leaves nothing behind. A stored file whose bytes have
        been damaged is mended. Raises ``QassessError("evidence.unreadable")`` when the source cannot be read,
        ``database.disk_full`` or ``database.read_only`` when the folder cannot be written.
        """
        with closing(_opened(source)) as stream, failures_named(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            return self._keep(stream, tick)

    def path_of(self, sha: str) -> Path:
        """Return where the file with that hash lies or would lie.

        Raises ``QassessError("evidence.not_a_hash")`` for anything but 64 lower-case hexadecimal digits.
        """
        if len(sha) != _DIGITS or not _HEX.issuperset(sha):
            raise QassessError("evidence.not_a_hash", sha256=sha[:_DIGITS])
        return self.folder / sha[:2] / sha

    def has(self, sha: str) -> bool:
        """Say whether a file of that hash is there; its bytes are not looked at."""
        return self.path_of(sha).is_file()

    def read(self, sha: str) -> bytes:
        """Return the bytes, checked against their hash.

        Raises ``QassessError("evidence.missing")`` or ``evidence.damaged``.
        """
        try:
            content = self.path_of(sha).read_bytes()
        except OSError as gone:
            raise QassessError("evidence.missing", sha256=sha[:12]) from gone
        if sha256(content).hexdigest() != sha:
            raise QassessError("evidence.damaged", sha256=sha[:12])
        return content

    def hashes(self) -> Iterator[str]:
        """Give the hash of every file that is there, ascending."""
        found = self.folder.glob("[0-9a-f][0-9a-f]/*")
        yield from sorted(path.name for path in found if len(path.name) == _DIGITS and _HEX.issuperset(path.name))

    def check(self, expected: Iterable[str] = ()) -> EvidenceCheck:
        """Read every file that is there, and say which of those and of the ``expected`` hashes hold."""
        present = set(self.hashes())
        intact = {sha for sha in present if self._is_intact(self.path_of(sha), sha)}
        missing = {sha for sha in expected if sha not in present}
        return EvidenceCheck(tuple(sorted(intact)), tuple(sorted(missing)), tuple(sorted(present - intact)))

    def _keep(self, stream: BinaryIO, tick: Tick) -> str:
        # delete=False: after the rename there is nothing left to delete, and before it the except clause sees to it.
        with NamedTemporaryFile(dir=self.folder, prefix="arriving-", delete=False) as arriving:
            temporary = Path(arriving.name)
            try:
                digest = sha256()
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    arriving.write(chunk)
                    tick(len(chunk))
                synced(arriving)
            except BaseException:
                arriving.close()
                temporary.unlink()
                raise
        return self._settle(temporary, digest.hexdigest())

    def _settle(self, temporary: Path, sha: str) -> str:
        target = self.path_of(sha)
        if target.is_file() and self._is_intact(target, sha):
            temporary.unlink()
            return sha
        target.parent.mkdir(exist_ok=True)
        temporary.replace(target)
        sync_folder(target.parent)
        sync_folder(self.folder)
        sync_folder(self.folder.parent)
        return sha

    def condition(self, sha: str, *, tick: Tick = _unheeded) -> Condition:
        """Read one file and say how it is; ``tick`` is told of every piece read, and may raise to stop."""
        if not self.has(sha):
            return Condition.MISSING
        return Condition.INTACT if self._is_intact(self.path_of(sha), sha, tick) else Condition.DAMAGED

    @staticmethod
    def _is_intact(path: Path, sha: str, tick: Tick = _unheeded) -> bool:
        digest = sha256()
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    tick(len(chunk))
        except OSError:
            return False
        return digest.hexdigest() == sha


def _opened(source: bytes | Path) -> BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return source.open("rb")
    except OSError as unreadable:
        reason = unreadable.strerror or type(unreadable).__name__
        raise QassessError("evidence.unreadable", path=str(source), reason=reason) from unreadable
