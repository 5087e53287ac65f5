"""The list of conflicts, the gravest first: whose, what, and what hangs on it."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from qassess.i18n import _
from qassess.ui.conflict_state import ConflictState
from qassess.ui.theme import Tokens, text_font

Index = QModelIndex | QPersistentModelIndex
ConflictRole = Qt.ItemDataRole.UserRole
NO_PARENT = QModelIndex()
WIDTH = 330
CARD_HEIGHT = 63
GAP = 8


class ConflictsModel(QAbstractListModel):
    """The conflicts as a list model."""

    def __init__(self) -> None:
        super().__init__()
        self.conflicts: tuple[ConflictState, ...] = ()

    def show_conflicts(self, conflicts: Sequence[ConflictState]) -> None:
        """Show other conflicts."""
        self.beginResetModel()
        self.conflicts = tuple(conflicts)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Return the number of conflicts."""
        return 0 if parent.isValid() else len(self.conflicts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a conflict, its title, or what a screen reader says of it."""
        if not index.isValid():
            return None
        conflict = self.conflicts[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return conflict.title
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return f"{conflict.body}, {conflict.title}, {conflict.effect}, {conflict.delta}"
            case int(wanted) if wanted == ConflictRole:
                return conflict
            case _:
                return None


class ConflictsDelegate(QStyledItemDelegate):
    """Draws a conflict as a small card."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a card and the gap below it."""
        del option, index
        return QSize(WIDTH - 32, CARD_HEIGHT + GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one card."""
        tokens, conflict = self._tokens, index.data(ConflictRole)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        card = option.rect.adjusted(1, 1, -1, -GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = tokens.focus if focused else tokens.accent if chosen else tokens.line
        painter.setPen(QPen(QColor(edge), tokens.ring if focused or chosen else 1))
        painter.setBrush(QColor(tokens.accent_soft if chosen and not focused else tokens.card))
        painter.drawRoundedRect(card, 8, 8)
        self._paint_words(painter, card.adjusted(13, 10, -13, -9), conflict)
        painter.restore()

    def _paint_words(self, painter: QPainter, room: QRect, conflict: ConflictState) -> None:
        tokens, half = self._tokens, room.height() // 2
        above, below = room.adjusted(0, 0, 0, -half), room.adjusted(0, half, 0, 0)
        effect = "attention" if conflict.grave else "second"
        for line, left, right, strong, tone in (
            (above, conflict.body, conflict.effect, True, effect),
            (below, conflict.title, conflict.delta, False, "ink"),
        ):
            painter.setFont(text_font(13, bold=strong and conflict.grave))
            painter.setPen(QColor(getattr(tokens, tone)))
            metrics = QFontMetrics(painter.font())
            right_words = metrics.elidedText(right, Qt.TextElideMode.ElideRight, line.width() * 2 // 3)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), right_words)
            taken = metrics.horizontalAdvance(right_words) + 10
            painter.setFont(text_font(14 if strong else 13, bold=strong))
            painter.setPen(QColor(tokens.ink if strong else tokens.second))
            metrics = QFontMetrics(painter.font())
            words = metrics.elidedText(left, Qt.TextElideMode.ElideRight, line.width() - taken)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), words)


class ConflictList(QListView):
    """Shows conflicts; ``current_changed`` is emitted for the one looked at, ``selection_changed`` for several."""

    current_changed = Signal(object)
    selection_changed = Signal()

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.setObjectName("sections")
        self.setAccessibleName(_("Conflicts, the gravest first"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(ConflictsDelegate(tokens))
        self.setMouseTracking(False)
        self.lines = ConflictsModel()
        self.setModel(self.lines)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.selectionModel().selectionChanged.connect(self._on_selection)

    def show_conflicts(self, conflicts: Sequence[ConflictState], current: int) -> None:
        """Show other conflicts, one of them the current one."""
        self.lines.show_conflicts(conflicts)
        if conflicts:
            self.go_to(min(max(current, 0), len(conflicts) - 1))

    def go_to(self, place: int) -> None:
        """Make one conflict the current one."""
        index = self.lines.index(place)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    @property
    def current(self) -> ConflictState | None:
        """The conflict looked at."""
        index = self.currentIndex()
        return self.lines.conflicts[index.row()] if index.isValid() else None

    def selected(self) -> tuple[ConflictState, ...]:
        """Return the selected conflicts, in the list's order."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return tuple(self.lines.conflicts[row] for row in rows)

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid():
            self.current_changed.emit(self.lines.conflicts[current.row()])

    def _on_selection(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self.selection_changed.emit()
