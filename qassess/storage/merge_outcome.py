"""What becomes of one file: how it was found, what its transaction did, and the outcome that is told."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from qassess.storage import ledger
from qassess.storage.ledger import Holding, LedgerEntry
from qassess.storage.source_check import CheckedSource, SourceReport, refusal_report
from qassess.storage.source_defences import SourceRefused
from qassess.storage.spans import Spans, size_of

MERGED: Final = "merged"
NOTHING_NEW: Final = "nothing_new"
KNOWN: Final = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeOutcome:
    """What became, or would become, of one file.

    ``verdict``: ``merged``; ``nothing_new``, when all its revisions were here; ``known``, when an earlier merge,
    ``duplicate_of``, brought the same; else the code of a refusal, see :class:`SourceReport`. ``merge``: its entry in
    the ledger. ``conflicts``: entities that have several heads now and had not. ``assessments``: prefixes of what the
    file is about. ``evidence_missing``: hashes that are named and neither in the file nor here.
    """

    report: SourceReport
    verdict: str
    merge: int | None = None
    duplicate_of: int | None = None
    new: int = 0
    known: int = 0
    conflicts: tuple[bytes, ...] = ()
    assessments: tuple[bytes, ...] = ()
    evidence_new: int = 0
    evidence_missing: tuple[str, ...] = ()
    evidence_damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was looked at: checked and held open, or known already or refused, as a report says."""

    path: Path
    source: CheckedSource | SourceReport
    duplicate_of: int | None
    held: ExitStack

    def report(self) -> SourceReport:
        """Return what there is to say about it."""
        return self.source.report(self.path) if isinstance(self.source, CheckedSource) else self.source


@dataclass(frozen=True, slots=True)
class United:
    """What a transaction did: arrival numbers that came and of what was here, how many that is, and new conflicts."""

    arrived: Spans
    held: Spans
    known: int
    conflicts: tuple[bytes, ...]

    @property
    def new(self) -> int:
        """How many revisions came."""
        return size_of(self.arrived)

    def holding(self) -> Holding:
        """Return what the merge holds from now on."""
        return Holding(self.arrived, self.held)


def digest_of_manifest(body: bytes) -> str:
    """Return the SHA-256 of a manifest, by which a file is known again."""
    return sha256(body).hexdigest()


def unread(prepared: Prepared) -> MergeOutcome:
    """Return the outcome of a file that was refused, or known already, before it was opened to be merged."""
    report = prepared.report()
    if prepared.duplicate_of is None:
        return MergeOutcome(report=report, verdict=report.verdict)
    manifest = report.manifest
    return MergeOutcome(
        report=report,
        verdict=KNOWN,
        duplicate_of=prepared.duplicate_of,
        known=manifest.revisions if manifest else 0,
        assessments=tuple(bytes.fromhex(one.prefix) for one in manifest.assessments) if manifest else (),
    )


def refused(prepared: Prepared, why: SourceRefused) -> MergeOutcome:
    """Return the outcome of a file that was found whole and refused all the same."""
    report = refusal_report(prepared.path, why)
    found = replace(prepared.report(), verdict=report.verdict, values=report.values)
    return MergeOutcome(report=found, verdict=found.verdict)


def entry_of(outcome: MergeOutcome, at: int, author: str) -> LedgerEntry:
    """Return what the ledger says of a file that was merged."""
    report = outcome.report
    if report.manifest is None:
        raise ValueError("a file that was merged has a manifest")
    return LedgerEntry(
        id=0,
        action=ledger.MERGE,
        of=None,
        state=ledger.ACTIVE,
        at=at,
        author=author,
        name=report.path.name,
        sha256=report.sha256,
        manifest=digest_of_manifest(report.manifest_body),
        key=report.key,
        device=report.manifest.device,
        new=outcome.new,
        known=outcome.known,
        conflicts=len(outcome.conflicts),
        evidence=len(report.manifest.evidence),
        evidence_missing=outcome.evidence_missing + outcome.evidence_damaged,
        assessments=outcome.assessments,
    )
