"""Export files of counties for the benchmarks of merging: about 480 revisions each, and the built-in scheme in each."""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from qassess.domain.canonical import Json, canonical_text
from qassess.domain.revision import Kind, Revision, assessment_prefix, entity_of
from qassess.services.schemes import SAMPLE, find_scheme
from qassess.storage.database import Database, open_database
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.export_file import write_export
from qassess.storage.export_format import COLUMNS, ExportOrigin, ManifestSignature
from qassess.storage.schema import create_database

REVISIONS = 480
ITEMS = 230
NOW = 1_700_000_000_000
NOTES = ("抽查企业台账、检验报告，", "已现场核对原始记录；", "与去年相比下降，原因见附件。", "由县市场监管局提供，")


def county(number: int, photos: Sequence[str] = ()) -> Iterator[Revision]:
    """Make the history of one county: an assessment, its entries, later changes, and records of photos."""
    chance = random.Random(number)
    scheme = find_scheme(SAMPLE).sha256
    prefix = assessment_prefix(f"14{number:04}", 2024, "annual", scheme)
    heads: dict[bytes, bytes] = {}

    def revise(kind: Kind, name: str, document: Json) -> Revision:
        entity = entity_of(prefix, kind, name)
        revision = Revision(
            kind=kind,
            entity=entity,
            parents=(heads[entity],) if entity in heads else (),
            author=f"张{number}",
            device="laptop-1",
            hlc=NOW + len(heads),
            payload=canonical_text(document),
        )
        heads[entity] = revision.id
        return revision

    record = {"body": f"14{number:04}", "year": 2024, "round": "annual", "scheme": scheme, "checklist": "county"}
    yield revise(Kind.ASSESSMENT, "", record)
    for edit in range(REVISIONS - 1 - len(photos)):
        item = f"I{edit if edit < ITEMS else chance.randrange(ITEMS)}"
        answer = {"numerator": str(chance.randrange(500)), "denominator": "500"}
        note = "".join(chance.choices(NOTES, k=chance.randrange(1, 6)))
        yield revise(Kind.ENTRY, item, {"item": item, "answer": answer, "note": note, "flagged": chance.random() < 0.1})
    for sha in photos:
        yield revise(Kind.EVIDENCE, sha, {"sha256": sha, "name": "照片.jpg", "mime": "image/jpeg", "caption": "现场"})


def fill(database: Database, revisions: Iterator[Revision]) -> None:
    """Put revisions into a database in one go."""
    rows = (
        (r.id, r.kind, r.entity, *(*r.parents, None, None)[:2], r.author, r.device, r.hlc, r.payload) for r in revisions
    )
    with database.unit_of_work() as uow:
        uow.statements.run_many(f"INSERT INTO revision({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608
        uow.commit()


def scheme_revision() -> Revision:
    scheme = find_scheme(SAMPLE)
    entity = bytes.fromhex(scheme.sha256)[:16]
    return Revision(kind=Kind.SCHEME, entity=entity, parents=(), author="", device="", hlc=0, payload=scheme.content)


def sign(body: bytes) -> ManifestSignature:
    return ManifestSignature(b"k" * 32, sha256(body).digest())


def check_signature(body: bytes, key: bytes, signature: bytes) -> bool:
    return sha256(body).digest() == signature


def export_counties(folder: Path, count: int, *, photos: int = 0, photo_bytes: int = 0) -> list[Path]:
    """Write one export file for each county, with that many photos of about that size each."""
    source = folder / "source.db"
    create_database(source)
    chance = random.Random(7)
    files = []
    with closing(open_database(source, device="laptop-1")) as database:
        evidence = EvidenceStore(source)
        fill(database, iter([scheme_revision()]))
        for number in range(count):
            shas = [
                evidence.store(chance.randbytes(chance.randint(photo_bytes // 2, photo_bytes * 3 // 2)))
                for _ in range(photos)
            ]
            fill(database, county(number, shas))
        with database.unit_of_work() as uow:
            uow.rebuild_projection()
            uow.commit()
        with database.unit_of_work(reading=True) as uow:
            prefixes = uow.assessments()
        for number, prefix in enumerate(prefixes):
            out = folder / f"{number:04}.qassess"
            origin = ExportOrigin(program="0.1.0", device="laptop-1", author="张三", at=NOW)
            write_export(database, [prefix], out, origin=origin, sign=sign, evidence=evidence)
            files.append(out)
    return files
