"""Editor of a checklist: what is there is ticked; "none of these" is an answer too."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from qassess.domain.answers import Answer
from qassess.domain.exact import exact_to_text
from qassess.domain.rules import Checklist
from qassess.i18n import _
from qassess.ui.entry_editors.base import EntryEditor
from qassess.ui.texts import shown
from qassess.ui.widgets import button, column, inside, keycap, row, text

DIGITS = 9


class TicksEditor(EntryEditor):
    """One box for each element with the points it gives or costs; digits tick and untick."""

    def __init__(self, rule: Checklist) -> None:
        super().__init__()
        self._answered = False
        self.boxes: dict[str, QCheckBox] = {}
        laid = column(spacing=0)
        for digit, element in enumerate(rule.elements, 1):
            box = QCheckBox(shown(element.label))
            box.setAccessibleName(shown(element.label))
            box.clicked.connect(self._on_click)
            self.boxes[element.id] = box
            points = exact_to_text(element.points)
            words = _("+{points} points") if rule.mode == "award" else _("without it −{points} points")
            line = row(box, None, text(words.format(points=points), "second"), spacing=12)
            if digit <= DIGITS:
                line.addWidget(keycap(str(digit)))
            laid.addLayout(line)
        self._nothing = button(_("None of these is there"), look="link", pressed=self._on_nothing)
        laid.addWidget(self._nothing, alignment=Qt.AlignmentFlag.AlignLeft)
        inside(self, laid)

    def _on_click(self) -> None:
        self._answered = True
        self.edited.emit()
        self.finished.emit()

    def _on_nothing(self) -> None:
        for box in self.boxes.values():
            box.setChecked(False)
        self._on_click()

    def show_answer(self, answer: Answer) -> None:
        """Show the ticks."""
        self._answered = answer.checked is not None
        for element, box in self.boxes.items():
            box.setChecked(element in (answer.checked or ()))

    def answer(self) -> Answer:
        """Return what is ticked, in the rule's order; nothing at all until something was ticked or denied."""
        if not self._answered:
            return Answer()
        return Answer(checked=tuple(element for element, box in self.boxes.items() if box.isChecked()))

    def press_digit(self, digit: int) -> bool:
        """Tick or untick by digit."""
        boxes = tuple(self.boxes.values())
        if not 1 <= digit <= len(boxes):
            return False
        boxes[digit - 1].toggle()
        self._on_click()
        return True

    def fields(self) -> tuple[QWidget, ...]:
        """Return the boxes and the denial."""
        return (*self.boxes.values(), self._nothing)
