"""The CMS container of a PAdES B-B signature, in the one form that is written and accepted here.

A signature does not protect all of its own container. So everything outside the signed attributes and the signature
value has exactly one permitted form: it is rebuilt from these and compared byte for byte (:func:`is_canonical`), and
every certificate inside is named by its hash in the signed attributes.
"""

from collections.abc import Sequence
from typing import Final

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from qassess.signing.authority import SigningKey, low_s

_RSA: Final = "sha256_rsa"
_ECDSA: Final = "sha256_ecdsa"
_SPARE: Final = 256
"""The space for a container is a multiple of this many bytes: EC signatures vary in length by a few."""


def sign_digest(key: SigningKey, digest: bytes) -> bytes:
    """Return the DER container that signs a SHA-256 digest."""
    certificates = (key.certificate, *key.issuers)
    mechanism = _mechanism(key.certificate)
    attributes = _signed_attributes(digest, certificates, mechanism)
    return _container(certificates, attributes, key.sign(attributes.dump()), mechanism)


def space_for(key: SigningKey) -> int:
    """Return how many bytes any container of this key needs at most, rounded up."""
    certificates = (key.certificate, *key.issuers)
    mechanism = _mechanism(key.certificate)
    attributes = _signed_attributes(bytes(32), certificates, mechanism)
    longest = _container(certificates, attributes, bytes(_longest_signature(key.certificate)), mechanism)
    return -(-len(longest) // _SPARE) * _SPARE


def is_canonical(der: bytes) -> bool:
    """Tell whether every byte of a container is either signed, hashed under the signature, or the only one possible.

    Raises ``ValueError``, ``TypeError`` or ``KeyError`` for what is no container at all.
    """
    signed = cms.ContentInfo.load(der, strict=True)["content"]
    certificates = [choice.chosen.dump() for choice in signed["certificates"]]
    (signer,) = signed["signer_infos"]
    attributes = cms.CMSAttributes.load(signer["signed_attrs"].untag().dump())
    signature, mechanism = signer["signature"].native, signer["signature_algorithm"]["algorithm"].native
    named = _certificates_named(attributes)
    by_hash = {_sha256(certificate): certificate for certificate in certificates}
    if mechanism not in (_RSA, _ECDSA) or sorted(by_hash) != sorted(named) or len(by_hash) != len(certificates):
        return False
    ordered = [by_hash[digest] for digest in named]
    return (
        mechanism == _mechanism(ordered[0])
        and _container(ordered, attributes, signature, mechanism) == der
        and _is_only_form(signature, ordered[0])
    )


def _signed_attributes(digest: bytes, certificates: Sequence[bytes], mechanism: str) -> cms.CMSAttributes:
    named = tsp.SigningCertificateV2({"certs": [_named(certificate) for certificate in certificates]})
    protection = cms.CMSAlgorithmProtection(
        {"digest_algorithm": _sha256_algorithm(), "signature_algorithm": _signature_algorithm(mechanism)}
    )
    values = {
        "content_type": "data",
        "message_digest": digest,
        "signing_certificate_v2": named,
        "cms_algorithm_protection": protection,
    }
    return cms.CMSAttributes([cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in values.items()])


def _named(certificate: bytes) -> tsp.ESSCertIDv2:
    parsed = asn1_x509.Certificate.load(certificate)
    issuer = asn1_x509.GeneralName(name="directory_name", value=parsed.issuer)
    return tsp.ESSCertIDv2(
        {
            "cert_hash": _sha256(certificate),
            "issuer_serial": {"issuer": [issuer], "serial_number": parsed.serial_number},
        }
    )


def _certificates_named(attributes: cms.CMSAttributes) -> list[bytes]:
    """Return the hashes of the certificates under the signature, the signer's first."""
    (value,) = (found["values"] for found in attributes if found["type"].native == "signing_certificate_v2")
    (named,) = value
    if any(entry["hash_algorithm"]["algorithm"].native != "sha256" for entry in named["certs"]):
        return []
    return [entry["cert_hash"].native for entry in named["certs"]]


def _container(certificates: Sequence[bytes], attributes: cms.CMSAttributes, signature: bytes, mechanism: str) -> bytes:
    own = asn1_x509.Certificate.load(certificates[0])
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                name="issuer_and_serial_number",
                value=cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number}),
            ),
            "digest_algorithm": _sha256_algorithm(),
            "signed_attrs": attributes,
            "signature_algorithm": _signature_algorithm(mechanism),
            "signature": signature,
        }
    )
    embedded = [asn1_x509.Certificate.load(certificate) for certificate in certificates]
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms([_sha256_algorithm()]),
            "encap_content_info": {"content_type": "data"},
            "certificates": [cms.CertificateChoices(name="certificate", value=each) for each in embedded],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _sha256_algorithm() -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": "sha256"})


def _signature_algorithm(mechanism: str) -> algos.SignedDigestAlgorithm:
    """Name the algorithm; RSA carries a NULL parameter, ECDSA none (RFC 5754 §3)."""
    parameters = {"parameters": core.Null()} if mechanism == _RSA else {}
    return algos.SignedDigestAlgorithm({"algorithm": mechanism, **parameters})


def _mechanism(certificate: bytes) -> str:
    public = x509.load_der_x509_certificate(certificate).public_key()
    return _RSA if isinstance(public, rsa.RSAPublicKey) else _ECDSA


def _longest_signature(certificate: bytes) -> int:
    match x509.load_der_x509_certificate(certificate).public_key():
        case rsa.RSAPublicKey() as public:
            return public.key_size // 8
        case ec.EllipticCurvePublicKey() as public:
            largest = public.curve.group_order - 1
            return len(encode_dss_signature(largest, largest))
        case _:
            raise TypeError(certificate)


def _is_only_form(signature: bytes, certificate: bytes) -> bool:
    """Tell whether the value is the only one with its meaning: ECDSA in low-S form and DER. RSA has no second form."""
    match x509.load_der_x509_certificate(certificate).public_key():
        case ec.EllipticCurvePublicKey() as public:
            strict = encode_dss_signature(*decode_dss_signature(signature)) == signature
            return strict and low_s(signature, public.curve.group_order) == signature
        case _:
            return True


def _sha256(content: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(content)
    return digest.finalize()
