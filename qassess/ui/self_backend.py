"""What the screens ask about the assessed body's own word, and about its last round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from qassess.services.last_round import LastRound
    from qassess.services.self_assessment import SelfArrived
    from qassess.services.views import AssessmentView


class SelfBackend(Protocol):
    """Forms that go out and come in; all raise :class:`qassess.errors.QassessError` for what the user can mend."""

    def write_form(self, view: AssessmentView, out: Path) -> int:
        """Write the blank form of an assessment and return how many items it asks; called from a job."""

    def import_form(self, assessment: str, path: Path) -> SelfArrived:
        """Take a filled form in beside what is verified; called from a job."""

    def take_over(self, assessment: str, item: str) -> AssessmentView:
        """Take the body's own answer over as the verified one."""

    def last_round(self, view: AssessmentView) -> LastRound | None:
        """Return what the same body was given the year before, ``None`` where nothing is known."""
