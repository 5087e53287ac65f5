"""A county's own form comes in beside what is verified: nothing overwritten, nothing emptied, both printed."""

import json
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from qassess.documents.report_text import printed_text
from qassess.domain.answers import Answer, Entry, SelfAssessment
from qassess.domain.answers_file import AnswersFile
from qassess.errors import AnswersFaults, QassessError
from qassess.i18n import use_language
from qassess.services.assessments import open_assessment, record_entry, start_assessment
from qassess.services.drafts import draft, keep_draft
from qassess.services.edits import history, restore, undo
from qassess.services.fill import fill
from qassess.services.schemes import find_scheme
from qassess.services.self_assessment import import_self_assessment, take_over, write_blank_form, write_form_of
from qassess.services.sign_off import make_report, obstacles


@pytest.fixture(autouse=True)
def _chinese():
    use_language("zh")
    yield
    use_language("zh")


@pytest.fixture
def pingshun(workspace, scheme):
    return start_assessment(workspace, body_id="140425", year=2024, scheme=scheme)


@pytest.fixture
def form(tmp_path, workspace, pingshun):
    """Write the assessment's form with some cells typed in, and return its path."""

    def write(name="平顺县自评.xlsx", **cells):
        path = tmp_path / name
        write_form_of(open_assessment(workspace, pingshun), path)
        book = load_workbook(path)
        sheet = book.worksheets[0]
        rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=5)}
        for item, typed in cells.items():
            for column, value in typed.items():
                sheet[f"{column}{rows[item]}"] = value
        book.save(path)
        return path

    return write


FOOD = {"F": "45", "G": "94", "K": "抽查 500 批次"}


def test_what_the_county_says_stands_beside_the_assessors_answer(workspace, pingshun, form):
    record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="93.4"), note="见台账", evidence=()))
    arrived = import_self_assessment(workspace, form(food=FOOD, meetings={"G": 2}))
    assert (arrived.view.id, arrived.items, arrived.written) == (pingshun, 2, 2)
    food = open_assessment(workspace, pingshun).entries["food"]
    assert (food.answer, food.note) == (Answer(value="93.4"), "见台账")
    assert food.self_assessment == SelfAssessment(
        answer=Answer(value="94"), points="45", remark="抽查 500 批次", source="平顺县自评.xlsx"
    )
    assert open_assessment(workspace, pingshun).entries["meetings"].answer is None


def test_the_same_form_twice_writes_nothing_and_an_emptier_one_empties_nothing(workspace, pingshun, form):
    import_self_assessment(workspace, form(food=FOOD))
    assert import_self_assessment(workspace, form(food=FOOD)).written == 0
    assert import_self_assessment(workspace, form("空.xlsx")).written == 0
    assert import_self_assessment(workspace, form("改.xlsx", food={"F": "40"})).written == 1
    said = open_assessment(workspace, pingshun).entries["food"].self_assessment
    assert (said.answer, said.points, said.remark) == (Answer(value="94"), "40", "抽查 500 批次")


def test_a_form_with_faults_writes_nothing_and_names_every_cell(workspace, pingshun, form):
    path = form(food={"F": 99}, meetings={"G": 7}, zones={"G": "若干", "F": 1})
    with pytest.raises(AnswersFaults) as refused:
        import_self_assessment(workspace, path)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [
        ("自评打分表!F6", "self_form.points_range"),
        ("自评打分表!G8", "self_form.not_a_level"),
        ("自评打分表!G9", "number.not_a_number"),
    ]
    assert open_assessment(workspace, pingshun).entries == {}


def test_a_pair_over_zero_is_refused_at_its_own_cell(workspace, pingshun, form):
    with pytest.raises(AnswersFaults) as refused:
        import_self_assessment(workspace, form(food={"H": 3, "I": 0}))
    (fault,) = refused.value.faults
    assert (fault.path.rpartition("!")[2][0], fault.code) == ("I", "number.zero_denominator")


def test_the_import_is_undone_in_one_step(workspace, pingshun, form):
    record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="93.4")))
    import_self_assessment(workspace, form(food=FOOD, meetings={"G": 2}))
    undo(workspace, pingshun)
    entries = open_assessment(workspace, pingshun).entries
    assert {entry.self_assessment for entry in entries.values()} == {None}
    assert entries["food"].answer == Answer(value="93.4")


def test_what_somebody_is_typing_stays(workspace, pingshun, form):
    keep_draft(workspace, pingshun, "food", "{}")
    import_self_assessment(workspace, form(food=FOOD))
    assert draft(workspace, pingshun, "food") == "{}"


def test_taking_over_is_an_edit_and_needs_something_to_take(workspace, pingshun, form):
    import_self_assessment(workspace, form(food=FOOD, zones={"F": 10}))
    assert take_over(workspace, pingshun, "food").entries["food"].answer == Answer(value="94")
    assert undo(workspace, pingshun).view.entries["food"].answer is None
    with pytest.raises(QassessError, match=r"self_form\.nothing_to_take"):
        take_over(workspace, pingshun, "zones")
    with pytest.raises(QassessError, match=r"self_form\.nothing_to_take"):
        take_over(workspace, pingshun, "meetings")


