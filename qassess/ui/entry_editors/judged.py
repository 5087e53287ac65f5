"""Editors of a place among others, of bounded discretion, and of another office's score."""

from PySide6.QtWidgets import QWidget

from qassess.domain.answers import Answer
from qassess.domain.exact import exact_to_text
from qassess.domain.rules import External, Judge
from qassess.i18n import _
from qassess.ui.entry_editors.base import EntryEditor, Labelled, NumberField, SourceFields
from qassess.ui.texts import shown, without_blanks
from qassess.ui.widgets import LineField, column, inside, row, text


class RankEditor(EntryEditor):
    """Place, how many were ranked, and how many share the place."""

    def __init__(self) -> None:
        super().__init__()
        self._place = NumberField(name=_("Place"))
        self._of = NumberField(name=_("of how many"))
        self._sharing = NumberField(name=_("sharing this place"))
        self._source = SourceFields()
        fields = row(
            Labelled(_("Place"), self._place),
            Labelled(_("of how many"), self._of),
            Labelled(_("sharing this place"), self._sharing),
            None,
            spacing=16,
        )
        inside(self, column(fields, self._source, spacing=12))
        self.watch((self._place, self._of, self._sharing, self._source.source, self._source.date))

    def show_answer(self, answer: Answer) -> None:
        """Show the place and its source."""
        self._place.show_text(answer.value or "")
        self._of.show_text(answer.of or "")
        self._sharing.show_text(answer.sharing or "")
        self._source.show_answer(answer)

    def answer(self) -> Answer:
        """Return the place; nobody sharing it need not be typed."""
        source, date = self._source.typed
        return Answer(value=self._place.typed, of=self._of.typed, sharing=self._sharing.typed, source=source, date=date)

    def fields(self) -> tuple[QWidget, ...]:
        """Return place, number ranked, sharing, source and date."""
        return self._place, self._of, self._sharing, self._source.source, self._source.date

    def named_fields(self) -> dict[str, LineField]:
        """Return the fields by name."""
        return {"value": self._place, "of": self._of, "sharing": self._sharing} | self._source.named


class JudgeEditor(EntryEditor):
    """Points within bounds, always with a reason."""

    def __init__(self, rule: Judge) -> None:
        super().__init__()
        label = _("Points awarded") if rule.mode == "award" else _("Points deducted")
        self._points = NumberField(name=label, unit=_("points"))
        self._reason = LineField(name=_("Reason"), placeholder=_("what was seen, and where"))
        low, high = exact_to_text(rule.minimum), exact_to_text(rule.maximum)
        bounds = _("{low} to {high} points").format(low=low, high=high)
        if rule.increment is not None:
            bounds = _("{low} to {high} points, in steps of {step}").format(
                low=low, high=high, step=exact_to_text(rule.increment)
            )
        line = row(Labelled(label, self._points), Labelled(_("Reason"), self._reason), spacing=16)
        line.setStretch(1, 1)
        inside(self, column(line, text(bounds, "caption"), spacing=8))
        self.watch((self._points, self._reason))

    def show_answer(self, answer: Answer) -> None:
        """Show points and reason."""
        self._points.show_text(answer.points or "")
        self._reason.show_text(answer.reason or "")

    def answer(self) -> Answer:
        """Return points and reason."""
        return Answer(points=self._points.typed, reason=without_blanks(self._reason.text()))

    def fields(self) -> tuple[QWidget, ...]:
        """Return points and reason."""
        return self._points, self._reason

    def named_fields(self) -> dict[str, LineField]:
        """Return the fields by name."""
        return {"points": self._points, "reason": self._reason}


class ExternalEditor(EntryEditor):
    """The score another office gave, out of its own full points, with its source."""

    def __init__(self, rule: External) -> None:
        super().__init__()
        label = _("Their score (out of {full})").format(full=exact_to_text(rule.external_full))
        self._value = NumberField(name=label, unit=_("points"))
        self._source = SourceFields()
        self._source.source.setPlaceholderText(shown(rule.source))
        inside(self, column(row(Labelled(label, self._value), None), self._source, spacing=12))
        self.watch((self._value, self._source.source, self._source.date))

    def show_answer(self, answer: Answer) -> None:
        """Show the score and its source."""
        self._value.show_text(answer.value or "")
        self._source.show_answer(answer)

    def answer(self) -> Answer:
        """Return the score and its source."""
        source, date = self._source.typed
        return Answer(value=self._value.typed, source=source, date=date)

    def fields(self) -> tuple[QWidget, ...]:
        """Return score, source and date."""
        return self._value, self._source.source, self._source.date

    def named_fields(self) -> dict[str, LineField]:
        """Return the fields by name."""
        return {"value": self._value} | self._source.named
