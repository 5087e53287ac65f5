"""Every shape with numbers worked out by hand, and what each refuses or waits for."""

from fractions import Fraction

import pytest

from qassess.domain.score_sheet import State
from tests.domain.scoring_builders import codes, item_of, score_one, text

RAW = {"kind": "raw", "unit": "个"}
PERCENT = {"kind": "percent", "unit": "%"}
COUNT = {"kind": "count", "unit": "起"}


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


# --- option ---------------------------------------------------------------------------------------------------------


RANGED = {
    "shape": "option",
    "levels": [
        {"label": text("差"), "points": "0", "points_to": "4"},
        {"label": text("中"), "points": "5", "points_to": "8"},
        {"label": text("优"), "points": "10"},
    ],
}


def test_a_level_that_is_a_range_takes_points_inside_it_with_a_reason():
    item = item_of(RANGED)
    assert score_one(item, option=2, points="6.5", reason="两处缺陷").points == Fraction("6.5")
    assert score_one(item, option=2, points="8", reason="一处").points == 8
    assert score_one(item, option=3).points == 10
    assert waits_for(item, option=2) == "missing.points"
    assert waits_for(item, option=2, points="6") == "missing.reason"
    assert waits_for(item, option=2, points="6", reason="  ") == "missing.reason"
    assert refused(item, option=2, points="8.1", reason="x")[0] == "number.above_maximum"
    assert refused(item, option=2, points="4", reason="x")[0] == "number.below_minimum"


@pytest.mark.parametrize("level", [0, 4, -1])
def test_a_level_that_does_not_exist_is_refused(level):
    code, values = refused(item_of(RANGED), option=level)
    assert (code, values["levels"]) == ("answer.no_such_level", 3)


def test_an_answer_of_another_kind_is_refused_and_not_taken_for_none():
    assert refused(item_of(RANGED), value="3") == ("answer.wrong_kind", {"field": "value", "expected": "option"})
    assert refused(item_of(step(), target={"value": "1"}), option=1)[0] == "answer.wrong_kind"


# --- checklist ------------------------------------------------------------------------------------------------------


def checklist(mode: str = "award", **fields) -> dict:
    elements = [
        {"id": name, "label": text(name), "points": points} for name, points in (("a", "5"), ("b", "3"), ("c", "2"))
    ]
    return {"shape": "checklist", "mode": mode, "elements": elements} | fields


@pytest.mark.parametrize(("checked", "points"), [("abc", 10), ("ac", 7), ("b", 3), ("", 0)])
def test_a_checklist_awards_what_is_there(checked, points):
    assert score_one(item_of(checklist()), checked=list(checked)).points == points


def test_a_checklist_deducts_what_is_missing_down_to_nothing():
    item = item_of(checklist("deduct"), full="8")
    assert score_one(item, checked=["a"]).points == 3  # 8 − 3 − 2
    assert score_one(item, checked=[]).points == 0  # 8 − 10 = −2
    assert score_one(item, checked=["a", "a", "b", "c"]).points == 8  # a tick twice is one tick


def test_an_element_that_does_not_exist_is_refused_and_no_ticks_are_an_answer():
    assert refused(item_of(checklist()), checked=["z"])[1]["element"] == "z"
    assert score_one(item_of(checklist()), checked=[]).state is State.SCORED
    assert score_one(item_of(checklist())).state is State.OPEN


# --- step -----------------------------------------------------------------------------------------------------------


def test_a_step_where_lower_is_better():
    # at most 5: 6.5 is 1.5 above, 10 − 1.5 × 2 = 7; 3 is 2 below and earns 2 × 0.5 on top, capped at 10.5
    rule = step(measure=RAW | {"better": "lower"}, deduct_per_step="2", award_per_step="0.5", cap="10.5")
    item = item_of(rule, target={"comparator": "<=", "value": "5"})
    assert score_one(item, value="6.5").points == 7
    assert score_one(item, value="3").points == Fraction("10.5")
    assert score_one(item, value="4.5").points == Fraction("10.25")


def test_awards_count_incomplete_steps_the_same_way():
    # 2.6 above the target: two whole steps of 1, 8 + 2 × 0.5 = 9
    rule = step(measure=RAW, award_per_step="0.5", base_points="8", partial_step="floor")
    assert score_one(item_of(rule, target={"value": "10"}), value="12.6").points == 9


@pytest.mark.parametrize(("mode", "points"), [("ceil", 8), ("floor", 10), ("linear", 10)])
def test_a_strict_target_only_equalled_costs_one_step_under_ceil(mode, points):
    rule = step(deduct_per_step="2", partial_step=mode)
    assert score_one(item_of(rule, target={"comparator": ">", "value": "90"}), value="90").points == points


def test_an_exact_target_deducts_on_both_sides():
    item = item_of(step(measure=RAW), target={"comparator": "==", "value": "5"})
    assert [score_one(item, value=value).points for value in ("5", "7", "4")] == [10, 8, 9]


