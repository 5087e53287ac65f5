"""Faults of scheme and answer files: what is wrong at a place of the file, and what is expected there."""

from collections.abc import Mapping
from types import MappingProxyType

from qassess.errors import Fault
from qassess.i18n import _, later
from qassess.wording.filling import filled
from qassess.wording.refusals import SENTENCES as REFUSALS
from qassess.wording.refusals import say_refusal

_FILE = {
    "scheme.too_large": later("The file has {size} bytes; at most {largest} are read."),
    "scheme.byte_order_mark": later("The file begins with a byte order mark. Save it as UTF-8 without one."),
    "scheme.not_utf8": later("The file is not UTF-8 (byte {position}). Save it as UTF-8."),
    "scheme.not_json": later("Line {line}, column {column}: this is not JSON, near “{found}”."),
    "scheme.too_deep": later("Nested more than {deepest} levels deep."),
    "scheme.repeated_key": later("The key “{name}” occurs more than once."),
    "scheme.null": later("“null” is not allowed; leave the key out."),
    "scheme.float": later("The number {found} must be written as text, in quotes, so that it stays exact."),
    "scheme.bad_character": later("There is half a character here that no text can hold."),
}

_STRUCTURE = {
    "scheme.missing": later("“{name}” is missing."),
    "scheme.unknown_key": later("There is no key “{name}” here; is it misspelt?"),
    "scheme.not_decimal": later('“{found}” is not a decimal number such as "93.4".'),
    "scheme.too_many_digits": later("The number {found} has too many digits; at most {limit} are read."),
    "scheme.kind_missing": later("“{name}” is missing; it says which kind this is."),
    "scheme.choice": later("“{found}” is not possible here; expected one of: {expected}."),
    "scheme.not_text": later("Text in quotes is expected, not {found}."),
    "scheme.not_whole": later("A whole number without quotes is expected, not {found}."),
    "scheme.not_yes_no": later("true or false is expected, not {found}."),
    "scheme.not_list": later("A list in [ ] is expected, not {found}."),
    "scheme.not_object": later("An object in {{ }} is expected, not {found}."),
    "scheme.form": later("Not of the expected form."),
}

_NAMES = {
    "scheme.duplicate_id": later("“{id}” occurs before, at {other}."),
    "scheme.bad_id": later("“{found}” is not a name: use letters, digits, “.”, “-” and “_” only."),
    "scheme.unknown_class": later("There is no class of bodies “{found}”."),
    "scheme.unknown_section": later("There is no section “{found}”."),
    "scheme.unknown_group": later("There is no group “{found}”."),
    "scheme.unknown_item": later("There is no item “{found}”."),
    "scheme.unknown_clause": later("There is no clause “{found}”."),
    "scheme.unknown_grade": later("There is no grade “{found}”."),
    "scheme.unknown_body": later("There is no body “{found}” in the register."),
    "scheme.text_missing": later("The text is empty."),
    "scheme.empty_list": later("At least one is needed here."),
    "scheme.not_a_day": later('“{found}” is not a day of every year such as "01-01".'),
    "scheme.notice_missing": later("A sample scheme needs a notice that says so."),
    "scheme.body_in_two_classes": later("The body “{body}” already belongs to the class “{other}”."),
    "scheme.two_classes_for_all": later("The class “{other}” is already open to every county; name the bodies of one."),
}

_NUMBERS = {
    "scheme.not_positive": later("{found} is not possible; it must be more than 0."),
    "scheme.negative": later("{found} is not possible; it must not be less than 0."),
    "scheme.not_a_share": later("{found} is not a share between 0 and 1."),
    "scheme.places": later("{found} decimal places are not possible; 0 to {most} are."),
    "scheme.minimum_above_maximum": later("The least is not below the most."),
    "scheme.not_a_year": later('“{found}” is not a year such as "2024".'),
}

