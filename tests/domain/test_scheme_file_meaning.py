"""What a scheme must obey beyond its structure: each fault is found at its place, and alone."""

from copy import deepcopy

import pytest

from qassess.domain.scheme_file import pin
from qassess.errors import SchemeFaults
from tests.domain.small_scheme import BAND, DOCUMENT, changed, interval, text

FOOD, MONEY, WORK, PRIZE, EVENT = (("items", place) for place in range(5))
COUNT = {"kind": "count"}


def faults_of(*changes, **options):
    try:
        pin(changed(*changes), "small.json", **options)
    except SchemeFaults as refused:
        return {(fault.path, fault.code.removeprefix("scheme.")) for fault in refused.faults}
    return set()


def rule(item, shape, **fields):
    return ((*item, "rule"), {"shape": shape, **fields})


def level(points, to=None):
    return {"label": text("级"), "points": points} | ({"points_to": to} if to else {})


def element(name, points):
    return {"id": name, "label": text(name), "points": points}


LEVELS = [level("0"), level("20", "50")]
RANK_ROWS = [{"first": 1, "last": 3, "points": "50"}, {"first": 4, "points": "0"}]
GRID = {
    "row_label": text("行"),
    "row_measure": {"kind": "count"},
    "rows": [interval("0", "5"), interval("5")],
    "column_label": text("列"),
    "column_measure": {"kind": "delta_pp", "unit": "%", "reference": "last_year"},
    "columns": [interval(high="0"), interval("0")],
    "points": [["0", "10"], ["20", "50"]],
}
JUDGE = {"minimum": "0", "maximum": "50", "increment": "5"}

SOUND = [
    [rule(FOOD, "option", levels=LEVELS)],
    [rule(FOOD, "checklist", elements=[element("a", "20"), element("b", "30")])],
    [rule(FOOD, "checklist", mode="deduct", elements=[element("a", "40"), element("b", "40")])],
    [rule(FOOD, "grid", **GRID)],
    [rule(FOOD, "rank", table=RANK_ROWS)],
    [rule(FOOD, "rank", linear=True, last_points="10", ties="mean")],
    [rule(FOOD, "judge", **JUDGE)],
    [rule(FOOD, "linear", measure={"kind": "percent"}, factor="70", offset="-63")],
    [rule(FOOD, "count", measure=COUNT, mode="shortfall", required="4", per_unit="5")],
    [rule(FOOD, "band", measure=COUNT, bands=[{"within": interval("0", "2", high_included=True), "points": "0"},
                                              {"within": interval("3"), "points": "50"}])],
    [((*FOOD, "target"), {"by_year": {"2024": "95"}})],
    [((*FOOD, "target"), {"reference": "national_avg"})],
    [((*FOOD, "target"), {"agreed": True, "city_total": "38"})],
    [((*FOOD, "instances"), {"label": text("工程"), "combine": "mean"})],
    [((*FOOD, "bodies"), []), ((*FOOD, "key_item"), {"minimum_share": "0.6", "grade": "B"})],
    [((*PRIZE, "not_applicable"), "mark_only")],
    [(("not_applicable",), {"policy": "zero", "level": "total", "limit_share": "0.3"})],
    [(("total",), {"places": 0}),
     (("grading", "rule", "bands", 1, "within"), interval("60", "89", high_included=True))],
    [(("grading", "rule"), {"by": "rank",
     "places": [{"grade": "A", "first": 1, "last": 2}, {"grade": "B", "first": 3}]})],
    [((*EVENT, "rule", "effect"), {"effect": "cap_total", "total": "80"})],
    [((*EVENT, "rule", "effect"), {"effect": "zero_section", "section": "product"})],
    [((*EVENT, "rule", "effect"), {"effect": "down", "levels": 2})],
]  # fmt: skip


@pytest.mark.parametrize("changes", SOUND)
def test_every_kind_of_sound_scheme_is_read(changes):
    assert faults_of(*changes) == set()