def test_a_stated_negative_floor_and_zero_beyond():
    assert score_one(item_of(step(floor="-3"), target={"value": "90"}), value="70").points == -3
    beyond = step(zero_beyond={"comparator": "<=", "value": "80"})
    assert score_one(item_of(beyond, target={"value": "82"}), value="80").points == 0
    assert score_one(item_of(beyond, target={"value": "82"}), value="80.5").points == Fraction("8.5")


# --- grid -----------------------------------------------------------------------------------------------------------


GRID = {
    "shape": "grid",
    "row_label": text("检出率"),
    "row_measure": PERCENT,
    "rows": [{"high": "5"}, {"low": "5"}],
    "column_label": text("整改率"),
    "column_measure": PERCENT | {"reference": None, "numerator": text("已整改"), "denominator": text("应整改")},
    "columns": [{"high": "90"}, {"low": "90", "high": "100", "high_included": True}],
    "points": [["6", "10"], ["0", "4"]],
}


@pytest.mark.parametrize(
    ("found", "mended", "points"),
    [("4.9", "18", 10), ("4.9", "17", 6), ("5", "18", 4), ("5", "17", 0)],  # 18 of 20 is 90 %, which is included
)
def test_a_grid_looks_up_two_measures(found, mended, points):
    answer = {"row": {"value": found}, "column": {"numerator": mended, "denominator": "20"}}
    assert score_one(item_of(GRID), **answer).points == points


def test_a_grid_waits_for_its_second_value_and_names_the_field_it_refuses():
    assert waits_for(item_of(GRID), row={"value": "4"}) == "missing.part"
    code, values = refused(item_of(GRID), row={"value": "4"}, column={"numerator": "3", "denominator": "0"})
    assert (code, values["field"]) == ("number.zero_denominator", "column.denominator")


# --- ratio ----------------------------------------------------------------------------------------------------------


def ratio(better: str = "higher", **fields) -> dict:
    return {"shape": "ratio", "measure": RAW | {"better": better}} | fields


@pytest.mark.parametrize(
    ("rule", "target", "value", "points"),
    [
        (ratio(), "8", "6", "7.5"),
        (ratio(cap_ratio="1.2"), "8", "9", "11.25"),  # 9 ÷ 8 × 10
        (ratio(cap_ratio="1.2"), "8", "16", "12"),
        (ratio(min_ratio="0.6"), "10", "5.9", "0"),
        (ratio(min_ratio="0.6"), "10", "6", "6"),
        (ratio("lower"), "4", "5", "8"),  # 4 ÷ 5 × 10
        (ratio("lower"), "4", "2", "10"),
        (ratio("lower"), "4", "0", "10"),
        (ratio("lower"), "0", "0", "10"),  # target 0 and actual 0: full
        (ratio("lower"), "0", "1", "0"),
        (ratio(), "0", "0", "10"),
        (ratio(), "0", "3", "10"),
    ],
)
def test_ratio(rule, target, value, points):
    comparator = "<=" if rule["measure"]["better"] == "lower" else ">="
    item = item_of(rule, target={"comparator": comparator, "value": target})
    assert score_one(item, value=value).points == Fraction(points)


def test_a_ratio_to_target_measure_gives_the_same_and_knows_zero():
    rule = {"shape": "ratio", "measure": RAW | {"kind": "ratio_to_target", "better": "lower"}}
    item = item_of(rule, target={"comparator": "<=", "value": "0"})
    assert score_one(item, value="0").points == 10
    assert score_one(item, value="2").points == 0
    higher = {"shape": "ratio", "measure": RAW | {"kind": "ratio_to_target"}}
    assert score_one(item_of(higher, target={"value": "8"}), value="6").points == Fraction("7.5")


# --- linear ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "points"), [("95", "3.5"), ("90", "0"), ("100", "7"), ("80", "0")])
def test_linear_formula(value, points):
    # 70 × 达标率 − 63, the rate in percent: 0.7 × 95 − 63 = 3.5
    rule = {"shape": "linear", "measure": PERCENT, "factor": "0.7", "offset": "-63"}
    assert score_one(item_of(rule, full="7"), value=value).points == Fraction(points)


def test_linear_on_a_ratio_to_the_target_with_its_own_cap():
    # 比值 × 5: 12 ÷ 10 × 5 = 6 of at most 6.5; 15 ÷ 10 × 5 = 7.5
    rule = {"shape": "linear", "measure": RAW | {"kind": "ratio_to_target"}, "factor": "5", "cap": "6.5"}
    item = item_of(rule, target={"value": "10"}, full="5")
    assert score_one(item, value="12").points == 6
    assert score_one(item, value="15").points == Fraction("6.5")


# --- count ----------------------------------------------------------------------------------------------------------


def count(mode: str, **fields) -> dict:
    return {"shape": "count", "mode": mode, "measure": COUNT, "per_unit": "2"} | fields


