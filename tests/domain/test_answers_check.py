"""What no rule looks at is refused with its path instead of being ignored; targets are read as their measure is."""

import pytest

from qassess.domain.answers_check import answer_faults, target_faults
from qassess.domain.answers_file import answers_from_document
from qassess.domain.scheme_file import pin
from tests.services.conftest import small_scheme_document, text

COUNT = {"kind": "count", "unit": "个", "integer": True}
PERCENT = {"kind": "percent", "unit": "%"}
GROWTH = {"kind": "delta_pct", "unit": "万元", "reference": "last_year"}


def item(item_id, rule, **more):
    return {"id": item_id, "section": "s2", "role": "bonus", "full": "5", "title": text(item_id), "rule": rule, **more}


LEVELS = [
    {"label": text("差"), "points": "0"},
    {"label": text("好"), "points": "2", "points_to": "5"},
]
MORE = [
    item("range", {"shape": "option", "levels": LEVELS}),
    item("judged", {"shape": "judge", "minimum": "0", "maximum": "5"}),
    item(
        "growth",
        {"shape": "step", "measure": GROWTH, "step": "1", "deduct_per_step": "1"},
        target={"comparator": ">=", "value": "5"},
    ),
    item(
        "both",
        {
            "shape": "composite",
            "parts": [
                {
                    "id": "rate",
                    "label": text("率"),
                    "full": "3",
                    "rule": {"shape": "step", "measure": PERCENT, "step": "1", "deduct_per_step": "1"},
                    "target": {"comparator": ">=", "value": "90"},
                },
                {
                    "id": "level",
                    "label": text("档"),
                    "full": "2",
                    "rule": {"shape": "option", "levels": [LEVELS[0], {"label": text("好"), "points": "2"}]},
                },
            ],
        },
    ),
]


@pytest.fixture(scope="module")
def asked():
    document = small_scheme_document()
    document["items"] += MORE
    return {known.id: known for known in pin(document).scheme.items}


def answers_of(**parts):
    return answers_from_document({"body": "140425", "year": 2024, **parts}, "answers.json")


@pytest.mark.parametrize(
    ("name", "entry", "field"),
    [
        ("meetings", {"option": 2, "value": "5"}, "value"),
        ("meetings", {"option": 2, "points": "3"}, "points"),
        ("meetings", {"option": 2, "reason": "x"}, "reason"),
        ("range", {"option": 1, "points": "3", "reason": "x"}, "points"),
        ("food", {"value": "95", "option": 1}, "option"),
        ("food", {"value": "95", "checked": ["a"]}, "checked"),
        ("food", {"not_applicable": "没有", "value": "95"}, "value"),
        ("zones", {"count": "2", "numerator": "1"}, "numerator"),
        ("judged", {"points": "2", "reason": "x", "value": "2"}, "value"),
        ("veto", {"occurred": False, "points": "1"}, "points"),
        ("both", {"parts": {"rate": {"value": "95"}}, "option": 1}, "option"),
        ("both", {"parts": {"level": {"option": 1, "value": "3"}}}, "parts.level.value"),
        ("both", {"parts": {"rate": {"value": "95", "waiver": {"value": "1"}}}}, "parts.rate.waiver"),
    ],
)
def test_a_field_the_rule_does_not_use_is_refused_with_its_path(asked, name, entry, field):
    (fault, *_more) = answer_faults(asked, answers_of(entries={name: entry}))
    assert (fault.path, fault.code) == (f"entries.{name}.{field}", "answer.unused_field")


def test_the_same_count_twice_is_refused(asked):
    (fault,) = answer_faults(asked, answers_of(entries={"zones": {"count": "2", "value": "3"}}))
    assert (fault.path, fault.code) == ("entries.zones.value", "answer.two_values")


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("meetings", {"option": 2, "source": "台账", "date": "2024-05-01", "note": "见台账"}),
        ("range", {"option": 2, "points": "3", "reason": "x"}),
        ("food", {"numerator": "95", "denominator": "100"}),
        ("zones", {"value": "2"}),
        ("judged", {"points": "2", "reason": "x"}),
        ("veto", {"occurred": True, "confirmed_by": "王强"}),
        ("both", {"parts": {"rate": {"value": "95"}, "level": {"option": 1}}}),
        ("growth", {"not_applicable": "没有"}),
    ],
)
def test_what_the_rule_uses_is_let_be(asked, name, entry):
    assert list(answer_faults(asked, answers_of(entries={name: entry}))) == []


def test_a_reference_the_item_is_not_compared_with_is_refused(asked):
    references = {"growth": {"last_year": "5", "base_year": "4"}, "food": {"last_year": "3"}}
    faults = answer_faults(asked, answers_of(references=references))
    assert {fault.path: fault.code for fault in faults} == {
        "references.growth.base_year": "answers.unasked_reference",
        "references.food.last_year": "answers.no_reference",
    }


@pytest.mark.parametrize(
    ("key", "given", "code"),
    [
        ("food", "96", "target.reason_missing"),
        ("food", {"value": "96", "reason": " "}, "target.reason_missing"),
        ("food", {"value": "101", "reason": "x"}, "number.above_maximum"),
        ("food", {"value": "九十", "reason": "x"}, "number.not_a_number"),
        ("zones", "2.5", "number.not_whole"),
        ("nothing", "2", "answers.unknown_target"),
        ("meetings", "2", "answers.unknown_target"),
        ("both/nothing", "2", "answers.unknown_target"),
        ("both/rate", "91", "target.reason_missing"),
    ],
)
def test_a_target_that_cannot_be_agreed_so_is_refused_with_its_path(asked, key, given, code):
    (fault,) = target_faults(asked, answers_of(targets={key: given}))
    assert (fault.path, fault.code) == (f"targets.{key}", code)


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("zones", "4"),
        ("zones", "4 个"),
        ("food", "95"),
        ("food", "95%"),
        ("food", {"value": "96 %", "reason": "长政办〔2024〕3号"}),
        ("both/rate", {"value": "91", "reason": "x"}),
    ],
)
def test_shares_the_plans_own_number_and_overrides_with_a_reason_are_let_be(asked, key, given):
    assert list(target_faults(asked, answers_of(targets={key: given}))) == []
