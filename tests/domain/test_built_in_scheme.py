"""The built-in sample scheme against the plan's clause list, and the register of bodies that ships with it."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from qassess.domain.bodies import Body, Register
from qassess.domain.checklist import checklist_for
from qassess.domain.rules import (
    Band,
    Checklist,
    Composite,
    Count,
    External,
    Gate,
    Grid,
    Judge,
    Linear,
    Measure,
    MeasureKind,
    Option,
    Rank,
    Ratio,
    Reference,
    Shape,
    Step,
    Target,
    Text,
)
from qassess.domain.scheme import Item, Role, Scheme, full_points
from qassess.domain.scheme_file import read_scheme
from qassess.services.bodies import register

ROOT = Path(__file__).parents[2]
SCHEME_FILE = ROOT / "resources" / "schemes" / "changzhi-2015.json"
EVERY_ONE = frozenset({"2.4.p2.f"})
"""Exactly as many as there are is all of them; a ratio says so with "at least", for more there cannot be."""

CLAUSES_FILE = ROOT / "tests" / "golden" / "plan_clauses.csv"

MEASURED = {"numeric_target": 47, "count_target": 8, "ranking_target": 10}
UNITS = [
    "zhijian",
    "gongshang",
    "shiyao",
    "jianyi",
    "nongwei",
    "zhujian",
    "jiaotong",
    "shangwu",
    "lvyou",
    "jingxin",
    "wenguang",
    "guowang",
    "huanbao",
    "fagai",
    "caizheng",
    "keji",
    "jiaoyu",
    "tongji",
    "zhongxiao",
    "gongan",
    "sifa",
]
CITY_TOTALS = {"2.1.p5.d", "2.1.p5.e", "2.3.p2.d", "2.3.p2.e", "2.3.p3.i", "2.4.p2.f"}
COUNTED = frozenset("起个件家项天批次期")
"""Units of things that come whole."""
REDUCTIONS = {"2.4.p2.a", "2.4.p2.b"}
"""减少11.3% is a relative change of at most -11.3 %: the same demand seen from the emission itself."""


@dataclass(frozen=True)
class Aim:
    """One target with the rule that is held against it."""

    item: Item
    rule: Shape | Composite | Gate
    target: Target | None

    @property
    def measure(self) -> Measure | None:
        """The measure of the rule, where it has exactly one."""
        return getattr(self.rule, "measure", None)


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return read_scheme(SCHEME_FILE.read_bytes(), SCHEME_FILE.name).scheme


@pytest.fixture(scope="module")
def plan() -> dict[str, dict[str, str]]:
    with CLAUSES_FILE.open(encoding="utf-8", newline="") as rows:
        return {row["clause_id"]: row for row in csv.DictReader(rows)}


def _aims(scheme: Scheme, clause: str) -> list[Aim]:
    aims = []
    for item in scheme.items:
        if clause not in item.clauses or item.role is not Role.BASE:
            continue
        aims.append(Aim(item, item.rule, item.target))
        if isinstance(item.rule, Composite):
            aims += [Aim(item, part.rule, part.target) for part in item.rule.parts]
    return aims


def _measured(plan: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, Mapping[str, str]]]:
    return ((clause, row) for clause, row in plan.items() if row["kind"] in MEASURED)


def _number(text: str) -> Fraction | None:
    return Fraction(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None


def _says(aim: Aim, clause: str, row: Mapping[str, str]) -> bool:
    """Tell whether an aim is exactly the plan's comparator and number."""
    target, value = aim.target, _number(row["value"])
    if target is None or value is None:
        return False
    if clause in REDUCTIONS:
        return (target.comparator.value, target.value) == ("<=", -value) and row["comparator"] == ">="
    comparator = ">=" if clause in EVERY_ONE else row["comparator"]
    return (target.comparator.value, target.value) == (comparator, value)


def _unit_fits(aim: Aim, row: Mapping[str, str]) -> bool:
    if isinstance(aim.rule, Rank):
        return "位次" in row["unit"]
    measure = aim.measure
    expected = row["unit"].split("(")[0]
    if measure is None:
        return False
    return expected == ("%" if measure.kind is MeasureKind.DELTA_PCT else measure.unit)


