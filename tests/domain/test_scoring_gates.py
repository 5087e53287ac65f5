"""Gates: every condition and effect, confirmation, and what the result looks like before it."""

from fractions import Fraction

import pytest

from qassess.domain.score_sheet import State
from qassess.domain.scoring import score_item
from tests.domain.scoring_builders import (
    codes,
    entry_of,
    gate,
    given,
    not_applicable,
    points_item,
    scheme_of,
    scored,
    sheet_of,
    text,
    with_gate,
)

NA = not_applicable()
FLAG = {"when": "flag"}
FIRED = entry_of(occurred=True, confirmed_by="王强")


@pytest.mark.parametrize(
    ("effect", "points", "total", "grade"),
    [
        ({"effect": "grade", "grade": "D"}, "95", 95, "D"),
        ({"effect": "down", "levels": 2}, "95", 95, "C"),
        ({"effect": "down", "levels": 9}, "95", 95, "D"),  # no grade below the last
        ({"effect": "cap_grade", "grade": "B"}, "95", 95, "B"),
        ({"effect": "cap_grade", "grade": "B"}, "70", 70, "C"),  # a cap never lifts
        ({"effect": "grade", "grade": "C"}, "50", 50, "D"),  # nor does a fixed grade: the worst stands
        ({"effect": "cap_total", "total": "79.9"}, "95", Fraction("79.9"), "C"),
        ({"effect": "cap_total", "total": "79.96"}, "95", Fraction("79.9"), "C"),  # 80.0 would be a B
        ({"effect": "zero_section", "section": "s"}, "95", 0, "D"),
    ],
)
def test_every_effect_of_a_confirmed_gate(effect, points, total, grade):
    result = with_gate(points, gate(effect), gate=FIRED)
    assert (result.total, result.grade) == (total, grade)
    assert result.gates[0].in_force
    calm = with_gate(points, gate(effect), gate=entry_of(occurred=False))
    assert (calm.total, calm.complete) == (Fraction(points), True)


def test_an_unconfirmed_gate_is_not_in_force_and_leaves_the_result_open():
    result = with_gate("95", gate({"effect": "grade", "grade": "D"}), gate=entry_of(occurred=True, confirmed_by=" "))
    assert (result.grade, result.complete, result.provisional) == ("A", False, ("unconfirmed_gate",))
    assert (result.gates[0].occurred, result.gates[0].confirmed, result.gates[0].in_force) == (True, False, False)


def test_a_gate_without_an_answer_is_stated_and_leaves_the_result_open():
    result = with_gate("95", gate({"effect": "grade", "grade": "D"}))
    assert (result.gates[0].occurred, result.items["gate"].state) == (None, State.OPEN)
    assert (result.grade, result.complete, result.provisional) == ("A", False, ("open_gates",))


def test_a_gate_is_stated_and_never_left_out_as_not_applicable():
    veto = {"effect": "grade", "grade": "D"}
    for kind in (
        gate(veto),
        gate(veto, number("n", "<", "72")),
        gate(veto, {"when": "share", "item": "x", "bound": {"comparator": "<", "value": "0.5"}}),
    ):
        result = with_gate("95", kind, gate=NA)
        assert (result.gates[0].occurred, result.items["gate"].state) == (None, State.REFUSED)
        assert codes(result.items["gate"]) == ["refused.answer.gate_not_applicable"]
        assert (result.complete, result.provisional) == (False, ("open_gates",))


def number(condition_id: str, comparator: str, value: str, **measure) -> dict:
    bound = {"comparator": comparator, "value": value}
    kind = {"kind": "percent", "unit": "%"} | measure
    return {"when": "number", "id": condition_id, "label": text(condition_id), "measure": kind, "bound": bound}


@pytest.mark.parametrize(("value", "grade"), [("71.9", "D"), ("72", "A")])
def test_a_gate_on_a_number(value, grade):
    # 满意率低于72
    low = gate({"effect": "grade", "grade": "D"}, number("satisfied", "<", "72"))
    result = with_gate("95", low, gate=entry_of(measured={"satisfied": {"value": value}}, confirmed_by="王强"))
    assert result.grade == grade


def test_any_and_all_conditions_and_what_is_still_unknown():
    deaths = number("deaths", ">=", "3", kind="count", unit="人")
    for match, occurred, count, happened in (
        ("any", False, "3", True),
        ("any", False, "2", False),
        ("any", True, None, True),  # one condition that is met decides
        ("any", False, None, None),
        ("all", True, "3", True),
        ("all", True, "2", False),
        ("all", False, None, False),  # one that is not met decides
        ("all", True, None, None),
    ):
        both = gate({"effect": "down", "levels": 1}, FLAG, deaths, match=match)
        measured = {"deaths": {"count": count}} if count else None
        entry = entry_of(**{"occurred": occurred} | ({"measured": measured} if measured else {}))
        assert with_gate("95", both, gate=entry).gates[0].occurred is happened, (match, occurred, count)


def test_a_gate_refuses_what_it_does_not_ask():
    veto = gate({"effect": "grade", "grade": "D"}, number("rate", "<", "72"))
    assert with_gate("95", veto, gate=entry_of(measured={"rate": {"value": "x"}})).items["gate"].state is State.REFUSED
    assert with_gate("95", veto, gate=entry_of(measured={"other": {"value": "1"}})).items["gate"].state is State.REFUSED
    assert with_gate("95", gate({"effect": "down"}), gate=entry_of(value="1")).items["gate"].state is State.REFUSED


def test_a_minimum_inside_an_item_is_a_gate_on_its_share():
    # 本项低于60%为不合格: 5.9 of 10 is below, 6 is not; it needs no answer, only the confirmation
    share = {"when": "share", "item": "a", "bound": {"comparator": "<", "value": "0.6"}}
    items = (points_item("a"), points_item("x", full="90"), gate({"effect": "grade", "grade": "D"}, share))
    pinned = scheme_of(*items)
    confirmed = entry_of(confirmed_by="王强")
    low = scored(pinned, sheet_of({"a": given("5.9"), "x": given("90"), "gate": confirmed}))
    assert (low.total, low.computed_grade, low.grade) == (Fraction("95.9"), "A", "D")
    assert low.items["gate"] == score_item(
        pinned.scheme, items[2], "county", sheet_of({"a": given("5.9"), "gate": confirmed})
    )
    enough = scored(pinned, sheet_of({"a": given("6"), "x": given("90")}))
    assert (enough.grade, enough.gates[0].occurred, enough.complete) == ("A", False, True)
    excused = scored(pinned, sheet_of({"a": NA, "x": given("90")}))
    assert excused.gates[0].occurred is False
    assert scored(pinned, sheet_of({"x": given("90")})).gates[0].occurred is None


def test_a_zeroed_section_counts_nothing_and_its_weight_is_not_spread():
    three = (points_item("a1", "a", "40"), points_item("b1", "b", "30"), points_item("c1", "c", "30"))
    pinned = scheme_of(*three, gate({"effect": "zero_section", "section": "a"}))
    entries = {"a1": given("40"), "b1": given("24"), "c1": given("30"), "gate": FIRED}
    result = scored(pinned, sheet_of(entries))
    assert {section.section: section.scaled for section in result.sections} == {"a": 0, "b": 24, "c": 30, "s": 0}
    assert result.sections[0].points == 40
    assert result.total == 54
