"""From items to the grade: sections, not applicable, groups, gates, caps, rounding and grades, worked out by hand."""

from fractions import Fraction

import pytest

from qassess.domain.scheme import Rounding
from qassess.domain.score_sheet import ScoreSheet, State
from qassess.domain.scoring_totals import round_total
from tests.domain.scoring_builders import (
    GRADING,
    entry_of,
    gate,
    given,
    item_of,
    not_applicable,
    points_item,
    scheme_of,
    scored,
    sheet_of,
    text,
    with_gate,
)

NA = not_applicable()
FIRED = entry_of(occurred=True, confirmed_by="王强")


def codes_of(result: ScoreSheet) -> list[str]:
    return [fact.code for fact in result.facts]


THREE = (
    points_item("a1", "a", "20"),
    points_item("a2", "a", "20"),
    points_item("b1", "b", "30"),
    points_item("c1", "c", "30"),
)


def scaled_of(result: ScoreSheet) -> dict[str, Fraction]:
    return {section.section: section.scaled for section in result.sections}


# --- not applicable, from items to the total ------------------------------------------------------------------------


def test_a_section_is_rescaled_over_what_applies_in_it():
    entries = {"a1": given("15"), "a2": NA, "b1": given("24"), "c1": given("30")}
    result = scored(scheme_of(*THREE), sheet_of(entries))
    # section a: 15 of 20 due, counts 15 × 40 ÷ 20 = 30; 30 + 24 + 30 = 84
    assert scaled_of(result) == {"a": 30, "b": 24, "c": 30}
    assert (result.sections[0].full, result.sections[0].due, result.sections[0].points) == (40, 20, 15)
    assert (result.total, result.grade, result.complete) == (84, "B", True)


def test_rescaling_over_the_whole_total_where_the_scheme_says_so():
    entries = {"a1": given("15"), "a2": NA, "b1": given("24"), "c1": given("30")}
    result = scored(scheme_of(*THREE, not_applicable={"level": "total"}), sheet_of(entries))
    # 69 of 80 due: 69 × 100 ÷ 80 = 86.25, rounded half up 86.3
    assert (result.total_unrounded, result.total) == (Fraction("86.25"), Fraction("86.3"))
    assert sum(scaled_of(result).values()) == Fraction("86.25")


def test_a_wholly_not_applicable_section_is_spread_over_the_total():
    entries = {"a1": NA, "a2": NA, "b1": given("24"), "c1": given("30")}
    result = scored(scheme_of(*THREE), sheet_of(entries))
    # 54 of 60 that apply: × 100 ÷ 60 gives b 40, c 50, together 90
    assert scaled_of(result) == {"a": 0, "b": 40, "c": 50}
    assert result.total == 90
    assert {"section.not_applicable", "sections.spread"} <= set(codes_of(result))


@pytest.mark.parametrize("level", ["section", "total"])
def test_everything_not_applicable_is_no_score_and_no_grade(level):
    bonus = points_item("extra", role="bonus")
    entries = dict.fromkeys(("a1", "a2", "b1", "c1"), NA) | {"extra": given("5")}
    result = scored(scheme_of(*THREE, bonus, not_applicable={"level": level}), sheet_of(entries))
    assert (result.total, result.total_unrounded, result.grade, result.computed_grade) == (None, None, None, None)
    assert "total.none" in codes_of(result)


@pytest.mark.parametrize(("policy", "total"), [("full", 95), ("base", 87), ("zero", 75)])
def test_other_policies_leave_the_section_as_it_is(policy, total):
    # a2 has 20, 12 or 0 of 20 beside 15 + 30 + 30
    items = (THREE[0], points_item("a2", "a", "20", not_applicable=policy, base_points="12"), *THREE[2:])
    entries = {"a1": given("15"), "a2": NA, "b1": given("30"), "c1": given("30")}
    assert scored(scheme_of(*items), sheet_of(entries)).total == total


def test_more_not_applicable_than_the_scheme_allows_is_not_complete():
    entries = {"a1": NA, "a2": given("20"), "b1": given("30"), "c1": given("30")}
    strict = scored(scheme_of(*THREE, not_applicable={"limit_share": "0.15"}), sheet_of(entries))
    assert (strict.complete, strict.provisional) == (False, ("not_applicable_over_limit",))  # 20 of 100
    lenient = scored(scheme_of(*THREE, not_applicable={"limit_share": "0.2"}), sheet_of(entries))
    assert (lenient.complete, lenient.provisional) == (True, ())


# --- open items -----------------------------------------------------------------------------------------------------


def test_while_items_are_open_the_total_is_that_of_what_is_answered():
    entries = {"a1": given("15"), "b1": given("24")}
    result = scored(scheme_of(*THREE), sheet_of(entries))
    # 39 of the 50 points that the two answered items could give
    assert (result.points_so_far, result.due_so_far) == (39, 50)
    assert (result.total, result.grade, result.computed_grade) == (39, None, None)
    assert (result.complete, result.provisional) == (False, ("open_items",))
    assert [section.open_items for section in result.sections] == [1, 0, 1]