def test_every_clause_of_the_plan_is_carried_verbatim(scheme: Scheme, plan: dict[str, dict[str, str]]) -> None:
    carried = {
        clause.id: {
            "clause_id": clause.id,
            "section": clause.part,
            "kind": clause.kind,
            "indicator": clause.indicator,
            "comparator": clause.comparator,
            "value": clause.value,
            "unit": clause.unit,
            "responsible_units": ";".join(clause.units),
            "applies_to": clause.applies_to,
            "source_quote": clause.quote,
        }
        for clause in scheme.clauses
    }
    assert carried == plan
    assert len(carried) == 253


def test_every_clause_is_behind_an_item_or_excused_with_a_reason(scheme: Scheme) -> None:
    mapped = {clause for item in scheme.items for clause in item.clauses}
    excused = {clause.id for clause in scheme.clauses if clause.not_assessed is not None}
    assert mapped | excused == {clause.id for clause in scheme.clauses}
    assert not mapped & excused
    assert len(excused) < 10
    assert all(clause.not_assessed is None or clause.not_assessed.zh for clause in scheme.clauses)


def test_no_measured_clause_is_excused_and_their_number_is_right(
    scheme: Scheme, plan: dict[str, dict[str, str]]
) -> None:
    kinds = [row["kind"] for _, row in _measured(plan)]
    assert {kind: kinds.count(kind) for kind in MEASURED} == MEASURED
    excused = {clause.id for clause in scheme.clauses if clause.not_assessed is not None}
    assert not excused & {clause for clause, _ in _measured(plan)}


def test_numbers_of_the_plan_are_the_items_targets(scheme: Scheme, plan: dict[str, dict[str, str]]) -> None:
    numbered = [(clause, row) for clause, row in _measured(plan) if _number(row["value"]) is not None]
    assert len(numbered) == 47 + 8 + 1
    wrong = [
        clause
        for clause, row in numbered
        if not any(_says(aim, clause, row) and _unit_fits(aim, row) for aim in _aims(scheme, clause))
    ]
    assert wrong == []


def _measures(held: object) -> Iterator[Measure]:
    if isinstance(held, Measure):
        yield held
    elif isinstance(held, tuple):
        for inner in held:
            yield from _measures(inner)
    elif is_dataclass(held):
        for known in fields(held):
            yield from _measures(getattr(held, known.name))


def test_what_comes_whole_is_counted_in_whole_numbers(scheme: Scheme) -> None:
    typed = [(item.id, measure) for item in scheme.items for measure in _measures(item)]
    assert len(typed) > 60, "the measures are found"
    assert [item for item, measure in typed if measure.unit in COUNTED and not measure.integer] == []


def test_targets_without_a_number_use_ranks_or_references_and_say_what_is_open(
    scheme: Scheme, plan: dict[str, dict[str, str]]
) -> None:
    unnumbered = [(clause, row) for clause, row in _measured(plan) if _number(row["value"]) is None]
    assert len(unnumbered) == 9
    for clause, row in unnumbered:
        aims = _aims(scheme, clause)
        assert aims, clause
        for aim in aims:
            if row["value"] == "全国平均水平":
                assert aim.target is not None
                assert aim.target.reference is Reference.NATIONAL_AVG
                assert aim.target.comparator.value == row["comparator"]
                assert _unit_fits(aim, row)
            else:
                assert isinstance(aim.rule, Rank) or (aim.target is not None and aim.target.reference is not None)
                assert aim.item.pending, clause


def test_strict_more_than_occurs_in_the_two_air_targets_only(scheme: Scheme) -> None:
    strict = {item.id: item for item in scheme.items if item.target and item.target.comparator.value == ">"}
    assert {clause for item in strict.values() for clause in item.clauses} == {"2.4.p2.c", "2.4.p2.d"}
    city, county = strict["env-air-city"], strict["env-air-county"]
    assert city.target is not None
    assert county.target is not None
    assert (city.target.value, county.target.value) == (Fraction(280), Fraction(260))
    assert full_points(city, "county") == 0
    assert full_points(county, "huanbao") == 0


