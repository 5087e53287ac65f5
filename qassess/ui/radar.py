"""The radar chart of the sections: each axis is the share of due points earned."""

from dataclasses import dataclass
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from qassess.i18n import _
from qassess.ui.theme import Tokens, px, text_font

RINGS = 4


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its label, and the share 0..1 for drawing only (the table beside it has the exact numbers)."""

    label: str
    share: float


class Radar(QWidget):
    """Draws the chart; a screen reader gets the same numbers in words."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._axes: tuple[Axis, ...] = ()
        self.setMinimumSize(px(280), px(168))
        self.setAccessibleName(_("Radar chart of the sections"))

    def show_axes(self, axes: tuple[Axis, ...]) -> None:
        """Show other axes."""
        self._axes = axes
        self.setAccessibleDescription(", ".join(f"{axis.label} {axis.share:.0%}" for axis in axes))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw rings, axes, labels and the shape."""
        del event
        if len(self._axes) < 3:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = QPointF(self.width() / 2, self.height() / 2 + 4)
        reach = min(self.width() / 2 - 84, self.height() / 2 - 28)
        painter.setPen(QPen(QColor(self._tokens.line), 1))
        for ring in range(1, RINGS + 1):
            painter.drawPolygon(self._shape(centre, [reach * ring / RINGS] * len(self._axes)))
        for place in range(len(self._axes)):
            painter.drawLine(centre, self._point(centre, reach, place))
        self._paint_shape(painter, centre, reach)
        self._paint_labels(painter, centre, reach)

    def _paint_shape(self, painter: QPainter, centre: QPointF, reach: float) -> None:
        ground = QColor(self._tokens.accent)
        ground.setAlphaF(0.18)
        painter.setBrush(ground)
        painter.setPen(QPen(QColor(self._tokens.accent), 2))
        painter.drawPolygon(self._shape(centre, [reach * max(min(axis.share, 1), 0) for axis in self._axes]))

    def _paint_labels(self, painter: QPainter, centre: QPointF, reach: float) -> None:
        painter.setFont(text_font(12))
        painter.setPen(QColor(self._tokens.second))
        for place, axis in enumerate(self._axes):
            point = self._point(centre, reach + 14, place)
            across = point.x() - centre.x()
            side = Qt.AlignmentFlag.AlignHCenter
            room = QRectF(point.x() - 80, point.y() - 9, 160, 18)
            if across > 8:
                left = point.x() - 4
                side, room = Qt.AlignmentFlag.AlignLeft, QRectF(left, point.y() - 9, self.width() - left, 18)
            elif across < -8:
                side, room = Qt.AlignmentFlag.AlignRight, QRectF(0, point.y() - 9, point.x() + 4, 18)
            words = painter.fontMetrics().elidedText(axis.label, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), words)

    def _shape(self, centre: QPointF, distances: list[float]) -> QPolygonF:
        return QPolygonF([self._point(centre, distance, place) for place, distance in enumerate(distances)])

    def _point(self, centre: QPointF, distance: float, place: int) -> QPointF:
        angle = 2 * pi * place / len(self._axes) - pi / 2
        return QPointF(centre.x() + distance * cos(angle), centre.y() + distance * sin(angle))
