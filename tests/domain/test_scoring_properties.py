"""What holds for every rule and every answer: bounds, sums, order, equality of numbers, and sameness."""

from fractions import Fraction

from hypothesis import given as for_all
from hypothesis import strategies as st

from qassess.domain.exact import exact_to_text
from qassess.domain.score_sheet import State
from qassess.domain.scoring import score
from tests.domain.scoring_builders import (
    entry_of,
    given,
    item_of,
    not_applicable,
    points_item,
    scheme_of,
    score_one,
    scored,
    sheet_of,
    text,
)


def decimals(low: int, high: int, places: int = 2) -> st.SearchStrategy[str]:
    scale = 10**places
    return st.integers(low * scale, high * scale).map(lambda whole: exact_to_text(Fraction(whole, scale)))


POSITIVE = decimals(0, 20).filter(lambda number: number != "0")
BETTER = st.sampled_from(["higher", "lower"])
VALUES = decimals(0, 200)


def measure(better: str) -> dict:
    return {"kind": "raw", "better": better}


@st.composite
def steps(draw) -> tuple[str, dict, dict]:
    better = draw(BETTER)
    rule = {
        "shape": "step",
        "measure": measure(better),
        "step": draw(POSITIVE),
        "deduct_per_step": draw(decimals(0, 5)),
        "award_per_step": draw(decimals(0, 5)),
        "partial_step": draw(st.sampled_from(["ceil", "floor", "linear"])),
        "base_points": draw(decimals(0, 10)),
        "cap": draw(decimals(10, 15)),
    }
    if draw(st.booleans()):
        rule["zero_beyond"] = {"comparator": "<" if better == "higher" else ">", "value": draw(VALUES)}
    comparators = [">=", ">"] if better == "higher" else ["<=", "<"]
    return better, rule, {"comparator": draw(st.sampled_from(comparators)), "value": draw(VALUES)}


@st.composite
def ratios(draw) -> tuple[str, dict, dict]:
    better = draw(BETTER)
    rule = {"shape": "ratio", "measure": measure(better), "cap_ratio": draw(st.sampled_from(["1", "1.2"]))}
    if draw(st.booleans()):
        rule["min_ratio"] = draw(st.sampled_from(["0.5", "0.8"]))
    return better, rule, {"comparator": ">=" if better == "higher" else "<=", "value": draw(VALUES)}


@st.composite
def lines(draw) -> tuple[str, dict, None]:
    better = draw(BETTER)
    slope = draw(POSITIVE)
    factor = slope if better == "higher" else f"-{slope}"
    offset = exact_to_text(Fraction(draw(st.integers(-200, 200))))
    return better, {"shape": "linear", "measure": measure(better), "factor": factor, "offset": offset}, None


@st.composite
def counts(draw) -> tuple[str, dict, None]:
    mode = draw(st.sampled_from(["award", "deduct", "shortfall"]))
    better = "lower" if mode == "deduct" else "higher"
    rule = {"shape": "count", "mode": mode, "measure": measure(better), "per_unit": draw(POSITIVE)}
    if mode == "shortfall":
        rule["required"] = draw(POSITIVE)
    else:
        rule["free_units"] = draw(decimals(0, 3))
    return better, rule, None


@st.composite
def bands(draw) -> tuple[str, dict, None]:
    better = draw(BETTER)
    edges = sorted(draw(st.lists(VALUES.map(Fraction), min_size=1, max_size=4, unique=True)))
    points = sorted(Fraction(draw(decimals(0, 10))) for _ in range(len(edges) + 1))
    points = points if better == "higher" else points[::-1]
    ends = [None, *map(exact_to_text, edges), None]
    rows = [
        {"within": {k: v for k, v in (("low", low), ("high", high)) if v is not None}, "points": exact_to_text(p)}
        for low, high, p in zip(ends, ends[1:], points, strict=False)
    ]
    return better, {"shape": "band", "measure": measure(better), "bands": rows}, None


MONOTONE = st.one_of(steps(), ratios(), lines(), counts(), bands())


def most_of(rule: dict) -> Fraction:
    cap = Fraction(rule.get("cap", "10"))
    return max(cap, 10 * Fraction(rule.get("cap_ratio", "1")))


@for_all(MONOTONE, VALUES)
def test_points_never_leave_their_bounds(known, value):
    _, rule, target = known
    result = score_one(item_of(rule, target=target), value=value)
    assert result.state is State.SCORED
    assert 0 <= result.points <= most_of(rule)


@for_all(MONOTONE, VALUES, VALUES)
def test_a_better_value_never_scores_less(known, one, other):
    better, rule, target = known
    item = item_of(rule, target=target)
    worse_first = sorted((one, other), key=Fraction, reverse=better == "lower")
    worse, best = (score_one(item, value=value).points for value in worse_first)
    assert worse <= best


@for_all(MONOTONE, VALUES)
def test_a_penalty_never_gives_and_never_takes_more_than_its_full_points(known, value):
    _, rule, target = known
    rule = {name: held for name, held in rule.items() if name not in ("cap", "base_points", "cap_ratio")}
    result = score_one(item_of(rule, target=target, role="penalty"), value=value)
    assert -10 <= result.points <= 0


