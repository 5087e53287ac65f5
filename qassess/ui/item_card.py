"""The centre of the checklist: one item as a card, from what is asked to the live score."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from qassess.domain.answers import Answer, Entry, ReferenceValue
from qassess.domain.scheme import Role
from qassess.domain.score_sheet import ItemScore, State
from qassess.i18n import _
from qassess.ui.actions import key_of
from qassess.ui.entry_editors.base import EntryEditor
from qassess.ui.entry_editors.choose import item_editor
from qassess.ui.entry_editors.composed import given
from qassess.ui.flow import FlowLayout
from qassess.ui.item_panels import AdjustPanel, ReasonPanel, ReferencesPanel
from qassess.ui.item_state import ItemState
from qassess.ui.own_word import OwnPanel, OwnWord
from qassess.ui.page import Sheet
from qassess.ui.score_card import ScoreCard
from qassess.ui.texts import shown
from qassess.ui.theme import Tokens, is_large, px
from qassess.ui.widgets import IconLine, KeyButton, NoteField, button, column, frame, inside, keycap, row, text
from qassess.wording import number


class ItemCard(QWidget):
    """Shows an item's state; ``edited`` says what is typed, ``submitted`` that an input is complete."""

    edited = Signal(object)
    submitted = Signal(object)
    take_over_wanted = Signal()

    def __init__(self, tokens: Tokens, state: ItemState, own: OwnWord | None = None) -> None:
        super().__init__()
        self._tokens = tokens
        typed = state.draft or state.entry
        self.own = OwnPanel(tokens, own, typed.differs_because, locked=state.locked)
        self._state = state
        self._entry = state.entry
        self.editor: EntryEditor = item_editor(state.item, tokens)
        self.refusal = IconLine(tokens, "refused", "wrong")
        self.refusal.say("")
        self.score = ScoreCard(tokens)
        self._build_panels()
        self._connect()
        content = QWidget()
        inside(content, self._laid_out())
        self._sheet = Sheet(content, widest=960, margins=(28, 20))
        inside(self, column(self._sheet))
        self._show(state.draft or state.entry)
        self._untouched = None if state.draft else (given(self.editor.answer()), self.references.references())
        self.setEnabled(not state.locked)

    def _build_panels(self) -> None:
        tokens, state = self._tokens, self._state
        self.inapplicable = ReasonPanel(
            tokens, _("Not applicable this year"), _("Declare not applicable"), _("It does apply")
        )
        self.adjust = AdjustPanel(tokens)
        self.references = ReferencesPanel(state.references)
        self.note = NoteField(name=_("Note"), placeholder=_("what the next reader should know"))
        self.note.setFixedHeight(px(72))
        self.flag = KeyButton(_("Flag"), key_of("flag"), look="flat", pictured=("flag", tokens.attention))
        self.flag.setCheckable(True)

    def _connect(self) -> None:
        self.own.taken.connect(self.take_over_wanted)
        for source in (self.editor, self.references, self.own):
            source.edited.connect(self._on_edited)
            source.finished.connect(self.submit)
        self.note.textChanged.connect(self._on_edited)
        self.note.finished.connect(self.submit)
        self.flag.clicked.connect(lambda *_: self.submit())
        self.inapplicable.confirmed.connect(self._on_inapplicable)
        self.inapplicable.withdrawn.connect(self._on_applicable)
        self.adjust.confirmed.connect(self._on_adjusted)
        self.adjust.withdrawn.connect(self._on_computed)

    def _laid_out(self) -> QVBoxLayout:
        state = self._state
        rule = frame("rule")
        inside(rule, column(text(state.rule, wrap=True)), 12, 4)
        note = column(row(text(_("Note"), "label"), keycap(key_of("note")), None), self.note, spacing=4)
        below = row(self.references, inside(QWidget(), note), spacing=24)
        below.setStretch(0, 2)
        below.setStretch(1, 1)
        return column(
            text(state.place, "second", wrap=True),
            text(shown(state.item.title), "title", wrap=True),
            self._facts(),
            8,
            rule,
            *(self._pending(words) for words in state.pending),
            4,
            self.editor,
            self.refusal,
            self.inapplicable,
            self.adjust,
            4,
            self.score,
            self.own,
            4,
            below,
            None,
            spacing=8,
        )

    def _facts(self) -> QWidget:
        state = self._state
        facts = FlowLayout()
        if state.target:
            facts.addWidget(_fact(_("Target {target}").format(target=state.target), strong=True))
        if state.full is not None:
            facts.addWidget(_fact(_("Full points {points}").format(points=number(state.full))))
        if state.leads:
            facts.addWidget(_fact(_("Lead {unit}").format(unit=state.leads)))
        facts.addWidget(self.flag)
        holder = QWidget()
        holder.setLayout(facts)
        return holder

    def _pending(self, words: str) -> QWidget:
        line = IconLine(self._tokens, "attention", "attention")
        line.say(words)
        holder = frame("pending")
        return inside(holder, column(line), 12, 8)

    def _show(self, entry: Entry) -> None:
        answer = entry.answer or Answer()
        self.editor.show_answer(answer)
        self.references.show_references(entry.references)
        self.note.blockSignals(True)
        self.note.show_text(entry.note)
        self.note.blockSignals(False)
        self.flag.setChecked(entry.flagged)
        self._show_inapplicable(answer)
        if entry.adjustment is not None:
            self.adjust.show_adjustment(entry.adjustment)
        self.show_score(self._state.score)

    def _show_inapplicable(self, answer: Answer) -> None:
        stated = answer.not_applicable is not None
        self.editor.setEnabled(not stated)
        if stated:
            self.inapplicable.open_with(answer.not_applicable or "")

    @property
    def item(self) -> str:
        """The item's id."""
        return self._state.item.id

    @property
    def stored(self) -> Entry:
        """What is stored."""
        return self._entry

    def entry(self) -> Entry:
        """Return the entry as it stands in the fields.

        What nobody touched is what is stored, even where fields cannot show all of it: looking never changes.
        """
        before = self._entry.answer
        is_out = before is not None and before.not_applicable is not None
        answer: Answer | None = given(self.editor.answer())
        references: Mapping[str, ReferenceValue] = self.references.references()
        if self._untouched is not None and (answer, references) == self._untouched:
            answer, references = before, self._entry.references
        return replace(
            self._entry,
            answer=before if is_out else answer,
            references=references,
            note=self.note.toPlainText(),
            flagged=self.flag.isChecked(),
            differs_because=self.own.reason.toPlainText().strip(),
        )

    def submit(self) -> None:
        """Say that what stands in the fields is to be saved."""
        self.submitted.emit(self.entry())

    def _on_edited(self) -> None:
        self.edited.emit(self.entry())

    def open_inapplicable(self) -> None:
        """Open the panel for 合理缺项 and begin with its reason."""
        if self.inapplicable.isHidden():
            self.inapplicable.open_with("")
        self._begin_in(self.inapplicable.reason)

    def _begin_in(self, field: QWidget) -> None:
        """Put the focus into a field of a panel that was just opened, and bring it into view once it is laid out."""
        field.setFocus()
        QTimer.singleShot(0, field, lambda: self._sheet.ensureWidgetVisible(field))

    def _on_inapplicable(self) -> None:
        reason = self.inapplicable.reason.text().strip()
        self.inapplicable.reason.settle()
        self.submitted.emit(replace(self.entry(), answer=Answer(not_applicable=reason), adjustment=None))

    def _on_applicable(self) -> None:
        self.inapplicable.hide()
        before = self._entry.answer
        if before is not None and before.not_applicable is not None:
            self.editor.setEnabled(True)
            self.submitted.emit(replace(self.entry(), answer=given(self.editor.answer())))
        self.editor.focus_first()

    def open_adjustment(self) -> None:
        """Open the panel for an adjustment and begin with its points."""
        if self.adjust.isHidden():
            self.adjust.show_adjustment(self._entry.adjustment)
        self._begin_in(self.adjust.points)

    def _on_adjusted(self) -> None:
        self.submitted.emit(replace(self.entry(), adjustment=self.adjust.adjustment()))

    def _on_computed(self) -> None:
        self.adjust.hide()
        if self._entry.adjustment is not None:
            self.submitted.emit(replace(self.entry(), adjustment=None))

    def show_saved(self, entry: Entry, score: ItemScore) -> None:
        """Show that an entry is stored; fields keep what stands in them."""
        self._entry = entry
        self._untouched = (given(self.editor.answer()), self.references.references())
        self.refusal.say("")
        self.inapplicable.refusal.say("")
        self.adjust.refusal.say("")
        self.editor.mark_refused(None)
        self.editor.setEnabled(entry.answer is None or entry.answer.not_applicable is None)
        self.show_score(score)

    def show_evidence(self, pieces: tuple[str, ...]) -> None:
        """Show that other evidence is stored; the fields and what is typed in them stay."""
        self._entry = replace(self._entry, evidence=pieces)
        evidence = self._state.item.evidence
        required = evidence.required if evidence is not None else 0
        self._state = replace(self._state, missing_evidence=max(required - len(pieces), 0))
        self.show_score(self._score)

    def show_refusal(self, words: str, field: str) -> None:
        """Say beside the field why it is refused; what was typed stays."""
        if field.startswith("adjustment"):
            self.adjust.refusal.say(words)
        elif field == "not_applicable":
            self.inapplicable.refusal.say(words)
        else:
            self.refusal.say(words)
            self.editor.mark_refused(field)

    def show_preview(self, score: ItemScore, refusal: str, field: str) -> None:
        """Show the score as one types, and a refusal beside the field."""
        if refusal:
            self.show_refusal(refusal, field)
        else:
            self.refusal.say("")
            self.editor.mark_refused(None)
        self.show_score(score)

    def show_score(self, score: ItemScore) -> None:
        """Show a score, and the number the rule sees."""
        self._score = score
        missing = self._state.missing_evidence if score.state is State.SCORED else 0
        warning = _("Evidence still missing: {count}").format(count=missing) if missing else ""
        self.score.show_score(score, warning=warning, is_gate=self._state.item.role is Role.GATE)
        self.own.show_score(score)
        measured = next((fact.values["value"] for fact in score.derivation if fact.code == "measure.pair"), None)
        self.editor.show_measured(number(measured) if measured is not None and not isinstance(measured, str) else "")

    def press_digit(self, digit: int) -> None:
        """Give a digit key to the editor."""
        if self.editor.isEnabled() and not self._state.locked:
            self.editor.press_digit(digit)


def _fact(words: str, *, strong: bool = False) -> QLabel:
    return text(words, "fact" if strong else "second")


class CardFoot(QWidget):
    """The bar under the card: rare actions at the left, the next step at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.inapplicable = button(_("Not applicable…"))
        self.adjust = button(_("Adjust points…"))
        self.history = button(_("History"))
        self.previous = KeyButton(_("Previous"), key_of("previous"), look="flat")
        self.accept = KeyButton(_("Accept, next open"), key_of("accept"), look="accent")
        bar = frame("bottombar")
        rare = row(self.inapplicable, self.adjust, self.history, None, spacing=8)
        common = row(None, self.previous, self.accept, spacing=8)
        lines = column(rare, common, spacing=4) if is_large() else row(rare, common, spacing=8)
        bar.setFixedHeight(px(86 if is_large() else 56))
        inside(bar, lines, 28, 4 if is_large() else 0)
        inside(self, column(bar))
        for known in (self.inapplicable, self.adjust, self.history, self.previous, self.accept):
            known.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def allow(self, allowed: bool) -> None:
        """Switch the actions that change something on or off."""
        for known in (self.inapplicable, self.adjust):
            known.setEnabled(allowed)