_POINTS = {
    "scheme.sum_of_class": later("The base items of the class “{class}” sum to {sum}, not to {full}."),
    "scheme.sum_of_body": later("The base items of {body} in the class “{class}” sum to {sum}, not to {full}."),
    "scheme.points_above_full": later("{found} points are more than the full points, {full}."),
    "scheme.points_negative": later("{found} points are less than 0; only a penalty may take points."),
    "scheme.full_unreachable": later("At best {best} points can be earned here, so the full points, {full}, never."),
    "scheme.base_without_points": later("A base item needs full points."),
    "scheme.classes_twice": later("The classes already follow from the points per class; leave “classes” out."),
    "scheme.item_for_nobody": later("No class of bodies is asked this item."),
    "scheme.shape_needs_points": later("This rule starts from the full points, but the item states none."),
    "scheme.key_item_without_points": later("A key item needs full points."),
    "scheme.share_without_points": later("The item “{item}” has no full points, so it has no share of them."),
    "scheme.base_points_missing": later("When this item is not applicable it gets base points, but none are stated."),
    "scheme.base_points_range": later("Base points of {found} do not lie between 0 and the full points."),
    "scheme.mark_only_with_points": later("“mark_only” is for items without points; this one has points."),
    "scheme.mark_only_for_all": later(
        "“mark_only” cannot be the policy for all items; those with points need another."
    ),
}

_RULES = {
    "scheme.empty_interval": later("No number lies between these two ends."),
    "scheme.overlap": later("This row overlaps with row {other}."),
    "scheme.gap": later("No row holds the numbers between {low} and {high}."),
    "scheme.gap_at": later("No row holds exactly {value}."),
    "scheme.gap_below": later("No row holds the numbers below {high}."),
    "scheme.gap_above": later("No row holds the numbers above {low}."),
    "scheme.gap_all": later("There are no rows at all."),
    "scheme.too_few_levels": later("At least two levels are needed."),
    "scheme.level_range": later("“points_to” must be more than “points”."),
    "scheme.step_without_effect": later("No step costs or earns anything."),
    "scheme.factor_zero": later("With the factor 0 the value would not matter."),
    "scheme.required_missing": later("A shortfall needs the number required."),
    "scheme.required_idle": later("Only a shortfall has a number required."),
    "scheme.rank_table_or_linear": later("Give either a table of places or “linear”."),
    "scheme.place_range": later("The places do not run from a first (1 or later) to a last."),
    "scheme.place_overlap": later("Place {place} is already in another row."),
    "scheme.place_gap": later("Places {first} to {last} are in no row."),
    "scheme.place_end": later("The places from {first} on are in no row; leave “last” out in the last row."),
    "scheme.grid_rows": later("The table needs {rows} rows of points, one for each row; it has {found}."),
    "scheme.grid_columns": later("The row needs {columns} points, one for each column; it has {found}."),
    "scheme.increment_misses_maximum": later("Steps of this size do not lead from the least to the most."),
    "scheme.target_missing": later("This rule needs a target, but the item states none."),
    "scheme.target_empty": later("The target states no number, no reference and no agreed share."),
    "scheme.target_contradiction": later("A target is a number, a reference or an agreed share, not two of them."),
    "scheme.target_circular": later("A target cannot refer to the target."),
    "scheme.target_direction": later(
        "The target is a “{comparator}”, but the measure calls the other direction better."
    ),
    "scheme.target_below": later("{found} is less than {minimum}, the least this measure can have."),
    "scheme.target_above": later("{found} is more than {maximum}, the most this measure can have."),
    "scheme.target_not_whole": later("{found} is not a whole number, but this measure counts whole ones only."),
    "scheme.target_zero": later("A value cannot be set in proportion to a target of 0."),
    "scheme.ratio_comparator": later(
        "A “{comparator}” target cannot be met in proportion; make it at least or at most, or give a “step” rule."
    ),
    "scheme.zero_beyond_comparator": later(
        "“{comparator}” would give nothing for values on the good side; state the bound on the bad side."
    ),
    "scheme.zero_beyond_target": later("With {found} even a value that meets the target, {target}, gets nothing."),
    "scheme.flag_measured": later("Whether something happened has no distance from a target; use another rule."),
    "scheme.bands_reversed": later(
        "The points fall as the value gets better (better: {better}). Turn the points around, or say the other "
        "direction is better."
    ),
    "scheme.factor_reversed": later(
        "The points fall as the value gets better (better: {better}). Change the sign of the factor, or say the other "
        "direction is better."
    ),
    "scheme.section_empty": later("The section “{section}” has no item."),
    "scheme.half_a_pair": later("Numerator and denominator belong together; one of them is missing."),
    "scheme.reference_missing": later("A change needs a reference to compare with."),
    "scheme.kinds_not_counted": later("Only a count can have kinds of cases."),
    "scheme.weights_missing": later("Say which instances there are and how much each weighs."),
    "scheme.weights_idle": later("Weights are stated, but the instances are not combined by weights."),
    "scheme.flag_twice": later("The event is already one of the conditions."),
}

