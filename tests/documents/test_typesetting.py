"""Lines break as Chinese print has it, and every character is known before anything is drawn."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qassess.documents.fonts import Role, Typefaces
from qassess.documents.typesetting import NOT_AT_END, NOT_AT_START, Align, Style, Typesetter, may_break, printable
from qassess.errors import QassessError

BODY = Style(role=Role.BODY, size=10, leading=15)


@pytest.fixture(scope="module")
def setter():
    return Typesetter(Typefaces())


def words(lines):
    return ["".join(run.text for run in line.runs) for line in lines]


def test_a_han_character_is_one_em_wide(setter):
    assert setter.width("质量强市", BODY) == 40


def test_a_closing_mark_takes_its_character_along_unless_half_of_it_still_fits(setter):
    assert words(setter.lines("质量强市，工作", BODY, 44)) == ["质量强", "市，工作"]
    assert words(setter.lines("质量强市，工作", BODY, 45)) == ["质量强市，", "工作"]


def test_an_opening_bracket_never_ends_a_line(setter):
    assert words(setter.lines("质量强（市）", BODY, 40)) == ["质量强", "（市）"]


def test_numbers_and_words_stay_whole(setter):
    assert words(setter.lines("合格率93.59%以上", BODY, 60)) == ["合格率", "93.59%以上"]


def test_a_word_longer_than_the_line_is_broken_anyway(setter):
    lines = setter.lines("a" * 64, BODY, 100)
    assert "".join(words(lines)) == "a" * 64
    assert all(line.width <= 100 for line in lines)


def test_line_feeds_begin_paragraphs_and_empty_ones_go(setter):
    assert words(setter.lines("甲\n\n乙\r\n丙", BODY, 100)) == ["甲", "乙", "丙"]


def test_the_first_line_is_indented_and_all_but_the_last_are_justified(setter):
    style = Style(role=Role.BODY, size=10, leading=15, align=Align.JUSTIFY, indent=2)
    first, second, last = setter.lines("质量工作考核93.5质量强市工作领导组办公室", style, 84)
    assert first.offset == 20
    assert first.spacing > 0
    assert second.spacing > 0
    assert last.spacing == 0
    assert second.width + second.spacing * (len(words([second])[0]) - 1) == pytest.approx(84)


@pytest.mark.parametrize(("align", "offset"), [(Align.LEFT, 0), (Align.CENTRE, 30), (Align.RIGHT, 60)])
def test_alignment(setter, align, offset):
    (line,) = setter.lines("质量强市", Style(role=Role.BODY, size=10, leading=15, align=align), 100)
    assert line.offset == offset


def test_a_label_is_set_in_its_own_type_and_counts_in_the_line(setter):
    first, *_rest = setter.lines("质量强市工作考核", BODY, 60, label="说明：")
    assert [run.text for run in first.runs] == ["说明：", "质量强"]
    assert [run.font for run in first.runs] == ["SansBold", "Serif"]


def test_each_character_comes_from_the_first_font_that_has_it(setter):
    (line,) = setter.lines("吉𠮷吉", BODY, 100)
    assert [(run.font, run.text, run.offset) for run in line.runs] == [
        ("Serif", "吉", 0),
        ("Kai", "𠮷", 10),
        ("Serif", "吉", 20),
    ]


def test_all_missing_characters_are_named_once():
    setter = Typesetter(Typefaces())
    for text in ("好😀", "😀", "\U0003134f"):
        setter.lines(text, BODY, 100)
    with pytest.raises(QassessError) as refused:
        setter.refuse_missing()
    assert refused.value.values["count"] == 2
    assert "U+1F600" in str(refused.value.values["characters"])


def test_nothing_is_refused_while_every_glyph_exists(setter):
    setter.lines("质量强市 quality ≥≤×÷−℃‰〔2015〕①Ⅴ", BODY, 100)
    setter.refuse_missing()


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("  质量  ", "质量"),
        ("质\u200b量\ufeff", "质量"),
        ("a\tb", "a b"),
        ("葛\U000e0100", "葛"),
        ("e\u0301", "é"),
        ("甲\u3000乙", "甲 乙"),
        ("a\u202eb", "ab"),
        ("\x00", ""),
    ],
)
def test_what_has_no_look_is_left_out(typed, printed):
    assert printable(typed) == printed


TEXT = st.text(alphabet="质量强市工作，。、；：（）《》“”ab12.% -", min_size=1, max_size=80)


@given(TEXT, st.integers(min_value=40, max_value=200))
def test_breaking_loses_nothing_and_keeps_within_the_width(text, width):
    lines = Typesetter(Typefaces()).lines(text, BODY, width)
    assert "".join("".join(words(lines)).split()) == "".join(text.split())
    assert all(line.width <= width + 5.001 for line in lines)


@given(TEXT, st.integers(min_value=60, max_value=200))
def test_no_line_begins_with_a_closing_mark_where_it_could_be_helped(text, width):
    said = words(Typesetter(Typefaces()).lines(text, BODY, width))
    for before, after in pairwise(said):
        could_be_helped = any(may_break(left, right) for left, right in pairwise(before))
        if could_be_helped:
            assert after[0] not in NOT_AT_START
            assert before[-1] not in NOT_AT_END
