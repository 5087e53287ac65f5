"""Places, ties, grades by place and what keeps a result from being final: worked out by hand."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given as always
from hypothesis import strategies as st

from qassess.domain.ranking import Block, LineState, closing_fingerprint, rank
from tests.domain.ranking_builders import ONE_ITEM, by_rank, contender, signed, with_points
from tests.domain.scoring_builders import entry_of, gate, given, item_of, points_item, scheme_of, text


def only(tables):
    (table,) = tables
    return table


def places(table):
    return {line.body.id: line.place for line in table.lines}


def grades(table):
    return {line.body.id: line.grade for line in table.lines}


def codes(line):
    return [block.code for block in line.blocks]


APART = (*signed("leader"), replace(signed("representative")[0], digest="e" * 64))
FIVE = [with_points(name, points) for name, points in zip("abcde", ("90", "95", "90", "80", "70"), strict=True)]


def test_the_best_comes_first_and_after_a_tie_places_are_left_out():
    table = only(rank(FIVE))
    assert [line.body.id for line in table.lines] == ["b", "a", "c", "d", "e"]
    assert places(table) == {"b": 1, "a": 2, "c": 2, "d": 4, "e": 5}
    assert [line.sharing for line in table.lines] == [1, 2, 2, 1, 1]
    assert table.placed == table.publishable == 5


def test_distances_to_the_neighbours_are_exact_and_skip_those_on_the_same_place():
    lines = {line.body.id: line for line in only(rank(FIVE)).lines}
    assert (lines["b"].ahead, lines["b"].behind) == (None, 5)
    assert (lines["a"].ahead, lines["a"].behind) == (5, 10)
    assert (lines["e"].ahead, lines["e"].behind) == (10, None)


def test_the_next_grade_and_what_is_missing_to_it():
    lines = {line.body.id: line for line in only(rank(FIVE)).lines}
    assert (lines["a"].grade, lines["a"].next_grade) == ("A", None)
    assert (lines["d"].grade, lines["d"].next_grade, lines["d"].to_next_grade) == ("B", "A", 10)


def test_under_a_cap_points_do_not_lead_to_the_next_grade():
    scheme = scheme_of(points_item("x", "s", "100"), gate({"effect": "cap_grade", "grade": "C"}, item_id="g"))
    entries = {"x": given("85"), "g": entry_of(occurred=True, confirmed_by="王强")}
    (line,) = only(rank([contender("a", entries, scheme=scheme)])).lines
    assert (line.grade, line.next_grade, line.to_next_grade) == ("C", None, None)


def test_totals_equal_only_after_rounding_share_a_place_and_say_so():
    table = only(rank([with_points("a", "86.34"), with_points("b", "86.25"), with_points("c", "86.2")]))
    assert places(table) == {"a": 1, "b": 1, "c": 3}
    assert [line.total for line in table.lines] == [Fraction("86.3"), Fraction("86.3"), Fraction("86.2")]
    assert [line.by_rounding for line in table.lines] == [True, True, False]


def test_counties_and_departments_and_departments_of_different_governments_are_ranked_apart():
    tables = rank(
        [
            with_points("a", "90"),
            with_points("zhijian", "80", kind="department"),
            with_points("a/zhijian", "70", kind="department", parent="a"),
        ]
    )
    assert [(table.kind, table.parent, len(table.lines)) for table in tables] == [
        ("county", "140400", 1),
        ("department", "140400", 1),
        ("department", "a", 1),
    ]
    assert all(table.comparable and table.lines[0].place == 1 for table in tables)


def test_another_version_of_the_scheme_is_not_comparable_and_ranked_apart():
    newer = replace(ONE_ITEM, sha256="1" * 64)
    tables = rank([*FIVE, with_points("f", "99", scheme=newer)])
    assert [(len(table.lines), table.comparable) for table in tables] == [(5, False), (1, False)]
    assert places(tables[1]) == {"f": 1}


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        # totals 95, 90, 90, 80, 70: places 1, 2, 2, 4, 5; the tied pair stands on places 2 and 3
        ("first", {"b": "A", "a": "A", "c": "A", "d": "B", "e": "C"}),
        ("worst", {"b": "A", "a": "B", "c": "B", "d": "B", "e": "C"}),
    ],
)
def test_grade_by_place_follows_the_schemes_rule_for_ties(ties, expected):
    contenders = [replace(known, scheme=by_rank(ties)) for known in FIVE]
    table = only(rank(contenders))
    assert grades(table) == expected
    assert all(codes(line) == ["result.round_open"] for line in table.lines)


def test_a_closed_round_is_final_and_any_change_opens_it_again():
    contenders = [replace(known, scheme=by_rank("first")) for known in FIVE]
    fingerprint = closing_fingerprint(contenders)
    table = only(rank(contenders, closed=frozenset({fingerprint})))
    assert table.closed
    assert table.publishable == 5
    assert all("grade_rank" not in line.sheet.provisional for line in table.lines)
    changed = [*contenders[:-1], replace(contenders[-1], revisions=("ff" * 32,))]
    assert not only(rank(changed, closed=frozenset({fingerprint}))).closed


def test_an_unfinished_body_has_no_place_and_moves_nobody():
    scheme = scheme_of(points_item("x", "s", "50"), points_item("y", "s", "50"))
    whole = contender("a", {"x": given("20"), "y": given("20")}, scheme=scheme)
    part = contender("b", {"x": given("50")}, scheme=scheme)
    table = only(rank([part, whole]))
    assert places(table) == {"a": 1, "b": None}
    last = table.lines[-1]
    assert (last.state, last.total, last.ahead) == (LineState.INCOMPLETE, 50, None)
    assert last.blocks == (Block("result.incomplete", {"open": 1, "asked": 2}),)


def test_everything_not_applicable_is_no_score_and_no_place():
    (line,) = only(rank([contender("a", {"x": entry_of(not_applicable="没有")})])).lines
    assert (line.place, line.total, line.state) == (None, None, LineState.INCOMPLETE)
    assert codes(line) == ["result.no_score"]


@pytest.mark.parametrize(
    ("fields", "state", "expected"),
    [
        ({}, LineState.SIGNED, []),
        ({"signatures": ()}, LineState.UNSIGNED, [Block("result.unsigned")]),
        (
            {"signatures": signed("leader", "member")},
            LineState.UNSIGNED,
            [Block("result.signature_missing", {"role": "representative"})],
        ),
        ({"changed": ("x",)}, LineState.UNSIGNED, [Block("result.changed_since_signed", {"count": 1})]),
        ({"signatures": APART}, LineState.UNSIGNED, [Block("result.signed_apart")]),
        ({"conflicts": ("x", "")}, LineState.CONFLICT, [Block("result.conflict", {"count": 2})]),
    ],
)
def test_what_stands_in_the_way_of_publishing(fields, state, expected):
    (line,) = only(rank([with_points("a", "90", **fields)])).lines
    assert (line.place, line.state, list(line.blocks)) == (1, state, expected)


def test_a_veto_waiting_for_its_second_person_blocks():
    scheme = scheme_of(points_item("x", "s", "100"), gate({"effect": "grade", "grade": "D"}, item_id="g"))
    entries = {"x": given("95"), "g": entry_of(occurred=True)}
    (line,) = only(rank([contender("a", entries, scheme=scheme)])).lines
    assert "result.unconfirmed_gate" in codes(line)


PERCENT = {"kind": "percent", "unit": "%"}


def relative(reference):
    """Return an item of 100 points, one less for each point under a reference of the round."""
    rule = {"shape": "step", "measure": PERCENT, "step": "1", "deduct_per_step": "1"}
    return item_of(rule, full="100", section="s", target={"reference": reference})


def test_the_mean_of_a_round_is_computed_exactly_over_its_bodies():
    scheme = scheme_of(relative("round_mean"))
    values = {"a": "90", "b": "92", "c": "93.5"}
    table = only(rank([contender(name, {"x": entry_of(value=value)}, scheme=scheme) for name, value in values.items()]))
    # mean 275.5 ÷ 3 = 91 5/6: c and b stand above it, a is 11/6 points under it
    assert table.references[0].value == Fraction(551, 6)
    points = {line.body.id: line.sheet.items["x"].points for line in table.lines}
    assert points == {"a": 100 - Fraction(11, 6), "b": 100, "c": 100}
    assert all("result.round_open" in codes(line) for line in table.lines)


def test_the_best_of_a_round_replaces_what_was_entered_for_it():
    scheme = scheme_of(relative("round_best"))
    entries = {"x": entry_of(value="90", references={"round_best": {"value": "99", "source": "估计"}})}
    other = contender("b", {"x": entry_of(numerator="19", denominator="20")}, scheme=scheme)
    table = only(rank([contender("a", entries, scheme=scheme), other], say_source=lambda count: f"{count} bodies"))
    assert {line.body.id: line.total for line in table.lines} == {"b": 100, "a": 95}
    told = table.lines[1].sheet.items["x"].derivation
    assert any(fact.values.get("source") == "2 bodies" for fact in told)


def test_the_lowest_is_best_where_less_is_better_and_who_has_no_number_takes_no_part():
    measure = PERCENT | {"better": "lower"}
    rule = {"shape": "step", "measure": measure, "step": "1", "deduct_per_step": "1"}
    item = item_of(rule, full="100", section="s", target={"comparator": "<=", "reference": "round_best"})
    scheme = scheme_of(item)
    entries = {"a": {"x": entry_of(value="3")}, "b": {"x": entry_of(value="5")}, "c": {"x": entry_of(value="?")}}
    table = only(rank([contender(name, held, scheme=scheme) for name, held in entries.items()]))
    (reference,) = table.references
    assert (reference.value, reference.bodies) == (3, 2)
    assert places(table) == {"a": 1, "b": 2, "c": None}


def test_references_of_parts_and_instances_are_found_where_they_are_asked():
    part = {"shape": "step", "measure": PERCENT, "step": "1", "deduct_per_step": "1"}
    rule = {
        "shape": "composite",
        "parts": [{"id": "p", "label": text("p"), "full": "100", "rule": part, "target": {"reference": "round_mean"}}],
    }
    item = item_of(rule, full="100", section="s", instances={"label": text("断面"), "combine": "mean"})

    def sections(*values):
        return entry_of(instances=[{"label": value, "answer": {"parts": {"p": {"value": value}}}} for value in values])

    scheme = scheme_of(item)
    contenders = [
        contender("a", {"x": sections("90", "94")}, scheme=scheme),
        contender("b", {"x": sections("96")}, scheme=scheme),
    ]
    table = only(rank(contenders))
    # a's own mean 92, b's 96: each body counts once, so the round's mean is 94
    assert [(known.key, known.value) for known in table.references] == [("p:round_mean", 94)]
    # a: (96 + 100) ÷ 2 = 98; b: 100
    assert {line.body.id: line.total for line in table.lines} == {"b": 100, "a": 98}


POINTS = st.lists(st.integers(0, 1000).map(lambda tenths: str(Fraction(tenths, 10))), min_size=1, max_size=12)


def decimals(points):
    return str(float(Fraction(points)))


@always(POINTS, st.randoms())
def test_the_order_of_arrival_changes_nothing_and_places_are_what_they_say(points, randomly):
    contenders = [with_points(f"b{number:02}", decimals(each)) for number, each in enumerate(points)]
    shuffled = list(contenders)
    randomly.shuffle(shuffled)
    table = only(rank(contenders))
    assert only(rank(shuffled)).lines == table.lines
    totals = [line.total for line in table.lines]
    assert totals == sorted(totals, reverse=True)
    for line in table.lines:
        assert line.place == 1 + sum(other > line.total for other in totals)
        assert line.sharing == totals.count(line.total)
        assert line.ahead is None or line.total + line.ahead in totals
        assert line.behind is None or line.total - line.behind in totals
