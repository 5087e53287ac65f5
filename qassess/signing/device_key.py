"""The key of a device: signs the manifest of every export, so that the office sees one laptop's files as one laptop's.

Ed25519, made with the first export, in a file of the data folder that only its owner may read. It never leaves the
machine. Like every key made here it says who by agreement only: the office knows a device by its key once it has seen
it.
"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from qassess.errors import QassessError
from qassess.signing.identity import write_new

FILE_NAME: Final = "device.key"

_PURPOSE: Final = b"qassess export manifest\0"
"""Signed before the manifest, so that a signature of this key cannot be taken for one on anything else."""


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """A device's key; ``public`` are its 32 bytes."""

    public: bytes
    private: Ed25519PrivateKey = field(repr=False)

    def sign(self, manifest: bytes) -> bytes:
        """Return the 64-byte signature of a manifest."""
        return self.private.sign(_PURPOSE + manifest)


def device_key(folder: Path) -> DeviceKey:
    """Return the key of this device, made now if there is none.

    Raises ``QassessError``: ``device_key.unreadable`` for a file that is no such key, ``device_key.unwritable``.
    """
    path = folder / FILE_NAME
    if not path.exists():
        _make(path)
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as broken:
        raise QassessError("device_key.unreadable", path=str(path)) from broken
    if not isinstance(private, Ed25519PrivateKey):
        raise QassessError("device_key.unreadable", path=str(path))
    return DeviceKey(private.public_key().public_bytes_raw(), private)


def holds(manifest: bytes, public: bytes, signature: bytes) -> bool:
    """Tell whether a manifest was signed with the key of these bytes. Never raises."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _PURPOSE + manifest)
    except (InvalidSignature, ValueError):
        return False
    return True


def _make(path: Path) -> None:
    private = Ed25519PrivateKey.from_private_bytes(secrets.token_bytes(32))
    content = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new(path, content)
    except FileExistsError:  # another window was first: its key is the device's
        return
    except OSError as failed:
        raise QassessError("device_key.unwritable", path=str(path)) from failed
