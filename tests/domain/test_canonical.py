"""Canonical JSON: the bytes that are hashed and signed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qassess.domain.canonical import canonical_digest, canonical_text

texts = st.text(max_size=20)
json_values = st.recursive(
    st.integers(-(2**53), 2**53) | st.booleans() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé", max_size=3), inner, max_size=4),
    max_leaves=12,
)


def test_keys_are_sorted_and_blanks_left_out():
    assert canonical_text({"b": 1, "a": ["x", True]}) == '{"a":["x",true],"b":1}'


def test_keys_sort_by_utf16_code_unit_as_rfc_8785_says():
    assert canonical_text({"\uffee": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\uffee":1}'


def test_strings_are_nfc():
    assert canonical_text("e\u0301") == '"é"'


def test_keys_equal_after_nfc_are_refused():
    with pytest.raises(ValueError, match="NFC"):
        canonical_text({"e\u0301": 1, "é": 2})


@pytest.mark.parametrize("value", [0.5, None, {"a": None}, [1.0], {"a": object()}])
def test_floats_and_null_are_refused(value):
    with pytest.raises(TypeError):
        canonical_text(value)


def test_the_digest_of_a_known_document_never_changes():
    document = {"body": "140425", "year": 2024, "value": "93.40", "names": ["平顺县", "é"], "ok": False}
    assert canonical_digest(document) == "58410b33d93ce29dd075be97428d1d6e0665736b4ba6d6843cf8ab9bced3123c"


@given(json_values)
def test_reading_it_back_gives_the_same_text(value):
    text = canonical_text(value)
    assert canonical_text(json.loads(text)) == text
