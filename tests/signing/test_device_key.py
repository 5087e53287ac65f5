"""The key of a device: made once, private, and good for manifests only."""

import stat
import sys

import pytest

from qassess.errors import QassessError
from qassess.signing.device_key import FILE_NAME, device_key, holds


def test_it_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    first, again = device_key(tmp_path / "data"), device_key(tmp_path / "data")
    assert first.public == again.public
    assert len(first.public) == 32
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "data" / FILE_NAME).stat().st_mode) == 0o600
    assert device_key(tmp_path / "other").public != first.public


def test_a_signature_holds_for_its_manifest_and_key_alone(tmp_path):
    key = device_key(tmp_path)
    signature = key.sign(b"manifest")
    assert holds(b"manifest", key.public, signature)
    assert not holds(b"manifest.", key.public, signature)
    assert not holds(b"manifest", device_key(tmp_path / "other").public, signature)
    assert not holds(b"manifest", key.public, signature[:-1])
    assert not holds(b"manifest", b"", b"")
    assert not holds(b"manifest", key.public, key.private.sign(b"manifest"))


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_is_named_and_left_alone(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(QassessError, match=r"device_key\.unreadable"):
        device_key(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(QassessError, match=r"device_key\.unwritable"):
        device_key(tmp_path / "file" / "folder")
