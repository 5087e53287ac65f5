"""Start, fill in, undo, lock and take up again: the verbs on a real database."""

from dataclasses import replace
from fractions import Fraction

import pytest

from qassess.domain.agreement import AgreedTarget, Level, Origin
from qassess.domain.answers import Adjustment, Answer, Entry
from qassess.domain.payloads import SignatureRecord, revised
from qassess.domain.revision import Kind, entity_of
from qassess.domain.score_sheet import State
from qassess.errors import InputRefused, QassessError
from qassess.services.assessments import (
    list_assessments,
    open_assessment,
    place,
    preview,
    proposed_agreement,
    record_entry,
    remember_place,
    reopen,
    revise_agreement,
    start_assessment,
)
from qassess.services.drafts import draft, keep_draft
from qassess.services.edits import history, redo, restore, undo
from qassess.services.evidence import attach_evidence, detach_evidence
from qassess.services.sign_off import lost_points, obstacles
from qassess.services.views import Progress, found_body
from qassess.services.workspace import open_workspace


@pytest.fixture
def pingshun(workspace, scheme):
    return start_assessment(workspace, body_id="140425", year=2024, scheme=scheme)


def test_two_machines_start_the_same_assessment_under_the_same_id(tmp_path, scheme, clock):
    ids = set()
    for name in ("a.db", "b.db"):
        opened = open_workspace(tmp_path / name, author=name, device=name, clock=clock)
        ids.add(start_assessment(opened, body_id="140425", year=2024, scheme=scheme))
        opened.close()
    assert len(ids) == 1


def test_starting_twice_is_refused(workspace, scheme, pingshun):
    with pytest.raises(QassessError, match=r"assessment\.exists"):
        start_assessment(workspace, body_id="140425", year=2024, scheme=scheme)


def test_the_proposed_agreement_names_parties_and_leaves_a_share_of_a_city_total_open(scheme):
    agreement = proposed_agreement(scheme, found_body("140425"), 2024)
    assert (agreement.level, agreement.party_a, agreement.party_b) == (Level.CITY_COUNTY, "140400", "140425")
    assert agreement.targets["food"] == AgreedTarget(value="95", origin=Origin.PLAN)
    assert agreement.targets["zones"] == AgreedTarget(value="", origin=Origin.SHARE)


def test_an_accepted_answer_is_saved_scored_and_there_after_reopening(workspace, pingshun, tmp_path, clock):
    view = record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="93.40"), note="见台账"))
    assert view.sheet.items["food"].points == Fraction(42)
    workspace.close()
    again = open_workspace(tmp_path / "work.db", author="李静", device="laptop-1", clock=clock)
    assert open_assessment(again, pingshun).entries["food"] == Entry(answer=Answer(value="93.40"), note="见台账")
    again.close()


def test_a_refused_answer_writes_nothing_and_says_why(workspace, pingshun):
    record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="93.4")))
    with pytest.raises(InputRefused) as refused:
        record_entry(workspace, pingshun, "food", Entry(answer=Answer(numerator="467", denominator="0")))
    assert refused.value.code == "number.zero_denominator"
    assert open_assessment(workspace, pingshun).entries["food"].answer == Answer(value="93.4")
    assert len(history(workspace, pingshun, "food")) == 1


def test_preview_writes_nothing(workspace, pingshun):
    view = open_assessment(workspace, pingshun)
    assert preview(view, "food", Entry(answer=Answer(value="95"))).points == 50
    assert open_assessment(workspace, pingshun).entries == {}


def test_an_unchanged_entry_writes_no_revision(workspace, pingshun):
    entry = Entry(answer=Answer(option=2))
    record_entry(workspace, pingshun, "meetings", entry)
    record_entry(workspace, pingshun, "meetings", entry)
    assert len(history(workspace, pingshun, "meetings")) == 1


