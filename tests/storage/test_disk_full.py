"""A full disk: the edit is refused in words, what was saved before is whole, and work goes on once there is room."""

import errno
import os
import shutil
import subprocess
import sys

import pytest
from sqlalchemy import event

from qassess.errors import QassessError
from qassess.storage.database import open_database
from qassess.storage.engine import make_engine
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.failures import named_failure, os_failure
from qassess.storage.health import examine


def fill_until_refused(database, make) -> tuple[int, QassessError]:
    """Save large notes until one is refused; how many were saved, and the refusal."""
    for number in range(10_000):
        try:
            with database.unit_of_work() as uow:
                uow.append(make(f"I{number}", note="x" * 20_000))
                uow.commit()
        except QassessError as refused:
            return number, refused
    raise AssertionError("never full")


def saved(database) -> int:
    with database.unit_of_work() as uow:
        assert uow.projection_is_current()
        return len(uow.entities_under(b""))


def test_a_database_that_may_not_grow_refuses_the_edit_and_keeps_the_rest(database, path, make):
    def limit(connection, record):
        connection.execute("PRAGMA max_page_count=100")

    database._engine.dispose()
    event.listen(database._engine, "connect", limit)
    count, refused = fill_until_refused(database, make)
    assert refused.code == "database.disk_full"
    assert count > 5
    assert saved(database) == count
    database._engine.dispose()
    event.remove(database._engine, "connect", limit)
    with database.unit_of_work() as uow:
        uow.append(make("after"))
        uow.commit()
    assert saved(database) == count + 1
    assert all(finding.ok for finding in examine(path))


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_is_really_full(small_disk, make):
    path = small_disk / "a.db"
    with open_database(path) as database:
        count, refused = fill_until_refused(database, make)
        assert refused.code == "database.disk_full"
        with pytest.raises(QassessError, match=r"database\.disk_full"):
            EvidenceStore(path).store(b"x" * 2_000_000)
        assert list(EvidenceStore(path).hashes()) == []
        assert saved(database) == count
    assert all(finding.ok for finding in examine(path))
    room = os.statvfs(small_disk)
    (small_disk / "rest").write_bytes(bytes(room.f_bavail * room.f_frsize))
    with pytest.raises(QassessError, match=r"database\.disk_full"):
        open_database(small_disk / "second.db")
    assert not (small_disk / "second.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="sets a limit of the Unix kernel")
def test_a_file_that_may_not_grow_is_an_error_of_the_disk_and_not_a_traceback(path, make):
    program = """
import resource, sys
from pathlib import Path
from qassess.domain.revision import Kind, Revision
from qassess.errors import QassessError
from qassess.storage.database import open_database
database = open_database(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
saved = 0
try:
    while saved < 1000:
        with database.unit_of_work() as uow:
            entity = saved.to_bytes(16, "big")
            payload = '{"note":"' + "x" * 20_000 + '"}'
            uow.append(Revision(kind=3, entity=entity, parents=(), author="", device="", hlc=1, payload=payload))
            uow.commit()
        saved += 1
except QassessError as refused:
    print(saved, refused.code)
"""
    said = subprocess.run([sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True)
    count, code = said.stdout.split()
    assert code == "database.disk_error"
    assert int(count) > 3
    with open_database(path) as database:
        assert saved(database) == int(count)
    assert all(finding.ok for finding in examine(path))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "database.disk_full"),
        (errno.EDQUOT, "database.disk_full"),
        (errno.EROFS, "database.read_only"),
        (errno.EACCES, "database.read_only"),
        (errno.EIO, "database.disk_error"),
        (errno.ENOTDIR, "database.unreadable"),
    ],
)
def test_what_the_system_reports_becomes_words(path, number, code):
    error = os_failure(OSError(number, "reason"), path)
    assert (error.code, error.values["path"], error.values["reason"]) == (code, str(path), "reason")


def test_a_broken_rule_of_the_schema_stays_a_bug(database, path):
    engine = make_engine(path, read_only=False)
    with pytest.raises(Exception, match="CHECK constraint failed") as caught, engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO clock VALUES (2, 0, 0, 0, NULL)")
    engine.dispose()
    assert not isinstance(caught.value, QassessError)
    assert named_failure(ValueError("no failure of SQLite"), path) is None
