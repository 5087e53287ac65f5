"""What the results show beside the ranking: shares, weak items, items on which a place hangs."""

from dataclasses import replace
from fractions import Fraction

from qassess.domain.ranking import rank
from qassess.domain.results import closing_obstacles, item_results, losses, pivots, section_results, weak_items
from tests.domain.ranking_builders import contender
from tests.domain.scoring_builders import entry_of, gate, given, item_of, not_applicable, points_item, scheme_of

STEP = {
    "shape": "step",
    "measure": {"kind": "percent", "unit": "%"},
    "step": "1",
    "deduct_per_step": "1",
}
SCHEME = scheme_of(
    points_item("judged", "one", "30"),
    item_of(STEP, "rate", section="one", full="20", target={"value": "95"}),
    points_item("other", "two", "50"),
)


def entries(judged, rate, other):
    return {"judged": given(judged), "rate": entry_of(value=rate), "other": given(other)}


def table_of(**bodies):
    (table,) = rank([contender(name, held, scheme=SCHEME) for name, held in bodies.items()])
    return table


def test_a_share_is_points_of_what_applies():
    held = entries("15", "90", "40") | {"rate": not_applicable()}
    table = table_of(a=held)
    one, two = section_results(table, table.lines[0])
    assert (one.points, one.due, one.share, one.scaled) == (15, 30, Fraction(1, 2), 25)
    assert (two.points, two.due, two.share) == (40, 50, Fraction(4, 5))


def test_a_section_wholly_not_applicable_has_no_share_and_a_zeroed_one_0():
    held = entries("15", "90", "40") | {"rate": not_applicable(), "judged": not_applicable()}
    table = table_of(a=held)
    assert section_results(table, table.lines[0])[0].share is None
    zeroing = gate({"effect": "zero_section", "section": "two"}, item_id="g")
    scheme = replace(
        SCHEME, scheme=replace(SCHEME.scheme, items=(*SCHEME.scheme.items, replace(zeroing, section="two")))
    )
    fired = entries("15", "90", "40") | {"g": entry_of(occurred=True, confirmed_by="王强")}
    (table,) = rank([contender("a", fired, scheme=scheme)])
    two = section_results(table, table.lines[0])[1]
    assert (two.points, two.share) == (40, 0)


def test_losses_are_ordered_by_points():
    table = table_of(a=entries("28", "90", "10"))
    assert [(known.item.id, known.lost, known.code) for known in losses(table.lines[0])] == [
        ("other", 40, "2.1"),
        ("rate", 5, "1.2"),
        ("judged", 2, "1.1"),
    ]


def test_weak_items_come_by_the_mean_share_over_the_bodies_they_apply_to():
    table = table_of(
        a=entries("30", "95", "25"),
        b=entries("15", "90", "50"),
        c=entries("15", "95", "50") | {"rate": not_applicable()},
    )
    weak = weak_items(table)
    # judged: (1 + ½ + ½) ÷ 3; other: (½ + 1 + 1) ÷ 3; rate: (1 + ¾) ÷ 2, c is not asked
    assert [(known.item.id, known.share, known.lost, known.bodies) for known in weak] == [
        ("judged", Fraction(2, 3), 30, 3),
        ("other", Fraction(5, 6), 25, 3),
        ("rate", Fraction(7, 8), 5, 2),
    ]
    assert weak[1].worst.id == "a"


def test_a_place_hangs_on_the_items_that_would_move_it():
    # a 95, b 90: b lost 4 on the rate, 3 by judgement, 3 on other; only together would they pass a
    table = table_of(a=entries("30", "95", "45"), b=entries("27", "91", "47"))
    assert pivots(table, table.lines[1]) == ()
    # b 93: lost 2 by judgement, 5 on other; with either of them it would reach or pass a's 95
    table = table_of(a=entries("30", "95", "45"), b=entries("28", "95", "45"))
    found = [(known.item.id, known.lost, known.place, known.discretion) for known in pivots(table, table.lines[1])]
    assert found == [("other", 5, 1, True), ("judged", 2, 1, True)]


def test_a_measured_item_is_no_discretion_unless_somebody_adjusted_it():
    table = table_of(a=entries("30", "95", "45"), b=entries("30", "90", "45"))
    assert [known.discretion for known in pivots(table, table.lines[1]) if known.item.id == "rate"] == [False]
    adjusted = entry_of(value="90", adjustment={"points": "14", "reason": "复核"})
    table = table_of(a=entries("30", "95", "45"), b=entries("30", "90", "45") | {"rate": adjusted})
    assert [known.discretion for known in pivots(table, table.lines[1]) if known.item.id == "rate"] == [True]


def test_a_body_without_a_place_has_no_pivots():
    table = table_of(a=entries("30", "95", "45"), b={"judged": given("1")})
    assert pivots(table, table.lines[1]) == ()


def test_the_drill_down_shows_every_item_with_what_was_entered():
    table = table_of(a=entries("28", "90", "10"))
    shown = item_results(table.lines[0])
    assert [(known.code, known.item.id, known.entry.answer is not None) for known in shown] == [
        ("1.1", "judged", True),
        ("1.2", "rate", True),
        ("2.1", "other", True),
    ]
    assert shown[1].section.id == "one"


def test_a_round_cannot_be_closed_over_results_that_are_not_final():
    table = table_of(a=entries("30", "95", "45"), b={"judged": given("1")})
    assert [line.body.id for line in closing_obstacles(table)] == ["b"]
