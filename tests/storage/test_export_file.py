"""An export holds all there is of an assessment, is read again before it gets its name, and is whole or not there."""

import errno
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256, shake_256
from pathlib import Path

import pytest

from qassess.domain.revision import Kind, entity_of
from qassess.errors import QassessError
from qassess.storage import evidence_transfer, export_file
from qassess.storage.export_file import write_export
from qassess.storage.export_format import EXPORT_ID, FORMAT, TABLES, ExportOrigin, ManifestSignature, manifest_text
from qassess.storage.source_check import inspect_source
from tests.storage.exports import KEY, NOW, SCHEME_HASH, check_signature, county, merge, sign

ROOT = Path(__file__).parent.parent.parent
ORIGIN = ExportOrigin(program="0.1.0", device="laptop", author="张三", at=NOW)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file() or path.name.startswith("."))


def test_the_receipt_says_what_is_in_the_file(tmp_path, laptops):
    laptop = laptops("laptop")
    prefix = county(laptop, "140425")
    county(laptop, "140426")
    sha = laptop.attach(prefix, b"photo")
    receipt = laptop.export(tmp_path / "a.qassess", prefix)
    content = receipt.path.read_bytes()
    assert (receipt.size, receipt.sha256) == (len(content), sha256(content).hexdigest())
    facts = receipt.manifest
    assert [(one.prefix, one.body, one.year) for one in facts.assessments] == [(prefix.hex(), "140425", 2024)]
    assert (facts.schemes, facts.revisions, facts.heads) == ((SCHEME_HASH,), 6, 6)
    assert [(one.sha256, one.size) for one in facts.evidence] == [(sha, 5)]
    assert (facts.device, facts.author, facts.program, receipt.key) == ("laptop", "张三", "0.1.0", KEY)
    report = inspect_source(receipt.path, check_signature=check_signature)
    assert (report.verdict, report.manifest, report.sha256) == ("ok", facts, receipt.sha256)
    assert report.manifest_body == manifest_text(facts).encode()


def test_the_file_is_a_plain_database_others_can_read(tmp_path, laptops):
    laptop = laptops("laptop")
    prefix = county(laptop, "140425")
    laptop.attach(prefix, b"photo")
    path = laptop.export(tmp_path / "a.qassess").path
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA application_id").fetchone() == (EXPORT_ID,)
        assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)
        assert dict(connection.execute("SELECT name, sql FROM sqlite_schema")) == TABLES
        exported = connection.execute("SELECT id FROM revision").fetchall()
    assert {row[0] for row in exported} == laptop.ids()


def test_nothing_of_this_machine_alone_is_in_it(tmp_path, laptops):
    laptop = laptops("laptop")
    prefix = county(laptop, "140425")
    with laptop.database.unit_of_work() as uow:
        uow.put_draft(entity_of(prefix, Kind.ENTRY, "I0"), "half typed secret")
        uow.put_setting("hint", "a local secret")
        uow.commit()
    content = laptop.export(tmp_path / "a.qassess").path.read_bytes()
    assert b"secret" not in content


def test_the_same_assessment_exports_to_the_same_bytes(tmp_path, laptops):
    laptop = laptops("laptop")
    prefix = county(laptop, "140425")
    hashes = {
        write_export(
            laptop.database, [prefix], tmp_path / f"{number}.q", origin=ORIGIN, sign=sign, evidence=laptop.evidence
        ).sha256
        for number in range(2)
    }
    assert len(hashes) == 1


