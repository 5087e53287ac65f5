"""Numbers as people type them, read exactly or refused with the reason; nothing is guessed silently.

Understood: full-width digits and signs, ``。`` for the point, every common minus sign, thousands in groups of three,
the measure's own unit behind the number, and for percentages a pair ``467/499``. A refusal keeps what was typed and,
where there is one, suggests what may have been meant.
"""

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

from qassess.domain.exact import exact_to_text
from qassess.domain.rules import Measure, MeasureKind, Reference, Text
from qassess.errors import InputRefused

LONGEST_TEXT = 64
MOST_DIGITS = 24

_DELTAS = (MeasureKind.DELTA_PP, MeasureKind.DELTA_PCT)
_AVERAGES = (Reference.NATIONAL_AVG, Reference.PROVINCIAL_AVG, Reference.ROUND_MEAN)
_NOTHING_LEFT = Fraction(-100)

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_AS_MEANT = str.maketrans(
    _FULL_WIDTH
    | {ord(blank): " " for blank in "\u3000\u00a0\u2002\u2003\u2009\u202f\t\r\n"}
    | {ord(point): "." for point in "。｡"}
    | {ord(minus): "-" for minus in "−–—‐‑﹣"}
    | {ord("﹪"): "%", ord("÷"): "/", ord("\ufeff"): None, ord("\u200b"): None}
)
_NUMBER = re.compile(r"([-+]?)\s*([0-9][0-9., ]*|\.[0-9]+)\s*(.*)")
_MORE_DIGITS = re.compile(r"[\d.,²³/+-]")
_PLAIN = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_COMMA_FOR_POINT = re.compile(r"[0-9]+,[0-9]+")
_POINT_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]+")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number read exactly. Equal numbers are equal, however typed (93.4 = 93.40).

    ``typed``: the number as typed, trailing zeros kept, in plain ASCII digits without blanks, grouping and unit; a
    percentage below 1 keeps its ``%``, because only that says it was meant so. Reading ``typed`` again gives the same.
    """

    exact: Fraction
    typed: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """Numerator and denominator of a percentage; equal when both are, whatever their quotient."""

    numerator: Quantity
    denominator: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a field accepts. ``minimum``/``maximum`` are inclusive; absent means without limit.

    ``percentage`` asks back for numbers between 0 and 1 that carry no ``%``. ``unit`` is the only one accepted behind
    the number. ``name`` is the answer field a refusal names.
    """

    name: str = "value"
    unit: str = ""
    percentage: bool = False
    whole: bool = False
    minimum: Fraction | None = None
    maximum: Fraction | None = None


_ANY = Limits()


def read_number(text: str, limits: Limits = _ANY) -> Quantity:
    """Read one number.

    Raises ``InputRefused`` with one of the ``number.…`` codes of :data:`qassess.domain.facts.REFUSALS`.

    >>> read_number("９３．４０").typed, read_number(" 1,234 ").exact
    ('93.40', Fraction(1234, 1))
    """
    plain = _plain(text, limits.name)
    if "/" in plain:
        _refuse_pair(plain, limits.name)
    sign, digits, unit = _split(plain, limits.name)
    typed = _canonical(sign, _ungrouped(digits, plain, limits.name), limits.name)
    _check_unit(unit, plain, limits)
    exact = Fraction(typed)
    _check_limits(exact, typed, limits)
    if limits.percentage and 0 < abs(exact) < 1:
        typed = _percent_as_meant(typed, unit, limits.name)
    return Quantity(exact, typed)


def split_pair(text: str) -> tuple[str, str] | None:
    """Return both sides of ``467/499`` (also ``467÷499``, full-width) untouched, ``None`` when it is no pair."""
    sides = text.translate(_AS_MEANT).strip().split("/")
    return (sides[0].strip(), sides[1].strip()) if len(sides) == len(("a", "b")) else None


