"""Backups hold everything and are verified; putting one back keeps what was there."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from qassess.errors import QassessError
from qassess.storage import backup as module
from qassess.storage.backup import back_up, restore
from qassess.storage.database import open_database
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.health import Finding, examine


def values(path, entity):
    with open_database(path, read_only=True) as database, database.unit_of_work() as uow:
        return [stored.revision.payload.split('"')[5] for stored in uow.history(entity)]


def test_a_backup_of_an_open_database_is_one_whole_file_with_its_evidence(database, path, edit, make, tmp_path):
    for number in range(5):
        edit(value=str(number))
    photo = EvidenceStore(path).store(b"photo")
    target = tmp_path / "U盘" / "备份.db"
    target.parent.mkdir()
    receipt = back_up(database, target)
    assert (receipt.path, receipt.revisions, receipt.evidence, receipt.damaged) == (target, 5, 1, ())
    assert receipt.size == target.stat().st_size
    assert sorted(found.name for found in target.parent.iterdir()) == ["备份.db", "备份.evidence"]
    assert target.read_bytes()[18:20] == b"\1\1"  # no write-ahead log that a copy of the file would lack
    edit(value="later")
    assert values(target, make().entity) == list("01234")
    assert EvidenceStore(target).read(photo) == b"photo"
    assert all(finding.ok for finding in examine(target))


def test_a_backup_never_replaces_a_file(database, tmp_path):
    target = tmp_path / "there.db"
    target.write_bytes(b"precious")
    with pytest.raises(QassessError, match=r"backup\.exists"):
        back_up(database, target)
    assert target.read_bytes() == b"precious"


def test_a_backup_that_does_not_hold_is_not_left_behind(database, tmp_path, monkeypatch):
    unsound = (Finding("doctor.integrity", ok=False, values={"reason": "x"}),)
    monkeypatch.setattr(module, "examine_file", lambda path: unsound)
    target = tmp_path / "b" / "backup.db"
    target.parent.mkdir()
    with pytest.raises(QassessError, match=r"backup\.unsound"):
        back_up(database, target)
    assert list(target.parent.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused(database, tmp_path):
    with pytest.raises(QassessError, match=r"database\.unreadable"):
        back_up(database, tmp_path / "no" / "backup.db")


def test_damaged_evidence_does_not_stop_a_backup_and_is_told(database, path, tmp_path):
    store = EvidenceStore(path)
    good, bad = store.store(b"good"), store.store(b"bad")
    store.path_of(bad).write_bytes(b"BAD")
    receipt = back_up(database, tmp_path / "backup.db")
    assert (receipt.evidence, receipt.damaged) == (1, (bad,))
    assert EvidenceStore(tmp_path / "backup.db").read(good) == b"good"


def test_restoring_puts_the_backup_in_place_and_keeps_the_old_file(database, path, edit, make, tmp_path):
    edit(value="1")
    early = EvidenceStore(path).store(b"early")
    back_up(database, tmp_path / "backup.db")
    edit(value="2")
    late = EvidenceStore(path).store(b"late")
    database.close()
    kept = restore(tmp_path / "backup.db", path)
    assert kept == path.with_name("县级质量.replaced.db")
    assert values(path, make().entity) == ["1"]
    assert values(kept, make().entity) == ["1", "2"]
    assert EvidenceStore(path).check([early, late]).missing == ()
    with open_database(path) as again, again.unit_of_work() as uow:
        assert uow.projection_is_current()
        assert uow._statements.rows("PRAGMA journal_mode") == [("wal",)]
    assert restore(tmp_path / "backup.db", path) == path.with_name("县级质量.replaced-2.db")


def test_restoring_where_nothing_was(database, path, edit, make, tmp_path):
    edit(value="1")
    photo = EvidenceStore(path).store(b"photo")
    back_up(database, tmp_path / "backup.db")
    new = tmp_path / "new computer" / "a.db"
    assert restore(tmp_path / "backup.db", new) is None
    assert values(new, make().entity) == ["1"]
    assert EvidenceStore(new).read(photo) == b"photo"


def test_a_damaged_backup_changes_nothing(database, path, edit, make, tmp_path):
    edit(value="1")
    target = tmp_path / "backup.db"
    back_up(database, target)
    database.close()
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("UPDATE revision SET payload = '{}'")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(QassessError, match=r"restore\.unsound") as caught:
        restore(target, path)
    assert caught.value.values["finding"] == "doctor.revision_ids"
    target.write_bytes(b"no database")
    with pytest.raises(QassessError, match=r"restore\.unsound"):
        restore(target, path)
    with pytest.raises(QassessError, match=r"restore\.unsound"):
        restore(tmp_path / "gone.db", path)
    assert path.read_bytes() == before
    assert not path.with_name("县级质量.replaced.db").exists()


def test_an_open_database_is_not_replaced(database, path, tmp_path):
    back_up(database, tmp_path / "backup.db")
    with pytest.raises(QassessError, match=r"database\.locked"):
        restore(tmp_path / "backup.db", path)


def test_a_database_is_not_its_own_backup(database, path):
    database.close()
    with pytest.raises(QassessError, match=r"restore\.same_file"):
        restore(path, path)


def test_a_broken_database_is_replaced_and_its_remains_are_kept(database, path, edit, make, tmp_path):
    edit(value="1")
    back_up(database, tmp_path / "backup.db")
    database.close()
    path.write_bytes(b"SQLite format 3\0 remains")
    path.with_name(path.name + "-wal").write_bytes(b"remains of the log")
    kept = restore(tmp_path / "backup.db", path)
    assert kept is not None
    assert kept.read_bytes() == b"SQLite format 3\0 remains"
    assert kept.with_name(kept.name + "-wal").read_bytes() == b"remains of the log"
    assert not path.with_name(path.name + "-wal").exists()
    assert values(path, make().entity) == ["1"]


def test_the_log_a_crash_left_is_not_lost_and_not_played_into_the_backup(database, path, edit, make, tmp_path):
    edit(value="1")
    back_up(database, tmp_path / "backup.db")
    edit(value="2")
    crashed = tmp_path / "crashed" / "a.db"
    crashed.parent.mkdir()
    for suffix in ("", "-wal"):
        shutil.copyfile(path.with_name(path.name + suffix), crashed.with_name(crashed.name + suffix))
    kept = restore(tmp_path / "backup.db", crashed)
    assert values(kept, make().entity) == ["1", "2"]
    assert values(crashed, make().entity) == ["1"]