def test_a_refused_item_counts_nothing_and_is_not_finished():
    entries = {"a1": given("21"), "a2": given("20"), "b1": given("30"), "c1": given("30")}
    result = scored(scheme_of(*THREE), sheet_of(entries))
    assert result.items["a1"].state is State.REFUSED
    assert (result.total, result.complete, result.grade) == (80, False, None)


def test_an_item_without_points_for_a_class_does_not_exist_there():
    city_only = points_item("city", "a", full="5")
    elsewhere = item_of({"shape": "judge", "minimum": "0", "maximum": "5"}, "else", full={"department": "5"})
    named = points_item("named", "a", "5", bodies=["140402"])
    result = scored(scheme_of(city_only, elsewhere, named), sheet_of({"city": given("5")}, body="140425"))
    assert list(result.items) == ["city"]
    assert result.complete


# --- groups ---------------------------------------------------------------------------------------------------------


GROUPS = [
    {"id": "plus", "title": text("加分"), "role": "bonus", "cap": "5"},
    {"id": "minus", "title": text("扣分"), "role": "penalty", "cap": "4"},
]


def test_bonus_and_penalty_are_capped_by_group_and_never_rescaled():
    items = (
        *THREE,
        points_item("p1", role="bonus", group="plus"),
        points_item("p2", role="bonus", group="plus"),
        points_item("m1", role="penalty", group="minus"),
        points_item("free", role="bonus"),
    )
    entries = {"a1": NA, "a2": given("10"), "b1": given("30"), "c1": given("30")}
    entries |= {"p1": given("3"), "p2": given("4"), "m1": given("6"), "free": given("1.5")}
    result = scored(scheme_of(*items, groups=GROUPS), sheet_of(entries))
    # base: 10 × 40 ÷ 20 + 60 = 80; bonus min(7, 5) + 1.5; penalty max(−6, −4): 80 + 6.5 − 4 = 82.5
    assert {group.group: (group.raw, group.points) for group in result.groups} == {
        "plus": (7, 5),
        "minus": (-6, -4),
        "bonus": (Fraction("1.5"), Fraction("1.5")),
    }
    assert result.total == Fraction("82.5")


def test_repetitions_are_dropped_before_the_cap_and_the_larger_penalty_counts():
    items = [points_item("base", full="100")]
    items += [points_item(name, role="penalty", group="minus", no_dup_key="same") for name in ("m1", "m2")]
    items += [points_item("m3", role="penalty", group="minus")]
    entries = {"base": given("90"), "m1": given("1"), "m2": given("2"), "m3": given("1.5")}
    result = scored(scheme_of(*items, groups=GROUPS), sheet_of(entries))
    # 2 of the two that repeat, and 1.5: −3.5, under the cap of 4
    assert (result.groups[0].points, result.groups[0].dropped) == (Fraction("-3.5"), ("m1",))
    assert result.total == Fraction("86.5")


# --- total and rounding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "places", "rounding", "rounded"),
    [
        ("86.25", 1, "half_up", "86.3"),
        ("86.25", 1, "half_even", "86.2"),
        ("86.35", 1, "half_even", "86.4"),
        ("86.29", 1, "down", "86.2"),
        ("-1.25", 1, "half_up", "-1.3"),
        ("-1.29", 1, "down", "-1.2"),
        ("89.5", 0, "half_up", "90"),
        ("2/3", 2, "half_up", "0.67"),
    ],
)
def test_rounding(number, places, rounding, rounded):
    assert round_total(Fraction(number), places, Rounding(rounding)) == Fraction(rounded)


def test_the_total_is_rounded_once_and_not_its_parts():
    entries = {"a1": given("13.34"), "a2": given("13.34"), "b1": given("26.64"), "c1": given("26.64")}
    # 13.34 + 13.34 + 26.64 + 26.64 = 79.96, rounded 80.0; rounded one by one 13.3 + 13.3 + 26.6 + 26.6 = 79.8
    result = scored(scheme_of(*THREE), sheet_of(entries))
    assert (result.total_unrounded, result.total) == (Fraction("79.96"), 80)


@pytest.mark.parametrize(("tested_on", "grade"), [("rounded", "A"), ("unrounded", "B")])
def test_the_grade_is_tested_on_the_rounded_or_the_unrounded_total(tested_on, grade):
    # 89.95 is 90.0 when rounded
    rule = GRADING["rule"] | {"tested_on": tested_on}
    pinned = scheme_of(points_item("x", full="100"), grading=GRADING | {"rule": rule})
    result = scored(pinned, sheet_of({"x": given("89.95")}))
    assert (result.total, result.grade) == (90, grade)


def test_a_cap_on_the_total_holds_bonus_too_and_rounding_never_lifts_over_it():
    items = (points_item("x", full="100"), points_item("p", role="bonus"))
    entries = {"x": given("98"), "p": given("4")}
    assert scored(scheme_of(*items), sheet_of(entries)).total == 102
    assert scored(scheme_of(*items, total={"cap": "100"}), sheet_of(entries)).total == 100
    # 99.97 would round to 100.0; rounded down under the cap it is 99.9
    odd = scored(scheme_of(*items, total={"cap": "99.97"}), sheet_of(entries))
    assert (odd.total_unrounded, odd.total) == (Fraction("99.97"), Fraction("99.9"))


