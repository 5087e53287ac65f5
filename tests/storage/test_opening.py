"""Opening: what is created, what is refused and in which words, and that nothing ever starts empty in its place."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from qassess.errors import QassessError
from qassess.storage import placement
from qassess.storage.database import open_database
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.tables import APPLICATION_ID


def refused(path: Path, *, read_only: bool = False) -> QassessError:
    with pytest.raises(QassessError) as caught:
        open_database(path, read_only=read_only).close()
    assert caught.value.values["path"] == str(path)
    return caught.value


def pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_new_database_is_made_whole_in_folders_that_did_not_exist(tmp_path):
    path = tmp_path / "质评 100%#?" / "x" / "a.db"
    with open_database(path) as database, database.unit_of_work() as uow:
        assert uow.assessments() == ()
    assert pragma(path, "application_id") == APPLICATION_ID
    assert pragma(path, "user_version") == 1001
    assert pragma(path, "journal_mode") == "wal"
    assert sorted(found.name for found in path.parent.iterdir()) == ["a.db", "a.db.lock"]


def test_every_connection_is_durable_and_careful(database):
    with database.unit_of_work(reading=True) as first, database.unit_of_work() as second:
        for uow in (first, second):
            found = {
                name: uow._statements.rows(f"PRAGMA {name}")[0][0]
                for name in ("synchronous", "foreign_keys", "trusted_schema", "cell_size_check", "journal_mode")
            }
            assert found == {
                "synchronous": 2,
                "foreign_keys": 1,
                "trusted_schema": 0,
                "cell_size_check": 1,
                "journal_mode": "wal",
            }


def test_the_device_is_remembered_or_made_once(tmp_path):
    path = tmp_path / "a.db"
    with open_database(path) as database:
        made = database.device
    assert len(made) == 8
    with open_database(path) as database:
        assert database.device == made
    with open_database(path, device="二号笔记本") as database:
        assert database.device == "二号笔记本"
    with open_database(path, read_only=True) as database:
        assert database.device == "二号笔记本"


def test_opening_an_up_to_date_database_imports_no_alembic(path):
    open_database(path).close()
    program = (
        "import sys; from pathlib import Path; from qassess.storage.database import open_database\n"
        "open_database(Path(sys.argv[1])).close()\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('alembic', 'mako')])"
    )
    found = subprocess.run([sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"


def test_creating_a_database_imports_no_alembic_either(tmp_path):
    program = (
        "import sys; from pathlib import Path; from qassess.storage.database import open_database\n"
        "open_database(Path(sys.argv[1])).close()\n"
        "sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "new.db")], check=True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "database.damaged"),
        (b"SQLite for", "database.damaged"),
        (b"SQLite format 3\0" + bytes(40), "database.damaged"),
        (b"PK\x03\x04" + bytes(200), "database.foreign"),
        ("不是数据库".encode(), "database.foreign"),
    ],
)
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path, content, code):
    path.write_bytes(content)
    assert refused(path).code == code
    assert refused(path, read_only=True).code == code
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE contacts(name)")
    before = path.read_bytes()
    assert refused(path).code == "database.foreign"
    assert path.read_bytes() == before


def test_a_damaged_page_is_noticed_when_opening(path, edit, database):
    for number in range(200):
        edit(f"I{number}", note="x" * 200)
    database.close()
    content = bytearray(path.read_bytes())
    page = len(content) // 4096 // 2
    content[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    assert refused(path).code == "database.damaged"
    assert path.read_bytes() == bytes(content)


def test_a_file_cut_off_in_the_middle_is_refused(path, edit, database):
    for number in range(200):
        edit(f"I{number}", note="x" * 200)
    database.close()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 // 4096 * 4096])
    assert refused(path).code == "database.damaged"


def test_a_database_without_its_tables_is_refused(path):
    open_database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE head")
    error = refused(path)
    assert (error.code, error.values["reason"]) == ("database.damaged", "head")


def test_a_log_without_its_database_does_not_start_empty(path):
    path.with_name(path.name + "-wal").write_bytes(b"unsaved work")
    assert refused(path).code == "database.main_file_missing"
    assert not path.exists()


def test_a_newer_major_version_is_refused_and_a_newer_minor_opens(path, make):
    open_database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=1007")
        connection.execute("CREATE TABLE of_a_newer_program(x)")
        connection.commit()
    with open_database(path) as database, database.unit_of_work() as uow:
        uow.append(make())
        uow.commit()
    assert pragma(path, "user_version") == 1007
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=2000")
    error = refused(path)
    assert (error.code, error.values["found"], error.values["known"]) == ("database.newer", "2.0", "1.1")
    assert refused(path, read_only=True).code == "database.newer"


def test_the_same_process_cannot_open_a_database_twice(path):
    with open_database(path):
        assert refused(path).code == "database.locked"
    open_database(path).close()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_is_the_same_database(path, tmp_path):
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)
    with open_database(path) as database:
        with pytest.raises(QassessError, match=r"database\.locked"):
            open_database(link)
        assert EvidenceStore(link).folder == EvidenceStore(database.path).folder


def test_another_process_is_refused_and_may_read(path, database, edit):
    edit()
    program = (
        "import sys; from pathlib import Path; from qassess.errors import QassessError\n"
        "from qassess.storage.database import open_database\n"
        "path = Path(sys.argv[1])\n"
        "try: open_database(path)\n"
        "except QassessError as refused: print(refused.code)\n"
        "with open_database(path, read_only=True) as there, there.unit_of_work() as uow:\n"
        "    print(len(uow.entities_under(b'')))"
    )
    found = subprocess.run([sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True)
    assert found.stdout.split() == ["database.locked", "1"]


def test_the_lock_of_a_killed_program_is_gone(path):
    program = (
        "import sys, time; from pathlib import Path; from qassess.storage.database import open_database\n"
        "held = open_database(Path(sys.argv[1])); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"open"
        assert refused(path).code == "database.locked"
        holder.kill()
    open_database(path).close()


def test_a_refused_opening_leaves_no_lock(path):
    path.write_bytes(b"no database")
    for _ in range(2):
        assert refused(path).code == "database.foreign"
    path.unlink()
    open_database(path).close()


def test_reading_needs_a_file_that_is_there(path):
    assert refused(path, read_only=True).code == "database.not_found"
    assert not path.exists()


def test_a_database_opened_to_read_takes_no_edits(path, make):
    open_database(path).close()
    with (
        open_database(path, read_only=True) as database,
        database.unit_of_work() as uow,
        pytest.raises(QassessError, match=r"database\.read_only"),
    ):
        uow.append(make())


def test_a_path_inside_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    assert refused(tmp_path / "file" / "a.db").code == "database.unreadable"


def test_a_folder_in_place_of_the_file_is_refused(path):
    path.mkdir()
    assert refused(path).code == "database.unreadable"


SHARED = "29 1 0:25 / {point} rw,relatime shared:1 - cifs //server/share rw\n"


@pytest.fixture
def on_a_share(path, monkeypatch):
    table = "27 1 254:0 / / rw - ext4 /dev/vda rw\n" + SHARED.format(point=str(path.parent).replace(" ", "\\040"))
    monkeypatch.setattr(placement, "_mount_table", lambda: table)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/mountinfo")
def test_a_network_share_is_refused_for_writing_and_can_be_read(path, database, edit, request):
    edit()
    request.getfixturevalue("on_a_share")
    error = refused(path)
    assert error.code == "database.network"
    # The file is in use and its newest edit only in its log: the private copy has both.
    with open_database(path, read_only=True) as shared, shared.unit_of_work() as uow:
        assert len(uow.entities_under(b"")) == 1
        assert shared._file != path
        copy = shared._file
    assert not copy.exists()


def test_a_folder_in_the_cloud_is_refused_by_its_name(tmp_path):
    path = tmp_path / "我的坚果云" / "质量" / "a.db"
    error = refused(path)
    assert (error.code, error.values["folder"]) == ("database.cloud_folder", "我的坚果云")
    assert not path.parent.exists()


@pytest.fixture
def read_only_folder(tmp_path):
    """A folder nobody may write in, not even root: a read-only bind mount, else permissions."""
    folder = tmp_path / "stick"
    folder.mkdir()
    open_database(folder / "a.db").close()
    (folder / "a.db.lock").unlink()
    if os.geteuid() != 0:
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    mount = shutil.which("mount")
    bound = (
        mount and subprocess.run([mount, "--bind", folder, folder], check=False, capture_output=True).returncode == 0
    )
    if not bound:
        pytest.skip("root may write everywhere, and may not mount here")
    try:
        subprocess.run([mount, "-o", "remount,bind,ro", folder], check=True, capture_output=True)
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no read-only flag there")
def test_a_read_only_folder_is_refused_for_writing_and_can_be_read(read_only_folder):
    path = read_only_folder / "a.db"
    assert refused(path).code == "database.read_only"
    assert refused(read_only_folder / "new.db").code == "database.read_only"
    with open_database(path, read_only=True) as database, database.unit_of_work() as uow:
        assert uow.assessments() == ()
    assert [found.name for found in read_only_folder.iterdir()] == ["a.db"]
