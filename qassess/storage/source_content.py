"""Checks what an opened export says: every row against its hash, and all of them against the manifest.

One pass over the rows, because half the time of a merge goes here. What readers rely on is checked too: a payload is
an object of canonical JSON's values, and a parent comes before its child and is about the same thing.
"""

import json
import secrets
import sqlite3
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, NoReturn
from unicodedata import is_normalized

from qassess.domain.canonical import canonical_text
from qassess.domain.revision import Kind
from qassess.storage.evidence_store import KINDS_WITHOUT_EVIDENCE, evidence_named
from qassess.storage.export_format import COLUMNS, ManifestFacts, digest_of, read_manifest
from qassess.storage.projection import PREFIX_BYTES
from qassess.storage.source_defences import Deadline, SourceRefused

_ROWS: Final = f"SELECT {COLUMNS} FROM main.revision ORDER BY n"  # noqa: S608 - constant
_MANIFEST: Final = "SELECT body, key, signature FROM main.manifest"
_EVIDENCE: Final = "SELECT sha256, size FROM main.evidence ORDER BY sha256"
_ROWS_AT_ONCE: Final = 100
"""Few enough that their parsed payloads do not set off the garbage collector, which would double the time."""
_LONGEST_KEY: Final = 4096
_DEEPEST: Final = 64
"""Levels of a payload; what the program writes has about five, and readers fail at about three hundred."""
_SHORT: Final = 512
"""Bytes; a shorter payload cannot have as many levels as would harm."""
_ID_BYTES: Final = 32
_ENTITY_BYTES: Final = 16

# Plain numbers: comparing with members of an enumeration takes longer than all else in a loop.
_SCHEME: Final = int(Kind.SCHEME)
_WITHOUT_EVIDENCE: Final = frozenset(int(kind) for kind in KINDS_WITHOUT_EVIDENCE)
_KNOWN: Final = frozenset(int(kind) for kind in Kind)

# What is hashed, see qassess.domain.revision: the tag, kind, hlc, entity, parents and three lengths.
_HEADER: Final = struct.Struct(">3sIQ16s32s32sIII").pack
_NO_PARENT: Final = bytes(32)

# What a parser lets through and canonical JSON does not have is either refused while parsing or, where a text may as
# well contain it, reason for a closer look. (The order of keys is not looked at: it does no harm.)
_SUSPICIOUS: Final = (b"null", b"\\u")

Parent = tuple[bytes, bytes, int]
"""A parent that must be stored already: its entity, id and kind."""