NAMES = [
    ((("classes", 1, "id"), "county"), {("classes[1]", "duplicate_id"), ("items[0].leads[0]", "unknown_class"),
                                        ("items[1].full.zhijian", "unknown_class")}),
    (((*MONEY, "id"), "food"), {("items[1]", "duplicate_id")}),
    (((*WORK, "rule", "parts", 1, "id"), "plan"), {("items[2].rule.parts[1]", "duplicate_id")}),
    (((*FOOD, "clauses"), ["c1", "c1"]), {("items[0].clauses[1]", "duplicate_id")}),
    (((*MONEY, "id"), "a/b"), {("items[1].id", "bad_id")}),
    ((("id",), "my scheme"), {("id", "bad_id")}),
    (((*FOOD, "section"), "x"), {("items[0].section", "unknown_section")}),
    (((*PRIZE, "group"), "x"), {("items[3].group", "unknown_group")}),
    (((*FOOD, "leads"), ["x"]), {("items[0].leads[0]", "unknown_class")}),
    (((*FOOD, "clauses"), ["c1", "x"]), {("items[0].clauses[1]", "unknown_clause")}),
    (((*FOOD, "key_item"), {"minimum_share": "0.6", "grade": "Z"}), {("items[0].key_item.grade", "unknown_grade")}),
    ((("sections", 0, "minimum_grade"), "Z"), {("sections[0].minimum_grade", "unknown_grade")}),
    (((*EVENT, "rule", "effect", "grade"), "Z"), {("items[4].rule.effect.grade", "unknown_grade")}),
    (((*EVENT, "rule", "conditions", 1, "item"), "x"), {("items[4].rule.conditions[1].item", "unknown_item")}),
    (((*EVENT, "rule", "conditions", 1, "item"), "prize"), {("items[4].rule.conditions[1].item",
                                                             "share_without_points")}),
    (((*EVENT, "rule", "conditions", 1), {"when": "flag"}), {("items[4].rule.conditions[1]", "flag_twice")}),
    (((*EVENT, "rule", "conditions"), []), {("items[4].rule.conditions", "empty_list")}),
    (((*FOOD, "title", "zh"), " "), {("items[0].title.zh", "text_missing")}),
    ((("notice",),), {("notice", "notice_missing")}),
    ((("year_start",), "02-30"), {("year_start", "not_a_day")}),
    ((("classes", 2), {"id": "more", "title": text("又"), "kind": "county"}), {
        ("classes[2]", "two_classes_for_all"), ("items", "sum_of_class")}),
]  # fmt: skip

POINTS = [
    (((*FOOD, "full"), "49.99"), {("items", "sum_of_class")}),
    (((*MONEY, "full", "county"), "21"), {("items", "sum_of_class"), ("items[1].rule.bands", "full_unreachable")}),
    (((*MONEY, "full"), {"county": "20", "zhijian": "-1"}), {("items", "sum_of_class"),
                                                             ("items[1].full.zhijian", "negative")}),
    (((*FOOD, "full"), "0"), {("items[0].full", "not_positive"), ("items", "sum_of_class"),
                              ("items[0]", "item_for_nobody"), ("items[0].rule", "shape_needs_points"),
                              ("items[4].rule.conditions[1].item", "share_without_points")}),
    (((*FOOD, "full"),), {("items[0]", "base_without_points"), ("items", "sum_of_class"),
                          ("items[0].rule", "shape_needs_points"),
                          ("items[4].rule.conditions[1].item", "share_without_points")}),
    (((*FOOD, "bodies"), ["140425"]), {("items", "sum_of_class")}),
    ((("items", 5), {"id": "own", "section": "product", "title": text("特有"), "full": "10", "bodies": ["140425"],
                     "rule": {"shape": "option", "levels": [level("0"), level("10")]}}), {("items", "sum_of_body")}),
    (((*FOOD, "not_applicable"), "mark_only"), {("items[0].not_applicable", "mark_only_with_points")}),
    ((("not_applicable",), {"policy": "mark_only"}), {("not_applicable.policy", "mark_only_for_all")}),
    (((*FOOD, "not_applicable"), "base"), {("items[0].base_points", "base_points_missing")}),
    (((*FOOD, "base_points"), "51"), {("items[0].base_points", "base_points_range")}),
    (((*PRIZE, "key_item"), {"minimum_share": "1.5", "grade": "B"}), {
        ("items[3].key_item.minimum_share", "not_a_share"), ("items[3].key_item", "key_item_without_points")}),
    (((*MONEY, "classes"), ["county"]), {("items[1].classes", "classes_twice"), ("items", "sum_of_class")}),
    (((*EVENT, "full"), "5"), {("items[4].full", "idle_in_gate")}),
    (((*EVENT, "role"), "penalty"), {("items[4].role", "gate_rule_needs_role")}),
    (((*PRIZE, "role"), "gate"), {("items[3].rule", "gate_needs_gate_rule"), ("items[3].group", "idle_in_gate")}),
    (((*PRIZE, "role"), "penalty"), {("items[3].group", "group_of_other_role")}),
    (((*FOOD, "no_dup_key"), "k"), {("items[0].no_dup_key", "no_dup_without_group")}),
    ((("groups", 0, "cap"), "0"), {("groups[0].cap", "not_positive")}),
    ((("sections", 0, "minimum_grade"),), {("sections[0]", "section_minimum_half")}),
    ((("sections", 0, "minimum_share"), "60"), {("sections[0].minimum_share", "not_a_share")}),
    ((("total",), {"places": 7}), {("total.places", "places")}),
    ((("total",), {"floor": "101"}), {("total.floor", "minimum_above_maximum")}),
]  # fmt: skip

