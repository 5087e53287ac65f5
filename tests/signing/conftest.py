"""Small reports and people to sign them, made once for all tests of signatures."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, pdfa
from reportlab.pdfgen.canvas import Canvas

from qassess.signing.identity import Identity, load_identity, make_identity
from qassess.signing.pdf_signature import sign_pdf

NOW = datetime(2024, 11, 5, 6, 3, 7, tzinfo=UTC)
PASSWORD = "一个足够长的密码"
FIELDS = ("leader", "member-1", "member-2", "representative")


class People(NamedTuple):
    """Three people with keys of their own making, and their folder."""

    leader: Identity
    member: Identity
    representative: Identity
    folder: Path


def build_report(*, fields=FIELDS, attachment="assessment.json", object_streams=False, archival=False) -> bytes:
    """Make a one-page PDF with empty signature fields, as reports have them."""
    with pikepdf.open(io.BytesIO(_page(archival=archival))) as pdf:
        if attachment:
            pdf.attachments[attachment] = AttachedFileSpec(pdf, b"{}", filename=attachment)
        page = pdf.pages[0].obj
        if fields:
            widgets = [_widget(pdf, page, name, 640 - 80 * row) for row, name in enumerate(fields)]
            page.Annots = Array(widgets)
            pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array(widgets)))
        written = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate if object_streams else pikepdf.ObjectStreamMode.disable
        pdf.save(written, object_stream_mode=mode, deterministic_id=True, min_version="1.7")
    return written.getvalue()


def _page(*, archival):
    """Draw one page; PDF/A wants its fonts embedded, so an archival one carries none."""
    drawn = io.BytesIO()
    if archival:
        with pikepdf.new() as pdf:
            pdf.add_blank_page(page_size=(595, 842))
            pdfa.save(pdf, drawn, flavour="2b")
    else:
        canvas = Canvas(drawn, pagesize=(595, 842), invariant=1)
        canvas.drawString(72, 720, "total 93.40")
        canvas.showPage()
        canvas.save()
    return drawn.getvalue()


def _widget(pdf, page, name, bottom):
    empty = pdf.make_stream(b"")
    empty.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 200, 60]))
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=name,
            F=4,
            Rect=[72, bottom, 272, bottom + 60],
            P=page,
            AP=Dictionary(N=empty),
        )
    )


def issue(name, key, *, issuer=None, usage=True, days=365, now=NOW):
    """Make a certificate signed by ``issuer`` (a pair of certificate and key) or by its own key."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usages = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), not usage
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(
            x509.KeyUsage(
                digital_signature=usage, content_commitment=usage, encipher_only=False, decipher_only=False, **usages
            ),
            critical=True,
        )
        .sign(issuer[1] if issuer else key, hashes.SHA256())
    )


def write_p12(path, key, certificate, others=(), password=PASSWORD):
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"signer", key, certificate, list(others) or None, BestAvailableEncryption(password.encode())
        )
    )
    return path


@pytest.fixture(scope="session")
def now():
    return NOW


@pytest.fixture(scope="session")
def password():
    return PASSWORD


@pytest.fixture(scope="session")
def blank():
    """Return the builder of reports nobody has signed."""
    return build_report


@pytest.fixture(scope="session")
def certify():
    """Return the maker of certificates as other programs make them."""
    return issue


@pytest.fixture(scope="session")
def bundle():
    """Return the writer of ``.p12`` files as other programs make them."""
    return write_p12


@pytest.fixture(scope="session")
def report():
    return build_report()


@pytest.fixture(scope="session")
def people(tmp_path_factory):
    folder = tmp_path_factory.mktemp("people")

    def made(name, unit):
        return make_identity(name=name, unit=unit, password=PASSWORD, path=folder / f"{name}.p12", now=NOW)

    return People(
        leader=made("张三", "长治市质监局"),
        member=made("李四", "长治市农委"),
        representative=made("王五", "平顺县人民政府"),
        folder=folder,
    )


@pytest.fixture(scope="session")
def ec_identity(tmp_path_factory):
    """Return a P-256 identity issued by an authority, with the whole chain in its ``.p12``."""
    root_key, key = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
    middle_key = ec.generate_private_key(ec.SECP384R1())
    root = issue("Root", root_key)
    middle = issue("Middle", middle_key, issuer=(root, root_key))
    certificate = issue("赵六", key, issuer=(middle, middle_key))
    stranger = issue("Stranger", ec.generate_private_key(ec.SECP256R1()))
    path = tmp_path_factory.mktemp("imported") / "issued.pfx"
    return load_identity(write_p12(path, key, certificate, [root, stranger, middle]), PASSWORD)


@pytest.fixture(scope="session")
def signed(report, people):
    """Return the report signed by three people in turn."""
    first = sign_pdf(report, people.leader, role="leader", when=NOW, lines=("组长 张三",))
    second = sign_pdf(first, people.member, role="member", when=NOW + timedelta(minutes=5), lines=("组员 李四",))
    return sign_pdf(
        second, people.representative, role="representative", opinion="情况属实。", when=NOW + timedelta(minutes=9)
    )


@pytest.fixture(scope="session")
def signed_once(report, people):
    return sign_pdf(report, people.leader, role="leader", when=NOW)