def test_undo_redo_and_restore_write_the_inverse_and_keep_the_log(workspace, pingshun):
    record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="90")))
    record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="95")))
    undone = undo(workspace, pingshun)
    assert (undone.done, undone.item_id) == (True, "food")
    assert undone.view.entries["food"].answer == Answer(value="90")
    assert redo(workspace, pingshun).view.entries["food"].answer == Answer(value="95")
    oldest = history(workspace, pingshun, "food")[-1]
    assert restore(workspace, pingshun, "food", oldest.revision).entries["food"].answer == Answer(value="90")
    assert [change.entry.answer.value for change in history(workspace, pingshun, "food")] == [
        "90",
        "95",
        "90",
        "95",
        "90",
    ]


def test_undoing_the_first_answer_empties_the_item(workspace, pingshun):
    record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="90")))
    view = undo(workspace, pingshun).view
    assert view.sheet.items["food"].state is State.OPEN
    assert not undo(workspace, pingshun).done


def test_an_adjustment_keeps_both_values(workspace, pingshun):
    adjusted = Entry(answer=Answer(value="93.4"), adjustment=Adjustment(points="40", reason="台账不全"))
    score = record_entry(workspace, pingshun, "food", adjusted).sheet.items["food"]
    assert (score.computed, score.points) == (42, 40)


def test_an_override_without_reason_is_refused(workspace, pingshun):
    agreement = open_assessment(workspace, pingshun).agreement
    targets = {**agreement.targets, "food": AgreedTarget(value="96", origin=Origin.OVERRIDE)}
    with pytest.raises(InputRefused, match=r"target\.reason_missing"):
        revise_agreement(workspace, pingshun, replace(agreement, targets=targets))


def test_the_agreements_own_share_makes_the_item_scorable(workspace, pingshun):
    view = record_entry(workspace, pingshun, "zones", Entry(answer=Answer(count="2")))
    assert view.sheet.items["zones"].state is State.INCOMPLETE
    agreement = view.agreement
    share = AgreedTarget(value="4", origin=Origin.SHARE, reason="长政办〔2024〕3号")
    view = revise_agreement(workspace, pingshun, replace(agreement, targets={**agreement.targets, "zones": share}))
    assert view.sheet.items["zones"].points == 10


def test_drafts_and_place_survive_and_the_draft_goes_when_the_answer_is_saved(workspace, pingshun):
    keep_draft(workspace, pingshun, "food", "46")
    remember_place(workspace, pingshun, "food")
    assert (draft(workspace, pingshun, "food"), place(workspace, pingshun)) == ("46", "food")
    record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="95")))
    assert draft(workspace, pingshun, "food") is None


def test_one_file_serves_two_items_and_detaching_keeps_its_bytes(workspace, pingshun, tmp_path):
    path = tmp_path / "纪要.txt"
    path.write_text("第一季度联席会议", encoding="utf-8")
    attach_evidence(workspace, pingshun, "food", path)
    view = attach_evidence(workspace, pingshun, "meetings", path, dated="2024-03-30")
    (sha256,) = view.evidence
    assert view.entries["food"].evidence == view.entries["meetings"].evidence == (sha256,)
    view = detach_evidence(workspace, pingshun, "food", sha256)
    assert view.entries["food"].evidence == ()
    assert workspace.evidence.path_of(sha256).read_text(encoding="utf-8") == "第一季度联席会议"


def test_what_stops_signing_is_listed_in_order_and_goes_as_it_is_mended(workspace, pingshun, tmp_path):
    view = open_assessment(workspace, pingshun)
    assert [(found.item_id, found.code) for found in obstacles(view)] == [
        ("food", "obstacle.open"),
        ("meetings", "obstacle.open"),
        ("zones", "obstacle.open"),
        ("veto", "obstacle.gate_open"),
    ]
    record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="90")))
    record_entry(workspace, pingshun, "meetings", Entry(answer=Answer(option=2)))
    record_entry(workspace, pingshun, "zones", Entry(answer=Answer(not_applicable="本县无此任务")))
    view = record_entry(workspace, pingshun, "veto", Entry(answer=Answer(occurred=True)))
    assert [(found.item_id, found.code) for found in obstacles(view)] == [
        ("meetings", "obstacle.evidence_missing"),
        ("veto", "obstacle.gate_unconfirmed"),
    ]
    path = tmp_path / "minutes.txt"
    path.write_text("纪要", encoding="utf-8")
    attach_evidence(workspace, pingshun, "meetings", path)
    view = record_entry(workspace, pingshun, "veto", Entry(answer=Answer(occurred=True, confirmed_by="王强")))
    assert obstacles(view) == ()
    assert view.sheet.grade == "D"
    assert lost_points(view)[0] == ("food", Fraction(25))
    assert list_assessments(workspace)[0].state is Progress.READY


