"""Does a signed report still hold, in every byte? Offline, and without judging any chain of certificates.

Two checks stand side by side. pyHanko reads the PDF, checks digests and signatures and judges what was added between
two signatures. Beside it, the bytes themselves are checked: the last signature leaves out nothing but its own
container, that hole is written in one fixed form, and the container is the only one possible
(:mod:`qassess.signing.container`). So no byte of the file is free to change.

What no signature can show: that a later signature was cut off. The file is then, byte for byte, the earlier one;
only a comparison with the database tells.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from io import BytesIO
from typing import Final, TypeVar

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    FormUpdatingRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.status import SignatureCoverageLevel

from qassess.signing.container import is_canonical
from qassess.signing.fields import role_of
from qassess.signing.identity import fingerprint_of, is_self_made, subject_of

UNREADABLE: Final = "signature.unreadable"
UNSIGNED: Final = "signature.none"
FOREIGN: Final = "signature.foreign"
UNCERTIFIED: Final = "signature.uncertified"
UNSIGNED_REVISION: Final = "signature.unsigned_revision"
NOT_WHOLE_FILE: Final = "signature.not_whole_file"
BYTE_RANGE: Final = "signature.byte_range"
PADDING: Final = "signature.padding"
CONTAINER: Final = "signature.container"
CHANGED: Final = "signature.changed"
FALSE: Final = "signature.false"
LATER_CHANGE: Final = "signature.later_change"

_HOLE: Final = re.compile(rb"<([0-9A-F]*)>")

_Result = TypeVar("_Result")


class Trust(StrEnum):
    """What stands behind the name in a certificate. Whether an authority's chain holds is not judged here."""

    KNOWN = "known"
    """The caller knows this very certificate."""
    BY_AGREEMENT = "by_agreement"
    """Made by its owner: the name holds because those who sign agreed on it."""
    ISSUED = "issued"
    """Issued by somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFinding:
    """One signature as found. ``problems`` are codes; without any, the signature is intact.

    ``signed_at`` is the signer's own clock (UTC), ``opinion`` the signer's words. ``covers_file``: nothing stands in
    the file that this signature does not protect; of several signatures only the last can. ``in_validity``: the
    certificate was in force at ``signed_at``.
    """

    field: str
    role: str
    name: str
    unit: str
    opinion: str
    signed_at: datetime | None
    fingerprint: str
    self_made: bool
    in_validity: bool
    trust: Trust
    covers_file: bool
    problems: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """The content is as signed, the signature is the key's, and later changes are further signatures only."""
        return not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """What verification found. ``problems`` are codes about the file as a whole, beside those of each signature."""

    signatures: tuple[SignatureFinding, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def whole_file(self) -> bool:
        """The last signature protects every byte of the file but its own container."""
        return bool(self.signatures) and self.signatures[-1].covers_file

    @property
    def padding_canonical(self) -> bool:
        """Every container is written in the one permitted form: no spare byte could carry a change."""
        return bool(self.signatures) and not any(PADDING in found.problems for found in self.signatures)

    @property
    def all_problems(self) -> tuple[str, ...]:
        """The problems of the file and of each signature; empty exactly when the file is intact."""
        return (*self.problems, *(problem for found in self.signatures for problem in found.problems))

    @property
    def intact(self) -> bool:
        """At least one signature, all of them intact, and no byte of the file beside them."""
        return self.whole_file and not self.problems and all(found.intact for found in self.signatures)


def verify_signatures(pdf: bytes, *, known: AbstractSet[str] = frozenset()) -> SignatureReport:
    """Check every signature of a file that may come from anywhere.

    ``known``: fingerprints of certificates the caller trusts. Never raises: what cannot be read does not hold.
    """
    return _attempt(lambda: _report(pdf, known), SignatureReport(problems=(UNREADABLE,)))


def _attempt(read: Callable[[], _Result], otherwise: _Result) -> _Result:
    """Read something of a hostile file.

    Such a file can drive the libraries into any exception, recursion and memory errors included, and each of them
    means the same: it does not hold. Anything narrower would let somebody choose the exception that is not caught.
    """
    try:
        return read()
    except Exception:  # noqa: BLE001
        return otherwise


def _report(pdf: bytes, known: AbstractSet[str]) -> SignatureReport:
    reader = PdfFileReader(BytesIO(pdf))
    if not list(enumerate_sig_fields(reader, filled_status=True)):
        return SignatureReport(problems=(UNSIGNED,))
    signatures = reader.embedded_regular_signatures
    findings = tuple(_finding(pdf, signature, known) for signature in signatures)
    return SignatureReport(signatures=findings, problems=tuple(_file_problems(reader, signatures, findings)))


def _file_problems(
    reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature], findings: Sequence[SignatureFinding]
) -> Iterator[str]:
    if len(signatures) != len(list(enumerate_sig_fields(reader, filled_status=True))):
        yield FOREIGN
    if not _attempt(lambda: _is_certified(reader, signatures), otherwise=False):
        yield UNCERTIFIED
    if not _attempt(lambda: _each_revision_is_signed(reader, signatures), otherwise=False):
        yield UNSIGNED_REVISION
    if not findings or not findings[-1].covers_file:
        yield NOT_WHOLE_FILE


def _is_certified(reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature]) -> bool:
    """Tell whether the first signature, and no other, says that only further signatures are permitted."""
    first, *others = signatures
    return (
        first.docmdp_level is MDPPerm.FILL_FORMS
        and reader.root["/Perms"]["/DocMDP"] is first.sig_object
        and all(later.docmdp_level is None for later in others)
    )


