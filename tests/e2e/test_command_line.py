"""The commands of the contract: what they print, how they end, and that no bad input is a traceback."""

import json
import os
import sys
from contextlib import suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from qassess.cli.console import Console
from qassess.cli.run import main
from qassess.documents.report_text import printed_text
from qassess.domain.answers import ReferenceValue
from qassess.services.assessments import append_entry, list_assessments
from qassess.services.views import read_view
from qassess.services.workspace import open_workspace


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


def test_answers_that_contradict_the_rule_the_plan_or_the_calendar_are_refused_with_their_path(answers, tmp_path):
    database = tmp_path / "office.db"
    document = pingshun(**{"prod-city-sampling": {"value": "96", "option": 1}}) | {
        "references": {"prod-city-sampling": {"lastyear": "91"}},
        "targets": {"prod-city-sampling": "50", "nothing": "1"},
    }
    for wrong, path in (
        (document, "references.prod-city-sampling.lastyear"),
        (document | {"references": {}}, "entries.prod-city-sampling.option"),
        (document | {"references": {}}, "targets.nothing"),
        (document | {"references": {}}, "targets.prod-city-sampling"),
    ):
        for command in (("score",), ("fill", "--db", database)):
            code, _, err = run(*command, "--answers", answers(wrong))
            assert code == 2
            assert f"  {path}: " in err
    assert not database.exists()


@pytest.mark.parametrize(("body", "year", "named"), [("140402", 2020, "潞州区"), ("140403", 2016, "城区")])
def test_a_county_outside_its_years_is_refused_naming_the_other(answers, tmp_path, body, year, named):
    path = answers({"body": body, "year": year})
    for command in (("score",), ("fill", "--db", tmp_path / "office.db")):
        code, _, err = run(*command, "--answers", path)
        assert (code, named in err) == (2, True)


@pytest.fixture
def office(answers, tmp_path):
    database = tmp_path / "office.db"
    good = answers(pingshun(**{"prod-city-sampling": {"value": "96"}, "org-council": {"option": 2}}))
    assert run("fill", "--answers", good, "--db", database)[0] == 0
    return database


def test_a_report_replaces_no_file_unless_forced_and_a_signed_one_never(office, tmp_path):
    out, secret = tmp_path / "r.pdf", tmp_path / "secret"
    secret.write_text("correct horse", encoding="utf-8")
    report = ("report", "140425:2024", "--db", office, "--out", out)
    assert run(*report)[0] == 0
    code, _, err = run(*report)
    assert (code, "--force" in err) == (2, True)
    assert run(*report, "--force")[0] == 0
    identity = ("--password-file", secret)
    assert run("identity", "--name", "李静", "--out", tmp_path / "me.p12", *identity)[0] == 0
    assert run("sign", out, "--identity", tmp_path / "me.p12", "--role", "leader", *identity)[0] == 0
    signed = out.read_bytes()
    for force in ((), ("--force",)):
        code, _, err = run(*report, *force)
        assert (code, "签名" in err) == (2, True)
    assert out.read_bytes() == signed


def test_a_scheme_export_replaces_no_file_unless_forced(tmp_path):
    out = tmp_path / "own.json"
    out.write_text("mine", encoding="utf-8")
    assert run("schemes", "export", "changzhi-2015", out)[0] == 2
    assert out.read_text(encoding="utf-8") == "mine"
    assert run("schemes", "export", "changzhi-2015", out, "--force")[0] == 0


def test_no_folder_is_made_for_a_misspelt_place(office, tmp_path):
    place = tmp_path / "nowhere"
    for command in (
        ("report", "140425:2024", "--db", office, "--out", place / "r.pdf"),
        ("backup", place / "b.db", "--db", office),
        ("schemes", "export", "changzhi-2015", place / "s.json"),
        ("export", "140425:2024", "--db", office, "--out", place / "e.qassess"),
        ("rank", "--year", "2024", "--db", office, "--xlsx", place / "r.xlsx"),
    ):
        code, _, err = run(*command)
        assert (code, "nowhere" in err) == (2, True), command
    assert not place.exists()


@pytest.mark.parametrize(
    "command",
    [
        ("assessments",),
        ("report", "140425:2024", "--out", "{out}/r.pdf"),
        ("backup", "{out}/b.db"),
        ("export", "140425:2024", "--out", "{out}/e.qassess"),
        ("rank", "--year", "2024"),
        ("conflicts",),
        ("certificates", "--year", "2024", "--out", "{out}"),
        ("merges",),
    ],
)
def test_commands_that_read_do_not_make_a_database(command, tmp_path):
    database = tmp_path / "none.db"
    code, _, err = run(*(part.format(out=tmp_path) for part in command), "--db", database)
    assert (code, "none.db" in err) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
