"""The table widget of the office screens: rows of cells, chosen by mouse or arrows, opened by click or Enter."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QTableView

from qassess.ui.cells import AboutRole, CellsDelegate, CellsFilter, CellsModel, Head, Line
from qassess.ui.theme import Tokens, px

ROW_HEIGHT = 36
HEAD_HEIGHT = 36


class CellsTable(QTableView):
    """A table of cells. ``chosen`` is emitted for the current row, ``opened`` for a double click or Enter on it."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, tokens: Tokens, name: str, heads: Sequence[Head] = (), *, several: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(px(ROW_HEIGHT))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(CellsDelegate(tokens))
        self.doubleClicked.connect(self._on_opened)
        self.activated.connect(self._on_opened)
        self.set_heads(heads)

    def set_heads(self, heads: Sequence[Head]) -> None:
        """Show other columns, empty at first."""
        self.lines = CellsModel(heads)
        self.filter = CellsFilter(self.lines)
        self.setModel(self.filter)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(24)
        for place, head in enumerate(heads):
            self.setColumnWidth(place, px(head.width))
        self.selectionModel().currentRowChanged.connect(self._on_chosen)

    def sort_by(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, and let clicks on titles do so."""
        self.setSortingEnabled(True)
        self.sortByColumn(column, order)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other rows; the row that was current stays so if it is still there."""
        current = self.current_id()
        self.lines.show_lines(lines)
        self.choose(current)

    def put(self, line: Line) -> None:
        """Show one row, new or changed."""
        self.lines.put(line)

    def choose(self, wanted: object) -> bool:
        """Make the row with an id the current one; tell whether it is there."""
        place = self.lines.place_of(wanted)
        index = self.filter.mapFromSource(self.lines.index(place, 0)) if place >= 0 else QModelIndex()
        if index.isValid():
            self.setCurrentIndex(index)
            self.selectRow(index.row())
        return index.isValid()

    def current_id(self) -> object:
        """Return the id of the current row, ``None`` without one."""
        index = self.filter.mapToSource(self.currentIndex())
        return self.lines.line_at(index.row()).id if index.isValid() else None

    def current(self) -> object:
        """Return what the current row is about, ``None`` without one."""
        index = self.currentIndex()
        return index.data(AboutRole) if index.isValid() else None

    def selected(self) -> tuple[object, ...]:
        """Return what the selected rows are about, in the order shown."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.filter.index(row, 0).data(AboutRole) for row in rows)

    def fit(self, most: int) -> None:
        """Make the table as high as its rows, at most so many; more are scrolled to."""
        rows = max(self.filter.rowCount(), 1)
        self.setFixedHeight(min(rows, most) * px(ROW_HEIGHT) + px(HEAD_HEIGHT) + 4)

    def _on_chosen(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(current.data(AboutRole))

    def _on_opened(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(AboutRole))