RULES = [
    (((*FOOD, "rule", "step"), "0"), {("items[0].rule.step", "not_positive")}),
    (((*FOOD, "rule", "deduct_per_step"), "0"), {("items[0].rule", "step_without_effect")}),
    (((*FOOD, "rule", "award_per_step"), "-1"), {("items[0].rule.award_per_step", "negative")}),
    (((*FOOD, "rule", "floor"), "60"), {("items[0].rule.floor", "minimum_above_maximum")}),
    (((*FOOD, "target"),), {("items[0].rule", "target_missing")}),
    (((*FOOD, "target"), {}), {("items[0].target", "target_empty")}),
    (((*FOOD, "target"), {"value": "95", "agreed": True}), {("items[0].target", "target_contradiction")}),
    (((*FOOD, "target"), {"reference": "target"}), {("items[0].target.reference", "target_circular")}),
    (((*FOOD, "target"), {"by_year": {"next": "95"}}), {("items[0].target.by_year.next", "not_a_year")}),
    (((*FOOD, "target", "comparator"), "<="), {("items[0].rule.measure.better", "target_direction")}),
    (((*FOOD, "rule", "measure", "minimum"), "9"), set()),
    (((*FOOD, "rule", "measure"), {"minimum": "9", "maximum": "1"}), {("items[0].rule.measure.minimum",
                                                                       "minimum_above_maximum")}),
    (((*FOOD, "rule", "measure", "numerator"), text("批")), {("items[0].rule.measure", "half_a_pair")}),
    (((*FOOD, "rule", "measure", "kind"), "delta_pp"), {("items[0].rule.measure", "reference_missing")}),
    (((*FOOD, "rule", "measure", "per"), "0"), {("items[0].rule.measure.per", "not_positive")}),
    (((*FOOD, "rule", "measure", "kinds"), [{"id": "a", "label": text("甲"), "weight": "1"}]),
     {("items[0].rule.measure.kinds", "kinds_not_counted")}),
    (rule(FOOD, "option", levels=[level("50")]), {("items[0].rule.levels", "too_few_levels")}),
    (rule(FOOD, "option", levels=[level("0"), level("51")]), {("items[0].rule.levels[1].points", "points_above_full")}),
    (rule(FOOD, "option", levels=[level("-1"), level("50")]), {("items[0].rule.levels[0].points", "points_negative")}),
    (rule(FOOD, "option", levels=[level("0"), level("40")]), {("items[0].rule.levels", "full_unreachable")}),
    (rule(FOOD, "option", levels=[level("0"), level("50", "40")]),
     {("items[0].rule.levels[1].points_to", "level_range")}),
    (rule(FOOD, "checklist", elements=[]), {("items[0].rule.elements", "empty_list")}),
    (rule(FOOD, "checklist", elements=[element("a", "50"), element("b", "1")]), {("items[0].rule.elements",
                                                                                  "points_above_full")}),
    (rule(FOOD, "checklist", elements=[element("a", "50"), element("b", "0")]), {("items[0].rule.elements[1].points",
                                                                                  "not_positive")}),
    (((*MONEY, "rule", "bands", 1, "within"), interval("4", "10")), {("items[1].rule.bands", "gap")}),
    (((*MONEY, "rule", "bands", 1, "within"), interval("2", "10")), {("items[1].rule.bands[1].within", "overlap")}),
    (((*MONEY, "rule", "bands", 1, "within"), interval("3", "10", low_included=False)),
     {("items[1].rule.bands", "gap_at")}),
    (((*MONEY, "rule", "bands", 0, "within"), interval("1", "3")), {("items[1].rule.bands", "gap")}),
    (((*MONEY, "rule", "bands", 2, "within"), interval("10", "99")), {("items[1].rule.bands", "gap_above")}),
    (((*MONEY, "rule", "bands", 1, "within"), interval("10", "3")),
     {("items[1].rule.bands[1].within", "empty_interval"),
                                                                     ("items[1].rule.bands", "gap")}),
    (((*MONEY, "rule"), BAND | {"measure": {}}), {("items[1].rule.bands", "gap_below")}),
    (((*MONEY, "rule"), BAND | {"bands": []}), {("items[1].rule.bands", "gap_above")}),
    (((*MONEY, "rule"), BAND | {"bands": [], "measure": {}}), {("items[1].rule.bands", "gap_all")}),
    (rule(FOOD, "grid", **(GRID | {"points": [["0", "50"]]})), {("items[0].rule.points", "grid_rows")}),
    (rule(FOOD, "grid", **(GRID | {"points": [["0"], ["20", "50"]]})), {("items[0].rule.points[0]", "grid_columns")}),
    (rule(FOOD, "grid", **(GRID | {"rows": [interval("0", "5"), interval("6")]})), {("items[0].rule.rows", "gap")}),
    (rule(FOOD, "ratio", measure=COUNT, min_ratio="2"), {("items[0].rule.min_ratio", "minimum_above_maximum")}),
    (rule(FOOD, "linear", measure=COUNT, factor="0"), {("items[0].rule.factor", "factor_zero")}),
    (rule(FOOD, "count", measure=COUNT, mode="shortfall", per_unit="1"),
     {("items[0].rule.required", "required_missing")}),
    (rule(FOOD, "count", measure=COUNT, mode="award", per_unit="1", required="2"), {("items[0].rule.required",
                                                                                     "required_idle")}),
    (rule(FOOD, "rank"), {("items[0].rule", "rank_table_or_linear")}),
    (rule(FOOD, "rank", table=RANK_ROWS[:1]), {("items[0].rule.table", "place_end")}),
    (rule(FOOD, "rank", table=[RANK_ROWS[0], RANK_ROWS[1] | {"first": 5}]), {("items[0].rule.table", "place_gap")}),
    (rule(FOOD, "rank", table=[RANK_ROWS[0], RANK_ROWS[1] | {"first": 3}]),
     {("items[0].rule.table[1]", "place_overlap"),
                                                                             ("items[0].rule.table", "place_end")}),
    (rule(FOOD, "rank", table=[RANK_ROWS[0] | {"first": 0}, RANK_ROWS[1] | {"first": 1}]), {("items[0].rule.table[0]",
                                                                                             "place_range")}),
    (rule(FOOD, "judge", **(JUDGE | {"minimum": "50"})), {("items[0].rule.minimum", "minimum_above_maximum")}),
    (rule(FOOD, "judge", **(JUDGE | {"increment": "7"})), {("items[0].rule.increment", "increment_misses_maximum")}),
    (rule(FOOD, "external", external_full="0", source=text("省局")), {("items[0].rule.external_full", "not_positive")}),
    (rule(PRIZE, "ratio", measure=COUNT), {("items[3].rule", "target_missing"),
                                           ("items[3].rule", "shape_needs_points")}),
    (((*WORK, "rule", "parts"), []), {("items[2].rule.parts", "empty_list")}),
    (((*WORK, "rule", "parts", 1, "full"), "19"), {("items[2].rule.parts", "full_unreachable")}),
    (((*WORK, "rule", "parts", 1, "cap"), "31"), {("items[2].rule.parts[1].cap", "points_above_full")}),
    (((*WORK, "rule", "parts", 1, "target"),), {("items[2].rule.parts[1].rule", "target_missing")}),
    (((*FOOD, "instances"), {"label": text("工程"), "combine": "weights"}), {("items[0].instances.weights",
                                                                              "weights_missing")}),
    (((*FOOD, "instances"), {"label": text("工程"), "combine": "mean", "weights": [
        {"id": "a", "label": text("甲"), "weight": "0"}]}), {("items[0].instances.weights", "weights_idle"),
                                                             ("items[0].instances.weights[0].weight", "not_positive")}),
    (((*EVENT, "rule", "effect"), {"effect": "down", "levels": 0}), {("items[4].rule.effect.levels", "not_positive")}),
]  # fmt: skip

