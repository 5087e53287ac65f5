"""Finding by words, codes and pinyin initials."""

import pytest

from qassess.ui.search import initials, matches


@pytest.mark.parametrize(
    ("query", "found"),
    [("", True), ("平顺", True), ("psx", True), ("PSX", True), ("140425", True), ("ps 2024", True), ("hgx", False)],
)
def test_a_body_is_found(query: str, found: bool) -> None:
    assert matches(query, ("平顺县", "140425", "Pingshun County", "2024")) is found


def test_initials_leave_other_characters() -> None:
    assert initials("A级景区3家") == "ajjq3j"


def test_initials_are_not_found_inside_latin_words() -> None:
    assert not matches("ps", ("Pingshun",))
