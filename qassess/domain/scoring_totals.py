"""From items to the total: sections and their rescaling, bonus and penalty groups, caps, and the one rounding.

The order is fixed: item, group (repetitions dropped, then the cap), section (base points rescaled), wholly
not-applicable sections spread over the total, bonus and penalty, caps, one rounding. Everything before it is exact.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never

from qassess.domain.checklist import Checklist
from qassess.domain.rules import CapTotal, Text, ZeroSection
from qassess.domain.scheme import Group, Item, Role, Rounding, Scheme, Section
from qassess.domain.score_sheet import GroupScore, ItemScore, SectionScore, State
from qassess.domain.scoring_context import Trail, labelled
from qassess.domain.scoring_gates import ScoredGate

FINISHED = frozenset({State.SCORED, State.NOT_APPLICABLE})
_NONE = Fraction(0)
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class BaseTotal:
    """The sections and what they give together; ``points`` is ``None`` when nothing is applicable."""

    sections: tuple[SectionScore, ...]
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Total:
    """The total, exact and rounded once."""

    exact: Fraction
    rounded: Fraction


def total_sections(
    scheme: Scheme,
    checklist: Checklist,
    items: Mapping[str, ItemScore],
    gates: Sequence[ScoredGate],
    trail: Trail,
) -> BaseTotal:
    """Rescale base points per section (or over the total) and spread wholly not-applicable sections.

    A section zeroed by a gate keeps its ``points`` and counts 0. Its weight is lost, not spread.
    """
    sums = [_sum_section(section, asked, items) for section, asked in checklist.sections]
    full = sum((known.full for known in sums), _NONE)
    due = sum((known.due for known in sums), _NONE)
    if due == 0:
        trail.note("total.none")
        return BaseTotal(tuple(sums), None)
    by_total = scheme.not_applicable.level == "total"
    factors = {known.section: full / due for known in sums} if by_total else _section_factors(sums, full)
    zeroed = _zeroing(gates)
    scaled = tuple(_scale(known, factors, zeroed) for known in sums)
    titles = {section.id: section.title for section, _ in checklist.sections}
    for known, counted in zip(sums, scaled, strict=True):
        _say_section(known, counted, titles[known.section], zeroed.get(known.section), trail)
    _say_spreading(scheme, sums, scaled, trail)
    return BaseTotal(scaled, sum((section.scaled for section in scaled), _NONE))


def total_groups(
    scheme: Scheme, asked: Iterable[Item], items: Mapping[str, ItemScore], trail: Trail
) -> tuple[GroupScore, ...]:
    """Sum bonus and penalty items by group: of repetitions the larger counts once, then the group's cap.

    Items without a group stand under the name of their role (``bonus``, ``penalty``).
    """
    members: dict[str, list[Item]] = {}
    for item in asked:
        if item.role in (Role.BONUS, Role.PENALTY):
            members.setdefault(item.group or item.role.value, []).append(item)
    known = {group.id: group for group in scheme.groups}
    return tuple(
        _total_group(known.get(name) or _ungrouped(name), group, items, trail) for name, group in members.items()
    )


def total_points(
    scheme: Scheme, base: Fraction, groups: Sequence[GroupScore], gates: Sequence[ScoredGate], trail: Trail
) -> Total:
    """Add bonus and penalty to the base, apply floor and caps, round once; rounding never lifts over a cap."""
    bonus = sum((max(group.points, _NONE) for group in groups), _NONE)
    penalty = sum((min(group.points, _NONE) for group in groups), _NONE)
    exact = base + bonus + penalty
    trail.note("total.sum", base=base, bonus=bonus, penalty=penalty, total=exact)
    if exact < scheme.total.floor:
        trail.note("total.floored", total=exact, floor=scheme.total.floor)
        exact = scheme.total.floor
    exact, cap = _under_caps(scheme, exact, gates, trail)
    rounded = round_total(exact, scheme.total.places, scheme.total.rounding)
    if cap is not None and rounded > cap:
        rounded = round_total(exact, scheme.total.places, Rounding.DOWN)
        trail.note("total.rounded_under_cap", exact=exact, places=scheme.total.places, cap=cap, total=rounded)
    else:
        trail.note(
            "total.rounded",
            exact=exact,
            places=scheme.total.places,
            rounding=scheme.total.rounding.value,
            total=rounded,
        )
    return Total(exact, rounded)


def round_total(exact: Fraction, places: int, rounding: Rounding) -> Fraction:
    """Round to decimal places. ``half_up``: ties away from zero (四舍五入); ``down``: towards zero.

    >>> round_total(Fraction("86.25"), 1, Rounding.HALF_UP), round_total(Fraction("86.25"), 1, Rounding.HALF_EVEN)
    (Fraction(863, 10), Fraction(431, 5))
    """
    scaled = abs(exact) * 10**places
    whole = math.floor(scaled)
    match rounding:
        case Rounding.HALF_UP:
            up = scaled - whole >= _HALF
        case Rounding.HALF_EVEN:
            up = scaled - whole > _HALF or (scaled - whole == _HALF and whole % 2 == 1)
        case Rounding.DOWN:
            up = False
        case _:
            assert_never(rounding)
    rounded = Fraction(whole + up, 10**places)
    return rounded if exact >= 0 else -rounded


def _sum_section(section: Section, asked: tuple[Item, ...], items: Mapping[str, ItemScore]) -> SectionScore:
    base = [items[item.id] for item in asked if item.role is Role.BASE]
    points = sum((score.points or _NONE for score in base), _NONE)
    return SectionScore(
        section=section.id,
        full=sum((score.full or _NONE for score in base), _NONE),
        due=sum((score.due for score in base), _NONE),
        points=points,
        scaled=points,
        answered=sum((score.due for score in base if score.state in FINISHED), _NONE),
        open_items=sum(items[item.id].state not in FINISHED for item in asked),
    )


def _section_factors(sums: Sequence[SectionScore], full: Fraction) -> dict[str, Fraction]:
    """Return what each section's points are multiplied by; wholly not-applicable sections are spread over the rest."""
    applicable = sum((known.full for known in sums if known.due), _NONE)
    return {known.section: known.full / known.due * full / applicable for known in sums if known.due}


