"""Numbers a value is compared with obey the limits of the value, and the derivation says whose number counts."""

from fractions import Fraction

import pytest

from qassess.domain.score_sheet import State
from tests.domain.scoring_builders import codes, item_of, score_one, text

PERCENT = {"kind": "percent", "unit": "%"}
COUNT = {"kind": "count", "unit": "起", "better": "lower"}
SOURCE = "统计公报"
PAIR = {"numerator": text("合格批次"), "denominator": text("抽查批次")}


def step(measure: dict | None = None, **fields) -> dict:
    return {"shape": "step", "measure": measure or PERCENT, "step": "1", "deduct_per_step": "1"} | fields


def against(reference: str, **fields) -> dict:
    return {"kind": "delta_pp", "unit": "%", "reference": reference} | fields


def refusal(item, sheet_fields: dict | None = None, /, **entry) -> tuple[str, str]:
    """Return code and field of the refusal; a refused item has no points."""
    result = score_one(item, sheet_fields, **entry)
    assert (result.state, result.points, result.computed) == (State.REFUSED, None, None)
    last = result.derivation[-1]
    return last.code.removeprefix("refused."), str(last.values["field"])


# --- agreed targets ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "agreed", "code"),
    [
        (PERCENT, "900", "number.above_maximum"),
        (PERCENT, "-5", "number.negative"),
        (PERCENT, "0.9", "number.fraction_of_percent"),
        (PERCENT | {"maximum": "300"}, "301", "number.above_maximum"),
        (COUNT, "2.5", "number.not_whole"),
        ({"kind": "raw", "unit": "家", "integer": True}, "12.5", "number.not_whole"),
        ({"kind": "raw", "unit": "天", "minimum": "200"}, "150", "number.below_minimum"),
        (against("last_year"), "101", "number.above_maximum"),
        ({"kind": "delta_pct", "unit": "吨", "reference": "base_year"}, "-101", "number.below_minimum"),
        ({"kind": "ratio_to_target", "unit": "家", "reference": "base_year"}, "-1", "number.negative"),
        ({"kind": "ratio_to_target", "unit": "家", "integer": True}, "2.5", "number.not_whole"),
    ],
)
def test_an_agreed_target_obeys_the_limits_of_its_measure(measure, agreed, code):
    comparator = "<=" if measure.get("better") == "lower" else ">="
    item = item_of(step(measure), target={"comparator": comparator, "value": "1"})
    entry = {"value": "99"} if measure is not COUNT else {"count": "3"}
    entry |= {"value": "250"} if "minimum" in measure else {}
    bases = {name: {"value": "50", "source": SOURCE} for name in ("last_year", "base_year")}
    assert refusal(item, {"targets": {"x": agreed}}, **entry, references=bases) == (code, "targets.x")


def test_a_target_for_a_change_may_be_negative_and_a_percentage_may_be_more_than_hundred_where_its_measure_says_so():
    fewer = item_of(
        step({"kind": "delta_pct", "unit": "吨", "reference": "base_year", "better": "lower"}),
        target={"comparator": "<=", "value": "-10"},
    )
    base = {"base_year": {"value": "100", "source": SOURCE}}
    assert score_one(fewer, {"targets": {"x": "-12"}}, value="88", references=base).points == 10
    growth = item_of(step(PERCENT | {"maximum": "300"}), target={"value": "110"})
    assert score_one(growth, {"targets": {"x": "120"}}, value="120").points == 10
    assert score_one(item_of(step(), target={"value": "1"}), {"targets": {"x": "0.9%"}}, value="2").points == 10


def test_below_one_per_cent_nothing_is_asked_back_where_the_schemes_own_number_is_that_small_too():
    few = item_of(step(PERCENT | {"better": "lower"}), target={"comparator": "<=", "value": "0.1"})
    for agreed in ("0.1", "0.2", "0.2%"):
        assert score_one(few, {"targets": {"x": agreed}}, value="0.1%").points == 10


def test_the_agreements_number_and_the_schemes_are_both_told():
    item = item_of(step(), target={"value": "95", "by_year": {"2024": "93"}})
    other = score_one(item, {"targets": {"x": "92"}}, value="91")
    (told,) = (fact for fact in other.derivation if fact.code == "target.agreed")
    assert (dict(told.values), other.points) == ({"agreed": 92, "scheme": 93, "unit": "%"}, 9)
    same = score_one(item, {"targets": {"x": "93.0"}}, value="91")
    assert "target.agreed" not in codes(same)
    change = item_of(step(against("last_year")), target={"value": "2"})
    last_year = {"last_year": {"value": "90", "source": SOURCE}}
    (told,) = (
        fact
        for fact in score_one(change, {"targets": {"x": "1"}}, value="91", references=last_year).derivation
        if fact.code == "target.agreed"
    )
    assert dict(told.values) == {"agreed": 1, "scheme": 2, "unit": "pp"}
    average = item_of(step(), target={"reference": "provincial_avg"})
    (told,) = (
        fact
        for fact in score_one(average, {"targets": {"x": "90"}}, value="91").derivation
        if fact.code.startswith("target.")
    )
    assert (told.code, told.values["agreed"], told.values["reference"]) == (
        "target.agreed_not_reference",
        90,
        "provincial_avg",
    )


