"""The whole way in one command: a filled county, its signed report, and what independent tools say of it."""

import random
import re
import shutil
import subprocess
from io import BytesIO, StringIO

import openpyxl
import pikepdf
import pytest
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from qassess.cli.console import Console
from qassess.cli.run import main
from qassess.documents.pdf_archive import archival_faults
from qassess.services.verify import verify_file

MUTANTS = 200


def run(*arguments):
    console = Console(out=StringIO(), err=StringIO())
    code = main([str(argument) for argument in arguments], console)
    return code, console.out.getvalue(), console.err.getvalue()


def tool(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    code, out, err = run("demo", "--out", folder)
    assert (code, err) == (0, "")
    return folder, out


@pytest.fixture(scope="module")
def report(demo):
    (found,) = demo[0].glob("*考核报告.pdf")
    return found


def test_every_file_is_named_with_how_to_look_at_it(demo, report):
    assert str(report) in demo[1]
    assert "qassess verify" in demo[1]
    assert "示范细则" in demo[1]


def test_the_round_is_ranked_and_only_the_signed_county_is_certified(demo):
    assert demo[1].index("黎城县") < demo[1].index("壶关县")
    (workbook,) = demo[0].glob("*.xlsx")
    places = [
        row[0].value for row in openpyxl.load_workbook(workbook).worksheets[0].iter_rows() if row[0].value in (1, 2, 3)
    ]
    assert places == [1, 2, 3]
    (certificate,) = (demo[0] / "certificates").glob("*.pdf")
    said = tool("pdftotext", "-layout", certificate, "-").stdout
    assert "考核结果证书" in said.replace(" ", "")
    assert "平顺县" in said
    assert "黎城县" not in said


def test_pdfsig_finds_every_signature_valid(report):
    said = tool("pdfsig", report).stdout
    assert said.count("Signature Validation: Signature is Valid.") == 3
    assert said.count("Total document signed") == 1


def test_qpdf_finds_no_error(report):
    assert tool("qpdf", "--check", report).returncode == 0


def test_the_unsigned_report_is_approved_as_pdf_a_3b(demo, tmp_path):
    copied = tmp_path / "copy.db"
    assert run("backup", copied, "--db", next(demo[0].glob("*.db")))[0] == 0
    code, out, err = run("report", "140425:2024", "--out", tmp_path / "report.pdf", "--db", copied)
    assert (code, err) == (0, "")
    assert "PDF/A" not in out
    assert archival_faults((tmp_path / "report.pdf").read_bytes()) == ()
    with pikepdf.open(tmp_path / "report.pdf") as pdf:
        assert pdf.open_metadata()["pdfaid:part"] == "3"


def test_every_font_is_embedded(report):
    lines = tool("pdffonts", report).stdout.splitlines()[2:]
    assert lines
    assert all(re.search(r"\s(yes)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+$", line) for line in lines), lines


def test_the_chinese_text_can_be_read_out(report):
    said = tool("pdftotext", "-layout", report, "-").stdout
    for words in ("平顺县", "示范细则", "食品监督抽查合格率", "长政发〔2015〕12号", "不等同于电子印章"):
        assert words in said


def test_verify_says_intact_in_both_languages(report, demo):
    database = next(demo[0].glob("*.db"))
    code, out, _ = run("verify", report, "--against", database)
    assert code == 0, out
    code, out, _ = run("verify", report, "--json", "--lang", "en")
    assert code == 0
    assert '"intact": true' in out


def test_the_doctor_finds_the_database_sound(demo):
    code, out, _ = run("doctor", next(demo[0].glob("*.db")), "--json")
    assert code == 0, out
    assert '"doctor.signed_report"' in out


def test_both_laptops_files_are_whole_and_their_conflict_is_decided_with_its_reason(demo):
    folder, said = demo
    files = sorted((folder / "exchange").glob("*.qassess"))
    assert [run("verify", path)[0] for path in files] == [0, 0]
    assert all(path.with_suffix(".pdf").is_file() and str(path) in said for path in files)
    office = next(folder.glob("*.db"))
    _, out, _ = run("merge", *files, "--dry-run", "--db", office, "--json")
    assert out.count('"merge.known"') == 2
    assert '"conflicts": []' in run("conflicts", "--db", office, "--json")[1]
    assert "盖章" in said


def test_a_database_that_has_moved_on_is_told_from_the_signed_paper(report, demo, tmp_path):
    moved = tmp_path / "moved.db"
    assert run("backup", moved, "--db", next(demo[0].glob("*.db")))[0] == 0
    from qassess.domain.answers import Answer, Entry
    from qassess.services.assessments import list_assessments, record_entry, reopen
    from qassess.services.workspace import open_workspace

    workspace = open_workspace(moved, author="王强", device="laptop-2")
    line = next(line for line in list_assessments(workspace) if line.body.id == "140425")
    reopen(workspace, line.id, "复核")
    record_entry(workspace, line.id, "prod-food-sampling", Entry(answer=Answer(value="99")))
    workspace.close()
    code, out, _ = run("verify", report, "--against", moved, "--json")
    assert code == 1
    assert '"verify.database_same"' in out


def mutants(content):
    """Yield name and bytes of 200 changed files; the first kinds are the hard ones."""
    rng = random.Random(5)
    holes = [match.span(1) for match in re.finditer(rb"/Contents\s*<([0-9A-Fa-f]+)>", content)]
    for start, end in holes:
        yield f"padding at {end - 2}", content[: end - 2] + b"1" + content[end - 1 :]
        digit = next(place for place in range(start, end) if content[place : place + 1].isalpha())
        yield f"hex case at {digit}", content[:digit] + content[digit : digit + 1].swapcase() + content[digit + 1 :]
    for _ in range(12):
        yield "truncated", content[: rng.randrange(1, len(content))]
    yield "one byte short", content[:-1]
    for tail in (b"\n", b" ", b"%", b"\0" * 100, b"%%EOF\n", content):
        yield f"appended {tail[:8]!r}", content + tail
    yield "incremental update", incrementally_changed(content)
    yield "rewritten", rewritten(content)
    for _ in range(MUTANTS):
        place = rng.randrange(len(content))
        yield (
            f"bit at {place}",
            content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :],
        )


