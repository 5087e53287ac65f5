"""``rank`` and ``certificates``: what they print, how they end, and that a refusal lists its reasons."""

import json
from io import StringIO

import openpyxl
import pytest

from qassess.cli.console import Console
from qassess.cli.run import main
from qassess.services.workspace import open_workspace
from tests.services.round_cases import fill_county, fill_round


def run(*arguments):
    console = Console(out=StringIO(), err=StringIO())
    code = main([str(argument) for argument in arguments], console)
    return code, console.out.getvalue(), console.err.getvalue()


@pytest.fixture
def office(tmp_path):
    path = tmp_path / "office.db"
    workspace = open_workspace(path, author="李静", device="office")
    fill_round(workspace, 3)
    workspace.close()
    return path


@pytest.fixture
def with_unsigned(office):
    workspace = open_workspace(office, author="李静", device="office")
    fill_county(workspace, "140427", 3)
    workspace.close()
    return office


def test_rank_lists_the_bodies_and_writes_workbook_and_pdf(office, tmp_path):
    book, pdf = tmp_path / "results.xlsx", tmp_path / "results.pdf"
    code, out, err = run("rank", "--db", office, "--year", 2024, "--xlsx", book, "--pdf", pdf)
    assert (code, err) == (0, "")
    places = [line.split()[0] for line in out.splitlines() if line.startswith("   ") and line.split()[0].isdigit()]
    assert places == ["1", "2", "3"]
    assert "尚未报送" in out
    assert openpyxl.load_workbook(book).sheetnames[0] == "排名"
    assert pdf.read_bytes().startswith(b"%PDF-")


def test_rank_as_json_has_decimal_strings_and_says_no_while_something_is_not_final(with_unsigned):
    code, out, err = run("rank", "--db", with_unsigned, "--year", 2024, "--kind", "county", "--json")
    assert (code, err) == (1, "")
    (table,) = json.loads(out)["tables"]
    assert (table["kind"], table["publishable"], len(table["lines"])) == ("county", 3, 4)
    assert all(isinstance(line["total"], str) for line in table["lines"])
    (unsigned,) = [line for line in table["lines"] if line["state"] == "unsigned"]
    assert (unsigned["body"], unsigned["blocks"][0]["code"]) == ("140427", "result.unsigned")
    assert unsigned["blocks"][0]["words"] == "尚无人签名。"


def test_closing_a_round_that_is_not_final_names_who_is_missing(with_unsigned):
    code, out, err = run("rank", "--db", with_unsigned, "--year", 2024, "--close")
    assert (code, out) == (2, "")
    assert "壶关县" in err


def test_a_closed_round_is_said(office):
    code, out, _err = run("rank", "--db", office, "--year", 2024, "--close", "--json")
    assert code == 0
    assert json.loads(out)["tables"][0]["closed"] is True


def test_a_year_without_assessments_is_one_plain_sentence(office):
    for command in (("rank",), ("certificates", "--out", office.parent / "out")):
        code, out, err = run(*command, "--db", office, "--year", 2019)
        assert (code, out, err.count("\n")) == (2, "", 1)


def test_certificates_are_written_and_copies_say_so(office, tmp_path):
    code, out, err = run("certificates", "--db", office, "--year", 2024, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert out.count("正本") == 3
    code, out, err = run("certificates", "--db", office, "--year", 2024, "--out", tmp_path / "out", "--body", "平顺县",
                         "--landscape", "--single", "--json")  # fmt: skip
    issued = json.loads(out)
    assert (code, err, issued["issued"], len(issued["files"])) == (0, "", True, 1)
    assert [(each["body"], each["copy"]) for each in issued["certificates"]] == [("140425", True)]


def test_a_refused_batch_lists_every_reason(with_unsigned, tmp_path):
    command = ("certificates", "--db", with_unsigned, "--year", 2024, "--out", tmp_path / "out")
    code, out, err = run(*command)
    assert (code, err) == (1, "")
    assert "壶关县  尚无人签名。" in out
    code, out, _err = run(*command, "--json")
    refused = json.loads(out)
    assert (code, refused["issued"], refused["refusals"][0]["body"]) == (1, False, "140427")
    assert not (tmp_path / "out").exists()


def test_an_unknown_body_is_named(office, tmp_path):
    code, _out, err = run("certificates", "--db", office, "--year", 2024, "--out", tmp_path, "--body", "北京市")
    assert code == 2
    assert "北京市" in err


def test_english_is_spoken_too(with_unsigned):
    code, out, _err = run("rank", "--db", with_unsigned, "--year", 2024, "--lang", "en")
    assert code == 1
    assert "Nobody has signed yet." in out