@pytest.mark.parametrize(
    ("rule", "found", "points"),
    [
        (count("award"), "3", 6),
        (count("award"), "9", 10),  # capped at full
        (count("award", free_units="2"), "5", 6),
        (count("award", cap="4"), "5", 4),
        (count("deduct"), "2", 6),
        (count("deduct", free_units="1"), "3", 6),  # the first is free: 10 − 2 × 2
        (count("deduct", start="8", floor="1"), "9", 1),
        (count("shortfall", required="4"), "1", 4),  # 3 short: 10 − 3 × 2
        (count("shortfall", required="4"), "4", 10),
    ],
)
def test_count(rule, found, points):
    assert score_one(item_of(rule), count=found).points == points


def test_counts_by_kind_carry_weights():
    # 特别重大 3, 重大 2: 1 × 3 + 2 × 2 = 7 units of 1, 10 − 7 = 3; a kind not named did not happen
    kinds = [
        {"id": "grave", "label": text("特别重大"), "weight": "3"},
        {"id": "major", "label": text("重大"), "weight": "2"},
    ]
    item = item_of(count("deduct", per_unit="1", measure=COUNT | {"kinds": kinds}))
    assert score_one(item, counts={"grave": "1", "major": "2"}).points == 3
    assert score_one(item, counts={"major": "2"}).points == 6
    assert refused(item, counts={"minor": "1"})[1]["kind"] == "minor"
    code, values = refused(item, counts={"major": "1.5"})
    assert (code, values["field"]) == ("number.not_whole", "counts.major")


# --- rank -----------------------------------------------------------------------------------------------------------


TABLE = [{"first": 1, "last": 1, "points": "10"}, {"first": 2, "last": 3, "points": "8"}, {"first": 4, "points": "5"}]


@pytest.mark.parametrize(
    ("ties", "place", "sharing", "points"),
    [
        ("first", "1", "2", "10"),
        ("worst", "1", "2", "8"),  # the last place of the tie is the 2nd
        ("mean", "1", "2", "9"),  # (10 + 8) ÷ 2
        ("mean", "3", "3", "6"),  # (8 + 5 + 5) ÷ 3
        ("first", "3", "3", "8"),
    ],
)
def test_ties_in_rank(ties, place, sharing, points):
    rule = {"shape": "rank", "table": TABLE, "ties": ties}
    result = score_one(item_of(rule), value=place, of="13", sharing=sharing, source="通报")
    assert result.points == Fraction(points)


def test_a_rank_is_provisional_until_the_round_is_closed():
    item = item_of({"shape": "rank", "table": TABLE})
    given = {"value": "2", "of": "13", "source": "通报"}
    assert score_one(item, **given).provisional == ("rank",)
    assert score_one(item, {"round_closed": True}, **given).provisional == ()


@pytest.mark.parametrize(
    ("place", "of", "points"), [("1", "13", "10"), ("13", "13", "4"), ("4", "13", "8.5"), ("1", "1", "10")]
)
def test_linear_rank(place, of, points):
    # from 10 at place 1 to 4 at place N: the 4th of 13 has 10 − 6 × 3 ÷ 12 = 8.5
    rule = {"shape": "rank", "linear": True, "last_points": "4"}
    assert score_one(item_of(rule), value=place, of=of, source="通报").points == Fraction(points)


def test_the_only_one_ranked_is_told_without_a_division_by_nothing():
    alone = score_one(item_of({"shape": "rank", "linear": True}), value="1", of="1", source="通报")
    assert (codes(alone), alone.points) == (["rank.alone"], 10)


def test_what_a_rank_refuses_and_waits_for():
    for item in (item_of({"shape": "rank", "table": TABLE}), item_of({"shape": "rank", "linear": True})):
        assert waits_for(item, value="2", source="通报") == "missing.number_ranked"
        assert waits_for(item, value="2", of="13") == "missing.source"
        assert waits_for(item, value="2", of="13", source=" ") == "missing.source"
    assert refused(item, value="14", of="13")[0] == "number.above_maximum"
    assert refused(item, value="0", of="13")[0] == "number.below_minimum"
    assert refused(item, value="1.5", of="13")[0] == "number.not_whole"
    assert refused(item, value="12", of="13", sharing="3")[0] == "answer.sharing_too_many"


# --- judge and external ---------------------------------------------------------------------------------------------


def test_judge_awards_within_bounds_and_steps_and_always_with_a_reason():
    item = item_of({"shape": "judge", "minimum": "2", "maximum": "10", "increment": "0.5"})
    assert score_one(item, points="7.5", reason="现场较好").points == Fraction("7.5")
    assert waits_for(item, points="7.5") == "missing.reason"
    assert refused(item, points="7.3", reason="x")[0] == "number.increment"
    assert refused(item, points="1.5", reason="x")[0] == "number.below_minimum"
    assert refused(item, points="0", reason="x")[0] == "number.below_minimum"
    assert refused(item, points="10.5", reason="x")[0] == "number.above_maximum"


def test_an_external_score_stays_within_its_own_scale():
    item = item_of({"shape": "external", "external_full": "1000", "source": text("综治办")})
    assert score_one(item, value="933", source="通报").points == Fraction("9.33")
    assert waits_for(item, value="933") == "missing.source"
    assert refused(item, value="1000.1")[0] == "number.above_maximum"
    assert refused(item, value="-1")[0] == "number.negative"
