"""The body's own word and its last round, over the services of one workspace."""

from pathlib import Path

from qassess.services import last_round, self_assessment
from qassess.services.last_round import LastRound
from qassess.services.self_assessment import SelfArrived
from qassess.services.views import AssessmentView
from qassess.services.workspace import Workspace


class ServiceSelf:
    """What the checklist asks about the body itself."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def write_form(self, view: AssessmentView, out: Path) -> int:
        """Write the blank form of an assessment."""
        return self_assessment.write_form_of(view, out)

    def import_form(self, assessment: str, path: Path) -> SelfArrived:
        """Take a filled form in."""
        return self_assessment.import_self_assessment(self._workspace, path, assessment)

    def take_over(self, assessment: str, item: str) -> AssessmentView:
        """Take the body's own answer over as the verified one."""
        return self_assessment.take_over(self._workspace, assessment, item)

    def last_round(self, view: AssessmentView) -> LastRound | None:
        """Return what the same body was given the year before."""
        return last_round.last_round(self._workspace, view)
