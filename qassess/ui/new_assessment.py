"""Start an assessment, or change its agreement: who, when, by which scheme, with which targets, by whom."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from qassess.domain.agreement import Agreement, Leader, TeamMember
from qassess.domain.bodies import Body
from qassess.domain.checklist import Checklist
from qassess.domain.scheme import PinnedScheme
from qassess.errors import InputRefused, QassessError
from qassess.i18n import _
from qassess.settings import Settings
from qassess.ui.agreement_form import Person, leader, target_lines
from qassess.ui.agreement_rows import TeamRows, VisitRows
from qassess.ui.backend import Backend
from qassess.ui.entry_editors.base import Labelled
from qassess.ui.page import Page, Sheet
from qassess.ui.search import matches
from qassess.ui.targets_table import TargetsTable
from qassess.ui.texts import round_words, shown
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import IconLine, KeyButton, LineField, column, frame, inside, row, text
from qassess.wording import say_error

if TYPE_CHECKING:
    from qassess.services.views import AssessmentView

BodyRole = Qt.ItemDataRole.UserRole
FIRST_YEAR = 2015
ARROWS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}


class BodyFinder(QWidget):
    """Type to find a body: words, code, or pinyin initials; arrows choose, Enter takes the one marked."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.bodies: tuple[Body, ...] = ()
        self.find_box = LineField(
            name=_("Assessed body"), placeholder=_("type to find: 平顺, psx, 140425"), takes_return=True
        )
        self.list = QListWidget()
        self.list.setAccessibleName(_("Bodies found"))
        self.list.setFixedHeight(px(168))
        self.find_box.textChanged.connect(lambda *_: self._look())
        self.find_box.entered.connect(lambda: self._pick(self.list.currentItem()))
        self.find_box.installEventFilter(self)
        self.list.itemClicked.connect(self._pick)
        self.list.itemActivated.connect(self._pick)
        inside(self, column(Labelled(_("Assessed body"), self.find_box), self.list, spacing=4))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows choose in the list while one goes on typing in the box."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in ARROWS:
            place = self.list.currentRow() + ARROWS[Qt.Key(event.key())]
            self.list.setCurrentRow(max(0, min(place, self.list.count() - 1)))
            return True
        return super().eventFilter(watched, event)

    def show_bodies(self, bodies: tuple[Body, ...]) -> None:
        """Offer other bodies."""
        self.bodies = bodies
        self._look()

    def _look(self) -> None:
        self.list.clear()
        for body in self.bodies:
            if matches(self.find_box.text(), (body.name, body.printed, body.code, body.id, body.name_en)):
                kind = _("county") if body.kind == "county" else _("department")
                kind = _("department of a county") if "/" in body.id else kind
                line = QListWidgetItem(_("{name} · {kind} {code}").format(name=body.name, kind=kind, code=body.code))
                line.setData(BodyRole, body)
                self.list.addItem(line)
        self.list.setCurrentRow(0)

    def _pick(self, line: QListWidgetItem | None) -> None:
        if line is not None:
            body = line.data(BodyRole)
            self.find_box.blockSignals(True)
            self.find_box.setText(body.name)
            self.find_box.blockSignals(False)
            self.picked.emit(body)


class PeopleFields(QWidget):
    """Names with a post or unit, one line each."""

    def __init__(self, title: str, labels: tuple[str, ...], second: str) -> None:
        super().__init__()
        self.lines: list[tuple[LineField, LineField]] = []
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for place, label in enumerate(labels):
            fields = (
                LineField(name=label, placeholder=_("Name")),
                LineField(name=f"{label}: {second}", placeholder=second),
            )
            grid.addWidget(text(label, "label"), place, 0)
            for across, field in enumerate(fields, 1):
                grid.addWidget(field, place, across)
            self.lines.append(fields)
        holder = QWidget()
        holder.setLayout(grid)
        inside(self, column(text(title, "heading"), holder, None, spacing=8))

    def show_people(self, people: tuple[Person, ...]) -> None:
        """Show people in order."""
        for (name, post), person in zip(self.lines, people, strict=False):
            name.show_text(person.name)
            post.show_text(person.post)

    def people(self) -> tuple[Person, ...]:
        """Return what is typed."""
        return tuple(Person(name.text(), post.text()) for name, post in self.lines)


