"""Gates (否决/降级): whether their conditions are met, whether that is confirmed, and what they would do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from qassess.domain.answers import Answer, AnswerSheet, Entry
from qassess.domain.facts import fact
from qassess.domain.rules import (
    CapGrade,
    CapTotal,
    Condition,
    Downgrade,
    Effect,
    FixGrade,
    FlagCondition,
    Gate,
    NumberCondition,
    ShareCondition,
    ZeroSection,
)
from qassess.domain.scheme import Item, Scheme
from qassess.domain.score_sheet import Fact, GateState, ItemScore, State
from qassess.domain.scoring_context import (
    Asked,
    Pool,
    Trail,
    UnansweredError,
    UnreadyError,
    holds,
    labelled,
    unanswered,
)
from qassess.domain.scoring_items import in_order, unfinished
from qassess.domain.scoring_measures import read_measure
from qassess.errors import InputRefused

ScoreOf = Callable[[str], ItemScore | None]
"""The score of another item of the same body by id; ``None`` where the body is not asked it."""


@dataclass(frozen=True, slots=True)
class ScoredGate:
    """A gate as an item of the checklist and as a state of its own."""

    item: Item
    gate: Gate
    score: ItemScore
    state: GateState


def score_gate(scheme: Scheme, item: Item, gate: Gate, sheet: AnswerSheet, score_of: ScoreOf) -> ScoredGate:
    """Score one gate. It is in force only when its conditions are met and a second person has confirmed that.

    Conditions on another item's share need no answer. A gate is stated, never left out: not applicable is refused.
    """
    entry = sheet.entries.get(item.id, Entry())
    answer = entry.answer or Answer()
    trail = Trail()
    asked = Asked(sheet=sheet, entry=entry, pool=Pool(full=None, role=item.role), trail=trail)
    blank = ItemScore(item=item.id, state=State.OPEN)
    try:
        occurred = _occurred(scheme, gate, answer, asked, score_of)
    except InputRefused as problem:
        score = unfinished(blank, problem, trail)
        return ScoredGate(item, gate, score, _open_gate(score))
    confirmed = bool((answer.confirmed_by or "").strip())
    if occurred is not None:
        _say_outcome(scheme, gate, answer, trail, occurred=occurred)
    facts = tuple(trail.facts)
    score = replace(
        blank,
        state=State.OPEN if occurred is None else State.SCORED,
        derivation=facts,
        provisional=in_order(trail.provisional),
    )
    state = GateState(
        item=item.id,
        occurred=occurred,
        confirmed=confirmed,
        in_force=bool(occurred) and confirmed,
        facts=facts,
    )
    return ScoredGate(item, gate, score, state)


def _open_gate(score: ItemScore) -> GateState:
    return GateState(item=score.item, occurred=None, confirmed=False, in_force=False, facts=score.derivation)


def _occurred(scheme: Scheme, gate: Gate, answer: Answer, asked: Asked, score_of: ScoreOf) -> bool | None:
    """Tell whether the gate's conditions are met; ``None`` while that depends on what is not entered.

    One condition that decides by itself is enough: a missing number elsewhere does not hold up a veto.
    """
    if answer.not_applicable is not None:
        raise InputRefused("answer.gate_not_applicable", field="not_applicable")
    known_ids = {condition.id for condition in gate.conditions if isinstance(condition, NumberCondition)}
    for unknown in sorted(set(answer.measured or {}) - known_ids):
        raise InputRefused("answer.no_such_part", field="measured", part=unknown)
    met = [_is_met(scheme, condition, answer, asked, score_of) for condition in gate.conditions]
    decisive = gate.match == "any"
    if decisive in met:
        return decisive
    if None not in met:
        return not decisive
    unanswered(replace(answer, occurred=None, measured=None), asked, "occurred")  # refuses an answer of another kind
    return None


def _is_met(scheme: Scheme, condition: Condition, answer: Answer, asked: Asked, score_of: ScoreOf) -> bool | None:
    match condition:
        case FlagCondition():
            if answer.occurred is not None:
                asked.trail.note("gate.flag", occurred=answer.occurred)
            return answer.occurred
        case NumberCondition():
            return _number_is_met(condition, answer, asked)
        case ShareCondition():
            return _share_is_met(scheme, condition, asked, score_of)
        case _:
            assert_never(condition)


def _number_is_met(condition: NumberCondition, answer: Answer, asked: Asked) -> bool | None:
    entered = (answer.measured or {}).get(condition.id, Answer())
    place = replace(
        asked,
        target_key=f"{asked.target_key}/{condition.id}",
        reference_prefix=f"{condition.id}:",
        field_prefix=f"measured.{condition.id}.",
    )
    try:
        reading = read_measure(condition.measure, entered, place)
    except (UnansweredError, UnreadyError) as missing:
        asked.trail.note("gate.condition_open", **labelled(condition.label))
        asked.trail.facts.extend([] if missing.fact is None else [missing.fact])
        return None
    met = holds(reading.value, condition.bound)
    asked.trail.note(
        "gate.number",
        **labelled(condition.label),
        value=reading.value,
        unit=reading.unit,
        comparator=condition.bound.comparator.value,
        bound=condition.bound.value,
        met=met,
    )
    return met


def _share_is_met(scheme: Scheme, condition: ShareCondition, asked: Asked, score_of: ScoreOf) -> bool | None:
    title = next((item.title for item in scheme.items if item.id == condition.item), None)
    named = {"title": condition.item, "title_en": condition.item} if title is None else labelled(title, name="title")
    other = score_of(condition.item)
    if other is None or other.state is State.NOT_APPLICABLE or not other.full:
        asked.trail.note("gate.share_not_applicable", item=condition.item, **named)
        return False
    if other.points is None:
        asked.trail.note("gate.share_open", item=condition.item, **named)
        return None
    share = other.points / other.full
    met = holds(share, condition.bound)
    asked.trail.note(
        "gate.share",
        item=condition.item,
        **named,
        share=share,
        comparator=condition.bound.comparator.value,
        bound=condition.bound.value,
        met=met,
    )
    return met


def _say_outcome(scheme: Scheme, gate: Gate, answer: Answer, trail: Trail, *, occurred: bool) -> None:
    if not occurred:
        trail.note("gate.did_not_happen")
        return
    trail.note("gate.happened")
    by = (answer.confirmed_by or "").strip()
    trail.facts.append(fact("gate.confirmed", by=by) if by else fact("gate.unconfirmed"))
    trail.facts.append(_effect(scheme, gate.effect))


def _effect(scheme: Scheme, effect: Effect) -> Fact:
    match effect:
        case FixGrade():
            return fact("effect.grade", **grade_values(scheme, effect.grade))
        case Downgrade():
            return fact("effect.down", levels=effect.levels)
        case CapGrade():
            return fact("effect.cap_grade", **grade_values(scheme, effect.grade))
        case CapTotal():
            return fact("effect.cap_total", total=effect.total)
        case ZeroSection():
            section = next(section for section in scheme.sections if section.id == effect.section)
            return fact("effect.zero_section", section=effect.section, **labelled(section.title, name="title"))
        case _:
            assert_never(effect)


def grade_values(scheme: Scheme, grade: str) -> dict[str, str]:
    """Return a grade's id and names as values of a fact."""
    known = next(known for known in scheme.grading.grades if known.id == grade)
    return {"grade": grade, **labelled(known.label)}
