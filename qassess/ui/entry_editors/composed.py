"""Editors made of editors: two measures, the parts of a composite, and the instances of one item."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from qassess.domain.answers import Answer, Instance
from qassess.domain.rules import Grid, Part
from qassess.domain.scheme import Combine, Instances
from qassess.i18n import _
from qassess.ui.entry_editors.base import EntryEditor, Labelled, SourceFields, prefixed
from qassess.ui.entry_editors.measures import NumberEditor, measure_editor
from qassess.ui.texts import shown, without_blanks
from qassess.ui.widgets import LineField, button, column, frame, inside, row, text

MakeEditor = Callable[[], EntryEditor]
NOTHING = Answer()
IN_A_ROW = 3


def given(answer: Answer) -> Answer | None:
    """Return the answer, ``None`` when nothing is entered in it."""
    return None if answer == NOTHING else answer


class ManyEditor(EntryEditor):
    """An editor that passes on what its inner editors say."""

    def inner(self) -> tuple[EntryEditor, ...]:
        """Return the inner editors in order."""
        raise NotImplementedError

    def adopt(self, editor: EntryEditor) -> EntryEditor:
        """Pass on an inner editor's signals."""
        editor.edited.connect(self.edited)
        editor.finished.connect(self.finished)
        return editor

    def fields(self) -> tuple[QWidget, ...]:
        """Return the fields of all inner editors."""
        return tuple(field for editor in self.inner() for field in editor.fields())

    def focus_first(self) -> None:
        """Begin in the first inner editor."""
        for editor in self.inner()[:1]:
            editor.focus_first()

    def press_digit(self, digit: int) -> bool:
        """Give the digit to the inner editor that has the focus, else to the first that wants it."""
        focused = QApplication.focusWidget()
        editors = sorted(self.inner(), key=lambda editor: focused is None or not editor.isAncestorOf(focused))
        return any(editor.press_digit(digit) for editor in editors)

    def settle(self) -> None:
        """Settle all inner editors."""
        for editor in self.inner():
            editor.settle()


class GridEditor(ManyEditor):
    """Two measures, one under the other."""

    def __init__(self, rule: Grid) -> None:
        super().__init__()
        self._row = self.adopt(measure_editor(rule.row_measure, shown(rule.row_label), with_source=False))
        self._column = self.adopt(measure_editor(rule.column_measure, shown(rule.column_label)))
        inside(self, column(self._row, self._column, spacing=12))

    def inner(self) -> tuple[EntryEditor, ...]:
        """Return the editor of the rows' measure, then of the columns'."""
        return self._row, self._column

    def named_fields(self) -> dict[str, LineField]:
        """Return both numbers' fields."""
        return prefixed("row", self._row.named_fields()) | prefixed("column", self._column.named_fields())

    def show_answer(self, answer: Answer) -> None:
        """Show both numbers."""
        self._row.show_answer(answer.row or NOTHING)
        self._column.show_answer(answer.column or NOTHING)

    def answer(self) -> Answer:
        """Return both numbers."""
        return Answer(row=given(self._row.answer()), column=given(self._column.answer()))


