"""One more signature on a report: PAdES B-B, as an incremental update that changes nothing that was there."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from qassess.errors import QassessError
from qassess.locations import resources
from qassess.signing.container import sign_digest, space_for
from qassess.signing.fields import SignatureField, attached_names, fields_of, open_pdf, role_of
from qassess.signing.identity import Identity
from qassess.signing.stamp import StampStyle
from qassess.signing.verification import verify_signatures

CHINA: Final = timezone(timedelta(hours=8))
"""The time on a stamp. Fixed: China has one time and no daylight saving."""

_DATA: Final = "assessment.json"
_DIGEST: Final = "sha256"


class _SigningWriter(IncrementalPdfFileWriter):
    """Adds objects and touches neither version nor metadata.

    PDF/A-3 holds a document to the version it declares, and a new modification date in the metadata would be a change
    that is no signature. (pyHanko's own signer goes further and declares PDF 2.0 for EC keys.)
    """

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Keep the version the document declares."""

    def _update_meta(self) -> None:
        """Keep the metadata."""


def sign_pdf(
    pdf: bytes,
    identity: Identity,
    *,
    role: str,
    opinion: str = "",
    when: datetime,
    lines: Sequence[str] = (),
    field: str | None = None,
    stamp_font: Path | None = None,
) -> bytes:
    """Return the report with one more signature, in the first empty field of the role or in the field named.

    Where the role has no empty field left, an invisible one is added. The first signature certifies the report: only
    further signatures may follow. ``lines`` are seen in the field, the first one larger; without any, they are name,
    unit, time and fingerprint. ``opinion`` is the signer's statement, kept as the reason of signing. ``stamp_font``
    goes before the fonts that ship. ``when`` is aware.

    Raises ``QassessError``: ``pdf.damaged``, ``pdf.encrypted``, ``sign.not_a_report``, ``sign.existing_broken``,
    ``sign.already_signed``, ``sign.no_such_field``, ``sign.identity_not_valid``, ``sign.glyph_missing``,
    ``sign.not_confirmed`` and the ``token.*`` of :class:`qassess.signing.authority.TokenKey`.
    """
    reader = open_pdf(pdf)
    _check_report(reader)
    if not identity.is_valid_at(when):
        raise QassessError("sign.identity_not_valid", name=identity.name)
    is_first = _check_existing(pdf, reader, identity, role)
    style = StampStyle(
        border_width=0,
        lines=tuple(line for line in lines if line.strip()) or default_lines(identity, when),
        fonts=(*([stamp_font] if stamp_font else []), *_shipped_fonts()),
    )
    place = _place(reader, role, field)
    signed = _embedded(pdf, identity, place, _setup(identity, style, opinion, when, certify=is_first))
    if not verify_signatures(signed).intact:
        raise QassessError("sign.not_confirmed", name=identity.name)
    return signed


def default_lines(identity: Identity, when: datetime) -> tuple[str, ...]:
    """Return the lines of a stamp without words: name, unit, time in China, short fingerprint."""
    stated = (identity.name, identity.unit, stamp_time(when), short_fingerprint(identity.fingerprint))
    return tuple(line for line in stated if line)


def stamp_time(when: datetime) -> str:
    """Write a moment as it stands on a stamp: to the second, in China's time, with its offset."""
    return when.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S +08:00")


def short_fingerprint(fingerprint: str) -> str:
    """Write the first 16 hex digits of a fingerprint in groups of four, to be compared by eye."""
    return " ".join(fingerprint[start : start + 4].upper() for start in range(0, 16, 4))


def _check_report(reader: PdfFileReader) -> None:
    if _DATA not in attached_names(reader):
        raise QassessError("sign.not_a_report")


def _check_existing(pdf: bytes, reader: PdfFileReader, identity: Identity, role: str) -> bool:
    """Refuse what must not be signed on top of; tell whether this is the first signature."""
    if not any(field.is_signed for field in fields_of(reader)):
        return True
    report = verify_signatures(pdf)
    if not report.intact:
        raise QassessError("sign.existing_broken", problem=report.all_problems[0])
    if any((found.fingerprint, found.role) == (identity.fingerprint, role) for found in report.signatures):
        raise QassessError("sign.already_signed", name=identity.name, role=role)
    return False


def _place(reader: PdfFileReader, role: str, name: str | None) -> SignatureField | str:
    """Return the field to sign in, or the name of one to add."""
    of_role = [field for field in fields_of(reader) if field.role == role]
    empty = [field for field in of_role if not field.is_signed and name in {None, field.name}]
    if empty:
        return empty[0]
    added = f"{role}-{max((field.number for field in of_role), default=0) + 1}"
    if name is not None or role_of(added) != role:
        raise QassessError("sign.no_such_field", field=name or role)
    return added


def _setup(identity: Identity, style: StampStyle, opinion: str, when: datetime, *, certify: bool) -> SigObjSetup:
    """Describe the signature dictionary and its appearance."""
    local = when.astimezone(CHINA)
    placeholder = SignatureObject(
        timestamp=local,
        subfilter=SigSeedSubFilter.PADES,
        reason=opinion or None,
        bytes_reserved=2 * space_for(identity.key),  # two hex digits each
    )
    certification = SigMDPSetup(md_algorithm=_DIGEST, certify=True, docmdp_perms=MDPPerm.FILL_FORMS)
    return SigObjSetup(
        sig_placeholder=placeholder,
        mdp_setup=certification if certify else None,
        appearance_setup=SigAppearanceSetup(style=style, timestamp=local, name=None),
    )


def _embedded(pdf: bytes, identity: Identity, place: SignatureField | str, setup: SigObjSetup) -> bytes:
    """Write the update with an empty hole, sign what stands around it, and fill the hole."""
    new_field = SigFieldSpec(place) if isinstance(place, str) else None
    name = place if isinstance(place, str) else place.name
    steps = PdfCMSEmbedder(new_field_spec=new_field).write_cms(name, _SigningWriter(BytesIO(pdf)))
    try:
        next(steps)
        steps.send(setup)
        prepared, output = steps.send(SigIOSetup(md_algorithm=_DIGEST))
    except (PdfError, SigningError) as error:
        raise QassessError("pdf.damaged") from error
    steps.send(sign_digest(identity.key, prepared.document_digest))
    return bytes(output.getvalue())


def _shipped_fonts() -> tuple[Path, ...]:
    """Return the fonts of a stamp, the second for the rare characters the first lacks."""
    return tuple(resources() / "fonts" / name for name in ("NotoSansSC_400Regular.ttf", "LXGWWenKai-Regular.ttf"))
