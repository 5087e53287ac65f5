"""Who can be assessed, and at which level the agreement is signed."""

import pytest

from qassess.domain.agreement import Level
from qassess.services.assessments import open_assessment, proposed_agreement, start_assessment
from qassess.services.bodies import assessable_bodies, register
from qassess.services.schemes import class_for, find_scheme
from qassess.services.views import found_body


@pytest.mark.parametrize(("year", "counties"), [(2015, 14), (2017, 14), (2018, 13), (2024, 13)])
def test_counties_are_those_of_the_year(year, counties):
    bodies = assessable_bodies(year)
    assert sum(body.kind == "county" for body in bodies) == counties


def test_each_county_has_its_own_departments_but_those_that_answer_to_the_state():
    own = {body.id: body for body in assessable_bodies(2024) if body.id.startswith("140425/")}
    assert len(own) == 19
    assert own["140425/zhijian"].name == "平顺县质监局"
    assert "140425/guowang" not in own


@pytest.mark.parametrize(
    ("body", "level", "party_a"),
    [
        ("140425", Level.CITY_COUNTY, "140400"),
        ("shiyao", Level.CITY_DEPARTMENT, "140400"),
        ("140425/shiyao", Level.COUNTY_DEPARTMENT, "140425"),
    ],
)
def test_the_agreement_is_proposed_at_the_level_the_plan_orders(body, level, party_a):
    agreement = proposed_agreement(find_scheme("changzhi-2015"), found_body(body), 2024)
    assert (agreement.level, agreement.party_a, agreement.party_b) == (level, party_a, body)


def test_every_body_that_can_be_chosen_has_a_checklist_and_can_be_started(workspace):
    scheme = find_scheme("changzhi-2015")
    for body in assessable_bodies(2024):
        assert class_for(scheme, body).kind == body.kind
    started = start_assessment(workspace, body_id="140425/shiyao", year=2024, scheme=scheme)
    view = open_assessment(workspace, started)
    assert (view.body.printed, view.party_a.name) == ("平顺县食药监局", "平顺县")
    assert view.checklist.items


def test_a_successor_is_named_and_not_asked_by_itself():
    assert found_body("shiyao").successors == ("shichang",)
    assert "shichang" not in {body.id for body in assessable_bodies(2024)}
    assert register().find("140425/nothing") is None