class PartEditor(ManyEditor):
    """One part of a composite: its editor, and the measure that waives its deduction where there is one."""

    def __init__(self, part: Part, editor: EntryEditor) -> None:
        super().__init__()
        self.part = part
        self.is_small = isinstance(editor, NumberEditor) and editor.is_small and part.waiver is None
        self._editor = self.adopt(editor)
        laid = column(self._editor, spacing=8)
        if not isinstance(editor, NumberEditor):
            laid.insertWidget(0, text(shown(part.label), "strong", wrap=True))
        self._waiver: EntryEditor | None = None
        if part.waiver is not None:
            label = shown(part.waiver.label)
            self._waiver = self.adopt(measure_editor(part.waiver.measure, label, with_source=False))
            laid.addWidget(self._waiver)
        inside(self, laid)

    def inner(self) -> tuple[EntryEditor, ...]:
        """Return the part's editor and its waiver's."""
        return (self._editor,) if self._waiver is None else (self._editor, self._waiver)

    def named_fields(self) -> dict[str, LineField]:
        """Return the part's fields and its waiver's."""
        waiver = prefixed("waiver", self._waiver.named_fields()) if self._waiver is not None else {}
        return self._editor.named_fields() | waiver

    def show_answer(self, answer: Answer) -> None:
        """Show the part's answer and its waiver's."""
        self._editor.show_answer(answer)
        if self._waiver is not None:
            self._waiver.show_answer(answer.waiver or NOTHING)

    def answer(self) -> Answer:
        """Return the part's answer with its waiver's."""
        answer = self._editor.answer()
        if self._waiver is None:
            return answer
        return replace(answer, waiver=given(self._waiver.answer()))


class CompositeEditor(ManyEditor):
    """The parts of a composite, stacked."""

    def __init__(self, parts: tuple[PartEditor, ...]) -> None:
        super().__init__()
        self._parts = parts
        self._source = SourceFields()
        laid = column(*_arranged(parts), self._source, spacing=12)
        for part in parts:
            self.adopt(part)
        inside(self, laid)
        self.watch(self._source.named.values())

    def inner(self) -> tuple[EntryEditor, ...]:
        """Return the parts' editors."""
        return self._parts

    def named_fields(self) -> dict[str, LineField]:
        """Return the fields of all parts, such as ``parts.ID.value``."""
        parts = (prefixed(f"parts.{editor.part.id}", editor.named_fields()) for editor in self._parts)
        return _united(parts) | self._source.named

    def show_answer(self, answer: Answer) -> None:
        """Show every part's answer."""
        self._source.show_answer(answer)
        for editor in self._parts:
            editor.show_answer((answer.parts or {}).get(editor.part.id, NOTHING))

    def answer(self) -> Answer:
        """Return the answers of the parts that have one."""
        parts = {editor.part.id: answer for editor in self._parts if (answer := editor.answer()) != NOTHING}
        source, date = self._source.typed
        return Answer(parts=parts or None, source=source, date=date)

    def fields(self) -> tuple[QWidget, ...]:
        """Return the fields of all parts, then source and date."""
        return (*super().fields(), *self._source.named.values())

    def settle(self) -> None:
        """Settle all fields."""
        super().settle()
        for field in self._source.named.values():
            field.settle()


class InstanceRow(ManyEditor):
    """One instance: what it is, its answer, and a way to take it out."""

    def __init__(self, editor: EntryEditor, *, label: str, stated: tuple[str, str] | None) -> None:
        super().__init__()
        self.stated_id = stated[0] if stated is not None else None
        name = stated[1] if stated is not None else ""
        self.name = LineField(name=label, placeholder=label)
        self.name.show_text(name)
        self.name.setReadOnly(stated is not None)
        self.editor = self.adopt(editor)
        self.remove = button(_("Remove"), look="tiny")
        self.remove.setVisible(stated is None)
        head = row(Labelled(label, self.name), self.remove, spacing=12)
        head.setAlignment(self.remove, Qt.AlignmentFlag.AlignBottom)
        card = frame("card")
        inside(card, column(head, self.editor, spacing=12), 16, 12)
        inside(self, column(card))
        self.watch((self.name,))

    def inner(self) -> tuple[EntryEditor, ...]:
        """Return the instance's editor."""
        return (self.editor,)

    def fields(self) -> tuple[QWidget, ...]:
        """Return the name, then the answer's fields."""
        return (self.name, *self.editor.fields())

    def named_fields(self) -> dict[str, LineField]:
        """Return the name and the answer's fields."""
        return {"label": self.name} | self.editor.named_fields()

    def show_instance(self, instance: Instance) -> None:
        """Show an instance."""
        if self.stated_id is None:
            self.name.show_text(instance.label)
        self.editor.show_answer(instance.answer)

    def instance(self) -> Instance | None:
        """Return the instance, ``None`` while neither name nor answer is given."""
        answer, label = self.editor.answer(), without_blanks(self.name.text())
        if answer == NOTHING and (label is None or self.stated_id is not None):
            return None
        return Instance(label=label or "", id=self.stated_id, answer=answer)


