"""What the office's screens are told comes from the real services: files, conflicts, results, in words."""

import pytest

from qassess.domain.answers import Answer, Entry
from qassess.errors import QassessError
from qassess.services.assessments import open_assessment, record_entry
from qassess.services.workspace import open_workspace
from qassess.ui.channel import Channel
from qassess.ui.conflict_state import Decision
from qassess.ui.exchange_state import Standing
from qassess.ui.results_state import Leads
from qassess.ui.service_office import ServiceOffice
from tests.e2e.office_files import filled
from tests.services.conftest import TickingClock
from tests.services.round_cases import sign_in_database

COUNTY, OTHER = "140425", "140423"


@pytest.fixture
def desk(tmp_path, qapp):
    opened, clock = [], TickingClock()

    def open_desk(name, author):
        opened.append(open_workspace(tmp_path / f"{name}.db", author=author, device=name, clock=clock))
        return opened[-1]

    yield open_desk
    for workspace in opened:
        workspace.close()


@pytest.fixture
def office(desk):
    return ServiceOffice(desk("office", "赵敏"))


@pytest.fixture
def files(desk, tmp_path):
    """Two laptops that differ in an answer and in a note, from a common ancestor."""
    left, right = desk("laptop-1", "李静"), desk("laptop-2", "王强")
    county = filled(left, COUNTY, "95")
    common, *paths = (tmp_path / f"{name}.qassess" for name in ("common", "left", "right"))
    export(left, [county], common)
    merge(ServiceOffice(right), [common])
    for laptop, value, note in ((left, "94.4", "看了台账"), (right, "91", "看了报告")):
        record_entry(laptop, county, "food", Entry(answer=Answer(value=value), note=note))
    for laptop, path in ((left, paths[0]), (right, paths[1])):
        export(laptop, [county], path)
    return paths


def export(workspace, assessments, out, password=""):
    return ServiceOffice(workspace).export(assessments, out, password, Channel())


def told(work, *arguments):
    """Run work of a backend and return what it told."""
    channel, lines = Channel(), []
    channel.told.connect(lines.append)
    work(*arguments, channel)
    return lines


def merge(office, paths, passwords=None):
    return told(office.merge_files, paths, passwords or {})


def test_the_receipt_says_what_is_in_the_file(desk, tmp_path):
    workspace = desk("laptop-1", "李静")
    county = filled(workspace, COUNTY, "95")
    (line,) = ServiceOffice(workspace).exportable()
    assert (line.id, line.body, line.items) == (county, "平顺县", "3 / 3")
    out = tmp_path / "平顺县.qassess"
    receipt = export(workspace, [county], out)
    assert (receipt.lines[0].body, receipt.lines[0].year, receipt.lines[0].items) == ("平顺县", "2024 年度", "3 / 3")
    assert len(receipt.checksum) == 4
    assert "-".join(receipt.checksum) in receipt.text
    assert not receipt.sealed
    ServiceOffice(workspace).save_slip(receipt, tmp_path / "slip.pdf")
    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(QassessError, match=r"export\.exists"):
        export(workspace, [county], out)


def test_a_sealed_file_waits_for_its_password(desk, office, tmp_path):
    workspace = desk("laptop-1", "李静")
    out = tmp_path / "sealed.qassess"
    assert export(workspace, [filled(workspace, COUNTY, "95")], out, "long enough").sealed
    (asked,) = told(office.check_files, [out], {})
    (refused,) = told(office.check_files, [out], {out: "another one"})
    (opened,) = told(office.check_files, [out], {out: "long enough"})
    assert [line.standing for line in (asked, refused, opened)] == [Standing.SEALED, Standing.SEALED, Standing.READY]
    assert [line.wrong_password for line in (asked, refused, opened)] == [False, True, False]
    assert (asked.new, opened.body, opened.scheme) == (None, "平顺县", "1")


def test_files_are_looked_at_then_merged_then_known(office, files):
    looked = told(office.check_files, files, {})
    assert [line.standing for line in looked] == [Standing.READY] * 2
    assert sum(line.conflicts for line in looked) == 2
    assert office.ledger() == ()
    merged = merge(office, files)
    assert [line.standing for line in merged] == [Standing.MERGED] * 2
    assert merged[1].outcome.words == "2 处冲突待决定"
    (again,) = told(office.check_files, files[:1], {})
    assert again.standing is Standing.DUPLICATE
    assert [line.can_undo for line in office.ledger()] == [True, True]
    inbox = office.inbox()
    assert (inbox.conflicts, inbox.year, len(inbox.unreported)) == (2, 2024, 12)
    assert "right.qassess" in inbox.merged


def test_a_merge_is_taken_back_and_done_again(office, files):
    merge(office, files)
    merge_id = office.ledger()[0].id
    office.undo_merge(merge_id)
    assert office.conflicts() == ()
    undone = next(line for line in office.ledger() if line.id == merge_id)
    assert (undone.can_undo, undone.can_redo, undone.state.words) == (False, True, "已撤销")
    office.redo_merge(merge_id)
    assert len(office.conflicts()) == 2


