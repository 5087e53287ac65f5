"""Two laptops and an office on the command line: export, dry run, merge, decide, take back; exit codes 0, 1 and 2."""

import json
import shutil
from io import StringIO

import pytest

from qassess.cli.console import Console
from qassess.cli.run import main


def run(*arguments):
    console = Console(out=StringIO(), err=StringIO())
    code = main([str(argument) for argument in arguments], console)
    return code, console.out.getvalue(), console.err.getvalue()


def run_json(*arguments, expect=0):
    code, out, err = run(*arguments, "--json")
    assert (code, err) == (expect, ""), out
    return json.loads(out)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two databases and files of the same county, whose teams answered one item differently; made once."""
    folder = tmp_path_factory.mktemp("made")
    for name, value in (("left", "96"), ("right", "94")):
        answers = folder / f"{name}.json"
        entries = {"prod-city-sampling": {"value": value}, "org-council": {"option": 2}}
        answers.write_text(json.dumps({"body": "140425", "year": 2024, "entries": entries}), encoding="utf-8")
        assert run("fill", "--answers", answers, "--db", folder / f"{name}.db")[0] == 0
        receipt = run_json("export", "平顺县:2024", "--out", folder / f"{name}.qassess", "--db", folder / f"{name}.db")
        assert receipt["assessments"][0]["answered"] == 2
    return folder


@pytest.fixture
def exports(made, tmp_path):
    """Return the two files, in a folder of the test's own."""
    for path in made.iterdir():
        shutil.copyfile(path, tmp_path / path.name)
    return [tmp_path / "left.qassess", tmp_path / "right.qassess"]


def test_the_whole_way_from_two_laptops_to_a_decided_conflict_and_back(exports, tmp_path):
    office = tmp_path / "office.db"
    looked = run_json("merge", "--into", office, *exports, "--dry-run")
    assert [found["verdict"] for found in looked["files"]] == ["merge.unsigned", "merge.conflicts"]
    assert not office.exists()
    merged = run_json("merge", "--into", office, *exports)
    assert [found["conflicts"] for found in merged["files"]] == [0, 1]
    (conflict,) = run_json("conflicts", "--db", office)["conflicts"]
    assert (conflict["item"], conflict["field"], conflict["base"]) == ("prod-city-sampling", "answer", None)
    values = [side["value"]["value"] for side in conflict["sides"]]
    assert sorted(values) == ["94", "96"]
    assert all(side["derivation"] and side["total"] for side in conflict["sides"])
    code, out, _ = run("resolve", conflict["id"], "--take", "right", "--reason", "以报告为准", "--db", office)
    assert code == 0, out
    code, _, err = run("resolve", conflict["id"], "--take", "left", "--db", office)
    assert code == 2
    assert conflict["id"] in err
    assert run_json("conflicts", "--db", office)["conflicts"] == []
    ids = [entry["id"] for entry in run_json("merges", "--db", office)["merges"]]
    code, _, err = run("undo-merge", ids[0], "--db", office)
    assert code == 2
    assert len(err.splitlines()) == 1


def test_a_merge_is_undone_and_redone_and_the_ledger_says_so(exports, tmp_path):
    office = tmp_path / "office.db"
    assert run("merge", "--into", office, *exports)[0] == 0
    assert run("undo-merge", "2", "--db", office)[0] == 0
    assert run_json("conflicts", "--db", office)["conflicts"] == []
    assert run("redo-merge", "2", "--db", office)[0] == 0
    assert len(run_json("conflicts", "--db", office)["conflicts"]) == 1
    code, out, _ = run("merges", "--db", office)
    assert code == 0
    assert len(out.splitlines()) == 4
    assert run("undo-merge", "99", "--db", office)[0] == 2


def test_a_value_of_ones_own_or_both_words_end_a_conflict_too(exports, tmp_path):
    for take, kept in (("95", "95"), ("both", None), ('{"value": "93"}', "93")):
        office = tmp_path / f"office-{kept}.db"
        run("merge", "--into", office, *exports)
        (conflict,) = run_json("conflicts", "140425:2024", "--db", office)["conflicts"]
        code, _, err = run("resolve", conflict["id"], "--take", take, "--reason", "x", "--db", office)
        assert code == 0, err
        assert run_json("conflicts", "--db", office)["conflicts"] == []
    code, _, err = run("resolve", conflict["id"], "--take", "{broken", "--db", office)
    assert (code, len(err.splitlines())) == (2, 1)


def test_a_refused_file_is_the_answer_no_and_the_others_go_on(exports, tmp_path):
    foreign = tmp_path / "台账.qassess"
    foreign.write_text("长治县台账", encoding="utf-8")
    for language in ("zh", "en"):
        code, out, err = run("merge", "--into", tmp_path / "office.db", foreign, exports[0], "--lang", language)
        assert (code, err) == (1, "")
        assert "台账.qassess" in out
        assert ("不是本程序导出的文件" in out) == (language == "zh")
    assert len(run_json("assessments", "--db", tmp_path / "office.db")) == 1


def test_a_protected_file_is_merged_with_its_password_and_has_a_slip(exports, tmp_path):
    secret = tmp_path / "password.txt"
    secret.write_text("长治质量2024\n", encoding="utf-8")
    sealed, slip = tmp_path / "sealed.qassess", tmp_path / "slip.pdf"
    code, out, _ = run("export", "140425:2024", "--out", sealed, "--password-file", secret, "--slip", slip,
                       "--db", tmp_path / "left.db")  # fmt: skip
    assert code == 0
    assert slip.read_bytes().startswith(b"%PDF")
    office = tmp_path / "office.db"
    (found,) = run_json("merge", "--into", office, sealed, expect=1)["files"]
    assert found["verdict"] == "sealed.password_needed"
    (found,) = run_json("merge", "--into", office, sealed, "--password-file", secret)["files"]
    assert found["checksum"] in out
    assert run("verify", sealed)[0] == 2
    assert run("verify", sealed, "--password-file", secret)[0] == 0


def test_an_export_is_verified_re_scored_and_compared(exports, tmp_path):
    shown = run_json("verify", exports[0], "--against", tmp_path / "left.db")
    codes = {finding["code"]: finding["ok"] for finding in shown["findings"]}
    assert codes["verify.export"] is True
    assert codes["doctor.rescored"] is True
    assert codes["verify.database_same"] is True
    assert run("verify", exports[0], "--against", tmp_path / "right.db")[0] == 1
    content = bytearray(exports[0].read_bytes())
    content[-5000] ^= 1
    exports[0].write_bytes(content)
    for language in ("zh", "en"):
        code, out, _ = run("verify", exports[0], "--lang", language)
        assert code == 1, out
        assert "{" not in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "140425:2024", "--out", "{out}/x.qassess", "--db", "{out}/none.db"),
        ("export", "140425:2024", "--out", "{left}", "--db", "{out}/left.db"),
        ("resolve", "0123456789", "--take", "left", "--db", "{out}/left.db"),
        ("undo-merge", "7", "--db", "{out}/left.db"),
        ("redo-merge", "7", "--db", "{out}/left.db"),
        ("conflicts", "--db", "{out}/none.db"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_cannot_be_done_ends_with_2_and_one_plain_sentence(arguments, language, exports, tmp_path):
    filled = [argument.format(left=exports[0], out=tmp_path) for argument in arguments]
    code, _, err = run(*filled, "--lang", language)
    assert code == 2
    assert len(err.splitlines()) == 1
    assert any("\u4e00" <= letter <= "\u9fff" for letter in err.replace(str(tmp_path), "")) == (language == "zh")