FOOD_TARGET, FOOD_RULE = (*FOOD, "target"), (*FOOD, "rule")
RATIO = {"shape": "ratio", "measure": {"kind": "percent", "unit": "%"}}
FALLING = [
    {"within": interval("0", "3"), "points": "20"},
    {"within": interval("3", "10"), "points": "20"},
    {"within": interval("10"), "points": "5"},
]
PEAK = [
    {"within": interval("0", "3"), "points": "10"},
    {"within": interval("3", "10"), "points": "20"},
    {"within": interval("10"), "points": "0"},
]
LINEAR = {"shape": "linear", "measure": {"kind": "percent"}}
FLAG = {"kind": "flag"}
TO_TARGET = {"kind": "ratio_to_target", "unit": "个"}
TARGET_AT = "items[0].target"
SENSE = [
    (((*FOOD_TARGET, "value"), "101"), {(f"{TARGET_AT}.value", "target_above")}),
    (((*FOOD_TARGET, "value"), "-1"), {(f"{TARGET_AT}.value", "target_below"),
                                       ("items[0].rule.zero_beyond.value", "zero_beyond_target")}),
    ((FOOD_TARGET, {"value": "95", "by_year": {"2024": "950"}}), {(f"{TARGET_AT}.by_year.2024", "target_above")}),
    (((*FOOD_RULE, "measure"), {"kind": "percent", "maximum": "300"}), set()),
    (((*WORK, "rule", "parts", 1, "target", "value"), "2.5"), {("items[2].rule.parts[1].target.value",
                                                               "target_not_whole")}),
    (((*WORK, "rule", "parts", 1, "target", "value"), "-3"), {("items[2].rule.parts[1].target.value", "target_below")}),
    (((*WORK, "rule", "parts", 1), {"id": "work", "label": text("落实"), "full": "20", "target": {"value": "-3"},
      "rule": {"shape": "ratio", "measure": {"kind": "delta_pp", "reference": "last_year"}}}),
     {("items[2].rule.parts[1].target.value", "negative")}),
    (((*FOOD_RULE, "zero_beyond"), {"comparator": "<", "value": "96"}), {("items[0].rule.zero_beyond.value",
                                                                         "zero_beyond_target")}),
    (((*FOOD_RULE, "zero_beyond"), {"comparator": "<=", "value": "95"}), {("items[0].rule.zero_beyond.value",
                                                                          "zero_beyond_target")}),
    (((*FOOD_RULE, "zero_beyond"), {"comparator": "<", "value": "95"}), set()),
    (((*FOOD_RULE, "zero_beyond"), {"comparator": ">", "value": "99"}), {("items[0].rule.zero_beyond.comparator",
                                                                         "zero_beyond_comparator")}),
    (((*FOOD_RULE, "zero_beyond"), {"comparator": "==", "value": "80"}), {("items[0].rule.zero_beyond.comparator",
                                                                          "zero_beyond_comparator")}),
    (((*MONEY, "rule", "bands"), FALLING), {("items[1].rule.bands", "bands_reversed")}),
    (((*MONEY, "rule"), BAND | {"bands": FALLING, "measure": {"minimum": "0", "better": "lower"}}), set()),
    (((*MONEY, "rule", "bands"), PEAK), set()),
    (((*MONEY, "rule"), BAND | {"measure": {"minimum": "0", "better": "lower"}}), {("items[1].rule.bands",
                                                                                   "bands_reversed")}),
    ((FOOD_RULE, LINEAR | {"factor": "-1", "offset": "100"}), {("items[0].rule.factor", "factor_reversed")}),
    ((FOOD_RULE, LINEAR | {"factor": "0.4"}), {("items[0].rule", "full_unreachable")}),
    ((FOOD_RULE, LINEAR | {"factor": "0.5"}), set()),
    ((FOOD_RULE, LINEAR | {"factor": "1", "cap": "40"}), {("items[0].rule", "full_unreachable")}),
    ((FOOD_RULE, LINEAR | {"factor": "-2", "offset": "40", "measure": {"kind": "count", "better": "lower"}}),
     {("items[0].rule", "full_unreachable")}),
    ((FOOD_RULE, LINEAR | {"factor": "1", "measure": {"kind": "delta_pp", "reference": "last_year"}}), set()),
    ((FOOD_RULE, {"shape": "step", "measure": FLAG, "step": "1", "deduct_per_step": "1"}),
     {("items[0].rule.measure.kind", "flag_measured")}),
    ((FOOD_RULE, RATIO | {"measure": FLAG}), {("items[0].rule.measure.kind", "flag_measured")}),
]  # fmt: skip

