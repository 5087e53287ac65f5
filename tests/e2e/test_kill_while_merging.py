"""Killed at any moment of a merge, an undo or an export: nothing is half, and going on gives what was asked for."""

import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from qassess.storage.database import open_database
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.health import examine
from qassess.storage.ledger import merges
from qassess.storage.source_check import inspect_source
from tests.storage.exports import Laptop, check_signature

WORKER = Path(__file__).parent / "merging_worker.py"
ROOT = Path(__file__).parent.parent.parent
FILES = 117
PHOTO_EVERY = 5
OFFICES, KILLS_EACH = 5, 20  # of a merge; then of one office's undo, redo and export
KILLS_OF = {"undo": 35, "redo": 35, "export": 30}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="200 programs are forked; without fork each would import anew"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Small files of 117 counties, some with a photo."""
    folder = tmp_path_factory.mktemp("kills")
    (folder / "files").mkdir()
    (folder / "exported").mkdir()
    laptop = Laptop(folder, "laptop")
    for number in range(FILES):
        prefix = laptop.start(f"14{number:04}")
        laptop.answer(prefix, "I0", str(number))
        if number % PHOTO_EVERY == 0:
            laptop.attach(prefix, f"photo {number}".encode())
        laptop.export(folder / "files" / f"{number:04}.qassess", prefix)
    laptop.close()
    return folder


@pytest.fixture(scope="module")
def everything(folder) -> frozenset[bytes]:
    return ids(folder / "laptop.db")


@pytest.fixture(scope="module")
def office(folder) -> Path:
    """An office into which all files were merged, at one go."""
    with Workers(folder) as workers:
        assert workers.run("merge", "whole.db") == ["merged"] * FILES
    return folder / "whole.db"


def test_a_killed_merge_is_whole_for_each_file_and_goes_on(folder, everything):
    moments, part_way = random.Random(11), 0
    with Workers(folder) as workers:
        for number in range(OFFICES):
            path = folder / f"office-{number}.db"
            merged = 0
            for _ in range(KILLS_EACH):
                workers.run("merge", path.name, killed_after=merged + moments.randrange(10), and_seconds=soon(moments))
                merged = assert_whole(path) if path.exists() else 0
                part_way += 0 < merged < FILES
            finished = workers.run("merge", path.name)
            assert len(finished) == FILES
            assert set(finished) <= {"known", "merged"}
            assert ids(path) == everything
            assert_whole(path)
            assert EvidenceStore(path).check().damaged == ()
            assert tuple(EvidenceStore(path).hashes()) == tuple(EvidenceStore(folder / "laptop.db").hashes())
    assert part_way > OFFICES * KILLS_EACH / 4  # a busy machine kills fewer in the middle, never none


@pytest.mark.parametrize(("way", "state"), [("undo", "undone"), ("redo", "active")])
def test_a_killed_undo_or_redo_is_whole_for_each_merge_and_goes_on(folder, office, everything, way, state):
    moments = random.Random(12)
    with Workers(folder) as workers:
        for _ in range(KILLS_OF[way]):
            workers.run(way, office.name, killed_after=moments.randrange(6), and_seconds=soon(moments))
            assert_whole(office)
        workers.run(way, office.name)
    assert ids(office) == (everything if way == "redo" else frozenset())
    with open_database(office) as database:
        assert {entry.state for entry in merges(database) if entry.action != "undo"} - {""} == {state}


def test_a_killed_export_leaves_no_half_file_under_its_name(folder):
    moments = random.Random(13)
    with Workers(folder) as workers:
        for _ in range(KILLS_OF["export"]):
            workers.run("export", "laptop.db", killed_after=moments.randrange(6), and_seconds=soon(moments))
        workers.run("export", "laptop.db")
    found = sorted((folder / "exported").glob("*.qassess"))
    assert len(found) == FILES
    for path in found:
        assert inspect_source(path, check_signature=check_signature).verdict == "ok", path.name


def soon(moments: random.Random) -> float:
    """Return seconds: within a file, most often, or a few later."""
    return moments.uniform(0, 0.02)


def assert_whole(path: Path) -> int:
    """Check a database that was left behind, and return how many merges are active in it."""
    with open_database(path) as database:
        with database.unit_of_work(reading=True) as uow:
            assert uow.projection_is_current()
            assert uow.statements.rows("PRAGMA quick_check") == [("ok",)]
            held = uow.statements.rows("SELECT coalesce(sum(last - first + 1), 0) FROM merge_span WHERE arrived = 1")
            assert held == uow.statements.rows("SELECT count(*) FROM revision")
        active = sum(entry.state == "active" for entry in merges(database))
    assert [finding for finding in examine(path) if not finding.ok and finding.code != "doctor.evidence"] == []
    return active


def ids(path: Path) -> frozenset[bytes]:
    with open_database(path) as database, database.unit_of_work(reading=True) as uow:
        return frozenset(row[0] for row in uow.statements.rows("SELECT id FROM revision"))


class Workers:
    """The program that forks the workers."""

    def __init__(self, folder: Path) -> None:
        self.program = subprocess.Popen(
            [sys.executable, str(WORKER), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.program.stdin.close()
        self.program.wait(timeout=30)
        self.program.stdout.close()
        self.program.stderr.close()

    def run(self, way: str, database: str, *, killed_after: int | None = None, and_seconds: float = 0) -> list[str]:
        """Let one worker go, kill it a little after so many steps unless it was done, and return what it had done."""
        self.program.stdin.write(f"{way} {database}\n")
        worker = int(self.heard("worker")[0])
        killer = threading.Timer(and_seconds, kill, (worker,))
        done = []
        while True:
            if len(done) == killed_after:
                killer.start()
            heard = self.heard("done", "ended")
            if not heard:
                break
            done += heard
        killer.cancel()
        if killer.ident is not None:
            killer.join()
        return done

    def heard(self, *expected: str) -> list[str]:
        line = self.program.stdout.readline()
        word, *rest = line.split() or [""]
        assert word in expected, line + self.program.stderr.read()
        return rest


def kill(worker: int) -> None:
    with suppress(ProcessLookupError):  # it was done sooner
        os.kill(worker, signal.SIGKILL)
