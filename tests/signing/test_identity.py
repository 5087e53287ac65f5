"""Identities: made here, imported, refused."""

import stat
import sys
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from qassess.errors import QassessError
from qassess.signing.identity import load_identity, make_identity


def _code(call, *args, **kwargs):
    with pytest.raises(QassessError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_what_was_made_is_what_is_loaded(people, password):
    loaded = load_identity(people.folder / "张三.p12", password)
    assert loaded == people.leader
    assert (loaded.name, loaded.unit, loaded.self_made) == ("张三", "长治市质监局", True)
    assert loaded.valid_from == datetime(2024, 11, 5, 6, 3, 7, tzinfo=UTC)
    assert loaded.valid_until == datetime(2029, 11, 5, 6, 3, 7, tzinfo=UTC)
    assert len(loaded.fingerprint) == 64


def test_the_certificate_is_for_signing_only_and_of_rsa(people):
    certificate = x509.load_der_x509_certificate(people.leader.key.certificate)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not any((usage.value.key_cert_sign, usage.value.key_encipherment, usage.value.crl_sign))
    assert certificate.public_key().key_size == 3072
    assert certificate.subject.rfc4514_string() == "CN=张三,O=长治市质监局,C=CN"
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps access rights elsewhere")
def test_only_the_owner_may_read_the_file(people):
    assert stat.S_IMODE((people.folder / "张三.p12").stat().st_mode) == 0o600


def test_no_draft_is_left_beside_the_files(people):
    assert sorted(path.name for path in people.folder.iterdir()) == ["张三.p12", "李四.p12", "王五.p12"]


def test_the_secret_shows_in_no_representation(people, password):
    assert "key" not in repr(people.leader)
    assert password not in repr(people.leader)
    assert "private" not in repr(people.leader.key)


def test_a_file_that_exists_is_never_overwritten(tmp_path, now, password):
    path = tmp_path / "me.p12"
    path.write_bytes(b"mine")
    assert _code(make_identity, name="张三", unit="", password=password, path=path, now=now) == "identity.exists"
    assert path.read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_taken_in_the_meantime_is_not_overwritten(tmp_path, now, password, monkeypatch):
    path = tmp_path / "me.p12"
    path.write_bytes(b"mine")
    monkeypatch.setattr(type(path), "exists", lambda _: False)
    assert _code(make_identity, name="张三", unit="", password=password, path=path, now=now) == "identity.exists"
    assert path.read_bytes() == b"mine"


def test_where_no_link_can_be_made_the_file_is_renamed(tmp_path, now, password, monkeypatch):
    path = tmp_path / "me.p12"

    def no_links(*_):
        raise PermissionError

    monkeypatch.setattr(type(path), "hardlink_to", no_links)
    make_identity(name="张三", unit="", password=password, path=path, now=now)
    assert load_identity(path, password).name == "张三"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path, now, password):
    path = tmp_path / "none" / "me.p12"
    assert _code(make_identity, name="张三", unit="", password=password, path=path, now=now) == "identity.unwritable"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"name": "  "}, "identity.name_empty"),
        ({"name": "张" * 65}, "identity.name_long"),
        ({"unit": "局" * 65}, "identity.name_long"),
        ({"password": "1234567"}, "identity.password_short"),
    ],
)
def test_wishes_that_are_refused(tmp_path, now, wish, code):
    wishes = {"name": "张三", "unit": "", "password": "12345678", **wish}
    assert _code(make_identity, **wishes, path=tmp_path / "me.p12", now=now) == code
    assert not list(tmp_path.iterdir())


def test_five_years_from_a_leap_day(tmp_path, password):
    leap_day = datetime(2024, 2, 29, 23, 0, tzinfo=UTC)
    made = make_identity(name="张三", unit="", password=password, path=tmp_path / "me.p12", now=leap_day)
    assert made.valid_until == datetime(2029, 2, 28, 23, 0, tzinfo=UTC)
    assert made.unit == ""