def test_missing_and_damaged_evidence_is_named_and_left_out(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    prefix = county(laptop, "140425")
    good, gone, bad = (laptop.attach(prefix, content) for content in (b"good", b"gone", b"bad"))
    laptop.evidence.path_of(gone).unlink()
    laptop.evidence.path_of(bad).write_bytes(b"BAD" * 1_000_000)
    receipt = laptop.export(tmp_path / "a.qassess")
    assert (receipt.missing, receipt.damaged) == ((gone,), (bad,))
    assert [one.sha256 for one in receipt.manifest.evidence] == [good]
    (outcome,) = merge(office, receipt.path)
    assert (outcome.verdict, set(outcome.evidence_missing)) == ("merged", {gone, bad})


def test_what_cannot_be_exported_says_so(tmp_path, laptops):
    laptop = laptops("laptop")
    prefix = county(laptop, "140425")
    (tmp_path / "there").write_text("mine", encoding="utf-8")

    def export(prefixes, out="a.qassess", **options):
        path = tmp_path / out
        options = {"origin": ORIGIN, "sign": sign, "evidence": laptop.evidence} | options
        return write_export(laptop.database, prefixes, path, **options)

    for code, arguments in {
        "export.nothing": {"prefixes": []},
        "export.no_assessment": {"prefixes": [bytes(8)]},
        "export.exists": {"prefixes": [prefix], "out": "there"},
        "database.unreadable": {"prefixes": [prefix], "out": "no/such/folder"},
    }.items():
        with pytest.raises(QassessError, match=code):
            export(**arguments)
    assert (tmp_path / "there").read_text(encoding="utf-8") == "mine"
    assert left_in(tmp_path) == ["there"]
    unsigned = export([prefix], sign=lambda _body: ManifestSignature(b"", b""))
    assert unsigned.key == b""


def test_stopping_leaves_no_file(tmp_path, laptops):
    laptop = laptops("laptop")
    prefix = county(laptop, "140425")
    for number in range(5):
        laptop.attach(prefix, bytes([number]) * 2_000_000)
    for patience in (0, 3, 9, 20):
        asked = iter([False] * patience + [True] * 1000)
        with pytest.raises(QassessError, match=r"export\.cancelled"):
            write_export(
                laptop.database,
                [prefix],
                tmp_path / "a.qassess",
                origin=ORIGIN,
                sign=sign,
                evidence=laptop.evidence,
                cancelled=lambda asked=asked: next(asked),
            )
        assert left_in(tmp_path) == []


def test_what_a_killed_export_left_goes_with_the_next_one_of_that_name(tmp_path, laptops):
    laptop = laptops("laptop")
    county(laptop, "140425")
    left = tmp_path / ".a.qassess.x1y2z3"
    left.mkdir()
    (left / "a.qassess").write_bytes(bytes(1000))
    laptop.export(tmp_path / "a.qassess")
    assert left_in(tmp_path) == ["a.qassess"]


def test_progress_counts_bytes_of_evidence(tmp_path, laptops):
    laptop = laptops("laptop")
    prefix = county(laptop, "140425")
    for number in range(3):
        laptop.attach(prefix, bytes([number]) * 1000)
    seen = []
    write_export(
        laptop.database,
        [prefix],
        tmp_path / "a.qassess",
        origin=ORIGIN,
        sign=sign,
        evidence=laptop.evidence,
        progress=lambda done, of: seen.append((done, of)),
    )
    assert seen == [(1000, 3000), (2000, 3000), (3000, 3000)]


@pytest.mark.parametrize("at", ["chunk", "revision", "manifest"])
def test_a_stick_that_returns_other_bytes_is_found_out(tmp_path, laptops, monkeypatch, at):
    laptop = laptops("laptop")
    prefix = county(laptop, "140425")
    laptop.attach(prefix, b"photo" * 50_000)

    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            changes = {
                "chunk": "UPDATE chunk SET data = zeroblob(250000)",
                "revision": "UPDATE revision SET payload = payload || ' ' WHERE n = 3",
                "manifest": "UPDATE manifest SET signature = zeroblob(32)",
            }
            connection.execute(changes[at])

    monkeypatch.setattr(export_file, "_forget_cached", spoil)
    with pytest.raises(QassessError, match=r"export\.unsound"):
        laptop.export(tmp_path / "a.qassess")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "database.disk_full"), (errno.EROFS, "database.read_only")]
)
def test_a_full_or_write_protected_stick_is_named(tmp_path, laptops, monkeypatch, number, code):
    laptop = laptops("laptop")
    county(laptop, "140425")

    def fail(path):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(export_file, "_forget_cached", fail)
    with pytest.raises(QassessError, match=code):
        laptop.export(tmp_path / "a.qassess")
    assert left_in(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_stick_that_fills_up_half_way_leaves_no_half_file(tmp_path, laptops):
    laptop = laptops("laptop")
    prefix = county(laptop, "140425")
    laptop.attach(prefix, os.urandom(3_000_000))
    laptop.close()
    program = f"""
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from qassess.errors import QassessError
from tests.storage.exports import Laptop
laptop = Laptop(Path({str(laptop.path.parent)!r}), "laptop")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
try:
    laptop.export(Path({str(tmp_path / "a.qassess")!r}))
except QassessError as refused:
    print(refused.code)
"""
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert said.stdout.strip() in {"database.disk_full", "database.disk_error"}
    assert left_in(tmp_path) == []


def test_a_large_film_travels_in_pieces(tmp_path, laptops, monkeypatch):
    laptop, office = laptops("laptop"), laptops("office")
    prefix = county(laptop, "140425")
    film = os.urandom(5_000_000)
    sha = laptop.attach(prefix, film)
    path = laptop.export(tmp_path / "a.qassess").path
    with closing(sqlite3.connect(path)) as connection:
        sizes = [row[0] for row in connection.execute("SELECT length(data) FROM chunk ORDER BY n")]
    assert sizes == [1 << 20] * 4 + [5_000_000 - (4 << 20)]
    (outcome,) = merge(office, path)
    assert outcome.evidence_new == 1
    assert office.evidence.read(sha) == film


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="measures memory as Unix counts it")
def test_more_than_a_gigabyte_travels_bit_exact_in_little_memory(tmp_path, laptops):
    """1.1 GB in one film and many photos, exported and merged by programs of their own, to see what they take."""
    laptop, office = laptops("laptop"), laptops("office")
    prefix = county(laptop, "140425")
    film = tmp_path / "film"
    with film.open("wb") as file:
        for number in range(1000):
            file.write(shake_256(number.to_bytes(2, "big")).digest(1 << 10) * (1 << 10))
    sha = laptop.evidence.store(film)
    film.unlink()
    laptop.write(prefix, Kind.EVIDENCE, sha, {"sha256": sha, "name": "film.mp4"})
    photos = [laptop.attach(prefix, os.urandom(500_000)) for _ in range(200)]
    laptop.close()
    office.close()
    path = tmp_path / "a.qassess"
    export = f"Laptop(Path({str(laptop.path.parent)!r}), 'laptop').export(Path({str(path)!r}))"
    merging = f"merge(Laptop(Path({str(office.path.parent)!r}), 'office'), Path({str(path)!r}))"
    base = memory_of("None")
    assert memory_of(export) < base + 40
    assert path.stat().st_size > 1_100_000_000
    assert memory_of(merging) < base + 40
    arrived = office.evidence.check([sha, *photos])
    assert (len(arrived.intact), arrived.missing, arrived.damaged) == (201, (), ())


def memory_of(what: str) -> int:
    """Return the most memory a program took that did something, in MiB."""
    program = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from tests.peak_memory import peak_mebibytes
from tests.storage.exports import Laptop, merge
{what}
print(peak_mebibytes())
"""
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return int(said.stdout)


def test_arrivals_are_synced_in_batches_and_none_is_left_over(tmp_path, laptops, monkeypatch):
    monkeypatch.setattr(evidence_transfer, "_AT_ONCE", 3)
    laptop, office = laptops("laptop"), laptops("office")
    prefix = county(laptop, "140425")
    shas = sorted(laptop.attach(prefix, bytes([number])) for number in range(10))
    (outcome,) = merge(office, laptop.export(tmp_path / "a.qassess").path)
    assert outcome.evidence_new == 10
    assert list(office.evidence.hashes()) == shas
    assert list(office.evidence.folder.glob("arriving-*")) == []
