"""The twenty worked rules of real offices and the three traps, each computed by hand.

The number of a row is that of the table of rules the product was designed by; the sentence is the rule as printed.
"""

from fractions import Fraction

import pytest

from qassess.domain.score_sheet import State
from tests.domain.scoring_builders import codes, entry_of, item_of, scheme_of, score_one, scored, sheet_of, text

PERCENT = {"kind": "percent", "unit": "%"}
COUNT = {"kind": "count", "unit": "次"}


def levels(*points: str) -> dict:
    return {"shape": "option", "levels": [{"label": text(f"档{place}"), "points": p} for place, p in enumerate(points)]}


def points_of(item, /, **entry) -> Fraction | None:
    return score_one(item, **entry).points


@pytest.mark.parametrize(("chosen", "points"), [(1, "0"), (2, "0.5"), (3, "1")])
def test_row_1_option_of_three_levels(chosen, points):
    # 纳入地区国民经济和社会发展规划得1分,纳入部门规划得0.5分,未纳入不得分
    assert points_of(item_of(levels("0", "0.5", "1"), full="1"), option=chosen) == Fraction(points)


@pytest.mark.parametrize(("chosen", "points"), [(1, 0), (2, 6), (3, 10)])
def test_row_2_option_of_a_mechanism(chosen, points):
    # 工作机制健全、运行良好10分;不健全6分;未建立0分
    assert points_of(item_of(levels("0", "6", "10")), option=chosen) == points


@pytest.mark.parametrize(
    ("there", "points"),
    [
        ("abcdef", "1"),  # all six: 1
        ("abcd", "0.8"),  # two missing: 1 − 2 × 0.1
        ("a", "0.5"),  # five missing: 1 − 5 × 0.1
        ("", "0"),  # none made at all: no points, not 1 − 6 × 0.1 = 0.4
    ],
)
def test_row_3_checklist_with_deductions(there, points):
    # 六个方面配套政策,每缺少一个方面扣0.1分,未制定不得分
    elements = [{"id": name, "label": text(name), "points": "0.1"} for name in "abcdef"]
    rule = {"shape": "checklist", "mode": "deduct", "all_missing_zero": True, "elements": elements}
    assert points_of(item_of(rule, full="1"), checked=list(there)) == Fraction(points)


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("80", 10),  # 低于80% does not include 80
        ("77", 7),  # 10 − 3 × 1
        ("60", 0),  # 10 − 20 × 1 = −10, floor 0
        ("95", 10),
    ],
)
def test_row_4_step_below_a_fixed_number(value, points):
    # 覆盖面低于80%的，每降低1个百分点扣1分 (full points from 80 on)
    rule = {"shape": "step", "measure": PERCENT, "step": "1", "deduct_per_step": "1"}
    assert points_of(item_of(rule, target={"value": "80"}), value=value) == points


def test_row_5_step_against_the_provincial_average():
    # 每降低1个百分点扣2分,以全省平均为基准: 94.0 − 91.5 = 2.5 points short, 10 − 2.5 × 2 = 5
    rule = {"shape": "step", "measure": PERCENT, "step": "1", "deduct_per_step": "2"}
    item = item_of(rule, target={"reference": "provincial_avg"})
    average = {"provincial_avg": {"value": "94.0", "source": "省局年报", "date": "2024-03-02"}}
    assert points_of(item, value="91.5", references=average) == 5


@pytest.mark.parametrize(
    ("now", "points"),
    [
        ("90", "15"),  # level with last year
        ("88", "0"),  # 15 − 2 × 7.5
        ("89.5", "11.25"),  # 15 − 0.5 × 7.5
        ("93", "18"),  # 15 + 3 × 1
        ("100", "25"),  # 15 + 10, the most that is added
        ("80", "0"),
    ],
)
def test_row_6_step_two_sided_year_on_year(now, points):
    # 与上年持平得15分,每下降1个百分点扣7.5分;每上升1个百分点加1分,最多加10分
    rule = {
        "shape": "step",
        "measure": {"kind": "delta_pp", "unit": "%", "reference": "last_year"},
        "step": "1",
        "deduct_per_step": "7.5",
        "award_per_step": "1",
        "base_points": "15",
        "cap": "25",
    }
    item = item_of(rule, full="25", target={"value": "0"})
    assert points_of(item, value=now, references={"last_year": {"value": "90"}}) == Fraction(points)


