"""What the export and merge screens are shown; plain data in words, without Qt."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Standing(StrEnum):
    """Where a dropped file stands: before the merge, and after it."""

    READY = "ready"
    NOTHING_NEW = "nothing_new"
    DUPLICATE = "duplicate"
    SEALED = "sealed"
    REFUSED = "refused"
    MERGED = "merged"
    LEFT_OUT = "left_out"


MERGEABLE = frozenset((Standing.READY, Standing.NOTHING_NEW))


@dataclass(frozen=True, slots=True)
class Mark:
    """A state in words with its drawn icon and tone: never colour alone."""

    words: str
    picture: str = ""
    tone: str = "ink"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One dropped file. Counts are ``None`` where the file could not be read; ``merge`` is its row in the ledger.

    ``wrong_password``: one was given and does not open the file.
    """

    path: Path
    standing: Standing
    outcome: Mark
    body: str = ""
    scheme: str = ""
    new: int | None = None
    known: int | None = None
    conflicts: int | None = None
    missing: int | None = None
    signatures: Mark = Mark("—")
    details: str = ""
    merge: int | None = None
    wrong_password: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """The counts on top of the table."""

    files: int
    mergeable: int
    conflicts: int
    refused: int
    duplicates: int
    sealed: int
    merged: int


def totals_of(lines: tuple[FileLine, ...]) -> Totals:
    """Count the files by where they stand, and the conflicts they bring or brought."""
    standings = [line.standing for line in lines]
    return Totals(
        files=len(lines),
        mergeable=sum(standing in MERGEABLE for standing in standings),
        conflicts=sum(line.conflicts or 0 for line in lines),
        refused=standings.count(Standing.REFUSED) + standings.count(Standing.LEFT_OUT),
        duplicates=standings.count(Standing.DUPLICATE),
        sealed=standings.count(Standing.SEALED),
        merged=standings.count(Standing.MERGED),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One row of the ledger of merges, in words."""

    id: int
    when: str
    who: str
    action: str
    file: str
    new: int
    conflicts: int
    state: Mark
    can_undo: bool = False
    can_redo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLine:
    """One assessment that can be exported."""

    id: str
    body: str
    round: str
    items: str
    state: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One assessment in an exported file, in words."""

    body: str
    year: str
    items: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptState:
    """The receipt of an export. ``checksum``: groups to read aloud; ``source`` is what the slip is made from."""

    path: Path
    lines: tuple[ReceiptLine, ...]
    size: str
    checksum: tuple[str, ...]
    sealed: bool
    missing: str
    text: str
    source: object


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxState:
    """The office's line on the home screen, in words; ``conflicts`` and ``unreported`` also as counts."""

    merged: str
    conflicts: int
    unreported: tuple[str, ...]
    year: int
