"""The body's own word beside what was verified: what it claims, when the two differ, what comes in later."""

from fractions import Fraction

import pytest

from qassess.domain.answers import Adjustment, Answer, AnswerSheet, Entry, SelfAssessment
from qassess.domain.answers_file import answers_from_document
from qassess.domain.payloads import from_document, to_document
from qassess.domain.rules import Composite
from qassess.domain.score_sheet import State
from qassess.domain.scoring import score
from qassess.domain.self_assessment import claimed_points, joined, points_differ, taken_over
from qassess.domain.self_form import Field, Kind, assembled, form_lines, line_answer
from qassess.errors import InputRefused
from qassess.services.schemes import find_scheme

SCHEME = find_scheme("changzhi-2015")
ITEMS = {item.id: item for item in SCHEME.scheme.items}
ITEM = ITEMS["prod-provincial-sampling"]


def sheet(entry):
    return AnswerSheet(body="140425", body_class="county", year=2024, entries={ITEM.id: entry})


def differ(entry):
    known = sheet(entry)
    return points_differ(SCHEME.scheme, ITEM, known, score(SCHEME, known).items[ITEM.id])


def test_claimed_points_are_as_stated_else_what_the_own_answer_gives():
    own = Answer(value="89")
    assert claimed_points(SCHEME.scheme, ITEM, sheet(Entry(self_assessment=SelfAssessment(points="1.5")))) == Fraction(
        "1.5"
    )
    assert claimed_points(SCHEME.scheme, ITEM, sheet(Entry(self_assessment=SelfAssessment(answer=own)))) == Fraction(1)
    assert claimed_points(SCHEME.scheme, ITEM, sheet(Entry(self_assessment=SelfAssessment(remark="见附件")))) is None
    assert claimed_points(SCHEME.scheme, ITEM, sheet(Entry())) is None


def test_points_differ_only_where_both_sides_have_some():
    claims = SelfAssessment(points="1.5")
    assert differ(Entry(answer=Answer(value="89"), self_assessment=claims))
    assert not differ(Entry(answer=Answer(value="95"), self_assessment=claims))
    assert not differ(Entry(self_assessment=claims))
    assert not differ(Entry(answer=Answer(not_applicable="无此类企业"), self_assessment=claims))
    assert not differ(Entry(answer=Answer(value="89")))


def test_the_own_word_changes_no_score():
    said = SelfAssessment(answer=Answer(value="100"), points="1.5")
    known = score(SCHEME, sheet(Entry(answer=Answer(value="89"), self_assessment=said)))
    assert known.items[ITEM.id].points == Fraction(1)
    assert score(SCHEME, sheet(Entry(self_assessment=said))).items[ITEM.id].state is State.OPEN


def test_taking_over_makes_the_own_answer_the_verified_one_and_ends_what_stood_against_it():
    said = SelfAssessment(answer=Answer(value="89"), points="1")
    before = Entry(
        answer=Answer(value="95"),
        self_assessment=said,
        differs_because="不符",
        note="n",
        adjustment=Adjustment(points="1", reason="r"),
    )
    assert taken_over(before) == Entry(answer=Answer(value="89"), self_assessment=said, note="n")
    assert taken_over(Entry(self_assessment=SelfAssessment(points="1"))) is None
    assert taken_over(Entry()) is None


def test_a_later_form_adds_and_changes_but_never_empties():
    first = SelfAssessment(answer=Answer(value="89"), points="1", remark="见附件", source="一.xlsx")
    assert joined(first, SelfAssessment(points="1.5", source="二.xlsx")) == SelfAssessment(
        answer=Answer(value="89"), points="1.5", remark="见附件", source="二.xlsx"
    )
    assert joined(first, SelfAssessment(source="二.xlsx")) is first
    assert joined(first, SelfAssessment(points="1", source="二.xlsx")) is first
    assert joined(None, first) is first


def test_it_is_stored_beside_the_answer_and_left_out_where_there_is_none():
    entry = Entry(answer=Answer(value="1"), self_assessment=SelfAssessment(points="1", remark="r"), differs_because="d")
    document = to_document(entry)
    assert document == {
        "answer": {"value": "1"},
        "self_assessment": {"points": "1", "remark": "r"},
        "differs_because": "d",
    }
    assert from_document(Entry, document) == entry
    assert to_document(Entry()) == {}


def test_an_answers_file_can_carry_it():
    document = {
        "body": "140425",
        "year": 2024,
        "entries": {"x": {"value": "1", "self_assessment": {"points": "2"}, "differs_because": "d"}},
    }
    entry = answers_from_document(document, "f").entries["x"]
    assert (entry.self_assessment, entry.differs_because) == (SelfAssessment(points="2"), "d")


def test_every_item_has_lines_and_the_answers_of_its_lines_make_its_answer():
    for item in SCHEME.scheme.items:
        lines = form_lines(item)
        assert lines[0].path == ()
        assert len({line.key for line in lines}) == len(lines)
        assert assembled(item, {}) is None
        if isinstance(item.rule, Composite):
            assert [line.path[1] for line in lines[1:]] == [part.id for part in item.rule.parts]


@pytest.mark.parametrize(("typed", "option"), [("2", 2), ("第二级", None), ("0", None), ("99", None), ("2级", 2)])
def test_a_level_is_read_by_number_or_refused_with_what_is_possible(typed, option):
    line = next(line for item in ITEMS.values() for line in form_lines(item) if line.kind is Kind.LEVEL)
    if option is not None:
        assert line_answer(line, {Field.VALUE: typed}) == Answer(option=option)
        return
    with pytest.raises(InputRefused, match=r"self_form\.not_a_level"):
        line_answer(line, {Field.VALUE: typed})


def test_a_level_is_read_by_its_words():
    line = next(line for item in ITEMS.values() for line in form_lines(item) if line.kind is Kind.LEVEL)
    assert line_answer(line, {Field.VALUE: line.levels[0].zh}) == Answer(option=1)
    assert line_answer(line, {Field.VALUE: f"2 {line.levels[1].zh}"}) == Answer(option=2)