SENSE_OF_TWO = [
    ((FOOD_RULE, RATIO), (FOOD_TARGET, {"comparator": ">", "value": "95"}), {(f"{TARGET_AT}.comparator",
                                                                             "ratio_comparator")}),
    ((FOOD_RULE, RATIO), (FOOD_TARGET, {"comparator": "==", "agreed": True}), {(f"{TARGET_AT}.comparator",
                                                                               "ratio_comparator")}),
    ((FOOD_RULE, RATIO | {"measure": TO_TARGET}), (FOOD_TARGET, {"value": "0"}), {(f"{TARGET_AT}.value",
                                                                                  "target_zero")}),
]  # fmt: skip

BANDS = ("grading", "rule", "bands")
WHOLE = [
    (((*BANDS, 1, "within"), interval("60", "89.5")), {("grading.rule.bands", "gap")}),
    (((*BANDS, 1, "within"), interval("60", "89", high_included=True)), {("grading.rule.bands", "gap")}),
    (((*BANDS, 0, "within"), interval("90", "100")), {("grading.rule.bands", "gap_above")}),
    (((*BANDS, 0, "grade"), "C"), {("grading.rule.bands", "grades_out_of_order")}),
    (((*BANDS, 0, "grade"), "Z"), {("grading.rule.bands[0].grade", "unknown_grade")}),
    ((("grading", "rule"), {"by": "rank", "places": [{"grade": "A", "first": 1, "last": 2}]}), {
        ("grading.rule.places", "place_end")}),
    ((("clauses", 0, "not_assessed"), text("无")), {("clauses[0]", "clause_both")}),
    ((("clauses", 1, "not_assessed"),), {("clauses[1]", "clause_unplaced")}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "faults"), NAMES + POINTS + RULES + SENSE + WHOLE)
