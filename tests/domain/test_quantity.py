"""Numbers as people type them: understood exactly, or refused with the reason and what may have been meant."""

from fractions import Fraction

import pytest

from qassess.domain.facts import REFUSALS
from qassess.domain.quantity import Limits, Pair, Quantity, read_measured, read_number, read_pair, split_pair
from qassess.domain.rules import Measure, MeasureKind, Text
from qassess.errors import InputRefused

PERCENT = Measure(kind=MeasureKind.PERCENT, unit="%", integer=True, denominator=Text(zh="抽查批次", en="sampled"))
MU = Measure(kind=MeasureKind.RAW, unit="万亩")
CASES = Measure(kind=MeasureKind.COUNT, unit="起")
GROWTH = Measure(kind=MeasureKind.RAW, unit="%", minimum=Fraction(-100))


def refusal(text: str, measure: Measure) -> tuple[str, dict[str, str | int]]:
    with pytest.raises(InputRefused) as refused:
        read_measured(text, measure)
    assert set(refused.value.values) == set(REFUSALS[refused.value.code])
    return refused.value.code, dict(refused.value.values)


@pytest.mark.parametrize(
    ("typed", "measure", "exact", "kept"),
    [
        ("93.4", PERCENT, "93.4", "93.4"),
        ("93.40", PERCENT, "93.4", "93.40"),
        ("９３．４％", PERCENT, "93.4", "93.4"),
        ("93。4", PERCENT, "93.4", "93.4"),
        ("  93.4 % ", PERCENT, "93.4", "93.4"),
        ("93.4﹪", PERCENT, "93.4", "93.4"),
        ("0.934%", PERCENT, "0.934", "0.934%"),
        ("０．５％", PERCENT, "0.5", "0.5%"),
        ("0", PERCENT, "0", "0"),
        ("1", PERCENT, "1", "1"),
        ("100", PERCENT, "100", "100"),
        ("1,234", MU, "1234", "1234"),
        ("1，234，567.80", MU, "1234567.8", "1234567.80"),
        ("300万亩", MU, "300", "300"),
        ("300 万亩", MU, "300", "300"),
        (".5", MU, "0.5", "0.5"),
        ("5.", MU, "5", "5"),
        ("007", MU, "7", "7"),
        ("+5", MU, "5", "5"),
        ("-0.00", MU, "0", "0.00"),
        ("3起", CASES, "3", "3"),
        ("3.0", CASES, "3", "3.0"),
        ("-2.5", GROWTH, "-2.5", "-2.5"),
        ("−2.5%", GROWTH, "-2.5", "-2.5"),
        ("－2.5", GROWTH, "-2.5", "-2.5"),
        ("–2.5", GROWTH, "-2.5", "-2.5"),
    ],
)
def test_what_people_type_is_understood_exactly(typed, measure, exact, kept):
    quantity = read_measured(typed, measure)
    assert isinstance(quantity, Quantity)
    assert quantity.exact == Fraction(exact)
    assert quantity.typed == kept
    assert read_measured(kept, measure) == quantity, "what is kept is read again alike"


