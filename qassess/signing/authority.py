"""What signs: a private key in memory, read from a file, or one that never leaves its token."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from qassess.errors import QassessError

if TYPE_CHECKING:
    import pkcs11

MIN_RSA_BITS: Final = 2048
_SHA256_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""RFC 8017 §9.2, note 1: what stands before the digest when a token pads but does not hash."""

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_Result = TypeVar("_Result")


class SigningKey(Protocol):
    """A key that signs, with its certificate and the issuers' certificates known beside it (all DER)."""

    @property
    def certificate(self) -> bytes:
        """The signer's certificate."""

    @property
    def issuers(self) -> tuple[bytes, ...]:
        """The certificates of the issuers, as far as they came with the key."""

    def sign(self, content: bytes) -> bytes:
        """Sign the SHA-256 of the content: PKCS#1 v1.5 with an RSA key, ECDSA in low-S form with an EC key."""


@dataclass(frozen=True)
class FileKey:
    """A key from a ``.p12``, in memory as long as this object lives."""

    private_key: PrivateKey = field(repr=False, compare=False)
    certificate: bytes
    issuers: tuple[bytes, ...] = ()

    def sign(self, content: bytes) -> bytes:
        """Sign the SHA-256 of the content."""
        match self.private_key:
            case rsa.RSAPrivateKey():
                return self.private_key.sign(content, padding.PKCS1v15(), hashes.SHA256())
            case ec.EllipticCurvePrivateKey():
                signature = self.private_key.sign(content, ec.ECDSA(hashes.SHA256()))
                return low_s(signature, self.private_key.curve.group_order)


@dataclass(frozen=True)
class TokenKey:
    """A key on a PKCS#11 token (a UKey). The token is opened for each signature and closed after it.

    ``library``: the maker's PKCS#11 module. Signing raises ``QassessError`` as :func:`token_keys` does.
    """

    library: Path
    token: str
    pin: str = field(repr=False)
    certificate: bytes
    key_id: bytes
    issuers: tuple[bytes, ...] = ()

    def sign(self, content: bytes) -> bytes:
        """Sign the SHA-256 of the content on the token.

        The digest is taken here and the token only signs it: every token offers that, while hashing on the token is
        missing on some (ECDSA with SHA-256 on SoftHSM and others).
        """
        return _on_token(self.library, self.token, self.pin, lambda session: self._sign_with(session, content))

    def _sign_with(self, session: "pkcs11.Session", content: bytes) -> bytes:
        import pkcs11
        from pkcs11.util.ec import encode_ecdsa_signature

        wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.Attribute.ID: self.key_id}
        private_key = next(iter(session.get_objects(wanted)), None)
        if not isinstance(private_key, pkcs11.SignMixin):
            raise QassessError("token.no_key", token=self.token)
        digest = _sha256(content)
        match self._public_key:
            case ec.EllipticCurvePublicKey() as public:
                raw = private_key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)
                return low_s(encode_ecdsa_signature(raw), public.curve.group_order)
            case _:
                return bytes(private_key.sign(_SHA256_DIGEST_INFO + digest, mechanism=pkcs11.Mechanism.RSA_PKCS))

    @cached_property
    def _public_key(self) -> object:
        return x509.load_der_x509_certificate(self.certificate).public_key()


def low_s(signature: bytes, order: int) -> bytes:
    """Write an ECDSA signature with the smaller of its two possible ``s``.

    ``(r, s)`` and ``(r, order - s)`` both verify, so without this rule a stranger could change bytes of a signed file
    that nothing else protects.
    """
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, order - s))


def is_usable(key: object) -> bool:
    """Tell whether documents can be signed with such a key: RSA of 2048 bits or more, or EC on a NIST curve."""
    match key:
        case rsa.RSAPrivateKey() | rsa.RSAPublicKey():
            return key.key_size >= MIN_RSA_BITS
        case ec.EllipticCurvePrivateKey() | ec.EllipticCurvePublicKey():
            return isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1 | ec.SECP521R1)
        case _:
            return False


def token_keys(library: Path, token: str, pin: str) -> tuple[TokenKey, ...]:
    """Return the usable keys of the token with that label, each with its certificate.

    Raises ``QassessError``: ``token.no_library``, ``token.absent``, ``token.wrong_pin``, ``token.locked``,
    ``token.failed``.
    """

    def read(session: "pkcs11.Session") -> tuple[TokenKey, ...]:
        certificates = _values(session)
        return tuple(
            TokenKey(library=library, token=token, pin=pin, certificate=der, key_id=key_id)
            for key_id, der in certificates
            if is_usable(x509.load_der_x509_certificate(der).public_key())
        )

    return _on_token(library, token, pin, read)


def _values(session: "pkcs11.Session") -> list[tuple[bytes, bytes]]:
    """Return id and DER of each certificate that has a private key on the token."""
    import pkcs11

    def ids(kind: pkcs11.ObjectClass) -> dict[bytes, "pkcs11.Object"]:
        return {found[pkcs11.Attribute.ID]: found for found in session.get_objects({pkcs11.Attribute.CLASS: kind})}

    keys = ids(pkcs11.ObjectClass.PRIVATE_KEY)
    certificates = ids(pkcs11.ObjectClass.CERTIFICATE)
    return [(key, certificates[key][pkcs11.Attribute.VALUE]) for key in sorted(keys) if key in certificates]


def _on_token(library: Path, token: str, pin: str, act: "Callable[[pkcs11.Session], _Result]") -> _Result:
    import pkcs11

    _check_library(library)
    try:
        with pkcs11.lib(str(library)).get_token(token_label=token).open(user_pin=pin) as session:
            return act(session)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
        raise QassessError("token.wrong_pin", token=token) from error
    except pkcs11.PinLocked as error:
        raise QassessError("token.locked", token=token) from error
    except (pkcs11.NoSuchToken, pkcs11.TokenNotPresent, pkcs11.DeviceRemoved) as error:
        raise QassessError("token.absent", token=token) from error
    except pkcs11.PKCS11Error as error:
        raise QassessError("token.failed", token=token, reason=type(error).__name__) from error


def _check_library(library: Path) -> None:
    import pkcs11

    try:
        pkcs11.lib(str(library))
    except pkcs11.PKCS11Error as error:
        raise QassessError("token.no_library", path=str(library)) from error


def _sha256(content: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(content)
    return digest.finalize()
