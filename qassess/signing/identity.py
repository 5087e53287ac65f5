"""Who signs: a name, a unit and a key, kept in a ``.p12`` that was made here or comes from elsewhere.

A key made here shows that the file is whole and, by agreement of those who signed, who signed it. It is no certified
electronic signature and no official seal, and nothing here claims one.
"""

import os
import secrets
from calendar import isleap
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from qassess.errors import QassessError
from qassess.signing.authority import FileKey, SigningKey, is_usable, token_keys

MIN_PASSWORD: Final = 8
"""Characters. The password is all that protects a key on a lost laptop."""

MAX_NAME: Final = 64
"""Characters of a name in a certificate: X.520, ub-common-name and ub-organization-name."""

_RSA_BITS: Final = 3072
_KDF_ROUNDS: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person who can sign.

    ``fingerprint``: SHA-256 of the certificate, 64 hex digits in lower case. ``self_made``: signed by its own key and
    by no authority. Both ends of the validity are UTC and count as valid.
    """

    name: str
    unit: str
    fingerprint: str
    valid_from: datetime
    valid_until: datetime
    self_made: bool
    key: SigningKey = field(repr=False)

    def is_valid_at(self, moment: datetime) -> bool:
        """Tell whether the certificate is in force then; an identity that is not can be loaded, but does not sign."""
        return self.valid_from <= moment <= self.valid_until


def make_identity(*, name: str, unit: str, password: str, path: Path, now: datetime, valid_years: int = 5) -> Identity:
    """Make a key and a certificate of one's own and write both to a new ``.p12`` that only its owner may read.

    RSA-3072, not EC: EC signatures belong to PDF 2.0 (ISO 32002), while PDF/A-3 is PDF 1.7. Imported EC keys sign too.

    Raises ``QassessError``: ``identity.name_empty``, ``identity.name_long`` (also for the unit),
    ``identity.password_short``, ``identity.exists``, ``identity.unwritable``.
    """
    name, unit = name.strip(), unit.strip()
    _check_wishes(name, unit, password)
    if path.exists():
        raise QassessError("identity.exists", path=str(path))
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    certificate = _self_signed(private_key, name, unit, now.replace(microsecond=0), valid_years)
    protection = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(_KDF_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(password.encode())
    )
    content = pkcs12.serialize_key_and_certificates(name.encode(), private_key, certificate, None, protection)
    try:
        write_new(path, content)
    except FileExistsError as error:
        raise QassessError("identity.exists", path=str(path)) from error
    except OSError as error:
        raise QassessError("identity.unwritable", path=str(path)) from error
    return _identity(FileKey(private_key=private_key, certificate=certificate.public_bytes(Encoding.DER)))


def load_identity(path: Path, password: str) -> Identity:
    """Read a ``.p12`` or ``.pfx``, made here or imported, with an RSA or EC key.

    Expired identities load too: see :meth:`Identity.is_valid_at`. Raises ``QassessError``: ``identity.missing``,
    ``identity.unreadable``, ``identity.not_p12``, ``identity.damaged``, ``identity.wrong_password``,
    ``identity.no_key``, ``identity.no_certificate``, ``identity.key_unsupported``, ``identity.not_for_signing``.
    """
    content = _read(path)
    _check_shape(content, path)
    try:
        bundle = pkcs12.load_pkcs12(content, password.encode())
    except ValueError as error:
        # A wrong password and a damaged encrypted part cannot be told apart: both fail the integrity check.
        raise QassessError("identity.wrong_password", path=str(path)) from error
    except UnsupportedAlgorithm as error:
        raise QassessError("identity.key_unsupported", path=str(path)) from error
    return _identity_of(bundle, path)


def token_identities(library: Path, token: str, pin: str) -> tuple[Identity, ...]:
    """Return the identities on a PKCS#11 token. Raises as :func:`qassess.signing.authority.token_keys`."""
    return tuple(_identity(key) for key in token_keys(library, token, pin))


