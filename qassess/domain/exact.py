"""Exact numbers of scheme files: decimal strings outside, fractions inside, never floats."""

import re
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

MOST_DIGITS = 40
"""Digits a number of a file has at most; more are a slip, and slow to compute with."""

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def exact_from_text(text: object) -> Fraction:
    """Read a canonical decimal string (``"93.40"``, ``"-2"``) exactly; a ``Fraction`` or ``int`` passes.

    Raises ``ValueError`` for anything else: exponents, blanks, signs ``+``, floats, more than :data:`MOST_DIGITS`.
    """
    if isinstance(text, Fraction):
        return text
    if isinstance(text, int) and not isinstance(text, bool):
        return Fraction(text)
    if isinstance(text, str) and _DECIMAL.fullmatch(text):
        if sum(map(str.isdigit, text)) > MOST_DIGITS:
            raise ValueError("too_many_digits")
        return Fraction(text)
    raise ValueError("decimal_string")


def exact_to_text(number: Fraction) -> str:
    """Write a finite decimal as its shortest decimal string, anything else as ``n/d``.

    >>> exact_to_text(Fraction(5, 2)), exact_to_text(Fraction(1, 3)), exact_to_text(Fraction(-7))
    ('2.5', '1/3', '-7')
    """
    twos = fives = 0
    rest = number.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    places = max(twos, fives)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


Exact = Annotated[
    Fraction,
    BeforeValidator(exact_from_text),
    PlainSerializer(exact_to_text, return_type=str),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$",
            "description": "an exact decimal number",
        }
    ),
]
