"""Answers files: every fault is named with its path, and numbers stay as typed."""

import json

import pytest

from qassess.domain.answers import Answer, Entry, ReferenceValue
from qassess.domain.answers_file import read_answers
from qassess.errors import AnswersFaults


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
        "body": "answers.string_type",
        "entries.a.value": "answers.string_type",
        "entries.a.unheard": "answers.unexpected_keyword_argument",
        "entries.b.option": "answers.int_type",
    }


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"body": NaN}'])
def test_what_is_not_json_is_refused_in_words(content):
    with pytest.raises(AnswersFaults):
        read_answers(content, "answers.json")


def test_a_byte_order_mark_does_no_harm():
    assert read_answers(b'\xef\xbb\xbf{"body": "140425", "year": 2024}', "answers.json").year == 2024
