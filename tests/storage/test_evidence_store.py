"""Evidence: addressed by its bytes, complete before it is named, never deleted."""

import os
import subprocess
import sys
from hashlib import sha256

import pytest

from qassess.errors import QassessError
from qassess.storage import evidence_store
from qassess.storage.evidence_store import EvidenceStore

PHOTO = os.urandom(3_000_000)
DIGEST = sha256(PHOTO).hexdigest()


@pytest.fixture
def store(path):
    return EvidenceStore(path)


def test_bytes_and_files_are_kept_under_their_hash(store, path, tmp_path):
    original = tmp_path / "现场照片.jpg"
    original.write_bytes(PHOTO)
    assert store.store(original) == DIGEST
    assert store.path_of(DIGEST) == path.parent / "县级质量.evidence" / DIGEST[:2] / DIGEST
    assert store.read(DIGEST) == PHOTO
    assert original.read_bytes() == PHOTO
    assert store.store(PHOTO) == DIGEST
    assert list(store.hashes()) == [DIGEST]
    assert [found for found in store.folder.iterdir() if found.is_file()] == []


def test_an_empty_file_is_evidence_too(store):
    assert store.read(store.store(b"")) == b""


def test_the_bytes_are_on_the_disk_before_they_get_their_name(store, monkeypatch):
    done = []
    monkeypatch.setattr(evidence_store, "synced", lambda file: done.append("bytes"))
    monkeypatch.setattr(
        evidence_store, "sync_folder", lambda folder: done.append((folder, store.path_of(DIGEST).exists()))
    )
    store.store(PHOTO)
    assert done[0] == "bytes"
    assert done[1] == (store.path_of(DIGEST).parent, True)
    assert (store.folder, True) in done


def test_a_source_that_cannot_be_read_is_refused(store, tmp_path):
    with pytest.raises(QassessError, match=r"evidence\.unreadable"):
        store.store(tmp_path / "gone.jpg")
    with pytest.raises(QassessError, match=r"evidence\.unreadable"):
        store.store(tmp_path)


@pytest.mark.parametrize("sha", ["", "../../etc/passwd", "AB" * 32, "ab" * 31, "g" * 64])
def test_only_hashes_name_evidence(store, sha):
    with pytest.raises(QassessError, match=r"evidence\.not_a_hash"):
        store.path_of(sha)


def test_missing_and_damaged_evidence_is_reported_and_kept(store):
    good, bad, gone = store.store(b"good"), store.store(b"bad"), sha256(b"gone").hexdigest()
    store.path_of(bad).write_bytes(b"BAD")
    (store.folder / good[:2] / "note.txt").write_text("not evidence")
    found = store.check([good, bad, gone])
    assert (found.intact, found.damaged, found.missing) == ((good,), (bad,), (gone,))
    assert store.path_of(bad).read_bytes() == b"BAD"
    assert store.has(bad)
    assert not store.has(gone)
    with pytest.raises(QassessError, match=r"evidence\.damaged"):
        store.read(bad)
    with pytest.raises(QassessError, match=r"evidence\.missing"):
        store.read(gone)


def test_storing_the_original_again_mends_damaged_evidence(store):
    sha = store.store(b"original")
    store.path_of(sha).write_bytes(b"damaged!")
    assert store.store(b"original") == sha
    assert store.read(sha) == b"original"


def test_an_empty_store_has_nothing_to_check(store):
    found = store.check()
    assert (found.intact, found.missing, found.damaged) == ((), (), ())
    assert not store.folder.exists()


def test_a_failure_while_arriving_leaves_nothing_behind(store, monkeypatch):
    def fail(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(evidence_store, "synced", fail)
    with pytest.raises(QassessError, match=r"database\.disk_full"):
        store.store(PHOTO)
    assert list(store.folder.iterdir()) == []


def test_a_program_killed_while_evidence_arrives_leaves_no_half_file_under_a_hash(store, path):
    program = (
        "import os, sys; from pathlib import Path; from qassess.storage import evidence_store\n"
        "evidence_store.synced = lambda file: os.kill(os.getpid(), 9)\n"
        "evidence_store.EvidenceStore(Path(sys.argv[1])).store(b'x' * 5_000_000)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode != 0
    assert list(store.hashes()) == []
    assert store.check().damaged == ()
