"""The sentences of an item's derivation, by fact code; where a code has several, its variants follow after a colon.

Placeholders are the fact's values as :mod:`qassess.wording.facts` writes them, and what that module makes of several
values together: ``{condition}``, ``{interval}``, ``{origin}``.
"""

from collections.abc import Mapping

from qassess.i18n import later

_MEASURES = {
    "measure.pair": later("{numerator} ÷ {denominator} × {per} = {value}"),
    "measure.pair:plain": later("{numerator} ÷ {denominator} = {value}"),
    "measure.kind": later("{label}: {count} × {weight} = {product}"),
    "measure.kinds_sum": later("Counted with their weights: {value}"),
    "measure.delta_pp:up": later("{value} is {delta} above {reference}, {reference_value}"),
    "measure.delta_pp:down": later("{value} is {delta} below {reference}, {reference_value}"),
    "measure.delta_pp:same": later("{value} is the same as {reference}, {reference_value}"),
    "measure.delta_pct:up": later("{value} is {change} % more than {reference}, {reference_value}"),
    "measure.delta_pct:down": later("{value} is {change} % less than {reference}, {reference_value}"),
    "measure.delta_pct:same": later("{value} is the same as {reference}, {reference_value}"),
    "measure.ratio": later("{value} ÷ {reference_value} ({reference}) = {ratio}"),
    "reference.value": later("{reference}: {value}"),
    "reference.value:origin": later("{reference}: {value} ({origin})"),
    "reference.pair": later("{reference}: {numerator} ÷ {denominator} × {per} = {value}"),
    "reference.pair:origin": later("{reference}: {numerator} ÷ {denominator} × {per} = {value} ({origin})"),
    "reference.mean_3y": later("Mean of three years: ({first} + {second} + {third}) ÷ 3 = {value}"),
    "reference.mean_3y:origin": later("Mean of three years: ({first} + {second} + {third}) ÷ 3 = {value} ({origin})"),
    "reference.pooled_3y": later(
        "Three years as one: ({first} + {second} + {third}) ÷ ({first_of} + {second_of} + {third_of}) × {per} = {value}"
    ),
    "reference.pooled_3y:origin": later(
        "Three years as one: ({first} + {second} + {third}) ÷ ({first_of} + {second_of} + {third_of}) × {per}"
        " = {value} ({origin})"
    ),
    "target.agreed": later("The target is {agreed} as agreed, instead of the scheme's {scheme}"),
    "target.agreed_not_reference": later("The target is {agreed} as agreed, instead of the scheme's: {reference}"),
}

_STEPS = {
    "step.below": later("{value} is {distance} below the target of {target}"),
    "step.above": later("{value} is {distance} above the target of {target}"),
    "step.at_target": later("{value} is exactly the target of {target}"),
    "step.at_strict_bound": later("{value} is the bound itself, and the target asks for {condition}: missed"),
    "step.met": later("Meeting the target earns {points}"),
    "step.steps:exact": later("{distance} in steps of {step}: {steps} in all"),
    "step.steps:ceil": later(
        "{distance} in steps of {step}: {exact_steps}, and as less than {step} counts as a whole step, {steps} in all"
    ),
    "step.steps:floor": later(
        "{distance} in steps of {step}: {exact_steps}, and as less than {step} does not count, {steps} in all"
    ),
    "step.steps:linear": later("{distance} in steps of {step}, less than {step} in proportion: {steps} in all"),
    "step.deduct": later("{base} − {steps} × {per_step} = {points}"),
    "step.award": later("{base} + {steps} × {per_step} = {points}"),
    "step.zero_beyond": later("{value} is {condition}: no points"),
}

_TABLES = {
    "band": later("{value} falls under “{interval}”: {points}"),
    "grid": later("{label}: {value} falls under “{interval}”"),
    "grid.points": later("Row {row}, column {column} of the table: {points}"),
    "option.level": later("“{label}” chosen: {points}"),
    "option.range": later("“{label}” chosen, between {low} and {high}; set to {points}, because: {reason}"),
    "checklist.there": later("Found: {label} ({points})"),
    "checklist.missing": later("Missing: {label} ({points})"),
    "checklist.sum": later("{there} of {total} found: {points}"),
    "checklist.deduct": later("{missing} of {total} missing: {start} − {deducted} = {points}"),
    "checklist.all_missing": later("All {total} missing: no points"),
    "rank.place_of": later("Place {place} of {of}: {points}"),
    "rank.alone": later("The only one ranked: {points}"),
    "rank.linear": later("{full} − ({full} − {last_points}) × ({place} − 1) ÷ ({of} − 1) = {points}"),
    "rank.tied:first": later("{sharing} share place {place}; each gets the first place's points: {points}"),
    "rank.tied:worst": later("{sharing} share place {place}; each gets the last place's points: {points}"),
    "rank.tied:mean": later("{sharing} share place {place}; each gets the mean of their places' points: {points}"),
    "rank.not_in_table": later("Place {place} is not in the table: no points"),
}

