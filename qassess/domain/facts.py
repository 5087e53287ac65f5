"""Every code a derivation, a refusal or a provisional mark may carry, with the names of its values.

Scoring emits only these codes, each with exactly these values; ``wording`` has a sentence for each in both
languages. Values stay raw: exact numbers as ``Fraction``; places, levels, how many as ``int``; yes and no as ``bool``;
ids, units, comparators (``>=``), references (``last_year``) and what people typed as ``str``. Scheme texts come in
both languages: ``label``/``label_en``, ``title``/``title_en`` (``_en`` repeats the Chinese where none is given).

A ``unit`` is the measure's own (``批``, ``%``, ``‰``; may be empty). A ``distance_unit`` is ``pp`` where two
percentages are subtracted, ``permille_points`` for ‰, otherwise the measure's unit.
"""

from collections.abc import Mapping
from types import MappingProxyType

from qassess.domain.score_sheet import Fact, FactValue

_TEXT = ("label", "label_en")
_TITLE = ("title", "title_en")
_GRADE = ("grade", "label", "label_en")
_CHANGE = ("before", "before_label", "before_label_en", "after", "after_label", "after_label_en")

_MEASURES: dict[str, tuple[str, ...]] = {
    # 467 ÷ 499 × 100 = 93.587… %
    "measure.pair": ("numerator", "denominator", "per", "value", "unit"),
    # one kind of counted case: 2 × weight 3 = 6; then their sum
    "measure.kind": (*_TEXT, "count", "weight", "product"),
    "measure.kinds_sum": ("value", "unit"),
    # 93.4 % is +2.2 points against last year's 91.2 %
    "measure.delta_pp": ("value", "reference", "reference_value", "delta", "unit", "distance_unit"),
    # (120 − 100) ÷ 100 = +20 %
    "measure.delta_pct": ("value", "reference", "reference_value", "change", "unit"),
    # 80 ÷ 100 = 0.8 of the target (or of another reference)
    "measure.ratio": ("value", "reference", "reference_value", "ratio", "unit"),
    # where a value compared with comes from (``source`` and ``date`` may be empty)
    "reference.value": ("reference", "value", "unit", "source", "date"),
    "reference.pair": ("reference", "numerator", "denominator", "per", "value", "unit", "source", "date"),
    "reference.mean_3y": ("first", "second", "third", "value", "unit", "source"),
    # three pairs as one: (16 + 18 + 17) ÷ (20 + 20 + 20) × 100 = 85 %
    "reference.pooled_3y": (
        *("first", "second", "third", "first_of", "second_of", "third_of"),
        *("per", "value", "unit", "source"),
    ),
    # the agreement's own number stands in place of the scheme's, or of the reference the scheme asks for
    "target.agreed": ("agreed", "scheme", "unit"),
    "target.agreed_not_reference": ("agreed", "reference", "unit"),
}

_STEPS: dict[str, tuple[str, ...]] = {
    # where the value stands: 93.59 % is 1.41 points below the target 95 %
    "step.below": ("value", "target", "distance", "unit", "distance_unit"),
    "step.above": ("value", "target", "distance", "unit", "distance_unit"),
    # the value is the target, and that meets it
    "step.at_target": ("value", "target", "unit"),
    # the value is the bound of a strict target (超过, 低于), which is therefore missed
    "step.at_strict_bound": ("value", "target", "unit", "comparator"),
    # the target is met and gives its points (5 points)
    "step.met": ("points",),
    # how many steps the distance makes; ``mode`` is ceil, floor or linear; ``exact_steps`` before, ``steps`` after it
    "step.steps": ("distance", "distance_unit", "step", "exact_steps", "steps", "mode"),
    # 5 − 1.41 × 0.5 = 4.29; 15 + 2 × 1 = 17
    "step.deduct": ("base", "steps", "per_step", "points"),
    "step.award": ("base", "steps", "per_step", "points"),
    # 79 % is < 80 %: no points whatever the steps say
    "step.zero_beyond": ("value", "bound", "comparator", "unit"),
}

