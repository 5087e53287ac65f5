"""The table of assessments: a thin model over summaries, and how its progress and state are drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from qassess.i18n import _, later
from qassess.ui.search import matches
from qassess.ui.texts import friendly_time, round_words
from qassess.ui.theme import Tokens, px, text_font
from qassess.ui.widgets import draw_progress
from qassess.wording import fixed

if TYPE_CHECKING:
    from qassess.services.views import AssessmentSummary

Index = QModelIndex | QPersistentModelIndex
SummaryRole = Qt.ItemDataRole.UserRole
SortRole = Qt.ItemDataRole.UserRole + 1
NO_PARENT = QModelIndex()

STATES = {
    "in_progress": (later("in progress"), "attention"),
    "ready": (later("ready to sign"), "good"),
    "signed": (later("signed"), "good"),
}


class Column(IntEnum):
    """The columns in order."""

    BODY = 0
    ROUND = 1
    PROGRESS = 2
    SCORE = 3
    STATE = 4
    TEAM = 5
    CHANGED = 6


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column: its title, what is shown, and what it is sorted by."""

    title: str
    shown: "Callable[[AssessmentSummary, datetime], str]"
    key: "Callable[[AssessmentSummary], str | int | float]"
    width: int


def state_words(summary: "AssessmentSummary") -> tuple[str, str]:
    """Return an assessment's state in words, and its tone."""
    words, tone = STATES[summary.state]
    if summary.signatures:
        return _("signed by {count}").format(count=summary.signatures), tone
    return _(words), tone


COLUMNS = {
    Column.BODY: ColumnSpec(later("Assessed body"), lambda line, _now: line.body.name, lambda line: line.body.id, 174),
    Column.ROUND: ColumnSpec(
        later("Round"), lambda line, _now: round_words(line.year, line.round), lambda line: line.year, 158
    ),
    Column.PROGRESS: ColumnSpec(
        later("Progress"),
        lambda line, _now: f"{line.answered} / {line.asked}",
        lambda line: line.answered * 1000 // max(line.asked, 1),
        200,
    ),
    Column.SCORE: ColumnSpec(
        later("Score so far"),
        lambda line, _now: "—" if line.total is None else fixed(line.total, line.total_places),
        lambda line: float(line.total if line.total is not None else Fraction(-1)),
        100,
    ),
    Column.STATE: ColumnSpec(
        later("State"), lambda line, _now: state_words(line)[0], lambda line: str(line.state), 190
    ),
    Column.TEAM: ColumnSpec(
        later("Assessors"), lambda line, _now: "、".join(line.team), lambda line: "、".join(line.team), 174
    ),
    Column.CHANGED: ColumnSpec(
        later("Last change"),
        lambda line, now: friendly_time(line.changed_at, now) if line.changed_at else "",
        lambda line: line.changed_at.isoformat() if line.changed_at else "",
        150,
    ),
}


class AssessmentsModel(QAbstractTableModel):
    """One row an assessment."""

    def __init__(self, summaries: "tuple[AssessmentSummary, ...]", now: datetime) -> None:
        super().__init__()
        self._summaries = summaries
        self._now = now

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Return the number of assessments."""
        return 0 if parent.isValid() else len(self._summaries)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows, sorts by, or is about."""
        if not index.isValid():
            return None
        summary, spec = self._summaries[index.row()], COLUMNS[Column(index.column())]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return spec.shown(summary, self._now)
            case Qt.ItemDataRole.TextAlignmentRole if index.column() == Column.SCORE:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.FontRole if index.column() == Column.BODY:
                return text_font(13, bold=True)
            case Qt.ItemDataRole.FontRole:
                return text_font(13)
            case int(wanted) if wanted == SortRole:
                return spec.key(summary)
            case int(wanted) if wanted == SummaryRole:
                return summary
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's title."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None  # a style asks for section −1 while a header has none
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == Column.SCORE else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return _(COLUMNS[Column(section)].title) if role == Qt.ItemDataRole.DisplayRole else None


class AssessmentsFilter(QSortFilterProxyModel):
    """Sorts on raw values and keeps what was looked for."""

    def __init__(self, source: AssessmentsModel) -> None:
        super().__init__()
        self.setSourceModel(source)
        self.setSortRole(SortRole)
        self._query, self._year, self._state = "", 0, ""

    def look_for(self, query: str, year: int = 0, state: str = "") -> None:
        """Keep what matches the words, the year (0: any) and the state (empty: any)."""
        self.beginFilterChange()
        self._query, self._year, self._state = query, year, state
        self.endFilterChange()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Tell whether an assessment is kept."""
        summary = self.sourceModel().index(source_row, 0, source_parent).data(SummaryRole)
        if self._year and summary.year != self._year:
            return False
        if self._state and summary.state != self._state:
            return False
        body = summary.body
        return matches(
            self._query, (body.name, body.printed, body.code, body.name_en, str(summary.year), *summary.team)
        )


class AssessmentsDelegate(QStyledItemDelegate):
    """Draws progress as number and line, state as a badge, and a line under each row."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        tokens, place = self._tokens, option.rect
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(place, QColor(tokens.accent_soft if chosen else tokens.card))
        painter.setPen(QColor(tokens.faint))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        summary = index.data(SummaryRole)
        match Column(index.column()):
            case Column.PROGRESS:
                self._paint_text(painter, index, place)
                line = (place.left() + px(74), place.center().y() - 1, place.width() - px(74) - 24, 3)
                draw_progress(painter, tokens, line, summary.answered, summary.asked)
            case Column.STATE:
                self._paint_badge(painter, place, *state_words(summary))
            case _:
                self._paint_text(painter, index, place)
        painter.restore()

    def _paint_text(self, painter: QPainter, index: Index, place: QRect) -> None:
        painter.setFont(index.data(Qt.ItemDataRole.FontRole))
        quiet = index.column() == Column.CHANGED
        painter.setPen(QColor(self._tokens.second if quiet else self._tokens.ink))
        room = place.adjusted(8, 0, -8, 0)
        words = QFontMetrics(painter.font()).elidedText(
            str(index.data() or ""), Qt.TextElideMode.ElideRight, room.width()
        )
        alignment = index.data(Qt.ItemDataRole.TextAlignmentRole) or int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(room, alignment, words)

    def _paint_badge(self, painter: QPainter, place: QRect, words: str, tone: str) -> None:
        painter.setFont(text_font(12))
        width = QFontMetrics(painter.font()).horizontalAdvance(words) + 16
        badge = QRect(place.left() + 8, place.center().y() - px(10), width, px(21))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(getattr(self._tokens, f"{tone}_soft")))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(badge, 4, 4)
        painter.setPen(QColor(getattr(self._tokens, tone)))
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), words)
