"""What the screens ask for about evidence. Everything marked *from a job* may take long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from qassess.domain.payloads import EvidenceRecord
    from qassess.services.evidence import Attached
    from qassess.services.evidence_check import EvidenceFaults
    from qassess.services.evidence_pictures import Picture
    from qassess.services.preview import PagePicture
    from qassess.services.views import AssessmentView
    from qassess.ui.clipboard import Source


class EvidenceBackend(Protocol):
    """Attach, describe, look at and check evidence.

    All raise :class:`qassess.errors.QassessError` for what the user can mend.
    """

    def attach(
        self,
        assessment: str,
        item: str,
        sources: Sequence[Source],
        *,
        report: Callable[[int, int, str], object],
        is_stopped: Callable[[], bool],
    ) -> Attached:
        """Keep files as evidence of an item, as one edit; from a job. A stop keeps what is whole.

        ``report`` is told of KiB copied and in all, and the name of the file under way.
        """

    def attach_stored(self, assessment: str, item: str, pieces: Sequence[str]) -> AssessmentView:
        """Attach pieces the assessment has already to one more item."""

    def detach(self, assessment: str, item: str, sha256: str) -> AssessmentView:
        """Take a piece off an item."""

    def describe(self, assessment: str, record: EvidenceRecord) -> AssessmentView:
        """Save a piece's title, number, dates and the like; raises ``InputRefused`` for what cannot be understood."""

    def added_at(self, assessment: str, sha256: str) -> datetime | None:
        """Return when a piece was attached first."""

    def sort_of(self, record: EvidenceRecord) -> str:
        """Return ``image``, ``pdf``, ``office``, ``sound``, ``film`` or ``other``."""

    def thumbnail(self, record: EvidenceRecord) -> Picture:
        """Return a piece's thumbnail; from a job."""

    def working_copy(self, record: EvidenceRecord) -> Picture:
        """Return an image's working copy; from a job."""

    def page_count(self, record: EvidenceRecord) -> int:
        """Return how many pages a PDF has; from a job."""

    def page(self, record: EvidenceRecord, number: int, width: int) -> PagePicture:
        """Draw a page (0 = first) of a PDF; from a job."""

    def copy_to_open(self, record: EvidenceRecord) -> Path:
        """Return a read-only copy to open in its own program; from a job."""

    def save_copy(self, record: EvidenceRecord, to: Path) -> None:
        """Copy the original bytes to a place of somebody's choice; from a job."""

    def look_at(self, pieces: Sequence[str], is_stopped: Callable[[], bool]) -> None:
        """Read pieces that were not read in this session, and remember their faults; from a job."""

    def unread(self, view: AssessmentView) -> tuple[str, ...]:
        """Return the pieces in use that were not read in this session as they now are."""

    def faults(self, view: AssessmentView, pieces: Sequence[str] | None = None) -> EvidenceFaults:
        """Return what a glance finds now, and what reading found in this session; of all pieces in use, or some."""