def test_a_signed_version_is_locked_and_taken_up_again_only_with_a_reason(workspace, pingshun):
    record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="90")))
    _pretend_signed(workspace, pingshun)
    assert open_assessment(workspace, pingshun).locked
    with pytest.raises(QassessError, match=r"assessment\.locked"):
        record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="95")))
    with pytest.raises(QassessError, match=r"assessment\.locked"):
        undo(workspace, pingshun)
    with pytest.raises(InputRefused, match=r"reopen\.reason_missing"):
        reopen(workspace, pingshun, " ")
    view = reopen(workspace, pingshun, "复核意见成立")
    assert not view.locked
    assert view.record.reopened[0].digest == "d1"
    assert record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="95"))).sheet.items["food"].points == 50


def _pretend_signed(workspace, assessment):
    record = SignatureRecord(
        digest="d1", role="leader", name="李静", certificate="c1", signed_at="2025-01-14T02:00:00Z"
    )
    entity = entity_of(bytes.fromhex(assessment), Kind.SIGNATURE, "d1")
    with workspace.database.unit_of_work() as uow:
        workspace.append(uow, Kind.SIGNATURE, entity, revised(None, record))
        uow.commit()


def test_unknown_things_are_named(workspace, pingshun):
    with pytest.raises(QassessError, match=r"assessment\.not_found"):
        open_assessment(workspace, "no such id")
    with pytest.raises(QassessError, match=r"item\.unknown"):
        record_entry(workspace, pingshun, "nothing", Entry())
    with pytest.raises(QassessError, match=r"body\.unknown"):
        found_body("999999")
    with pytest.raises(QassessError, match=r"revision\.unknown"):
        restore(workspace, pingshun, "food", "00")


@pytest.mark.parametrize(("typed", "stored"), [("96%", "96"), ("９６.５０", "96.5"), (" 97 % ", "97")])
def test_a_target_typed_with_its_unit_is_stored_as_a_plain_decimal(workspace, pingshun, typed, stored):
    agreement = open_assessment(workspace, pingshun).agreement
    target = AgreedTarget(value=typed, origin=Origin.OVERRIDE, reason="长政办〔2024〕3号")
    view = revise_agreement(workspace, pingshun, replace(agreement, targets={**agreement.targets, "food": target}))
    assert view.agreement.targets["food"].value == stored


def test_a_target_its_measure_cannot_have_is_refused_naming_the_item(workspace, pingshun):
    agreement = open_assessment(workspace, pingshun).agreement
    target = AgreedTarget(value="101", origin=Origin.OVERRIDE, reason="x")
    with pytest.raises(InputRefused) as refused:
        revise_agreement(workspace, pingshun, replace(agreement, targets={**agreement.targets, "food": target}))
    assert (refused.value.code, refused.value.values["item"]) == ("number.above_maximum", "food")


@pytest.mark.parametrize(
    ("body", "year", "code", "name", "named"),
    [
        ("140402", 2018, "body.ended", "successors", "140403"),
        ("140402/zhijian", 2019, "body.ended", "successors", "140403"),
        ("140403", 2017, "body.not_yet", "predecessors", "140402"),
    ],
)
def test_a_county_outside_its_years_is_refused_naming_who_was_there(workspace, scheme, body, year, code, name, named):
    with pytest.raises(QassessError) as refused:
        start_assessment(workspace, body_id=body, year=year, scheme=scheme)
    assert refused.value.code == code
    assert named in refused.value.values[name]


def test_an_answer_field_the_rule_does_not_use_is_refused_and_nothing_is_written(workspace, pingshun):
    with pytest.raises(InputRefused) as refused:
        record_entry(workspace, pingshun, "meetings", Entry(answer=Answer(option=2, value="5")))
    assert (refused.value.code, refused.value.values["field"]) == ("answer.unused_field", "value")
    assert history(workspace, pingshun, "meetings") == ()