@pytest.mark.parametrize("command", [("schemes", "check"), ("score", "--answers"), ("verify",)])
def test_devices_and_pipes_are_not_read(command, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in ("/dev/zero", pipe):
        code, _, err = run(*command, path, "--lang", "en")
        assert (code, "no ordinary file" in err) == (2, True)


def test_an_unsigned_report_and_a_foreign_file_are_called_just_that(office, tmp_path):
    out = tmp_path / "r.pdf"
    assert run("report", "140425:2024", "--db", office, "--out", out)[0] == 0
    code, said, _ = run("verify", out, "--json")
    assert code == 1
    assert [finding["code"] for finding in json.loads(said)["findings"]] == ["verify.signed", "verify.copy"]
    foreign = tmp_path / "letter.pdf"
    foreign.write_bytes(b"nothing")
    code, said, _ = run("verify", foreign, "--json")
    codes = [finding["code"] for finding in json.loads(said)["findings"]]
    assert (code, codes) == (1, ["verify.problem.signature.unreadable", "verify.copy"])


def test_points_and_grades_that_are_none_are_null(answers):
    sheet = run_json("score", "--answers", answers(pingshun(**{"prod-city-sampling": {"value": "abc"}})))
    assert sheet["items"]["prod-city-sampling"]["points"] is None
    assert {"total", "total_unrounded", "grade"} <= set(sheet)


def test_english_output_has_no_chinese(answers, office):
    code, out, _ = run("score", "--answers", answers(pingshun(**{"org-council": {"option": 2}})), "--lang", "en")
    assert code == 0
    code, listed, _ = run("assessments", "--db", office, "--lang", "en")
    assert code == 0
    assert [
        line for line in (out + listed).splitlines() if any("\u4e00" <= letter <= "\u9fff" for letter in line)
    ] == []


def test_language_and_database_may_stand_before_the_command(office):
    assert json.loads(run("--db", office, "assessments", "--json")[1])[0]["body"] == "140425"
    assert "is not possible" in run("--lang", "en", "rank", "--kind", "town")[2]


@pytest.mark.parametrize(
    "arguments",
    [(), ("bogus",), ("score",), ("rank", "--year", "x"), ("report", "--outt"), ("bodies", "more"), ("score", "--db")],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_misused_command_gets_one_sentence_and_the_usage(arguments, language):
    code, _, err = run("--lang", language, *arguments)
    sentence, usage = err.splitlines()
    assert code == 2
    assert sentence.endswith(("。", "？") if language == "zh" else (".", "?"))
    assert usage.startswith("用法：qassess" if language == "zh" else "Usage: qassess")


def test_a_stored_reference_nothing_asks_for_is_named_by_doctor_and_printed(office):
    workspace = open_workspace(office, author="旧程序", device="old")
    (line,) = list_assessments(workspace)
    with workspace.database.unit_of_work() as uow:
        view = read_view(workspace, uow, line.id)
        entry = replace(view.entries["prod-city-sampling"], references={"bogus": ReferenceValue(value="91")})
        append_entry(workspace, uow, view, "prod-city-sampling", entry)
        uow.commit()
    workspace.close()
    code, said, _ = run("doctor", office)
    assert (code, "bogus" in said) == (0, True)
    out = office.with_suffix(".pdf")
    assert run("report", "140425:2024", "--db", office, "--out", out)[0] == 0
    assert "bogus" in "".join(printed_text(out.read_bytes()))


def test_rounds_other_than_the_annual_one_are_listed_by_name(answers, tmp_path):
    database = tmp_path / "office.db"
    assert run("fill", "--answers", answers(pingshun() | {"round": "半年"}), "--db", database)[0] == 0
    assert "2024 半年" in run("assessments", "--db", database)[1]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device there")
def test_a_full_disk_is_said_with_the_name_of_what_found_no_room():
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        err = StringIO()
        assert main(["bodies", "--lang", "en"], Console(out=full, err=err)) == 2
        assert "There is no space left for the output" in err.getvalue()
        with suppress(OSError):
            full.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_a_backup_that_finds_no_room_names_the_backup_and_not_the_database(office, tmp_path):
    from resource import RLIMIT_FSIZE, getrlimit, setrlimit

    usual = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (64 * 1024, usual[1]))
    try:
        code, _, err = run("backup", tmp_path / "copy.db", "--db", office)
    finally:
        setrlimit(RLIMIT_FSIZE, usual)
    assert (code, "copy.db" in err, "office.db" in err) == (2, True, False)
    assert sorted(path.name for path in tmp_path.glob("copy.db*")) == []
