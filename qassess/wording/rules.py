"""A rule in one plain sentence, made from its own data, and a target in words."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import assert_never

from qassess.domain.rules import (
    Band,
    Checklist,
    Composite,
    Count,
    External,
    Gate,
    Grid,
    Judge,
    Linear,
    Option,
    Rank,
    Ratio,
    Rule,
    Step,
    Target,
    Text,
)
from qassess.domain.scheme import Combine, Instances, Item, Role
from qassess.domain.target_values import agreed_number
from qassess.i18n import _, language, later, pgettext, speaking
from qassess.wording.filling import filled
from qassess.wording.gate_rules import gate_clauses
from qassess.wording.measured_rules import Asked, partial_step_clause, say_shape
from qassess.wording.names import in_language, say_target_kind
from qassess.wording.numbers import bound_signs, number, points, quantity

_COMBINED = {
    Combine.MEAN: later("asked for each of “{label}”, the mean counts"),
    Combine.WORST: later("asked for each of “{label}”, the worst counts"),
    Combine.SUM: later("asked for each of “{label}”, their sum counts"),
    Combine.WEIGHTS: later("asked for each of “{label}”, their mean by stated weights counts"),
}


def say_rule(item: Item, full: Fraction | None, target: Fraction | None = None) -> str:
    """Say an item's rule: as the scheme prints it, else made from the rule's data.

    ``full`` are the item's points for the class of body, ``target`` the number it has to reach, if known. What an
    incomplete step counts is always named, in a printed rule too where its own words do not say it.
    """
    if item.rule_text is None:
        return say_rule_data(item, full, target)
    unsaid = [step for step in _steps_of(item.rule) if not _is_printed(step, item.rule_text)]
    clauses = dict.fromkeys(partial_step_clause(step) for step in unsaid)
    return (" " if language() == "en" else "").join(
        [in_language(item.rule_text), *(_sentence([clause]) for clause in clauses)]
    )


def _is_printed(step: Step, printed: Text) -> bool:
    """Tell whether a printed rule says in its own words what an incomplete step counts; the Chinese text decides."""
    with speaking("zh"):
        clause = partial_step_clause(step)
    return "".join(clause.split()) in "".join(printed.zh.split())


def say_rule_data(item: Item, full: Fraction | None, target: Fraction | None = None) -> str:
    """Say an item's rule from its data alone; parameters as in :func:`say_rule`."""
    clauses = list(_rule_clauses(item.rule, Asked(item.role, full, item.target, target)))
    if item.instances is not None:
        clauses.append(_instances_clause(item.instances))
    return _sentence(clauses)


def say_target(target: Target, unit: str, agreed: str = "", year: int | None = None) -> str:
    """Write a target briefly: ``≥ 95 %``; an agreed number first, with the scheme's own beside it.

    ``agreed`` is the number of the agreement as it is kept (``95``, ``0.9%``), empty if it states none.
    """
    own = _own_target(target, unit, year)
    if not agreed:
        return own
    signed = bound_signs(target.comparator, quantity(agreed_number(agreed), unit))
    if signed == own:
        return own
    return filled(_("{agreed} (agreement; scheme: {own})"), agreed=signed, own=own)


def _own_target(target: Target, unit: str, year: int | None) -> str:
    reached = [known for known in target.by_year if year is None or int(known) <= year]
    value = target.by_year[max(reached, key=int)] if reached else target.value
    if value is not None and not target.agreed:
        return bound_signs(target.comparator, quantity(value, unit))
    kind = bound_signs(target.comparator, say_target_kind(target))
    if target.city_total is None:
        return kind
    return filled(_("{own} (city in all: {total})"), own=kind, total=quantity(target.city_total, unit))


def _rule_clauses(rule: Rule, asked: Asked) -> Iterator[str]:
    match rule:
        case Composite():
            yield from _composite_clauses(rule, asked)
        case Gate():
            yield from gate_clauses(rule)
        case (
            Option()
            | Checklist()
            | Step()
            | Band()
            | Grid()
            | Ratio()
            | Linear()
            | Count()
            | Rank()
            | Judge()
            | External()
        ):
            yield from say_shape(rule, asked)
        case _:
            assert_never(rule)


def _composite_clauses(rule: Composite, asked: Asked) -> Iterator[str]:
    for position, part in enumerate(rule.parts, 1):
        inner = Asked(
            asked.role,
            asked.full if part.full is None else part.full,
            part.target or asked.target,
            None if part.target else asked.number,
            part=True,
        )
        clauses = list(say_shape(part.rule, inner))
        if part.cap is not None:
            clauses.append(filled(_("this part gives {points} at most"), points=points(part.cap)))
        if part.waiver is not None:
            clauses.append(filled(_("nothing is deducted if “{label}” is met"), label=in_language(part.waiver.label)))
        yield filled(
            _("({number}) {label}: {rule}"),
            number=position,
            label=in_language(part.label),
            rule=pgettext("clauses", ", ").join(clauses),
        )
    if asked.full is not None and asked.role is not Role.PENALTY:
        yield filled(_("all parts together give {points} at most"), points=points(asked.full))
    if rule.floor != 0:
        yield filled(_("and {floor} at least"), floor=points(rule.floor))
    if rule.rescale_parts:
        yield _("a part that does not apply is rescaled inside the item")


def _instances_clause(instances: Instances) -> str:
    said = filled(_(_COMBINED[instances.combine]), label=in_language(instances.label))
    if not instances.weights:
        return said
    weights = _(", ").join(f"{in_language(known.label)} {number(known.weight)}" for known in instances.weights)
    return filled(_("{said} ({weights})"), said=said, weights=weights)


def _steps_of(rule: Rule) -> Iterable[Step]:
    match rule:
        case Step():
            return (rule,)
        case Composite():
            return tuple(part.rule for part in rule.parts if isinstance(part.rule, Step))
        case _:
            return ()


def _sentence(clauses: Iterable[str]) -> str:
    said = _("; ").join(clauses)
    return filled(_("{sentence}."), sentence=said[:1].upper() + said[1:])