def _zeroing(gates: Sequence[ScoredGate]) -> Mapping[str, Item]:
    return {
        scored.gate.effect.section: scored.item
        for scored in gates
        if scored.state.in_force and isinstance(scored.gate.effect, ZeroSection)
    }


def _scale(known: SectionScore, factors: Mapping[str, Fraction], zeroed: Mapping[str, Item]) -> SectionScore:
    counts = known.section not in zeroed
    return replace(known, scaled=known.points * factors.get(known.section, _NONE) if counts else _NONE)


def _say_section(known: SectionScore, counted: SectionScore, title: Text, zeroed: Item | None, trail: Trail) -> None:
    if not known.full:
        return
    named = {"section": known.section, **labelled(title, name="title")}
    if not known.due:
        trail.note("section.not_applicable", **named, full=known.full)
        return
    trail.note("section.points", **named, points=known.points, due=known.due)
    if zeroed is not None:
        gate = labelled(zeroed.title, name="gate_title")
        trail.note("section.zeroed", **named, scaled=counted.scaled, item=zeroed.id, **gate)


def _say_spreading(scheme: Scheme, sums: Sequence[SectionScore], scaled: Sequence[SectionScore], trail: Trail) -> None:
    """Say what rescaling did, after the sections' own points."""
    full = sum((known.full for known in sums), _NONE)
    due = sum((known.due for known in sums), _NONE)
    if scheme.not_applicable.level == "total":
        if due != full:
            counted = sum((section.scaled for section in scaled), _NONE)
            earned = sum((known.points for known in sums), _NONE)
            trail.note("total.rescaled", points=earned, due=due, full=full, scaled=counted)
        return
    titles = {section.id: section.title for section in scheme.sections}
    for known in sums:
        if known.due and known.due != known.full:
            trail.note(
                "section.rescaled",
                section=known.section,
                **labelled(titles[known.section], name="title"),
                points=known.points,
                due=known.due,
                full=known.full,
                scaled=known.points * known.full / known.due,
            )
    applicable = sum((known.full for known in sums if known.due), _NONE)
    if applicable != full:
        trail.note("sections.spread", due=applicable, full=full)


def _ungrouped(name: str) -> Group:
    role = Role(name).value
    title = Text(zh="加分", en="Bonus") if role == "bonus" else Text(zh="扣分", en="Penalty")
    return Group(id=name, title=title, role="bonus" if role == "bonus" else "penalty")


def _total_group(group: Group, members: list[Item], items: Mapping[str, ItemScore], trail: Trail) -> GroupScore:
    earned = {item.id: items[item.id].points or _NONE for item in members}
    dropped = _repetitions(group, members, earned, trail)
    counted = sum((points for name, points in earned.items() if name not in dropped), _NONE)
    points = _under_group_cap(group, counted)
    named = {"group": group.id, **labelled(group.title, name="title")}
    if points == counted:
        trail.note("group.points", **named, points=points)
    else:
        trail.note("group.capped", **named, sum=counted, cap=group.cap or _NONE, points=points)
    return GroupScore(group=group.id, raw=sum(earned.values(), _NONE), points=points, dropped=dropped)


def _under_group_cap(group: Group, points: Fraction) -> Fraction:
    if group.cap is None:
        return points
    return max(points, -group.cap) if points < 0 else min(points, group.cap)


def _repetitions(group: Group, members: list[Item], earned: Mapping[str, Fraction], trail: Trail) -> tuple[str, ...]:
    """Return the items that repeat another of their ``no_dup_key`` with larger points; of equals the first counts."""
    kept: dict[str, Item] = {}
    for item in members:
        if item.no_dup_key and earned[item.id]:
            best = kept.setdefault(item.no_dup_key, item)
            if abs(earned[item.id]) > abs(earned[best.id]):
                kept[item.no_dup_key] = item
    dropped = [item for item in members if item.no_dup_key and earned[item.id] and kept[item.no_dup_key] is not item]
    for item in dropped:
        best = kept[item.no_dup_key or ""]
        trail.note(
            "group.repeated",
            group=group.id,
            **labelled(group.title, name="title"),
            item=item.id,
            **labelled(item.title, name="item_title"),
            kept=best.id,
            **labelled(best.title, name="kept_title"),
        )
    return tuple(item.id for item in dropped)


def _under_caps(
    scheme: Scheme, exact: Fraction, gates: Sequence[ScoredGate], trail: Trail
) -> tuple[Fraction, Fraction | None]:
    """Return the total under the scheme's cap and those of gates in force, and the lowest of them."""
    cap = scheme.total.cap
    if cap is not None and exact > cap:
        trail.note("total.capped", total=exact, cap=cap)
        exact = cap
    for scored in gates:
        effect = scored.gate.effect
        if not (scored.state.in_force and isinstance(effect, CapTotal)):
            continue
        if exact > effect.total:
            title = labelled(scored.item.title, name="title")
            trail.note("total.capped_by_gate", total=exact, cap=effect.total, item=scored.item.id, **title)
            exact = effect.total
        cap = effect.total if cap is None else min(cap, effect.total)
    return exact, cap
