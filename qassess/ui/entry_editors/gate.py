"""Editor of a gate (否决/降级): did it happen, what was measured, and who confirmed it as the second person."""

from PySide6.QtWidgets import QWidget

from qassess.domain.answers import Answer
from qassess.domain.rules import FlagCondition, Gate, NumberCondition
from qassess.i18n import _
from qassess.ui.entry_editors.base import EntryEditor, Labelled, prefixed
from qassess.ui.entry_editors.composed import ManyEditor, given
from qassess.ui.entry_editors.levels import CardsEditor, LevelButton
from qassess.ui.entry_editors.measures import measure_editor
from qassess.ui.texts import shown, without_blanks
from qassess.ui.theme import Tokens, px
from qassess.ui.widgets import LineField, column, inside, text


class HappenedEditor(CardsEditor):
    """Two cards: it did not happen, it happened."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(
            (
                LevelButton(tokens, _("Did not happen"), 1, _("Checked, and nothing was found."), ""),
                LevelButton(tokens, _("Happened"), 2, _("Acts on the grade once a second person confirms it."), ""),
            )
        )

    def show_answer(self, answer: Answer) -> None:
        """Show whether it happened."""
        self.show_chosen(None if answer.occurred is None else 1 + answer.occurred)

    def answer(self) -> Answer:
        """Return whether it happened."""
        return Answer(occurred=None if self.chosen is None else self.chosen > 1)


class GateEditor(ManyEditor):
    """The event as two cards, measured conditions as numbers, and the second person's name."""

    def __init__(self, tokens: Tokens, rule: Gate) -> None:
        super().__init__()
        self._event: HappenedEditor | None = None
        self._measured: dict[str, EntryEditor] = {}
        laid = column(spacing=16)
        for condition in rule.conditions:
            match condition:
                case FlagCondition() if self._event is None:
                    self._event = HappenedEditor(tokens)
                    laid.addWidget(self.adopt(self._event))
                case NumberCondition():
                    editor = self.adopt(measure_editor(condition.measure, shown(condition.label)))
                    self._measured[condition.id] = editor
                    laid.addWidget(editor)
                case _:
                    laid.addWidget(text(_("Follows from another item's score."), "second", wrap=True))
        self.confirmed_by = LineField(
            name=_("Confirmed by (second person)"), placeholder=_("name of the second person")
        )
        self.confirmed_by.setMaximumWidth(px(360))
        laid.addWidget(Labelled(_("Confirmed by (second person)"), self.confirmed_by))
        inside(self, laid)
        self.watch((self.confirmed_by,))

    def inner(self) -> tuple[EntryEditor, ...]:
        """Return the event's editor, then those of the measured conditions."""
        event = () if self._event is None else (self._event,)
        return (*event, *self._measured.values())

    def fields(self) -> tuple[QWidget, ...]:
        """Return all fields, the second person's last."""
        return (*super().fields(), self.confirmed_by)

    def named_fields(self) -> dict[str, LineField]:
        """Return the conditions' fields and the second person's."""
        named: dict[str, LineField] = {"confirmed_by": self.confirmed_by}
        for condition, editor in self._measured.items():
            named |= prefixed(f"measured.{condition}", editor.named_fields())
        return named

    def show_answer(self, answer: Answer) -> None:
        """Show event, numbers and confirmation."""
        if self._event is not None:
            self._event.show_answer(answer)
        for condition, editor in self._measured.items():
            editor.show_answer((answer.measured or {}).get(condition, Answer()))
        self.confirmed_by.show_text(answer.confirmed_by or "")

    def answer(self) -> Answer:
        """Return event, numbers and confirmation."""
        measured = {key: found for key, editor in self._measured.items() if (found := given(editor.answer()))}
        return Answer(
            occurred=self._event.answer().occurred if self._event is not None else None,
            measured=measured or None,
            confirmed_by=without_blanks(self.confirmed_by.text()),
        )

    def settle(self) -> None:
        """Settle all fields."""
        super().settle()
        self.confirmed_by.settle()
