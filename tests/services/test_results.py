"""Results of a round on a real database: read once, ranked, closed, and written to files."""

from dataclasses import replace

import openpyxl
import pytest

from qassess.domain.answers import Answer, Entry
from qassess.domain.ranking import LineState
from qassess.domain.scheme_file import pin
from qassess.errors import QassessError
from qassess.services.assessments import open_assessment, record_entry, reopen, start_assessment
from qassess.services.results import close_round, results, write_results_pdf, write_workbook
from tests.services.conftest import small_scheme_document, text
from tests.services.round_cases import edit_behind_the_lock, fill_county, fill_round, sign_in_database


def codes(line):
    return [block.code for block in line.blocks]


def test_signed_counties_are_ranked_by_their_totals(workspace):
    fill_round(workspace, 4)
    found = results(workspace, 2024)
    (table,) = found.tables
    totals = [line.total for line in table.lines]
    assert totals == sorted(totals, reverse=True)
    assert [line.place for line in table.lines] == [1 + sum(other > total for other in totals) for total in totals]
    assert {line.state for line in table.lines} == {LineState.SIGNED}
    assert (table.publishable, len(found.waiting)) == (4, 9)
    for line in table.lines:
        assert line.sheet == open_assessment(workspace, line.assessment).sheet


def test_only_the_year_the_round_and_the_kind_asked_for(workspace, scheme):
    fill_county(workspace, "140425")
    fill_county(workspace, "140423", year=2023)
    start_assessment(workspace, body_id="140426", year=2024, scheme=scheme, round_="spring")
    assert [line.body.id for line in results(workspace, 2024).lines] == ["140425"]
    assert [line.body.id for line in results(workspace, 2023).lines] == ["140423"]
    assert [line.body.id for line in results(workspace, 2024, round_="spring").lines] == ["140426"]
    assert results(workspace, 2024, kind="department").lines == ()
    assert results(workspace, 2022).tables == ()


def test_another_scheme_version_stands_in_a_table_of_its_own(workspace, scheme):
    fill_county(workspace, "140425")
    start_assessment(workspace, body_id="140423", year=2024, scheme=scheme)
    tables = results(workspace, 2024).tables
    assert len(tables) == 2
    assert not any(table.comparable for table in tables)


def test_what_was_changed_after_signing_is_marked_and_reopening_unsigns(workspace):
    first, second = fill_round(workspace, 2)
    edit_behind_the_lock(workspace, first, "prod-accidents")
    reopen(workspace, second, "复核")
    lines = {line.assessment: line for line in results(workspace, 2024).lines}
    assert codes(lines[first]) == ["result.changed_since_signed"]
    assert codes(lines[second]) == ["result.unsigned"]


def test_an_open_item_leaves_a_body_without_a_place(workspace):
    assessment = fill_county(workspace, "140425")
    record_entry(workspace, assessment, "prod-accidents", Entry())
    sign_in_database(workspace, assessment)
    (line,) = results(workspace, 2024).lines
    assert (line.place, line.state, codes(line)) == (None, LineState.INCOMPLETE, ["result.incomplete"])


def by_rank_scheme():
    document = small_scheme_document()
    places = [{"grade": "A", "first": 1, "last": 1}, {"grade": "D", "first": 2}]
    document["grading"] = document["grading"] | {"rule": {"by": "rank", "places": places}}
    document["items"] = [
        document["items"][0] | {"full": "100", "title": text("食品")},
        document["items"][3],
    ]
    document["sections"][1]["title"] = text("否决")
    return pin(document)


@pytest.fixture
def ranked(workspace):
    """Two counties graded by place; 140425 is better."""
    ids = []
    for body, value in (("140425", "95"), ("140423", "90")):
        assessment = start_assessment(workspace, body_id=body, year=2024, scheme=by_rank_scheme())
        record_entry(workspace, assessment, "food", Entry(answer=Answer(value=value)))
        record_entry(workspace, assessment, "veto", Entry(answer=Answer(occurred=False)))
        ids.append(assessment)
    return ids


def test_a_round_is_closed_once_everything_else_is_final_and_opens_with_a_change(workspace, ranked):
    found = results(workspace, 2024)
    with pytest.raises(QassessError, match=r"round\.not_final") as refused:
        close_round(workspace, found, found.tables[0])
    assert refused.value.values["count"] == 2
    for assessment in ranked:
        sign_in_database(workspace, assessment)
    found = results(workspace, 2024)
    assert [(line.grade, codes(line)) for line in found.lines] == [
        ("A", ["result.round_open"]),
        ("D", ["result.round_open"]),
    ]
    closed = close_round(workspace, found, found.tables[0])
    assert closed.tables[0].closed
    assert [codes(line) for line in closed.lines] == [[], []]
    assert results(workspace, 2024).tables[0].closed
    edit_behind_the_lock(workspace, ranked[0], "food", Answer(value="80"))
    (table,) = results(workspace, 2024).tables
    assert not table.closed
    assert [line.body.id for line in table.lines] == ["140423", "140425"]


def test_progress_counts_assessments_and_a_job_can_be_given_up(workspace):
    fill_round(workspace, 3, sign=False)
    seen = []
    results(workspace, 2024, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(QassessError, match=r"work\.cancelled"):
        results(workspace, 2024, cancelled=lambda: True)


def test_workbook_and_pdf_are_written_whole_or_not_at_all(workspace, tmp_path):
    fill_round(workspace, 2)
    found = results(workspace, 2024)
    book, pdf = tmp_path / "out" / "results.xlsx", tmp_path / "out" / "results.pdf"
    write_workbook(found, book)
    write_results_pdf(found, pdf)
    assert len(openpyxl.load_workbook(book).sheetnames) == 13
    assert pdf.read_bytes().startswith(b"%PDF-")
    for write, path in ((write_workbook, tmp_path / "b.xlsx"), (write_results_pdf, tmp_path / "b.pdf")):
        with pytest.raises(QassessError, match=r"work\.cancelled"):
            write(found, path, cancelled=lambda: True)
        assert not path.exists()


def test_results_do_not_depend_on_when_they_are_read(workspace):
    fill_round(workspace, 2)
    first, second = results(workspace, 2024), results(workspace, 2024)
    assert replace(second, made_at=first.made_at) == first
