"""One body looked into, step by step: body, section, item with its derivation and evidence."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton, QWidget

from qassess.i18n import _
from qassess.ui.exchange_state import Mark
from qassess.ui.page import Sheet
from qassess.ui.results_state import BodyState, ItemLine, SectionPart
from qassess.ui.theme import Tokens, px, text_font
from qassess.ui.widgets import IconLine, KeyButton, button, clear, column, frame, inside, row, text

WIDTH = 330


class LinkLine(QPushButton):
    """A line that leads on: words at the left, a figure at the right, a thin line below."""

    def __init__(self, words: str, figure: str) -> None:
        super().__init__()
        self.setProperty("look", "line")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{words} {figure}")
        room = px(WIDTH) - px(72) - QFontMetrics(text_font(13)).horizontalAdvance(figure)
        shown = QFontMetrics(text_font(13)).elidedText(words, Qt.TextElideMode.ElideRight, room)
        self.setToolTip(words if shown != words else "")
        for label in (left := text(shown, "small"), right := text(figure, "small")):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside(self, row(left, None, right, spacing=8), 8, 0)


class BodyPanel(QWidget):
    """Shows a body and the way down into it. ``item_wanted`` asks for an item in its checklist.

    ``certificate_wanted`` asks for the certificate of this body alone.
    """

    item_wanted = Signal(str, str)
    evidence_opened = Signal(str)
    certificate_wanted = Signal(str)

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._body: BodyState | None = None
        self._up: list[Callable[[], None]] = []
        self._lines = column(spacing=6)
        content = inside(QWidget(), self._lines)
        panel = frame("panel")
        inside(panel, column(Sheet(content, widest=WIDTH, margins=(16, 16))))
        inside(self, column(panel))
        self.setFixedWidth(px(WIDTH))
        self.setAccessibleName(_("The body looked into"))
        self.show_nothing()

    def show_nothing(self) -> None:
        """Show how to look into a body."""
        self._begin([])
        self._lines.addWidget(text(_("Choose a body to see where its points went."), "second", wrap=True))
        self._lines.addStretch(1)

    def show_body(self, body: BodyState) -> None:
        """Show a body from the top."""
        self._body = body
        self._overview(body)

    @property
    def is_deep(self) -> bool:
        """Whether something below the body is shown."""
        return bool(self._up)

    def go_up(self) -> None:
        """Show what lies above."""
        if self._up:
            self._up[-1]()

    def focus_first(self) -> None:
        """Put the focus on the first line that leads on."""
        for line in self.findChildren(QPushButton)[:1]:
            line.setFocus()

    def _begin(self, up: "list[Callable[[], None]]") -> None:
        clear(self._lines)
        self._up = up

    def _overview(self, body: BodyState) -> None:
        self._begin([])
        self._lines.addWidget(text(body.body, "title", wrap=True))
        self._lines.addWidget(text(body.summary, "second", wrap=True))
        if body.losses:
            self._heading(_("Most points lost"))
            for item in body.losses:
                self._link(item.title, item.lost, partial(self._item, item, [lambda: self._overview(body)]))
        self._heading(_("Sections"))
        for section in body.sections:
            self._link(section.title, section.points, partial(self._section, section))
        if body.steadiness:
            self._heading(_("How firm the place is"))
            for words in body.steadiness:
                self._lines.addWidget(text(words, "small", wrap=True))
        self._heading(_("Signatures"))
        for mark in body.signatures:
            self._mark(mark)
        alone = button(_("Certificate of this body…"), pressed=lambda: self.certificate_wanted.emit(body.id))
        self._lines.addSpacing(6)
        self._lines.addWidget(alone)
        self._lines.addStretch(1)

    def _section(self, section: SectionPart) -> None:
        body = self._body
        if body is None:
            return
        self._begin([lambda: self._overview(body)])
        self._crumb(body.body)
        self._lines.addWidget(text(section.title, "heading", wrap=True))
        self._lines.addWidget(text(section.points, "second"))
        for item in section.items:
            up = [lambda: self._overview(body), lambda: self._section(section)]
            self._link(item.title, item.points, partial(self._item, item, up, section.title))
        self._lines.addStretch(1)

    def _item(self, item: ItemLine, up: "list[Callable[[], None]]", above: str = "") -> None:
        body = self._body
        if body is None:
            return
        self._begin(up)
        self._crumb(above or body.body)
        self._lines.addWidget(text(item.title, "heading", wrap=True))
        figures = _("{points} · lost {lost}").format(points=item.points, lost=item.lost) if item.lost else item.points
        self._lines.addWidget(text(figures, "second"))
        self._mark(item.state)
        self._heading(_("How the points come about"))
        for sentence in item.derivation:
            self._lines.addWidget(text(sentence, "small", wrap=True))
        self._heading(_("Evidence"))
        for sha256, name in item.evidence:
            self._link(name, "", partial(self.evidence_opened.emit, sha256))
        if not item.evidence:
            self._lines.addWidget(text(_("No evidence was given."), "second"))
        opened = button(_("Open in the checklist"), pressed=lambda: self.item_wanted.emit(body.id, item.id))
        self._lines.addSpacing(8)
        self._lines.addWidget(opened)
        self._lines.addStretch(1)

    def _crumb(self, words: str) -> None:
        up = KeyButton(words, look="flat", pictured=("back", self._tokens.second))
        up.setAccessibleName(_("Back to {where}").format(where=words))
        up.clicked.connect(lambda *_: self.go_up())
        self._lines.addLayout(row(up, None))
        up.setFocus()

    def _heading(self, words: str) -> None:
        self._lines.addSpacing(6)
        self._lines.addWidget(frame("hline"))
        self._lines.addSpacing(2)
        self._lines.addWidget(text(words, "aside"))

    def _link(self, words: str, figure: str, act: Callable[[], object]) -> None:
        line = LinkLine(words, figure)
        line.clicked.connect(lambda *_: act())
        self._lines.addWidget(line)

    def _mark(self, mark: Mark) -> None:
        if not mark.picture:
            self._lines.addWidget(text(mark.words, "small", tone=mark.tone, wrap=True))
            return
        line = IconLine(self._tokens, mark.picture, mark.tone)
        line.say(mark.words)
        self._lines.addWidget(line)
