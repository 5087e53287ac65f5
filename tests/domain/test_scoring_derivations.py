"""Derivations say what happened, with the right numbers, and say nothing that did not happen."""

from fractions import Fraction

import pytest

from qassess.domain.score_sheet import State
from tests.domain.scoring_builders import (
    GRADING,
    codes,
    entry_of,
    gate,
    given,
    item_of,
    not_applicable,
    points_item,
    scheme_of,
    score_one,
    scored,
    sheet_of,
    text,
    with_gate,
)

PERCENT = {"kind": "percent", "unit": "%"}
COUNT = {"kind": "count", "unit": "起"}
STEP = {"shape": "step", "measure": PERCENT, "step": "1", "deduct_per_step": "1"}
AWARD = {"shape": "count", "mode": "award", "measure": COUNT, "per_unit": "2"}


def said(result, code: str) -> dict:
    (fact,) = (fact for fact in result.derivation if fact.code == code)
    return dict(fact.values)


def test_what_lies_on_a_bound_is_not_said_to_be_brought_back_to_it():
    assert codes(score_one(item_of(AWARD), count="5")) == ["count.award"]
    assert codes(score_one(item_of(AWARD), count="6")) == ["count.award", "bound.cap"]
    deduct = AWARD | {"mode": "deduct"}
    assert codes(score_one(item_of(deduct), count="5")) == ["count.deduct"]
    assert codes(score_one(item_of(deduct), count="6")) == ["count.deduct", "bound.floor"]
    ratio = {"shape": "ratio", "measure": {"kind": "raw"}}
    item = item_of(ratio, target={"value": "8"})
    assert codes(score_one(item, value="8")) == ["ratio.actual_by_target", "ratio.points"]
    assert codes(score_one(item, value="9")) == ["ratio.actual_by_target", "ratio.capped", "ratio.points", "exact"]


def test_a_step_says_where_the_value_stands_and_what_follows():
    both = item_of(STEP | {"award_per_step": "1", "base_points": "5"}, target={"value": "90"})
    assert codes(score_one(both, value="90")) == ["step.at_target", "step.met"]
    above = score_one(both, value="92")
    assert codes(above) == ["step.above", "step.steps", "step.award"]
    assert said(above, "step.award") == {"base": 5, "steps": 2, "per_step": 1, "points": 7}
    below = score_one(both, value="87.5")
    assert said(below, "step.below") == {
        "value": Fraction("87.5"),
        "target": 90,
        "distance": Fraction("2.5"),
        "unit": "%",
        "distance_unit": "pp",
    }
    assert said(below, "step.deduct") == {
        "base": 5,
        "steps": Fraction("2.5"),
        "per_step": 1,
        "points": Fraction("2.5"),
    }


def test_a_shortfall_says_how_many_are_missing():
    rule = AWARD | {"mode": "shortfall", "required": "4"}
    assert said(score_one(item_of(rule), count="1"), "count.shortfall") == {
        "start": 10,
        "count": 1,
        "required": 4,
        "missing": 3,
        "per_unit": 2,
        "points": 4,
    }


@pytest.mark.parametrize(
    ("value", "code"),
    [("1", "band.up_to"), ("3", "band.between"), ("7", "band.from")],
)
def test_a_band_names_the_ends_it_has(value, code):
    bands = [
        {"within": {"high": "3"}, "points": "0"},
        {"within": {"low": "3", "high": "5", "high_included": True}, "points": "5"},
        {"within": {"low": "5", "low_included": False}, "points": "10"},
    ]
    result = score_one(item_of({"shape": "band", "measure": {"kind": "raw"}, "bands": bands}), value=value)
    assert codes(result) == [code]
    whole = {"shape": "band", "measure": {"kind": "raw"}, "bands": [{"within": {}, "points": "10"}]}
    assert codes(score_one(item_of(whole), value=value)) == ["band.any"]


def test_a_change_says_both_values_and_where_the_other_comes_from():
    measure = PERCENT | {"kind": "delta_pp", "reference": "last_year"}
    rule = {"shape": "linear", "measure": measure, "factor": "1"}
    result = score_one(item_of(rule), value="93", references={"last_year": {"value": "91.2", "source": "通报"}})
    assert said(result, "reference.value")["source"] == "通报"
    assert said(result, "measure.delta_pp")["delta"] == Fraction("1.8")


def test_a_change_without_a_target_is_compared_with_none_and_a_ratio_with_one():
    change = STEP | {"measure": PERCENT | {"kind": "delta_pp", "reference": "last_year"}}
    last = {"references": {"last_year": {"value": "90"}}}
    assert score_one(item_of(change), value="88", **last).points == 8
    assert score_one(item_of(change), {"targets": {"x": "1"}}, value="88", **last).points == 7
    ratio = STEP | {"measure": {"kind": "ratio_to_target", "reference": "last_year"}, "step": "0.1"}
    assert score_one(item_of(ratio), value="72", **last).points == 8  # 0.8 is two steps of 0.1 short of 1
    assert score_one(item_of(STEP), value="88").state is State.INCOMPLETE


def test_a_part_without_a_target_may_have_its_own_in_the_agreement():
    parts = [{"id": "p", "label": text("p"), "rule": STEP}]
    item = item_of({"shape": "composite", "parts": parts}, target={"value": "95"})
    answers = {"parts": {"p": {"value": "88"}}}
    assert score_one(item, {"targets": {"x/p": "90"}}, **answers).points == 8
    assert score_one(item, {"targets": {"x": "89", "x/p": "90"}}, **answers).points == 8


