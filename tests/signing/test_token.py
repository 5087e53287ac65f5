"""Keys that never leave their token: SoftHSM stands for the UKey."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from qassess.errors import QassessError
from qassess.signing.identity import token_identities
from qassess.signing.pdf_signature import sign_pdf
from qassess.signing.verification import verify_signatures

LIBRARY = next((path for path in Path("/usr/lib").glob("**/softhsm/libsofthsm2.so")), None)
PIN = "135790"

pytestmark = pytest.mark.skipif(
    not (LIBRARY and shutil.which("softhsm2-util") and shutil.which("pkcs11-tool")),
    reason="softhsm2 and opensc are not installed",
)


@pytest.fixture(scope="module")
def token(tmp_path_factory, certify):
    """Make a token with an RSA key, an EC key, and a key without a certificate.

    One for all tests: a PKCS#11 library reads its configuration once in the life of a process.
    """
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        _run("softhsm2-util", "--init-token", "--free", "--label", "ukey", "--so-pin", "24680000", "--pin", PIN)
        for number, (name, key) in enumerate(
            (("钱七", rsa.generate_private_key(65537, 2048)), ("孙八", ec.generate_private_key(ec.SECP256R1()))),
            start=1,
        ):
            _put(folder, number, "privkey", _private(key))
            _put(folder, number, "cert", certify(name, key).public_bytes(Encoding.DER))
        _put(folder, 3, "privkey", _private(ec.generate_private_key(ec.SECP256R1())))
        yield "ukey"


def _run(*command):
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def _private(key):
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _put(folder, number, kind, content):
    path = folder / f"{number}.{kind}"
    path.write_bytes(content)
    _run(
        *("pkcs11-tool", "--module", str(LIBRARY), "--token-label", "ukey", "--login", "--pin", PIN),
        *("--write-object", str(path), "--type", kind, "--id", f"{number:02}", "--label", f"{kind}-{number}"),
    )


def test_the_token_names_its_identities(token):
    identities = token_identities(LIBRARY, token, PIN)
    assert [(each.name, each.self_made) for each in identities] == [("钱七", True), ("孙八", True)]
    assert PIN not in repr([each.key for each in identities])


@pytest.mark.parametrize("number", [0, 1], ids=["rsa", "ec"])
def test_a_token_signs_a_report(token, report, signed_once, now, number):
    identity = token_identities(LIBRARY, token, PIN)[number]
    assert verify_signatures(sign_pdf(report, identity, role="leader", when=now)).intact
    both = verify_signatures(sign_pdf(signed_once, identity, role="member", when=now))
    assert both.intact
    assert both.signatures[1].fingerprint == identity.fingerprint


@pytest.mark.parametrize(
    ("label", "pin", "code"),
    [("ukey", "000000", "token.wrong_pin"), ("ukey", "", "token.wrong_pin"), ("other", PIN, "token.absent")],
)
def test_what_can_be_wrong_with_a_token(token, label, pin, code):
    with pytest.raises(QassessError) as refused:
        token_identities(LIBRARY, label, pin)
    assert refused.value.code == code


def test_a_library_that_is_none(tmp_path):
    nonsense = tmp_path / "driver.so"
    nonsense.write_bytes(b"not a library")
    for path in (nonsense, tmp_path / "absent.so"):
        with pytest.raises(QassessError) as refused:
            token_identities(path, "ukey", PIN)
        assert refused.value.code == "token.no_library"


def test_a_token_taken_out_before_signing(token, report, now, monkeypatch):
    identity = token_identities(LIBRARY, token, PIN)[0]
    elsewhere = type(identity.key)(
        library=LIBRARY, token="gone", pin=PIN, certificate=identity.key.certificate, key_id=identity.key.key_id
    )
    lost = type(identity)(**{**_values(identity), "key": elsewhere})
    with pytest.raises(QassessError) as refused:
        sign_pdf(report, lost, role="leader", when=now)
    assert refused.value.code == "token.absent"


def _values(identity):
    return {name: getattr(identity, name) for name in identity.__slots__}
