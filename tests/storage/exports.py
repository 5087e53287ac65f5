"""Laptops that fill in assessments and export them, for the tests of merging."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from qassess.domain.canonical import Json, canonical_text
from qassess.domain.revision import Kind, Revision, assessment_prefix, entity_of
from qassess.storage.database import Database, open_database
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.export_file import ExportReceipt, write_export
from qassess.storage.export_format import ExportOrigin, ManifestSignature
from qassess.storage.merge import MergeOutcome, Merger

SCHEME = canonical_text({"id": "small", "items": [{"id": f"I{number}"} for number in range(20)]})
SCHEME_HASH = hashlib.sha256(SCHEME.encode()).hexdigest()
KEY = b"k" * 32
NOW = 1_700_000_000_000


def sign(body: bytes) -> ManifestSignature:
    """Sign as a device would, with a hash for a signature."""
    return ManifestSignature(KEY, hashlib.sha256(KEY + body).digest())


def check_signature(body: bytes, key: bytes, signature: bytes) -> bool:
    return signature == hashlib.sha256(key + body).digest()


def prefix_of(body: str) -> bytes:
    return assessment_prefix(body, 2024, "annual", SCHEME_HASH)


class Laptop:
    """A database somebody works in."""

    def __init__(self, folder: Path, name: str = "laptop") -> None:
        self.path = folder / f"{name}.db"
        self.name = name
        self.database: Database = open_database(self.path, device=name)
        self.evidence = EvidenceStore(self.path)
        self._exports = 0

    def close(self) -> None:
        self.database.close()

    def start(self, body: str) -> bytes:
        """Start an assessment, with its scheme."""
        prefix = prefix_of(body)
        record = {"body": body, "year": 2024, "round": "annual", "scheme": SCHEME_HASH, "checklist": "county"}
        with self.database.unit_of_work() as uow:
            uow.append(
                Revision(
                    kind=Kind.SCHEME,
                    entity=bytes.fromhex(SCHEME_HASH)[:16],
                    parents=(),
                    author="",
                    device="",
                    hlc=0,
                    payload=SCHEME,
                )
            )
            uow.commit()
        self.write(prefix, Kind.ASSESSMENT, "", record)
        return prefix

    def write(self, prefix: bytes, kind: int, name: str, document: Json) -> Revision:
        """Revise one thing, on top of all its heads."""
        entity = entity_of(prefix, Kind(kind) if kind in set(Kind) else kind, name)
        with self.database.unit_of_work() as uow:
            heads = sorted(stored.revision.id for stored in uow.heads(entity))[:2]
            revision = Revision(
                kind=kind,
                entity=entity,
                parents=tuple(heads),
                author="张三",
                device=self.name,
                hlc=uow.next_hlc(NOW),
                payload=canonical_text(document),
            )
            uow.append(revision)
            uow.commit()
        return revision

    def answer(self, prefix: bytes, item: str, value: str = "1", **fields: Json) -> Revision:
        return self.write(prefix, Kind.ENTRY, item, {"item": item, "answer": {"value": value}, **fields})

    def attach(self, prefix: bytes, content: bytes, name: str = "照片.jpg") -> str:
        """Keep a photo and a record of it."""
        sha = self.evidence.store(content)
        self.write(prefix, Kind.EVIDENCE, sha, {"sha256": sha, "name": name, "size": len(content)})
        return sha

    def export(self, out: Path, *prefixes: bytes) -> ExportReceipt:
        self._exports += 1
        origin = ExportOrigin(program="0.1.0", device=self.name, author="张三", at=NOW + self._exports)
        with self.database.unit_of_work(reading=True) as uow:
            chosen = prefixes or uow.assessments()
        return write_export(self.database, chosen, out, origin=origin, sign=sign, evidence=self.evidence)

    def ids(self) -> set[bytes]:
        with self.database.unit_of_work(reading=True) as uow:
            return {row[0] for row in uow.statements.rows("SELECT id FROM revision")}

    def content(self) -> dict[str, list]:
        """Return all that a merge could change, whatever the arrival numbers are."""
        queries = {
            "revision": "SELECT id, kind, entity, p1, p2, author, device, hlc, payload FROM revision ORDER BY id",
            "head": "SELECT entity, rev FROM head ORDER BY entity, rev",
            "entry": "SELECT entity, heads, rev, hlc, item, answered, evidence FROM entry_state ORDER BY entity",
            "assessment": "SELECT prefix, entity, heads, rev, body, year FROM assessment_state ORDER BY prefix",
        }
        with self.database.unit_of_work(reading=True) as uow:
            return {name: uow.statements.rows(query) for name, query in queries.items()}

    def is_sound(self) -> bool:
        with self.database.unit_of_work(reading=True) as uow:
            return uow.projection_is_current()


def merge(office: Laptop, *paths: Path, **options) -> list[MergeOutcome]:
    """Merge files into an office, one after the other."""
    with Merger(office.database, office.evidence, check_signature=check_signature) as merger:
        return [merger.merge(path, at=NOW, **options) for path in paths]


def inspect(office: Laptop, path: Path, **options) -> MergeOutcome:
    with Merger(office.database, office.evidence, check_signature=check_signature) as merger:
        return merger.inspect(path, **options)


def county(laptop: Laptop, body: str, items: Iterable[str] = ("I0", "I1", "I2"), value: str = "1") -> bytes:
    """Start an assessment and answer some items."""
    prefix = laptop.start(body)
    for item in items:
        laptop.answer(prefix, item, value)
    return prefix