def test_city_totals_are_each_countys_own_share_and_the_citys_figure_for_its_department(
    scheme: Scheme, plan: dict[str, dict[str, str]]
) -> None:
    for clause in CITY_TOTALS:
        value = _number(plan[clause]["value"])
        for aim in _aims(scheme, clause):
            assert aim.target is not None
            if full_points(aim.item, "county"):
                assert aim.target.agreed, aim.item.id
                assert (aim.target.value, aim.target.city_total) == (None, value)
                assert not any(full_points(aim.item, unit) for unit in UNITS)
            else:
                assert aim.target.value == value, aim.item.id
        shares = [aim.item.id for aim in _aims(scheme, clause) if full_points(aim.item, "county")]
        assert len(shares) == 1, clause


def test_base_values_are_dated_references(scheme: Scheme) -> None:
    for clause in ("2.1.p5.c", *REDUCTIONS):
        for aim in _aims(scheme, clause):
            assert aim.measure is not None
            assert (aim.measure.kind, aim.measure.reference) == (MeasureKind.DELTA_PCT, Reference.BASE_YEAR)
            assert aim.item.pending


def test_the_plans_targets_are_for_2020_and_get_no_invented_interim_values(scheme: Scheme) -> None:
    assert not [item.id for item in scheme.items if item.target and item.target.by_year]
    assert any("2020年" in text.zh for text in scheme.pending)


@pytest.mark.parametrize("body_class", ["county", *UNITS])
def test_base_points_of_every_class_sum_to_100(scheme: Scheme, body_class: str) -> None:
    base = [item for item in checklist_for(scheme, body_class).items if item.role is Role.BASE]
    points = [full_points(item, body_class) for item in base]
    assert sum(point for point in points if point is not None) == 100 == scheme.total.full
    assert all(point and point % Fraction(1, 2) == 0 for point in points)
    assert len(base) >= 15


def test_there_is_a_class_for_counties_and_for_each_unit(scheme: Scheme) -> None:
    assert [known.id for known in scheme.classes] == ["county", *UNITS]
    assert all(known.bodies == (known.id,) for known in scheme.classes[1:])
    counties = [item for item in checklist_for(scheme, "county").items if item.role is Role.BASE]
    assert 85 <= len(counties) <= 95


def test_targets_of_counties_weigh_more_than_half_but_measures_count(scheme: Scheme) -> None:
    sections = {
        section.id: sum((full_points(item, "county") or Fraction(0) for item in items), Fraction(0))
        for section, items in checklist_for(scheme, "county").sections
    }
    aims = sum((sections[name] for name in ("product", "works", "service", "environment")), Fraction(0))
    assert 50 <= aims <= 65
    assert sections["measures"] + sections["organisation"] == 100 - aims


def test_sample_says_so(scheme: Scheme) -> None:
    assert scheme.status == "sample"
    assert scheme.notice == Text(zh="示范细则，非官方", en="Sample rules, not official")
    assert [basis.number for basis in scheme.basis] == ["长政发〔2015〕12号"]
    assert (scheme.id, scheme.version) == ("changzhi-2015", "1")


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, tuple):
        for place, held in enumerate(value):
            yield from _texts(held, f"{path}[{place}]")
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _texts(getattr(value, name), f"{path}.{name}")


def test_every_text_is_in_both_languages(scheme: Scheme) -> None:
    assert [path for path, text in _texts(scheme) if not text.zh.strip() or not text.en.strip()] == []
    hanzi = re.compile(r"[\u3400-\u9fff]")
    foreign = [path for path, text in _texts(scheme) if hanzi.search(text.en)]
    assert [path for path in foreign if "pending" not in path] == []


def test_chinese_texts_use_full_width_marks(scheme: Scheme) -> None:
    half_width = re.compile(r"[,;:!?()\"']")
    assert [path for path, text in _texts(scheme) if half_width.search(text.zh)] == []
    assert [item.id for item in scheme.items if len(item.title.zh) > 20] == []


def test_item_titles_of_one_checklist_differ(scheme: Scheme) -> None:
    for known in scheme.classes:
        titles = [item.title.zh for item in checklist_for(scheme, known.id).items]
        assert len(titles) == len(set(titles)), known.id