@pytest.mark.parametrize(
    ("now", "points"),
    [
        ("2", 10),  # the mean of 1, 2 and 3
        ("4.5", 5),  # 2.5 points above it: 10 − 2.5 × 2
        ("1.5", 10),  # lower is better
    ],
)
def test_row_7_step_against_the_mean_of_three_years(now, points):
    # 与本地前三年平均相比,每上升1个百分点扣2分
    measure = {"kind": "delta_pp", "unit": "%", "reference": "mean_3y", "better": "lower"}
    rule = {"shape": "step", "measure": measure, "step": "1", "deduct_per_step": "2"}
    item = item_of(rule, target={"comparator": "<=", "value": "0"})
    past = {"mean_3y": {"values": ["1", "2", "3"], "source": "统计年鉴"}}
    assert points_of(item, value=now, references=past) == points


@pytest.mark.parametrize(
    ("funds", "points"),
    [("12", "5"), ("10", "5"), ("9.99", "2.5"), ("5", "2.5"), ("4.99", "1.25"), ("3", "1.25"), ("2.99", "0")],
)
def test_row_8_band(funds, points):
    # 经费10万以上5分;5-10万2.5分;3-5万1.25分;少于3万0分 (以上 includes the number)
    bands = [
        {"within": {"high": "3"}, "points": "0"},
        {"within": {"low": "3", "high": "5"}, "points": "1.25"},
        {"within": {"low": "5", "high": "10"}, "points": "2.5"},
        {"within": {"low": "10"}, "points": "5"},
    ]
    rule = {"shape": "band", "measure": {"kind": "raw", "unit": "万元"}, "bands": bands}
    assert points_of(item_of(rule, full="5"), value=funds) == Fraction(points)


@pytest.mark.parametrize(("count", "points"), [("0", 0), ("1", 5), ("2", 10), ("3", 10)])
def test_row_9_count_of_what_is_short(count, points):
    # 研究工作少于2次,每少1次扣5分 (two are required)
    rule = {"shape": "count", "mode": "shortfall", "measure": COUNT, "per_unit": "5", "required": "2"}
    assert points_of(item_of(rule), count=count) == points


@pytest.mark.parametrize(("count", "points"), [("0", 100), ("2", 40), ("3", 10), ("4", 0)])
def test_row_10_count_with_deductions_until_nothing_is_left(count, points):
    # 每发生一起扣30分,扣完为止
    rule = {"shape": "count", "mode": "deduct", "measure": COUNT, "per_unit": "30"}
    assert points_of(item_of(rule, full="100"), count=count) == points


@pytest.mark.parametrize(("months", "points"), [("0", 10), ("3", 4), ("5", 0), ("6", 0)])
def test_row_11_count_of_months_late(months, points):
    # 每推迟一个月扣2分
    rule = {"shape": "count", "mode": "deduct", "measure": {"kind": "count", "unit": "个月"}, "per_unit": "2"}
    assert points_of(item_of(rule), count=months) == points


@pytest.mark.parametrize(
    ("done", "points"),
    [("300", "10"), ("240", "8"), ("100", "10/3"), ("360", "10"), ("0", "0")],  # 100 ÷ 300 × 10 stays exact
)
def test_row_12_ratio_of_completion(done, points):
    # 完成目标得标准分;未完成按实际完成率×标准分
    rule = {"shape": "ratio", "measure": {"kind": "raw", "unit": "万亩"}}
    assert points_of(item_of(rule, target={"value": "300"}), value=done) == Fraction(points)


@pytest.mark.parametrize(
    ("done", "points"),
    [
        ("100", "8"),  # 80 % of 10 for meeting the target
        ("103", "9.5"),  # 8 + 3 × 0.5
        ("96", "6"),  # 8 − 4 × 0.5
        ("120", "12"),  # 8 + 20 × 0.5 = 18, at most 1.2 × 10
        ("80", "0"),  # 8 − 20 × 0.5 = −2
    ],
)
def test_row_13_step_from_eighty_percent_with_a_cap_above_full(done, points):
    # 得80%标准分起,每增减1个百分点±0.5分,单项不超过标准分的1.2倍
    rule = {
        "shape": "step",
        "measure": PERCENT | {"maximum": "200"},
        "step": "1",
        "deduct_per_step": "0.5",
        "award_per_step": "0.5",
        "base_points": "8",
        "cap": "12",
    }
    assert points_of(item_of(rule, target={"value": "100"}), value=done) == Fraction(points)


def bonus(item_id: str, per_unit: str, **fields):
    rule = {"shape": "count", "mode": "award", "measure": COUNT, "per_unit": per_unit}
    return item_of(rule, item_id, role="bonus", full=None, group="praise", **fields)


