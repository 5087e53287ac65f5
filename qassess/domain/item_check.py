"""What one item of a scheme must obey: its points, its role and rule, its references to the rest of the scheme."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from qassess.domain.checklist import item_exists_for
from qassess.domain.exact import exact_to_text
from qassess.domain.measure_check import positive, target_faults
from qassess.domain.rule_check import rule_faults
from qassess.domain.rule_setting import Setting
from qassess.domain.rules import CapGrade, CapTotal, Downgrade, Effect, FixGrade, Gate, ShareCondition, ZeroSection
from qassess.domain.scheme import Combine, Instances, Item, NotApplicablePolicy, Role, Scheme
from qassess.domain.scheme_json import at
from qassess.domain.whereabouts import Whereabouts, share_faults
from qassess.errors import Fault


def item_faults(path: str, item: Item, scheme: Scheme, places: Whereabouts) -> Iterator[Fault]:
    """Yield the faults of one item; ``path`` is its place in the file."""
    yield from _reference_faults(path, item, places)
    yield from _role_faults(path, item)
    yield from _points_faults(path, item)
    yield from _group_faults(path, item, scheme)
    yield from _policy_faults(path, item, scheme)
    yield from _reach_faults(path, item, scheme, places)
    if item.target is not None:
        yield from target_faults(at(path, "target"), item.target)
    if item.instances is not None:
        yield from _instance_faults(at(path, "instances"), item.instances)
    setting = Setting(role=item.role, full=_points(item), target=item.target, target_path=at(path, "target"))
    yield from rule_faults(at(path, "rule"), item.rule, setting)
    if isinstance(item.rule, Gate):
        yield from _gate_faults(at(path, "rule"), item.rule, scheme, places)


def _reference_faults(path: str, item: Item, places: Whereabouts) -> Iterator[Fault]:
    yield from places.unknown(at(path, "section"), "sections", item.section)
    yield from places.unknown(at(path, "group"), "groups", item.group)
    for name, kind, references in (
        ("classes", "classes", item.classes),
        ("leads", "classes", item.leads),
        ("clauses", "clauses", item.clauses),
    ):
        for position, reference in enumerate(references):
            yield from places.unknown(at(at(path, name), position), kind, reference)
    for position, body in enumerate(item.bodies):
        yield from places.unknown_body(at(at(path, "bodies"), position), body)
    if isinstance(item.full, Mapping):
        for body_class in item.full:
            yield from places.unknown(at(at(path, "full"), body_class), "classes", body_class)
    if item.key_item is not None:
        yield from places.unknown(at(at(path, "key_item"), "grade"), "grades", item.key_item.grade)


def _role_faults(path: str, item: Item) -> Iterator[Fault]:
    is_gate = isinstance(item.rule, Gate)
    if item.role is Role.GATE and not is_gate:
        yield Fault(at(path, "rule"), "scheme.gate_needs_gate_rule")
    if is_gate and item.role is not Role.GATE:
        yield Fault(at(path, "role"), "scheme.gate_rule_needs_role")
    if item.role is Role.GATE:
        idle = {"full": item.full, "target": item.target, "instances": item.instances, "group": item.group}
        for name, held in idle.items():
            if held is not None:
                yield Fault(at(path, name), "scheme.idle_in_gate", {"name": name})
    if item.role is Role.BASE and item.full is None:
        yield Fault(path, "scheme.base_without_points")
    if item.evidence is not None and item.evidence.required < 0:
        yield Fault(at(at(path, "evidence"), "required"), "scheme.negative", {"found": item.evidence.required})


def _points_faults(path: str, item: Item) -> Iterator[Fault]:
    here = at(path, "full")
    if isinstance(item.full, Mapping):
        for body_class, points in item.full.items():
            if points < 0:
                yield Fault(at(here, body_class), "scheme.negative", {"found": exact_to_text(points)})
        if item.classes:
            yield Fault(at(path, "classes"), "scheme.classes_twice")
    elif item.full is not None:
        yield from positive(here, item.full)
    if item.key_item is not None:
        yield from share_faults(at(at(path, "key_item"), "minimum_share"), item.key_item.minimum_share)
        if not _points(item):
            yield Fault(at(path, "key_item"), "scheme.key_item_without_points")


def _group_faults(path: str, item: Item, scheme: Scheme) -> Iterator[Fault]:
    for group in scheme.groups:
        if group.id == item.group and group.role != item.role.value and item.role is not Role.GATE:
            yield Fault(at(path, "group"), "scheme.group_of_other_role", {"group": group.id})
    if item.no_dup_key is not None and item.group is None:
        yield Fault(at(path, "no_dup_key"), "scheme.no_dup_without_group")


def _policy_faults(path: str, item: Item, scheme: Scheme) -> Iterator[Fault]:
    policy = item.not_applicable or scheme.not_applicable.policy
    if item.not_applicable is NotApplicablePolicy.MARK_ONLY and _points(item):
        yield Fault(at(path, "not_applicable"), "scheme.mark_only_with_points")
    if item.base_points is None:
        if policy is NotApplicablePolicy.BASE and item.role is Role.BASE:
            yield Fault(at(path, "base_points"), "scheme.base_points_missing")
    elif item.base_points < 0 or item.base_points > min(_points(item), default=item.base_points):
        yield Fault(at(path, "base_points"), "scheme.base_points_range", {"found": exact_to_text(item.base_points)})


def _reach_faults(path: str, item: Item, scheme: Scheme, places: Whereabouts) -> Iterator[Fault]:
    """Refuse an item that no class of body is ever asked."""
    if not places.at_fault & {"classes"} and not any(item_exists_for(item, known.id) for known in scheme.classes):
        yield Fault(path, "scheme.item_for_nobody")


def _instance_faults(path: str, instances: Instances) -> Iterator[Fault]:
    if (instances.combine is Combine.WEIGHTS) != bool(instances.weights):
        yield Fault(at(path, "weights"), "scheme.weights_idle" if instances.weights else "scheme.weights_missing")
    for position, weight in enumerate(instances.weights):
        yield from positive(at(at(at(path, "weights"), position), "weight"), weight.weight)


def _gate_faults(path: str, rule: Gate, scheme: Scheme, places: Whereabouts) -> Iterator[Fault]:
    for position, condition in enumerate(rule.conditions):
        if isinstance(condition, ShareCondition):
            here = at(at(path, "conditions"), position)
            yield from places.unknown(at(here, "item"), "items", condition.item)
            yield from share_faults(at(at(here, "bound"), "value"), condition.bound.value)
            others = [other for other in scheme.items if other.id == condition.item]
            if others and not _points(others[0]):
                yield Fault(at(here, "item"), "scheme.share_without_points", {"item": condition.item})
    yield from _effect_faults(at(path, "effect"), rule.effect, places)


def _effect_faults(path: str, effect: Effect, places: Whereabouts) -> Iterator[Fault]:
    match effect:
        case FixGrade() | CapGrade():
            yield from places.unknown(at(path, "grade"), "grades", effect.grade)
        case Downgrade():
            yield from positive(at(path, "levels"), Fraction(effect.levels))
        case CapTotal():
            if effect.total < 0:
                yield Fault(at(path, "total"), "scheme.negative", {"found": exact_to_text(effect.total)})
        case ZeroSection():
            yield from places.unknown(at(path, "section"), "sections", effect.section)


def _points(item: Item) -> tuple[Fraction, ...]:
    """Return the item's full points in the classes that have it; empty when none are stated."""
    if item.full is None:
        return ()
    if isinstance(item.full, Mapping):
        return tuple(points for points in item.full.values() if points > 0)
    return (item.full,) if item.full > 0 else ()