def fingerprint_of(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate as 64 hex digits in lower case."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def subject_of(certificate: x509.Certificate) -> tuple[str, str]:
    """Return name and unit of a certificate; the unit may be empty, the name falls back to the whole subject."""
    name = _attribute(certificate, NameOID.COMMON_NAME) or certificate.subject.rfc4514_string()
    return name, _attribute(certificate, NameOID.ORGANIZATION_NAME)


def is_self_made(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate is signed by its own key, so that nobody but its owner answers for the name."""
    try:
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _identity(key: SigningKey) -> Identity:
    certificate = x509.load_der_x509_certificate(key.certificate)
    name, unit = subject_of(certificate)
    return Identity(
        name=name,
        unit=unit,
        fingerprint=fingerprint_of(certificate),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        self_made=is_self_made(certificate),
        key=key,
    )


def _identity_of(bundle: pkcs12.PKCS12KeyAndCertificates, path: Path) -> Identity:
    if bundle.key is None:
        raise QassessError("identity.no_key", path=str(path))
    if bundle.cert is None:
        raise QassessError("identity.no_certificate", path=str(path))
    if not is_usable(bundle.key):
        raise QassessError("identity.key_unsupported", path=str(path))
    if not _may_sign(bundle.cert.certificate):
        raise QassessError("identity.not_for_signing", path=str(path))
    assert isinstance(bundle.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)  # noqa: S101 - is_usable says so
    return _identity(
        FileKey(
            private_key=bundle.key,
            certificate=bundle.cert.certificate.public_bytes(Encoding.DER),
            issuers=_issuers(bundle.cert.certificate, [extra.certificate for extra in bundle.additional_certs]),
        )
    )


def _issuers(certificate: x509.Certificate, others: Iterable[x509.Certificate]) -> tuple[bytes, ...]:
    """Return the chain above the certificate, nearest issuer first, leaving out whatever else lay in the file."""
    chain: list[bytes] = []
    remaining = list(others)
    current = certificate
    while issuer := next((other for other in remaining if _issued(current, other)), None):
        remaining.remove(issuer)
        chain.append(issuer.public_bytes(Encoding.DER))
        current = issuer
    return tuple(chain)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return certificate != issuer


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _check_wishes(name: str, unit: str, password: str) -> None:
    if not name:
        raise QassessError("identity.name_empty")
    for text in (name, unit):
        if len(text) > MAX_NAME:
            raise QassessError("identity.name_long", name=text, most=MAX_NAME)
    if len(password) < MIN_PASSWORD:
        raise QassessError("identity.password_short", least=MIN_PASSWORD)


def _self_signed(
    private_key: rsa.RSAPrivateKey, name: str, unit: str, now: datetime, valid_years: int
) -> x509.Certificate:
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN")]
    if unit:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, unit))
    subject = x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, name)])
    public = private_key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(_years_later(now, valid_years))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SIGNING_ONLY, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(private_key, hashes.SHA256())
    )


_SIGNING_ONLY: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,  # the newer name of nonRepudiation
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def _years_later(moment: datetime, years: int) -> datetime:
    """Return the same day years later; the 29 February of a leap year becomes the 28th where there is none."""
    year = moment.year + years
    leap_day = (moment.month, moment.day) == (2, 29)
    return moment.replace(year=year, day=28 if leap_day and not isleap(year) else moment.day)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise QassessError("identity.missing", path=str(path)) from error
    except OSError as error:
        raise QassessError("identity.unreadable", path=str(path)) from error


def _check_shape(content: bytes, path: Path) -> None:
    """Tell a file of another kind and a truncated one from a wrong password, before any decryption."""
    try:
        asn1_pkcs12.Pfx.load(content, strict=True)["auth_safe"]["content"]
    except (ValueError, TypeError, KeyError) as error:
        begun = content[:1] == b"\x30" and b"\x02\x01\x03" in content[:8]  # SEQUENCE { INTEGER 3
        raise QassessError("identity.damaged" if begun else "identity.not_p12", path=str(path)) from error


def _attribute(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def write_new(path: Path, content: bytes) -> None:
    """Write a whole private file under a name that is not taken, or nothing.

    Raises ``FileExistsError`` where the name is taken, and any other ``OSError``.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(draft, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _take_name(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _take_name(draft: Path, path: Path) -> None:
    """Give the file its name. A link fails where the name is taken; file systems without links get a plain rename."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(path) from None
        draft.rename(path)
