"""Last year as context: the same body's, a merged district's put together, never of another question."""

import pytest

from qassess.domain.answers import Answer, Entry
from qassess.domain.scheme_file import pin
from qassess.services.assessments import open_assessment, record_entry, start_assessment
from qassess.services.last_round import last_round
from tests.services.conftest import small_scheme_document


def given(workspace, scheme, body, year, **answers):
    assessment = start_assessment(workspace, body_id=body, year=year, scheme=scheme)
    for item, answer in answers.items():
        record_entry(workspace, assessment, item, Entry(answer=answer))
    return assessment


def known(workspace, scheme, body, year, **answers):
    assessment = given(workspace, scheme, body, year, **answers)
    return last_round(workspace, open_assessment(workspace, assessment))


def test_without_a_round_before_nothing_is_claimed(workspace, scheme):
    given(workspace, scheme, "140425", 2022, food=Answer(value="90"))
    given(workspace, scheme, "140426", 2023, food=Answer(value="90"))
    assert known(workspace, scheme, "140425", 2024) is None


def test_the_same_body_s_value_with_its_points(workspace, scheme):
    given(workspace, scheme, "140425", 2023, food=Answer(value="93"), meetings=Answer(option=2))
    last = known(workspace, scheme, "140425", 2024, food=Answer(value="95"))
    assert (last.year, [body.id for body in last.bodies], last.missing) == (2023, ["140425"], ())
    (food,) = last.items["food"].values
    assert (food.answer, food.points, food.full) == (Answer(value="93"), 40, 50)
    assert last.items["food"].pooled is None
    assert "zones" not in last.items


def test_it_never_becomes_an_answer(workspace, scheme):
    given(workspace, scheme, "140425", 2023, food=Answer(value="93"))
    assessment = given(workspace, scheme, "140425", 2024)
    last_round(workspace, open_assessment(workspace, assessment))
    assert open_assessment(workspace, assessment).entries == {}


def test_an_item_that_asks_something_else_now_is_no_context(workspace, scheme):
    given(workspace, scheme, "140425", 2023, food=Answer(value="93"), meetings=Answer(option=2))
    document = small_scheme_document()
    document["version"] = "2"
    document["items"][0]["rule"]["deduct_per_step"] = "4"
    last = known(workspace, pin(document), "140425", 2024)
    assert set(last.items) == {"meetings"}


def test_a_merged_district_adds_numerators_and_denominators(workspace, scheme):
    given(workspace, scheme, "140402", 2017, food=Answer(numerator="90", denominator="100"), zones=Answer(count="2"))
    given(workspace, scheme, "140411", 2017, food=Answer(numerator="290", denominator="300"), zones=Answer(count="3"))
    last = known(workspace, scheme, "140403", 2018)
    assert [body.id for body in last.bodies] == ["140402", "140411"]
    assert last.items["food"].pooled == Answer(numerator="380", denominator="400")
    assert last.items["zones"].pooled == Answer(count="5")
    assert len(last.items["food"].values) == 2


@pytest.mark.parametrize("second", [Answer(value="96.7"), None])
def test_rates_without_their_pairs_are_listed_and_not_averaged(workspace, scheme, second):
    given(workspace, scheme, "140402", 2017, food=Answer(numerator="90", denominator="100"))
    given(workspace, scheme, "140411", 2017, **({"food": second} if second else {}))
    assert known(workspace, scheme, "140403", 2018).items["food"].pooled is None


def test_half_of_a_merged_district_is_said_to_be_half(workspace, scheme):
    given(workspace, scheme, "140402", 2017, food=Answer(numerator="90", denominator="100"))
    last = known(workspace, scheme, "140403", 2018)
    assert [body.id for body in last.missing] == ["140411"]
    assert last.items["food"].pooled is None


def test_a_level_is_never_added_up(workspace, scheme):
    for body in ("140402", "140411"):
        given(workspace, scheme, body, 2017, meetings=Answer(option=2))
    assert known(workspace, scheme, "140403", 2018).items["meetings"].pooled is None
