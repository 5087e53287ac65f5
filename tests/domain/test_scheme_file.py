"""A scheme file is read whole or refused with every fault and its place."""

import json
from fractions import Fraction

import pytest
from jsonschema import Draft202012Validator

from qassess.domain.rules import Comparator, PartialStep, Step
from qassess.domain.scheme_file import pin, read_scheme, scheme_schema
from qassess.errors import SchemeFaults
from qassess.locations import resources
from tests.domain.small_scheme import DOCUMENT, GATE, changed, text

SCHEMA_FILE = resources() / "schemes" / "scheme.schema.json"


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
        ("items[0].rule.step", "scheme.too_many_digits")
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


def test_the_built_in_scheme_is_sound_and_follows_the_published_schema():
    content = (resources() / "schemes" / "changzhi-2015.json").read_bytes()
    assert read_scheme(content, "changzhi-2015.json").scheme.id == "changzhi-2015"
    assert list(Draft202012Validator(scheme_schema()).iter_errors(json.loads(content))) == []