def praise(central: str, provincial: str, **fields):
    group = {"id": "praise", "title": text("批示"), "role": "bonus", "cap": "10"}
    base = item_of(levels("0", "10"), "base")
    items = (base, bonus("central", "1", **fields), bonus("provincial", "0.5", **fields))
    pinned = scheme_of(*items, groups=[group])
    entries = {
        "base": entry_of(option=2),
        "central": entry_of(count=central),
        "provincial": entry_of(count=provincial),
    }
    return scored(pinned, sheet_of(entries))


def test_row_14_bonus_group_with_a_cap():
    # 中央领导批示每次加1分,省级0.5分;累计加分不超过10分: 8 × 1 + 6 × 0.5 = 11, at most 10
    (group,) = praise("8", "6").groups
    assert (group.raw, group.points) == (11, 10)
    # 3 × 1 + 2 × 0.5 = 4
    assert praise("3", "2").groups[0].points == 4


def test_row_14_bonus_of_the_same_project_counts_once_and_the_larger():
    # 同一项目不重复: 2 × 1 = 2 against 6 × 0.5 = 3, the 3 counts
    result = praise("2", "6", no_dup_key="project")
    assert result.groups[0].points == 3
    assert result.groups[0].dropped == ("central",)
    assert result.total_unrounded == 13


@pytest.mark.parametrize(("typed", "points"), [("0", 10), ("2", 8), ("4.5", "5.5"), ("10", 0)])
def test_row_15_judge_deducts_within_bounds(typed, points):
    # 酌情扣分,每项最高扣10分
    rule = {"shape": "judge", "mode": "deduct", "minimum": "0", "maximum": "10", "increment": "0.5"}
    assert points_of(item_of(rule), points=typed, reason="台账不全") == Fraction(points)


@pytest.mark.parametrize(("typed", "state"), [("2", State.SCORED), ("5", State.SCORED), ("0", State.SCORED)])
def test_row_15_judge_deducts_two_to_five_or_nothing(typed, state):
    # 每项扣2至5分
    rule = {"shape": "judge", "mode": "deduct", "minimum": "2", "maximum": "5"}
    assert score_one(item_of(rule), points=typed, reason="问题").state is state
    assert score_one(item_of(rule), points="1", reason="问题").state is State.REFUSED
    assert score_one(item_of(rule), points="5.5", reason="问题").state is State.REFUSED


def gate(effect: dict, *conditions: dict, **fields):
    rule = {"shape": "gate", "conditions": list(conditions or ({"when": "flag"},)), "effect": effect}
    return item_of(rule, "gate", role="gate", full=None, **fields)


def test_row_16_a_key_item_missed_fails_the_whole():
    # ※关键项一项不符合,则不合格: full points elsewhere, but the key item has 0 of 10
    key = item_of(levels("0", "10"), "key", key_item={"minimum_share": "1", "grade": "D"})
    other = item_of(levels("0", "90"), "other", full="90")
    pinned = scheme_of(key, other)
    missed = scored(pinned, sheet_of({"key": entry_of(option=1), "other": entry_of(option=2)}))
    # 90 of 100: by the bands an A
    assert (missed.total, missed.computed_grade, missed.grade) == (90, "A", "D")
    met = scored(pinned, sheet_of({"key": entry_of(option=2), "other": entry_of(option=2)}))
    assert (met.total, met.grade) == (100, "A")


def test_row_17_a_confirmed_veto_fixes_the_grade():
    # 发生区域性、系统性质量安全事件,一律为D级
    base = item_of(levels("0", "100"), "base", full="100")
    pinned = scheme_of(base, gate({"effect": "grade", "grade": "D"}))
    happened = {"base": entry_of(option=2), "gate": entry_of(occurred=True, confirmed_by="王强")}
    result = scored(pinned, sheet_of(happened))
    assert (result.total, result.computed_grade, result.grade) == (100, "A", "D")
    assert result.gates[0].in_force
    calm = scored(pinned, sheet_of(happened | {"gate": entry_of(occurred=False)}))
    assert (calm.grade, calm.gates[0].occurred) == ("A", False)


@pytest.mark.parametrize(("place", "points"), [("1", 10), ("3", 10), ("4", 8), ("6", 8), ("7", 6), ("11", 6)])
def test_row_18_rank_by_table(place, points):
    # 位列全省前3名得满分,4-6名得80%,其余60%
    table = [
        {"first": 1, "last": 3, "points": "10"},
        {"first": 4, "last": 6, "points": "8"},
        {"first": 7, "points": "6"},
    ]
    assert points_of(item_of({"shape": "rank", "table": table}), value=place, of="11", source="通报") == points