def incrementally_changed(content):
    writer = IncrementalPdfFileWriter(BytesIO(content))
    writer.root["/Lang"] = pdf_string("xx")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def rewritten(content):
    with pikepdf.open(BytesIO(content)) as pdf:
        out = BytesIO()
        pdf.save(out)
        return out.getvalue()


def test_not_intact_for_each_of_200_mutants(report, tmp_path):
    content = report.read_bytes()
    path = tmp_path / "mutant.pdf"
    accepted = []
    tried = 0
    for name, mutant in mutants(content):
        if tried == MUTANTS:
            break
        tried += 1
        path.write_bytes(mutant)
        if mutant != content and verify_file(path).intact:
            accepted.append(name)
    assert (tried, accepted) == (MUTANTS, [])


def test_an_update_that_changes_a_printed_score_and_the_copy_inside_is_found(report, tmp_path):
    changed = tmp_path / "changed.pdf"
    with pikepdf.open(report) as pdf:
        copy = pdf.attachments["assessment.json"].get_file().read_bytes()
        pdf.attachments["assessment.json"] = pikepdf.AttachedFileSpec(
            pdf, re.sub(rb'"total":"[0-9.]+"', b'"total":"99.9"', copy), filename="assessment.json"
        )
        pdf.save(changed)
    code, out, _ = run("verify", changed, "--json")
    assert code == 1, out


def test_a_second_run_into_the_same_folder_replaces_the_first(demo, tmp_path):
    folder = tmp_path / "again"
    shutil.copytree(demo[0], folder)
    code, _, err = run("demo", "--out", folder)
    assert (code, err) == (0, "")
    assert sorted(path.name for path in folder.glob("*.pdf")) == sorted(path.name for path in demo[0].glob("*.pdf"))
