"""Walk over the widgets of a page and find words that do not fit their place."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QCheckBox, QLabel, QPushButton, QWidget

SLACK = 1


def misfits(root: QWidget) -> list[str]:
    """Return what is cut: label or button, its words, what they need and what they have."""
    return [*_cut_words(root), *_cut_widgets(root)]


def worded(root: QWidget) -> Iterator[QWidget]:
    for kind in (QLabel, QPushButton, QCheckBox):
        for found in root.findChildren(kind):
            if found.isVisible() and found.text().strip():
                yield found


def _cut_words(root: QWidget) -> Iterator[str]:
    for found in worded(root):
        needs, has = needed(found), (found.contentsRect().width(), found.contentsRect().height())
        if needs[0] > has[0] + SLACK or needs[1] > has[1] + SLACK:
            yield f"{type(found).__name__} {found.text()!r} needs {needs} has {has}"


def needed(found: QWidget) -> tuple[int, int]:
    """Return the room its words need."""
    metrics = found.fontMetrics()
    if isinstance(found, QLabel) and found.wordWrap():
        room = QRect(0, 0, max(found.contentsRect().width(), 1), 10_000)
        wrapped = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), found.text())
        return min(wrapped.width(), room.width()), wrapped.height() - metrics.descent()
    words = found.text().replace("&", "")
    lines = words.split("\n")
    return max(metrics.horizontalAdvance(line) for line in lines), metrics.ascent() * len(lines)


def _cut_widgets(root: QWidget) -> Iterator[str]:
    for found in worded(root):
        across, down = _outside(found, root)
        if across > SLACK or down > SLACK:
            yield f"{type(found).__name__} {found.text()!r} stands {across} across and {down} down outside"


def _outside(found: QWidget, root: QWidget) -> tuple[int, int]:
    """Return by how many pixels a widget is cut by those it stands in; what can be scrolled to is not cut."""
    across = down = 0
    scrolled_down = scrolled_across = False
    within = found.parentWidget()
    while within is not None:
        place = QRect(found.mapTo(within, QPoint(0, 0)), found.size())
        if isinstance(within.parentWidget(), QAbstractScrollArea):
            area = within.parentWidget()
            scrolled_down = scrolled_down or area.verticalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            scrolled_across = scrolled_across or area.horizontalScrollBarPolicy() != off
        if not scrolled_across:
            across = max(across, -place.left(), place.right() + 1 - within.width())
        if not scrolled_down:
            down = max(down, -place.top(), place.bottom() + 1 - within.height())
        if within is root:
            break
        within = within.parentWidget()
    return across, down