def test_other_points_than_claimed_stop_signing_until_somebody_says_why(workspace, pingshun, form):
    import_self_assessment(workspace, form(food=FOOD))

    def stops(entry):
        view = record_entry(workspace, pingshun, "food", entry)
        return "obstacle.differs_without_reason" in {found.code for found in obstacles(view) if found.item_id == "food"}

    known = open_assessment(workspace, pingshun).entries["food"]
    assert stops(replace(known, answer=Answer(value="93")))
    assert not stops(replace(known, answer=Answer(value="93"), differs_because="复核数为 93"))
    assert not stops(replace(known, answer=Answer(value="94")))


def test_an_earlier_answer_restored_leaves_the_countys_word(workspace, pingshun, form):
    record_entry(workspace, pingshun, "food", Entry(answer=Answer(value="93.4")))
    import_self_assessment(workspace, form(food=FOOD))
    first = history(workspace, pingshun, "food")[-1]
    entry = restore(workspace, pingshun, "food", first.revision).entries["food"]
    assert (entry.answer, entry.self_assessment.points) == (Answer(value="93.4"), "45")


def test_an_answers_file_put_in_leaves_the_countys_word(workspace, pingshun, scheme, form):
    import_self_assessment(workspace, form(food=FOOD))
    answers = AnswersFile(body="140425", year=2024, entries={"food": Entry(answer=Answer(value="93"))})
    entry = fill(workspace, scheme, answers, "a.json").view.entries["food"]
    assert (entry.answer, entry.self_assessment.points) == (Answer(value="93"), "45")


def test_an_answers_file_can_be_the_countys_word(workspace, pingshun, tmp_path):
    path = tmp_path / "自评.json"
    entries = {"food": {"value": "94", "note": "见附件"}, "meetings": {"self_assessment": {"points": "30"}}}
    path.write_text(json.dumps({"body": "140425", "year": 2024, "entries": entries}), encoding="utf-8")
    said = import_self_assessment(workspace, path, pingshun).view.entries
    assert said["food"].self_assessment == SelfAssessment(
        answer=Answer(value="94"), remark="见附件", source="自评.json"
    )
    assert said["food"].answer is None
    assert said["meetings"].self_assessment.points == "30"


def test_an_answers_file_with_faults_names_them_all(workspace, pingshun, tmp_path):
    path = tmp_path / "自评.json"
    entries = {"food": {"value": "多"}, "nothing": {"value": "1"}}
    path.write_text(json.dumps({"body": "140425", "year": 2024, "entries": entries}), encoding="utf-8")
    with pytest.raises(AnswersFaults) as refused:
        import_self_assessment(workspace, path, pingshun)
    assert {fault.path for fault in refused.value.faults} == {"entries.food", "entries.nothing"}


def test_the_form_of_another_body_or_year_is_refused(workspace, scheme, pingshun, form):
    other = start_assessment(workspace, body_id="140426", year=2024, scheme=scheme)
    with pytest.raises(QassessError, match=r"self_form\.another"):
        import_self_assessment(workspace, form(food=FOOD), other)


def test_a_form_that_does_not_say_whose_needs_to_be_told(workspace, pingshun, form):
    path = form(food=FOOD)
    book = load_workbook(path)
    del book["qassess"]
    book.save(path)
    with pytest.raises(QassessError, match=r"self_form\.whose"):
        import_self_assessment(workspace, path)
    assert import_self_assessment(workspace, path, pingshun).written == 1


def test_a_form_starts_the_assessment_it_is_for(workspace, tmp_path):
    path = tmp_path / "f.xlsx"
    write_blank_form(path, body_id="140425", year=2024, scheme=find_scheme("changzhi-2015"))
    book = load_workbook(path)
    book.worksheets[0]["F6"] = "1"
    book.save(path)
    view = import_self_assessment(workspace, path).view
    assert (view.record.body, view.record.year) == ("140425", 2024)
    assert [entry.self_assessment.points for entry in view.entries.values()] == ["1"]


def test_a_form_made_from_a_scheme_nobody_has_is_refused(workspace, tmp_path, scheme):
    path = tmp_path / "f.xlsx"
    write_blank_form(path, body_id="140425", year=2023, scheme=scheme)
    with pytest.raises(QassessError, match=r"self_form\.scheme_unknown"):
        import_self_assessment(workspace, path)


def test_both_are_printed_with_the_reason(workspace, pingshun, form, tmp_path):
    import_self_assessment(workspace, form(food=FOOD, meetings={"G": 2}))
    known = open_assessment(workspace, pingshun).entries["food"]
    record_entry(
        workspace, pingshun, "food", replace(known, answer=Answer(value="93"), differs_because="复核时少计两批次")
    )
    path = tmp_path / "r.pdf"
    make_report(workspace, pingshun, path)
    printed = "".join("".join(printed_text(path.read_bytes())).split())
    assert "自评：94%；备注：抽查500批次" in printed
    assert "与自评不同的原因：复核时少计两批次" in printed
    assert "自评得分佐证" in printed
    assert "504540" in printed  # full, claimed, verified