_TOGETHER = {
    "scheme.gate_needs_gate_rule": later("An item with the role “gate” needs a rule of the shape “gate”."),
    "scheme.gate_rule_needs_role": later("A rule of the shape “gate” needs the role “gate”."),
    "scheme.idle_in_gate": later("A gate has no points, so “{name}” has no meaning here."),
    "scheme.group_of_other_role": later("The group “{group}” is for items of another role."),
    "scheme.no_dup_without_group": later("Repetitions are looked for inside a group, but the item has none."),
    "scheme.section_minimum_half": later("A section's minimum needs both “minimum_share” and “minimum_grade”."),
    "scheme.grades_out_of_order": later("A better result would give a worse grade; grades are listed best first."),
    "scheme.clause_both": later("The clause {clause} is behind an item and also said to be not assessed."),
    "scheme.clause_unplaced": later("The clause {clause} is behind no item; name one, or say why it is not assessed."),
}

_ANSWERS = {
    "answers.unknown_checklist": later("The scheme has no checklist “{checklist}”."),
    "answers.unknown_item": later("The body's checklist has no item “{item}”."),
    "answers.unknown_reference": later("There is no reference value “{found}”; expected one of: {expected}."),
    "answers.unasked_reference": later("The item is not compared with “{found}”, but with: {expected}."),
    "answers.no_reference": later("The item is compared with no reference value, so “{found}” has no meaning here."),
    "answers.unknown_target": later("No item of the checklist has a target “{found}”."),
    "answers.round_name": later("The name of a round has 1 to 32 letters, digits, Chinese characters or “-”."),
    "answers.missing": later("Something required is missing."),
    "answers.unknown_field": later("There is no such field here; is it misspelt?"),
    "answers.not_text": later("Text in quotes is expected; numbers too are written in quotes."),
    "answers.not_whole": later("A whole number without quotes is expected."),
    "answers.not_yes_no": later("true or false is expected."),
    "answers.not_list": later("A list in [ ] is expected."),
    "answers.not_object": later("An object in {{ }} is expected."),
    "answers.not_a_year": later("A year from 2000 to 2999 is expected."),
    "answers.form": later("Not of the expected form."),
}

_SELF_FORM = {
    "self_form.not_asked": later("Found “{found}”, but nothing is asked in this column of this row."),
    "self_form.not_a_level": later("Found “{found}”; expected one of the levels: {expected}."),
    "self_form.not_an_element": later("Found “{found}”; expected numbers of elements from 1 to {count}, or “none”."),
    "self_form.not_yes_no": later("Found “{found}”; expected yes or no."),
    "self_form.points_range": later("Found {found}; expected points from 0 to {full}."),
    "self_form.half_a_pair": later("Found an empty cell; numerator and denominator belong together."),
    "self_form.formula_without_value": later(
        "Found the formula {found} without a value; expected the value. Open the file in the spreadsheet program and "
        "save it, or type the value."
    ),
    "self_form.formula_error": later("Found the error value {found}; expected what the formula should give."),
    "self_form.date": later("Found the date {found}; expected a number such as {expected}."),
    "self_form.merged": later("Found the cells {found} merged over several rows; expected one cell for each row."),
    "self_form.reason_missing": later("Found an empty cell; expected the reason why the item does not apply."),
    "self_form.unknown_row": later("Found the row “{found}”, which this checklist does not have."),
    "self_form.twice": later("Found the item a second time; expected it once, as at {other}."),
}

SENTENCES: Mapping[str, str] = MappingProxyType(
    _FILE | _STRUCTURE | _NAMES | _NUMBERS | _POINTS | _RULES | _TOGETHER | _ANSWERS | _SELF_FORM
)


def say_fault(fault: Fault) -> str:
    """Say what is wrong at one place of a file; the path stands beside it."""
    if fault.code in REFUSALS:
        return say_refusal(fault.code, fault.values)
    code = fault.code if fault.code in SENTENCES else f"{fault.code.partition('.')[0]}.form"
    return filled(_(SENTENCES[code]), **fault.values)