def test_a_total_never_falls_below_its_floor():
    items = (points_item("x", full="100"), points_item("m", role="penalty"))
    result = scored(scheme_of(*items), sheet_of({"x": given("3"), "m": given("5")}))
    assert (result.total, result.grade) == (0, "D")
    assert "total.floored" in codes_of(result)


# --- grades ---------------------------------------------------------------------------------------------------------


def test_downgrades_add_up_then_caps_then_the_fixed_grade():
    down = gate({"effect": "down", "levels": 1}, item_id="g1")
    again = gate({"effect": "down", "levels": 1}, item_id="g2")
    capped = gate({"effect": "cap_grade", "grade": "B"}, item_id="g3")
    fixed = gate({"effect": "grade", "grade": "D"}, item_id="g4")
    # A lowered by two is C; the cap at B changes nothing
    result = with_gate("95", down, again, capped, fixed, g1=FIRED, g2=FIRED, g3=FIRED, g4=entry_of(occurred=False))
    assert (result.computed_grade, result.grade) == ("A", "C")
    changes = [fact for fact in result.facts if fact.code.startswith("grade.") and "before" in fact.values]
    assert [(fact.values["before"], fact.values["after"]) for fact in changes] == [("A", "B"), ("B", "C"), ("C", "C")]
    veto = with_gate("95", down, again, capped, fixed, g1=FIRED, g2=FIRED, g3=FIRED, g4=FIRED)
    assert veto.grade == "D"


@pytest.mark.parametrize(("points", "grade"), [("23.9", "C"), ("24", "A")])
def test_a_section_minimum_caps_the_grade_on_exact_points(points, grade):
    # 60 % of section a's 40 is 24
    sections = [{"id": name, "title": text(name)} for name in "abc"]
    sections[0] |= {"minimum_share": "0.6", "minimum_grade": "C"}
    items = (points_item("a1", "a", "40"), points_item("b1", "b", "300"), points_item("c1", "c", "30"))
    total = {"full": "370"}
    grading = GRADING | {"rule": {"by": "bands", "bands": [{"grade": "A", "within": {}}]}}
    pinned = scheme_of(*items, sections=sections, total=total, grading=grading)
    entries = {"a1": given(points), "b1": given("300"), "c1": given("30")}
    assert scored(pinned, sheet_of(entries)).grade == grade
    assert scored(pinned, sheet_of(entries | {"a1": NA})).grade == "A", "wholly not applicable: out of the test"


@pytest.mark.parametrize(("points", "grade"), [("5.99", "C"), ("6", "A"), (None, "A")])
def test_a_key_item_caps_the_grade_and_is_out_of_the_test_when_not_applicable(points, grade):
    key = points_item("key", key_item={"minimum_share": "0.6", "grade": "C"})
    pinned = scheme_of(key, points_item("x", full="90"))
    entry = NA if points is None else given(points)
    assert scored(pinned, sheet_of({"key": entry, "x": given("90")})).grade == grade


BY_RANK = GRADING | {
    "rule": {"by": "rank", "places": [{"grade": "A", "first": 1, "last": 2}, {"grade": "B", "first": 3}]}
}


@pytest.mark.parametrize(
    ("place", "sharing", "ties", "grade"),
    [(2, 1, "first", "A"), (3, 1, "first", "B"), (2, 2, "first", "A"), (2, 2, "worst", "B")],
)
def test_grade_by_rank(place, sharing, ties, grade):
    # the first two are A, the rest B; two share place 2, so the last of them stands on 3
    grading = BY_RANK | {"rule": BY_RANK["rule"] | {"ties": ties}}
    pinned = scheme_of(points_item("x", full="100"), grading=grading)
    ranked = {"place": place, "sharing_place": sharing, "placed": 13}
    closed = scored(pinned, sheet_of({"x": given("70")}, **ranked, round_closed=True))
    assert (closed.grade, closed.provisional) == (grade, ())
    still_open = scored(pinned, sheet_of({"x": given("70")}, **ranked))
    assert (still_open.grade, still_open.provisional) == (grade, ("grade_rank",))


def test_a_grade_by_rank_waits_for_the_place():
    pinned = scheme_of(points_item("x", full="100"), grading=BY_RANK)
    result = scored(pinned, sheet_of({"x": given("70")}))
    assert (result.total, result.grade, result.provisional) == (70, None, ("grade_rank",))
    assert "grade.rank_open" in codes_of(result)


def test_the_provisional_marks_of_items_are_the_sheets():
    ranked = item_of({"shape": "rank", "table": [{"first": 1, "points": "100"}]}, full="100")
    result = scored(scheme_of(ranked), sheet_of({"x": entry_of(value="1", of="13", source="通报")}))
    assert result.provisional == ("rank",)
    assert result.complete, "provisional, but nothing is missing"
