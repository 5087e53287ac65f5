"""Home: continue where one left, all assessments below, and how the database stands."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableView, QWidget

from qassess.i18n import _, ngettext
from qassess.settings import Settings
from qassess.ui.actions import key_of
from qassess.ui.assessments_model import (
    COLUMNS,
    STATES,
    AssessmentsDelegate,
    AssessmentsFilter,
    AssessmentsModel,
    Column,
    SummaryRole,
)
from qassess.ui.backend import StoreState
from qassess.ui.page import Page, Sheet
from qassess.ui.store_line import StoreLine
from qassess.ui.texts import round_words
from qassess.ui.theme import Tokens, is_large, px
from qassess.ui.widgets import IconLine, KeyButton, LineField, ProgressLine, column, frame, inside, row, text

if TYPE_CHECKING:
    from qassess.services.views import AssessmentSummary

ROW_HEIGHT = 36


class Home(Page):
    """The home screen. It shows summaries and says which assessment is wanted."""

    name = "home"
    wanted = Signal(str)
    new_wanted = Signal()
    sample_wanted = Signal()
    open_wanted = Signal()

    def __init__(self, tokens: Tokens, settings: Settings) -> None:
        super().__init__()
        self._tokens = tokens
        who = " ".join(part for part in (_("Assessor"), settings.author) if part)
        person = " · ".join(part for part in (who if settings.author else "", settings.unit) if part)
        self.bar_left = inside(QWidget(), row(text(_("Quality assessment"), "brand"), text(person, "second")))
        self.open = KeyButton(_("Open file…"), look="flat", pictured=("file", tokens.second))
        self.open.clicked.connect(lambda *_: self.open_wanted.emit())
        self.bar_right = inside(QWidget(), row(self.open))
        self.card = ContinueCard(tokens)
        self.card.wanted.connect(self.wanted)
        self.first = FirstCard(tokens)
        self.first.new.clicked.connect(lambda *_: self.new_wanted.emit())
        self.first.sample.clicked.connect(lambda *_: self.sample_wanted.emit())
        self.table = QTableView()
        self._set_up_table()
        self.store = StoreLine(tokens)
        self._above = column()
        content = QWidget()
        inside(
            content,
            column(self._above, self.card, self.first, 14, self._tools(), self.table, self.store, None, spacing=10),
        )
        inside(self, column(Sheet(content, margins=(24, 28))))

    def _tools(self) -> QWidget:
        self.year = QComboBox()
        self.year.setAccessibleName(_("Year"))
        self.state = QComboBox()
        self.state.setAccessibleName(_("State"))
        self.search = LineField(
            name=_("Find an assessment"), placeholder=_("Find: name, initials (psx), code"), takes_return=True
        )
        self.search.setFixedWidth(px(256))
        self.search.textChanged.connect(lambda *_: self._look())
        self.search.entered.connect(self._open_first)
        self.new = KeyButton(_("New assessment"), key_of("new"), pictured=("plus", self._tokens.ink))
        self.new.clicked.connect(lambda *_: self.new_wanted.emit())
        tools = row(text(_("Assessments"), "heading"), self.year, self.state, None, self.search, self.new, spacing=10)
        return inside(QWidget(), tools)

    def below_open(self) -> QPoint:
        """Return the point on the screen where the list of files opens."""
        return self.open.mapToGlobal(QPoint(0, self.open.height()))

    def show_inbox(self, line: QWidget) -> None:
        """Put the office's line on top."""
        self._above.addWidget(line)

    def assessments(self) -> tuple[str, ...]:
        """Return the row that is chosen, or the first."""
        if not self._filter.rowCount():
            return ()
        index = self.table.currentIndex()
        return (str((index if index.isValid() else self._filter.index(0, 0)).data(SummaryRole).id),)

    def _set_up_table(self) -> None:
        self.table.setAccessibleName(_("Assessments"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(px(ROW_HEIGHT))
        self.table.setItemDelegate(AssessmentsDelegate(self._tokens))
        if not is_large():
            self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.activated.connect(self._on_activated)
        self.table.clicked.connect(self._on_activated)

    def show_assessments(self, summaries: "tuple[AssessmentSummary, ...]", store: StoreState, now: datetime) -> None:
        """Show all assessments and the state of the database."""
        self._filter = AssessmentsFilter(AssessmentsModel(summaries, now))
        self._model = self._filter.sourceModel()
        self.table.setModel(self._filter)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(Column.CHANGED, Qt.SortOrder.DescendingOrder)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for place, spec in COLUMNS.items():
            self.table.setColumnWidth(place, px(spec.width))
        self._fill_choices(summaries)
        self._fit_table()
        self.card.setVisible(bool(summaries))
        self.first.setVisible(not summaries)
        if summaries:
            self.card.show_summary(summaries[0])
        self.store.show_state(store, len(summaries), now)

    def _fill_choices(self, summaries: "tuple[AssessmentSummary, ...]") -> None:
        for box in (self.year, self.state):
            box.blockSignals(True)
            box.clear()
        self.year.addItem(_("All years"), 0)
        for year in sorted({line.year for line in summaries}, reverse=True):
            self.year.addItem(_("{year}").format(year=year), year)
        self.state.addItem(_("All states"), "")
        for state, (words, _tone) in STATES.items():
            self.state.addItem(_(words), state)
        for box in (self.year, self.state):
            box.blockSignals(False)
            box.currentIndexChanged.connect(lambda *_: self._look())

    def _look(self) -> None:
        self._filter.look_for(
            self.search.text(), int(self.year.currentData() or 0), str(self.state.currentData() or "")
        )
        self._fit_table()

    def _fit_table(self) -> None:
        rows = max(self._filter.rowCount(), 1)
        self.table.setFixedHeight(min(rows, 10) * px(ROW_HEIGHT) + px(54 if is_large() else 40))

    def _open_first(self) -> None:
        if self._filter.rowCount():
            self._on_activated(self._filter.index(0, 0))

    def _on_activated(self, index: QModelIndex) -> None:
        self.wanted.emit(index.data(SummaryRole).id)

    def focus_first(self) -> None:
        """Begin at the next thing to do."""
        (self.first.new if self.card.isHidden() else self.card.go).setFocus()

    def begin_find(self) -> None:
        """Put the focus into the find field."""
        self.search.setFocus()
        self.search.selectAll()


class ContinueCard(QWidget):
    """The biggest thing on the screen: the assessment worked on last."""

    wanted = Signal(str)

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._assessment = ""
        self._title = text("", "hero")
        self._answered = text("", "second")
        self._flagged = IconLine(tokens, "flag", "attention", wrap=False)
        self._stopped = text("", "second")
        self._line = ProgressLine(tokens, 6)
        self.go = KeyButton(_("Continue"), "Enter", look="hero")
        self.go.setAutoDefault(True)
        self.go.clicked.connect(lambda *_: self.wanted.emit(self._assessment))
        facts = row(self._answered, self._flagged, self._stopped, None, spacing=12)
        words = column(text(_("Continue the last assessment"), "second"), self._title, facts, 6, self._line, spacing=4)
        card = frame("accentcard")
        inside(card, row(words, self.go, spacing=28), 28, 24)
        inside(self, column(card))

    def show_summary(self, summary: "AssessmentSummary") -> None:
        """Show one assessment."""
        self._assessment = summary.id
        title = _("{body} · {round}").format(body=summary.body.name, round=round_words(summary.year, summary.round))
        self._title.setText(title)
        self._answered.setText(_("{done} of {all} items").format(done=summary.answered, all=summary.asked))
        flagged = ngettext("{count} item flagged", "{count} items flagged", summary.flagged)
        self._flagged.say(flagged.format(count=summary.flagged) if summary.flagged else "")
        stopped = _("stopped at {code} {title}").format(code=summary.last_code, title=summary.last_title)
        self._stopped.setText(stopped if summary.last_item else "")
        self._line.show_progress(summary.answered, summary.asked)
        self.go.setAccessibleDescription(title)


class FirstCard(QWidget):
    """What is there while there is no assessment yet."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.new = KeyButton(_("New assessment"), key_of("new"), look="hero")
        self.new.setAutoDefault(True)
        self.sample = KeyButton(_("Try with the sample county"), pictured=("file", tokens.ink))
        words = column(
            text(_("No assessment yet"), "hero"),
            text(_("Start one, or look at a filled sample of invented figures first."), "second"),
            spacing=6,
        )
        card = frame("accentcard")
        inside(card, row(words, None, self.sample, self.new, spacing=16), 28, 28)
        inside(self, column(card))
