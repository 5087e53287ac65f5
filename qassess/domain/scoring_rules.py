"""A whole rule's points: one shape or a composite, asked once or for each of several instances."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from qassess.domain.answers import Answer, Instance
from qassess.domain.facts import fact
from qassess.domain.rules import Composite, Part, Shape
from qassess.domain.scheme import Combine, Instances, Role
from qassess.domain.scoring_context import Asked, Pool, UnansweredError, UnreadyError, clip, holds, labelled, unanswered
from qassess.domain.scoring_measures import read_measure
from qassess.domain.scoring_shapes import score_shape, undeducted
from qassess.errors import InputRefused

PointRule = Shape | Composite
_Numbered = tuple[int, Instance]
_GRAVITY = (InputRefused, UnansweredError, UnreadyError)


def score_rule(rule: PointRule, answer: Answer, asked: Asked) -> Fraction:
    """Return the points of a shape or a composite, asked once."""
    return score_composite(rule, answer, asked) if isinstance(rule, Composite) else score_shape(rule, answer, asked)


def score_composite(rule: Composite, answer: Answer, asked: Asked) -> Fraction:
    """Return the parts' sum, each capped by its own cap, then brought between floor and the item's full points.

    A part not checked leaves the item not checked. A part not applicable is rescaled only where the rule says so.
    """
    if answer.parts is None:
        raise unanswered(answer, asked, "parts")
    known = {part.id for part in rule.parts}
    for unknown in sorted(set(answer.parts) - known):
        raise InputRefused("answer.no_such_part", field=asked.field_name("parts"), part=unknown)
    answers = answer.parts
    applicable = [part for part in rule.parts if not _is_left_out(part, answers.get(part.id), rule, asked)]
    if not applicable:
        raise UnreadyError(fact("missing.parts_applicable"))
    earned = _every(_part_task(part, answers.get(part.id), asked) for part in applicable)
    points = sum(earned, Fraction(0))
    asked.trail.note("composite.sum", parts=len(applicable), points=points)
    if len(applicable) < len(rule.parts):
        points = _rescaled(points, applicable, rule, asked)
    floor = asked.pool.least if asked.pool.role is Role.PENALTY and rule.floor >= 0 else rule.floor
    return clip(points, floor, Fraction(0) if asked.pool.role is Role.PENALTY else asked.pool.full, asked.trail)


def score_instances(instances: Instances, rule: PointRule, answer: Answer, asked: Asked) -> Fraction:
    """Return the item's points from those of its instances; those not applicable are out, weights renormalised.

    No instance, or a stated one that is not entered, leaves the item not checked. A sum is kept within the item's pool;
    other combinations lie between their instances.
    """
    if not answer.instances:
        raise unanswered(replace(answer, instances=None), asked, "instances")
    numbered = tuple(enumerate(answer.instances, 1))
    if instances.combine is Combine.WEIGHTS:
        _check_stated(instances, answer.instances, asked)
    applicable = [pair for pair in numbered if not _is_instance_left_out(pair, asked)]
    if not applicable:
        raise UnreadyError(fact("missing.instances_applicable"))
    earned = _every(_instance_task(rule, pair, asked) for pair in applicable)
    points = _combined(instances, applicable, earned, asked)
    if instances.combine is not Combine.SUM:
        return points
    most = Fraction(0) if asked.pool.role is Role.PENALTY else asked.pool.full
    return clip(points, asked.pool.least, most, asked.trail)


def _every(tasks: Iterable[Callable[[], Fraction]]) -> list[Fraction]:
    """Run all tasks, so that one refused input is not hidden by another one still missing; raise the gravest."""
    earned: list[Fraction] = []
    problems: list[InputRefused | UnreadyError | UnansweredError] = []
    for task in tasks:
        try:
            earned.append(task())
        except (InputRefused, UnreadyError, UnansweredError) as problem:
            problems.append(problem)
    gravest = min(problems, key=lambda found: _GRAVITY.index(type(found)), default=None)
    if gravest is not None:
        raise gravest
    return earned


def _is_left_out(part: Part, answer: Answer | None, rule: Composite, asked: Asked) -> bool:
    if answer is None or answer.not_applicable is None:
        return False
    label = labelled(part.label)
    if not rule.rescale_parts:
        raise InputRefused(
            "answer.part_not_applicable", field=asked.field_name(f"parts.{part.id}"), part=part.id, **label
        )
    reason = stated_reason(answer.not_applicable, asked.field_name(f"parts.{part.id}.not_applicable"))
    asked.trail.note("part.not_applicable", part=part.id, **label, reason=reason)
    return True


def stated_reason(reason: str, name: str) -> str:
    """Return the reason of not applicable; an empty one is refused."""
    if not reason.strip():
        raise InputRefused("answer.not_applicable_reason", field=name)
    return reason.strip()


def _part_task(part: Part, answer: Answer | None, asked: Asked) -> Callable[[], Fraction]:
    def task() -> Fraction:
        if answer is None:
            raise UnansweredError(fact("missing.part", part=part.id, **labelled(part.label)))
        try:
            return _score_part(part, answer, asked)
        except UnansweredError as nothing:
            missing = nothing.fact or fact("missing.part", part=part.id, **labelled(part.label))
            raise UnansweredError(missing) from nothing

    return task


def _score_part(part: Part, answer: Answer, asked: Asked) -> Fraction:
    own_key = f"{asked.target_key}/{part.id}"
    has_own_target = part.target is not None or own_key in asked.sheet.targets
    inside = replace(
        asked,
        pool=Pool(full=asked.pool.full if part.full is None else part.full, role=asked.pool.role, part=True),
        target=part.target or asked.target,
        target_key=own_key if has_own_target else asked.target_key,
        reference_prefix=f"{asked.reference_prefix}{part.id}:",
        field_prefix=asked.field_name(f"parts.{part.id}."),
    )
    label = labelled(part.label)
    asked.trail.note("part.begin", part=part.id, **label)
    points = _waived(part, score_shape(part.rule, answer, inside), answer, inside)
    capped = _under_cap(points, part.cap, asked.pool.role)
    if capped != points:
        asked.trail.note("part.capped", part=part.id, **label, computed=points, cap=capped)
    asked.trail.note("part.points", part=part.id, **label, points=capped)
    return capped


def _under_cap(points: Fraction, cap: Fraction | None, role: Role) -> Fraction:
    if cap is None:
        return points
    return max(points, -cap) if role is Role.PENALTY else min(points, cap)


def _waived(part: Part, points: Fraction, answer: Answer, inside: Asked) -> Fraction:
    """Return the points before deductions when something was deducted and the waiver's measure meets its bound."""
    whole = undeducted(part.rule, inside.pool)
    waiver = part.waiver
    if waiver is None or points >= whole:
        return points
    label = labelled(waiver.label)
    if answer.waiver is None:
        raise UnreadyError(fact("missing.waiver", **label))
    asked = replace(inside.within("waiver"), target=None, target_key="")
    try:
        reading = read_measure(waiver.measure, answer.waiver, asked)
    except UnansweredError as nothing:
        raise UnreadyError(fact("missing.waiver", **label)) from nothing
    compared = {"value": reading.value, "bound": waiver.bound.value}
    with_signs = {"comparator": waiver.bound.comparator.value, "unit": reading.unit}
    if not holds(reading.value, waiver.bound):
        inside.trail.note("waiver.not_met", **label, **compared, **with_signs)
        return points
    inside.trail.note("waiver.met", **label, **compared, **with_signs, computed=points, points=whole)
    return whole