_BETWEEN = ("low", "low_included", "high", "high_included")
_TABLES: dict[str, tuple[str, ...]] = {
    "band.between": ("value", "unit", *_BETWEEN, "points"),
    "band.from": ("value", "unit", "low", "low_included", "points"),
    "band.up_to": ("value", "unit", "high", "high_included", "points"),
    "band.any": ("value", "unit", "points"),
    # the same for each of a grid's two measures, then the field of the table (row and column from 1)
    "grid.between": (*_TEXT, "value", "unit", *_BETWEEN),
    "grid.from": (*_TEXT, "value", "unit", "low", "low_included"),
    "grid.up_to": (*_TEXT, "value", "unit", "high", "high_included"),
    "grid.any": (*_TEXT, "value", "unit"),
    "grid.points": ("row", "column", "points"),
    "option.level": ("level", *_TEXT, "points"),
    # a level with discretion from low to high
    "option.range": ("level", *_TEXT, "low", "high", "points", "reason"),
    "checklist.there": ("element", *_TEXT, "points"),
    "checklist.missing": ("element", *_TEXT, "points"),
    # 3 of 5 are there: 4.5 points
    "checklist.sum": ("there", "total", "points"),
    # 2 of 6 are missing: 5 − 0.2 = 4.8
    "checklist.deduct": ("missing", "total", "start", "deducted", "points"),
    "checklist.all_missing": ("total",),
    # 2nd of 13: 4 points
    "rank.place_of": ("place", "of", "points"),
    # 5 − (5 − 1) × (3 − 1) ÷ (13 − 1) = …
    # the only one ranked has full points
    "rank.alone": ("points",),
    "rank.linear": ("full", "last_points", "place", "of", "points"),
    # 3 bodies share place 2; ``ties`` is first, worst or mean
    "rank.tied": ("place", "sharing", "ties", "points"),
    "rank.not_in_table": ("place",),
}

_FORMULAS: dict[str, tuple[str, ...]] = {
    # actual ÷ target (higher is better) or target ÷ actual (lower is better)
    "ratio.actual_by_target": ("value", "target", "unit", "ratio"),
    "ratio.target_by_actual": ("value", "target", "unit", "ratio"),
    # a ratio cannot be formed: the target is 0 (or less) and is met, or is missed
    "ratio.met": ("value", "target", "unit"),
    "ratio.missed": ("value", "target", "unit"),
    "ratio.capped": ("ratio", "cap"),
    "ratio.below_minimum": ("ratio", "minimum"),
    # 5 × 0.8 = 4
    "ratio.points": ("full", "ratio", "points"),
    # 70 × 0.95 + (−63) = 3.5
    "linear.points": ("factor", "value", "unit", "offset", "points"),
    # 3 × 1 = 3; with free units: (3 − 1) × 1 = 2
    "count.award": ("count", "per_unit", "points"),
    "count.award_beyond": ("count", "free", "per_unit", "points"),
    # 5 − 2 × 1.5 = 2
    "count.deduct": ("start", "count", "per_unit", "points"),
    "count.deduct_beyond": ("start", "count", "free", "per_unit", "points"),
    # 1 of 2 required: 10 − 1 × 5 = 5
    "count.shortfall": ("start", "count", "required", "missing", "per_unit", "points"),
    "count.reached": ("count", "required", "points"),
    "judge.award": ("points", "minimum", "maximum", "reason"),
    "judge.deduct": ("start", "deducted", "minimum", "maximum", "points", "reason"),
    # 5 × 86 ÷ 100 = 4.3, after the other office's own rules
    "external.points": ("full", "score", "external_full", "points", *_TEXT),
    # the result is brought back to the smallest or largest points allowed
    "bound.floor": ("computed", "floor"),
    "bound.cap": ("computed", "cap"),
    # a penalty takes these points away (negative)
    "penalty.points": ("points",),
    # computed exactly; only the total is rounded
    "exact": (),
}

_ITEMS: dict[str, tuple[str, ...]] = {
    # heading before a part's own steps; its result; its own cap; then their sum
    "part.begin": ("part", *_TEXT),
    "part.points": ("part", *_TEXT, "points"),
    "part.capped": ("part", *_TEXT, "computed", "cap"),
    "part.not_applicable": ("part", *_TEXT, "reason"),
    "composite.sum": ("parts", "points"),
    # got 6 of 8 that apply, as a share of 10: 7.5
    "composite.rescaled": ("got", "due", "full", "points"),
    # a second measure cancels the deduction, or does not
    "waiver.met": (*_TEXT, "value", "bound", "comparator", "unit", "computed", "points"),
    "waiver.not_met": (*_TEXT, "value", "bound", "comparator", "unit"),
    # heading before an instance's own steps (``number`` from 1); its result; how the instances are combined
    "instance.begin": ("number", "label"),
    "instance.points": ("number", "label", "points"),
    "instance.weighted": ("number", "label", "points", "weight"),
    "instance.not_applicable": ("number", "label", "reason"),
    "instances.mean": ("count", "sum", "points"),
    "instances.worst": ("count", "number", "label", "points"),
    "instances.sum": ("count", "points"),
    "instances.weights": ("count", "weights", "points"),
    # 合理缺项: what the policy does with the item's points
    "not_applicable.rescale": ("reason", "full"),
    "not_applicable.full": ("reason", "points"),
    "not_applicable.base": ("reason", "points"),
    "not_applicable.zero": ("reason",),
    "not_applicable.mark_only": ("reason",),
    # a bonus or penalty: neither given nor taken
    "not_applicable.no_points": ("reason",),
    # a person set other points than those computed
    "adjustment": ("computed", "points", "reason"),
}