def test_a_bodys_own_share_replaces_no_number_of_the_scheme():
    item = item_of(step({"kind": "raw", "unit": "个"}), target={"agreed": True, "city_total": "20"})
    assert "target.agreed" not in codes(score_one(item, {"targets": {"x": "2"}}, value="2"))


# --- reference values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "reference", "code"),
    [
        (against("last_year"), "912", "number.above_maximum"),
        (against("last_year"), "-1", "number.negative"),
        (against("last_year"), "0.912", "number.fraction_of_percent"),
        (against("last_year", minimum="50"), "49", "number.below_minimum"),
        ({"kind": "delta_pct", "unit": "家", "reference": "last_year", "integer": True}, "1.5", "number.not_whole"),
        ({"kind": "delta_pct", "unit": "家", "reference": "last_year"}, "-3", "number.negative"),
    ],
)
def test_a_reference_obeys_the_limits_of_the_value(measure, reference, code):
    item = item_of(step(measure), target={"value": "0"})
    given = {"last_year": {"value": reference, "source": SOURCE}}
    assert refusal(item, value="90", references=given) == (code, "references.last_year")


def test_an_average_need_not_be_whole_and_a_value_below_its_least_may_be_allowed():
    measure = {"kind": "delta_pct", "unit": "家", "integer": True}
    average = {"provincial_avg": {"value": "12.5", "source": SOURCE}}
    item = item_of(step(measure | {"reference": "provincial_avg"}), target={"value": "0"})
    assert score_one(item, value="25", references=average).state is State.SCORED
    cold = item_of(step({"kind": "raw", "unit": "度", "minimum": "-40"}), target={"reference": "last_year"})
    below = {"last_year": {"value": "-10", "source": SOURCE}}
    assert score_one(cold, value="-10", references=below).points == 10


def mean(*years: str, **fields) -> dict:
    return {"references": {"mean_3y": {"values": list(years), "source": SOURCE}}} | fields


def test_three_years_of_pairs_are_pooled_and_three_percentages_averaged():
    item = item_of(step(against("mean_3y", **PAIR)), target={"value": "0"})
    # (45 + 90 + 30) ÷ (50 + 100 + 50) = 82.5 %; the mean of 90, 90 and 60 would be 80 %
    pooled = score_one(item, value="81.5", **mean("45/50", "90/100", "30/50"))
    (told,) = (fact for fact in pooled.derivation if fact.code == "reference.pooled_3y")
    assert (told.values["value"], told.values["third_of"], pooled.points) == (Fraction("82.5"), 50, 9)
    averaged = score_one(item, value="79", **mean("90", "90", "60"))
    assert ("reference.mean_3y" in codes(averaged), averaged.points) == (True, 9)


@pytest.mark.parametrize(
    ("years", "code"),
    [
        (("45/50", "90", "30/50"), "number.pair"),
        (("45/50", "90/0", "30/50"), "number.zero_denominator"),
        (("45/50", "51/50", "30/50"), "number.numerator_exceeds"),
        (("90", "90", "160"), "number.above_maximum"),
    ],
)
def test_what_a_mean_of_three_years_refuses(years, code):
    item = item_of(step(against("mean_3y", **PAIR)), target={"value": "0"})
    found, field = refusal(item, value="80", **mean(*years))
    assert (found, field.startswith("references.mean_3y")) == (code, True)


def test_pairs_are_refused_where_no_percentage_is_asked():
    item = item_of(step({"kind": "delta_pct", "unit": "家", "reference": "mean_3y"}), target={"value": "0"})
    assert refusal(item, value="80", **mean("1/2", "1/2", "1/2"))[0] == "number.pair"


# --- incomplete steps -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "above", "below"), [("ceil", "7", "3"), ("floor", "7", "4"), ("linear", "7.8", "3.6")]
)
def test_an_incomplete_step_never_earns_more_than_whole_ones(mode, above, below):
    # 0.7 from the target are 1.4 steps: 5 + 1 × 2 = 7 above it; 5 − 2 × 1, 5 − 1 × 1 or 5 − 1.4 × 1 below it
    rule = step(step="0.5", award_per_step="2", base_points="5", partial_step=mode)
    item = item_of(rule, target={"value": "90"})
    assert score_one(item, value="90.7").points == Fraction(above)
    assert score_one(item, value="89.3").points == Fraction(below)
