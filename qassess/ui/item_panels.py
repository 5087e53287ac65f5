"""The small panels of the item card: not applicable, adjustment, references and the note."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from qassess.domain.answers import Adjustment, ReferenceValue
from qassess.i18n import _
from qassess.ui.entry_editors.base import Labelled, NumberField
from qassess.ui.item_state import ReferenceField
from qassess.ui.texts import without_blanks
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import IconLine, LineField, button, column, frame, inside, row, text


class ReasonPanel(QWidget):
    """Something stated with a reason in place: confirmed by Enter or its button, taken back by another."""

    confirmed = Signal()
    withdrawn = Signal()

    def __init__(self, tokens: Tokens, title: str, confirm: str, withdraw: str) -> None:
        super().__init__()
        self.reason = LineField(name=_("Reason"), placeholder=_("why, and on what basis"), takes_return=True)
        self.reason.entered.connect(self.confirmed)
        self.confirm = button(confirm, pressed=self.confirmed.emit)
        self.withdraw = button(withdraw, look="flat", pressed=self.withdrawn.emit)
        self._before = row(spacing=12)
        self.refusal = IconLine(tokens, "refused", "wrong")
        self.refusal.say("")
        line = row(self._before, Labelled(_("Reason"), self.reason), self.confirm, self.withdraw, spacing=12)
        line.setStretch(1, 1)
        for one in (self.confirm, self.withdraw):
            line.setAlignment(one, Qt.AlignmentFlag.AlignBottom)
        card = frame("card")
        inside(card, column(text(title, "strong"), line, self.refusal, spacing=8), 16, 12)
        inside(self, column(card))
        self.hide()

    def open_with(self, reason: str) -> None:
        """Show the panel with a reason."""
        self.reason.show_text(reason)
        self.refusal.say("")
        self.show()


class AdjustPanel(ReasonPanel):
    """Other points than those computed, with the reason; both are always printed."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens, _("Adjust the points by hand"), _("Adjust"), _("Use the computed points"))
        self.points = NumberField(name=_("Points"), unit=_("points"))
        self._before.addWidget(Labelled(_("Points"), self.points))

    def show_adjustment(self, adjustment: Adjustment | None) -> None:
        """Show the adjustment in force, or an empty panel."""
        self.points.show_text(adjustment.points if adjustment else "")
        self.open_with(adjustment.reason if adjustment else "")

    def adjustment(self) -> Adjustment | None:
        """Return what is typed, ``None`` for nothing."""
        points, reason = self.points.typed, without_blanks(self.reason.text())
        return None if points is None and reason is None else Adjustment(points=points or "", reason=reason or "")


@dataclass(frozen=True, slots=True)
class _ReferenceRow:
    numbers: tuple[LineField, ...]
    source: LineField
    date: LineField


class ReferencesPanel(QWidget):
    """The dated, sourced values the rule compares with."""

    edited = Signal()
    finished = Signal()

    def __init__(self, fields: tuple[ReferenceField, ...]) -> None:
        super().__init__()
        self._rows: dict[str, _ReferenceRow] = {}
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, field in enumerate(fields):
            self._add(grid, place, field)
        grid.setColumnStretch(2, 1)
        card = frame("card")
        grid.setContentsMargins(12, 12, 12, 12)
        card.setLayout(grid)
        inside(self, column(text(_("Reference values"), "label"), card, spacing=4))
        self.setVisible(bool(fields))

    def _add(self, grid: QGridLayout, place: int, field: ReferenceField) -> None:
        numbers = tuple(LineField(name=field.words) for _number in range(field.numbers))
        made = _ReferenceRow(
            numbers,
            LineField(name=_("Source of the number"), placeholder=_("Source")),
            LineField(name=_("Date of the source"), placeholder=_("Date")),
        )
        for known in numbers:
            known.setFixedWidth(px(88 if field.numbers == 1 else 64))
        made.date.setFixedWidth(px(112))
        made.source.setMinimumWidth(px(112))
        label = _("{reference} ({unit})").format(reference=field.words, unit=field.unit) if field.unit else field.words
        grid.addWidget(text(label, "small"), place, 0)
        grid.addLayout(row(*numbers, spacing=4), place, 1)
        grid.addWidget(made.source, place, 2)
        grid.addWidget(made.date, place, 3)
        for known in (*numbers, made.source, made.date):
            known.textEdited.connect(lambda *_: self.edited.emit())
            known.finished.connect(self.finished)
        self._rows[field.key] = made

    def show_references(self, references: Mapping[str, ReferenceValue]) -> None:
        """Show stored references."""
        for key, made in self._rows.items():
            known = references.get(key, ReferenceValue())
            values = known.values or ((known.value,) if known.value is not None else ())
            for place, field in enumerate(made.numbers):
                field.show_text(values[place] if place < len(values) else "")
            made.source.show_text(known.source)
            made.date.show_text(known.date)

    def references(self) -> dict[str, ReferenceValue]:
        """Return what is typed; a reference without anything is left out."""
        found = {key: _typed(made) for key, made in self._rows.items()}
        return {key: value for key, value in found.items() if value != ReferenceValue()}


def _typed(made: _ReferenceRow) -> ReferenceValue:
    numbers = tuple(field.text().strip() for field in made.numbers)
    source, date = made.source.text().strip(), made.date.text().strip()
    if len(numbers) > 1:
        return ReferenceValue(values=tuple(filter(None, numbers)), source=source, date=date)
    return ReferenceValue(value=numbers[0] or None, source=source, date=date)