_MISSING: dict[str, tuple[str, ...]] = {
    # state INCOMPLETE: what is still needed before points can be given
    "missing.agreed_target": (),
    "missing.target": (),
    # ``key`` is the key of the entry's reference, e.g. ``last_year`` or ``PART:last_year``
    "missing.reference": ("reference", "key"),
    "missing.reference_years": ("reference", "key", "given"),
    "missing.reference_source": ("reference", "key"),
    # a relative change or ratio against 0 does not exist
    "missing.reference_not_zero": ("reference", "key"),
    "missing.numerator": _TEXT,
    "missing.denominator": _TEXT,
    "missing.reason": (),
    # discretion is open from minimum to maximum
    "missing.points": ("minimum", "maximum"),
    "missing.number_ranked": (),
    # where a place among others, or another office's score, comes from
    "missing.source": (),
    "missing.part": ("part", *_TEXT),
    "missing.waiver": _TEXT,
    "missing.instance": ("label",),
    "missing.instances_applicable": (),
    "missing.parts_applicable": (),
    # no row of the scheme's table holds this value
    "missing.band": ("value", "unit"),
}

_GATES: dict[str, tuple[str, ...]] = {
    # one fact per condition of the gate …
    "gate.flag": ("occurred",),
    "gate.number": (*_TEXT, "value", "unit", "comparator", "bound", "met"),
    "gate.share": ("item", *_TITLE, "share", "comparator", "bound", "met"),
    "gate.share_not_applicable": ("item", *_TITLE),
    "gate.share_open": ("item", *_TITLE),
    "gate.condition_open": _TEXT,
    # … then what follows from them
    "gate.happened": (),
    "gate.did_not_happen": (),
    "gate.confirmed": ("by",),
    "gate.unconfirmed": (),
    # what the gate does when in force (before a confirmation: what it would do)
    "effect.grade": _GRADE,
    "effect.down": ("levels",),
    "effect.cap_grade": _GRADE,
    "effect.cap_total": ("total",),
    "effect.zero_section": ("section", *_TITLE),
}

_TOTALS: dict[str, tuple[str, ...]] = {
    # a section: earned of due, and as it counts to the total
    "section.points": ("section", *_TITLE, "points", "due"),
    "section.rescaled": ("section", *_TITLE, "points", "due", "full", "scaled"),
    "section.not_applicable": ("section", *_TITLE, "full"),
    "section.zeroed": ("section", *_TITLE, "scaled", "item", "gate_title", "gate_title_en"),
    # wholly not-applicable sections are spread over the total: the rest, worth ``due``, counts as ``full``
    "sections.spread": ("due", "full"),
    # rescaled over the whole total instead of per section: ``points`` of ``due`` count as ``scaled`` of ``full``
    "total.rescaled": ("points", "due", "full", "scaled"),
    "group.repeated": ("group", *_TITLE, "item", "item_title", "item_title_en", "kept", "kept_title", "kept_title_en"),
    "group.points": ("group", *_TITLE, "points"),
    "group.capped": ("group", *_TITLE, "sum", "cap", "points"),
    # 84.3 + 3 − 1 = 86.3 (``penalty`` is negative or 0)
    "total.sum": ("base", "bonus", "penalty", "total"),
    "total.capped": ("total", "cap"),
    "total.capped_by_gate": ("total", "cap", "item", *_TITLE),
    "total.floored": ("total", "floor"),
    # ``rounding`` is half_up, half_even or down; rounding down where the rule would lift over a cap
    "total.rounded": ("exact", "places", "rounding", "total"),
    "total.rounded_under_cap": ("exact", "places", "cap", "total"),
    # everything is not applicable: no score and no grade
    "total.none": (),
    # more is declared not applicable than the scheme allows (shares 0..1)
    "total.not_applicable_over_limit": ("share", "limit"),
    "total.open": ("open", "asked"),
}

