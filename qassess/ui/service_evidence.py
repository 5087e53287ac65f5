"""Evidence for the screens over the real services. Imported with the services, after the first paint."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from qassess.domain.payloads import EvidenceRecord
from qassess.services import evidence, evidence_pictures
from qassess.services.evidence import Attached, Pasted
from qassess.services.evidence_check import (
    CheckStopped,
    EvidenceFaults,
    condition_of,
    evidence_in_use,
    glance_at_evidence,
)
from qassess.services.evidence_pictures import Picture
from qassess.services.preview import PagePicture
from qassess.services.views import AssessmentView
from qassess.services.workspace import Workspace
from qassess.ui.clipboard import PastedImage, Source


class ServiceEvidence:
    """Evidence of one workspace. What reading found of a piece is remembered until its file changes."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._read: dict[str, tuple[tuple[int, int], str]] = {}

    def attach(
        self,
        assessment: str,
        item: str,
        sources: Sequence[Source],
        *,
        report: Callable[[int, int, str], object],
        is_stopped: Callable[[], bool],
    ) -> Attached:
        """Keep files as evidence of an item, as one edit."""
        return evidence.attach_files(
            self._workspace,
            assessment,
            item,
            [Pasted(known.name, known.png()) if isinstance(known, PastedImage) else known for known in sources],
            report=report,
            is_stopped=is_stopped,
        )

    def attach_stored(self, assessment: str, item: str, pieces: Sequence[str]) -> AssessmentView:
        """Attach pieces the assessment has already to one more item."""
        return evidence.attach_stored(self._workspace, assessment, item, pieces)

    def detach(self, assessment: str, item: str, sha256: str) -> AssessmentView:
        """Take a piece off an item."""
        return evidence.detach_evidence(self._workspace, assessment, item, sha256)

    def describe(self, assessment: str, record: EvidenceRecord) -> AssessmentView:
        """Save what is said of a piece."""
        return evidence.describe_evidence(self._workspace, assessment, record)

    def added_at(self, assessment: str, sha256: str) -> datetime | None:
        """Return when a piece was attached first."""
        return evidence.added_at(self._workspace, assessment, sha256)

    def sort_of(self, record: EvidenceRecord) -> str:
        """Return what a piece is, by its name."""
        return evidence_pictures.sort_of(record)

    def thumbnail(self, record: EvidenceRecord) -> Picture:
        """Return a piece's thumbnail."""
        return evidence_pictures.thumbnail(self._workspace, record)

    def working_copy(self, record: EvidenceRecord) -> Picture:
        """Return an image's working copy."""
        return evidence_pictures.working_copy(self._workspace, record)

    def page_count(self, record: EvidenceRecord) -> int:
        """Return how many pages a PDF has."""
        return evidence_pictures.page_count(self._workspace, record)

    def page(self, record: EvidenceRecord, number: int, width: int) -> PagePicture:
        """Draw a page of a PDF."""
        return evidence_pictures.page(self._workspace, record, number, width)

    def copy_to_open(self, record: EvidenceRecord) -> Path:
        """Return a read-only copy to open in its own program."""
        return evidence_pictures.copy_to_open(self._workspace, record)

    def save_copy(self, record: EvidenceRecord, to: Path) -> None:
        """Copy the original bytes to a place of somebody's choice."""
        evidence_pictures.save_copy(self._workspace, record, to)

    def look_at(self, pieces: Sequence[str], is_stopped: Callable[[], bool]) -> None:
        """Read pieces that were not read in this session, and remember their faults."""
        for sha in pieces:
            mark = self._mark(sha)
            if mark is not None and not self._is_read(sha):
                try:
                    self._read[sha] = (mark, condition_of(self._workspace, sha, is_stopped))
                except CheckStopped:
                    return

    def unread(self, view: AssessmentView) -> tuple[str, ...]:
        """Return the pieces in use that were not read in this session as they now are."""
        return tuple(sha for sha in evidence_in_use(view) if not self._is_read(sha))

    def _is_read(self, sha: str) -> bool:
        """Tell whether a file was read as it now is, or is not there to be read."""
        mark = self._mark(sha)
        return mark is None or self._read.get(sha, (None, ""))[0] == mark

    def faults(self, view: AssessmentView, pieces: Sequence[str] | None = None) -> EvidenceFaults:
        """Return what a glance finds now, and what reading found of the files as they still are."""
        pieces = evidence_in_use(view) if pieces is None else pieces
        read = (sha for sha in pieces if sha in self._read)
        damaged = (sha for sha in read if self._read[sha] == (self._mark(sha), "damaged"))
        return glance_at_evidence(self._workspace, view, pieces).joined(EvidenceFaults(damaged=tuple(damaged)))

    def _mark(self, sha: str) -> tuple[int, int] | None:
        """Return what tells that a file was written anew: its size and time."""
        try:
            found = self._workspace.evidence.path_of(sha).stat()
        except OSError:
            return None
        return found.st_size, found.st_mtime_ns
