"""What triggers a gate and what it does, in words."""

from collections.abc import Iterator
from typing import assert_never

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
from qassess.i18n import _, ngettext
from qassess.wording.filling import filled
from qassess.wording.names import in_language
from qassess.wording.numbers import bound_words, points, quantity


def gate_clauses(rule: Gate) -> Iterator[str]:
    """Say when the gate acts and how; grades, sections and items by their ids, which is how papers cite them."""
    conditions = [_condition(condition) for condition in rule.conditions]
    effect = _effect(rule.effect)
    if len(conditions) == 1:
        yield filled(_("{condition}: {effect}"), condition=conditions[0], effect=effect)
    elif rule.match == "all":
        yield filled(_("all of this: {conditions}: {effect}"), conditions=_(", ").join(conditions), effect=effect)
    else:
        yield filled(_("any of this: {conditions}: {effect}"), conditions=_(", ").join(conditions), effect=effect)
    yield _("a second person has to confirm it")


def _condition(condition: Condition) -> str:
    match condition:
        case FlagCondition():
            return _("if this has happened")
        case NumberCondition():
            bound = bound_words(condition.bound.comparator, quantity(condition.bound.value, condition.measure.unit))
            return filled(_("if “{label}” is {condition}"), label=in_language(condition.label), condition=bound)
        case ShareCondition():
            share = bound_words(condition.bound.comparator, quantity(condition.bound.value * 100, "%"))
            return filled(_("if item {item} earns {condition} of its points"), item=condition.item, condition=share)
        case _:
            assert_never(condition)


def _effect(effect: Effect) -> str:
    match effect:
        case FixGrade():
            return filled(_("the grade is fixed at {grade}"), grade=effect.grade)
        case Downgrade():
            return filled(
                ngettext(
                    "the grade is lowered by {count} level", "the grade is lowered by {count} levels", effect.levels
                ),
                count=effect.levels,
            )
        case CapGrade():
            return filled(_("the grade is {grade} at best"), grade=effect.grade)
        case CapTotal():
            return filled(_("the total is {total} at most"), total=points(effect.total))
        case ZeroSection():
            return filled(_("section {section} counts 0"), section=effect.section)
        case _:
            assert_never(effect)
