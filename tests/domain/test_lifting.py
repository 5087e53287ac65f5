"""What would lift the grade, held against trying every set of items."""

from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from qassess.domain.answers import AnswerSheet, Entry
from qassess.domain.exact import exact_to_text
from qassess.domain.lifting import Lift, lift
from qassess.domain.scheme import Item, PinnedScheme, Role
from qassess.domain.score_sheet import State
from qassess.domain.scoring import score
from tests.domain.scoring_builders import (
    GRADING,
    entry_of,
    gate,
    given,
    not_applicable,
    points_item,
    scheme_of,
    sheet_of,
    text,
)


def lifted(pinned: PinnedScheme, sheet: AnswerSheet) -> Lift | None:
    return lift(pinned, sheet, score(pinned, sheet))


def ids(found: Lift | None) -> list[str]:
    assert found is not None
    return [gain.item for gain in found.items]


def hundred(*points: str, **fields) -> tuple[PinnedScheme, AnswerSheet]:
    """Ten items of 10 points in one section."""
    items = [points_item(f"i{place}", **fields.pop(f"i{place}", {})) for place in range(len(points))]
    return scheme_of(*items, **fields), sheet_of({f"i{place}": given(known) for place, known in enumerate(points)})


def test_the_largest_gains_first_and_no_more_than_needed() -> None:
    found = lifted(*hundred("9", "8", "4", "6", "9", "9", "10", "10", "10", "10"))
    assert found is not None
    assert found.to == "A"
    assert [(gain.item, gain.points) for gain in found.items] == [("i2", Fraction(6))]


def test_a_gain_is_told_after_rescaling() -> None:
    pinned, sheet = hundred("9", "8", "4", "6", "9", "9", "10", "10", "10", "10")
    out = AnswerSheet(body="b", body_class="county", year=2024, entries={**sheet.entries, "i9": not_applicable()})
    found = lifted(pinned, out)
    assert found is not None
    assert found.items[0].points == Fraction(6) * Fraction(100, 90)


@pytest.mark.parametrize("points", [("10",) * 10, ("9.5",) * 10])
def test_the_best_grade_cannot_be_lifted(points) -> None:
    assert lifted(*hundred(*points)) is None


def test_without_a_grade_there_is_nothing_to_lift() -> None:
    pinned, sheet = hundred(*("8",) * 10)
    part = {known: entry for known, entry in sheet.entries.items() if known != "i3"}
    assert lifted(pinned, sheet_of(part)) is None


def test_a_key_item_below_its_minimum_is_among_them_although_it_gains_least() -> None:
    key = {"key_item": {"minimum_share": "0.96", "grade": "B"}}
    found = lifted(*hundred("9.5", "9", "10", "10", "10", "10", "10", "10", "10", "10", i0=key))
    assert ids(found) == ["i0"]


def test_a_section_minimum_takes_items_of_that_section() -> None:
    items = [points_item(f"a{place}", "a") for place in range(2)] + [
        points_item(f"b{place}", "b") for place in range(8)
    ]
    sections = [
        {"id": "a", "title": text("a"), "minimum_share": "0.8", "minimum_grade": "B"},
        {"id": "b", "title": text("b")},
    ]
    pinned = scheme_of(*items, sections=sections)
    entries = {"a0": given("7"), "a1": given("8")} | {f"b{place}": given("10") for place in range(8)}
    found = lifted(pinned, sheet_of(entries))
    assert ids(found) == ["a0"]


def test_a_veto_is_said_instead_of_items() -> None:
    items = [points_item(f"i{place}") for place in range(10)]
    veto = gate({"effect": "grade", "grade": "D"})
    entries = {item.id: given("9") for item in items} | {"gate": entry_of(occurred=True, confirmed_by="王强")}
    found = lifted(scheme_of(*items, veto), sheet_of(entries))
    assert found is not None
    assert found.items == ()
    assert [known.code for known in found.held_by] == ["grade.fixed"]


def test_a_downgrade_asks_for_a_better_band() -> None:
    items = [points_item(f"i{place}") for place in range(10)]
    down = gate({"effect": "down", "levels": 1})
    confirmed = {"gate": entry_of(occurred=True, confirmed_by="王强")}
    low = lifted(scheme_of(*items, down), sheet_of({item.id: given("8.5") for item in items} | confirmed))
    assert low is not None
    assert (low.to, len(low.items)) == ("B", 4)
    top = lifted(scheme_of(*items, down), sheet_of({item.id: given("9.5") for item in items} | confirmed))
    assert top is not None
    assert (top.to, top.items, [known.code for known in top.held_by]) == ("A", (), ["grade.down"])


def test_a_gate_on_two_shares_takes_one_of_them() -> None:
    items = [points_item(f"i{place}") for place in range(10)]
    low = [{"when": "share", "item": name, "bound": {"comparator": "<", "value": "0.97"}} for name in ("i0", "i1")]
    both = gate({"effect": "cap_grade", "grade": "B"}, *low, match="all")
    entries = {item.id: given("10") for item in items} | {"i0": given("9.5"), "i1": given("9.6"), "i2": given("9")}
    entries["gate"] = entry_of(confirmed_by="王强")
    found = lifted(scheme_of(*items, both), sheet_of(entries))
    assert ids(found) == ["i0"]


