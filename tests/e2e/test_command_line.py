"""The commands of the contract: what they print, how they end, and that no bad input is a traceback."""

import json
from io import StringIO

import pytest

from qassess.cli.console import Console
from qassess.cli.run import main


def run(*arguments):
    console = Console(out=StringIO(), err=StringIO())
    code = main([str(argument) for argument in arguments], console)
    return code, console.out.getvalue(), console.err.getvalue()


def run_json(*arguments):
    code, out, err = run(*arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.json"

    def write(document):
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def pingshun(**entries):
    return {"body": "140425", "year": 2024, "round": "annual", "entries": entries}


def test_the_built_in_scheme_lists_all_253_clauses_mapped_or_excused():
    clauses = run_json("schemes", "show", "changzhi-2015")["clauses"]
    assert len({clause["id"] for clause in clauses}) == 253
    assert all(bool(clause["items"]) != bool(clause["not_assessed"]) for clause in clauses)


def test_each_of_the_22_checklists_is_shown_with_its_rules_in_words():
    shown = run_json("schemes", "show", "changzhi-2015")
    assert len(shown["checklists"]) == 22
    assert all(item["rule"] and item["title_en"] for known in shown["checklists"] for item in known["items"])


def test_schemes_are_listed_as_a_sample():
    (listed,) = run_json("schemes", "list")["schemes"]
    assert (listed["id"], listed["status"], listed["notice"]) == ("changzhi-2015", "sample", "示范细则，非官方")


def test_bodies_are_listed_with_validity_and_successors():
    bodies = {body["id"]: body for body in run_json("bodies")["bodies"]}
    assert bodies["140402"]["successors"] == ["140403"]
    assert bodies["140402"]["valid_to"] == 2018
    assert bodies["140400-GX"]["code"] == ""


def test_a_percentage_is_scored_with_its_derivation_in_words(answers):
    path = answers(pingshun(**{"prod-city-sampling": {"numerator": "467", "denominator": "499"}}))
    sheet = run_json("score", "--answers", path)
    item = sheet["items"]["prod-city-sampling"]
    assert item["state"] == "scored"
    assert "95" in item["words"]
    assert {"id", "full", "due", "points"} <= set(sheet["sections"][0])
    english = run_json("score", "--answers", path, "--lang", "en")
    assert english["items"]["prod-city-sampling"]["points"] == item["points"]
    assert english["items"]["prod-city-sampling"]["words"] != item["words"]


def test_a_refused_answer_is_a_state_of_its_item_and_not_an_error(answers):
    path = answers(pingshun(**{"prod-city-sampling": {"numerator": "467", "denominator": "0"}}))
    assert run_json("score", "--answers", path)["items"]["prod-city-sampling"]["state"] == "refused"


def test_filling_writes_once_and_refused_answers_keep_the_whole_file_out(answers, tmp_path):
    database = tmp_path / "office.db"
    good = answers(pingshun(**{"prod-city-sampling": {"value": "96"}, "org-council": {"option": 2}}))
    assert run_json("fill", "--answers", good, "--db", database)["written"] == 2
    assert run_json("fill", "--answers", good, "--db", database)["written"] == 0
    bad = answers(pingshun(**{"prod-city-sampling": {"value": "abc"}, "org-council": {"option": 3}}))
    code, _, err = run("fill", "--answers", bad, "--db", database)
    assert code == 2
    assert "entries.prod-city-sampling" in err
    assert run_json("assessments", "--db", database)[0]["answered"] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("score", "--answers", "no-such-file.json"),
        ("score", "--answers", "{bad}", "--scheme", "changzhi-2015"),
        ("score", "--answers", "{bad}", "--scheme", "no-such-scheme"),
        ("report", "140425:2024", "--out", "{out}/x.pdf", "--db", "{out}/none.db"),
        ("sign", "{bad}", "--identity", "{bad}", "--role", "leader", "--password-file", "{bad}"),
        ("identity", "--name", "甲", "--out", "{bad}", "--password-file", "{bad}"),
        ("doctor", "{out}/none.db"),
        ("verify", "{out}/none.pdf"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_cannot_be_done_ends_with_2_and_one_plain_sentence(arguments, language, tmp_path):
    bad = tmp_path / "bad.bin"
    bad.write_bytes(b"\xff\xfenonsense")
    filled = [argument.format(bad=bad, out=tmp_path) for argument in arguments]
    code, _, err = run(*filled, "--lang", language)
    assert code == 2, err
    assert "Traceback" not in err
    first = err.splitlines()[0]
    has_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in first)
    assert has_chinese == (language == "zh")


def test_a_fault_of_the_program_is_said_in_one_sentence_and_its_details_kept(monkeypatch, user_folders):
    monkeypatch.setattr("qassess.cli.scheme_commands.built_in_schemes", lambda: 1 / 0)
    code, _, err = run("schemes", "list", "--lang", "en")
    assert code == 2
    assert "ZeroDivisionError" in err
    (kept,) = user_folders.rglob("crash-*.txt")
    assert "1 / 0" in kept.read_text(encoding="utf-8")


def test_the_schema_is_json_schema_and_a_faulty_scheme_lists_every_fault(tmp_path):
    code, out, _ = run("schemes", "schema")
    assert code == 0
    assert json.loads(out)["$schema"].startswith("https://json-schema.org/")
    exported = tmp_path / "own.json"
    assert run("schemes", "export", "changzhi-2015", exported)[0] == 0
    assert run("schemes", "check", exported)[0] == 0
    document = json.loads(exported.read_text(encoding="utf-8"))
    document["items"][0]["section"] = "nowhere"
    document["items"][1]["full"] = 3.5
    document["unheard_of"] = "x"
    exported.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    code, out, _ = run("schemes", "check", exported, "--json")
    assert code == 1
    paths = {fault["path"] for fault in json.loads(out)["faults"]}
    assert {"items[0].section", "unheard_of"} <= paths
    assert any(path.startswith("items[1].full") for path in paths)


def test_not_a_report_is_not_intact(tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing\n%%EOF\n")
    code, out, _ = run("verify", path)
    assert code == 1
    assert out
