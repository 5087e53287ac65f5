"""What the office's screens ask for: export, merge, conflicts and results, seen from the window.

Everything marked *from a job* may take long: it reports to the channel it is given and looks for its stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from qassess.domain.answers import Answer
    from qassess.domain.score_sheet import ItemScore
    from qassess.ui.channel import Channel
    from qassess.ui.conflict_state import ConflictState, Decision
    from qassess.ui.exchange_state import ExportLine, InboxState, LedgerLine, ReceiptState
    from qassess.ui.results_state import BodyState, CertificatesDone, KindChoice, Refusal, ResultsState, RoundChoice


class ExchangeBackend(Protocol):
    """Export, merge and the ledger. All raise :class:`qassess.errors.QassessError` for what the user can mend."""

    def exportable(self) -> tuple[ExportLine, ...]:
        """Return what can be exported."""

    def export(self, assessments: Sequence[str], out: Path, password: str, channel: Channel) -> ReceiptState:
        """Write one file and read it back; from a job. An empty password leaves it open."""

    def save_slip(self, receipt: ReceiptState, out: Path) -> None:
        """Write the receipt as a one-page PDF; from a job."""

    def files_in(self, dropped: Sequence[Path]) -> tuple[Path, ...]:
        """Return the files to look at: those dropped, and the export files in dropped folders; from a job."""

    def check_files(self, files: Sequence[Path], passwords: Mapping[Path, str], channel: Channel) -> None:
        """Look at files and tell one :class:`FileLine` each; nothing is written. From a job."""

    def merge_files(self, files: Sequence[Path], passwords: Mapping[Path, str], channel: Channel) -> None:
        """Merge files, each whole or not at all, and tell one :class:`FileLine` each; from a job."""

    def ledger(self) -> tuple[LedgerLine, ...]:
        """Return the merges, the latest first; from a job."""

    def undo_merge(self, merge: int) -> None:
        """Take one merge back; from a job."""

    def redo_merge(self, merge: int) -> None:
        """Merge again what was taken back; from a job."""

    def inbox(self) -> InboxState:
        """Return the office's line on the home screen; from a job."""


class ConflictsBackend(Protocol):
    """What needs a decision."""

    def conflicts(self) -> tuple[ConflictState, ...]:
        """Return all open conflicts, the gravest first; from a job."""

    def decide(self, conflict: str, decision: Decision) -> None:
        """Decide one conflict; from a job. Raises ``conflict.reason_missing`` where a reason is needed."""

    def undo_decision(self) -> str:
        """Take the decision made last back and return the conflict's id, empty when there is none; from a job."""

    def preview_decision(self, conflict: str, answer: Answer) -> ItemScore | None:
        """Score an item as it would be with an answer written by hand."""


class ResultsBackend(Protocol):
    """Ranking, drill-down, and what is made from them."""

    def rounds(self) -> tuple[RoundChoice, ...]:
        """Return the rounds there are, the latest first; from a job."""

    def kinds(self, year: int, round_: str) -> tuple[KindChoice, ...]:
        """Return the kinds of body in a round; from a job."""

    def results(self, year: int, round_: str, kind: str) -> ResultsState:
        """Return the ranking of a round and kind; from a job."""

    def close_round(self, year: int, round_: str, kind: str) -> None:
        """Make final what depends on the other bodies, until anything changes; from a job."""

    def body_result(self, assessment: str) -> BodyState:
        """Look into one body; from a job."""

    def evidence_path(self, sha256: str) -> Path:
        """Return where a piece of evidence lies."""

    def write_workbook(self, year: int, round_: str, kind: str, out: Path, channel: Channel) -> Path:
        """Write the results as an Excel workbook; from a job."""

    def write_table(self, year: int, round_: str, kind: str, out: Path, channel: Channel) -> Path:
        """Write the results as a PDF; from a job."""

    def certificate_refusals(self, assessments: Sequence[str]) -> tuple[Refusal, ...]:
        """Return who gets no certificate and why, before any is made; from a job."""

    def write_certificates(
        self, assessments: Sequence[str], folder: Path, channel: Channel, *, landscape: bool
    ) -> CertificatesDone:
        """Make certificates, one file a body; from a job."""


class OfficeBackend(ExchangeBackend, ConflictsBackend, ResultsBackend, Protocol):
    """All of it, over one workspace."""
