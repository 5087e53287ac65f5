"""One item's score: its state, its points under policy and adjustment, and the derivation of both."""

from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from qassess.domain.answers import Answer, AnswerSheet, Entry
from qassess.domain.facts import PROVISIONAL, fact
from qassess.domain.quantity import Limits, read_number
from qassess.domain.rules import Gate
from qassess.domain.scheme import Item, NotApplicablePolicy, Role, Scheme, full_points
from qassess.domain.score_sheet import Fact, ItemScore, State
from qassess.domain.scoring_context import Asked, Pool, Trail, UnansweredError, UnreadyError
from qassess.domain.scoring_rules import score_instances, score_rule, stated_reason
from qassess.errors import InputRefused

_HUNDREDTHS = 100


def score_points_item(scheme: Scheme, item: Item, body_class: str, sheet: AnswerSheet) -> ItemScore:
    """Score one item that gives or takes points; the item must exist for the class of body."""
    entry = sheet.entries.get(item.id, Entry())
    full = full_points(item, body_class)
    asked = Asked(
        sheet=sheet,
        entry=entry,
        pool=Pool(full=full, role=item.role),
        trail=Trail(),
        target=item.target,
        target_key=item.id,
    )
    blank = ItemScore(item=item.id, state=State.OPEN, full=full, due=_due(full, item))
    if entry.answer is None:
        return blank
    try:
        scored = _score_answer(scheme, item, entry.answer, asked, blank)
        return _adjusted(scored, entry, asked)
    except (InputRefused, UnreadyError, UnansweredError) as problem:
        return unfinished(blank, problem, asked.trail)


def unfinished(blank: ItemScore, problem: Exception, trail: Trail) -> ItemScore:
    """Return an item that has no points because of what is refused or missing, with the way as far as it went."""
    last: tuple[Fact, ...]
    match problem:
        case InputRefused():
            state, last = State.REFUSED, (Fact(f"refused.{problem.code}", problem.values),)
        case UnreadyError():
            state, last = State.INCOMPLETE, (problem.fact,)
        case UnansweredError():
            state, last = State.OPEN, () if problem.fact is None else (problem.fact,)
        case _:
            raise problem
    return replace(blank, state=state, derivation=(*trail.facts, *last), provisional=in_order(trail.provisional))


def in_order(codes: set[str]) -> tuple[str, ...]:
    """Return provisional codes in the order of their list."""
    return tuple(code for code in PROVISIONAL if code in codes)


def _due(full: Fraction | None, item: Item) -> Fraction:
    return full if full is not None and item.role is Role.BASE else Fraction(0)


def _score_answer(scheme: Scheme, item: Item, answer: Answer, asked: Asked, blank: ItemScore) -> ItemScore:
    if answer.not_applicable is not None:
        return _not_applicable(scheme, item, answer.not_applicable, blank)
    assert not isinstance(item.rule, Gate)  # noqa: S101 - gates are scored elsewhere
    if item.instances is None:
        points = score_rule(item.rule, answer, asked)
    else:
        points = score_instances(item.instances, item.rule, answer, asked)
    if any(_is_long(value) for told in asked.trail.facts for value in told.values.values()):
        asked.trail.note("exact")
    return replace(
        blank,
        state=State.SCORED,
        points=points,
        computed=points,
        derivation=tuple(asked.trail.facts),
        provisional=in_order(asked.trail.provisional),
    )


def _is_long(value: object) -> bool:
    """Tell whether a number has more than two decimal places, so that a screen shows it shortened."""
    return isinstance(value, Fraction) and _HUNDREDTHS % value.denominator != 0


def _not_applicable(scheme: Scheme, item: Item, typed: str, blank: ItemScore) -> ItemScore:
    reason = stated_reason(typed, "not_applicable")
    blank = replace(blank, state=State.NOT_APPLICABLE)
    if item.role is not Role.BASE:
        none = Fraction(0)
        told = fact("not_applicable.no_points", reason=reason)
        return replace(blank, due=none, points=none, computed=none, derivation=(told,))
    full = blank.full or Fraction(0)
    policy = item.not_applicable or scheme.not_applicable.policy
    match policy:
        case NotApplicablePolicy.RESCALE:
            return _left_out(blank, fact("not_applicable.rescale", reason=reason, full=full))
        case NotApplicablePolicy.MARK_ONLY:
            return _left_out(blank, fact("not_applicable.mark_only", reason=reason))
        case NotApplicablePolicy.FULL:
            return _given(blank, full, fact("not_applicable.full", reason=reason, points=full))
        case NotApplicablePolicy.BASE:
            base = item.base_points or Fraction(0)
            return _given(blank, base, fact("not_applicable.base", reason=reason, points=base))
        case NotApplicablePolicy.ZERO:
            return _given(blank, Fraction(0), fact("not_applicable.zero", reason=reason))
        case _:
            assert_never(policy)


def _left_out(blank: ItemScore, told: Fact) -> ItemScore:
    return replace(blank, due=Fraction(0), derivation=(told,))


def _given(blank: ItemScore, points: Fraction, told: Fact) -> ItemScore:
    return replace(blank, points=points, computed=points, derivation=(told,))


def _adjusted(scored: ItemScore, entry: Entry, asked: Asked) -> ItemScore:
    """Put the points a person set in place of the computed ones; both are kept.

    Bounded to 0..full (a penalty: − full..0), as read; points outside are refused.
    """
    adjustment = entry.adjustment
    if adjustment is None:
        return scored
    if scored.state is State.NOT_APPLICABLE or scored.computed is None:
        raise InputRefused("adjustment.not_applicable", field="adjustment")
    most = Fraction(0) if asked.pool.role is Role.PENALTY else asked.pool.full
    limits = Limits(name="adjustment", minimum=asked.pool.least, maximum=most)
    points = read_number(adjustment.points, limits).exact
    reason = adjustment.reason.strip()
    if not reason:
        raise InputRefused("adjustment.reason_missing", field="adjustment")
    told = fact("adjustment", computed=scored.computed, points=points, reason=reason)
    return replace(scored, points=points, derivation=(*scored.derivation, told))
