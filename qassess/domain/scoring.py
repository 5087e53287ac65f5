"""Scoring: a scheme and what is entered give points, grade and the derivation of both, exactly and always alike.

The only way from answers to points, for screen, paper and workbook. Settled in the order of the scheme's own rules:
item, group, section, spreading, bonus and penalty, caps, one rounding, grade, downgrades, grade caps, veto.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from qassess.domain.answers import AnswerSheet
from qassess.domain.checklist import Checklist, checklist_for, item_exists_for
from qassess.domain.rules import Gate
from qassess.domain.scheme import Item, PinnedScheme, Role, Scheme
from qassess.domain.score_sheet import ItemScore, ScoreSheet, State
from qassess.domain.scoring_context import Trail
from qassess.domain.scoring_gates import ScoredGate, score_gate
from qassess.domain.scoring_grade import Grades, Standing, grade_total
from qassess.domain.scoring_items import in_order, score_points_item
from qassess.domain.scoring_totals import FINISHED, total_groups, total_points, total_sections

_NO_GRADES: Final = Grades(None, None)
_UNFINISHED: Final = frozenset({"open_items", "open_gates", "unconfirmed_gate", "not_applicable_over_limit"})


def score(pinned: PinnedScheme, sheet: AnswerSheet) -> ScoreSheet:
    """Score one body's whole sheet.

    Never raises for what is entered: an answer that cannot be used is a refused item. Raises ``KeyError`` for a class
    of body that the scheme does not have.
    """
    scheme = pinned.scheme
    asked = checklist_for(scheme, sheet.body_class, sheet.body).items
    points = {
        item.id: score_points_item(scheme, item, sheet.body_class, sheet)
        for item in asked
        if not isinstance(item.rule, Gate)
    }
    return settle(pinned, sheet, points)


def settle(pinned: PinnedScheme, sheet: AnswerSheet, points: Mapping[str, ItemScore]) -> ScoreSheet:
    """Go the rest of the way: from the scores of all items that give points to gates, total and grade.

    ``points`` need not be what the sheet's own entries give: so it is asked what a grade would be if.
    """
    scheme = pinned.scheme
    checklist = checklist_for(scheme, sheet.body_class, sheet.body)
    ordered, gates = _with_gates(scheme, checklist, sheet, points)
    trail = Trail()
    base = total_sections(scheme, checklist, ordered, gates, trail)
    groups = total_groups(scheme, checklist.items, ordered, trail)
    total = None if base.points is None else total_points(scheme, base.points, groups, gates, trail)
    standing = Standing(
        scheme=scheme, checklist=checklist, sheet=sheet, gates=gates, sections=base.sections, items=ordered
    )
    _say_reservations(standing, trail)
    graded = _NO_GRADES if total is None or "open_items" in trail.provisional else grade_total(standing, total, trail)
    return ScoreSheet(
        scheme_id=scheme.id,
        scheme_version=scheme.version,
        scheme_sha256=pinned.sha256,
        body=sheet.body,
        body_class=sheet.body_class,
        year=sheet.year,
        round=sheet.round,
        items=ordered,
        sections=base.sections,
        groups=groups,
        gates=tuple(scored.state for scored in gates),
        total_unrounded=None if total is None else total.exact,
        total=None if total is None else total.rounded,
        computed_grade=graded.computed,
        grade=graded.final,
        complete=not trail.provisional & _UNFINISHED,
        facts=tuple(trail.facts),
        provisional=in_order(trail.provisional),
    )


def score_item(scheme: Scheme, item: Item, body_class: str, sheet: AnswerSheet) -> ItemScore:
    """Score one item alone, for a live preview; the same points as on the whole sheet.

    The item must exist for the class of body.
    """
    if not isinstance(item.rule, Gate):
        return score_points_item(scheme, item, body_class, sheet)
    asked = {known.id: known for known in scheme.items if item_exists_for(known, body_class, sheet.body)}

    def score_of(item_id: str) -> ItemScore | None:
        other = asked.get(item_id)
        is_scored = other is not None and not isinstance(other.rule, Gate)
        return score_points_item(scheme, other, body_class, sheet) if other is not None and is_scored else None

    return score_gate(scheme, item, item.rule, sheet, score_of).score


def _with_gates(
    scheme: Scheme, checklist: Checklist, sheet: AnswerSheet, items: Mapping[str, ItemScore]
) -> tuple[dict[str, ItemScore], tuple[ScoredGate, ...]]:
    """Score the gates, last because they may look at another item's share; all in the checklist's order."""
    asked = checklist.items
    gates = tuple(
        score_gate(scheme, item, item.rule, sheet, items.get) for item in asked if isinstance(item.rule, Gate)
    )
    known = dict(items) | {scored.item.id: scored.score for scored in gates}
    return {item.id: known[item.id] for item in asked}, gates


def _say_reservations(standing: Standing, trail: Trail) -> None:
    """Note why the result is not final: what is open, unconfirmed, provisional, or too much not applicable."""
    gate_ids = {scored.item.id for scored in standing.gates}
    unfinished = {item_id for item_id, score in standing.items.items() if score.state not in FINISHED}
    reservations = {
        "open_items": bool(unfinished - gate_ids),
        "open_gates": bool(unfinished & gate_ids),
        "unconfirmed_gate": any(gate.state.occurred and not gate.state.confirmed for gate in standing.gates),
        "not_applicable_over_limit": _is_over_limit(standing, trail),
    }
    trail.provisional.update(code for code, applies in reservations.items() if applies)
    for item_score in standing.items.values():
        trail.provisional.update(item_score.provisional)
    if unfinished:
        trail.note("total.open", open=len(unfinished), asked=len(standing.items))


def _is_over_limit(standing: Standing, trail: Trail) -> bool:
    """Compare the share of base points declared not applicable, whatever the policy, with the scheme's limit."""
    limit = standing.scheme.not_applicable.limit_share
    full = sum((section.full for section in standing.sections), Fraction(0))
    if limit is None or full == 0:
        return False
    excused = sum(
        (
            score.full or Fraction(0)
            for item in standing.checklist.items
            if item.role is Role.BASE and (score := standing.items[item.id]).state is State.NOT_APPLICABLE
        ),
        Fraction(0),
    )
    share = excused / full
    if share > limit:
        trail.note("total.not_applicable_over_limit", share=share, limit=limit)
    return share > limit
