"""Composites, waivers, instances, not applicable, adjustments and states, each worked out by hand."""

from fractions import Fraction

import pytest

from qassess.domain.score_sheet import State
from tests.domain.scoring_builders import codes, item_of, score_one, text

PERCENT = {"kind": "percent", "unit": "%"}
COUNT = {"kind": "count", "unit": "起"}
DEDUCT = {"shape": "count", "mode": "deduct", "measure": COUNT, "per_unit": "2"}
AWARD = {"shape": "count", "mode": "award", "measure": COUNT, "per_unit": "1"}
STEP = {"shape": "step", "measure": PERCENT, "step": "1", "deduct_per_step": "0.5"}


def part(part_id: str, rule: dict, **fields) -> dict:
    return {"id": part_id, "label": text(part_id), "rule": rule} | fields


def composite(*parts: dict, **fields) -> dict:
    return {"shape": "composite", "parts": list(parts)} | fields


def last_code(item, sheet_fields=None, /, **entry) -> tuple[State, str]:
    result = score_one(item, sheet_fields, **entry)
    assert result.points is None
    return result.state, result.derivation[-1].code if result.derivation else ""


LADDERS = composite(
    part("rate", STEP, full="6", target={"value": "90"}),
    part("work", AWARD, full="4", cap="3"),
)


def test_parts_are_capped_one_by_one_and_summed():
    # 6 − 2 × 0.5 = 5; 4 × 1 = 4, capped at 3; together 8 of 10
    result = score_one(item_of(LADDERS), parts={"rate": {"value": "88"}, "work": {"count": "4"}})
    assert result.points == 8
    assert "part.capped" in codes(result)
    assert codes(result)[-1] == "composite.sum"


def test_a_composite_stays_under_the_items_full_points_and_above_its_floor():
    # 6 + 3 = 9 of at most 8
    assert score_one(item_of(LADDERS, full="8"), parts={"rate": {"value": "95"}, "work": {"count": "9"}}).points == 8
    # a part may take points: 4 − 3 × 2 = −2, floor 0, or the stated −1
    ladders = (part("base", AWARD, full="4"), part("cases", DEDUCT | {"start": "0", "floor": "-10"}))
    answers = {"base": {"count": "4"}, "cases": {"count": "3"}}
    assert score_one(item_of(composite(*ladders)), parts=answers).points == 0
    assert score_one(item_of(composite(*ladders, floor="-1")), parts=answers).points == -1
    levels = [{"label": text("有"), "points": "0"}, {"label": text("无"), "points": "-1.5"}]
    taking = composite(part("base", AWARD), part("file", {"shape": "option", "levels": levels}))
    assert score_one(item_of(taking), parts={"base": {"count": "5"}, "file": {"option": 2}}).points == Fraction("3.5")


def test_a_part_not_checked_leaves_the_item_not_checked():
    item = item_of(LADDERS)
    assert last_code(item, parts={"rate": {"value": "88"}}) == (State.OPEN, "missing.part")
    assert last_code(item, parts={"rate": {"value": "88"}, "work": {}}) == (State.OPEN, "missing.part")
    assert last_code(item) == (State.OPEN, "")


def test_a_refused_part_is_not_hidden_by_one_that_is_missing():
    state, code = last_code(item_of(LADDERS), parts={"work": {"count": "-1"}})
    assert (state, code) == (State.REFUSED, "refused.number.negative")
    refusal = score_one(item_of(LADDERS), parts={"work": {"count": "-1"}}).derivation[-1]
    assert refusal.values["field"] == "parts.work.count"
    assert last_code(item_of(LADDERS), parts={"other": {"count": "1"}})[1] == "refused.answer.no_such_part"


def test_a_part_not_applicable_is_rescaled_only_where_the_scheme_says_so():
    answers = {"rate": {"value": "88"}, "work": {"not_applicable": "无此项任务"}}
    assert last_code(item_of(LADDERS), parts=answers) == (State.REFUSED, "refused.answer.part_not_applicable")
    # 5 of 6, as a share of all parts' 10: 5 × 10 ÷ 6
    rescaled = item_of(LADDERS | {"rescale_parts": True})
    assert score_one(rescaled, parts=answers).points == Fraction(25, 3)
    nothing = {"rate": {"not_applicable": "无"}, "work": {"not_applicable": "无"}}
    assert last_code(rescaled, parts=nothing) == (State.INCOMPLETE, "missing.parts_applicable")
    blank = {"rate": {"value": "88"}, "work": {"not_applicable": " "}}
    assert last_code(rescaled, parts=blank) == (State.REFUSED, "refused.answer.not_applicable_reason")


def test_targets_and_references_of_a_part_have_keys_of_their_own():
    change = {"shape": "linear", "measure": {"kind": "delta_pp", "unit": "%", "reference": "last_year"}, "factor": "1"}
    item = item_of(composite(part("a", STEP, target={"agreed": True}, full="5"), part("b", change, full="5")))
    answers = {"parts": {"a": {"value": "88"}, "b": {"value": "93"}}}
    own = {"targets": {"x/a": "90"}}
    known = {"references": {"b:last_year": {"value": "91"}}}
    assert score_one(item, own, **answers, **known).points == 6  # (5 − 2 × 0.5) + (93 − 91)
    assert last_code(item, **answers, **known) == (State.INCOMPLETE, "missing.agreed_target")
    other = {"references": {"last_year": {"value": "91"}}}
    assert last_code(item, own, **answers, **other) == (State.INCOMPLETE, "missing.reference")


