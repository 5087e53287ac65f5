"""What the results screen is shown; plain data in words, without Qt."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from qassess.ui.exchange_state import Mark


@dataclass(frozen=True, slots=True)
class RoundChoice:
    """A round that has results: its year and name, and how it is said."""

    year: int
    round: str
    words: str


@dataclass(frozen=True, slots=True)
class KindChoice:
    """Counties or departments, and how many of them are in the round."""

    kind: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One section of one body: the share of its points in percent as words, exactly for its colour and order."""

    words: str
    share: Fraction | None
    spoken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One body in the ranking. ``place_key`` and ``total_key`` are what its columns are sorted by."""

    id: str
    place: str
    place_key: int
    body: str
    total: str
    total_key: Fraction | None
    grade: Mark
    cells: tuple[HeatCell, ...]
    state: Mark
    distance: str
    found_by: tuple[str, ...] = ()


class Leads(StrEnum):
    """Where the link of a blocker leads."""

    CONFLICTS = "conflicts"
    ASSESSMENT = "assessment"
    REVIEW = "review"
    CLOSING = "closing"
    NOWHERE = ""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that keeps the results from being published, in words, and where it is mended."""

    words: str
    leads: Leads = Leads.NOWHERE
    assessment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsState:
    """The results of one round and kind. ``sections`` are titles; ``heading`` says how much can be published."""

    title: str
    heading: Mark
    sections: tuple[str, ...]
    rows: tuple[ResultRow, ...]
    blockers: tuple[Blocker, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """One item in the drill-down: its title, the points lost or earned, how they came about, and its evidence."""

    id: str
    title: str
    points: str
    lost: str
    derivation: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    state: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPart:
    """One section in the drill-down."""

    title: str
    points: str
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyState:
    """One body looked into. ``losses`` are the items that cost most; ``steadiness`` says what the place hangs on."""

    id: str
    body: str
    summary: str
    losses: tuple[ItemLine, ...]
    sections: tuple[SectionPart, ...]
    signatures: tuple[Mark, ...]
    steadiness: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a body gets no certificate, in words."""

    body: str
    words: str


@dataclass(frozen=True, slots=True)
class CertificatesDone:
    """What a batch of certificates came to."""

    folder: Path
    files: tuple[Path, ...]
    refusals: tuple[Refusal, ...]
