"""A scheme file is read whole or refused with every fault and its place."""

import json
from copy import deepcopy
from fractions import Fraction

import pytest
from jsonschema import Draft202012Validator

from qassess.domain.rules import Comparator, PartialStep, Step
from qassess.domain.scheme_file import pin, read_scheme, scheme_schema
from qassess.errors import SchemeFaults
from qassess.locations import resources

SCHEMA_FILE = resources() / "schemes" / "scheme.schema.json"


def text(chinese):
    return {"zh": chinese}


def interval(low=None, high=None, **included):
    return {name: value for name, value in {"low": low, "high": high}.items() if value is not None} | included


STEP = {
    "shape": "step",
    "measure": {"kind": "percent", "unit": "%"},
    "step": "1",
    "deduct_per_step": "0.5",
    "zero_beyond": {"comparator": "<", "value": "85"},
}
BAND = {
    "shape": "band",
    "measure": {"kind": "raw", "minimum": "0"},
    "bands": [
        {"within": interval("0", "3"), "points": "0"},
        {"within": interval("3", "10"), "points": "5"},
        {"within": interval("10"), "points": "20"},
    ],
}
GATE = {
    "shape": "gate",
    "conditions": [{"when": "flag"}, {"when": "share", "item": "food", "bound": {"comparator": "<", "value": "0.6"}}],
    "effect": {"effect": "cap_grade", "grade": "B"},
}
COMPOSITE = {
    "shape": "composite",
    "parts": [
        {"id": "plan", "label": text("规划"), "full": "10", "rule": {"shape": "external", "external_full": "100",
         "source": text("省局")}},
        {"id": "work", "label": text("落实"), "full": "20", "target": {"value": "3"},
         "rule": {"shape": "ratio", "measure": {"kind": "count"}}},
    ],
}  # fmt: skip

DOCUMENT = {
    "format": "qassess-scheme/1",
    "id": "small",
    "version": "1",
    "status": "sample",
    "title": {"zh": "小细则", "en": "A small scheme"},
    "notice": text("示范细则，非官方"),
    "classes": [
        {"id": "county", "title": text("县"), "kind": "county"},
        {"id": "zhijian", "title": text("市质监局"), "kind": "department", "bodies": ["zhijian"]},
    ],
    "sections": [{"id": "product", "title": text("产品质量"), "minimum_share": "0.6", "minimum_grade": "B"}],
    "groups": [{"id": "praise", "title": text("表彰"), "role": "bonus", "cap": "10"}],
    "items": [
        {"id": "food", "section": "product", "title": {"zh": "食品合格率", "en": "Food"}, "full": "50",
         "target": {"comparator": ">=", "value": "95"}, "rule": STEP, "clauses": ["c1"], "leads": ["zhijian"]},
        {"id": "money", "section": "product", "title": text("经费"), "full": {"county": "20", "zhijian": 20},
         "rule": BAND},
        {"id": "work", "section": "product", "title": text("工作"), "full": "30", "rule": COMPOSITE},
        {"id": "prize", "section": "product", "title": text("奖"), "role": "bonus", "group": "praise",
         "rule": {"shape": "count", "measure": {"kind": "count"}, "mode": "award", "per_unit": "3"}},
        {"id": "event", "section": "product", "title": text("事件"), "role": "gate", "rule": GATE},
    ],
    "grading": {
        "grades": [{"id": "A", "label": text("优秀")}, {"id": "B", "label": text("良好")},
                   {"id": "C", "label": text("不合格")}],
        "rule": {"by": "bands", "bands": [{"grade": "A", "within": interval("90")},
                                          {"grade": "B", "within": interval("60", "90")},
                                          {"grade": "C", "within": interval("0", "60")}]},
    },
    "clauses": [
        {"id": "c1", "part": "二", "kind": "numeric_target", "indicator": "合格率", "quote": "达到95%"},
        {"id": "c2", "part": "五", "kind": "mechanism", "indicator": "机制", "quote": "…", "not_assessed": text("无")},
    ],
}  # fmt: skip


def changed(*changes):
    """Return the document with changes: (path as tuple, value), or (path,) to remove."""
    document = deepcopy(DOCUMENT)
    for path, *value in changes:
        here = document
        for step in path[:-1]:
            here = here[step]
        if value:
            if isinstance(here, list) and path[-1] == len(here):
                here.append(value[0])
            else:
                here[path[-1]] = value[0]
        else:
            del here[path[-1]]
    return document