class NewAssessment(Page):
    """The form. With ``view`` it changes the agreement of an assessment that is there already."""

    name = "new"
    started = Signal(str)
    home_wanted = Signal()

    def __init__(
        self, tokens: Tokens, backend: Backend, settings: Settings, *, view: "AssessmentView | None" = None
    ) -> None:
        super().__init__()
        self._tokens, self._backend, self._settings, self._view = tokens, backend, settings, view
        self._schemes = backend.schemes()
        self._body: Body | None = view.body if view is not None else None
        self._agreement: Agreement | None = None
        self.back = KeyButton(_("Back"), look="flat", pictured=("back", tokens.second))
        self.back.clicked.connect(lambda *_: self.home_wanted.emit())
        title = _("New assessment") if view is None else _("Agreement, targets and team")
        self.bar_left = inside(QWidget(), row(self.back, text(title, "bar-title"), spacing=12))
        self.commands = {"start": self._start, "back": self.home_wanted.emit, "find": self.focus_first}
        self._build_fields()
        content = QWidget()
        inside(content, self._laid_out())
        foot = frame("bottombar")
        foot.setFixedHeight(px(56))
        inside(foot, row(self.refusal, None, self.start, spacing=12), 28, 0)
        self._sheet = Sheet(content, margins=(24, 20))
        inside(self, column(self._sheet, foot, spacing=0))
        self._show_year()
        if view is not None:
            self._show_body(view.body)

    def _build_fields(self) -> None:
        today = self._backend.now().astimezone()
        self.finder = BodyFinder()
        self.finder.picked.connect(self._show_body)
        self.year = QComboBox()
        for year in range(FIRST_YEAR, today.year + 2):
            self.year.addItem(str(year), year)
        self.choose_year(today.year - 1 if today.month < 7 else today.year)
        self.year.setAccessibleName(_("Year"))
        self.year.currentIndexChanged.connect(lambda *_: self._show_year())
        self.round = QComboBox()
        for round_, words in (("annual", _("annual")), ("mid-year", _("mid-year"))):
            self.round.addItem(words, round_)
        self.round.setAccessibleName(_("Round"))
        self.scheme = QComboBox()
        for pinned in self._schemes:
            words = _("{title}, version {version}").format(
                title=shown(pinned.scheme.title), version=pinned.scheme.version
            )
            self.scheme.addItem(words)
        self.scheme.setAccessibleName(_("Scheme"))
        self.scheme.currentIndexChanged.connect(lambda *_: self._show_year())
        self.number = LineField(name=_("Agreement number"))
        self.signed_on = LineField(name=_("Agreement signed on"), placeholder="2024-03-01")
        self.parties = text("", wrap=True)
        self.leaders = PeopleFields(
            _("Responsible leaders"), (_("First responsible"), _("Directly responsible")), _("Post")
        )
        self.team = TeamRows()
        me = TeamMember(name=self._settings.author, unit=self._settings.unit, role="leader")
        self.team.show_team((me,))
        self.visits = VisitRows()
        self.targets = TargetsTable(self._tokens)
        self.refusal = IconLine(self._tokens, "refused", "wrong", wrap=False)
        self.refusal.say("")
        words = _("Start the assessment") if self._view is None else _("Keep the agreement")
        self.start = KeyButton(words, "Ctrl Enter", look="accent")
        self.start.clicked.connect(lambda *_: self._start())

    def _laid_out(self) -> QVBoxLayout:
        when = column(
            row(Labelled(_("Year"), self.year), Labelled(_("Round"), self.round), spacing=12),
            Labelled(_("Scheme"), self.scheme),
            row(Labelled(_("Agreement number"), self.number), Labelled(_("Signed on"), self.signed_on), spacing=12),
            self.parties,
            None,
            spacing=12,
        )
        top = row(self.finder, inside(QWidget(), when), spacing=24)
        top.setStretch(0, 2)
        top.setStretch(1, 3)
        people = row(self.leaders, self.team, spacing=24)
        people.setStretch(0, 2)
        people.setStretch(1, 3)
        if self._view is not None:
            self.finder.hide()
        for fixed in (self.year, self.round, self.scheme):
            fixed.setEnabled(self._view is None)
        parts = (top, frame("hline"), people, frame("hline"), self.visits, frame("hline"), self.targets, None)
        return column(*parts, spacing=16)

    def choose_year(self, year: int) -> None:
        """Choose the year of the assessment."""
        self.year.setCurrentIndex(self.year.findData(year))

    @property
    def _chosen_year(self) -> int:
        return int(self.year.currentData() or FIRST_YEAR)

    @property
    def _chosen_scheme(self) -> PinnedScheme:
        if self._view is not None:
            return self._view.scheme
        return self._schemes[max(self.scheme.currentIndex(), 0)]

    def _show_year(self) -> None:
        if self._view is not None:
            self.year.blockSignals(True)
            self.choose_year(self._view.record.year)
            self.year.blockSignals(False)
            return
        self.finder.show_bodies(self._backend.bodies(self._chosen_year))
        if self._body is not None and self._body.kind == "county" and not self._body.is_valid_in(self._chosen_year):
            self._body = None
        if self._body is not None:
            self._show_body(self._body)

    def _show_body(self, body: Body) -> None:
        """Show what the scheme proposes for a body: parties and targets."""
        self._body = body
        self.refusal.say("")
        try:
            proposed = self._backend.proposed_agreement(self._chosen_scheme, body, self._chosen_year)
        except QassessError as refused:
            self.refusal.say(say_error(refused))
            return
        self._agreement = self._view.agreement if self._view is not None else proposed
        checklist = self._checklist(body)
        self.team.offer_sections(tuple((section.id, shown(section.title)) for section, _items in checklist.sections))
        self.targets.show_lines(target_lines(checklist, proposed, self._agreement))
        words = _("Party A: {a} · Party B: {b} · {count} items, {round}")
        party_a = _("the city government") if proposed.party_a == body.parent and body.parent else proposed.party_a
        self.parties.setText(
            words.format(
                a=self._view.party_a.name if self._view is not None else party_a,
                b=body.printed,
                count=len(checklist.items),
                round=round_words(self._chosen_year, str(self.round.currentData())),
            )
        )
        if self._view is not None:
            self._show_agreement(self._view.agreement)

    def _show_agreement(self, agreement: Agreement) -> None:
        self.number.show_text(agreement.number)
        self.signed_on.show_text(agreement.signed_on)
        leaders = (agreement.first_responsible, agreement.directly_responsible)
        self.leaders.show_people(tuple(Person(known.name, known.post) for known in leaders))
        self.team.show_team(agreement.team)
        self.visits.show_visits(agreement.visits)

    def _checklist(self, body: Body) -> Checklist:
        if self._view is not None:
            return self._view.checklist
        return self._backend.checklist(self._chosen_scheme, body)

    def agreement(self) -> Agreement | None:
        """Return the agreement as it stands in the form, ``None`` while no body is chosen."""
        if self._agreement is None:
            return None
        leaders: tuple[Leader, ...] = tuple(leader(person) for person in self.leaders.people())
        return replace(
            self._agreement,
            number=self.number.text().strip(),
            signed_on=self.signed_on.text().strip(),
            first_responsible=leaders[0],
            directly_responsible=leaders[1],
            targets=self.targets.targets(),
            team=self.team.team(),
            visits=self.visits.visits(),
        )

    def _start(self) -> None:
        agreement = self.agreement()
        if agreement is None or self._body is None:
            self.refusal.say(_("Choose the assessed body first."))
            self.finder.find_box.setFocus()
            return
        refused_row = self.targets.first_refused()
        if refused_row is not None:
            self.refusal.say(_("A changed target needs its reason."))
            refused_row.reason.setFocus()
            self._sheet.ensureWidgetVisible(refused_row.reason)
            return
        refused_field = self.team.refusal() or self.visits.refusal()
        if refused_field is not None:
            words, field = refused_field
            self.refusal.say(words)
            field.setFocus()
            self._sheet.ensureWidgetVisible(field)
            return
        try:
            self.started.emit(self._keep(agreement, self._body))
        except QassessError as refused:
            self._refuse(refused)

    def _keep(self, agreement: Agreement, body: Body) -> str:
        if self._view is not None:
            return self._backend.revise_agreement(self._view.id, agreement).id
        round_ = str(self.round.currentData())
        return self._backend.start_assessment(body, self._chosen_year, round_, self._chosen_scheme, agreement)

    def _refuse(self, refused: QassessError) -> None:
        words = say_error(refused)
        self.refusal.say(words)
        target = self.targets.row_of(str(refused.values.get("item", "")))
        if isinstance(refused, InputRefused) and target is not None:
            target.refuse(words)
            target.value.setFocus()
            self._sheet.ensureWidgetVisible(target.value)

    def focus_first(self) -> None:
        """Begin by finding the body."""
        (self.finder.find_box if self._view is None else self.number).setFocus()
