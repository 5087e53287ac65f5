"""Conflicts weighed and decided: what follows from either side, reasons, both kept, decided twice, taken back."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from qassess.domain.agreement import AgreedTarget, Origin
from qassess.domain.answers import Answer, Entry
from qassess.domain.payloads import SignatureRecord, revised
from qassess.domain.revision import Kind, entity_of
from qassess.errors import InputRefused, QassessError
from qassess.services.assessments import open_assessment, record_entry, reopen, revise_agreement, start_assessment
from qassess.services.conflicts import conflicts
from qassess.services.decisions import decide, decide_all, decide_value, keep_both
from qassess.services.edits import history, redo, undo
from qassess.services.evidence import attach_evidence, describe_evidence, detach_evidence
from qassess.services.exchange import export_assessments, merge_files
from qassess.services.workspace import open_workspace

PINGSHUN, HUGUAN = "140425", "140427"


class Round:
    """An office, two laptops, and files between them; every database has its own clock, all within the same hour."""

    def __init__(self, folder, scheme):
        self.folder = folder
        self.scheme = scheme
        self.opened = {}
        self.exported = 0

    def desk(self, name, author=""):
        if name not in self.opened:
            (self.folder / name).mkdir()
            moment = [datetime(2025, 1, 14, 2, len(self.opened), tzinfo=UTC)]

            def clock():
                moment[0] += timedelta(seconds=1)
                return moment[0]

            path = self.folder / name / "work.db"
            self.opened[name] = open_workspace(path, author=author or name, device=f"{name}的笔记本", clock=clock)
        return self.opened[name]

    def start(self, name, body=PINGSHUN):
        return start_assessment(self.desk(name), body_id=body, year=2024, scheme=self.scheme)

    def send(self, sender, receiver, *assessments):
        self.exported += 1
        path = self.folder / f"{self.exported}.qassess"
        export_assessments(self.desk(sender), assessments, path)
        (result,) = merge_files(self.desk(receiver), [path])
        assert result.accepted, result
        return result

    def close(self):
        for workspace in self.opened.values():
            workspace.close()


@pytest.fixture
def round_(tmp_path, scheme):
    made = Round(tmp_path, scheme)
    yield made
    made.close()


@pytest.fixture
def disputed(round_):
    """Two teams answered the same item of the same county differently, from a common beginning."""
    county = round_.start("李静")
    record_entry(round_.desk("李静"), county, "food", Entry(answer=Answer(value="90")))
    round_.send("李静", "王强", county)
    record_entry(round_.desk("李静"), county, "food", Entry(answer=Answer(value="95")))
    record_entry(round_.desk("王强"), county, "food", Entry(answer=Answer(value="91")))
    for laptop in ("李静", "王强"):
        record_entry(round_.desk(laptop), county, "meetings", Entry(answer=Answer(option=2)))
        record_entry(round_.desk(laptop), county, "zones", Entry(answer=Answer(not_applicable="无此任务")))
        record_entry(round_.desk(laptop), county, "veto", Entry(answer=Answer(occurred=False)))
        round_.send(laptop, "office", county)
    return round_, round_.desk("office"), county


def side_of(conflict, author):
    return next(place for place, choice in enumerate(conflict.sides) if choice.side.author == author)


def test_a_conflict_shows_who_wrote_what_from_what_and_what_follows(disputed):
    _, office, county = disputed
    (conflict,) = conflicts(office)
    assert (conflict.assessment, conflict.item_id, conflict.name) == (county, "food", "answer")
    assert (conflict.base.value, conflict.base.author) == ({"value": "90"}, "李静")
    chosen = {choice.side.author: choice for choice in conflict.sides}
    assert chosen["李静"].side.device == "李静的笔记本"
    assert (chosen["李静"].score.points, chosen["王强"].score.points) == (50, 30)
    assert chosen["李静"].total - chosen["王强"].total == conflict.spread == abs(conflict.difference)
    for author, choice in chosen.items():
        taken = decide(office, conflict.id, side_of(conflict, author), reason="x")
        assert (taken.sheet.total, taken.sheet.grade) == (choice.total, choice.grade)
        undo(office, county)


def test_a_decision_is_kept_with_its_reason_and_can_be_undone_and_redone(disputed):
    _, office, county = disputed
    (conflict,) = conflicts(office)
    view = decide(office, conflict.id, side_of(conflict, "王强"), reason="以盖章报告为准")
    assert view.conflicts == ()
    assert view.entries["food"].answer == Answer(value="91")
    assert history(office, county, "food")[0].reason == "以盖章报告为准"
    assert conflicts(office) == ()
    assert [known.id for known in undo(office, county).view.disputes] == [conflict.id]
    assert redo(office, county).view.conflicts == ()


def test_what_is_decided_or_has_changed_meanwhile_is_not_decided_again(disputed):
    _, office, _ = disputed
    (conflict,) = conflicts(office)
    with pytest.raises(QassessError, match=r"conflict\.no_such_side"):
        decide(office, conflict.id, 2, reason="x")
    decide(office, conflict.id, 0, reason="x")
    with pytest.raises(QassessError, match=r"conflict\.unknown"):
        decide(office, conflict.id, 1, reason="x")


def test_a_value_of_ones_own_is_checked_like_every_answer(disputed):
    _, office, _ = disputed
    (conflict,) = conflicts(office)
    with pytest.raises(QassessError, match=r"conflict\.unfit"):
        decide_value(office, conflict.id, {"value": ["93"]}, reason="x")
    with pytest.raises(InputRefused):
        decide_value(office, conflict.id, {"value": "ninety"}, reason="x")
    view = decide_value(office, conflict.id, {"value": "93"}, reason="x")
    assert (view.entries["food"].answer, view.conflicts) == (Answer(value="93"), ())


def test_both_are_kept_in_words(disputed):
    _, office, _ = disputed
    (conflict,) = conflicts(office)
    view = keep_both(office, conflict.id, side_of(conflict, "李静"), reason="x")
    entry = view.entries["food"]
    assert entry.answer == Answer(value="95")
    assert "王强" in entry.note
    assert "91" in entry.note


def test_where_a_grade_or_a_place_hangs_on_it_a_reason_is_needed(disputed):
    round_, office, county = disputed
    (conflict,) = conflicts(office)
    assert not conflict.needs_reason
    rival = round_.start("office", HUGUAN)
    for item, answer in (
        ("food", Answer(value="93")),
        ("meetings", Answer(option=2)),
        ("zones", Answer(not_applicable="无此任务")),
        ("veto", Answer(occurred=False)),
    ):
        record_entry(office, rival, item, Entry(answer=answer))
    (conflict,) = conflicts(office)
    assert set(conflict.places) == {1, 2}
    assert conflict.needs_reason
    with pytest.raises(QassessError, match=r"conflict\.reason_missing"):
        decide(office, conflict.id, 0, reason="  ")
    assert decide(office, conflict.id, 0, reason="复核").conflicts == ()
    assert open_assessment(office, county).sheet.complete


def test_two_different_decisions_are_a_conflict_again_and_shown_as_such(disputed):
    round_, office, county = disputed
    (conflict,) = conflicts(office)
    other = round_.desk("复核组")
    for number in (2, 3):
        merge_files(other, [round_.folder / f"{number}.qassess"])
    assert conflicts(other)[0].id == conflict.id
    decide(office, conflict.id, 0, reason="甲")
    decide(other, conflict.id, 1, reason="乙")
    round_.send("复核组", "office", county)
    (again,) = conflicts(office)
    assert again.decided_differently
    assert {choice.side.reason for choice in again.sides} == {"甲", "乙"}
    assert {choice.side.author for choice in again.sides} == {"office", "复核组"}


def test_the_same_decision_made_twice_is_none(disputed):
    round_, office, county = disputed
    other = round_.desk("复核组")
    for number in (2, 3):
        merge_files(other, [round_.folder / f"{number}.qassess"])
    (conflict,) = conflicts(office)
    decide(office, conflict.id, 0, reason="甲")
    decide(other, conflict.id, 0, reason="乙")
    round_.send("复核组", "office", county)
    assert conflicts(office) == ()


def test_all_from_one_person_are_taken_at_once_and_what_cannot_be_is_said(round_):
    county = round_.start("李静")
    round_.send("李静", "王强", county)
    for laptop, note in (("李静", "甲"), ("王强", "乙")):
        for item in ("food", "meetings"):
            record_entry(round_.desk(laptop), county, item, Entry(note=note))
        round_.send(laptop, "office", county)
    office = round_.desk("office")
    found = conflicts(office)
    assert [(conflict.item_id, conflict.name, conflict.spread) for conflict in found] == [
        ("food", "note", 0),
        ("meetings", "note", 0),
    ]
    done = decide_all(office, [conflict.id for conflict in found] + ["0123456789"], author="王强")
    assert [code for _, code in done] == ["", "", "conflict.unknown"]
    assert {entry.note for entry in open_assessment(office, county).entries.values()} == {"乙"}


def test_conflicts_come_in_the_order_of_their_consequence(disputed):
    round_, office, county = disputed
    for laptop, note in (("李静", "甲"), ("王强", "乙")):
        view = open_assessment(round_.desk(laptop), county)
        record_entry(round_.desk(laptop), county, "meetings", replace(view.entries["meetings"], note=note))
        round_.send(laptop, "office", county)
    assert [conflict.name for conflict in conflicts(office)] == ["answer", "note"]
    assert conflicts(office, county)[1].spread == Fraction(0)
    note = conflicts(office)[1]
    assert keep_both(office, note.id, 0).entries["meetings"].note.split("\n") == [
        choice.side.value for choice in note.sides
    ]


def test_targets_of_the_agreement_are_weighed_and_decided_too(round_):
    county = round_.start("李静")
    record_entry(round_.desk("李静"), county, "zones", Entry(answer=Answer(count="2")))
    round_.send("李静", "王强", county)
    for laptop, target in (("李静", "4"), ("王强", "8")):
        agreement = open_assessment(round_.desk(laptop), county).agreement
        share = AgreedTarget(value=target, origin=Origin.SHARE, reason="长政办〔2024〕3号")
        targets = {**agreement.targets, "zones": share}
        revise_agreement(round_.desk(laptop), county, replace(agreement, targets=targets))
        round_.send(laptop, "office", county)
    office = round_.desk("office")
    (conflict,) = conflicts(office)
    assert (conflict.name, conflict.item_id) == ("agreement.targets.zones", None)
    assert conflict.spread > 0
    view = decide(office, conflict.id, side_of(conflict, "王强"), reason="x")
    assert view.agreement.targets["zones"].value == "8"
    assert view.conflicts == ()


def test_evidence_withdrawn_by_one_and_described_by_the_other(round_, tmp_path):
    county = round_.start("李静")
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(b"photo")
    view = attach_evidence(round_.desk("李静"), county, "meetings", photo)
    (sha256,) = view.evidence
    round_.send("李静", "王强", county)
    detach_evidence(round_.desk("李静"), county, "meetings", sha256)
    record = open_assessment(round_.desk("王强"), county).evidence[sha256]
    describe_evidence(round_.desk("王强"), county, replace(record, caption="正门"))
    for laptop in ("李静", "王强"):
        round_.send(laptop, "office", county)
    office = round_.desk("office")
    (conflict,) = conflicts(office)
    assert conflict.name == "withdrawn"
    view = decide(office, conflict.id, side_of(conflict, "王强"), reason="x")
    assert view.entries["meetings"].evidence == (sha256,)
    assert view.evidence[sha256].caption == "正门"
    assert not view.evidence[sha256].withdrawn
    undone = undo(office, county).view
    assert undone.entries["meetings"].evidence == ()
    assert [known.id for known in undone.disputes] == [conflict.id]


def test_what_differs_from_what_was_signed_is_marked_and_needs_reopening(disputed):
    round_, office, county = disputed
    laptop = round_.desk("李静")
    record = SignatureRecord(
        digest="d1",
        role="leader",
        name="李静",
        certificate="c1",
        signed_at="2025-01-14T02:00:00Z",
        heads=open_assessment(laptop, county).revisions,
    )
    with laptop.database.unit_of_work() as uow:
        laptop.append(
            uow, Kind.SIGNATURE, entity_of(bytes.fromhex(county), Kind.SIGNATURE, "d1"), revised(None, record)
        )
        uow.commit()
    assert open_assessment(laptop, county).changed_since_signing == ()
    result = round_.send("李静", "office", county)
    assert result.verdict == "merge.check"
    assert result.assessments[0].changed == ("food",)
    view = open_assessment(office, county)
    assert view.changed_since_signing == ("food",)
    (conflict,) = conflicts(office)
    with pytest.raises(QassessError, match=r"assessment\.locked"):
        decide(office, conflict.id, side_of(conflict, "王强"), reason="x")
    view = decide(office, conflict.id, side_of(conflict, "李静"), reason="x")
    assert (view.conflicts, view.changed_since_signing) == ((), ())
    reopen(office, county, "复核")
    record_entry(office, county, "food", Entry(answer=Answer(value="91")))


def test_a_conflict_has_the_same_name_on_every_machine(disputed):
    round_, office, _ = disputed
    other = round_.desk("other")
    shutil.copyfile(round_.folder / "3.qassess", round_.folder / "copy.qassess")
    merge_files(other, [round_.folder / "copy.qassess", round_.folder / "2.qassess"])
    assert [conflict.id for conflict in conflicts(other)] == [conflict.id for conflict in conflicts(office)]