_FORMULAS = {
    "ratio.actual_by_target": later("{value} ÷ {target} = {ratio}"),
    "ratio.target_by_actual": later("{target} ÷ {value} = {ratio}"),
    "ratio.met": later("{value} meets the target of {target}: counted as 1"),
    "ratio.missed": later("{value} misses the target of {target}: counted as 0"),
    "ratio.capped": later("The ratio {ratio} counts as {cap} at most"),
    "ratio.below_minimum": later("The ratio {ratio} is below the minimum of {minimum}: no points"),
    "ratio.points": later("{full} × {ratio} = {points}"),
    "linear.points:plain": later("{factor} × {value} = {points}"),
    "linear.points:plus": later("{factor} × {value} + {offset} = {points}"),
    "linear.points:minus": later("{factor} × {value} − {offset} = {points}"),
    "count.award": later("{count} × {per_unit} = {points}"),
    "count.award_beyond": later("({count} − {free} free) × {per_unit} = {points}"),
    "count.deduct": later("{start} − {count} × {per_unit} = {points}"),
    "count.deduct_beyond": later("{start} − ({count} − {free} free) × {per_unit} = {points}"),
    "count.shortfall": later(
        "{count} of {required} required, {missing} short: {start} − {missing} × {per_unit} = {points}"
    ),
    "count.reached": later("{count} reach the {required} required: {points}"),
    "judge.award": later("Judged at {points}, between {minimum} and {maximum}, because: {reason}"),
    "judge.deduct": later(
        "{deducted} deducted, between {minimum} and {maximum}, because: {reason}. {start} − {deducted} = {points}"
    ),
    "external.points": later("{label}: {full} × {score} ÷ {external_full} = {points}"),
    "bound.floor": later("{computed} is raised to the least allowed, {floor}"),
    "bound.cap": later("{computed} is brought down to the most allowed, {cap}"),
    "penalty.points": later("Taken from the total: {points}"),
    "exact": later("Computed exactly with fractions; only the total is rounded, once"),
}

_ITEMS = {
    "part.begin": later("{label}:"),
    "part.points": later("{label} together: {points}"),
    "part.capped": later("{label}: {computed} is brought down to this part's cap, {cap}"),
    "part.not_applicable": later("{label} does not apply, because: {reason}"),
    "composite.sum": later("Sum of the {parts} parts: {points}"),
    "composite.rescaled": later("Rescaled to what applies: {got} ÷ {due} × {full} = {points}"),
    "waiver.met": later("{label}: {value} is {condition}, so nothing is deducted: {points} instead of {computed}"),
    "waiver.not_met": later("{label}: {value} is not {condition}, so the deduction stands"),
    "instance.begin": later("No. {number}, {label}:"),
    "instance.points": later("No. {number}, {label}: {points}"),
    "instance.weighted": later("No. {number}, {label}: {points}, weight {weight}"),
    "instance.not_applicable": later("No. {number}, {label}, does not apply, because: {reason}"),
    "instances.mean": later("Mean: {sum} ÷ {count} = {points}"),
    "instances.worst": later("The worst of {count} counts, no. {number}, {label}: {points}"),
    "instances.sum": later("Sum of {count}: {points}"),
    "instances.weights": later("Mean of {count} by their weights, {weights} in all: {points}"),
    "not_applicable.rescale": later(
        "Not applicable, because: {reason}. It is taken out (full points {full}) and the rest is rescaled"
    ),
    "not_applicable.full": later("Not applicable, because: {reason}. It gets its full points: {points}"),
    "not_applicable.base": later("Not applicable, because: {reason}. It gets its base points: {points}"),
    "not_applicable.zero": later("Not applicable, because: {reason}. It gets 0 points"),
    "not_applicable.mark_only": later("Not applicable, because: {reason}. No points are changed"),
    "not_applicable.no_points": later("Not applicable, because: {reason}. No points are given or taken"),
    "adjustment": later("Set by hand to {points}, computed {computed}, because: {reason}"),
}

_MISSING = {
    "missing.agreed_target": later("The agreement does not state this body's own target yet"),
    "missing.target": later("No target is stated for this year"),
    "missing.reference": later("Still needed: {reference}"),
    "missing.reference_years": later("Still needed: {reference}, each of the three years; {given} given so far"),
    "missing.reference_source": later("Still needed: the source of {reference}"),
    "missing.reference_not_zero": later("{reference} is 0, so nothing can be compared with it"),
    "missing.numerator": later("Still needed: the number on top, {label}"),
    "missing.denominator": later("Still needed: the number below, {label}"),
    "missing.reason": later("Still needed: the reason"),
    "missing.points": later("Still needed: the points, between {minimum} and {maximum}"),
    "missing.number_ranked": later("Still needed: how many were ranked"),
    "missing.source": later("Still needed: the source of the number"),
    "missing.part": later("Still needed: {label}"),
    "missing.waiver": later("Still needed: {label}, which decides whether the deduction is waived"),
    "missing.instance": later("Still needed: {label}"),
    "missing.instances_applicable": later("None of the things checked applies; declare the whole item not applicable"),
    "missing.parts_applicable": later("None of the parts applies; declare the whole item not applicable"),
    "missing.band": later("No row of the scheme's table holds {value}"),
}

ITEM_SENTENCES: Mapping[str, str] = _MEASURES | _STEPS | _TABLES | _FORMULAS | _ITEMS | _MISSING