_GRADES: dict[str, tuple[str, ...]] = {
    # ``tested_on`` is rounded or unrounded
    "grade.band": ("total", "tested_on", *_GRADE),
    "grade.no_band": ("total", "tested_on"),
    "grade.rank": ("place", *_GRADE),
    "grade.rank_tied": ("place", "sharing", "ties", *_GRADE),
    "grade.rank_open": (),
    "grade.no_place": ("place",),
    # each change names the grade before and after; ``after`` equals ``before`` where it was no better already
    "grade.down": ("item", *_TITLE, "levels", *_CHANGE),
    "grade.capped_by_gate": ("item", *_TITLE, "cap", "cap_label", "cap_label_en", *_CHANGE),
    "grade.capped_by_section": (
        *("section", *_TITLE, "share", "minimum", "cap", "cap_label", "cap_label_en"),
        *_CHANGE,
    ),
    "grade.capped_by_key_item": ("item", *_TITLE, "share", "minimum", "cap", "cap_label", "cap_label_en", *_CHANGE),
    "grade.fixed": ("item", *_TITLE, "fixed", "fixed_label", "fixed_label_en", *_CHANGE),
}

# Codes of InputRefused for what is typed into an item; ``field`` is the answer field, dotted inside parts, instances,
# grids and gates (``value``, ``denominator``, ``parts.a.value``, ``instances.2.numerator``, ``adjustment``).
REFUSALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number.empty": ("field",),
        "number.not_a_number": ("field", "typed"),
        # more than ``limit`` characters or digits
        "number.too_long": ("field", "limit"),
        "number.decimal_comma": ("field", "typed", "suggestion"),
        "number.thousands": ("field", "typed"),
        "number.blank_inside": ("field", "typed", "suggestion"),
        # a/b where one number is asked
        "number.pair": ("field", "typed", "numerator", "denominator"),
        # another unit than the one asked; ``expected`` may be empty
        "number.unit": ("field", "typed", "found", "expected"),
        # 0.934 for a percentage: 93.4, or 0.934% typed so?
        "number.fraction_of_percent": ("field", "typed", "suggestion", "explicit"),
        "number.negative": ("field", "typed"),
        "number.below_minimum": ("field", "typed", "minimum"),
        "number.above_maximum": ("field", "typed", "maximum"),
        "number.not_whole": ("field", "typed"),
        # ``label`` names the denominator, e.g. 抽查批次; may be empty
        "number.zero_denominator": ("field", "label", "label_en"),
        "number.numerator_exceeds": ("field", "numerator", "denominator"),
        # off the grid of a judge's increment
        "number.increment": ("field", "typed", "minimum", "increment"),
        # an answer that does not fit the rule; ``expected`` is the answer field the rule asks for
        "answer.wrong_kind": ("field", "expected"),
        "answer.two_values": ("field",),
        # a field the rule does not look at; ``expected`` are the ones it uses
        "answer.unused_field": ("field", "name", "expected"),
        "answer.no_such_level": ("field", "level", "levels"),
        "answer.no_such_element": ("field", "element"),
        "answer.no_such_kind": ("field", "kind"),
        "answer.no_such_part": ("field", "part"),
        "answer.no_such_instance": ("field", "instance"),
        "answer.instance_twice": ("field", "instance"),
        "answer.sharing_too_many": ("field", "place", "sharing", "of"),
        "answer.not_applicable_reason": ("field",),
        "answer.part_not_applicable": ("field", "part", "label", "label_en"),
        # a gate is stated: it happened or it did not
        "answer.gate_not_applicable": ("field",),
        "adjustment.reason_missing": ("field",),
        "adjustment.not_applicable": ("field",),
    }
)

FACTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    _MEASURES
    | _STEPS
    | _TABLES
    | _FORMULAS
    | _ITEMS
    | _MISSING
    | _GATES
    | _TOTALS
    | _GRADES
    | {f"refused.{code}": names for code, names in REFUSALS.items()}
)
"""Fact code -> names of its values, in no particular order."""

PROVISIONAL: tuple[str, ...] = (
    # the best or the mean of a round that is not closed yet
    "round_best",
    "round_mean",
    # a rank in a round that is not closed yet: of one item, or the one that makes the grade
    "rank",
    "grade_rank",
    # items are not finished; gates are not answered; a gate that fired is not confirmed by a second person
    "open_items",
    "open_gates",
    "unconfirmed_gate",
    # more is not applicable than the scheme allows
    "not_applicable_over_limit",
)
"""Every code of ``ItemScore.provisional`` and ``ScoreSheet.provisional``."""


def fact(code: str, /, **values: FactValue) -> Fact:
    """Make a fact; its code and value names are the registered ones (held by a test, not checked here)."""
    return Fact(code, values)
