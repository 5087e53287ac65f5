"""Drawn icons from ``resources/icons``, recoloured from the theme's tokens; never font glyphs.

A state is shown by an icon and a word or number beside it, never by colour alone.
"""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from qassess.locations import resources

DENSITY = 3
"""Device pixels drawn for one logical pixel: sharp up to 300 % scaling."""


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int = 16) -> QPixmap:
    """Return an icon in one colour, ``size`` logical pixels square."""
    from PySide6.QtSvg import QSvgRenderer  # the first paint needs no icon, and this is a library of its own

    drawing = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    drawn = QPixmap(QSize(size, size) * DENSITY)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, size * DENSITY, size * DENSITY))
    painter.end()
    drawn.setDevicePixelRatio(DENSITY)
    return drawn


def icon(name: str, colour: str, size: int = 16) -> QIcon:
    """Return an icon for buttons and menus."""
    return QIcon(pixmap(name, colour, size))
