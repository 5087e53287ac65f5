"""Export files under a password: encrypted with age, streamed in pieces of 64 KiB, nothing readable without it.

A sealed file is ``qassess-sealed/1`` and a line feed, the length (4 bytes, big-endian) and the SHA-256 of the locked
key, the locked key, and the content. The content is encrypted to a key made for this one file; that key is locked with
the password, by age's scrypt, which is slow and needs memory on purpose. The hash of the locked key tells a damaged
file from a wrong password.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

import pyrage

from qassess.errors import QassessError

MIN_PASSWORD: Final = 8
"""Characters. The password is all that protects a lost stick."""

_MAGIC: Final = b"qassess-sealed/1\n"
_LENGTH_BYTES: Final = 4
_HASH_BYTES: Final = 32
_LARGEST_KEY: Final = 4096

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def is_sealed(path: Path) -> bool:
    """Tell whether a file is sealed, by its first bytes; one that cannot be read is not."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def seal(
    source: Path, out: BinaryIO, password: str, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> None:
    """Write a file's content, sealed, to an open file.

    ``progress`` is told bytes done and bytes in all. Raises ``QassessError``: ``sealed.password_short``,
    ``work.cancelled``; ``OSError`` as reading and writing do.
    """
    if len(password) < MIN_PASSWORD:
        raise QassessError("sealed.password_short", least=MIN_PASSWORD)
    key = pyrage.x25519.Identity.generate()
    locked = pyrage.passphrase.encrypt(str(key).encode(), password)
    out.write(_MAGIC + len(locked).to_bytes(_LENGTH_BYTES, "big") + sha256(locked).digest() + locked)
    with source.open("rb") as plain:
        watch = _Watch(plain, out, source.stat().st_size, progress, cancelled)
        try:
            pyrage.encrypt_io(watch, watch, [key.to_public()])
        except (pyrage.EncryptError, OSError):
            watch.complain()
            raise


def unseal(
    source: Path, out: BinaryIO, password: str, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> None:
    """Write the content of a sealed file to an open file; what is written holds only if this returns.

    Raises ``QassessError``: ``sealed.wrong_password``, ``sealed.damaged``, ``work.cancelled``; ``OSError`` as reading
    and writing do.
    """
    with source.open("rb") as file:
        key = _unlocked(_locked_key(file, source.name), password, source.name)
        watch = _Watch(file, out, source.stat().st_size, progress, cancelled)
        try:
            pyrage.decrypt_io(watch, watch, [key])
        except (pyrage.DecryptError, OSError) as failed:
            watch.complain()
            raise QassessError("sealed.damaged", path=source.name) from failed


def _locked_key(file: BinaryIO, name: str) -> bytes:
    head = file.read(len(_MAGIC) + _LENGTH_BYTES + _HASH_BYTES)
    length = int.from_bytes(head[len(_MAGIC) : len(_MAGIC) + _LENGTH_BYTES], "big")
    locked = file.read(min(length, _LARGEST_KEY))
    if not head.startswith(_MAGIC) or sha256(locked).digest() != head[-_HASH_BYTES:]:
        raise QassessError("sealed.damaged", path=name)
    return locked


def _unlocked(locked: bytes, password: str, name: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(locked, password).decode())
    except pyrage.DecryptError as failed:
        raise QassessError("sealed.wrong_password", path=name) from failed
    except (pyrage.IdentityError, UnicodeDecodeError) as failed:
        raise QassessError("sealed.damaged", path=name) from failed


class _Watch:
    """Reads from one file and writes to another for pyrage, which turns whatever goes wrong there into its own error.

    So what went wrong is kept here, and :meth:`complain` raises it as it was.
    """

    def __init__(
        self,
        source: BinaryIO,
        out: BinaryIO,
        size: int,
        progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> None:
        self._source, self._out, self._size = source, out, size
        self._progress, self._cancelled = progress, cancelled
        self._done = 0
        self._failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes; pyrage asks for no more than it can hold."""
        try:
            if self._cancelled is not None and self._cancelled():
                raise QassessError("work.cancelled")  # noqa: TRY301 - kept like every failure
            piece = self._source.read(size)
            self._done += len(piece)
            if self._progress is not None:
                self._progress(min(self._done, self._size), self._size)
        except (OSError, QassessError) as failure:
            self._failure = failure
            raise
        return piece

    def write(self, piece: bytes) -> int:
        """Write all of a piece."""
        try:
            return self._out.write(piece)
        except OSError as failure:
            self._failure = failure
            raise

    def flush(self) -> None:
        """Flush the file that is written."""
        try:
            self._out.flush()
        except OSError as failure:
            self._failure = failure
            raise

    def complain(self) -> None:
        """Raise what went wrong in reading or writing, if anything did."""
        if self._failure is not None:
            raise self._failure
