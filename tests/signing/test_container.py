"""The container of a signature: what a signature itself does not protect has one form only."""

import re

import pytest
from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509

from qassess.signing.container import is_canonical, sign_digest, space_for
from qassess.signing.fields import open_pdf
from qassess.signing.pdf_signature import sign_pdf
from qassess.signing.verification import CONTAINER, PADDING, verify_signatures


def _with_container(pdf, der):
    begin, end = re.search(rb"/Contents <([0-9A-F]+)>", pdf).span(1)
    assert 2 * len(der) <= end - begin, "the changed container must fit, or the test shows nothing"
    return pdf[:begin] + der.hex().upper().encode().ljust(end - begin, b"0") + pdf[end:]


def _container(pdf):
    return cms.ContentInfo.load(open_pdf(pdf).embedded_signatures[0].pkcs7_content)


def _other_version(container, _):
    container["content"]["version"] = "v3"


def _other_signer_version(container, _):
    container["content"]["signer_infos"][0]["version"] = "v3"


def _unsigned_attribute(container, _):
    value = core.OctetString(b"free")
    signer = container["content"]["signer_infos"][0]
    signer["unsigned_attrs"] = cms.CMSAttributes([{"type": "1.2.3.4", "values": [value]}])


def _one_certificate_more(container, issued):
    more = asn1_x509.Certificate.load(issued.key.certificate)
    container["content"]["certificates"].append(cms.CertificateChoices(name="certificate", value=more))


def _one_digest_algorithm_more(container, _):
    container["content"]["digest_algorithms"].append({"algorithm": "sha512"})


@pytest.mark.parametrize(
    "change",
    [
        _other_version,
        _other_signer_version,
        _unsigned_attribute,
        _one_certificate_more,
        _one_digest_algorithm_more,
    ],
)
def test_what_the_signature_does_not_protect_may_not_change(report, people, ec_identity, now, monkeypatch, change):
    """Each of these leaves the signature valid for other programs."""
    monkeypatch.setattr("qassess.signing.pdf_signature.space_for", lambda _: 8192)
    signed = sign_pdf(report, people.leader, role="leader", when=now)
    container = _container(signed)
    change(container, ec_identity)
    report_of = verify_signatures(_with_container(signed, container.dump(force=True)))
    assert [found.problems for found in report_of.signatures] == [(CONTAINER,)]


def test_a_certificate_of_the_chain_may_not_be_left_out(report, ec_identity, now):
    signed = sign_pdf(report, ec_identity, role="leader", when=now)
    container = _container(signed)
    certificates = list(container["content"]["certificates"])
    assert len(certificates) == 3
    root = next(each for each in certificates if each.chosen.subject.native == {"common_name": "Root"})
    container["content"]["certificates"] = [each for each in certificates if each is not root]
    found = verify_signatures(_with_container(signed, container.dump(force=True))).signatures[0]
    assert found.problems == (CONTAINER,)


def test_something_hidden_behind_the_container_is_found(signed_once):
    der = open_pdf(signed_once).embedded_signatures[0].pkcs7_content.rstrip(b"\0")
    found = verify_signatures(_with_container(signed_once, der + b"\0hidden")).signatures[0]
    assert found.problems == (PADDING,)


@pytest.mark.parametrize("who", ["rsa", "ec"])
def test_a_container_is_canonical_and_fits_its_space(people, ec_identity, who):
    identity = {"rsa": people.leader, "ec": ec_identity}[who]
    for number in range(4):
        der = sign_digest(identity.key, bytes([number]) * 32)
        assert is_canonical(der)
        assert len(der) <= space_for(identity.key)


def test_the_container_names_its_signer_and_no_time(people):
    """PAdES keeps the time of signing in the PDF's own dictionary (EN 319 142-1 §6.3)."""
    content = cms.ContentInfo.load(sign_digest(people.leader.key, bytes(32)))["content"]
    attributes = {each["type"].native for each in content["signer_infos"][0]["signed_attrs"]}
    assert attributes == {"content_type", "message_digest", "signing_certificate_v2", "cms_algorithm_protection"}
    own = x509.load_der_x509_certificate(people.leader.key.certificate)
    assert content["signer_infos"][0]["sid"].chosen["serial_number"].native == own.serial_number
