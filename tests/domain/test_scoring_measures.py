"""Every measure, reference and target with numbers worked out by hand, and what each refuses or waits for."""

from fractions import Fraction

import pytest

from qassess.domain.score_sheet import State
from tests.domain.scoring_builders import codes, item_of, score_one

RAW = {"kind": "raw", "unit": "个"}
PERCENT = {"kind": "percent", "unit": "%"}


def step(**fields) -> dict:
    return {"shape": "step", "measure": PERCENT, "step": "1", "deduct_per_step": "1"} | fields


def refused(item, /, **entry) -> tuple[str, dict]:
    result = score_one(item, **entry)
    assert result.state is State.REFUSED
    assert result.points is None
    return result.derivation[-1].code.removeprefix("refused."), dict(result.derivation[-1].values)


def waits_for(item, sheet_fields=None, /, **entry) -> str:
    result = score_one(item, sheet_fields, **entry)
    assert result.state is State.INCOMPLETE
    assert result.points is None
    return result.derivation[-1].code


def ratio(better: str = "higher", **fields) -> dict:
    return {"shape": "ratio", "measure": RAW | {"better": better}} | fields


# --- measures and references ----------------------------------------------------------------------------------------


def test_a_percentage_from_a_pair_or_typed_directly():
    item = item_of(step(), target={"value": "95"})
    by_pair = score_one(item, numerator="93", denominator="100")
    assert by_pair.points == score_one(item, value="93").points == score_one(item, value="93/100").points == 8
    assert refused(item, value="93", numerator="93", denominator="100")[0] == "answer.two_values"
    assert waits_for(item, numerator="93") == "missing.denominator"
    assert waits_for(item, denominator="93") == "missing.numerator"


@pytest.mark.parametrize(
    ("entry", "code", "field"),
    [
        ({"value": ""}, "number.empty", "value"),
        ({"value": "0.934"}, "number.fraction_of_percent", "value"),
        ({"value": "101"}, "number.above_maximum", "value"),
        ({"numerator": "467", "denominator": "0"}, "number.zero_denominator", "denominator"),
        ({"numerator": "12.5", "denominator": "20"}, "number.not_whole", "numerator"),
        ({"numerator": "21", "denominator": "20"}, "number.numerator_exceeds", "numerator"),
    ],
)
def test_what_a_percentage_refuses(entry, code, field):
    found, values = refused(item_of(step(measure=PERCENT | {"integer": True}), target={"value": "95"}), **entry)
    assert (found, values["field"]) == (code, field)


def test_a_permille_scales_its_pair():
    # 3 of 20 000 is 0.15 ‰, 0.05 above the bound 0.1 (低于0.1‰): 10 − 0.05 ÷ 0.01 × 1 = 5
    rule = step(measure={"kind": "percent", "unit": "‰", "per": "1000", "better": "lower"}, step="0.01")
    item = item_of(rule, target={"comparator": "<", "value": "0.1"})
    assert score_one(item, numerator="3", denominator="20000").points == 5


def test_a_relative_change_against_a_base_year():
    # (80 − 100) ÷ 100 = −20 %, the target is −15 %: met; −10 % misses it by 5 points
    measure = {"kind": "delta_pct", "unit": "吨", "reference": "base_year", "better": "lower"}
    item = item_of(step(measure=measure), target={"comparator": "<=", "value": "-15"})
    base = {"references": {"base_year": {"value": "100", "source": "环统"}}}
    assert score_one(item, value="80", **base).points == 10
    assert score_one(item, value="90", **base).points == 5
    assert waits_for(item, value="90", references={"base_year": {"value": "0"}}) == "missing.reference_not_zero"


def test_a_reference_may_be_a_pooled_pair():
    # two districts before their merger: 90 of 100 and 40 of 60, pooled 130 of 160 = 81.25 %, never the mean of rates
    measure = {"kind": "delta_pp", "unit": "%", "reference": "last_year"}
    rule = {"shape": "linear", "measure": measure, "factor": "1"}
    pooled = {"last_year": {"numerator": "130", "denominator": "160"}}
    assert score_one(item_of(rule), value="85", references=pooled).points == Fraction("3.75")


@pytest.mark.parametrize("reference", ["national_avg", "provincial_avg", "last_year", "base_year"])
def test_a_missing_reference_is_missing_and_not_zero(reference):
    item = item_of(step(), target={"reference": reference})
    assert waits_for(item, value="90") == "missing.reference"
    assert waits_for(item, value="90", references={reference: {"value": " "}}) == "missing.reference"
    assert score_one(item, value="90", references={reference: {"value": "92"}}).points == 8


def test_a_mean_of_three_years_needs_three_years_and_their_source():
    item = item_of(step(), target={"reference": "mean_3y"})
    for values, source, missing in (
        (["90", "92"], "年鉴", "missing.reference_years"),
        (["90", "", "92"], "年鉴", "missing.reference_years"),
        (["90", "91", "92"], " ", "missing.reference_source"),
    ):
        past = {"mean_3y": {"values": values, "source": source}}
        assert waits_for(item, value="90", references=past) == missing
    past = {"mean_3y": {"values": ["90", "91", "92"], "source": "年鉴"}}
    assert score_one(item, value="90", references=past).points == 9  # the mean is 91


@pytest.mark.parametrize("reference", ["round_best", "round_mean"])
def test_a_reference_of_the_round_is_provisional_until_it_is_closed(reference):
    # the best of the round has 40: 30 ÷ 40 × 10 = 7.5
    item = item_of(ratio(), target={"reference": reference})
    known = {"references": {reference: {"value": "40"}}}
    open_round = score_one(item, value="30", **known)
    assert (open_round.points, open_round.provisional) == (Fraction("7.5"), (reference,))
    assert score_one(item, {"round_closed": True}, value="30", **known).provisional == ()


def test_a_flag_and_a_rank_are_measures_too():
    bands = [{"within": {"high": "1"}, "points": "10"}, {"within": {"low": "1"}, "points": "0"}]
    flag = item_of({"shape": "band", "measure": {"kind": "flag"}, "bands": bands})
    assert [score_one(flag, occurred=happened).points for happened in (False, True)] == [10, 0]
    place = item_of(step(measure={"kind": "rank", "better": "lower"}), target={"comparator": "<=", "value": "3"})
    assert [score_one(place, value=value).points for value in ("1", "3", "5")] == [10, 10, 8]


# --- targets --------------------------------------------------------------------------------------------------------


def test_the_agreement_beats_the_year_and_the_year_beats_the_fixed_number():
    item = item_of(step(), target={"value": "85", "by_year": {"2022": "80", "2024": "90"}})
    assert score_one(item, value="79").points == 0  # 11 below 90
    assert score_one(item, {"year": 2023}, value="79").points == 9  # the latest earlier year: 80
    assert score_one(item, {"year": 2021}, value="79").points == 4  # the fixed number: 85
    assert score_one(item, {"targets": {"x": "81"}}, value="79").points == 8


def test_a_share_waits_for_its_agreement():
    item = item_of(ratio(), target={"agreed": True, "city_total": "38"})
    assert waits_for(item, value="2") == "missing.agreed_target"
    assert score_one(item, {"targets": {"x": "4"}}, value="2").points == 5


def test_only_numbers_of_more_than_two_places_are_said_to_be_exact():
    item = item_of(ratio(), target={"value": "3"})
    assert "exact" in codes(score_one(item, value="1"))
    assert "exact" not in codes(score_one(item, value="3"))
