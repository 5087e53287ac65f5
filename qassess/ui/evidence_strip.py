"""The strip of evidence in the panel: a tile a piece, what is wrong with them in words, and where new ones arrive."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QImage, QKeyEvent, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QGridLayout, QMenu, QPushButton, QWidget

from qassess.i18n import _
from qassess.ui.channel import Channel
from qassess.ui.evidence_state import EvidenceLine
from qassess.ui.icons import pixmap
from qassess.ui.theme import Tokens
from qassess.ui.widgets import IconLine, ProgressLine, button, clear, column, inside, row, text

TILE = QSize(84, 78)
PICTURE = QRect(3, 3, 78, 52)
LABEL = QRect(4, 57, 76, 18)
ACROSS = 3
ACROSS_GAP = 12
SMALL = 12
MARK = 16


class EvidenceTile(QPushButton):
    """One piece: its picture or its kind, and its title under it. Enter opens it, Delete takes it off."""

    removed = Signal()

    def __init__(self, tokens: Tokens, line: EvidenceLine, *, locked: bool) -> None:
        super().__init__()
        self._tokens, self._line, self._locked = tokens, line, locked
        self._picture: QImage | None = None
        self.setProperty("look", "tile")
        self.setFixedSize(TILE)
        self.setToolTip(line.said)
        self.setAccessibleName(line.said)
        self.setAccessibleDescription(_("Enter: full view. Delete: remove."))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def sha256(self) -> str:
        """The piece's hash."""
        return self._line.record.sha256

    @property
    def has_picture(self) -> bool:
        """Whether a thumbnail is shown."""
        return self._picture is not None

    def show_picture(self, picture: QImage) -> None:
        """Show a thumbnail, turned as the record says."""
        turned = picture.transformed(QTransform().rotate(self._line.record.rotation))
        room = PICTURE.size() * self.devicePixelRatioF()
        self._picture = turned.scaled(
            room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        self._picture.setDevicePixelRatio(self.devicePixelRatioF())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture or the kind, the title, and a mark for what is wrong."""
        super().paintEvent(event)
        painter = QPainter(self)
        if self._picture is not None:
            size = self._picture.deviceIndependentSize().toSize()
            painter.drawImage(
                PICTURE.center().x() - size.width() // 2, PICTURE.center().y() - size.height() // 2, self._picture
            )
        else:
            self._draw_kind(painter)
        self._write(painter, LABEL, self._line.words, self._tokens.ink)
        if self._line.fault or self._line.warning:
            name, colour = (
                ("refused", self._tokens.wrong) if self._line.fault else ("attention", self._tokens.attention)
            )
            place = QRect(PICTURE.right() - MARK, PICTURE.top(), MARK, MARK)
            painter.fillRect(place, QColor(self._tokens.card))
            painter.drawPixmap(place, pixmap(name, colour))

    def _draw_kind(self, painter: QPainter) -> None:
        place = QRect(0, 0, 24, 24)
        place.moveCenter(PICTURE.center())
        place.translate(0, -8)
        painter.drawPixmap(place, pixmap("file", self._tokens.second, 24))
        below = QRect(PICTURE.left(), PICTURE.bottom() - 20, PICTURE.width(), 18)
        self._write(painter, below, self._line.ending, self._tokens.second)

    def _write(self, painter: QPainter, place: QRect, words: str, colour: str) -> None:
        small = QFont(self.font())
        small.setPixelSize(SMALL)
        painter.setFont(small)
        painter.setPen(QColor(colour))
        kept = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, kept)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, take off with Delete."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self._locked:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the piece."""
        menu = self.menu_of_piece()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def menu_of_piece(self) -> QMenu:
        """Return the menu of the piece."""
        menu = QMenu(self)
        menu.addAction(_("Full view"), self.click)
        taken_off = menu.addAction(_("Remove"), self.removed.emit)
        taken_off.setEnabled(not self._locked)
        return menu


class EvidenceStrip(QWidget):
    """The tiles of an item's evidence, and one line of words for each thing that is wrong with a piece."""

    opened = Signal(str)
    removed = Signal(str)

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._lines: tuple[EvidenceLine, ...] = ()
        self._locked = False
        self.tiles: list[EvidenceTile] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(ACROSS_GAP)
        self._grid.setColumnStretch(ACROSS, 1)
        self._said = column(spacing=4)
        grid = QWidget()
        grid.setLayout(self._grid)
        inside(self, column(grid, self._said, spacing=8))

    def show_pieces(self, lines: Sequence[EvidenceLine], *, locked: bool) -> bool:
        """Show an item's pieces; tell whether anything is shown anew. The focus stays at its place in the row."""
        if tuple(lines) == self._lines and locked == self._locked:
            return False
        held = next((place for place, tile in enumerate(self.tiles) if tile.hasFocus()), None)
        self._lines, self._locked = tuple(lines), locked
        for tile in self.tiles:
            self._grid.removeWidget(tile)
            tile.setParent(None)
            tile.deleteLater()
        self.tiles = [self._tile(line, place) for place, line in enumerate(self._lines)]
        if held is not None and self.tiles:
            self.tiles[min(held, len(self.tiles) - 1)].setFocus()
        self._say()
        self.setVisible(bool(self._lines))
        return True

    def _tile(self, line: EvidenceLine, place: int) -> EvidenceTile:
        tile = EvidenceTile(self._tokens, line, locked=self._locked)
        tile.clicked.connect(lambda *_: self.opened.emit(tile.sha256))
        tile.removed.connect(lambda: self.removed.emit(tile.sha256))
        self._grid.addWidget(tile, place // ACROSS, place % ACROSS)
        return tile

    def _say(self) -> None:
        clear(self._said)
        for line in self._lines:
            for words, picture, tone in (
                (line.fault, "refused", "wrong"),
                (line.warning, "attention", "attention"),
            ):
                if words:
                    said = IconLine(self._tokens, picture, tone)
                    said.say(words)
                    self._said.addWidget(said)

    @property
    def said(self) -> tuple[str, ...]:
        """The sentences under the tiles."""
        return tuple(words for line in self._lines for words in (line.fault, line.warning) if words)

    def show_picture(self, sha256: str, picture: QImage) -> None:
        """Show a thumbnail, if its piece is still shown."""
        for tile in self.tiles:
            if tile.sha256 == sha256:
                tile.show_picture(picture)


class CopyLine(QWidget):
    """Shown while files are copied: which, how far, and the button that stops it."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._channel: Channel | None = None
        self.words = text("", "caption", wrap=True)
        self._bar = ProgressLine(tokens, 6)
        self.stop = button(_("Stop"), look="tiny", pressed=self._stop)
        line = row(self.words, self.stop, spacing=8)
        line.setStretch(0, 1)
        inside(self, column(line, self._bar, spacing=4))
        self.hide()

    def begin(self, channel: Channel) -> None:
        """Follow a copy."""
        self._channel = channel
        channel.reported.connect(self._on_reported)
        self.words.setText(_("Copying…"))
        self._bar.show_progress(0, 1)
        self.stop.setEnabled(True)
        self.show()

    def end(self, channel: Channel) -> None:
        """Hide, if it is this copy that is shown."""
        if self._channel is channel:
            self._channel = None
            self.hide()

    def _stop(self) -> None:
        if self._channel is not None:
            self._channel.stop()
            self.stop.setEnabled(False)

    def _on_reported(self, done: int, total: int, name: str) -> None:
        if self.sender() not in (None, self._channel):
            return
        percent = min(100 * done // max(total, 1), 100)
        kept = self.words.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, 150)
        self.words.setText(_("Copying {file}: {percent} %").format(file=kept, percent=percent))
        self._bar.show_progress(done, total)