def test_a_part_without_a_target_uses_the_items():
    item = item_of(composite(part("rate", STEP)), target={"value": "90"})
    assert score_one(item, parts={"rate": {"value": "88"}}).points == 9
    assert score_one(item, {"targets": {"x": "89"}}, parts={"rate": {"value": "88"}}).points == Fraction("9.5")


WAIVED = composite(
    part(
        "found",
        STEP | {"measure": PERCENT | {"better": "lower"}, "deduct_per_step": "2"},
        target={"comparator": "<=", "value": "3"},
        waiver={
            "label": text("投诉率下降"),
            "measure": {"kind": "delta_pp", "unit": "%", "reference": "last_year", "better": "lower"},
            "bound": {"comparator": "<", "value": "0"},
        },
    )
)


def test_a_waiver_cancels_a_deduction_when_its_measure_is_met():
    # 检出率上升但投诉率下降的不扣分: 5 is 2 above 3, 10 − 4 = 6, unless complaints fell from 4
    item = item_of(WAIVED)
    known = {"references": {"found:waiver:last_year": {"value": "4"}}}
    fell = score_one(item, parts={"found": {"value": "5", "waiver": {"value": "3.5"}}}, **known)
    assert (fell.points, "waiver.met" in codes(fell)) == (10, True)
    rose = score_one(item, parts={"found": {"value": "5", "waiver": {"value": "4"}}}, **known)
    assert (rose.points, "waiver.not_met" in codes(rose)) == (6, True)
    assert score_one(item, parts={"found": {"value": "2"}}).points == 10, "nothing to cancel: it is not asked"
    assert last_code(item, parts={"found": {"value": "5"}}) == (State.INCOMPLETE, "missing.waiver")


# --- instances ------------------------------------------------------------------------------------------------------


def rivers(*answers: dict, **ids) -> list[dict]:
    return [{"label": f"断面{number}", "answer": answer} for number, answer in enumerate(answers, 1)]


@pytest.mark.parametrize(("combine", "points"), [("mean", "6"), ("worst", "2"), ("sum", "10")])
def test_instances_are_combined(combine, points):
    # 10 − 0 × 2 = 10, 10 − 2 × 2 = 6, 10 − 4 × 2 = 2: mean 6, worst 2, sum 18 of at most 10
    item = item_of(DEDUCT, instances={"label": text("断面"), "combine": combine})
    answers = rivers({"count": "0"}, {"count": "2"}, {"count": "4"})
    assert score_one(item, instances=answers).points == Fraction(points)


def test_an_instance_not_applicable_is_out_of_the_mean():
    item = item_of(DEDUCT, instances={"label": text("断面"), "combine": "mean"})
    answers = rivers({"count": "1"}, {"not_applicable": "断流"}, {"count": "3"})
    assert score_one(item, instances=answers).points == 6  # (8 + 4) ÷ 2
    dry = rivers({"not_applicable": "断流"})
    assert last_code(item, instances=dry) == (State.INCOMPLETE, "missing.instances_applicable")


def test_no_instance_is_not_checked_and_one_without_an_answer_too():
    item = item_of(DEDUCT, instances={"label": text("断面"), "combine": "mean"})
    assert last_code(item, instances=[]) == (State.OPEN, "")
    assert last_code(item, instances=rivers({"count": "1"}, {})) == (State.OPEN, "missing.instance")
    state, code = last_code(item, instances=rivers({"count": "1"}, {"count": "x"}))
    assert (state, code) == (State.REFUSED, "refused.number.not_a_number")
    assert last_code(item, count="1") == (State.REFUSED, "refused.answer.wrong_kind")


STATED = {
    "label": text("考评"),
    "combine": "weights",
    "weights": [
        {"id": "daily", "label": text("日常"), "weight": "30"},
        {"id": "final", "label": text("年终"), "weight": "70"},
    ],
}


def stated(**answers: dict) -> list[dict]:
    return [{"id": name, "label": name, "answer": answer} for name, answer in answers.items()]


def test_stated_weights_are_renormalised_over_what_applies():
    item = item_of(DEDUCT, instances=STATED)
    # 日常 30 % + 年终 70 %: 0.3 × 8 + 0.7 × 4 = 5.2
    both = stated(daily={"count": "1"}, final={"count": "3"})
    assert score_one(item, instances=both).points == Fraction("5.2")
    # without the daily check the final one is all of it
    one = stated(daily={"not_applicable": "未开展"}, final={"count": "3"})
    assert score_one(item, instances=one).points == 4
    assert last_code(item, instances=stated(final={"count": "3"})) == (State.OPEN, "missing.instance")
    other = stated(daily={"count": "1"}, other={"count": "1"})
    assert last_code(item, instances=other)[1] == "refused.answer.no_such_instance"
    twice = stated(final={"count": "3"}) * 2
    assert last_code(item, instances=twice)[1] == "refused.answer.instance_twice"