@pytest.mark.parametrize(
    ("passed", "sampled", "points"),
    [
        ("90", "100", "5"),
        ("884", "1000", "4.2"),  # 1.6 short: 5 − 1.6 × 0.5
        ("80", "100", "0"),  # 10 short: 5 − 5 = 0; 80 itself is not below 80
        ("82", "100", "1"),  # 8 short: 5 − 4
        ("799", "1000", "0"),  # below 80: no points
        ("467", "499", "5"),
    ],
)
def test_row_19_step_with_a_hard_floor(passed, sampled, points):
    # 合格率达到90%得满分,每低1个百分点扣0.5分,扣完为止;低于80%不得分
    rule = {
        "shape": "step",
        "measure": PERCENT | {"integer": True},
        "step": "1",
        "deduct_per_step": "0.5",
        "zero_beyond": {"comparator": "<", "value": "80"},
    }
    item = item_of(rule, full="5", target={"value": "90"})
    assert points_of(item, numerator=passed, denominator=sampled) == Fraction(points)


def test_row_20_external_score():
    # 本项按省信访局考核办法得分折算: 10 × 86 ÷ 100 = 8.6
    rule = {"shape": "external", "external_full": "100", "source": text("省信访局")}
    assert points_of(item_of(rule), value="86", source="省局通报") == Fraction("8.6")


@pytest.mark.parametrize(
    ("mode", "points"),
    [
        ("ceil", "8"),  # 1.4 short, 不足1个百分点按1个计: 2 steps
        ("floor", "9"),  # 不计: 1 step
        ("linear", "8.6"),  # 按比例: 1.4 steps
    ],
)
def test_trap_a_an_incomplete_step_counts_as_the_rule_says(mode, points):
    rule = {"shape": "step", "measure": PERCENT, "step": "1", "deduct_per_step": "1", "partial_step": mode}
    result = score_one(item_of(rule, target={"value": "80"}), value="78.6")
    assert result.points == Fraction(points)
    (steps,) = (fact for fact in result.derivation if fact.code == "step.steps")
    assert steps.values["mode"] == mode, "which one is always said"


def test_trap_b_percentage_points_are_not_percent():
    # from 80 to 88: 8 percentage points, but 10 percent
    points = {}
    for kind in ("delta_pp", "delta_pct"):
        rule = {
            "shape": "linear",
            "measure": {"kind": kind, "unit": "%", "reference": "last_year"},
            "factor": "0.5",
        }
        points[kind] = points_of(item_of(rule), value="88", references={"last_year": {"value": "80"}})
    assert points == {"delta_pp": 4, "delta_pct": 5}


@pytest.mark.parametrize(
    ("comparator", "value", "met"),
    [
        (">=", "280", True),  # 280天以上 includes 280
        (">", "280", False),  # 超过280天 does not
        (">", "281", True),
        ("<=", "280", True),  # 280以下 includes it
        ("<", "280", False),  # 低于280 does not
        ("<", "279", True),
    ],
)
def test_trap_c_above_includes_the_number_and_beyond_does_not(comparator, value, met):
    better = "lower" if "<" in comparator else "higher"
    rule = {
        "shape": "step",
        "measure": {"kind": "count", "unit": "天", "better": better},
        "step": "1",
        "deduct_per_step": "1",
        "partial_step": "ceil",
    }
    result = score_one(item_of(rule, target={"comparator": comparator, "value": "280"}), count=value)
    # a strict target that is only equalled costs one step under ceil
    assert result.points == (10 if met else 9)
    assert ("step.at_strict_bound" in codes(result)) is (not met)


def test_the_derivation_reads_as_the_card_shows_it():
    # 467 ÷ 499 = 93.587… %, 95 − that = 1.4128… short, 5 − 1.4128… × 0.5 = 4.2935…
    rule = {"shape": "step", "measure": PERCENT, "step": "1", "deduct_per_step": "0.5"}
    result = score_one(item_of(rule, full="5", target={"value": "95"}), numerator="467", denominator="499")
    assert codes(result) == ["measure.pair", "step.below", "step.steps", "step.deduct", "exact"]
    value = Fraction(46700, 499)
    assert result.derivation[1].values["distance"] == 95 - value
    assert result.points == 5 - (95 - value) / 2
