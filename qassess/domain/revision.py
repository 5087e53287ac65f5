"""Revisions: the immutable, content-addressed records everything else is projected from.

The bytes fixed here must never change; see ``db/schema.md`` and ``tests/golden``.
"""

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256


class Kind(IntEnum):
    """What a revision is about. Numbers are hashed: never renumber; a newer program may add more."""

    SCHEME = 1
    ASSESSMENT = 2
    ENTRY = 3
    EVIDENCE = 4
    SIGNATURE = 5
    CERTIFICATE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision. ``hlc`` is hybrid logical time in UTC milliseconds: for display and order among heads only.

    ``entity``: 16 bytes. ``parents``: none, one or two ids, ascending. ``payload``: canonical JSON text, hashed as
    stored. ``author`` and ``device`` are free UTF-8 texts. ``kind`` may be a number this program does not know.
    """

    kind: int
    entity: bytes
    parents: tuple[bytes, ...]
    author: str
    device: str
    hlc: int
    payload: str

    @property
    def id(self) -> bytes:
        """SHA-256 (32 bytes) over the domain tag, a fixed-width header and the length-prefixed texts."""
        author, device, payload = (text.encode() for text in (self.author, self.device, self.payload))
        first, second = (*self.parents, b"", b"")[:2]
        header = b"".join(
            (
                b"qa1",
                self.kind.to_bytes(4, "big"),
                self.hlc.to_bytes(8, "big"),
                self.entity,
                (first or b"\0" * 32),
                (second or b"\0" * 32),
                len(author).to_bytes(4, "big"),
                len(device).to_bytes(4, "big"),
                len(payload).to_bytes(4, "big"),
            )
        )
        return sha256(header + author + device + payload).digest()


def assessment_prefix(body: str, year: int, round_: str, scheme_sha256: str) -> bytes:
    """Return the 8 bytes that begin every entity of an assessment; the same on every machine (decision 3)."""
    key = "\x1f".join(("assessment", body, str(year), round_, scheme_sha256))
    return sha256(key.encode()).digest()[:8]


def entity_of(prefix: bytes, kind: Kind, name: str = "") -> bytes:
    """Return the 16-byte entity of one thing inside an assessment: an item's entry, a piece of evidence."""
    return prefix + sha256(f"{int(kind)}\x1f{name}".encode()).digest()[:8]
