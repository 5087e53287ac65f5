"""Killed at any moment, the program has every answer it called saved."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from qassess.storage.database import open_database
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.health import examine

WRITER = Path(__file__).parent / "answering_writer.py"
ROOT = Path(__file__).parent.parent.parent
KILLS = {"units": 120, "services": 80}
LONGEST = 0.04  # seconds: enough for several commits of either way


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="200 programs are forked; without fork each would import anew")
@pytest.mark.parametrize("way", KILLS)
def test_no_answer_that_was_called_saved_is_ever_lost(tmp_path, way):
    path, moments = tmp_path / "a.db", random.Random(7)
    kills = KILLS[way]
    acknowledged: list[tuple[bytes, str]] = []
    with Writers(path, way) as writers:
        for killed in range(kills):
            # Every fifth dies while it opens the database, the others within a commit or between two.
            writers.run(acknowledged, killed_after=killed % 5, and_seconds=moments.uniform(0, LONGEST))
            if killed % 10 == 9:
                assert_all_there(path, acknowledged)
    assert_all_there(path, acknowledged)
    assert len(acknowledged) > kills * 2


def assert_all_there(path: Path, acknowledged: list[tuple[bytes, str]]) -> None:
    with open_database(path) as database, database.unit_of_work() as uow:
        assert uow.projection_is_current()
        kept = {entity: {noted(stored) for stored in uow.history(entity)} for entity, _ in acknowledged}
    assert [answer for answer in acknowledged if answer[1] not in kept[answer[0]]] == []
    assert [finding for finding in examine(path) if not finding.ok] == []
    assert EvidenceStore(path).check().damaged == ()


def noted(stored) -> str:
    return stored.revision.payload.split('"note":"')[1].split('"')[0]


class Writers:
    """The program that forks the writers, and what they said."""

    def __init__(self, path: Path, way: str) -> None:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        self.program = subprocess.Popen(
            [sys.executable, str(WRITER), str(path), way],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=environment,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.program.stdin.close()
        self.program.wait(timeout=30)
        self.program.stdout.close()
        self.program.stderr.close()

    def run(self, acknowledged: list[tuple[bytes, str]], *, killed_after: int, and_seconds: float) -> None:
        """Let one writer save some answers, kill it a little later, and add what it had called saved."""
        self.program.stdin.write(f"{len(acknowledged)}\n")
        writer = int(self.heard("writer")[0])
        acknowledged.extend(answer(self.heard("saved")) for _ in range(killed_after))
        killer = threading.Thread(target=kill, args=(writer, and_seconds))
        killer.start()
        while heard := self.heard("saved", "ended"):
            acknowledged.append(answer(heard))
        killer.join()

    def heard(self, *expected: str) -> list[str]:
        line = self.program.stdout.readline()
        word, *rest = line.split() or [""]
        if word not in expected:
            self.program.kill()  # else reading what it complains of would wait for its end
            pytest.fail(line + self.program.stderr.read())
        return rest


def answer(words: list[str]) -> tuple[bytes, str]:
    entity, number = words
    return bytes.fromhex(entity), number


def kill(writer: int, after: float) -> None:
    time.sleep(after)
    os.kill(writer, signal.SIGKILL)