def _rescaled(points: Fraction, applicable: list[Part], rule: Composite, asked: Asked) -> Fraction:
    """Scale what the applicable parts earned by all parts' full points over theirs."""
    item_full = asked.pool.full or Fraction(0)
    worth = {part.id: item_full if part.full is None else part.full for part in rule.parts}
    due = sum((worth[part.id] for part in applicable), Fraction(0))
    full = sum(worth.values(), Fraction(0))
    if due == 0:
        raise UnreadyError(fact("missing.parts_applicable"))
    scaled = points * full / due
    asked.trail.note("composite.rescaled", got=points, due=due, full=full, points=scaled)
    return scaled


def _check_stated(instances: Instances, entered: tuple[Instance, ...], asked: Asked) -> None:
    known = {stated.id: stated for stated in instances.weights}
    seen: set[str] = set()
    for instance in entered:
        name = instance.id or ""
        if name not in known:
            raise InputRefused(
                "answer.no_such_instance", field=asked.field_name("instances"), instance=name or instance.label
            )
        if name in seen:
            raise InputRefused("answer.instance_twice", field=asked.field_name("instances"), instance=name)
        seen.add(name)
    for stated in instances.weights:
        if stated.id not in seen:
            raise UnansweredError(fact("missing.instance", label=stated.label.zh))


