"""What needs a decision, over the real services, in the words the screens show."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from qassess.domain.answers import Answer, Entry
from qassess.domain.payloads import from_document, to_document
from qassess.domain.scheme import Item
from qassess.domain.score_sheet import ItemScore
from qassess.i18n import _
from qassess.services import assessments, conflicts, decisions, edits
from qassess.services.workspace import Workspace
from qassess.ui.conflict_state import ConflictState, Decision, SideState
from qassess.ui.item_state import answer_words
from qassess.ui.texts import friendly_time, round_words, section_title, shown
from qassess.wording import MINUS, number, say_derivation, say_grade, total_points, unit_words, value_unit
from qassess.wording.exchange import say_consequence, say_field, say_value

if TYPE_CHECKING:
    from qassess.domain.settling import Side
    from qassess.services.conflicts import Choice, Conflict
    from qassess.services.views import AssessmentView

WORDS = frozenset(("note", "caption"))
"""Fields that are plain words and can be written as such."""


class ServiceConflicts:
    """Conflicts over one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: dict[str, Conflict] = {}
        self._views: dict[str, AssessmentView] = {}
        self._decided: list[tuple[str, str]] = []

    def conflicts(self) -> tuple[ConflictState, ...]:
        """Return all open conflicts, the gravest first."""
        found = conflicts.conflicts(self._workspace)
        self._open = {known.id: known for known in found}
        named = dict.fromkeys(known.assessment for known in found)
        self._views = {name: assessments.open_assessment(self._workspace, name) for name in named}
        now = self._workspace.clock()
        return tuple(_Telling(known, self._views[known.assessment], now).state() for known in found)

    def decide(self, conflict: str, decision: Decision) -> None:
        """Decide one conflict."""
        known = self._open.get(conflict)
        if decision.answer is not None:
            decisions.decide_value(self._workspace, conflict, to_document(decision.answer), reason=decision.reason)
        elif decision.text is not None:
            decisions.decide_value(self._workspace, conflict, decision.text or None, reason=decision.reason)
        elif decision.keep_both:
            decisions.keep_both(self._workspace, conflict, decision.side or 0, reason=decision.reason)
        else:
            decisions.decide(self._workspace, conflict, decision.side or 0, reason=decision.reason)
        if known is not None:
            self._decided.append((known.assessment, conflict))

    def undo_decision(self) -> str:
        """Take the decision made last back."""
        if not self._decided:
            return ""
        assessment, conflict = self._decided[-1]
        edits.undo(self._workspace, assessment)
        self._decided.pop()
        return conflict

    def preview_decision(self, conflict: str, answer: Answer) -> ItemScore | None:
        """Score an item as it would be with an answer written by hand."""
        known = self._open.get(conflict)
        if known is None or known.item_id is None:
            return None
        view = self._views[known.assessment]
        entry = view.entries.get(known.item_id, Entry())
        return assessments.preview(view, known.item_id, replace(entry, answer=answer))


class _Telling:
    """One conflict, told in words."""

    def __init__(self, conflict: "Conflict", view: "AssessmentView", now: datetime) -> None:
        self._conflict, self._view, self._now = conflict, view, now
        named = (item for item in view.checklist.items if item.id == conflict.item_id)
        self._item: Item | None = next(named, None)

    def state(self) -> ConflictState:
        conflict = self._conflict
        is_answer = self._item is not None and conflict.name == "answer"
        first = conflict.sides[0].side.value if conflict.sides else None
        return ConflictState(
            id=conflict.id,
            body=conflict.body.name,
            title=self._title(),
            effect=self._effect(),
            delta=self._delta(),
            grave=conflict.needs_reason,
            place=self._place(),
            base=self._base(),
            sides=tuple(self._side(place, choice) for place, choice in enumerate(conflict.sides)),
            needs_reason=conflict.needs_reason,
            warning=self._warning(),
            item=self._item if is_answer else None,
            answer=_answer(first) if is_answer else None,
            text=str(first or "") if conflict.name in WORDS else None,
            can_keep_both=self._item is not None,
        )

    def _title(self) -> str:
        conflict = self._conflict
        named = f"{conflict.code} {shown(conflict.title)}".strip() if conflict.title is not None else ""
        if conflict.name == "answer" and named:
            return named
        return " · ".join(part for part in (named, say_field(conflict.name)) if part)

    def _place(self) -> str:
        conflict, view = self._conflict, self._view
        parts = [conflict.body.name, round_words(conflict.year, conflict.round)]
        if self._item is not None:
            numbered = enumerate(view.checklist.sections, 1)
            parts += [section_title(at, known.title) for at, (known, _i) in numbered if known.id == self._item.section]
        return " · ".join(parts)

    def _base(self) -> str:
        base = self._conflict.base
        if base is None:
            return ""
        return _("{value} · {who} {when}").format(value=self._value(base.value), who=base.author, when=self._when(base))

    def _when(self, side: "Side") -> str:
        return friendly_time(datetime.fromtimestamp(side.hlc / 1000, UTC), self._now)

    def _side(self, place: int, choice: "Choice") -> SideState:
        side, scheme = choice.side, self._view.scheme.scheme
        return SideState(
            title=_side_title(place, len(self._conflict.sides), side),
            when=_("{when} · wrote the {field}").format(when=self._when(side), field=say_field(self._conflict.name)),
            author=side.author,
            value=self._value(side.value),
            derivation=say_derivation(choice.score) if choice.score is not None else (),
            total=total_points(scheme, choice.total) if choice.total is not None else "",
            grade=say_grade(scheme, choice.grade) if choice.grade else "",
            place=str(choice.place) if choice.place is not None else "",
            decided=_("decided so: {reason}").format(reason=side.reason or "—") if side.decided else "",
        )

    def _value(self, value: Any) -> str:  # noqa: ANN401 - any JSON
        answer = _answer(value) if self._conflict.name == "answer" else None
        if self._item is None or answer is None:
            return say_value(value)
        words, measure = answer_words(self._item, answer), getattr(self._item.rule, "measure", None)
        unit = unit_words(value_unit(measure)) if measure is not None and answer.value else ""
        return f"{words} {unit}".strip()

    def _effect(self) -> str:
        conflict, scheme = self._conflict, self._view.scheme.scheme
        if conflict.needs_reason:
            grades = tuple(say_grade(scheme, choice.grade) if choice.grade else "–" for choice in conflict.sides)
            return say_consequence(conflict.difference, grades, conflict.places)
        return _("no change of place") if conflict.spread else _("no effect on the score")

    def _delta(self) -> str:
        difference = self._conflict.difference
        sign = "+" if difference > 0 else MINUS if difference < 0 else ""
        return f"{sign}{number(abs(difference), 2)}"

    def _warning(self) -> str:
        if self._conflict.decided_differently:
            return _("Two people have decided this conflict, each in another way.")
        return ""


def _side_title(place: int, sides: int, side: "Side") -> str:
    who = _("{author}, {device}").format(author=side.author or "—", device=side.device or "—")
    if sides > 2:
        return _("Side {number}: {who}").format(number=place + 1, who=who)
    return _("Left: {who}").format(who=who) if place == 0 else _("Right: {who}").format(who=who)


def _answer(value: object) -> Answer | None:
    """Return a field's value as an answer, ``None`` where it is none this program knows."""
    if not isinstance(value, dict):
        return None
    try:
        return from_document(Answer, value)
    except ValidationError:
        return None
