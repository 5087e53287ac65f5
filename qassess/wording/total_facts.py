"""The sentences of gates, sections, groups, the total and the grade, by fact code and variant."""

from collections.abc import Mapping

from qassess.i18n import later

_GATES = {
    "gate.flag:yes": later("The event happened"),
    "gate.flag:no": later("The event did not happen"),
    "gate.number:yes": later("{label}: {value} is {condition}, so the condition is met"),
    "gate.number:no": later("{label}: {value} is not {condition}, so the condition is not met"),
    "gate.share:yes": later("“{title}” earned {share} of its points, which is {condition}, so the condition is met"),
    "gate.share:no": later("“{title}” earned {share} of its points, which is not {condition}"),
    "gate.share_not_applicable": later("“{title}” is not applicable, so the condition is not tested"),
    "gate.share_open": later("“{title}” is not finished, so the condition is not tested yet"),
    "gate.condition_open": later("“{label}” is not answered yet"),
    "gate.happened": later("This has happened"),
    "gate.did_not_happen": later("This has not happened"),
    "gate.confirmed": later("Confirmed by {by} as the second person; it is in force"),
    "gate.unconfirmed": later("Not confirmed by a second person yet; it is not in force"),
    "effect.grade": later("Effect: the grade is fixed at {label}"),
    "effect.down": later("Effect: the grade is lowered by {levels}"),
    "effect.cap_grade": later("Effect: the grade is {label} at best"),
    "effect.cap_total": later("Effect: the total is {total} at most"),
    "effect.zero_section": later("Effect: section “{title}” counts 0"),
}

_TOTALS = {
    "section.points": later("{title}: {points} out of {due}"),
    "section.rescaled": later("{title}: {points} out of the {due} that apply, rescaled to {full}: {scaled}"),
    "section.not_applicable": later("{title}: nothing applies; its {full} points are spread over the other sections"),
    "section.zeroed": later("{title}: “{gate_title}” sets {scaled} to 0"),
    "sections.spread": later("The sections that apply are worth {due} points and count as {full}"),
    "total.rescaled": later("Rescaled over the whole: {points} of {due} count as {scaled} of {full}"),
    "group.repeated": later(
        "{title}: “{item_title}” repeats “{kept_title}” and is left out; only the larger of the two counts"
    ),
    "group.points": later("{title}: {points}"),
    "group.capped": later("{title}: {sum} is brought down to the group's cap, {cap}"),
    "total.sum": later("Base {base} + bonus {bonus} − penalty {penalty} = {total}"),
    "total.capped": later("The total {total} is brought down to the cap of {cap}"),
    "total.capped_by_gate": later("“{title}” brings the total {total} down to {cap}"),
    "total.floored": later("The total {total} is raised to the floor of {floor}"),
    "total.rounded:half_up": later("{exact} rounded half up, once (decimal places: {places}): {total}"),
    "total.rounded:half_even": later("{exact} rounded half to even, once (decimal places: {places}): {total}"),
    "total.rounded:down": later("{exact} rounded down, once (decimal places: {places}): {total}"),
    "total.rounded_under_cap": later(
        "{exact} rounded down, once (decimal places: {places}), so that it stays within {cap}: {total}"
    ),
    "total.none": later("Nothing applies, so there is no score and no grade"),
    "total.not_applicable_over_limit": later("{share} of the points are not applicable; the scheme allows {limit}"),
    "total.open": later("Items not finished: {open} of {asked}; the total is that of the answers so far"),
}

_GRADES = {
    "grade.band:rounded": later("The rounded total {total} gives {label}"),
    "grade.band:unrounded": later("The unrounded total {total} gives {label}"),
    "grade.no_band:rounded": later("The rounded total {total} lies in no band of the scheme"),
    "grade.no_band:unrounded": later("The unrounded total {total} lies in no band of the scheme"),
    "grade.rank": later("Place {place} in the round gives {label}"),
    "grade.rank_tied:first": later("{sharing} share place {place}; each is graded by the first place: {label}"),
    "grade.rank_tied:worst": later("{sharing} share place {place}; each is graded by the last place: {label}"),
    "grade.rank_open": later("The grade goes by place in the round, which is not known yet"),
    "grade.no_place": later("Place {place} is in no row of the scheme's grades"),
    "grade.down": later("“{title}” lowers the grade by {levels}: from {before_label} to {after_label}"),
    "grade.down:same": later("“{title}” lowers the grade by {levels}; {before_label} is already the lowest"),
    "grade.capped_by_gate": later("“{title}” allows {cap_label} at best: from {before_label} to {after_label}"),
    "grade.capped_by_gate:same": later("“{title}” allows {cap_label} at best; the grade stays {after_label}"),
    "grade.capped_by_section": later(
        "Section “{title}” earned {share}, below its minimum of {minimum}: {cap_label} at best, "
        "from {before_label} to {after_label}"
    ),
    "grade.capped_by_section:same": later(
        "Section “{title}” earned {share}, below its minimum of {minimum}: {cap_label} at best; "
        "the grade stays {after_label}"
    ),
    "grade.capped_by_key_item": later(
        "Key item “{title}” earned {share}, below its minimum of {minimum}: {cap_label} at best, "
        "from {before_label} to {after_label}"
    ),
    "grade.capped_by_key_item:same": later(
        "Key item “{title}” earned {share}, below its minimum of {minimum}: {cap_label} at best; "
        "the grade stays {after_label}"
    ),
    "grade.fixed": later("“{title}” fixes the grade at {fixed_label}: from {before_label} to {after_label}"),
    "grade.fixed:same": later("“{title}” fixes the grade at {fixed_label}; the grade stays {after_label}"),
}

TOTAL_SENTENCES: Mapping[str, str] = _GATES | _TOTALS | _GRADES