@pytest.mark.parametrize(
    ("typed", "measure", "code", "values"),
    [
        ("", PERCENT, "number.empty", {}),
        (" \u3000 ", PERCENT, "number.empty", {}),
        ("abc", PERCENT, "number.not_a_number", {"typed": "abc"}),
        ("九十三", PERCENT, "number.not_a_number", {}),
        ("1e5", PERCENT, "number.not_a_number", {}),
        ("½", PERCENT, "number.not_a_number", {}),
        ("10²", PERCENT, "number.not_a_number", {}),
        ("٩٣", PERCENT, "number.not_a_number", {}),
        ("nan", PERCENT, "number.not_a_number", {}),
        ("1.2.3", MU, "number.not_a_number", {}),
        ("--3", MU, "number.not_a_number", {}),
        ("-", MU, "number.not_a_number", {}),
        ("1/2/3", PERCENT, "number.not_a_number", {}),
        (" 93,4 ", PERCENT, "number.decimal_comma", {"typed": "93,4", "suggestion": "93.4"}),
        ("93，4", PERCENT, "number.decimal_comma", {"suggestion": "93.4"}),
        ("0,934", MU, "number.decimal_comma", {"suggestion": "0.934"}),
        ("1.234,5", MU, "number.decimal_comma", {"suggestion": "1234.5"}),
        ("1,23,456", MU, "number.thousands", {}),
        ("1 234", MU, "number.blank_inside", {"suggestion": "1234"}),
        ("0.934", PERCENT, "number.fraction_of_percent", {"suggestion": "93.4", "explicit": "0.934%"}),
        ("9" * 65, MU, "number.too_long", {"limit": 64}),
        ("9" * 30, MU, "number.too_long", {"limit": 24}),
        ("93.4‰", PERCENT, "number.unit", {"found": "‰", "expected": "%"}),
        ("300亩", MU, "number.unit", {"found": "亩", "expected": "万亩"}),
        ("300万", MU, "number.unit", {"found": "万", "expected": "万亩"}),
        ("-3", PERCENT, "number.negative", {"typed": "-3"}),
        ("−0.5", PERCENT, "number.negative", {}),
        ("-1", CASES, "number.negative", {}),
        ("100.01", PERCENT, "number.above_maximum", {"maximum": "100"}),
        ("-101", GROWTH, "number.below_minimum", {"minimum": "-100"}),
        ("2.5", CASES, "number.not_whole", {"typed": "2.5"}),
        ("467/0", PERCENT, "number.zero_denominator", {"label": "抽查批次", "label_en": "sampled"}),
        ("500/499", PERCENT, "number.numerator_exceeds", {"numerator": "500", "denominator": "499"}),
        ("466.5/499", PERCENT, "number.not_whole", {"field": "numerator", "typed": "466.5"}),
        ("-1/499", PERCENT, "number.negative", {"field": "numerator"}),
        ("/499", PERCENT, "number.empty", {"field": "numerator"}),
        ("467/", PERCENT, "number.empty", {"field": "denominator"}),
        ("1.2 3.4", MU, "number.not_a_number", {}),
        ("467/499", MU, "number.pair", {"numerator": "467", "denominator": "499"}),
    ],
)
def test_what_cannot_be_understood_is_refused_with_the_reason(typed, measure, code, values):
    found, said = refusal(typed, measure)
    assert found == code
    assert values.items() <= said.items()


@pytest.mark.parametrize("typed", ["467/499", "467 / 499", "４６７／４９９", "467÷499"])
def test_a_pair_is_numerator_and_denominator_of_a_percentage(typed):
    pair = read_measured(typed, PERCENT)
    assert isinstance(pair, Pair)
    assert (pair.numerator.exact, pair.denominator.exact) == (467, 499)


def test_a_pair_may_exceed_one_hundred_only_where_the_measure_says_so():
    fulfilled = Measure(kind=MeasureKind.PERCENT, maximum=Fraction(150))
    assert read_pair("6", "5", fulfilled).numerator.exact == 6
    for most in (None, Fraction(100)):
        strict = Measure(kind=MeasureKind.PERCENT, maximum=most)
        assert read_pair("5", "5", strict).numerator.exact == 5
        with pytest.raises(InputRefused, match="numerator_exceeds"):
            read_pair("6", "5", strict)
    per_head = Measure(kind=MeasureKind.RAW, numerator=Text(zh="件"), denominator=Text(zh="人"), per=Fraction(1))
    assert read_pair("6", "5", per_head).numerator.exact == 6


def test_a_permille_is_not_asked_back():
    permille = Measure(kind=MeasureKind.PERCENT, unit="‰", per=Fraction(1000))
    assert read_measured("0.08", permille) == Quantity(Fraction("0.08"), "0.08")
    assert read_measured("0.08‰", permille) == Quantity(Fraction("0.08"), "0.08")


def test_equal_numbers_are_equal_however_they_are_typed():
    assert read_number("93.4") == read_number("９３．４０")
    assert read_number("93.4") != read_number("93.41")
    assert hash(read_number("1,000")) == hash(read_number("1000.0"))


def test_a_refusal_names_the_field():
    with pytest.raises(InputRefused) as refused:
        read_number("x", Limits(name="parts.a.value"))
    assert refused.value.values["field"] == "parts.a.value"


def test_only_one_stroke_makes_a_pair():
    assert split_pair("467") is None
    assert split_pair("1/2/3") is None
    assert split_pair(" 1 ／ 2 ") == ("1", "2")