def faults_of(document, **options):
    with pytest.raises(SchemeFaults) as refused:
        pin(document, "small.json", **options)
    return {(fault.path, fault.code) for fault in refused.value.faults}


def faults_of_bytes(content):
    with pytest.raises(SchemeFaults) as refused:
        read_scheme(content, "small.json")
    return [(fault.path, fault.code) for fault in refused.value.faults]


def test_a_sound_file_is_read():
    pinned = read_scheme(json.dumps(DOCUMENT, ensure_ascii=False, indent=2).encode(), "small.json")
    food = pinned.scheme.items[0]
    assert isinstance(food.rule, Step)
    assert food.target.comparator is Comparator.AT_LEAST
    assert (food.full, food.rule.partial_step) == (Fraction(50), PartialStep.LINEAR)
    assert pinned.scheme.items[1].full == {"county": Fraction(20), "zhijian": Fraction(20)}
    assert set(pinned.item_hashes) == {"food", "money", "work", "prize", "event"}
    assert pin(json.loads(pinned.content)) == pinned


def test_the_hash_is_over_the_content_and_not_over_the_layout():
    loose = read_scheme(json.dumps(DOCUMENT, indent=4, sort_keys=True).encode(), "a.json")
    tight = read_scheme(json.dumps(DOCUMENT, ensure_ascii=False).encode(), "b.json")
    assert loose.sha256 == tight.sha256
    other = pin(changed((("items", 0, "title", "en"), "Food products")))
    assert other.sha256 != tight.sha256


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ((("items", 0, "title", "en"), "Food products"), True),
        ((("items", 0, "leads"), []), True),
        ((("items", 0, "pending"), [text("口径待定")]), True),
        ((("items", 0, "title", "zh"), "食品抽查合格率"), False),
        ((("items", 0, "rule", "deduct_per_step"), "0.6"), False),
        ((("items", 0, "evidence"), {"text": text("通报")}), False),
    ],
)
def test_an_items_hash_covers_what_decides_its_score_and_what_is_asked(change, same):
    assert (pin(changed(change)).item_hashes["food"] == pin(DOCUMENT).item_hashes["food"]) is same


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xef\xbb\xbf{}", "scheme.byte_order_mark"),
        ("{}".encode("utf-16"), "scheme.not_utf8"),
        ("质量".encode("gb18030"), "scheme.not_utf8"),
        (b"", "scheme.not_json"),
        (b'{"id": "a",}', "scheme.not_json"),
        (b"[" * 100_000, "scheme.too_deep"),
        (b"[]", "scheme.not_object"),
        (b"null", "scheme.null"),
        (b"0.5", "scheme.float"),
    ],
)
def test_what_is_no_json_of_ours_is_refused(content, code):
    assert faults_of_bytes(content) == [("$", code)]


def test_a_file_too_large_is_not_even_read():
    assert faults_of_bytes(b" " * (16 * 1024 * 1024 + 1)) == [("$", "scheme.too_large")]


def test_json_faults_are_told_with_their_place_and_beside_all_others():
    written = json.dumps(changed((("items", 3, "group"), "none")))
    written = written.replace('"cap": "10"', '"cap": "10", "cap": "11", "id": null')
    written = written.replace('"step": "1"', '"step": 1.5').replace('"0.5"', "1e400")
    written = written.replace('"version": "1"', '"version": "\\ud800"')
    assert set(faults_of_bytes(written.encode())) == {
        ("groups[0].cap", "scheme.repeated_key"),
        ("groups[0].id", "scheme.repeated_key"),
        ("groups[0].id", "scheme.null"),
        ("items[0].rule.step", "scheme.float"),
        ("items[0].rule.deduct_per_step", "scheme.float"),
        ("items[3].group", "scheme.unknown_group"),
        ("version", "scheme.bad_character"),
    }


def test_keys_that_look_alike_are_one_key():
    written = json.dumps(DOCUMENT).replace('"county": "20"', '"caf\\u00e9": "1", "cafe\\u0301": "20"')
    assert ("items[1].full.café", "scheme.repeated_key") in faults_of_bytes(written.encode())


def test_nesting_beyond_any_scheme_is_refused():
    deep = "x"
    for _ in range(60):
        deep = [deep]
    assert any(code == "scheme.too_deep" for _, code in faults_of(changed((("pending",), deep))))


