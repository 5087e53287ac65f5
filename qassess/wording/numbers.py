"""How numbers, units, points, bounds and intervals are written."""

from fractions import Fraction

from qassess.domain.exact import exact_to_text
from qassess.domain.rules import Comparator, Interval
from qassess.i18n import _, language, later, ngettext
from qassess.wording.filling import filled

PLACES = 4
"""Decimal places shown of a number that has more; the number itself stays exact."""

MINUS = "−"

_ENGLISH_UNITS = {
    "批": ("batch", "batches"),
    "起": ("case", "cases"),
    "天": ("day", "days"),
    "个月": ("month", "months"),
    "年": ("year", "years"),
    "家": ("firm", "firms"),
    "件": ("piece", "pieces"),
    "次": ("time", "times"),
    "期": ("issue", "issues"),
    "吨": ("tonne", "tonnes"),
    "处": ("site", "sites"),
    "个": ("unit", "units"),
    "种": ("kind", "kinds"),
    "项": ("item", "items"),
    "人": ("person", "people"),
    "分": ("point", "points"),
    "万元": ("× 10,000 yuan", "× 10,000 yuan"),
    "亿元": ("× 100 million yuan", "× 100 million yuan"),
    "万美元": ("× 10,000 US dollars", "× 10,000 US dollars"),
    "万亩": ("× 10,000 mu", "× 10,000 mu"),
    "位次": ("place", "places"),
    "全省位次": ("place in the province", "places in the province"),
    "个百分点": ("percentage point", "percentage points"),
}
"""Units are data of the scheme, in Chinese; these have an English word, any other is shown as it stands."""


def number(value: Fraction | int, places: int | None = None) -> str:
    """Write a number for people, with a true minus sign.

    Without ``places``: exact where the decimals end within four, else rounded half up to four and marked ``…``. With
    ``places``: rounded half up to at most so many, unmarked.

    >>> number(Fraction(-1, 2)), number(Fraction(46700, 499)), number(Fraction(46700, 499), 2)
    ('−0.5', '93.5872…', '93.59')
    """
    exact = Fraction(value)
    shown = _rounded(exact, PLACES if places is None else places)
    mark = "…" if places is None and shown != exact else ""
    return exact_to_text(shown).replace("-", MINUS) + mark


def _rounded(value: Fraction, places: int) -> Fraction:
    """Round half away from zero (四舍五入)."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def typed_number(text: str) -> str:
    """Write a number given as text, as it was typed, with a true minus sign."""
    return MINUS + text[1:] if text.startswith("-") else text


def unit_words(unit: str, value: Fraction = Fraction(2)) -> str:
    """Return a unit in the current language, in the number of ``value``."""
    if language() != "en":
        return unit
    plain = unit.partition("(")[0]  # what stands in brackets is a note in Chinese
    singular, plural = _ENGLISH_UNITS.get(plain, (plain, plain))
    return singular if _grammar(value) == 1 else plural


def quantity(value: Fraction, unit: str) -> str:
    """Write a number with its unit: ``95 %``, ``3 批``; without unit the number alone.

    ``pp`` and ``permille_points`` are distances between two percentages or two ‰.
    """
    shown = number(value)
    match unit:
        case "":
            return shown
        case "pp" | "个百分点":
            return filled(
                ngettext("{number} percentage point", "{number} percentage points", _grammar(value)), number=shown
            )
        case "permille_points" | "个千分点":
            return filled(
                ngettext("{number} permille point", "{number} permille points", _grammar(value)), number=shown
            )
        case _:
            return filled(_("{number} {unit}"), number=shown, unit=unit_words(unit, value))


def points(value: Fraction) -> str:
    """Write points: ``4.29 分``."""
    return filled(ngettext("{number} point", "{number} points", _grammar(value)), number=number(value))


def _grammar(value: Fraction) -> int:
    """Return the count that decides between singular and plural: only exactly 1 is singular."""
    return 1 if abs(value) == 1 else 2


_BOUNDS = {
    Comparator.AT_LEAST: later("{bound} or more"),
    Comparator.MORE_THAN: later("more than {bound}"),
    Comparator.AT_MOST: later("{bound} or less"),
    Comparator.LESS_THAN: later("less than {bound}"),
    Comparator.EQUAL: later("exactly {bound}"),
}

_SIGNS = {
    Comparator.AT_LEAST: "≥",
    Comparator.MORE_THAN: ">",
    Comparator.AT_MOST: "≤",
    Comparator.LESS_THAN: "<",
    Comparator.EQUAL: "=",
}


def bound_words(comparator: str, bound: str) -> str:
    """Say a bound: 以上/以下 include the number, 超过/低于 do not. ``bound`` is written with its unit."""
    return filled(_(_BOUNDS[Comparator(comparator)]), bound=bound)


def bound_signs(comparator: str, bound: str) -> str:
    """Write a bound briefly: ``≥ 95 %``."""
    return f"{_SIGNS[Comparator(comparator)]} {bound}"


_BETWEEN = {
    (True, True): later("from {low} to {high}, both included"),
    (True, False): later("{low} or more, less than {high}"),
    (False, True): later("more than {low}, {high} or less"),
    (False, False): later("more than {low}, less than {high}"),
}


def interval_words(interval: Interval, unit: str) -> str:
    """Say an interval: ``80 % 以上、低于 90 %``."""
    if interval.low is None and interval.high is None:
        return _("any value")
    if interval.high is None or interval.low is None:
        is_lower = interval.low is not None
        comparator = _one_sided(is_lower, included=interval.low_included if is_lower else interval.high_included)
        end = interval.low if interval.low is not None else interval.high or Fraction(0)
        return bound_words(comparator, quantity(end, unit))
    template = _BETWEEN[interval.low_included, interval.high_included]
    return filled(_(template), low=quantity(interval.low, unit), high=quantity(interval.high, unit))


def _one_sided(is_lower: bool, *, included: bool) -> Comparator:  # noqa: FBT001 - which end it is, at its only call
    if is_lower:
        return Comparator.AT_LEAST if included else Comparator.MORE_THAN
    return Comparator.AT_MOST if included else Comparator.LESS_THAN