def read_pair(numerator: str, denominator: str, measure: Measure, *, prefix: str = "") -> Pair:
    """Read the pair of a percentage: neither negative, the denominator not 0, the numerator not larger.

    Whole numbers where the measure is ``integer`` (half a batch is refused). The numerator may be larger only where
    the measure's ``maximum`` is above ``per``, and in a raw quotient without one. Raises ``InputRefused``; its field
    begins with ``prefix``.
    """
    parts = [
        read_number(text, Limits(name=f"{prefix}{name}", minimum=Fraction(0), whole=measure.integer))
        for name, text in (("numerator", numerator), ("denominator", denominator))
    ]
    pair = Pair(parts[0], parts[1])
    if pair.denominator.exact == 0:
        label = measure.denominator or Text(zh="")
        raise InputRefused(
            "number.zero_denominator",
            field=f"{prefix}denominator",
            label=label.zh,
            label_en=label.en or label.zh,
        )
    if pair.numerator.exact > pair.denominator.exact and not _may_exceed(measure):
        raise InputRefused(
            "number.numerator_exceeds",
            field=f"{prefix}numerator",
            numerator=pair.numerator.typed,
            denominator=pair.denominator.typed,
        )
    return pair


def read_measured(text: str, measure: Measure, *, prefix: str = "") -> Quantity | Pair:
    """Read what is typed into a measure's single field; a percentage may be typed as its pair.

    Raises ``InputRefused`` as :func:`read_number` and :func:`read_pair` do.
    """
    if takes_pair(measure) and (sides := split_pair(text)):
        return read_pair(*sides, measure, prefix=prefix)
    return read_number(text, limits_of(measure, name=f"{prefix}value"))


def takes_pair(measure: Measure) -> bool:
    """Tell whether a measure is entered as numerator and denominator (or may be)."""
    if measure.kind is MeasureKind.PERCENT:
        return True
    return measure.numerator is not None and measure.denominator is not None


def is_percentage(measure: Measure) -> bool:
    """Tell whether the typed number is a percentage (per hundred, not ‰)."""
    made_of_hundred = measure.kind in (MeasureKind.PERCENT, MeasureKind.DELTA_PP) or takes_pair(measure)
    return made_of_hundred and measure.per == Fraction(100) and measure.unit in ("", "%", "pp")


def unit_of(measure: Measure) -> str:
    """Return the unit of the typed number: the measure's own, else ``%`` or ``‰`` of a percentage."""
    if measure.unit or not (takes_pair(measure) or measure.kind is MeasureKind.DELTA_PP):
        return measure.unit
    return {Fraction(100): "%", Fraction(1000): "‰"}.get(measure.per, "")


def limits_of(measure: Measure, *, name: str = "value") -> Limits:
    """Return what may be typed as a measure's plain number.

    Negative only where the measure's ``minimum`` says so. A percentage goes to ``per`` unless ``maximum`` says more; a
    count and a rank are whole, a rank begins at 1.
    """
    least = Fraction(1) if measure.kind is MeasureKind.RANK else Fraction(0)
    most = measure.per if measure.kind in (MeasureKind.PERCENT, MeasureKind.DELTA_PP) else None
    always_whole = measure.kind in (MeasureKind.COUNT, MeasureKind.RANK)
    return Limits(
        name=name,
        unit=unit_of(measure),
        percentage=is_percentage(measure),
        whole=always_whole or (measure.integer and not takes_pair(measure)),
        minimum=least if measure.minimum is None else measure.minimum,
        maximum=most if measure.maximum is None else measure.maximum,
    )


def limits_of_reference(measure: Measure, reference: Reference, *, name: str) -> Limits:
    """Return what a reference value may be: what the measure itself may be; an average need not be whole."""
    limits = limits_of(measure, name=name)
    return replace(limits, whole=False) if reference in _AVERAGES else limits


def limits_of_target(measure: Measure, *, name: str) -> Limits:
    """Return what a target may be: what the measure itself may be, where that is what it is compared with.

    A target for a change may be negative: points within ± ``per``, a relative change from −100 %. One for a ratio to
    another reference may not.
    """
    if uses_up_target(measure) or measure.kind not in (*_DELTAS, MeasureKind.RATIO_TO_TARGET):
        return limits_of(measure, name=name)
    if measure.kind is MeasureKind.DELTA_PP:
        return Limits(name=name, unit=unit_of(measure), minimum=-measure.per, maximum=measure.per)
    if measure.kind is MeasureKind.DELTA_PCT:
        return Limits(name=name, unit="%", minimum=_NOTHING_LEFT)
    return Limits(name=name, minimum=Fraction(0))


