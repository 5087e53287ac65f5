"""What the screens ask for: the services of one workspace, seen from the window.

The window is painted before any service is imported, so the screens know this protocol only. The program's backend
is :class:`qassess.ui.service_backend.ServiceBackend`; it is imported after the first paint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from fractions import Fraction
    from pathlib import Path

    from qassess.domain.agreement import Agreement
    from qassess.domain.answers import Entry
    from qassess.domain.bodies import Body
    from qassess.domain.checklist import Checklist
    from qassess.domain.lifting import Lift
    from qassess.domain.payloads import SignatureRecord
    from qassess.domain.scheme import PinnedScheme
    from qassess.domain.score_sheet import ItemScore
    from qassess.services.edits import Change, UndoResult
    from qassess.services.preview import PagePicture
    from qassess.services.sign_off import Obstacle
    from qassess.services.verify import Verification
    from qassess.services.views import AssessmentSummary, AssessmentView
    from qassess.ui.evidence_backend import EvidenceBackend
    from qassess.ui.jobs import Progress
    from qassess.ui.office import OfficeBackend
    from qassess.ui.self_backend import SelfBackend


@dataclass(frozen=True, slots=True)
class StoreState:
    """The line at the foot of the home screen. ``last_backup`` is UTC, ``None`` when there is none."""

    database: Path
    evidence: int
    last_backup: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What was typed in an item and not accepted, when (UTC), and whether an earlier session left it."""

    item: str
    typed: Entry
    at: datetime
    is_earlier: bool


class Backend(Protocol):
    """The verbs the screens use; every accepted input is durable when its call returns.

    All raise :class:`qassess.errors.QassessError` for what the user can mend.
    """

    @property
    def office(self) -> OfficeBackend:
        """Export, merge, conflicts and results over the same workspace."""

    @property
    def own(self) -> SelfBackend:
        """The body's own word, and its last round."""

    @property
    def evidence(self) -> EvidenceBackend:
        """Evidence of the same workspace."""

    def now(self) -> datetime:
        """Return the workspace's time, UTC."""

    def introduce(self, author: str, unit: str) -> None:
        """Say who works here from now on."""

    def store_state(self) -> StoreState:
        """Return what is said about the database and its last backup."""

    def back_up(self, to: Path) -> None:
        """Copy the database with its evidence and check the copy; called from a job."""

    def proposed_backup(self, folder: Path) -> Path:
        """Return a free name for a backup made now."""

    def list_assessments(self) -> tuple[AssessmentSummary, ...]:
        """Return all assessments, the latest changed first."""

    def open_assessment(self, assessment: str) -> AssessmentView:
        """Read and score one assessment."""

    def schemes(self) -> tuple[PinnedScheme, ...]:
        """Return the schemes an assessment can be started with."""

    def bodies(self, year: int) -> tuple[Body, ...]:
        """Return who can be assessed in a year."""

    def proposed_agreement(self, scheme: PinnedScheme, body: Body, year: int) -> Agreement:
        """Return the agreement as the scheme proposes it."""

    def checklist(self, scheme: PinnedScheme, body: Body) -> Checklist:
        """Return what a body is asked under a scheme."""

    def start_assessment(self, body: Body, year: int, round_: str, scheme: PinnedScheme, agreement: Agreement) -> str:
        """Start an assessment and return its id."""

    def start_sample(self) -> str:
        """Return the sample county's assessment, filled and ready to sign; made if it is not here yet."""

    def revise_agreement(self, assessment: str, agreement: Agreement) -> AssessmentView:
        """Save a changed agreement."""

    def preview(self, view: AssessmentView, item: str, entry: Entry) -> ItemScore:
        """Score one item as it would be; nothing is written."""

    def record_entry(self, assessment: str, item: str, entry: Entry) -> AssessmentView:
        """Save what was entered for one item."""

    def undo(self, assessment: str) -> UndoResult:
        """Undo the latest edit."""

    def redo(self, assessment: str) -> UndoResult:
        """Write the latest undone edit again."""

    def history(self, assessment: str, item: str) -> tuple[Change, ...]:
        """Return an item's revisions, the newest first."""

    def restore(self, assessment: str, item: str, revision: str) -> AssessmentView:
        """Enter an item again as it was."""

    def attach_evidence(self, assessment: str, item: str, path: Path) -> AssessmentView:
        """Keep a file as evidence of an item."""

    def detach_evidence(self, assessment: str, item: str, sha256: str) -> AssessmentView:
        """Take a piece of evidence off an item."""

    def evidence_file(self, sha256: str) -> Path:
        """Return where the original bytes lie."""

    def keep_draft(self, assessment: str, item: str, typed: Entry) -> None:
        """Keep what is typed but not accepted."""

    def draft(self, assessment: str, item: str) -> Entry | None:
        """Return the kept draft of an item, if any."""

    def unfinished(self, view: AssessmentView) -> tuple[Unfinished, ...]:
        """Return what is typed and not accepted in an assessment, in the checklist's order."""

    def drop_draft(self, assessment: str, item: str) -> None:
        """Discard the draft of an item."""

    def remember_place(self, assessment: str, item: str) -> None:
        """Remember the item one is at."""

    def place(self, assessment: str) -> str | None:
        """Return the item one was at last."""

    def obstacles(self, view: AssessmentView) -> tuple[Obstacle, ...]:
        """Return everything that stops signing."""

    def lost_points(self, view: AssessmentView) -> tuple[tuple[str, Fraction], ...]:
        """Return item id and points lost, the largest first."""

    def lifting(self, view: AssessmentView) -> Lift | None:
        """Return what would lift the grade by one, if anything can be said of it."""

    def prepare_report(self, view: AssessmentView, progress: Progress) -> Path:
        """Lay the report out as a file, made anew while nobody has signed; called from a job."""

    def page_sizes(self, pdf: Path) -> tuple[tuple[float, float], ...]:
        """Return width and height of every page in points; called from a job."""

    def page_picture(self, pdf: Path, number: int, width: int) -> PagePicture:
        """Draw a page (0 = first) so many pixels wide; called from a job."""

    def sign_report(self, pdf: Path, identity: Path, password: str, *, role: str, opinion: str) -> SignatureRecord:
        """Add one signature; called from a job."""

    def verify_file(self, path: Path) -> Verification:
        """Check a report against itself and the database; called from a job."""

    def make_identity(self, name: str, unit: str, password: str, path: Path) -> None:
        """Make a signing identity and write it as a ``.p12`` file; called from a job."""

    def check_identity(self, path: Path, password: str) -> str:
        """Return the name in an identity file; raises when file or password are wrong."""

    def reopen(self, assessment: str, reason: str) -> AssessmentView:
        """Take a signed assessment up again as a superseding version."""

    def close(self) -> None:
        """Close the database and release its lock."""