def test_a_conflict_is_told_with_its_sides_and_consequences(office, files):
    merge(office, files)
    answer, note = office.conflicts()
    assert answer.title == "1.1 食品监督抽查合格率"
    assert note.title == "1.1 食品监督抽查合格率 · 备注"
    assert {side.value for side in answer.sides} == {"94.4 %", "91 %"}
    assert {side.author for side in answer.sides} == {"李静", "王强"}
    assert {side.total for side in answer.sides} == {"97.0", "80.0"}
    assert {side.grade for side in answer.sides} == {"A级", "B级"}
    assert answer.base.startswith("95 %")
    assert answer.needs_reason
    assert answer.effect.startswith("等级")
    assert (note.needs_reason, note.effect, note.delta) == (False, "不影响分数", "0")
    assert {side.value for side in note.sides} == {"看了台账", "看了报告"}
    assert (answer.item.id, note.item) == ("food", None)
    assert note.text in ("看了台账", "看了报告")


def test_a_grave_decision_needs_its_reason(office, files):
    merge(office, files)
    answer, _note = office.conflicts()
    with pytest.raises(QassessError, match=r"conflict\.reason_missing"):
        office.decide(answer.id, Decision(side=0))
    office.decide(answer.id, Decision(side=0, reason="第三方报告"))
    assert len(office.conflicts()) == 1
    assert office.undo_decision() == answer.id
    assert len(office.conflicts()) == 2
    assert office.undo_decision() == ""


def test_a_value_and_words_are_written_by_hand(office, files, desk):
    merge(office, files)
    answer, note = office.conflicts()
    score = office.preview_decision(answer.id, Answer(value="93"))
    assert score.points == 50
    office.decide(answer.id, Decision(answer=Answer(value="93"), reason="复核"))
    office.decide(note.id, Decision(text="台账和报告都看了"))
    assert office.conflicts() == ()
    view = open_assessment(office._workspace, office.exportable()[0].id)
    assert (view.entries["food"].answer.value, view.entries["food"].note) == ("93", "台账和报告都看了")


def test_both_are_kept_in_words(office, files):
    merge(office, files)
    answer, _note = office.conflicts()
    kept = answer.sides[0].value.removesuffix(" %")
    other = answer.sides[1].value.removesuffix(" %")
    office.decide(answer.id, Decision(side=0, keep_both=True, reason="待核"))
    entry = open_assessment(office._workspace, office.exportable()[0].id).entries["food"]
    assert entry.answer.value == kept
    assert other in entry.note


def test_results_are_told_in_words(office):
    workspace = office._workspace
    best, other = filled(workspace, COUNTY, "95"), filled(workspace, OTHER, "93")
    sign_in_database(workspace, best)
    (choice,) = office.rounds()
    (kind,) = office.kinds(choice.year, choice.round)
    assert (choice.words, kind.words, kind.count) == ("2024 年度", "县（市、区）", 2)
    state = office.results(choice.year, choice.round, kind.kind)
    assert [(row.place, row.body, row.total, row.grade.words) for row in state.rows] == [
        ("1", "平顺县", "100.0", "A级"),
        ("2", "襄垣县", "90.0", "A级"),
    ]
    assert [cell.words for cell in state.rows[1].cells] == ["83.3", "100.0"]
    assert state.heading.words.startswith("2 个单位中 1 个可以发布")
    assert [(blocker.leads, blocker.assessment) for blocker in state.blockers] == [(Leads.REVIEW, other)]
    assert any("11 个单位未报" in note for note in state.notes)
    body = office.body_result(other)
    assert body.losses[0].lost == "−10"
    assert body.losses[0].derivation
    assert [section.points for section in body.sections[:2]] == ["50 / 60", "40 / 40"]
    assert body.signatures[0].tone == "attention"
    assert [refusal.body for refusal in office.certificate_refusals([best, other])] == ["襄垣县"]


def test_documents_are_written(office, tmp_path):
    workspace = office._workspace
    best = filled(workspace, COUNTY, "95")
    sign_in_database(workspace, best)
    (choice,) = office.rounds()
    (kind,) = office.kinds(choice.year, choice.round)
    where = (choice.year, choice.round, kind.kind)
    assert office.write_workbook(*where, tmp_path / "r.xlsx", Channel()).read_bytes().startswith(b"PK")
    assert office.write_table(*where, tmp_path / "r.pdf", Channel()).read_bytes().startswith(b"%PDF")
    done = office.write_certificates([best], tmp_path, Channel(), landscape=True)
    assert [path.read_bytes()[:4] for path in done.files] == [b"%PDF"]
    assert done.refusals == ()
    with pytest.raises(QassessError, match=r"results\.none"):
        office.results(2019, "annual", kind.kind)