STRUCTURE = [
    ((("items", 0, "rule", "deduct_per_step"),), ("items[0].rule.deduct_per_step", "scheme.missing")),
    ((("items", 0, "rule", "steps"), "1"), ("items[0].rule.steps", "scheme.unknown_key")),
    ((("items", 0, "rule", "step"), "1,5"), ("items[0].rule.step", "scheme.not_decimal")),
    ((("items", 0, "rule", "step"), "1e3"), ("items[0].rule.step", "scheme.not_decimal")),
    ((("items", 0, "full"), "five"), ("items[0].full", "scheme.not_decimal")),
    ((("items", 0, "full"), ["5"]), ("items[0].full", "scheme.not_decimal")),
    ((("items", 1, "full", "county"), "x"), ("items[1].full.county", "scheme.not_decimal")),
    ((("items", 0, "rule", "shape"), "steps"), ("items[0].rule", "scheme.choice")),
    ((("items", 0, "rule", "shape"),), ("items[0].rule", "scheme.kind_missing")),
    ((("items", 0, "rule"), "step"), ("items[0].rule", "scheme.not_object")),
    ((("items", 0, "rule", "measure", "kind"), "rate"), ("items[0].rule.measure.kind", "scheme.choice")),
    ((("items", 0, "target", "comparator"), "=>"), ("items[0].target.comparator", "scheme.choice")),
    ((("items", 0, "target", "agreed"), "yes"), ("items[0].target.agreed", "scheme.not_yes_no")),
    ((("items", 0, "title"), "食品"), ("items[0].title", "scheme.not_object")),
    ((("items", 0, "title", "zh"), 5), ("items[0].title.zh", "scheme.not_text")),
    ((("items", 0, "clauses"), "c1"), ("items[0].clauses", "scheme.not_list")),
    ((("items", 2, "rule", "parts", 0, "rule"), GATE), ("items[2].rule.parts[0].rule", "scheme.choice")),
    ((("items", 2, "rule", "parts", 1, "target", "value"), ""), ("items[2].rule.parts[1].target.value",
                                                                 "scheme.not_decimal")),
    ((("items", 4, "rule", "effect", "effect"), "burn"), ("items[4].rule.effect", "scheme.choice")),
    ((("items", 4, "rule", "effect", "level"), 1), ("items[4].rule.effect.level", "scheme.unknown_key")),
    ((("items", 4, "rule", "conditions", 1, "bound"),), ("items[4].rule.conditions[1].bound", "scheme.missing")),
    ((("items", 3), 7), ("items[3]", "scheme.not_object")),
    ((("items",),), ("items", "scheme.missing")),
    ((("total",), {"places": "1"}), ("total.places", "scheme.not_whole")),
    ((("grading", "rule", "bands", 0, "grade"), 1), ("grading.rule.bands[0].grade", "scheme.not_text")),
    ((("grading", "rule", "by"), "luck"), ("grading.rule", "scheme.choice")),
    ((("format",), "qassess-scheme/2"), ("format", "scheme.choice")),
    ((("author",), "me"), ("author", "scheme.unknown_key")),
]  # fmt: skip


@pytest.mark.parametrize(("change", "fault"), STRUCTURE)
def test_each_structural_fault_has_its_path(change, fault):
    assert faults_of(changed(change)) == {fault}


def test_a_number_too_long_to_read_is_refused():
    assert faults_of(changed((("items", 0, "rule", "step"), "9" * 5000))) == {
        ("items[0].rule.step", "scheme.not_decimal")
    }


def test_no_fault_hides_another():
    document = changed(
        (("items", 0, "rule", "deduct_per_step"),),
        (("items", 0, "rule", "steps"), "1"),
        (("items", 3, "group"), "none"),
        (("grading", "grades", 3), {"id": "A", "label": text("又")}),
        (("clauses", 1, "not_assessed"),),
    )
    assert faults_of(document) == {
        ("items[0].rule.deduct_per_step", "scheme.missing"),
        ("items[0].rule.steps", "scheme.unknown_key"),
        ("items[3].group", "scheme.unknown_group"),
        ("grading.grades[3]", "scheme.duplicate_id"),
    }


def test_the_published_json_schema_is_current():
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == scheme_schema()


def test_the_json_schema_says_what_the_reader_says_of_structure():
    validator = Draft202012Validator(scheme_schema())
    Draft202012Validator.check_schema(validator.schema)
    assert list(validator.iter_errors(DOCUMENT)) == []
    for change, _ in STRUCTURE:
        assert list(validator.iter_errors(changed(change))), change


def test_every_definition_of_the_json_schema_is_described():
    definitions = scheme_schema()["$defs"]
    assert [name for name, held in definitions.items() if not held.get("description")] == []