def test_open_questions_stand_on_their_items(scheme: Scheme) -> None:
    expected = {
        "prod-overall-rank": "位次",
        "prod-complaint-rank": "分母",
        "prod-agri-zones": "责任书",
        "env-cod": "2010年",
        "prod-three-certs": "“十二五”",
        "serv-system": "牵头",
        "util-satisfaction": "国网长治供电公司",
        "env-waste": "数家单位",
        "tour-demo-areas": "1—3个",
        "env-sections": "V类",
        "env-air-county": "280天",
        "prod-food-licence": "QS",
        "org-excellence": "关键技术公关",
        "fg-institutions": "全省",
    }
    items = {item.id: item for item in scheme.items}
    for item_id, word in expected.items():
        assert any(word in text.zh for text in items[item_id].pending), item_id
    assert len(scheme.pending) >= 8


def test_discontinued_instruments_are_marked_and_stay_in_the_list(scheme: Scheme) -> None:
    marked = {clause for item in scheme.items if item.discontinued for clause in item.clauses}
    assert {"2.1.p3.a", "2.1.p4.e", "2.1.p4.f", "2.1.p4.g", "2.1.p5.c", "2.3.p3.i", "4.p7.f"} <= marked


def test_the_sample_uses_every_shape_and_role(scheme: Scheme) -> None:
    parts = [part.rule for item in scheme.items if isinstance(item.rule, Composite) for part in item.rule.parts]
    known = (Option, Checklist, Step, Band, Grid, Ratio, Linear, Count, Rank, Judge, External, Composite, Gate)
    assert {type(rule) for rule in (*(item.rule for item in scheme.items), *parts)} == set(known)
    assert {item.role for item in scheme.items} == set(Role)
    steps = {item.rule.partial_step.value for item in scheme.items if isinstance(item.rule, Step)}
    assert steps == {"ceil", "floor", "linear"}
    assert any(item.instances for item in scheme.items)
    assert any(item.key_item for item in scheme.items)
    assert any(section.minimum_share for section in scheme.sections)


def test_vetoes_act_as_the_national_model_has_them(scheme: Scheme) -> None:
    effects = {item.id: item.rule.effect for item in scheme.items if isinstance(item.rule, Gate)}
    fixed = {name for name, effect in effects.items() if effect.effect == "grade" and effect.grade == "D"}
    assert fixed == {"gate-regional-event", "gate-concealment", "gate-no-agreement"}
    assert effects["gate-major-incident"].effect == "down"
    assert {name for name, effect in effects.items() if effect.effect == "cap_grade"} == {
        "gate-serious-incident",
        "gate-satisfaction",
    }


def test_evidence_asked_for_is_modest(scheme: Scheme) -> None:
    asked = [item.evidence.required for item in scheme.items if item.evidence]
    assert max(asked) <= 2
    assert sum(asked) < len(asked) / 4
    assert all(item.evidence for item in scheme.items if item.role is Role.BASE)


def _counties(bodies: Register, year: int) -> dict[str, Body]:
    return {body.id: body for body in bodies.bodies.values() if body.kind == "county" and body.is_valid_in(year)}


def test_register_knows_the_counties_of_2015_and_of_today() -> None:
    then, now = _counties(register(), 2015), _counties(register(), 2024)
    assert len(then) == 13 + 1
    assert len(now) == 12 + 1
    assert set(now) - set(then) == {"140403", "140404", "140405", "140406"}
    assert set(then) - set(now) == {"140402", "140411", "140421", "140424", "140481"}
    assert then["140400-GX"].code == ""
    assert then["140402"].printed == "长治市城区"


def test_every_successor_and_predecessor_points_back() -> None:
    bodies = register().bodies
    links = {(body.id, successor) for body in bodies.values() for successor in body.successors}
    back = {(predecessor, body.id) for body in bodies.values() for predecessor in body.predecessors}
    assert links == back
    assert {("140402", "140403"), ("140411", "140403"), ("zhijian", "shichang"), ("jianyi", "haiguan")} <= links
    for old, new in links:
        assert bodies[old].valid_to == bodies[new].valid_from


def test_register_knows_the_21_units_of_the_plan() -> None:
    units = [body for body in register().bodies.values() if body.kind == "department" and body.unit]
    assert [body.id for body in units] == UNITS
    assert all(body.unit == body.id and body.code == "" and body.name_en for body in units)
    own = register().find("140425/zhijian")
    assert own is not None
    assert (own.name, own.parent, own.unit) == ("平顺县质监局", "140425", "zhijian")