def test_a_penalty_composite_takes_what_its_parts_take_up_to_its_full_points():
    deduct = AWARD | {"mode": "deduct"}
    parts = [{"id": name, "label": text(name), "rule": deduct, "cap": "7"} for name in "ab"]
    item = item_of({"shape": "composite", "parts": parts}, role="penalty")
    answers = {"a": {"count": "1"}, "b": {"count": "2"}}
    assert score_one(item, parts=answers).points == -6
    # each part at most 7, together at most 10
    assert score_one(item, parts={"a": {"count": "9"}, "b": {"count": "9"}}).points == -10
    assert score_one(item, parts={"a": {"count": "9"}, "b": {"count": "0"}}).points == -7
    none = score_one(item_of(AWARD, role="penalty"), count="0")
    assert (none.points, codes(none)) == (0, ["count.award"]), "nothing is taken, so nothing is said to be"


def test_instances_are_told_one_by_one():
    instances = {"label": text("次"), "combine": "mean"}
    answers = [{"label": str(number), "answer": {"count": str(number)}} for number in (1, 3)]
    result = score_one(item_of(AWARD, instances=instances), instances=answers)
    assert codes(result) == [
        "instance.begin",
        "count.award",
        "instance.begin",
        "count.award",
        "instance.points",
        "instance.points",
        "instances.mean",
    ]
    assert said(result, "instances.mean") == {"count": 2, "sum": 8, "points": 4}


@pytest.mark.parametrize(
    ("better", "target", "value", "points"),
    [
        ("higher", "-2", "-1", 10),  # no ratio can be formed below 0: met, or missed
        ("higher", "-2", "-3", 0),
        ("lower", "-2", "-3", 10),
        ("lower", "-2", "-1", 0),
    ],
)
def test_a_ratio_below_zero_is_met_or_missed(better, target, value, points):
    comparator = ">=" if better == "higher" else "<="
    rule = {"shape": "ratio", "measure": {"kind": "raw", "better": better, "minimum": "-10"}}
    assert score_one(item_of(rule, target={"comparator": comparator, "value": target}), value=value).points == points


def test_a_group_says_its_cap_only_when_it_bites():
    groups = [{"id": "plus", "title": text("加分"), "role": "bonus", "cap": "5"}]
    items = (points_item("x", full="100"), points_item("p", role="bonus", group="plus"))
    for points, code in (("5", "group.points"), ("5.5", "group.capped")):
        result = scored(scheme_of(*items, groups=groups), sheet_of({"x": given("50"), "p": given(points)}))
        (told,) = (fact for fact in result.facts if fact.code.startswith("group."))
        assert told.code == code
        assert told.values["points"] == 5
        if code == "group.capped":
            assert (told.values["sum"], told.values["cap"]) == (Fraction("5.5"), 5)


def test_caps_and_floor_of_the_total_are_said_only_when_they_bite():
    pinned = scheme_of(points_item("x", full="100"), total={"cap": "90", "floor": "10"})
    for points, expected in (("90", []), ("95", ["total.capped"]), ("10", []), ("5", ["total.floored"])):
        result = scored(pinned, sheet_of({"x": given(points)}))
        assert [fact.code for fact in result.facts if fact.code in ("total.capped", "total.floored")] == expected


def test_a_gate_says_only_what_is_known():
    veto = gate({"effect": "grade", "grade": "D"})

    def told(entry) -> list[str]:
        return [fact.code for fact in with_gate("95", veto, gate=entry).gates[0].facts]

    assert told(entry_of()) == []
    assert told(entry_of(occurred=False)) == ["gate.flag", "gate.did_not_happen"]
    assert told(not_applicable()) == ["refused.answer.gate_not_applicable"]
    happened = ["gate.flag", "gate.happened"]
    assert told(entry_of(occurred=True)) == [*happened, "gate.unconfirmed", "effect.grade"]
    assert told(entry_of(occurred=True, confirmed_by="王强")) == [*happened, "gate.confirmed", "effect.grade"]


@pytest.mark.parametrize(
    ("comparator", "fires_on_the_bound"), [(">", False), (">=", True), ("<", False), ("<=", True), ("==", True)]
)
def test_a_gates_bound_is_included_or_not(comparator, fires_on_the_bound):
    condition = {
        "when": "number",
        "id": "n",
        "label": text("n"),
        "measure": COUNT,
        "bound": {"comparator": comparator, "value": "3"},
    }
    entry = entry_of(measured={"n": {"count": "3"}}, confirmed_by="王强")
    result = with_gate("95", gate({"effect": "down"}, condition), gate=entry)
    assert result.gates[0].in_force is fires_on_the_bound


def test_a_tie_in_the_round_is_said_with_the_grade():
    places = [{"grade": "A", "first": 1, "last": 2}, {"grade": "B", "first": 3}]
    grading = GRADING | {"rule": {"by": "rank", "places": places, "ties": "worst"}}
    pinned = scheme_of(points_item("x", full="100"), grading=grading)
    for sharing, grade, code in ((1, "A", "grade.rank"), (2, "A", "grade.rank_tied"), (3, "B", "grade.rank_tied")):
        sheet = sheet_of({"x": given("70")}, place=1, sharing_place=sharing, round_closed=True)
        result = scored(pinned, sheet)
        assert (result.grade, result.facts[-1].code) == (grade, code)