def _each_revision_is_signed(reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature]) -> bool:
    total = reader.xrefs.total_revisions
    return not reader.xrefs.hybrid_xrefs_present and [signature.signed_revision for signature in signatures] == list(
        range(total - len(signatures), total)
    )


def _finding(pdf: bytes, signature: EmbeddedPdfSignature, known: AbstractSet[str]) -> SignatureFinding:
    certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
    fingerprint, self_made = fingerprint_of(certificate), is_self_made(certificate)
    name, unit = subject_of(certificate)
    signed_at = _attempt(lambda: _signed_at(signature), None)
    valid = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return SignatureFinding(
        field=signature.field_name,
        role=role_of(signature.field_name),
        name=name,
        unit=unit,
        opinion=_attempt(lambda: str(signature.sig_object["/Reason"]), ""),
        signed_at=signed_at,
        fingerprint=fingerprint,
        self_made=self_made,
        in_validity=signed_at is not None and valid[0] <= signed_at <= valid[1],
        trust=_trust(is_known=fingerprint in known, self_made=self_made),
        covers_file=_attempt(lambda: _covers(pdf, signature) == len(pdf), otherwise=False),
        problems=_problems(pdf, signature),
    )


def _signed_at(signature: EmbeddedPdfSignature) -> datetime | None:
    moment = signature.self_reported_timestamp
    return moment.astimezone(UTC) if moment and moment.tzinfo else None


def _trust(*, is_known: bool, self_made: bool) -> Trust:
    if is_known:
        return Trust.KNOWN
    return Trust.BY_AGREEMENT if self_made else Trust.ISSUED


def _problems(pdf: bytes, signature: EmbeddedPdfSignature) -> tuple[str, ...]:
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        (BYTE_RANGE, lambda: _covers(pdf, signature) > 0),
        (PADDING, lambda: _is_hole_canonical(pdf, signature)),
        (CONTAINER, lambda: is_canonical(_der(signature.pkcs7_content))),
        (CHANGED, lambda: _integrity(signature)[0]),
        (FALSE, lambda: _integrity(signature)[1]),
    )
    problems = tuple(code for code, check in checks if not _attempt(check, otherwise=False))
    if problems:
        # What came later is only worth the long look when what came first holds.
        return problems
    return () if _attempt(lambda: _later_changes_are_signatures(signature), otherwise=False) else (LATER_CHANGE,)


def _covers(pdf: bytes, signature: EmbeddedPdfSignature) -> int:
    """Return how far the signature reaches from the file's first byte, its own container left out; 0 if otherwise."""
    start, first, second, rest = signature.byte_range
    hole = pdf[first:second]
    one_hole = start == 0 and 0 < first < second and rest > 0 and hole[:1] + hole[-1:] == b"<>"
    return second + rest if one_hole and second + rest <= len(pdf) else 0


def _is_hole_canonical(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the hole is one upper-case hexadecimal string, the container then zeros, and what readers read."""
    _, first, second, _ = signature.byte_range
    digits = _HOLE.fullmatch(pdf, first, second)
    if not digits:
        return False
    content = bytes.fromhex(digits[1].decode())
    return content == signature.pkcs7_content and not any(content[len(_der(content)) :])


def _der(padded: bytes) -> bytes:
    """Return the DER value at the beginning of the bytes. Raises ``ValueError`` where there is none."""
    tag, length, *octets = padded[:6]
    if tag != 0x30 or not length & 0x80:  # noqa: PLR2004 - SEQUENCE, long form of the length
        raise ValueError(padded[:6])
    count = length & 0x7F
    size = 2 + count + int.from_bytes(bytes(octets[:count]), "big")
    if count > len(octets) or size > len(padded):
        raise ValueError(size)
    return padded[:size]


def _integrity(signature: EmbeddedPdfSignature) -> tuple[bool, bool]:
    """Return whether the digest is that of the content, and whether the signature is that of the key."""
    return validate_sig_integrity(signature.signer_info, signature.signer_cert, "data", signature.compute_digest())


def _later_changes_are_signatures(signature: EmbeddedPdfSignature) -> bool:
    coverage = signature.evaluate_signature_coverage()
    if coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    difference = _only_signatures().review_file(
        signature.reader, signature.signed_revision, doc_mdp=signature.docmdp_level
    )
    return (
        coverage is SignatureCoverageLevel.ENTIRE_REVISION
        and isinstance(difference, DiffResult)
        and difference.modification_level <= ModificationLevel.FORM_FILLING
    )


@cache
def _only_signatures() -> StandardDiffPolicy:
    """Return the rule for what may come after a signature: another signature, its appearance, and nothing else.

    pyHanko's own policy also lets metadata, document information, other form fields and unused objects change.
    """
    changed_by_signing = frozenset({"/AP", "/V"})
    return StandardDiffPolicy(
        global_rules=[
            CatalogModificationRule(ignored_keys=frozenset({"/AcroForm"})),  # type: ignore[no-untyped-call] # pyHanko's
            XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
            ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ],
        form_rule=FormUpdatingRule(
            [
                SigFieldCreationRule(),  # type: ignore[no-untyped-call] # pyHanko's
                SigFieldModificationRule(
                    allow_in_place_appearance_stream_changes=False,
                    always_modifiable=frozenset(),
                    value_update_keys=changed_by_signing,
                ),
            ],
            ignored_acroform_keys=frozenset({"/Fields"}),
        ),
        ignore_orphaned_objects=False,
        ignore_identical_objects=False,
    )
