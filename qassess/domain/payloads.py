"""The JSON forms of what is entered: answers, entries, agreements, evidence, signatures.

Absent fields are left out, never ``null``. A payload may carry fields this program does not know: they are kept
untouched when a known field of the same payload is revised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from pydantic import TypeAdapter

from qassess.domain.agreement import Agreement

Document = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """One piece of evidence (佐证材料), addressed by the SHA-256 of its original bytes.

    ``dated``: the document's own plain date (``YYYY-MM-DD``), beside the time it was added. ``size`` in bytes.
    ``rotation``: degrees clockwise (0, 90, 180 or 270) by which a picture is turned when shown; its bytes never are.
    ``withdrawn``: it was taken off the last item that used it.
    """

    sha256: str
    name: str
    mime: str = ""
    size: int = 0
    title: str = ""
    number: str = ""
    dated: str = ""
    issuer: str = ""
    pages: int = 0
    caption: str = ""
    rotation: int = 0
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRecord:
    """One signature given: who, in which role, on which report digest, over which heads (hex revision ids).

    ``signed_at``: UTC, ISO 8601 with ``Z``. ``opinion``: the words of the assessed body's representative.
    ``pdf``: SHA-256 of the file after this signature, kept in the evidence folder.
    """

    digest: str
    role: str
    name: str
    unit: str = ""
    certificate: str = ""
    signed_at: str = ""
    opinion: str = ""
    heads: tuple[str, ...] = ()
    pdf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """A signed version taken up again: the digest it supersedes and why."""

    digest: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRecord:
    """What an assessment is about; its natural key. ``checklist`` is the class of body it is assessed by."""

    body: str
    year: int
    round: str
    scheme: str
    checklist: str
    agreement: Agreement
    reopened: tuple[Reopening, ...] = ()


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Return the reader and writer of a form; making one is dear, so each is made once."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def to_document(record: object) -> Document:
    """Return the JSON form of a frozen record: defaults and absent fields left out, tuples as lists."""
    document: Document = _adapter(type(record)).dump_python(
        record, mode="json", exclude_none=True, exclude_defaults=True
    )
    return document


def from_document(kind: type[T], document: Mapping[str, Any]) -> T:
    """Read a record, ignoring fields unknown to this program.

    Raises ``pydantic.ValidationError`` when a known field has the wrong form.
    """
    record: T = _adapter(kind).validate_python(document)
    return record


def revised(previous: Mapping[str, Any] | None, record: object) -> Document:
    """Return ``previous`` with the fields of ``record`` that differ put in their place; everything else is kept.

    >>> from qassess.domain.answers import Entry
    >>> revised({"note": "old", "newer_field": 1}, Entry(note="new"))
    {'newer_field': 1, 'note': 'new'}
    """
    if previous is None:
        return to_document(record)
    kind = type(record)
    before, after = to_document(from_document(kind, previous)), to_document(record)
    names = {known.name for known in fields(kind)}  # type: ignore[arg-type]  # records are dataclasses by contract
    kept = {key: value for key, value in previous.items() if key not in names or before.get(key) == after.get(key)}
    return kept | {key: value for key, value in after.items() if before.get(key) != value}
