"""What every entry editor is: it shows an answer, tells what is typed, and says when it was edited and finished.

An editor knows nothing of points and rules' arithmetic; what is typed stays in it, refused or not.
"""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from qassess.domain.answers import Answer
from qassess.i18n import _
from qassess.ui.texts import without_blanks
from qassess.ui.theme import px, text_font
from qassess.ui.widgets import LineField, column, inside, row, text


class NumberField(LineField):
    """A field for one number with its unit inside, at the right. It takes any text: refusing is the rule's work."""

    def __init__(self, *, name: str, unit: str = "", width: int = 136) -> None:
        super().__init__(name=f"{name} ({unit})" if unit else name)
        self.setProperty("kind", "number")
        self._unit = QLabel(unit, self)
        self._unit.setProperty("role", "second")
        room = QFontMetrics(text_font(13)).horizontalAdvance(unit)
        self.setTextMargins(0, 0, room + 8 if unit else 0, 0)
        self.setFixedWidth(max(px(width), room + px(96)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the unit at the right edge."""
        super().resizeEvent(event)
        wanted = self._unit.sizeHint()
        self._unit.setGeometry(
            self.width() - wanted.width() - 12, (self.height() - wanted.height()) // 2, wanted.width(), wanted.height()
        )

    @property
    def typed(self) -> str | None:
        """What was typed, ``None`` when nothing."""
        return without_blanks(self.text())


class EntryEditor(QWidget):
    """The part of the item card where the answer is given.

    ``edited``: something changed as one types, for the live score. ``finished``: an input is complete and is to be
    saved. An editor never changes by itself what it was given to show.
    """

    edited = Signal()
    finished = Signal()

    def show_answer(self, answer: Answer) -> None:
        """Show a stored answer or a kept draft; ``Answer()`` for nothing entered."""
        raise NotImplementedError

    def answer(self) -> Answer:
        """Return what is entered, as typed; ``Answer()`` when nothing is."""
        raise NotImplementedError

    def fields(self) -> tuple[QWidget, ...]:
        """Return the input widgets in focus order."""
        raise NotImplementedError

    def press_digit(self, digit: int) -> bool:
        """Take a digit key pressed outside text fields; tell whether it meant something here."""
        del digit
        return False

    def show_measured(self, words: str) -> None:
        """Show the number the rule sees (a percentage from its pair), in words; most editors have no use for it."""

    def focus_first(self) -> None:
        """Put the focus where typing begins, the old number selected so that typing replaces it."""
        for field in self.fields():
            if field.isEnabled() and not field.isHidden():
                field.setFocus()
                if isinstance(field, LineField):
                    field.selectAll()
                return

    def named_fields(self) -> dict[str, LineField]:
        """Return the line fields by the name a refusal gives them, such as ``parts.a.value``."""
        return {}

    def mark_refused(self, name: str | None) -> None:
        """Mark the field a refusal names, else the one in use or the last that holds text; ``None`` clears."""
        named = self.named_fields()
        for field in named.values():
            field.refuse(False)
        if name is None:
            return
        filled = [field for field in named.values() if field.text()]
        in_use = next((field for field in filled if field.hasFocus()), filled[-1] if filled else None)
        refused = named.get(name, in_use)
        if refused is not None:
            refused.refuse(True)

    def settle(self) -> None:
        """Count all that is typed as dealt with, so that leaving a field does not save it twice."""
        for field in self.fields():
            if isinstance(field, LineField):
                field.settle()

    def watch(self, fields: Iterable[LineField]) -> None:
        """Pass on the edits of line fields."""
        for field in fields:
            field.textEdited.connect(lambda *_: self.edited.emit())
            field.finished.connect(self.finished)


def prefixed(prefix: str, named: Mapping[str, LineField]) -> dict[str, LineField]:
    """Return named fields under a prefix: ``value`` becomes ``row.value``."""
    return {f"{prefix}.{name}": field for name, field in named.items()}


class Labelled(QWidget):
    """A field under its label; the label is the field's buddy for screen readers."""

    def __init__(self, words: str, field: QWidget) -> None:
        super().__init__()
        label = text(words, "label")
        label.setBuddy(field)
        inside(self, column(label, field, spacing=4))


class SourceFields(QWidget):
    """Where a number comes from: its source and date."""

    def __init__(self) -> None:
        super().__init__()
        self.source = LineField(name=_("Source of the number"), placeholder=_("bulletin, statistics, report no. …"))
        self.date = LineField(name=_("Date of the source"), placeholder="2024-01-15")
        self.date.setFixedWidth(px(136))
        inside(self, row(Labelled(_("Source"), self.source), Labelled(_("Date"), self.date), spacing=12))

    def show_answer(self, answer: Answer) -> None:
        """Show an answer's source and date."""
        self.source.show_text(answer.source or "")
        self.date.show_text(answer.date or "")

    @property
    def named(self) -> dict[str, LineField]:
        """The two fields by name."""
        return {"source": self.source, "date": self.date}

    @property
    def typed(self) -> tuple[str | None, str | None]:
        """Source and date as typed."""
        return without_blanks(self.source.text()), without_blanks(self.date.text())
