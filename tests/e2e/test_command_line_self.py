"""``self-form`` and ``self-import``: the form goes out, comes back filled, and every mistake is said with its cell."""

import json
from io import StringIO

import pytest
from openpyxl import load_workbook

from qassess.cli.console import Console
from qassess.cli.run import main


def run(*arguments):
    console = Console(out=StringIO(), err=StringIO())
    code = main([str(argument) for argument in arguments], console)
    return code, console.out.getvalue(), console.err.getvalue()


@pytest.fixture
def form(tmp_path):
    path = tmp_path / "自评.xlsx"
    code, out, err = run("self-form", "平顺县", "--year", 2024, "--out", path)
    assert (code, err) == (0, "")
    assert str(path) in out
    return path


def typed(path, **cells):
    book = load_workbook(path)
    for cell, value in cells.items():
        book.worksheets[0][cell] = value
    book.save(path)


def test_a_form_goes_out_and_comes_back(form, tmp_path):
    typed(form, F6=0.5, H6="４６７", I6=499, K6="全年抽查")
    code, out, err = run("self-import", form, "--db", tmp_path / "a.db", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["items"] == json.loads(out)["written"] == 1
    code, out, _err = run("self-import", form, "--db", tmp_path / "a.db", "--assessment", "140425:2024", "--json")
    assert (code, json.loads(out)["written"]) == (0, 0)


def test_every_mistake_is_said_with_sheet_and_cell(form, tmp_path):
    typed(form, F6=99, G7="很高", H8=3)
    code, out, err = run("self-import", form, "--db", tmp_path / "a.db")
    assert (code, out) == (2, "")
    assert [line.split(":")[0].strip() for line in err.splitlines()[1:]] == [
        "自评打分表!F6",
        "自评打分表!G7",
        "自评打分表!I8",
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_no_form_is_one_plain_sentence(tmp_path, language):
    path = tmp_path / "f.xlsx"
    path.write_bytes(b"PK\x03\x04")
    code, out, err = run("self-import", path, "--db", tmp_path / "a.db", "--lang", language)
    assert (code, out, len(err.splitlines())) == (2, "", 1)


def test_an_unknown_body_is_said(tmp_path):
    code, _out, err = run("self-form", "某县", "--year", 2024, "--out", tmp_path / "f.xlsx")
    assert (code, len(err.splitlines())) == (2, 1)


def test_a_form_that_is_there_is_not_written_over(form, tmp_path):
    before = form.read_bytes()
    code, _out, err = run("self-form", "140425", "--year", 2024, "--out", form)
    assert (code, len(err.splitlines()), form.read_bytes()) == (2, 1, before)
    assert run("self-form", "140425", "--year", 2023, "--out", form, "--force")[0] == 0
    assert form.read_bytes() != before
