"""The list at the left of the checklist: find, filters, sections with their progress, items with their state."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from qassess.i18n import _
from qassess.ui.actions import key_of
from qassess.ui.checklist_rows import Filter, ItemRow, Row, SectionRow
from qassess.ui.flow import FlowLayout
from qassess.ui.icons import icon, pixmap
from qassess.ui.theme import POINTER_TARGET, TOUCH_TARGET, Tokens, is_large, px, text_font
from qassess.ui.widgets import LineField, button, column, draw_progress, inside, keycap, text

Index = QModelIndex | QPersistentModelIndex
RowRole = Qt.ItemDataRole.UserRole
NO_PARENT = QModelIndex()
WIDTH = 292
WIDEST = 372


def list_width() -> int:
    """Return the width of the list: it grows less than the text, to leave the middle its room."""
    return min(px(WIDTH), WIDEST)


class RowsModel(QAbstractListModel):
    """The rows as a list model."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show new rows; where only their contents differ, just those are told of."""
        same_shape = [_key(line) for line in rows] == [_key(line) for line in self._rows]
        if not same_shape:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        before, self._rows = self._rows, rows
        for place, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(place), self.index(place))

    def place_of(self, item: str) -> int:
        """Return the row of an item, −1 when it is not listed."""
        keys = [_key(line) for line in self._rows]
        return keys.index((ItemRow, item)) if (ItemRow, item) in keys else -1

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row, its title, or what a screen reader says of it."""
        if not index.isValid():
            return None
        shown = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return shown.title
            case Qt.ItemDataRole.AccessibleTextRole if isinstance(shown, ItemRow):
                return f"{shown.title}, {shown.state}, {shown.right}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{shown.title}, {shown.right}"
            case int(wanted) if wanted == RowRole:
                return shown
            case _:
                return None


def _key(line: Row) -> tuple[type[Row], str]:
    return type(line), line.section if isinstance(line, SectionRow) else line.item


class RowsDelegate(QStyledItemDelegate):
    """Draws a section's head with its line of progress, and an item with its icon and points."""

    def __init__(self, tokens: Tokens, *, touch: bool) -> None:
        super().__init__()
        self._tokens = tokens
        self._height = px(TOUCH_TARGET if touch else 30)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return a row's height; a section's head is taller."""
        del option
        return QSize(
            list_width() - 24, px(POINTER_TARGET + 4) if isinstance(index.data(RowRole), SectionRow) else self._height
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = index.data(RowRole)
        if isinstance(shown, SectionRow):
            self._paint_section(painter, option.rect, shown)
        else:
            self._paint_item(painter, option, shown)
        painter.restore()

    def _paint_section(self, painter: QPainter, place: QRect, shown: SectionRow) -> None:
        tokens = self._tokens
        room = place.adjusted(8, 6, -8, -8)
        painter.setFont(text_font(12))
        painter.setPen(QColor(tokens.second))
        right = QFontMetrics(painter.font()).horizontalAdvance(shown.right)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), shown.right)
        painter.setFont(text_font(13, bold=True))
        painter.setPen(QColor(tokens.ink))
        title = QFontMetrics(painter.font()).elidedText(
            shown.title, Qt.TextElideMode.ElideRight, room.width() - right - 8
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), title)
        draw_progress(painter, tokens, (room.left(), place.bottom() - 8, room.width(), 3), shown.done, shown.asked)

    def _paint_item(self, painter: QPainter, option: QStyleOptionViewItem, shown: ItemRow) -> None:
        tokens, place = self._tokens, option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
            painter.setBrush(QColor(tokens.card))
            painter.setPen(QPen(QColor(tokens.focus if focused else tokens.accent), tokens.ring if focused else 1))
            painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 4, 4)
        middle = place.center().y()
        painter.drawPixmap(place.left() + 8, middle - 7, 14, 14, pixmap(shown.picture, getattr(tokens, shown.tone), 14))
        painter.setFont(text_font(12, bold=chosen))
        painter.setPen(QColor(tokens.second if not chosen else tokens.ink))
        room = place.adjusted(30, 0, -8, 0)
        right = QFontMetrics(painter.font()).horizontalAdvance(shown.right)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), shown.right)
        painter.setFont(text_font(13, bold=chosen))
        painter.setPen(QColor(tokens.ink))
        title = QFontMetrics(painter.font()).elidedText(
            shown.title, Qt.TextElideMode.ElideRight, room.width() - right - 8
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), title)


class SectionsList(QFrame):
    """Find box, filters and the list. It says which item or section was chosen; what is listed is decided outside."""

    item_chosen = Signal(str)
    section_toggled = Signal(str)
    looked_for = Signal()

    def __init__(self, tokens: Tokens, *, touch: bool) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setFixedWidth(list_width())
        self.find_box = LineField(
            name=_("Find an item"), placeholder=_("Find: words, clause, initials"), takes_return=True
        )
        self.find_box.textChanged.connect(lambda *_: self.looked_for.emit())
        self.find_box.entered.connect(self._on_entered)
        key = keycap(key_of("find"))
        QHBoxLayout(self.find_box).addWidget(key, alignment=Qt.AlignmentFlag.AlignRight)
        self.find_box.setTextMargins(0, 0, px(52), 0)
        self._chips: dict[Filter, QPushButton] = {}
        chips = FlowLayout(across=2)
        for which in Filter:
            chip = button("", look="chip")
            chip.setCheckable(True)
            chip.setAutoExclusive(True)
            chip.clicked.connect(lambda *_: self.looked_for.emit())
            self._chips[which] = chip
            chips.addWidget(chip)
        held = QWidget()
        held.setLayout(chips)
        self._chips[Filter.ALL].setChecked(True)
        self._chips[Filter.FLAGGED].setIcon(icon("flag", tokens.attention, 12))
        self._chips[Filter.FLAGGED].setIconSize(QSize(12, 12))
        self.model = RowsModel()
        self.list = QListView()
        self.list.setObjectName("sections")
        self.list.setAccessibleName(_("Items"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(RowsDelegate(tokens, touch=touch))
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._on_clicked)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self._foot = text("", "second", wrap=is_large())
        inside(self, column(self.find_box, held, self.list, self._foot, spacing=10), 12, 12)
        self._is_showing = False

    @property
    def chosen(self) -> Filter:
        """The filter in force."""
        return next(which for which, chip in self._chips.items() if chip.isChecked())

    def show_counts(self, counts: dict[Filter, int]) -> None:
        """Show how many items each filter keeps."""
        words = {
            Filter.ALL: _("All {count}"),
            Filter.OPEN: _("Open {count}"),
            Filter.FLAGGED: _("Flagged {count}"),
            Filter.FAILING: _("Lost {count}"),
            Filter.MINE: _("Mine {count}"),
        }
        for which, chip in self._chips.items():
            said = words[which].format(count=counts[which])
            chip.setText(str(counts[which]) if which is Filter.FLAGGED else said)
            chip.setAccessibleName(said)
            chip.setToolTip(said)

    def show_rows(self, rows: tuple[Row, ...], current: str, foot: str) -> None:
        """Show the rows, the item one is at, and the sum at the foot."""
        self._is_showing = True
        self.model.show_rows(rows)
        place = self.model.place_of(current)
        if place >= 0:
            self.list.setCurrentIndex(self.model.index(place))
        self._foot.setText(foot)
        self._is_showing = False

    def _on_clicked(self, index: QModelIndex) -> None:
        shown = index.data(RowRole)
        if isinstance(shown, SectionRow):
            self.section_toggled.emit(shown.section)

    def _on_current(self, index: QModelIndex) -> None:
        shown = index.data(RowRole)
        if not self._is_showing and isinstance(shown, ItemRow):
            self.item_chosen.emit(shown.item)

    def _on_entered(self) -> None:
        for place in range(self.model.rowCount()):
            shown = self.model.index(place).data(RowRole)
            if isinstance(shown, ItemRow):
                self.item_chosen.emit(shown.item)
                return