class InstancesEditor(ManyEditor):
    """The instances of an item: rows to add and remove, or the stated ones with their shares."""

    def __init__(self, instances: Instances, make: MakeEditor) -> None:
        super().__init__()
        self._instances = instances
        self._make = make
        self._is_fixed = instances.combine is Combine.WEIGHTS and bool(instances.weights)
        self._rows: list[InstanceRow] = []
        self._laid = column(spacing=12)
        self._add = button(_("Add one more: {what}").format(what=shown(instances.label)), pressed=self._on_add)
        self._add.setVisible(not self._is_fixed)
        inside(self, column(self._laid, row(self._add, None), spacing=12))
        self._show_rows(())

    def _show_rows(self, answers: tuple[Instance, ...]) -> None:
        for known in self._rows:
            known.setParent(None)
            known.deleteLater()
        self._rows = []
        if self._is_fixed:
            by_id = {instance.id: instance for instance in answers}
            for weight in self._instances.weights:
                shown_row = self._append((weight.id, shown(weight.label)))
                if weight.id in by_id:
                    shown_row.show_instance(by_id[weight.id])
            return
        for instance in answers:
            self._append(None).show_instance(instance)
        if not answers:
            self._append(None)

    def _append(self, stated: tuple[str, str] | None) -> InstanceRow:
        added = InstanceRow(self._make(), label=shown(self._instances.label), stated=stated)
        self.adopt(added)
        added.remove.clicked.connect(lambda *_: self._on_remove(added))
        self._rows.append(added)
        self._laid.addWidget(added)
        return added

    def _on_add(self) -> None:
        self._append(None).name.setFocus()

    def _on_remove(self, gone: InstanceRow) -> None:
        self._rows.remove(gone)
        gone.setParent(None)
        gone.deleteLater()
        if not self._rows:
            self._append(None)
        self.edited.emit()
        self.finished.emit()

    def inner(self) -> tuple[EntryEditor, ...]:
        """Return the rows."""
        return tuple(self._rows)

    def named_fields(self) -> dict[str, LineField]:
        """Return the fields of all rows, such as ``instances.1.value``."""
        return _united(
            prefixed(f"instances.{number}", line.named_fields()) for number, line in enumerate(self._rows, 1)
        )

    def focus_first(self) -> None:
        """Begin at the first row's name, or at its answer where names are stated."""
        first = self._rows[0]
        (first.editor.focus_first if self._is_fixed else first.name.setFocus)()

    def show_answer(self, answer: Answer) -> None:
        """Show the instances; rows stay in place while one types in them."""
        instances = answer.instances or ()
        if instances != self.answer().instances:
            self._show_rows(instances)

    def answer(self) -> Answer:
        """Return the instances that are named or answered."""
        instances = tuple(found for shown_row in self._rows if (found := shown_row.instance()) is not None)
        return Answer(instances=instances or None)


def _arranged(parts: tuple[PartEditor, ...]) -> list[QWidget]:
    """Return the parts side by side where all are single numbers, else one under the other."""
    if not all(part.is_small for part in parts):
        return list(parts)
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(12)
    for place, part in enumerate(parts):
        grid.addWidget(part, place // IN_A_ROW, place % IN_A_ROW)
    grid.setColumnStretch(IN_A_ROW, 1)
    return [holder]


def _united(named: Iterable[dict[str, LineField]]) -> dict[str, LineField]:
    return {name: field for fields in named for name, field in fields.items()}
