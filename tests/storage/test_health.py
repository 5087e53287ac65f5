"""What doctor finds: every kind of damage by its own name, and never a traceback."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from qassess.domain.canonical import canonical_text
from qassess.domain.revision import Kind, Revision, entity_of
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.health import examine, examine_file

ALL = [
    "doctor.file",
    "doctor.schema_version",
    "doctor.integrity",
    "doctor.revision_ids",
    "doctor.parents",
    "doctor.heads",
    "doctor.projection",
    "doctor.clock",
    "doctor.evidence",
]


@pytest.fixture
def filled(database, edit, prefix, path):
    """A database with history, evidence and a signed file, closed."""
    for number in range(60):
        edit(f"I{number % 20}", value=str(number), note="说明" * 20)
    store = EvidenceStore(path)
    photo, pdf = store.store(b"photo"), store.store(b"signed")
    for kind, payload in ((Kind.EVIDENCE, {"sha256": photo}), (Kind.SIGNATURE, {"pdf": pdf, "role": "leader"})):
        with database.unit_of_work() as uow:
            uow.append(
                Revision(
                    kind=kind,
                    entity=entity_of(prefix, kind, "x"),
                    parents=(),
                    author="",
                    device="",
                    hlc=1,
                    payload=canonical_text(payload),
                )
            )
            uow.commit()
    database.close()
    return path


def broken(path: Path) -> dict[str, dict]:
    return {finding.code: dict(finding.values) for finding in examine(path) if not finding.ok}


def spoil(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_sound_database_has_every_check_and_all_hold(filled):
    before = filled.read_bytes()
    findings = {finding.code: finding for finding in examine(filled)}
    assert list(findings) == ALL
    assert all(finding.ok for finding in findings.values())
    assert findings["doctor.revision_ids"].values["count"] == 62
    assert findings["doctor.heads"].values["count"] == 22
    assert findings["doctor.evidence"].values["intact"] == 2
    assert filled.read_bytes() == before
    assert [finding.code for finding in examine_file(filled)] == ALL[:-1]


def test_a_database_in_use_can_be_examined(path, database, edit):
    edit()
    assert broken(path) == {}


def test_an_altered_row_is_named(filled):
    spoil(filled, "UPDATE revision SET payload = replace(payload, '说明', '假的') WHERE n = 7")
    assert broken(filled) == {"doctor.revision_ids": {"count": 62, "wrong": 1, "listed": "7"}}


def test_text_that_is_no_utf8_is_named(filled):
    spoil(filled, "UPDATE revision SET author = CAST(x'ff' AS TEXT) WHERE n = 3")
    assert broken(filled) == {"doctor.revision_ids": {"count": 62, "wrong": 1, "listed": "3"}}


def test_a_removed_row_that_was_a_parent_is_noticed(filled):
    spoil(filled, "PRAGMA foreign_keys=OFF", "DELETE FROM revision WHERE n = 1")
    assert broken(filled) == {"doctor.parents": {"missing": 1}}


def test_a_parent_of_another_entity_is_noticed(filled):
    spoil(
        filled,
        "PRAGMA foreign_keys=OFF",
        "UPDATE revision SET p1 = (SELECT id FROM revision WHERE n = 1) WHERE n = 22",
    )
    assert broken(filled)["doctor.parents"] == {"missing": 1}


def test_a_projection_out_of_step_is_noticed(filled):
    spoil(filled, "DELETE FROM head WHERE n = 60")
    assert broken(filled) == {"doctor.heads": {"count": 22, "different": 1}}
    spoil(filled, "UPDATE entry_state SET flagged = 1 WHERE item = 'I3'")
    assert broken(filled)["doctor.projection"] == {"count": 20, "different": 2}


def test_missing_and_damaged_evidence_is_noticed(filled):
    store = EvidenceStore(filled)
    photo, pdf = store.store(b"photo"), store.store(b"signed")
    store.path_of(photo).unlink()
    store.path_of(pdf).write_bytes(b"forged")
    found = broken(filled)["doctor.evidence"]
    assert (found["intact"], found["missing"], found["damaged"]) == (0, 1, 1)
    assert found["listed"] == f"{photo[:12]}, {pdf[:12]}"


def test_a_clock_that_went_back_is_told_and_no_fault(database, path):
    with database.unit_of_work() as uow:
        uow.next_hlc(10_000_000)
        uow.next_hlc(9_999_000)  # a time server's correction
        uow.next_hlc(5_000_000)
        uow.next_hlc(5_000_001)
        uow.commit()
    (clock,) = [finding for finding in examine(path) if finding.code == "doctor.clock"]
    assert clock.ok
    assert clock.values == {"jumps": 1}


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0", b"SQLite format 3\0" + bytes(4080)])
def test_what_is_no_database_is_one_finding(path, content):
    path.write_bytes(content)
    (finding,) = examine(path)
    assert (finding.code, finding.ok) == ("doctor.file", False)
    assert str(finding.values["reason"]).startswith("database.")


def test_a_file_that_is_not_there_is_one_finding(path):
    (finding,) = examine(path)
    assert finding.values == {"path": str(path), "reason": "database.unreadable"}
    assert not path.exists()


def test_a_newer_schema_and_lost_tables_are_findings(filled):
    spoil(filled, "PRAGMA user_version=2000", "DROP TABLE entry_state")
    found = broken(filled)
    assert found["doctor.schema_version"] == {"found": "2.0", "known": "1.1"}
    assert "entry_state" in found["doctor.projection"]["reason"]


def test_no_damage_is_overlooked_and_none_ends_in_a_traceback(filled, tmp_path):
    """Flip bits anywhere: either a check fails, or no row of the log has changed."""
    sound, random_ = filled.read_bytes(), random.Random(5)
    log = rows(filled)
    copy = tmp_path / "copy.db"
    for _ in range(120):
        content = bytearray(sound)
        content[random_.randrange(len(content))] ^= 1 << random_.randrange(8)
        copy.write_bytes(content)
        findings = examine_file(copy)
        assert findings
        if all(finding.ok for finding in findings):
            assert rows(copy) == log


def test_pages_of_another_time_are_noticed(filled, tmp_path):
    sound, log = filled.read_bytes(), rows(filled)
    copy = tmp_path / "copy.db"
    for page in range(len(sound) // 4096):
        content = bytearray(sound)
        content[page * 4096 : (page + 1) * 4096] = bytes(4096)
        copy.write_bytes(content)
        if all(finding.ok for finding in examine_file(copy)):
            assert rows(copy) == log


def rows(path: Path) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM revision ORDER BY n").fetchall()
