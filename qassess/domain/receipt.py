"""The receipt of an export: what is in the file, and a short checksum that can be read aloud over the telephone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from qassess.domain.bodies import Body

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without I, L, O and U, which are mistaken for others."""

_BITS: Final = 5
_GROUPS: Final = 4
_GROUP: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One assessment in the file. ``items`` are asked, ``answered`` finished; ``evidence_size`` in bytes."""

    assessment: str
    body: Body
    year: int
    round: str
    scheme: str
    version: str
    items: int
    answered: int
    evidence: int
    evidence_size: int
    signatures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an export holds, read back from the finished file.

    ``sha256`` and ``size`` (bytes) are those of the file as it is handed over. ``missing`` names evidence that is
    recorded but could not be put in. ``key`` is the short fingerprint of the device's key. ``made_at`` is UTC.
    """

    file: str
    sha256: str
    size: int
    lines: tuple[ReceiptLine, ...]
    revisions: int
    evidence: int
    evidence_size: int
    missing: tuple[str, ...]
    made_at: datetime
    author: str
    device: str
    key: str
    sealed: bool

    @property
    def checksum(self) -> str:
        """The short checksum of the file."""
        return short_checksum(self.sha256)


def short_checksum(sha256: str) -> str:
    """Return the first 80 bits of a SHA-256 (hex) as four groups of four characters.

    >>> short_checksum("00443214c74254b635cf84653a56d7c675be77df" + "0" * 24)
    '0123-4567-89AB-CDEF'
    """
    number = int(sha256[: _GROUPS * _GROUP * _BITS // 4], 16)
    letters = ""
    for _ in range(_GROUPS * _GROUP):
        number, letter = divmod(number, len(_LETTERS))
        letters = _LETTERS[letter] + letters
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))
