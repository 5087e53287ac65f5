"""Bodies and their assessments for the tests of ranking."""

from dataclasses import replace

from qassess.domain.agreement import Agreement, Level
from qassess.domain.bodies import Body
from qassess.domain.payloads import AssessmentRecord, SignatureRecord
from qassess.domain.ranking import Contender
from tests.domain.scoring_builders import GRADING, given, points_item, scheme_of, sheet_of

ONE_ITEM = scheme_of(points_item("x", "s", "100"))
BY_RANK = GRADING | {
    "rule": {
        "by": "rank",
        "places": [
            {"grade": "A", "first": 1, "last": 2},
            {"grade": "B", "first": 3, "last": 4},
            {"grade": "C", "first": 5},
        ],
    }
}


def by_rank(ties):
    return scheme_of(points_item("x", "s", "100"), grading=BY_RANK | {"rule": BY_RANK["rule"] | {"ties": ties}})


def body_of(name, kind="county", parent="140400"):
    return Body(id=name, code="", name=name, printed=f"长治市{name}", kind=kind, parent=parent)


def signed(*roles, heads=()):
    return tuple(SignatureRecord(digest="d" * 64, role=role, name=role, heads=heads) for role in roles)


def contender(name, entries, *, scheme=ONE_ITEM, kind="county", parent="140400", **fields):
    """Make an assessment with everything signed, unless fields say otherwise."""
    answers = replace(sheet_of(entries), body=name)
    body = body_of(name, kind, parent)
    agreement = Agreement(level=Level.CITY_COUNTY, party_a=parent, party_b=name, year=2024)
    record = AssessmentRecord(
        body=name, year=2024, round="annual", scheme=scheme.sha256, checklist="county", agreement=agreement
    )
    known = {"signatures": signed("leader", "representative")} | fields
    return Contender(assessment=f"assessment-{name}", body=body, scheme=scheme, record=record, answers=answers, **known)


def with_points(name, points, **fields):
    """Make an assessment of one item with so many points."""
    return contender(name, {"x": given(points)}, **fields)
