"""Editors of one measure: a number with its unit, numerator ÷ denominator, a count, or counts by kind."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from qassess.domain.answers import Answer
from qassess.domain.exact import exact_to_text
from qassess.domain.rules import Measure, MeasureKind
from qassess.i18n import _
from qassess.ui.entry_editors.base import EntryEditor, Labelled, NumberField, SourceFields, prefixed
from qassess.ui.texts import shown
from qassess.ui.theme import is_large, px
from qassess.ui.widgets import LineField, button, column, frame, inside, row, text

COUNTED_IN_ONE_ROW = 3


def measure_editor(measure: Measure, label: str, *, with_source: bool = True) -> EntryEditor:
    """Return the editor for a measure; ``label`` names the number where the measure itself does not."""
    if measure.kinds:
        return KindsEditor(measure, with_source=with_source)
    if measure.kind is MeasureKind.FLAG:
        return FlagEditor(label)
    return NumberEditor(measure, label, with_source=with_source)


class NumberEditor(EntryEditor):
    """One number, or a pair whose quotient is the number; one can switch between the two."""

    def __init__(self, measure: Measure, label: str, *, with_source: bool = True) -> None:
        super().__init__()
        self._measure = measure
        self._counts = measure.kind is MeasureKind.COUNT
        unit = measure.unit or ("%" if measure.kind is MeasureKind.PERCENT else "")
        self._value = NumberField(name=label, unit=unit)
        self._direct = Labelled(label, self._value)
        self._source = SourceFields() if with_source else None
        parts: list[QWidget] = [self._direct]
        self._switch = button("", look="link", pressed=self._on_switch)
        has_pair = measure.kind is MeasureKind.PERCENT or measure.numerator is not None
        self._pair = self._build_pair(label, unit) if has_pair else None
        line = row(*((self._pair, *parts) if self._pair is not None else parts), spacing=16)
        if not is_large():
            line.addWidget(self._switch, alignment=Qt.AlignmentFlag.AlignBottom)
        self._switch.setVisible(has_pair)
        line.addStretch(1)
        laid = column(line, spacing=12)
        if is_large():
            laid.addWidget(self._switch, alignment=Qt.AlignmentFlag.AlignLeft)
        if self._source is not None:
            laid.addWidget(self._source)
        inside(self, laid)
        self.watch(field for field in self.fields() if isinstance(field, NumberField))
        if self._source is not None:
            self.watch((self._source.source, self._source.date))
        self._show_pair(self._pair is not None)
        self.is_small = self._pair is None and self._source is None

    def _build_pair(self, label: str, unit: str) -> QWidget:
        measure = self._measure
        above = shown(measure.numerator) or _("Numerator")
        below = shown(measure.denominator) or _("Denominator")
        self._numerator = NumberField(name=above)
        self._denominator = NumberField(name=below)
        computed = frame("computed")
        self._result = text("—", "figure")
        inside(computed, row(self._result, None, text(unit, "second"), spacing=8), 12, 8)
        computed.setMinimumWidth(px(148))
        computed.setFixedHeight(px(44))
        line = row(
            Labelled(above, self._numerator),
            column(None, text("÷", "sign"), 6, spacing=0),
            Labelled(below, self._denominator),
            column(None, text("=", "sign"), 6, spacing=0),
            Labelled(label, computed),
            spacing=10,
        )
        return inside(QWidget(), line)

    def _show_pair(self, paired: bool) -> None:
        self._paired = paired
        self._direct.setVisible(not paired)
        if self._pair is not None:
            self._pair.setVisible(paired)
            self._switch.setText(_("Type the percentage itself") if paired else _("Type numerator and denominator"))

    def _on_switch(self) -> None:
        self._show_pair(not self._paired)
        self.focus_first()
        self.edited.emit()

    def show_answer(self, answer: Answer) -> None:
        """Show the pair if it was entered as one, else the number."""
        given, other = (answer.count, answer.value) if self._counts else (answer.value, answer.count)
        self._value.show_text(given or other or "")
        if self._pair is not None:
            self._numerator.show_text(answer.numerator or "")
            self._denominator.show_text(answer.denominator or "")
            self._show_pair(answer.value is None)
            self._result.setText("—")
        if self._source is not None:
            self._source.show_answer(answer)

    def answer(self) -> Answer:
        """Return the number or the pair, whichever is shown, with its source."""
        source, date = self._source.typed if self._source is not None else (None, None)
        if self._paired:
            return Answer(
                numerator=self._numerator.typed, denominator=self._denominator.typed, source=source, date=date
            )
        if self._counts:
            return Answer(count=self._value.typed, source=source, date=date)
        return Answer(value=self._value.typed, source=source, date=date)

    def fields(self) -> tuple[QWidget, ...]:
        """Return the pair, the number, then source and date."""
        pair = (self._numerator, self._denominator) if self._pair is not None else ()
        source = (self._source.source, self._source.date) if self._source is not None else ()
        return (*pair, self._value, *source)

    def focus_first(self) -> None:
        """Begin at the field that is shown."""
        field = self._numerator if self._paired else self._value
        field.setFocus()
        field.selectAll()

    def named_fields(self) -> dict[str, LineField]:
        """Return the fields in use by name."""
        named: dict[str, LineField] = {}
        if self._paired:
            named |= {"numerator": self._numerator, "denominator": self._denominator}
        else:
            named["count" if self._counts else "value"] = self._value
        return named | (self._source.named if self._source is not None else {})

    def show_measured(self, words: str) -> None:
        """Show the quotient."""
        if self._pair is not None:
            self._result.setText(words or "—")


class KindsEditor(EntryEditor):
    """A count for each kind of case, each with its weight."""

    def __init__(self, measure: Measure, *, with_source: bool = True) -> None:
        super().__init__()
        self._fields: dict[str, NumberField] = {}
        laid = QGridLayout()
        laid.setContentsMargins(0, 0, 0, 0)
        laid.setSpacing(12)
        for place, kind in enumerate(measure.kinds):
            words = _("{kind} × {weight}").format(kind=shown(kind.label), weight=exact_to_text(kind.weight))
            field = NumberField(name=words, unit=measure.unit)
            self._fields[kind.id] = field
            laid.addWidget(Labelled(words, field), place // COUNTED_IN_ONE_ROW, place % COUNTED_IN_ONE_ROW)
        laid.setColumnStretch(COUNTED_IN_ONE_ROW, 1)
        self._source = SourceFields() if with_source else None
        counted = QWidget()
        counted.setLayout(laid)
        whole = column(counted, spacing=12)
        if self._source is not None:
            whole.addWidget(self._source)
            self.watch((self._source.source, self._source.date))
        inside(self, whole)
        self.watch(self._fields.values())

    def show_answer(self, answer: Answer) -> None:
        """Show the counts."""
        counts = answer.counts or {}
        for kind, field in self._fields.items():
            field.show_text(counts.get(kind, ""))
        if self._source is not None:
            self._source.show_answer(answer)

    def answer(self) -> Answer:
        """Return the counts that are typed."""
        source, date = self._source.typed if self._source is not None else (None, None)
        counts = {kind: field.typed for kind, field in self._fields.items() if field.typed is not None}
        return Answer(counts=counts or None, source=source, date=date)

    def fields(self) -> tuple[QWidget, ...]:
        """Return the counts, then source and date."""
        source = (self._source.source, self._source.date) if self._source is not None else ()
        return (*self._fields.values(), *source)

    def named_fields(self) -> dict[str, LineField]:
        """Return the counts by kind, then source and date."""
        source = self._source.named if self._source is not None else {}
        return prefixed("counts", self._fields) | source


class FlagEditor(EntryEditor):
    """A measure that only says yes or no; typed as 1 or 0 by a digit key or a click."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._chosen: str | None = None
        self._buttons = {value: button(words, look="chip") for value, words in (("1", _("Yes")), ("0", _("No")))}
        for value, shown_button in self._buttons.items():
            shown_button.setCheckable(True)
            shown_button.clicked.connect(lambda *_, value=value: self._choose(value))
        inside(self, row(text(label, "label"), *self._buttons.values(), None))

    def _choose(self, value: str) -> None:
        self._chosen = value
        self._show()
        self.edited.emit()
        self.finished.emit()

    def _show(self) -> None:
        for value, shown_button in self._buttons.items():
            shown_button.setChecked(value == self._chosen)

    def show_answer(self, answer: Answer) -> None:
        """Show yes, no, or neither."""
        self._chosen = answer.value
        self._show()

    def answer(self) -> Answer:
        """Return ``1`` for yes and ``0`` for no."""
        return Answer(value=self._chosen)

    def fields(self) -> tuple[QWidget, ...]:
        """Return the two buttons."""
        return tuple(self._buttons.values())

    def press_digit(self, digit: int) -> bool:
        """1 means yes, 0 means no."""
        if str(digit) not in self._buttons:
            return False
        self._choose(str(digit))
        return True
