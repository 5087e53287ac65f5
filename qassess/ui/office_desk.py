"""The office's pages over one backend, and the way between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qassess.settings import Role
from qassess.ui.backend import Backend
from qassess.ui.conflicts_page import ConflictsPage
from qassess.ui.export_page import ExportPage
from qassess.ui.home import Home
from qassess.ui.inbox_line import InboxLine
from qassess.ui.jobs import JobRunner
from qassess.ui.main_window import MainWindow
from qassess.ui.merge_page import MergePage
from qassess.ui.office import OfficeBackend
from qassess.ui.page import Page
from qassess.ui.results_page import ResultsPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways to the pages of an assessment, and to what is said."""

    show: Callable[[Page, Callable[[], None]], None]
    home: Callable[[], None]
    assessment: Callable[[str, str], None]
    review: Callable[[str], None]
    fail: Callable[[BaseException], None]


class OfficeDesk:
    """Opens the office's pages."""

    def __init__(self, window: MainWindow, backend: Backend, runner: JobRunner, ways: Ways) -> None:
        self._window, self._backend, self._runner, self._ways = window, backend, runner, ways
        self._inbox: InboxLine | None = None
        window.commands["city_office"].setChecked(window.settings.role is Role.CITY_OFFICE)
        self.commands: dict[str, Callable[[], object]] = {
            "export": lambda: self.show_export(window.page.assessments() if window.page is not None else ()),
            "merge": self.show_merge,
            "conflicts": self.show_conflicts,
            "results": self.show_results,
            "city_office": self._change_role,
        }

    @property
    def _office(self) -> OfficeBackend:
        return self._backend.office

    def show_export(self, chosen: Sequence[str] = ()) -> None:
        """Export assessments."""
        window = self._window
        page = ExportPage(window.tokens, self._office, self._runner, _desktop(), chosen)
        page.home_wanted.connect(self._ways.home)
        page.notice.connect(window.say)
        page.failed.connect(self._ways.fail)
        self._ways.show(page, lambda: self.show_export([line.id for line in page.chosen]))
        page.focus_first()

    def show_merge(self) -> None:
        """Merge what the counties sent."""
        window = self._window
        page = MergePage(window.tokens, self._office, self._runner)
        page.home_wanted.connect(self._ways.home)
        page.conflicts_wanted.connect(self.show_conflicts)
        page.results_wanted.connect(self.show_results)
        page.notice.connect(window.say)
        page.failed.connect(self._ways.fail)
        self._ways.show(page, self.show_merge)
        page.focus_first()

    def show_conflicts(self) -> None:
        """Decide conflicts."""
        window = self._window
        page = ConflictsPage(window.tokens, self._office, self._runner)
        page.home_wanted.connect(self._ways.home)
        page.notice.connect(window.say)
        page.failed.connect(self._ways.fail)
        self._ways.show(page, self.show_conflicts)
        page.focus_first()

    def show_results(self) -> None:
        """Show the ranking."""
        window = self._window
        page = ResultsPage(window.tokens, self._office, self._runner)
        page.home_wanted.connect(self._ways.home)
        page.conflicts_wanted.connect(self.show_conflicts)
        page.assessment_wanted.connect(self._ways.assessment)
        page.review_wanted.connect(self._ways.review)
        page.notice.connect(window.say)
        page.failed.connect(self._ways.fail)
        self._ways.show(page, self.show_results)
        page.focus_first()

    def furnish(self, home: Home) -> None:
        """Put the inbox on the home screen of somebody in the office; it is filled as soon as it is known."""
        self._inbox = None
        if self._window.settings.role is not Role.CITY_OFFICE:
            return
        line = self._inbox = InboxLine(self._window.tokens)
        line.merge_wanted.connect(self.show_merge)
        line.conflicts_wanted.connect(self.show_conflicts)
        line.results_wanted.connect(self.show_results)
        home.show_inbox(line)
        self._runner.start(
            lambda _progress: self._office.inbox(),
            lambda inbox: line.show_inbox(inbox) if line is self._inbox and self._window.page is home else None,
        )

    def _change_role(self) -> None:
        is_office = self._window.commands["city_office"].isChecked()
        self._window.change(role=Role.CITY_OFFICE if is_office else Role.ASSESSOR)


def _desktop() -> Path:
    """Return where files are proposed to lie: the user's documents, where there is such a folder."""
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()
