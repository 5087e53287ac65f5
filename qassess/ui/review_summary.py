"""The left half of review and sign: obstacles as links, score, radar, sections, losses, signers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from qassess.i18n import _, ngettext
from qassess.ui.flow import FlowLayout
from qassess.ui.icons import pixmap
from qassess.ui.page import Sheet
from qassess.ui.radar import Radar
from qassess.ui.review_state import Link, ReviewState
from qassess.ui.theme import Tokens, is_large, px
from qassess.ui.widgets import KeyButton, badge, button, column, frame, inside, row, text

SHOWN_OBSTACLES = 4
LINE_HEIGHT = 24


class ReviewSummary(QWidget):
    """Shows one state; a new state is a new summary."""

    item_wanted = Signal(str)

    def __init__(self, tokens: Tokens, state: ReviewState, sign: KeyButton, verdict: QWidget) -> None:
        super().__init__()
        self._tokens = tokens
        self._state = state
        radar = Radar(tokens)
        radar.show_axes(state.axes)
        drawn = frame("card")
        inside(drawn, column(radar), 8, 2)
        scores = column(self._score(), drawn, spacing=10) if is_large() else row(self._score(), drawn, spacing=12)
        scores.setStretch(1, 1)
        given = QWidget()
        given.setLayout(FlowLayout(*self._signers(), across=8))
        signers = row(given, sign, spacing=8)
        signers.setStretch(0, 1)
        foot = inside(frame("bottombar"), column(signers, verdict, spacing=4), 24, 8)
        laid = column(self._obstacles(), scores, self._table(), self._lift(), self._losses(), None, spacing=10)
        inside(self, column(Sheet(inside(QWidget(), laid), widest=592, margins=(24, 14)), foot, spacing=0))

    def _obstacles(self) -> QWidget:
        state = self._state
        count = len(state.obstacles)
        words = ngettext(
            "{count} thing to settle before signing", "{count} things to settle before signing", count
        ).format(count=count)
        ready = ngettext("{count} item is ready", "{count} items are ready", state.ready).format(count=state.ready)
        if not count:
            signed = ngettext("Signed by {count} person", "Signed by {count} people", state.signatures)
            words = signed.format(count=state.signatures) if state.signatures else _("Ready to sign")
        title = text(words, "strong", tone="attention" if count else "good")
        lines = column(row(title, None, text(ready, "second")), spacing=6)
        if count:
            links = column(spacing=0)
            for obstacle in state.obstacles:
                links.addLayout(row(self._mark(), self._link(obstacle), None, spacing=4))
            listed = Sheet(inside(QWidget(), links), margins=(0, 0))
            listed.setFixedHeight(px(LINE_HEIGHT) * min(count, SHOWN_OBSTACLES))
            lines.addWidget(listed)
        card = frame("card")
        return inside(card, lines, 16, 12)

    def _mark(self) -> QLabel:
        mark = QLabel()
        mark.setPixmap(pixmap("none", self._tokens.wrong, 14))
        return mark

    def _link(self, to: Link) -> QWidget:
        if not to.item:
            return text(to.words, wrap=True)
        return button(to.words, look="smalllink", pressed=lambda: self.item_wanted.emit(to.item))

    def _score(self) -> QWidget:
        state = self._state
        graded = column(text(_("Grade"), "second"), text(state.grade, "figure"), None, spacing=4)
        total = column(text(_("Total"), "second"), text(state.total, "score"), spacing=0)
        lines = column(
            row(total, graded, None, spacing=24),
            *(text(remark, "caption", wrap=True) for remark in state.remarks),
            None,
            spacing=4,
        )
        card = frame("card")
        if not is_large():
            card.setFixedWidth(px(244))
        return inside(card, lines, 16, 12)

    def _table(self) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(12, 4, 12, 4)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        titles = (_("Section"), _("Full"), _("Due"), _("Earned"), _("Counted"))
        for across, title in enumerate(titles):
            grid.addWidget(_cell(title, across, "aside"), 0, across)
        for place, line in enumerate(self._state.sections, 1):
            grid.addWidget(frame("hline"), 2 * place - 1, 0, 1, len(titles))
            for across, words in enumerate((line.title, *line.numbers)):
                grid.addWidget(_cell(words, across, "strong" if across == len(line.numbers) else ""), 2 * place, across)
        grid.setColumnStretch(0, 1)
        card = frame("card")
        card.setAccessibleName(_("Sections"))
        card.setLayout(grid)
        return card

    def _losses(self) -> QWidget:
        lines = column(text(_("Most points lost"), "strong"), spacing=2)
        for loss in self._state.losses:
            lines.addLayout(row(self._link(loss), None))
        holder = inside(QWidget(), lines)
        holder.setVisible(bool(self._state.losses))
        return holder

    def _lift(self) -> QWidget:
        lift = self._state.lift
        lines = column(spacing=2)
        holder = inside(QWidget(), lines)
        holder.setVisible(lift is not None)
        if lift is not None:
            lines.addWidget(text(lift.words, "strong", wrap=True))
            gains = QWidget()
            gains.setLayout(FlowLayout(*map(self._link, lift.items), across=8, down=0))
            gains.setVisible(bool(lift.items))
            lines.addWidget(gains)
            if lift.more:
                lines.addWidget(text(lift.more, "second"))
        return holder

    def _signers(self) -> tuple[QWidget, ...]:
        shown = []
        for signer in self._state.signers:
            mark = badge(signer.words, "good" if signer.has_signed else "")
            said = _("{who}: signed") if signer.has_signed else _("{who}: still to sign")
            mark.setAccessibleName(said.format(who=signer.words))
            mark.setText(said.format(who=signer.words))
            shown.append(mark)
        return tuple(shown)


def _cell(words: str, across: int, role: str) -> QLabel:
    cell = text(words, role)
    cell.setMinimumHeight(px(28))
    side = Qt.AlignmentFlag.AlignRight if across else Qt.AlignmentFlag.AlignLeft
    cell.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return cell
