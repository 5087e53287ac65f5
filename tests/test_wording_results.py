"""Results in words: every block and state has a sentence in both languages, and numbers keep their places."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qassess import wording
from qassess.domain.ranking import LineState
from qassess.i18n import speaking
from qassess.wording import results

HANZI = re.compile(r"[\u4e00-\u9fff]")
RANKING = (Path(__file__).parents[1] / "qassess" / "domain" / "ranking.py").read_text(encoding="utf-8")


def test_every_block_of_the_ranking_has_a_sentence():
    told = set(re.findall(r'"(result\.[a-z_]+)"', RANKING))
    told |= {f"result.{code}" for code in ("unconfirmed_gate", "not_applicable_over_limit")}
    assert told == results.BLOCK_CODES


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_kind_and_block_is_said(language):
    with speaking(language):
        said = [
            wording.say_block(code, {"open": 2, "asked": 9, "count": 2, "role": "leader"})
            for code in results.BLOCK_CODES
        ]
        said += [*map(wording.say_line_state, LineState), wording.say_kind("county"), wording.say_kind("department")]
    for words in said:
        assert "{" not in words
        assert bool(HANZI.search(words)) is (language == "zh"), words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_error_of_results_is_said(language):
    for sentence in results.ERRORS.values():
        values = dict.fromkeys(re.findall(r"\{(\w+)\}", sentence), "3")
        with speaking(language):
            said = wording.filled(results._(sentence), **values)
        assert "{" not in said
        assert bool(HANZI.search(said)) is (language == "zh"), said


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("90", 1, "90.0"),
        ("86.25", 1, "86.3"),
        ("-0.125", 2, "−0.13"),
        ("0", 2, "0.00"),
        ("7.5", 0, "8"),
        ("-0.04", 1, "0.0"),
    ],
)
def test_fixed_places(value, places, expected):
    assert wording.fixed(Fraction(value), places) == expected


@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_fixed_is_the_nearest_number_with_so_many_places(value, places):
    said = wording.fixed(value, places)
    assert abs(Fraction(said.replace("−", "-")) - value) <= Fraction(1, 2 * 10**places)
    assert len(said.partition(".")[2]) == places
