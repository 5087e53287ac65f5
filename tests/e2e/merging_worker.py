"""A program for the kill test: forks one worker for each line it is told, so that each need not import everything anew.

``merging_worker.py FOLDER``; each line on standard input is what to do and with which database. A worker says ``done``
for each file or merge it has dealt with, and ``ended`` follows when it is dead.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from qassess.errors import QassessError
from qassess.storage.database import open_database
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.export_file import write_export
from qassess.storage.export_format import ExportOrigin
from qassess.storage.ledger import merges
from qassess.storage.merge import Merger
from qassess.storage.merge_undo import redo_merge, undo_merge
from tests.storage.exports import NOW, check_signature, sign


def merge_all(folder: Path, path: Path) -> Iterator[str]:
    """Merge all files, checking ahead."""
    files = sorted((folder / "files").glob("*.qassess"))
    with (
        open_database(path) as database,
        Merger(database, EvidenceStore(path), check_signature=check_signature) as merger,
    ):
        for outcome in merger.merge_all(files, clock=lambda: NOW):
            yield outcome.verdict


def undo_all(_folder: Path, path: Path) -> Iterator[str]:
    """Take back whatever is active, one merge after the other."""
    with open_database(path) as database:
        for entry in merges(database):
            if entry.state == "active":
                yield undo_merge(database, entry.id, at=NOW).action


def redo_all(_folder: Path, path: Path) -> Iterator[str]:
    """Put in again whatever is undone."""
    with open_database(path) as database:
        for entry in merges(database):
            if entry.state == "undone":
                yield redo_merge(database, entry.id, at=NOW).action


def export_all(folder: Path, path: Path) -> Iterator[str]:
    """Export every assessment that has no file yet."""
    origin = ExportOrigin(program="0.1.0", device="office", author="", at=NOW)
    with open_database(path) as database:
        with database.unit_of_work(reading=True) as uow:
            prefixes = uow.assessments()
        for prefix in prefixes:
            out = folder / "exported" / f"{prefix.hex()}.qassess"
            with suppress(QassessError):
                write_export(database, [prefix], out, origin=origin, sign=sign, evidence=EvidenceStore(path))
                yield out.name


WAYS = {"merge": merge_all, "undo": undo_all, "redo": redo_all, "export": export_all}


def main(folder: Path) -> None:
    """Fork a worker for each line of standard input, and say when it has ended."""
    for line in sys.stdin:
        way, name = line.split()
        worker = os.fork()
        if worker == 0:
            say(f"worker {os.getpid()}")
            for done in WAYS[way](folder, folder / name):
                say(f"done {done}")
            os._exit(0)
        os.waitpid(worker, 0)
        say("ended")


def say(words: str) -> None:
    """Write one line at once: unbuffered, so that a killed worker has said all it said."""
    os.write(sys.stdout.fileno(), f"{words}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
