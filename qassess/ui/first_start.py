"""First start: who you are, how you sign, what to work on. Three short steps, each left with one key."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QLineEdit, QStackedWidget, QWidget

from qassess.errors import QassessError
from qassess.i18n import _
from qassess.locations import data_folder
from qassess.settings import Settings
from qassess.ui.actions import key_of
from qassess.ui.backend import Backend
from qassess.ui.entry_editors.base import Labelled
from qassess.ui.jobs import JobRunner
from qassess.ui.page import Page
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import IconLine, KeyButton, LineField, button, column, frame, inside, row, text
from qassess.wording import say_error

STEPS = 3
SHORTEST_PASSWORD = 8


class FirstStart(Page):
    """The three steps as cards; Enter goes on, Esc skips."""

    name = "first"
    settled = Signal(str, str, str)
    home_wanted = Signal()
    new_wanted = Signal()
    sample_wanted = Signal()

    def __init__(
        self, tokens: Tokens, settings: Settings, backend: Backend, runner: JobRunner, *, at_start: bool
    ) -> None:
        super().__init__()
        self._tokens, self._backend, self._runner = tokens, backend, runner
        self._identity = settings.identity
        self._at_start = at_start
        self.bar_left = inside(QWidget(), row(text(_("Quality assessment"), "brand")))
        self.steps = QStackedWidget()
        self.steps.setFixedWidth(px(640))
        for step in (self._who(settings), self._signing(), self._what()):
            self.steps.addWidget(step)
        inside(self, column(None, row(None, self.steps, None), None))
        for key, act in (("Escape", self.skip), ("Return", self.go_on), ("Enter", self.go_on)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.commands = {"new": self._finish(self.new_wanted.emit)}

    def _who(self, settings: Settings) -> QWidget:
        self.author = LineField(name=_("Your name"))
        self.author.show_text(settings.author)
        self.unit = LineField(name=_("Your unit"))
        self.unit.show_text(settings.unit)
        fields = row(Labelled(_("Your name"), self.author), Labelled(_("Your unit"), self.unit), spacing=12)
        said = _("Your name stands beside every entry you make, and on the report.")
        return self._step(1, _("Who are you?"), said, inside(QWidget(), fields))

    def _signing(self) -> QWidget:
        self.password = LineField(name=_("Password of the new identity"))
        self.again = LineField(name=_("The password again"))
        for field in (self.password, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self.make = button(_("Make one now"), pressed=self._make)
        self.import_file = button(_("Import .p12 or .pfx…"), pressed=self._import)
        self.refusal = IconLine(self._tokens, "refused", "wrong")
        self.refusal.say("")
        self.have = IconLine(self._tokens, "full", "good")
        self.have.say(self._have())
        fields = column(
            self.have,
            row(
                Labelled(_("Password of the new identity"), self.password),
                Labelled(_("The password again"), self.again),
                spacing=12,
            ),
            row(self.make, self.import_file, None, spacing=8),
            self.refusal,
            spacing=12,
        )
        said = _(
            "You sign reports with an identity file of your own. It proves that the file is whole; it is not a "
            "certified electronic seal. This can wait until you sign."
        )
        return self._step(2, _("How will you sign?"), said, inside(QWidget(), fields))

    def _what(self) -> QWidget:
        self.sample = button(_("Try with the sample county"), pressed=self._finish(self.sample_wanted.emit))
        self.new = KeyButton(_("New assessment"), key_of("new"))
        self.new.clicked.connect(lambda *_: self._finish(self.new_wanted.emit)())
        choices = row(self.sample, self.new, None, spacing=8)
        said = _("The sample is filled with invented figures and ready to sign; it can be looked at without harm.")
        return self._step(3, _("What will you work on?"), said, inside(QWidget(), choices))

    def _step(self, number: int, title: str, said: str, fields: QWidget) -> QWidget:
        on = KeyButton(_("Go on") if number < STEPS else _("To the overview"), "Enter", look="accent")
        on.clicked.connect(lambda *_: self.go_on())
        past = KeyButton(_("Skip"), "Esc", look="flat")
        past.clicked.connect(lambda *_: self.skip())
        card = frame("card")
        laid = column(
            text(_("Step {number} of {all}").format(number=number, all=STEPS), "second"),
            text(title, "title"),
            text(said, "second", wrap=True),
            8,
            fields,
            8,
            row(past, None, on),
            spacing=8,
        )
        inside(card, laid, 32, 28)
        return inside(QWidget(), column(None, card, None))

    def _have(self) -> str:
        return _("Your identity: {file}").format(file=Path(self._identity).name) if self._identity else ""

    def go_on(self) -> None:
        """Take what is typed and go to the next step; an identity is made when its password is typed."""
        if self.steps.currentIndex() == 1 and self.password.text():
            self._make()
            return
        self.skip()

    def skip(self) -> None:
        """Go to the next step as things are."""
        self._settle()
        if self.steps.currentIndex() == STEPS - 1 or (not self._at_start and self.steps.currentIndex() == 1):
            self.home_wanted.emit()
            return
        self.steps.setCurrentIndex(self.steps.currentIndex() + 1)
        self.focus_first()

    def _settle(self) -> None:
        author = self.author.text().strip() or _("Assessor")
        self.settled.emit(author, self.unit.text().strip(), self._identity)

    def _finish(self, act: Callable[[], object]) -> Callable[[], None]:
        def finish() -> None:
            self._settle()
            act()

        return finish

    def _make(self) -> None:
        if len(self.password.text()) < SHORTEST_PASSWORD:
            self.refusal.say(_("The password needs at least {count} characters.").format(count=SHORTEST_PASSWORD))
        elif self.password.text() != self.again.text():
            self.refusal.say(_("The two passwords differ."))
        else:
            self._make_in_job()

    def _make_in_job(self) -> None:
        author, unit = self.author.text().strip() or _("Assessor"), self.unit.text().strip()
        password, backend = self.password.text(), self._backend
        path = free_name(data_folder() / "identities", author)
        self.make.setEnabled(False)
        self._runner.start(
            lambda _progress: backend.make_identity(author, unit, password, path),
            lambda _made: self._take_identity(path),
            self._on_failed,
        )

    def _import(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, _("Choose your identity"), "", "PKCS#12 (*.p12 *.pfx)")
        if name:
            self._take_identity(Path(name))

    def _take_identity(self, path: Path) -> None:
        self._identity = str(path)
        self.have.say(self._have())
        self.refusal.say("")
        self.make.setEnabled(True)
        for field in (self.password, self.again):
            field.clear()
        self.skip()

    def _on_failed(self, error: BaseException) -> None:
        self.make.setEnabled(True)
        if not isinstance(error, QassessError):
            raise error
        self.refusal.say(say_error(error))

    def focus_first(self) -> None:
        """Begin at the step's first field."""
        (self.author, self.password, self.sample)[self.steps.currentIndex()].setFocus()


def free_name(folder: Path, name: str) -> Path:
    """Return a file name for an identity that no file has yet."""
    safe = "".join(letter for letter in name if letter.isalnum()) or "identity"
    candidates = (folder / (f"{safe}.p12" if not number else f"{safe}-{number}.p12") for number in range(1000))
    return next(path for path in candidates if not path.exists())