def test_a_composite_may_be_asked_for_each_instance():
    item = item_of(LADDERS, instances={"label": text("项目"), "combine": "mean"})
    answers = rivers(
        {"parts": {"rate": {"value": "88"}, "work": {"count": "3"}}},  # 5 + 3
        {"parts": {"rate": {"value": "90"}, "work": {"count": "0"}}},  # 6 + 0
    )
    assert score_one(item, instances=answers).points == 7


# --- roles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "entry", "points"),
    [
        (DEDUCT, {"count": "2"}, -4),
        (DEDUCT, {"count": "9"}, -10),  # a penalty takes at most its full points
        (AWARD, {"count": "3"}, -3),
        ({"shape": "judge", "mode": "award", "minimum": "1", "maximum": "5"}, {"points": "2", "reason": "x"}, -2),
        ({"shape": "judge", "mode": "deduct", "minimum": "1", "maximum": "5"}, {"points": "2", "reason": "x"}, -2),
        ({"shape": "option", "levels": [{"label": text("无"), "points": "0"}, {"label": text("有"), "points": "3"}]},
         {"option": 2}, -3),
        ({"shape": "option", "levels": [{"label": text("无"), "points": "0"}, {"label": text("有"), "points": "-3"}]},
         {"option": 2}, -3),
        (STEP, {"value": "84"}, -3),  # 6 below 90, each costs 0.5
        (STEP, {"value": "99"}, 0),
    ],
)  # fmt: skip
def test_a_penalty_takes_points_however_its_table_is_written(rule, entry, points):
    result = score_one(item_of(rule, role="penalty", target={"value": "90"}), **entry)
    assert (result.points, result.due) == (points, 0)


def test_an_uncapped_bonus_and_penalty_have_no_limit():
    assert score_one(item_of(AWARD | {"per_unit": "3"}, role="bonus", full=None), count="7").points == 21
    assert score_one(item_of(DEDUCT, role="penalty", full=None), count="40").points == -80


def test_full_points_depend_on_the_class_of_body():
    item = item_of(DEDUCT, full={"county": "6"})
    assert score_one(item, count="1").points == 4


# --- not applicable -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "points", "due"),
    [("rescale", None, 0), ("full", 10, 10), ("base", 6, 10), ("zero", 0, 10), ("mark_only", None, 0)],
)
def test_five_policies_of_not_applicable(policy, points, due):
    item = item_of(DEDUCT, not_applicable=policy, base_points="6")
    result = score_one(item, not_applicable="本县无A级景区")
    assert (result.state, result.points, result.due) == (State.NOT_APPLICABLE, points, due)
    assert codes(result) == [f"not_applicable.{policy}"]


def test_not_applicable_needs_a_reason_and_is_not_zero_and_not_open():
    item = item_of(DEDUCT)
    assert last_code(item, not_applicable="  ") == (State.REFUSED, "refused.answer.not_applicable_reason")
    assert score_one(item).state is State.OPEN
    assert score_one(item).due == 10
    assert score_one(item, count="5").points == 0


def test_a_bonus_not_applicable_gives_nothing_and_is_never_rescaled():
    result = score_one(item_of(AWARD, role="bonus"), not_applicable="无")
    assert (result.state, result.points, result.due) == (State.NOT_APPLICABLE, 0, 0)


# --- adjustment -----------------------------------------------------------------------------------------------------


def test_an_adjustment_keeps_both_values():
    result = score_one(item_of(DEDUCT), count="2", adjustment={"points": "7.5", "reason": "复核后调整"})
    assert (result.computed, result.points) == (6, Fraction("7.5"))
    assert codes(result)[-1] == "adjustment"


@pytest.mark.parametrize(
    ("points", "reason", "code"),
    [
        ("10.1", "x", "number.above_maximum"),
        ("-1", "x", "number.negative"),
        ("abc", "x", "number.not_a_number"),
        ("5", " ", "adjustment.reason_missing"),
    ],
)
def test_an_adjustment_is_bounded_and_has_a_reason(points, reason, code):
    adjustment = {"points": points, "reason": reason}
    assert last_code(item_of(DEDUCT), count="2", adjustment=adjustment) == (State.REFUSED, f"refused.{code}")


def test_an_adjustment_of_a_penalty_and_of_what_is_not_there():
    penalty = item_of(DEDUCT, role="penalty")
    assert score_one(penalty, count="2", adjustment={"points": "-1", "reason": "已整改"}).points == -1
    assert last_code(penalty, count="2", adjustment={"points": "1", "reason": "x"})[0] is State.REFUSED
    excused = {"not_applicable": "无", "adjustment": {"points": "1", "reason": "x"}}
    assert last_code(item_of(DEDUCT), **excused)[1] == "refused.adjustment.not_applicable"
    assert score_one(item_of(DEDUCT), adjustment={"points": "1", "reason": "x"}).state is State.OPEN