def test_ranks_are_no_matter_of_points() -> None:
    rank = GRADING | {
        "rule": {"by": "rank", "places": [{"grade": "A", "first": 1, "last": 1}, {"grade": "B", "first": 2}]}
    }
    pinned, sheet = hundred(*("8",) * 10, grading=rank)
    placed = sheet_of(dict(sheet.entries), place=2, placed=3, round_closed=True)
    assert score(pinned, placed).grade == "B"
    assert lifted(pinned, placed) is None


SHARES = st.sampled_from(["0.5", "0.8", "0.95"])


@st.composite
def small_cases(draw) -> tuple[PinnedScheme, AnswerSheet]:
    """Up to seven items in two sections, with minimums, key items, a downgrade and a gate on shares now and then."""
    fulls = draw(st.lists(st.integers(2, 20), min_size=2, max_size=7))
    items: list[Item] = []
    entries: dict[str, Entry] = {}
    for place, full in enumerate(fulls):
        key = (
            {"minimum_share": draw(SHARES), "grade": draw(st.sampled_from("BC"))}
            if draw(st.integers(0, 3)) == 0
            else None
        )
        items.append(points_item(f"i{place}", "ab"[place % 2], str(full), **({"key_item": key} if key else {})))
        entries[f"i{place}"] = (
            not_applicable() if draw(st.integers(0, 8)) == 0 else given(str(draw(st.integers(0, full))))
        )
    sections = [
        {"id": name, "title": text(name)}
        | ({"minimum_share": draw(SHARES), "minimum_grade": draw(st.sampled_from("BC"))} if draw(st.booleans()) else {})
        for name in "ab"
    ]
    effects = [
        {"effect": "down", "levels": 1},
        {"effect": "cap_grade", "grade": "B"},
        {"effect": "cap_total", "total": "85"},
    ]
    if draw(st.booleans()):
        shares = [
            {"when": "share", "item": name, "bound": {"comparator": "<", "value": draw(SHARES)}}
            for name in ("i0", "i1")
        ]
        items.append(gate(draw(st.sampled_from(effects)), *shares, match=draw(st.sampled_from(["any", "all"]))))
        entries["gate"] = entry_of(confirmed_by="王强")
    if draw(st.integers(0, 3)) == 0:
        items.append(gate(draw(st.sampled_from(effects)), item_id="flag"))
        entries["flag"] = entry_of(occurred=True, confirmed_by="王强")
    level = draw(st.sampled_from(["section", "total"]))
    whole = sum(fulls)
    fields = {"not_applicable": {"level": level}, "total": {"full": str(whole)}, "grading": bands(whole)}
    return scheme_of(*items, sections=sections, **fields), sheet_of(entries)


def bands(full: int) -> dict:
    """Let the grades lie in the range of these few points."""
    top, good, fair = (exact_to_text(Fraction(share * full, 100)) for share in (90, 80, 60))
    within = {"A": {"low": top}, "B": {"low": good, "high": top}, "C": {"low": fair, "high": good}, "D": {"high": fair}}
    return GRADING | {
        "rule": {"by": "bands", "bands": [{"grade": grade, "within": part} for grade, part in within.items()]}
    }


def brute_force(pinned: PinnedScheme, sheet: AnswerSheet) -> int | None:
    """Return how many items it takes, trying every set; ``None`` when all together do not reach it."""
    scored = score(pinned, sheet)
    order = [known.id for known in pinned.scheme.grading.grades]
    better = order[: order.index(scored.grade or "")]
    base = [
        item
        for item in pinned.scheme.items
        if item.role is Role.BASE
        and scored.items[item.id].state is State.SCORED
        and (scored.items[item.id].points or 0) < scored.items[item.id].due
    ]
    for chosen in chain.from_iterable(combinations(base, size) for size in range(1, len(base) + 1)):
        raised = {item.id: given(str(item.full)) for item in chosen}
        tried = AnswerSheet(body="b", body_class="county", year=2024, entries={**sheet.entries, **raised})
        if score(pinned, tried).grade in better:
            return len(chosen)
    return None


@settings(max_examples=150, deadline=None)
@for_all(small_cases())
def test_as_few_as_trying_every_set(case) -> None:
    pinned, sheet = case
    before = score(pinned, sheet)
    found = lift(pinned, sheet, before)
    if found is None:
        assert before.grade in (None, "A")
        return
    assert brute_force(pinned, sheet) == (len(found.items) or None)
    raised = {
        gain.item: given(str(item.full)) for gain in found.items for item in pinned.scheme.items if item.id == gain.item
    }
    after = score(pinned, sheet_of({**sheet.entries, **raised}))
    order = [known.id for known in pinned.scheme.grading.grades]
    if found.items:
        assert order.index(after.grade or "") <= order.index(found.to)
    if not found.items:
        assert found.held_by
