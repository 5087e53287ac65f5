"""The report page by page: pages in view are asked for, those far away are let go."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from qassess.i18n import _
from qassess.ui.widgets import clear, column, inside

GAP = 16
WIDEST = 820
NEAR = 1
"""Pages kept ready above and below what is in view."""


class PagesView(QScrollArea):
    """Shows page pictures it is given; ``wanted`` asks for one by its number and width in device pixels."""

    wanted = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pages")
        self.setWidgetResizable(True)
        self.setAccessibleName(_("The report, page by page"))
        self._sizes: tuple[tuple[float, float], ...] = ()
        self._pages: list[QLabel] = []
        self._asked: dict[int, int] = {}
        self._column = column(spacing=GAP)
        holder = QWidget()
        holder.setObjectName("pagesholder")
        self.setWidget(inside(holder, self._column, GAP, GAP))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(30)
        self._settle.timeout.connect(self._ask)
        self.verticalScrollBar().valueChanged.connect(lambda *_: self._settle.start())

    def show_pages(self, sizes: tuple[tuple[float, float], ...]) -> None:
        """Lay out empty pages of these sizes; the place one reads at stays."""
        place = self.verticalScrollBar().value()
        clear(self._column)
        self._sizes, self._asked, self._pages = sizes, {}, []
        for number in range(1, len(sizes) + 1):
            page = QLabel()
            page.setObjectName("paper")
            page.setAccessibleName(_("Page {number} of {all}").format(number=number, all=len(sizes)))
            self._pages.append(page)
            self._column.addWidget(page, alignment=Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        self._fit()
        self.verticalScrollBar().setValue(place)

    def show_page(self, number: int, picture: QImage) -> None:
        """Show one page's picture."""
        if number in self._asked and number < len(self._pages):
            picture.setDevicePixelRatio(self.devicePixelRatioF())
            self._pages[number].setPixmap(QPixmap.fromImage(picture))

    @property
    def count(self) -> int:
        """How many pages are laid out."""
        return len(self._pages)

    def has_picture(self, number: int) -> bool:
        """Tell whether a page's picture is shown."""
        return not self._pages[number].pixmap().isNull()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pages into the width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = min(self.viewport().width() - 2 * GAP, WIDEST)
        for page, (width, height) in zip(self._pages, self._sizes, strict=True):
            page.setFixedSize(room, round(room * height / width))
        self._settle.start()

    def _ask(self) -> None:
        """Ask for the pages in view and their neighbours, and let the others' pictures go."""
        top = self.verticalScrollBar().value()
        bottom = top + self.viewport().height()
        seen = [n for n, page in enumerate(self._pages) if page.y() < bottom and page.y() + page.height() > top]
        keep = range(min(seen, default=0) - NEAR, max(seen, default=0) + NEAR + 1)
        for number, page in enumerate(self._pages):
            width = round(page.width() * self.devicePixelRatioF())
            if number in keep and self._asked.get(number) != width:
                self._asked[number] = width
                self.wanted.emit(number, width)
            elif number not in keep and number in self._asked:
                del self._asked[number]
                page.clear()