@for_all(MONOTONE, st.integers(0, 20000), st.integers(0, 3))
def test_equal_numbers_score_equal_however_they_are_typed(known, hundredths, zeros):
    _, rule, target = known
    item = item_of(rule, target=target)
    plain = exact_to_text(Fraction(hundredths, 100))
    longer = (plain if "." in plain else f"{plain}.") + "0" * zeros
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in longer)
    expected = score_one(item, value=plain)
    assert score_one(item, value=longer) == expected
    assert score_one(item, value=wide) == expected
    assert score_one(item, value=f" {plain} ") == expected


@for_all(st.lists(st.tuples(decimals(0, 10), st.sampled_from(["mean", "worst"])), min_size=1, max_size=5))
def test_mean_and_worst_of_instances_lie_between_them(entered):
    combine = entered[0][1]
    rule = {"shape": "judge", "minimum": "0", "maximum": "10"}
    item = item_of(rule, instances={"label": text("次"), "combine": combine})
    points = [Fraction(typed) for typed, _ in entered]
    instances = [{"label": str(n), "answer": {"points": typed, "reason": "x"}} for n, (typed, _) in enumerate(entered)]
    found = score_one(item, instances=instances).points
    assert min(points) <= found <= max(points)


@st.composite
def sheets(draw, *, with_open: bool = True):
    """A scheme of up to four sections, answered, not applicable or open, with bonus and penalty groups."""
    items, entries = [], {}
    for section in "abcd"[: draw(st.integers(1, 4))]:
        for number in range(draw(st.integers(1, 3))):
            full = draw(POSITIVE)
            item = points_item(f"{section}{number}", section, full)
            items.append(item)
            share = Fraction(draw(st.integers(0, 4)), 4)
            answers = [given(exact_to_text(item.full * share)), not_applicable()]
            entries[item.id] = draw(st.sampled_from(answers + ([entry_of()] if with_open else [])))
    for role, group in (("bonus", "plus"), ("penalty", "minus")):
        for number in range(draw(st.integers(0, 3))):
            key = draw(st.sampled_from([None, "same"]))
            item = points_item(f"{group}{number}", "a", role=role, group=group, no_dup_key=key)
            items.append(item)
            entries[item.id] = given(draw(decimals(0, 10)))
    groups = [
        {"id": name, "title": text(name), "role": role, "cap": draw(decimals(0, 12))}
        for name, role in (("plus", "bonus"), ("minus", "penalty"))
    ]
    level = draw(st.sampled_from(["section", "total"]))
    return scheme_of(*items, groups=groups, not_applicable={"level": level}), entries


@for_all(sheets())
def test_sections_sum_to_the_base_total_and_stay_within_their_bounds(known):
    pinned, entries = known
    result = scored(pinned, sheet_of(entries))
    full = sum(section.full for section in result.sections)
    if result.total_unrounded is None:
        assert all(section.due == 0 for section in result.sections)
        return
    (summed,) = (fact for fact in result.facts if fact.code == "total.sum")
    assert sum(section.scaled for section in result.sections) == summed.values["base"]
    assert 0 <= summed.values["base"] <= full
    assert all(0 <= section.points <= section.due <= section.full for section in result.sections)
    assert all(section.points <= section.answered <= section.due for section in result.sections)


@for_all(sheets(with_open=False))
def test_full_points_on_what_applies_is_full_points(known):
    pinned, entries = known
    base = [item for item in pinned.scheme.items if item.role.value == "base"]
    all_earned = {
        item.id: entries[item.id] if entries[item.id] == not_applicable() else given(exact_to_text(item.full))
        for item in base
    }
    result = scored(pinned, sheet_of(all_earned))
    if result.total_unrounded is not None:
        assert sum(section.scaled for section in result.sections) == sum(item.full for item in base)


@for_all(sheets())
def test_groups_stay_under_their_caps_and_never_grow(known):
    pinned, entries = known
    caps = {group.id: group.cap for group in pinned.scheme.groups}
    for group in scored(pinned, sheet_of(entries)).groups:
        assert abs(group.points) <= min(caps[group.group], abs(group.raw))
        assert group.points >= 0 if group.group == "plus" else group.points <= 0


@for_all(sheets(), st.randoms())
def test_scoring_is_the_same_every_time_and_in_any_order(known, random):
    pinned, entries = known
    shuffled = list(entries.items())
    random.shuffle(shuffled)
    assert score(pinned, sheet_of(entries)) == score(pinned, sheet_of(dict(shuffled)))


@for_all(st.text(max_size=12))
def test_whatever_is_typed_is_scored_or_refused_and_never_breaks(typed):
    rule = {"shape": "step", "measure": {"kind": "percent", "unit": "%"}, "step": "1", "deduct_per_step": "1"}
    result = score_one(item_of(rule, target={"value": "90"}), value=typed)
    assert result.state in (State.SCORED, State.REFUSED)
    assert (result.points is None) == (result.state is State.REFUSED)
