"""What the window becomes once the services are loaded: pages over one backend, and the way between them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from qassess.errors import QassessError
from qassess.i18n import _
from qassess.settings import PHRASES
from qassess.ui.actions import SPECS
from qassess.ui.backend import Backend
from qassess.ui.checklist import ChecklistPage
from qassess.ui.dialogs import KeysDialog, show_error
from qassess.ui.first_start import FirstStart
from qassess.ui.home import Home
from qassess.ui.jobs import JobRunner
from qassess.ui.main_window import MainWindow
from qassess.ui.new_assessment import NewAssessment
from qassess.ui.office_desk import OfficeDesk, Ways
from qassess.ui.page import Page
from qassess.ui.review import ReviewPage
from qassess.ui.search import learn
from qassess.ui.store_desk import StoreDesk
from qassess.ui.verification_dialog import VerificationDialog

if TYPE_CHECKING:
    from qassess.services.verify import Verification


def open_desk(window: MainWindow, load: Callable[[], Backend]) -> None:
    """Load the backend on the worker, then give the window its pages.

    A failure is said: over the pages of the database open before, else on a page of its own.
    """
    runner = JobRunner(lambda error: show_error(window, error))

    def done(backend: Backend) -> None:
        window.adopt(Desk(window, backend, runner))

    def failed(error: BaseException) -> None:
        runner.close()
        if window.desk is None and isinstance(error, QassessError):
            window.show_no_database(error)
        else:
            show_error(window, error)

    window.loading = runner.start(lambda _progress: load(), done, failed)


class Desk:
    """Opens pages, and drops the one before: a page is cheap, and never shows what is no longer so."""

    def __init__(self, window: MainWindow, backend: Backend, runner: JobRunner) -> None:
        self._window = window
        self._backend = backend
        self.runner = runner
        self._again: Callable[[], None] = self.show_home
        self.commands: dict[str, Callable[[], object]] = {
            "home": self.show_home,
            "back": self.show_home,
            "new": self.show_new,
            "continue": self.carry_on,
            "sample": self.open_sample,
            "verify": self.verify,
            "identity": lambda: self.show_first_start(at_start=False),
            "keys": lambda: KeysDialog(window, SPECS).exec(),
            "find": self._find,
        }
        ways = Ways(
            show=self._show, home=self.show_home, assessment=self.open_assessment, review=self.review, fail=self.fail
        )
        self.office = OfficeDesk(window, backend, runner, ways)
        self.commands |= self.office.commands
        self.store = StoreDesk(window, backend, runner, self.show_home)
        self.commands |= self.store.commands
        if window.settings.author:
            self.show_home()
        else:
            self.show_first_start(at_start=True)

    def _show(self, page: Page, again: Callable[[], None]) -> None:
        if self._window.show_page(page):
            self._again = again

    def rebuild(self) -> None:
        """Show the page anew, in the look and language now asked for."""
        if self._window.keep():
            self._again()

    def fail(self, error: BaseException) -> None:
        """Say a failure."""
        show_error(self._window, error)

    def show_first_start(self, *, at_start: bool) -> None:
        """Ask who works here."""
        window = self._window
        page = FirstStart(window.tokens, window.settings, self._backend, self.runner, at_start=at_start)
        page.settled.connect(self._settle)
        page.home_wanted.connect(self.show_home)
        page.new_wanted.connect(self.show_new)
        page.sample_wanted.connect(self.open_sample)
        self._show(page, lambda: self.show_first_start(at_start=at_start))
        page.focus_first()

    def _settle(self, author: str, unit: str, identity: str) -> None:
        settings = self._window.settings
        self._window.keep_settings(replace(settings, author=author, unit=unit, identity=identity or settings.identity))
        self._backend.introduce(author, unit)

    def show_home(self) -> None:
        """Show the home screen."""
        window = self._window
        if not window.keep():
            return
        page = Home(window.tokens, window.settings)
        page.wanted.connect(self.open_assessment)
        page.new_wanted.connect(self.show_new)
        page.sample_wanted.connect(self.open_sample)
        page.commands = {"continue": self.carry_on}
        backend = self._backend
        page.show_assessments(backend.list_assessments(), backend.store_state(), backend.now())
        self.office.furnish(page)
        self.store.furnish(page)
        self._show(page, self.show_home)
        page.focus_first()

    def show_new(self) -> None:
        """Start an assessment."""
        window = self._window
        page = NewAssessment(window.tokens, self._backend, window.settings)
        names = [name for body in page.finder.bodies for name in (body.name, body.printed)]
        self.runner.start(lambda _progress: learn(names), lambda _done: None)
        page.started.connect(self.open_assessment)
        page.home_wanted.connect(self.show_home)
        self._show(page, self.show_new)
        page.focus_first()

    def show_agreement(self, assessment: str) -> None:
        """Change the agreement of an assessment."""
        window = self._window
        page = NewAssessment(
            window.tokens, self._backend, window.settings, view=self._backend.open_assessment(assessment)
        )
        page.started.connect(self.open_assessment)
        page.home_wanted.connect(lambda: self.open_assessment(assessment))
        page.commands = {**page.commands, "back": lambda: self.open_assessment(assessment)}
        self._show(page, lambda: self.show_agreement(assessment))
        page.focus_first()

    def carry_on(self) -> None:
        """Open the assessment worked on last, at the item where one left it."""
        for summary in self._backend.list_assessments()[:1]:
            self.open_assessment(summary.id)

    def open_sample(self) -> None:
        """Open the sample county's assessment, made if it is not here yet."""
        self._window.say(_("Filling in the sample county…"))
        self.runner.start(lambda _progress: self._backend.start_sample(), self.open_assessment)

    def open_assessment(self, assessment: str, item: str = "") -> None:
        """Open a checklist, at an item or where one left it."""
        window = self._window
        try:
            view = self._backend.open_assessment(assessment)
            start = item or self._backend.place(assessment)
        except QassessError as refused:
            self.fail(refused)
            return
        settings = window.settings
        page = ChecklistPage(
            window.tokens, self._backend, self.runner, view, author=settings.author, touch=settings.touch, start=start
        )
        page.home_wanted.connect(self.show_home)
        page.review_wanted.connect(self.review)
        page.agreement_wanted.connect(self.show_agreement)
        page.offered.connect(window.say)
        page.phrases = settings.phrases
        page.phrases_changed.connect(lambda phrases: window.keep_settings_with(phrases=phrases[:PHRASES]))
        page.notice.connect(window.say)
        page.failed.connect(self.fail)
        self._show(page, lambda: self.open_assessment(assessment, page.item.id))
        page.focus_first()

    def review(self, assessment: str) -> None:
        """Open review and signature."""
        window = self._window
        page = ReviewPage(window.tokens, self._backend, self.runner, assessment, window.settings)
        page.item_wanted.connect(lambda item: self.open_assessment(assessment, item))
        page.back_wanted.connect(lambda: self.open_assessment(assessment))
        page.notice.connect(window.say)
        page.failed.connect(self.fail)
        self._show(page, lambda: self.review(assessment))
        page.focus_first()

    def verify(self) -> None:
        """Choose a signed PDF and check it."""
        name, _kind = QFileDialog.getOpenFileName(self._window, _("Choose a signed report"), "", "PDF (*.pdf)")
        if name:
            self.verify_file(Path(name))

    def verify_file(self, path: Path) -> None:
        """Check a report and show what was found."""
        self.runner.start(lambda _progress: self._backend.verify_file(path), self._show_verification)

    def _show_verification(self, found: "Verification") -> None:
        VerificationDialog(self._window, self._window.tokens, found).exec()

    def _find(self) -> None:
        if self._window.page is not None:
            self._window.page.begin_find()

    @property
    def database(self) -> Path:
        """The file that is open."""
        return self._backend.store_state().database

    def close(self) -> None:
        """End the worker, then let the database go."""
        self.runner.close()
        self._backend.close()
