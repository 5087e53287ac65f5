"""A program for the kill test: forks one writer for each line it is told, so that each need not import everything anew.

``answering_writer.py DATABASE WAY``; each line on standard input is the number to go on from. A writer opens the
database and answers item after item; it says ``saved ITEM NUMBER`` only after the commit has returned.
"""

import os
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from qassess.domain.answers import Answer, Entry
from qassess.domain.canonical import canonical_text
from qassess.domain.revision import Kind, Revision, assessment_prefix, entity_of
from qassess.domain.scheme import Role
from qassess.services.assessments import open_assessment, record_entry, start_assessment
from qassess.services.schemes import SAMPLE, find_scheme
from qassess.services.workspace import open_workspace
from qassess.storage.database import open_database
from qassess.storage.evidence_store import EvidenceStore

PREFIX = assessment_prefix("140425", 2024, "annual", "ab" * 32)


def answer_by_units_of_work(path: Path, first: int) -> Iterator[str]:
    """Write revisions and, before them, evidence; nothing else costs time, so a kill hits the commit itself."""
    with open_database(path) as database:
        for number in count(first):
            item = f"I{number % 40}"
            evidence = EvidenceStore(path).store(f"photo {number}".encode()) if number % 5 == 0 else ""
            entity = entity_of(PREFIX, Kind.ENTRY, item)
            with database.unit_of_work() as uow:
                revision = Revision(
                    kind=Kind.ENTRY,
                    entity=entity,
                    parents=tuple(stored.revision.id for stored in uow.heads(entity)),
                    author="张三",
                    device="laptop-1",
                    hlc=uow.next_hlc(number),
                    payload=canonical_text(
                        {"item": item, "note": str(number), "evidence": [evidence] * bool(evidence)}
                    ),
                )
                uow.append(revision)
                uow.commit()
            yield f"{entity.hex()} {number}"


def answer_by_services(path: Path, first: int) -> Iterator[str]:
    """Answer as the window does: read, check, score, write, read back."""
    workspace = open_workspace(path, author="张三", device="laptop-1")
    scheme = find_scheme(SAMPLE)
    workspace.schemes[scheme.sha256] = scheme
    with workspace.database.unit_of_work() as uow:
        started = uow.assessments()
    assessment = (
        started[0].hex() if started else start_assessment(workspace, body_id="140425", year=2024, scheme=scheme)
    )
    asked = open_assessment(workspace, assessment).checklist.items
    items = [item for item in asked if item.role is not Role.GATE]  # a gate is stated, never left out
    for number in count(first):
        item = items[number % len(items)].id
        entry = Entry(answer=Answer(not_applicable="辖区内没有"), note=str(number))
        record_entry(workspace, assessment, item, entry)
        yield f"{entity_of(bytes.fromhex(assessment), Kind.ENTRY, item).hex()} {number}"


WAYS = {"units": answer_by_units_of_work, "services": answer_by_services}


def main(path: Path, way: str) -> None:
    """Fork a writer for each line of standard input, and say when it has ended."""
    find_scheme(SAMPLE)  # read once, for all writers
    for line in sys.stdin:
        writer = os.fork()
        if writer == 0:
            say(f"writer {os.getpid()}")
            for saved in WAYS[way](path, int(line)):
                say(f"saved {saved}")
        os.waitpid(writer, 0)
        say("ended")


def say(words: str) -> None:
    """Write one line at once: unbuffered, so that a killed writer has said all it said."""
    os.write(sys.stdout.fileno(), f"{words}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
