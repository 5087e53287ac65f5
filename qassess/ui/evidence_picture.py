"""A picture to look at closely: fitted into the room, larger and smaller, moved by hand, turned."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView

from qassess.i18n import _

STEP = 1.25
LARGEST = 8.0
SMALLEST = 0.05


class PictureView(QGraphicsView):
    """Shows one picture. Plus, minus and 0 change its size, as Ctrl with the wheel does; ``zoomed`` says how large."""

    zoomed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("picture")
        self.setAccessibleName(_("Picture"))
        self.setAccessibleDescription(_("Plus and minus change the size, 0 fits it in, arrows move it."))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self._shown: QGraphicsPixmapItem | None = None
        self._turned = 0
        self._is_fitted = True

    def show_picture(self, picture: QImage, turned: int) -> None:
        """Show a picture, turned clockwise by so many degrees, fitted into the room."""
        self._scene.clear()
        self._shown = self._scene.addPixmap(QPixmap.fromImage(picture))
        self._shown.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._scene.setSceneRect(self._shown.boundingRect())
        self._turned = turned
        self.fit()

    def turn(self, turned: int) -> None:
        """Turn what is shown."""
        self._turned = turned
        self.fit()

    def clear(self) -> None:
        """Show nothing."""
        self._scene.clear()
        self._shown = None

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return self._shown is not None

    @property
    def turned(self) -> int:
        """Degrees by which it is turned."""
        return self._turned

    @property
    def percent(self) -> int:
        """The size shown in percent of the picture's own pixels."""
        across = self.transform().m11() ** 2 + self.transform().m12() ** 2
        return round(100 * math.sqrt(across))

    def fit(self) -> None:
        """Fit the picture into the room; a small one is not made larger."""
        self._is_fitted = True
        self.resetTransform()
        self.rotate(self._turned)
        if self._shown is not None:
            room = self.mapToScene(self.viewport().rect()).boundingRect().size()
            size = self._shown.boundingRect().size()
            factor = min(room.width() / max(size.width(), 1), room.height() / max(size.height(), 1), 1.0)
            self.scale(factor, factor)
            self.centerOn(self._shown)
        self.zoomed.emit(self.percent)

    def zoom(self, factor: float) -> None:
        """Show it larger or smaller."""
        wanted = self.percent / 100 * factor
        if SMALLEST <= wanted <= LARGEST:
            self._is_fitted = False
            self.scale(factor, factor)
            self.zoomed.emit(self.percent)

    def larger(self) -> None:
        """Show it larger."""
        self.zoom(STEP)

    def smaller(self) -> None:
        """Show it smaller."""
        self.zoom(1 / STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted picture fitted."""
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the size with Ctrl held, else scroll."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(STEP if event.angleDelta().y() > 0 else 1 / STEP)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the size by keys."""
        acts = {
            Qt.Key.Key_Plus: self.larger,
            Qt.Key.Key_Equal: self.larger,
            Qt.Key.Key_Minus: self.smaller,
            Qt.Key.Key_0: self.fit,
        }
        act = acts.get(Qt.Key(event.key()))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()
