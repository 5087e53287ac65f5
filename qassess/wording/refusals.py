"""Why an input is refused, beside the field: what is wrong with it and what to do. What was typed always stays."""

from collections.abc import Mapping
from types import MappingProxyType

from qassess.i18n import _, language, later
from qassess.wording.filling import filled
from qassess.wording.numbers import typed_number, unit_words

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "number.empty": later("Nothing has been entered. Enter a number, or declare the item not applicable."),
        "number.not_a_number": later("“{typed}” is not a number. Enter digits, for example 93.4."),
        "number.too_long": later("This is too long to be meant: at most {limit} characters."),
        "number.decimal_comma": later("“{typed}” has a comma. If {suggestion} is meant, enter it with a point."),
        "number.thousands": later(
            "The commas in “{typed}” do not part groups of three digits. Enter it without commas."
        ),
        "number.blank_inside": later(
            "“{typed}” has a blank inside. If {suggestion} is meant, enter it without the blank."
        ),
        "number.pair": later(
            "“{typed}” are two numbers, but one is asked for here. Enter only one of {numerator} and {denominator}."
        ),
        "number.unit": later("“{typed}” is given in {found}, but {expected} is asked for. Convert it first."),
        "number.unit:none": later("“{typed}” is given in {found}, but a number without unit is asked for."),
        "number.fraction_of_percent": later(
            "Is {suggestion} % meant? Then enter {suggestion}. If {typed} percent is really meant, enter {explicit}."
        ),
        "number.negative": later("{typed} is negative; it cannot be less than 0."),
        "number.below_minimum": later("{typed} is less than {minimum}, the least that is possible."),
        "number.above_maximum": later("{typed} is more than {maximum}, the most that is possible."),
        "number.not_whole": later("{typed} is not a whole number; only whole ones are counted here."),
        "number.zero_denominator": later(
            "The number below cannot be 0. What you entered is kept; if there was nothing to count this year, "
            "declare the item not applicable."
        ),
        "number.zero_denominator:label": later(
            "“{label}” cannot be 0. What you entered is kept; if there was nothing to count this year, "
            "declare the item not applicable."
        ),
        "number.numerator_exceeds": later(
            "{numerator} is more than {denominator}; a part cannot be more than the whole. Are they swapped?"
        ),
        "number.increment": later("{typed} is not possible; points go up from {minimum} in steps of {increment}."),
        "answer.wrong_kind": later("This answer does not fit the item's rule; it asks for “{expected}”."),
        "answer.two_values": later("There is both a number and a pair of numbers. Keep only one of them."),
        "answer.unused_field": later("“{name}” is not used here; the rule looks at: {expected}. Leave it out."),
        "answer.no_such_level": later("There is no level {level}; the levels are 1 to {levels}."),
        "answer.no_such_element": later("The item has no element “{element}”."),
        "answer.no_such_kind": later("The item counts no kind “{kind}”."),
        "answer.no_such_part": later("The item has no part “{part}”."),
        "answer.no_such_instance": later("The scheme names nothing called “{instance}” for this item."),
        "answer.instance_twice": later("“{instance}” is answered twice. Keep only one of them."),
        "answer.sharing_too_many": later("Place {place} shared by {sharing} is not possible when {of} were ranked."),
        "answer.not_applicable_reason": later("Say why this does not apply."),
        "answer.part_not_applicable": later(
            "“{label}” alone cannot be left out; declare the whole item not applicable, or answer it."
        ),
        "answer.gate_not_applicable": later(
            "This is never left out: say that it did not happen, or that it did, or enter the number."
        ),
        "adjustment.reason_missing": later("Say why the points are set by hand."),
        "adjustment.not_applicable": later("Points cannot be set by hand while the item is not applicable."),
        "target.reason_missing": later("Say why this target differs from the plan, or which document sets this share."),
        "reopen.reason_missing": later("Say why the signed assessment is taken up again."),
        "date.not_a_date": later("“{typed}” is not a date. Enter it as 2024-03-05."),
        "evidence.pages": later("“{typed}” is not a number of pages. Enter a whole number."),
        "evidence.empty": later("The file {path} is empty; nothing was attached."),
    }
)
"""Code of an ``InputRefused`` -> sentence; a variant follows after a colon."""

_AS_TYPED = ("typed", "suggestion", "numerator", "denominator", "minimum", "maximum", "increment", "explicit")
_UNITS = ("found", "expected")


def say_refusal(code: str, values: Mapping[str, str | int]) -> str:
    """Say why an input is refused, as whole sentences with their full stop."""
    return filled(_(SENTENCES[_key(code, values)]), **_spoken(code, values))


def _key(code: str, values: Mapping[str, str | int]) -> str:
    if code == "number.zero_denominator" and values.get("label"):
        return f"{code}:label"
    if code == "number.unit" and not values.get("expected"):
        return f"{code}:none"
    return code


def _spoken(code: str, values: Mapping[str, str | int]) -> dict[str, str]:
    spoken = {name: str(value) for name, value in values.items()}
    for name in _AS_TYPED:
        if name in spoken and not code.startswith("date."):
            spoken[name] = typed_number(spoken[name])
    for name in _UNITS if code == "number.unit" else ():
        spoken[name] = unit_words(spoken.get(name, ""))
    if language() == "en":
        spoken |= {name.removesuffix("_en"): text for name, text in spoken.items() if name.endswith("_en") and text}
    return spoken
