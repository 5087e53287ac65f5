"""Choose pieces the assessment has already, for one more item: one file serves many items."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from qassess.domain.answers import Entry
from qassess.domain.payloads import EvidenceRecord
from qassess.i18n import _, ngettext
from qassess.ui.evidence_state import users_of
from qassess.ui.icons import pixmap
from qassess.ui.theme import Tokens
from qassess.ui.widgets import LineField, button, column, inside, row, text

if TYPE_CHECKING:
    from qassess.services.views import AssessmentView

PICTURE = QSize(56, 42)
SIZE = (640, 560)
DENSITY = 2
SHA = int(Qt.ItemDataRole.UserRole)


def choosable(view: "AssessmentView", item: str) -> tuple[EvidenceRecord, ...]:
    """Return the pieces that an item does not have yet, those in use first, by title."""
    own = view.entries.get(item, Entry()).evidence
    others = (record for sha, record in view.evidence.items() if sha not in own)
    return tuple(sorted(others, key=lambda record: (record.withdrawn, record.title or record.name)))


class EvidencePicker(QDialog):
    """Lists pieces with the items that use them; blank ticks one, Enter takes what is ticked."""

    def __init__(self, parent: QWidget, tokens: Tokens, view: "AssessmentView", item: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Evidence of this assessment"))
        self.resize(*SIZE)
        self.find_box = LineField(name=_("Find"), placeholder=_("Find: title, number, file name"))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Evidence of this assessment"))
        self.list.setIconSize(PICTURE)
        self.list.setWordWrap(True)
        for record in choosable(view, item):
            self.list.addItem(_line(tokens, view, record))
        self.attach = button("", look="accent", pressed=self.accept)
        self.attach.setDefault(True)
        words = text(_("Tick what proves this item, too. The file is kept once."), "second", wrap=True)
        buttons = row(None, button(_("Cancel"), pressed=self.reject), self.attach)
        laid = column(
            text(_("Evidence of this assessment"), "heading"), words, self.find_box, self.list, buttons, spacing=12
        )
        inside(self, laid, 24, 20)
        self.find_box.textChanged.connect(self._narrow)
        self.list.itemChanged.connect(lambda _item: self._count())
        self.list.itemDoubleClicked.connect(self._take_one)
        self._count()
        self.find_box.setFocus()

    def chosen(self) -> tuple[str, ...]:
        """Return what is ticked."""
        ticked = (line for line in self._lines() if line.checkState() is Qt.CheckState.Checked)
        return tuple(str(line.data(SHA)) for line in ticked)

    def pieces(self) -> tuple[str, ...]:
        """Return what is listed."""
        return tuple(str(line.data(SHA)) for line in self._lines())

    def show_pictures(self, pictures: Mapping[str, QImage]) -> None:
        """Show thumbnails that are at hand."""
        for line in self._lines():
            picture = pictures.get(str(line.data(SHA)))
            if picture is not None:
                self.list.blockSignals(True)
                line.setIcon(_centred(QPixmap.fromImage(picture)))
                self.list.blockSignals(False)

    def _lines(self) -> list[QListWidgetItem]:
        return [self.list.item(place) for place in range(self.list.count())]

    def _narrow(self, typed: str) -> None:
        words = typed.casefold().split()
        for line in self._lines():
            line.setHidden(not all(word in line.toolTip().casefold() for word in words))

    def _count(self) -> None:
        count = len(self.chosen())
        self.attach.setText(ngettext("Attach {count} piece", "Attach {count} pieces", count).format(count=count))
        self.attach.setEnabled(count > 0)

    def _take_one(self, line: QListWidgetItem) -> None:
        line.setCheckState(Qt.CheckState.Checked)
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from the find field into the list with the arrow."""
        if event.key() == Qt.Key.Key_Down and self.focusWidget() is self.find_box:
            self.list.setFocus()
            first = next((place for place, line in enumerate(self._lines()) if not line.isHidden()), -1)
            self.list.setCurrentRow(first)
            return
        super().keyPressEvent(event)


def _line(tokens: Tokens, view: "AssessmentView", record: EvidenceRecord) -> QListWidgetItem:
    users = users_of(view, record.sha256)
    used = _("used by {items}").format(items=users) if users else _("not used at present")
    line = QListWidgetItem(_centred(pixmap("file", tokens.second, 24)), f"{record.title or record.name}\n{used}")
    line.setFlags(line.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    line.setCheckState(Qt.CheckState.Unchecked)
    line.setData(SHA, record.sha256)
    line.setToolTip(" · ".join(part for part in (record.title, record.number, record.name, used) if part))
    line.setSizeHint(QSize(0, PICTURE.height() + 12))
    return line


def _centred(picture: QPixmap) -> QIcon:
    """Return a picture in the middle of the room all icons of the list have, so that the words line up."""
    room = QPixmap(PICTURE * DENSITY)
    room.setDevicePixelRatio(DENSITY)
    room.fill(Qt.GlobalColor.transparent)
    size = picture.deviceIndependentSize().toSize()
    if size.width() > PICTURE.width() or size.height() > PICTURE.height():
        size.scale(PICTURE, Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(0, 0, size.width(), size.height())
    place.moveCenter(QRect(0, 0, PICTURE.width(), PICTURE.height()).center())
    painter = QPainter(room)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(place, picture)
    painter.end()
    return QIcon(room)
