"""The targets of an agreement, one line each: what the scheme says, what is agreed, and why it differs."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from qassess.domain.agreement import AgreedTarget
from qassess.i18n import _, ngettext
from qassess.ui.agreement_form import ORIGINS, TargetLine, agreed_target, lacks_reason, reason_hint
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import IconLine, LineField, column, frame, inside, text


class TargetRow:
    """The widgets of one target in the grid; a number that needs a reason is refused beside it until it has one."""

    def __init__(self, tokens: Tokens, line: TargetLine) -> None:
        self.line = line
        self.value = LineField(name=_("Agreed target of {item}").format(item=line.title))
        self.value.setFixedWidth(px(112))
        self.value.show_text(line.agreed.value)
        self.reason = LineField(name=_("Reason for the target of {item}").format(item=line.title))
        self.reason.show_text(line.agreed.reason)
        self.origin = text("", "second")
        self.refusal = IconLine(tokens, "refused", "wrong")
        self.show()

    def widgets(self) -> tuple[QWidget, ...]:
        """Return title, the scheme's words, number, unit, origin and reason, in the columns' order."""
        title = text(self.line.title, "small", wrap=True)
        return (
            title,
            text(self.line.scheme, "second"),
            self.value,
            text(self.line.unit, "second"),
            self.origin,
            self.reason,
        )

    def agreed(self) -> AgreedTarget:
        """Return what is agreed."""
        return agreed_target(self.line.proposed, self.value.text(), self.reason.text())

    def show(self) -> None:
        """Show where the number comes from, and whether a reason is missing."""
        agreed = self.agreed()
        self.origin.setText(_(ORIGINS[agreed.origin]))
        self.reason.setPlaceholderText(reason_hint(agreed))
        self.reason.setEnabled(bool(reason_hint(agreed)))
        self.refuse(_("A changed target needs its reason.") if lacks_reason(agreed) else "")

    def refuse(self, words: str) -> None:
        """Say beside the field why it is refused; empty clears."""
        self.refusal.say(words)
        self.reason.refuse(bool(words))


class TargetsTable(QWidget):
    """All targets."""

    changed = Signal()

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._rows: dict[str, TargetRow] = {}
        self._count = text("", "second")
        self._card = frame("card")
        self._holder = column(self._card)
        inside(self, column(text(_("Targets"), "heading"), self._count, self._holder, spacing=8))
        self.show_lines(())

    def show_lines(self, lines: tuple[TargetLine, ...]) -> None:
        """Show the targets of another agreement."""
        self._card.setParent(None)
        self._card.deleteLater()
        self._card = frame("card")
        self._rows = {line.key: TargetRow(self._tokens, line) for line in lines}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setContentsMargins(16, 12, 16, 12)
        titles = (_("Item"), _("The scheme says"), _("Agreed"), "", _("Where it comes from"), _("Reason"))
        for place, title in enumerate(titles):
            grid.addWidget(text(title, "label"), 0, place)
        for number, shown in enumerate(self._rows.values()):
            self._add(grid, 1 + 2 * number, shown)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(5, 2)
        self._card.setLayout(grid)
        self._holder.addWidget(self._card)
        self._card.setVisible(bool(lines))
        self._say_count()

    def _add(self, grid: QGridLayout, place: int, shown: TargetRow) -> None:
        for across, widget in enumerate(shown.widgets()):
            if isinstance(widget, QLabel):
                widget.setMinimumHeight(px(36))
            grid.addWidget(widget, place, across)
        grid.addWidget(shown.refusal, place + 1, 2, 1, 4)
        for field in (shown.value, shown.reason):
            field.textEdited.connect(lambda *_, shown=shown: self._on_edited(shown))

    def _on_edited(self, shown: TargetRow) -> None:
        shown.show()
        self._say_count()
        self.changed.emit()

    def _say_count(self) -> None:
        open_shares = sum(not shown.agreed().value for shown in self._rows.values())
        words = ngettext(
            "{count} target is this body's own share of a city total and has no number yet; it can be given later.",
            "{count} targets are this body's own shares of city totals without a number yet; they can be given later.",
            open_shares,
        )
        self._count.setText(words.format(count=open_shares) if open_shares else "")
        self._count.setVisible(bool(open_shares))

    def row_of(self, key: str) -> TargetRow | None:
        """Return the row of a target by its key in the agreement."""
        return self._rows.get(key)

    def targets(self) -> dict[str, AgreedTarget]:
        """Return all targets as agreed."""
        return {key: shown.agreed() for key, shown in self._rows.items()}

    def first_refused(self) -> TargetRow | None:
        """Return the first row whose reason is missing."""
        return next((shown for shown in self._rows.values() if lacks_reason(shown.agreed())), None)
