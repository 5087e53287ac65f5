"""The export file (``.qassess``): its tables, and the manifest that says what must be in it.

An export is a SQLite database in rollback mode with an application number of its own and exactly the tables below.
Heads and states are never in it: whoever receives it computes them. Unknown kinds of revisions travel like known ones.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from qassess.domain.canonical import canonical_text
from qassess.domain.payloads import from_document, to_document
from qassess.domain.revision import assessment_prefix

FORMAT: Final = 1
"""Kept in ``PRAGMA user_version``. A file with a greater number is refused by this program."""

EXPORT_ID: Final = 0x51415831
"""``QAX1``, the application number of an export file."""

CHUNK_BYTES: Final = 1 << 20
"""Evidence travels in pieces of this size, so that no memory and no limit of SQLite depends on the size of a film."""

TABLES: Final = {
    "manifest": (
        "CREATE TABLE manifest(only INTEGER PRIMARY KEY, body TEXT NOT NULL, key BLOB NOT NULL, "
        "signature BLOB NOT NULL) STRICT"
    ),
    "revision": (
        "CREATE TABLE revision(n INTEGER PRIMARY KEY, id BLOB NOT NULL, kind INTEGER NOT NULL, entity BLOB NOT NULL, "
        "p1 BLOB, p2 BLOB, author TEXT NOT NULL, device TEXT NOT NULL, hlc INTEGER NOT NULL, payload TEXT NOT NULL) "
        "STRICT"
    ),
    "evidence": (
        "CREATE TABLE evidence(n INTEGER PRIMARY KEY, sha256 BLOB NOT NULL, size INTEGER NOT NULL, "
        "first INTEGER NOT NULL) STRICT"
    ),
    "chunk": "CREATE TABLE chunk(n INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT",
}
"""``evidence.first`` is the number of a file's first chunk, others follow it; among revisions a parent comes first."""

_SHA256: Final = re.compile("[0-9a-f]{64}")

COLUMNS: Final = "id, kind, entity, p1, p2, author, device, hlc, payload"
"""The columns of a revision that are hashed, and their hash; the same in every table of revisions."""


@dataclass(frozen=True, slots=True)
class ManifestSignature:
    """A public key and its signature over the bytes of a manifest; both empty when nobody signed."""

    key: bytes
    signature: bytes


Sign = Callable[[bytes], ManifestSignature]
"""Signs the bytes of a manifest."""

CheckSignature = Callable[[bytes, bytes, bytes], bool]
"""Says of the bytes of a manifest, a key and a signature whether a file so signed may be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrigin:
    """Who writes an export: the program's version, the device and person, and when, in UTC milliseconds."""

    program: str
    device: str
    author: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFacts:
    """An assessment in an export: its prefix in hexadecimal, its natural key, and the checklist it is assessed by."""

    prefix: str
    body: str
    year: int
    round: str
    scheme: str
    checklist: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFacts:
    """A piece of evidence whose bytes are in an export; ``size`` in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFacts:
    """What an export must hold: no more and no less.

    ``ids`` and ``head_ids`` are digests over the ascending ids of all ``revisions`` and of the ``heads`` among them,
    see :func:`digest_of`; ``schemes`` are the hashes of the schemes in it. ``at``: UTC milliseconds.
    """

    format: int
    program: str
    device: str
    author: str
    at: int
    assessments: tuple[AssessmentFacts, ...]
    schemes: tuple[str, ...]
    revisions: int
    ids: str
    heads: int
    head_ids: str
    evidence: tuple[EvidenceFacts, ...]


def digest_of(ids: Iterable[bytes]) -> str:
    """Return the SHA-256 over revision ids in ascending order, hexadecimal."""
    return sha256(b"".join(sorted(ids))).hexdigest()


def manifest_text(facts: ManifestFacts) -> str:
    """Return the manifest as it is signed and stored: canonical JSON."""
    return canonical_text(to_document(facts))


def read_manifest(body: bytes) -> ManifestFacts:
    """Read a manifest; fields of a newer program are passed over.

    Raises ``ValueError`` when it is not what :func:`manifest_text` writes.
    """
    text = body.decode()
    document = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
    if not isinstance(document, dict):
        raise ValueError("the manifest is not an object")  # noqa: TRY004 - one kind of error for all that is wrong with it
    try:
        is_canonical = canonical_text(document) == text
    except (TypeError, RecursionError) as unfit:
        raise ValueError("the manifest is not canonical") from unfit
    if not is_canonical:
        raise ValueError("the manifest is not canonical")
    facts = from_document(ManifestFacts, document)
    for one in facts.assessments:
        if assessment_prefix(one.body, one.year, one.round, one.scheme).hex() != one.prefix:
            raise ValueError("an assessment has another's prefix")
    if not all(_SHA256.fullmatch(sha) for sha in (*facts.schemes, *(one.sha256 for one in facts.evidence))):
        raise ValueError("no hash")
    return facts


def _refuse(number: str) -> Any:  # noqa: ANN401 - the form json asks for
    raise ValueError(f"no number of canonical JSON: {number[:20]}")
