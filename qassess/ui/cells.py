"""Tables made of cells: a thin model over rows of cells, a filter, and how cells are drawn on every office screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSortFilterProxyModel, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from qassess.ui.icons import pixmap
from qassess.ui.theme import Tokens, text_font

Index = QModelIndex | QPersistentModelIndex
CellRole = Qt.ItemDataRole.UserRole
SortRole = Qt.ItemDataRole.UserRole + 1
AboutRole = Qt.ItemDataRole.UserRole + 2
NO_PARENT = QModelIndex()
ICON = 14


class Look(Enum):
    """How a cell is drawn."""

    PLAIN = auto()
    STRONG = auto()
    QUIET = auto()
    MARK = auto()
    BADGE = auto()
    HEAT = auto()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``key`` is what it is sorted by; ``share`` (0 to 1) colours a heat cell, which carries its number."""

    words: str
    key: str | int | float = ""
    look: Look = Look.PLAIN
    tone: str = "ink"
    picture: str = ""
    share: Fraction | None = None
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title, its width in pixels, and whether it stands at the right as numbers do."""

    title: str
    width: int
    right: bool = False
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is about, what tells it from the others, and its cells."""

    about: object
    id: object
    cells: tuple[Cell, ...]


class CellsModel(QAbstractTableModel):
    """Rows of cells."""

    def __init__(self, heads: Sequence[Head]) -> None:
        super().__init__()
        self.heads = tuple(heads)
        self._lines: list[Line] = []
        self._places: dict[object, int] = {}

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._lines = list(lines)
        self._places = {line.id: place for place, line in enumerate(self._lines)}
        self.endResetModel()

    def put(self, line: Line) -> None:
        """Show one row: in the place of the one with its id, else at the end."""
        place = self._places.get(line.id)
        if place is not None:
            self._lines[place] = line
            self.dataChanged.emit(self.index(place, 0), self.index(place, len(self.heads) - 1))
            return
        place = len(self._lines)
        self.beginInsertRows(NO_PARENT, place, place)
        self._lines.append(line)
        self._places[line.id] = place
        self.endInsertRows()

    def place_of(self, wanted: object) -> int:
        """Return the row of an id, −1 when it is not there."""
        return self._places.get(wanted, -1)

    def line_at(self, place: int) -> Line:
        """Return a row."""
        return self._lines[place]

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows, says, sorts by, or is about."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        cell = line.cells[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return cell.words
            case Qt.ItemDataRole.AccessibleTextRole:
                return cell.spoken or cell.words
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(self.heads[index.column()])
            case int(wanted) if wanted == CellRole:
                return cell
            case int(wanted) if wanted == SortRole:
                return cell.key if cell.key != "" else cell.words
            case int(wanted) if wanted == AboutRole:
                return line.about
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's title."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.heads):
            return None
        head = self.heads[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return head.title
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return head.spoken or head.title
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(head)
            case _:
                return None


def _alignment(head: Head) -> int:
    side = Qt.AlignmentFlag.AlignRight if head.right else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


class CellsFilter(QSortFilterProxyModel):
    """Sorts on what cells are sorted by, and keeps what a rule keeps."""

    def __init__(self, source: CellsModel) -> None:
        super().__init__()
        self.setSourceModel(source)
        self.setSortRole(SortRole)
        self._keeps: Callable[[object], bool] = lambda _about: True

    def keep(self, keeps: Callable[[object], bool]) -> None:
        """Keep the rows whose object the rule keeps."""
        self.beginFilterChange()
        self._keeps = keeps
        self.endFilterChange()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Tell whether a row is kept."""
        return self._keeps(self.sourceModel().index(source_row, 0, source_parent).data(AboutRole))


class CellsDelegate(QStyledItemDelegate):
    """Draws cells, and a line under each row."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        cell, tokens, place = index.data(CellRole), self._tokens, option.rect
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(place, QColor(tokens.accent_soft if chosen else tokens.card))
        painter.setPen(QColor(tokens.faint))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        match cell.look:
            case Look.BADGE:
                draw_badge(painter, tokens, place, cell)
            case Look.HEAT:
                draw_heat(painter, tokens, place, cell)
            case _:
                draw_words(painter, tokens, place, cell, int(index.data(Qt.ItemDataRole.TextAlignmentRole)))
        painter.restore()


def draw_words(painter: QPainter, tokens: Tokens, place: QRect, cell: Cell, alignment: int) -> None:
    """Draw a cell's words, with its icon before them."""
    painter.setFont(text_font(13, bold=cell.look is Look.STRONG))
    tone = "second" if cell.look is Look.QUIET and cell.tone == "ink" else cell.tone
    painter.setPen(QColor(getattr(tokens, tone)))
    room = place.adjusted(8, 0, -8, 0)
    if cell.picture:
        drawn = pixmap(cell.picture, getattr(tokens, tone), ICON)
        painter.drawPixmap(room.left(), place.center().y() - ICON // 2 + 1, drawn)
        room.adjust(ICON + 5, 0, 0, 0)
    words = QFontMetrics(painter.font()).elidedText(cell.words, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, alignment, words)


def draw_badge(painter: QPainter, tokens: Tokens, place: QRect, cell: Cell) -> None:
    """Draw words on a soft ground in their tone, with an icon."""
    painter.setFont(text_font(12))
    metrics = QFontMetrics(painter.font())
    before = ICON + 4 if cell.picture else 0
    words = metrics.elidedText(cell.words, Qt.TextElideMode.ElideRight, max(place.width() - 32 - before, 16))
    badge = QRect(place.left() + 8, place.center().y() - 10, metrics.horizontalAdvance(words) + 16 + before, 21)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    is_plain = cell.tone in ("ink", "second", "third")
    painter.setBrush(QColor(tokens.faint if is_plain else getattr(tokens, f"{cell.tone}_soft")))
    painter.setPen(QColor(getattr(tokens, cell.tone)) if tokens.line == tokens.ink else Qt.PenStyle.NoPen)
    if is_plain and tokens.line == tokens.ink:  # high contrast has no soft grounds: the outline is the badge
        painter.setBrush(QColor(tokens.card))
    painter.drawRoundedRect(badge, 4, 4)
    colour = getattr(tokens, cell.tone)
    if cell.picture:
        painter.drawPixmap(badge.left() + 7, badge.center().y() - ICON // 2 + 1, pixmap(cell.picture, colour, ICON))
    painter.setPen(QColor(colour))
    painter.drawText(badge.adjusted(8 + before, 0, -8, 0), int(Qt.AlignmentFlag.AlignVCenter), words)


def draw_heat(painter: QPainter, tokens: Tokens, place: QRect, cell: Cell) -> None:
    """Draw a number on a ground that is the darker the larger its share; the number stands there in any case."""
    block = place.adjusted(2, 4, -2, -5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(text_font(13))
    if cell.share is not None and tokens.line != tokens.ink:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(heat_colour(tokens, cell.share))
        painter.drawRoundedRect(block, 3, 3)
    elif cell.share is not None:
        painter.setPen(QColor(tokens.faint))
        painter.setBrush(QColor(tokens.card))
        painter.drawRoundedRect(block, 3, 3)
    painter.setPen(QColor(tokens.ink if cell.share is not None else tokens.third))
    painter.drawText(block, int(Qt.AlignmentFlag.AlignCenter), cell.words)


HEAT_FROM, HEAT_TO = Fraction(1, 10), Fraction(1, 2)
"""How much of the accent is mixed in at 50 % and below, and at 100 %: text keeps its contrast on both."""


def heat_colour(tokens: Tokens, share: Fraction) -> QColor:
    """Return the ground for a share: the accent mixed into the card, more of it from 50 % up."""
    above_half = min(max((share - Fraction(1, 2)) * 2, Fraction(0)), Fraction(1))
    part = float(HEAT_FROM + (HEAT_TO - HEAT_FROM) * above_half)
    ground, accent = QColor(tokens.card), QColor(tokens.accent)
    return QColor(
        *(
            round(below + (above - below) * part)
            for below, above in (
                (ground.red(), accent.red()),
                (ground.green(), accent.green()),
                (ground.blue(), accent.blue()),
            )
        )
    )