def test_each_fault_is_found_at_its_place_and_alone(change, faults):
    assert faults_of(change) == faults


@pytest.mark.parametrize(("rule_change", "target_change", "faults"), SENSE_OF_TWO)
def test_a_ratio_needs_a_target_that_can_be_met_in_proportion(rule_change, target_change, faults):
    assert faults_of(rule_change, target_change) == faults


def test_a_section_without_items_is_refused():
    assert faults_of((("sections", 1), {"id": "empty", "title": text("空")})) == {("sections[1]", "section_empty")}


@pytest.mark.parametrize(("digits", "faults"), [(40, set()), (41, {("items[0].rule.step", "too_many_digits")})])
def test_a_number_has_at_most_forty_digits(digits, faults):
    assert faults_of(((*FOOD, "rule", "step"), "1" + "." + "0" * (digits - 2) + "1")) == faults


def test_gaps_between_whole_grades_are_refused_unless_the_total_is_whole_before_the_test():
    gaps = ((*BANDS, 1, "within"), interval("60", "89", high_included=True))
    rounded = (("total",), {"places": 0})
    assert faults_of(gaps, rounded) == set()
    assert faults_of(gaps, rounded, (("grading", "rule", "tested_on"), "unrounded")) == {("grading.rule.bands", "gap")}
    assert faults_of(gaps, (("total",), {"places": 1})) == {("grading.rule.bands", "gap")}


def test_bodies_are_checked_when_the_register_is_at_hand():
    class_with_bodies = (("classes", 1, "bodies"), ["zhijian", "nobody"])
    assert faults_of(class_with_bodies) == set()
    assert faults_of(class_with_bodies, known_bodies={"zhijian"}) == {("classes[1].bodies[1]", "unknown_body")}


def test_a_body_belongs_to_one_class():
    third = (("classes", 2), {"id": "more", "title": text("又"), "kind": "department", "bodies": ["zhijian"]})
    assert ("classes[2].bodies[0]", "body_in_two_classes") in faults_of(third)


def test_percentages_counted_in_whole_batches_are_not_whole_themselves():
    percent = {"kind": "percent", "integer": True, "maximum": "100"}
    rows = [
        {"within": interval("0", "80", high_included=True), "points": "0"},
        {"within": interval("81"), "points": "20"},
    ]
    assert faults_of(((*MONEY, "rule"), BAND | {"measure": percent, "bands": rows})) == {("items[1].rule.bands", "gap")}


def test_a_change_of_the_tested_document_does_not_reach_the_original():
    before = deepcopy(DOCUMENT)
    faults_of(*(change for change, _ in NAMES[:3]))
    assert before == DOCUMENT


def test_sums_are_not_told_while_an_item_cannot_be_read():
    assert faults_of(((*FOOD, "full"), "?"), ((*MONEY, "full", "county"), "19")) == {
        ("items[0].full", "not_decimal"),
        ("items[1].rule.bands[2].points", "points_above_full"),
    }