def uses_up_target(measure: Measure) -> bool:
    """Tell whether a change or ratio is itself against the target, which is then a number of what is typed."""
    compares = measure.kind in _DELTAS or measure.kind is MeasureKind.RATIO_TO_TARGET
    return compares and measure.reference in (None, Reference.TARGET)


def _may_exceed(measure: Measure) -> bool:
    if measure.maximum is not None:
        return measure.maximum > measure.per
    return measure.kind is MeasureKind.RAW


def _plain(text: str, name: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise InputRefused("number.too_long", field=name, limit=LONGEST_TEXT)
    plain = text.translate(_AS_MEANT).strip()
    if not plain:
        raise InputRefused("number.empty", field=name)
    return plain


def _refuse_pair(plain: str, name: str) -> None:
    sides = split_pair(plain)
    if sides and all(_PLAIN.fullmatch(side) for side in sides):
        raise InputRefused("number.pair", field=name, typed=plain, numerator=sides[0], denominator=sides[1])
    raise InputRefused("number.not_a_number", field=name, typed=plain)


def _split(plain: str, name: str) -> tuple[str, str, str]:
    matched = _NUMBER.fullmatch(plain)
    if matched is None or _MORE_DIGITS.search(matched[3]):
        raise InputRefused("number.not_a_number", field=name, typed=plain)
    sign, digits, unit = matched.groups()
    return ("-" if sign == "-" else "", digits.strip(), unit.strip())


def _ungrouped(digits: str, plain: str, name: str) -> str:
    """Return the digits with a plain point only; a comma is read as thousands or refused, never as a point."""
    if _PLAIN.fullmatch(digits):
        return digits
    if _THOUSANDS.fullmatch(digits):
        return digits.replace(",", "")
    if _COMMA_FOR_POINT.fullmatch(digits) or _POINT_THOUSANDS.fullmatch(digits):
        meant = digits.replace(".", "").replace(",", ".")
        raise InputRefused("number.decimal_comma", field=name, typed=plain, suggestion=meant)
    joined = digits.replace(" ", "")
    if " " in digits and _PLAIN.fullmatch(joined):
        raise InputRefused("number.blank_inside", field=name, typed=plain, suggestion=joined)
    raise InputRefused("number.thousands" if "," in digits else "number.not_a_number", field=name, typed=plain)


def _canonical(sign: str, digits: str, name: str) -> str:
    """Return a decimal string as schemes and revisions write it: ``.5`` → ``0.5``, ``007`` → ``7``, ``5.`` → ``5``."""
    if len(digits) > MOST_DIGITS:
        raise InputRefused("number.too_long", field=name, limit=MOST_DIGITS)
    whole, _, places = digits.partition(".")
    plain = (whole.lstrip("0") or "0") + (f".{places}" if places else "")
    return sign + plain if Fraction(plain) else plain


def _check_unit(unit: str, plain: str, limits: Limits) -> None:
    expected = limits.unit.translate(_AS_MEANT)
    explicit_percent = limits.percentage and unit == "%"
    if unit and not explicit_percent and unit != expected:
        raise InputRefused("number.unit", field=limits.name, typed=plain, found=unit, expected=limits.unit)


def _percent_as_meant(typed: str, unit: str, name: str) -> str:
    if unit == "%":
        return f"{typed}%"
    raise InputRefused(
        "number.fraction_of_percent",
        field=name,
        typed=typed,
        suggestion=exact_to_text(Fraction(typed) * 100),
        explicit=f"{typed}%",
    )


def _check_limits(exact: Fraction, typed: str, limits: Limits) -> None:
    if limits.minimum is not None and exact < limits.minimum:
        if exact < 0 <= limits.minimum:
            raise InputRefused("number.negative", field=limits.name, typed=typed)
        least = exact_to_text(limits.minimum)
        raise InputRefused("number.below_minimum", field=limits.name, typed=typed, minimum=least)
    if limits.maximum is not None and exact > limits.maximum:
        most = exact_to_text(limits.maximum)
        raise InputRefused("number.above_maximum", field=limits.name, typed=typed, maximum=most)
    if limits.whole and exact.denominator != 1:
        raise InputRefused("number.not_whole", field=limits.name, typed=typed)