def _is_instance_left_out(numbered: _Numbered, asked: Asked) -> bool:
    number, instance = numbered
    if instance.answer.not_applicable is None:
        return False
    name = asked.field_name(f"instances.{number}.not_applicable")
    reason = stated_reason(instance.answer.not_applicable, name)
    asked.trail.note("instance.not_applicable", number=number, label=instance.label, reason=reason)
    return True


def _instance_task(rule: PointRule, numbered: _Numbered, asked: Asked) -> Callable[[], Fraction]:
    number, instance = numbered
    inside = replace(asked, field_prefix=asked.field_name(f"instances.{number}."))

    def task() -> Fraction:
        asked.trail.note("instance.begin", number=number, label=instance.label)
        try:
            return score_rule(rule, instance.answer, inside)
        except UnansweredError as nothing:
            raise UnansweredError(fact("missing.instance", label=instance.label)) from nothing

    return task


def _combined(instances: Instances, applicable: list[_Numbered], earned: list[Fraction], asked: Asked) -> Fraction:
    weights = {stated.id: stated.weight for stated in instances.weights}
    for (number, instance), points in zip(applicable, earned, strict=True):
        _say_instance(number, instance, points, weights.get(instance.id or ""), asked)
    count = len(earned)
    total = sum(earned, Fraction(0))
    match instances.combine:
        case Combine.MEAN:
            points = total / count
            asked.trail.note("instances.mean", count=count, sum=total, points=points)
            return points
        case Combine.SUM:
            asked.trail.note("instances.sum", count=count, points=total)
            return total
        case Combine.WORST:
            points, (number, instance) = min(zip(earned, applicable, strict=True), key=lambda pair: pair[0])
            asked.trail.note("instances.worst", count=count, number=number, label=instance.label, points=points)
            return points
        case Combine.WEIGHTS:
            return _weighted(applicable, earned, weights, asked)
        case _:
            assert_never(instances.combine)


def _say_instance(number: int, instance: Instance, points: Fraction, weight: Fraction | None, asked: Asked) -> None:
    if weight is None:
        asked.trail.note("instance.points", number=number, label=instance.label, points=points)
    else:
        asked.trail.note("instance.weighted", number=number, label=instance.label, points=points, weight=weight)


def _weighted(
    applicable: list[_Numbered], earned: list[Fraction], weights: dict[str, Fraction], asked: Asked
) -> Fraction:
    used = [weights[instance.id or ""] for _, instance in applicable]
    whole = sum(used, Fraction(0))
    if whole == 0:
        raise UnreadyError(fact("missing.instances_applicable"))
    points = sum((weight * gained for weight, gained in zip(used, earned, strict=True)), Fraction(0)) / whole
    asked.trail.note("instances.weights", count=len(earned), weights=whole, points=points)
    return points