@dataclass
class RowFacts:
    """What the rows of a source come to.

    ``places``: what each revision is about, by its id; ``kinds``: of which kind that is; ``parents``: all ids that are
    somebody's parent; ``outside``: parents that are not in the file before their child; ``named``: evidence that
    payloads name.
    """

    places: dict[bytes, bytes] = field(default_factory=dict)
    kinds: dict[bytes, int] = field(default_factory=dict)
    parents: set[bytes] = field(default_factory=set)
    outside: list[Parent] = field(default_factory=list)
    named: set[str] = field(default_factory=set)

    @cached_property
    def heads(self) -> set[bytes]:
        """The ids that are nobody's parent, once all rows were read."""
        return self.places.keys() - self.parents

    @cached_property
    def prefixes(self) -> frozenset[bytes]:
        """The prefixes of all but schemes."""
        return frozenset(entity[:PREFIX_BYTES] for entity, kind in self.kinds.items() if kind != _SCHEME)

    def is_forked(self) -> bool:
        """Say whether an entity has several heads in the file itself."""
        return len(self.heads) != len(self.kinds)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as it was read, and what it says."""

    body: bytes
    key: bytes
    signature: bytes
    facts: ManifestFacts


def manifest_of(connection: sqlite3.Connection) -> Manifest:
    """Read the manifest; raises :class:`SourceRefused` when there is none, or none of ours."""
    found = connection.execute(_MANIFEST).fetchmany(2)
    if not found:
        raise SourceRefused("source.manifest_missing")
    if len(found) > 1 or any(not isinstance(value, bytes) or len(value) > _LONGEST_KEY for value in found[0][1:]):
        raise SourceRefused("source.altered", reason="manifest")
    body, key, signature = found[0]
    try:
        return Manifest(body, key, signature, read_manifest(body))
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as unlike:
        raise SourceRefused("source.altered", reason="manifest") from unlike


def checked_rows(connection: sqlite3.Connection, deadline: Deadline) -> RowFacts:
    """Read every row once, and check it; raises :class:`SourceRefused`."""
    facts = RowFacts()
    cursor = connection.execute(_ROWS)
    count = 0
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        deadline.refuse()
        count += len(rows)
        try:
            _check_ids(rows, facts)
            _check_texts(rows)
            _check_payloads(rows, facts)
        except (TypeError, ValueError, AttributeError, struct.error, RecursionError) as unfit:
            raise SourceRefused("source.altered", reason=type(unfit).__name__) from unfit
    if count != len(facts.places):
        raise SourceRefused("source.altered", reason="twice")
    if any(len(entity) != _ENTITY_BYTES for entity in facts.kinds):
        raise SourceRefused("source.altered", reason="entity")
    return facts


def check_against_manifest(rows: RowFacts, manifest: ManifestFacts, connection: sqlite3.Connection) -> None:
    """Raise :class:`SourceRefused` unless the rows and the evidence listed are what the manifest says."""
    found = len(rows.places)
    if found < manifest.revisions:
        raise SourceRefused("source.incomplete", found=found, expected=manifest.revisions)
    heads = rows.heads
    said = (manifest.revisions, manifest.ids, manifest.heads, manifest.head_ids)
    if said != (found, digest_of(rows.places), len(heads), digest_of(heads)):
        raise SourceRefused("source.altered", reason="manifest")
    _check_belonging(rows, manifest)
    listed = connection.execute(_EVIDENCE).fetchall()
    expected = [(bytes.fromhex(one.sha256), one.size) for one in manifest.evidence]
    if len(listed) < len(expected):
        raise SourceRefused("source.incomplete", found=len(listed), expected=len(expected))
    if listed != expected:
        raise SourceRefused("source.altered", reason="evidence")


def _check_ids(rows: Sequence[tuple[Any, ...]], facts: RowFacts) -> None:
    places, kinds = facts.places, facts.kinds
    for revision_id, kind, entity, first, second, author, device, hlc, payload in rows:
        lengths = len(author), len(device), len(payload)
        header = _HEADER(b"qa1", kind, hlc, entity, first or _NO_PARENT, second or _NO_PARENT, *lengths)
        if sha256(header + author + device + payload).digest() != revision_id:
            raise SourceRefused("source.altered", reason="revision")
        if kinds.setdefault(entity, kind) != kind:
            raise SourceRefused("source.altered", reason="kind")
        if first is not None or second is not None:
            _check_parents(entity, kind, first, second, facts)
        places[revision_id] = entity


def _check_parents(entity: bytes, kind: int, first: bytes | None, second: bytes | None, facts: RowFacts) -> None:
    if first is None or len(first) != _ID_BYTES:
        raise SourceRefused("source.altered", reason="parent")
    facts.parents.add(first)
    if facts.places.get(first) != entity:
        facts.outside.append((entity, first, kind))
    if second is not None:
        if len(second) != _ID_BYTES or first >= second:
            raise SourceRefused("source.altered", reason="parent")
        facts.parents.add(second)
        if facts.places.get(second) != entity:
            facts.outside.append((entity, second, kind))


def _check_texts(rows: Sequence[tuple[Any, ...]]) -> None:
    for text in {row[5] for row in rows} | {row[6] for row in rows}:
        text.decode()


def _check_payloads(rows: Sequence[tuple[Any, ...]], facts: RowFacts) -> None:
    # A scheme is read by its own reader, which checks everything; its entity is the hash of its content.
    others = [row for row in rows if row[1] != _SCHEME]
    payloads = [row[8] for row in others]
    documents = _parsed(payloads)
    if any(type(document) is not dict for document in documents):
        raise SourceRefused("source.altered", reason="payload")
    for document, row in zip(documents, others, strict=True):
        if row[1] not in _WITHOUT_EVIDENCE:
            facts.named.update(evidence_named(row[1], document, row[8]))
    for payload in payloads:
        if len(payload) > _SHORT and payload.count(b"{") + payload.count(b"[") > _DEEPEST:
            _look_closely(payload)


def _parsed(payloads: Sequence[bytes]) -> list[Any]:
    """Parse many payloads in one call; a mark nobody can foresee between them proves that each is whole by itself."""
    mark = secrets.token_hex(16)
    joined = f',"{mark}",'.encode().join(payloads)
    text = f"[{joined.decode()}]"
    if not is_normalized("NFC", text):
        raise SourceRefused("source.altered", reason="payload")
    if any(suspect in joined for suspect in _SUSPICIOUS):
        for payload in payloads:
            if any(suspect in payload for suspect in _SUSPICIOUS):
                _look_closely(payload)
    found, end = _DECODER.raw_decode(text)
    documents: list[Any] = found[::2]
    if end != len(text) or len(documents) != len(payloads) or found[1::2] != [mark] * (len(payloads) - 1):
        raise SourceRefused("source.altered", reason="payload")
    return documents


def _no_such_number(number: str) -> NoReturn:
    raise ValueError(f"no number of canonical JSON: {number[:20]}")


_DECODER: Final = json.JSONDecoder(parse_float=_no_such_number, parse_constant=_no_such_number)


def _look_closely(payload: bytes) -> None:
    document = json.loads(payload)
    if _depth(document) > _DEEPEST or canonical_text(document).encode() != payload:
        raise SourceRefused("source.altered", reason="payload")


def _depth(value: object) -> int:
    """Count the levels of a document without descending: one more for each layer that has anything in it."""
    depth, layer = 0, [value]
    while layer:
        depth += 1
        inner: list[object] = []
        for one in layer:
            match one:
                case dict():
                    inner += one.values()
                case list():
                    inner += one
                case _:
                    pass
        layer = inner
    return depth


def _check_belonging(rows: RowFacts, manifest: ManifestFacts) -> None:
    """Refuse revisions of assessments and schemes that the manifest does not speak of."""
    prefixes = {bytes.fromhex(one.prefix) for one in manifest.assessments}
    schemes = {bytes.fromhex(one)[:_ENTITY_BYTES] for one in manifest.schemes}
    for entity, kind in rows.kinds.items():
        if kind not in _KNOWN:  # a newer program's: who knows whose it is
            continue
        if not (entity in schemes if kind == _SCHEME else entity[:PREFIX_BYTES] in prefixes):
            raise SourceRefused("source.altered", reason="manifest")