def test_a_wrong_password(people):
    assert _code(load_identity, people.folder / "张三.p12", "wrong-password") == "identity.wrong_password"
    assert _code(load_identity, people.folder / "张三.p12", "") == "identity.wrong_password"


def test_files_that_are_no_identity(people, tmp_path, password):
    whole = (people.folder / "张三.p12").read_bytes()
    path = tmp_path / "some.p12"
    assert _code(load_identity, path, password) == "identity.missing"
    assert _code(load_identity, tmp_path, password) == "identity.unreadable"
    for content, code in (
        (b"", "identity.not_p12"),
        (b"%PDF-1.7 something", "identity.not_p12"),
        (b"-----BEGIN PRIVATE KEY-----", "identity.not_p12"),
        (people.leader.key.certificate, "identity.not_p12"),
        (whole[:-40], "identity.damaged"),
        (whole[:200], "identity.damaged"),
        (whole[:-1] + bytes([whole[-1] ^ 1]), "identity.wrong_password"),
    ):
        path.write_bytes(content)
        assert _code(load_identity, path, password) == code


def test_a_bundle_without_a_key_and_one_without_a_certificate(tmp_path, certify, password):
    key = ec.generate_private_key(ec.SECP256R1())
    locked = BestAvailableEncryption(password.encode())
    path = tmp_path / "some.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(None, None, None, [certify("A", key)], locked))
    assert _code(load_identity, path, password) == "identity.no_key"
    path.write_bytes(pkcs12.serialize_key_and_certificates(None, key, None, None, locked))
    assert _code(load_identity, path, password) == "identity.no_certificate"


@pytest.mark.parametrize(
    "make_key",
    [
        lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 - too short on purpose
        lambda: ec.generate_private_key(ec.SECP256K1()),
        lambda: dsa.generate_private_key(2048),
    ],
)
def test_keys_that_do_not_sign_documents(tmp_path, bundle, certify, password, make_key):
    key = make_key()
    path = bundle(tmp_path / "some.p12", key, certify("A", key))
    assert _code(load_identity, path, password) == "identity.key_unsupported"


def test_a_key_of_another_kind(tmp_path, bundle, certify, password):
    authority = ec.generate_private_key(ec.SECP256R1())
    key = ed25519.Ed25519PrivateKey.generate()
    certificate = certify("A", key, issuer=(certify("CA", authority), authority))
    assert _code(load_identity, bundle(tmp_path / "some.p12", key, certificate), password) == "identity.key_unsupported"


def test_a_certificate_that_is_not_for_signing(tmp_path, bundle, certify, password):
    key = ec.generate_private_key(ec.SECP256R1())
    path = bundle(tmp_path / "some.p12", key, certify("A", key, usage=False))
    assert _code(load_identity, path, password) == "identity.not_for_signing"


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_an_imported_ec_key(tmp_path, bundle, certify, password, curve):
    key = ec.generate_private_key(curve)
    loaded = load_identity(bundle(tmp_path / "some.pfx", key, certify("赵六", key)), password)
    assert (loaded.name, loaded.unit, loaded.self_made) == ("赵六", "", True)


def test_an_issued_identity_brings_its_chain_and_nothing_else(ec_identity):
    issuers = [x509.load_der_x509_certificate(der).subject.rfc4514_string() for der in ec_identity.key.issuers]
    assert issuers == ["CN=Middle", "CN=Root"]
    assert not ec_identity.self_made


def test_an_expired_identity_loads_and_says_so(tmp_path, bundle, certify, password, now):
    key = ec.generate_private_key(ec.SECP256R1())
    loaded = load_identity(bundle(tmp_path / "some.p12", key, certify("A", key, days=10)), password)
    assert loaded.is_valid_at(now)
    assert not loaded.is_valid_at(now.replace(month=12))
    assert not loaded.is_valid_at(now.replace(month=10))
    assert loaded.is_valid_at(loaded.valid_from)
    assert loaded.is_valid_at(loaded.valid_until)
