"""Answers files: every fault is named with its path, and numbers stay as typed."""

import json

import pytest

from qassess.domain.answers import Answer, Entry, ReferenceValue
from qassess.domain.answers_file import GivenTarget, read_answers
from qassess.errors import AnswersFaults

HEAD = '{"body": "140425", "year": 2024, '


def read(document):
    return read_answers(json.dumps(document, ensure_ascii=False).encode(), "answers.json")


def faults_of(document):
    with pytest.raises(AnswersFaults) as refused:
        read(document)
    return {fault.path: fault.code for fault in refused.value.faults}


def test_the_documented_example_is_read():
    answers = read(
        {
            "body": "140425",
            "year": 2024,
            "round": "annual",
            "entries": {
                "ITEM": {"value": "93.40"},
                "ITEM2": {"numerator": "467", "denominator": "500"},
                "ITEM3": {"option": 2},
                "ITEM4": {"checked": ["a", "c"]},
                "ITEM5": {"count": "3", "note": "见台账"},
                "ITEM6": {"not_applicable": "no A-grade scenic area"},
                "ITEM7": {"points": "2.5", "reason": "抽查发现问题"},
            },
            "references": {"ITEM": {"last_year": "91.2"}},
        }
    )
    assert answers.entries["ITEM"] == Entry(
        answer=Answer(value="93.40"), references={"last_year": ReferenceValue(value="91.2")}
    )
    assert answers.entries["ITEM4"].answer == Answer(checked=("a", "c"))
    assert answers.entries["ITEM5"] == Entry(answer=Answer(count="3"), note="见台账")


def test_a_whole_number_may_be_given_as_json_integer_since_the_documented_example_does():
    answers = read({"body": "140425", "year": 2024, "entries": {"ITEM5": {"count": 3}}})
    assert answers.entries["ITEM5"].answer == Answer(count="3")


def test_every_fault_is_listed_with_its_path():
    assert faults_of(
        {"body": 3, "year": 2024, "entries": {"a": {"value": 93.4, "unheard": 1}, "b": {"option": "two"}}}
    ) == {
        "body": "answers.not_text",
        "entries.a.value": "scheme.float",
        "entries.a.unheard": "answers.unknown_field",
        "entries.b.option": "answers.not_whole",
    }


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"body": NaN}'])
def test_what_is_not_json_is_refused_in_words(content):
    with pytest.raises(AnswersFaults):
        read_answers(content, "answers.json")


def test_a_byte_order_mark_does_no_harm():
    assert read_answers(b'\xef\xbb\xbf{"body": "140425", "year": 2024}', "answers.json").year == 2024


@pytest.mark.parametrize("key", ["bogus", "lastyear", "row:lastyear", "target", "", "last_year:"])
def test_a_misspelt_reference_is_refused_with_its_path(key):
    document = {"body": "140425", "year": 2024, "references": {"a": {key: "91.2"}}}
    assert faults_of(document) == {f"references.a.{key}": "answers.unknown_reference"}


@pytest.mark.parametrize("key", ["last_year", "part:mean_3y", "part:waiver:base_year", "row:national_avg"])
def test_references_may_be_prefixed_by_where_they_are_asked(key):
    answers = read({"body": "140425", "year": 2024, "references": {"a": {key: "91.2"}}})
    assert list(answers.entries["a"].references) == [key]


def test_targets_are_bare_numbers_or_come_with_their_reason():
    targets = {"a": "5", "b": {"value": "96", "reason": "长政办〔2024〕3号"}}
    answers = read({"body": "140425", "year": 2024, "targets": targets})
    assert answers.targets == {"a": GivenTarget(value="5"), "b": GivenTarget(value="96", reason="长政办〔2024〕3号")}
    assert faults_of({"body": "140425", "year": 2024, "targets": {"a": {"reason": "x"}, "b": 5}}) == {
        "targets.a.value": "answers.missing",
        "targets.b": "answers.not_object",
    }


@pytest.mark.parametrize(
    ("content", "path", "code"),
    [
        (HEAD + '"entries": {"a": {"value": "1"}, "a": {"value": "2"}}}', "entries.a", "scheme.repeated_key"),
        (HEAD + '"entries": {"a": {"value": "1", "value": "2"}}}', "entries.a.value", "scheme.repeated_key"),
        (HEAD + '"entries": {"a": {"option": ' + "9" * 5000 + "}}}", "entries.a.option", "scheme.float"),
        (HEAD + '"entries": {"a": {"value": NaN}}}', "entries.a.value", "scheme.float"),
        (HEAD + '\n "entries": {"a" 1}}', "$", "scheme.not_json"),
        ('{"body": "140425", "year": 1, "entries": {}}', "year", "answers.not_a_year"),
        ("{" + " " * (16 * 1024 * 1024) + "}", "$", "scheme.too_large"),
    ],
    ids=["item-twice", "field-twice", "long-integer", "nan", "syntax", "year", "large"],
)
def test_what_json_lets_through_and_nobody_can_mean_is_refused_with_its_path(content, path, code):
    with pytest.raises(AnswersFaults) as refused:
        read_answers(content.encode(), "answers.json")
    assert (path, code) in {(fault.path, fault.code) for fault in refused.value.faults}


@pytest.mark.parametrize("name", ["", " ", "a/b", "../x", "a\nb", "x" * 33, "半年\u200b"])
def test_the_name_of_a_round_is_short_and_plain(name):
    assert faults_of({"body": "140425", "year": 2024, "round": name}) == {"round": "answers.round_name"}


def test_a_round_may_have_a_chinese_name():
    assert read({"body": "140425", "year": 2024, "round": "半年-1"}).round == "半年-1"
