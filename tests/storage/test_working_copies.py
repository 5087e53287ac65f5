"""Working copies: upright, scaled, without what a camera wrote; whatever a broken picture does is a named outcome."""

import io
import struct
import zlib

import pytest
from PIL import Image

from qassess.storage import working_copies
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.working_copies import THUMBNAIL_SIDE, VIEW_SIDE, Outcome, WorkingCopies

ORIENTATION, MAKE, GPS = 0x112, 0x10F, 0x8825
UPRIGHT_BY_A_QUARTER = 6


@pytest.fixture
def store(path):
    return EvidenceStore(path)


@pytest.fixture
def copies(store):
    return WorkingCopies(store)


class Stop(Exception):
    """Somebody asked to stop."""


def written(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo(size=(3000, 2000)):
    """Return a photo taken with the camera on its side: red at the left of the sensor, so at the top."""
    image = Image.new("RGB", size, (20, 20, 200))
    image.paste((200, 20, 20), (0, 0, size[0] // 4, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = UPRIGHT_BY_A_QUARTER
    exif[MAKE] = "SecretCamera"
    exif.get_ifd(GPS)[1] = "N"
    return written(image, "JPEG", exif=exif, comment=b"SecretPlace", icc_profile=b"SecretScreen")


def test_a_photo_becomes_upright_small_and_silent(store, copies):
    original = photo()
    sha = store.store(original)
    assert copies.make(sha) is Outcome.MADE
    with Image.open(copies.view_of(sha)) as view, Image.open(copies.thumbnail_of(sha)) as small:
        assert max(view.size) == VIEW_SIDE
        assert max(small.size) == THUMBNAIL_SIDE
        assert view.height > view.width
        assert view.getpixel((view.width // 2, 10))[0] > 150
        assert view.getpixel((view.width // 2, view.height - 10))[2] > 150
        assert dict(view.getexif()) == {}
        assert {"exif", "icc_profile", "comment"}.isdisjoint(view.info)
    assert b"SecretCamera" in original
    for made in (copies.view_of(sha), copies.thumbnail_of(sha)):
        assert b"Secret" not in made.read_bytes()
    assert store.read(sha) == original


def test_copies_lie_beside_the_originals_and_are_no_evidence(store, copies):
    sha = store.store(photo((300, 200)))
    copies.make(sha)
    assert copies.view_of(sha).is_relative_to(store.folder / "working")
    assert list(store.hashes()) == [sha]
    assert store.check([sha]).intact == (sha,)


def test_a_copy_is_made_once(store, copies, monkeypatch):
    sha = store.store(photo((300, 200)))
    copies.make(sha)
    monkeypatch.setattr(working_copies, "_encoded", lambda original: pytest.fail("made again"))
    assert copies.make(sha) is Outcome.MADE


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA"])
def test_every_kind_of_pixel_is_shown(store, copies, mode):
    assert copies.make(store.store(written(Image.new(mode, (60, 40)), "PNG"))) is Outcome.MADE


@pytest.mark.parametrize("mode", ["CMYK", "I;16", "F"])
def test_what_scanners_write_is_shown(store, copies, mode):
    assert copies.make(store.store(written(Image.new(mode, (60, 40)), "TIFF"))) is Outcome.MADE


def test_transparent_parts_are_white_as_paper(store, copies):
    sha = store.store(written(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "PNG"))
    copies.make(sha)
    with Image.open(copies.view_of(sha)) as view:
        assert view.getpixel((30, 20)) == (255, 255, 255)


def png_of(width, height, rows):
    """Return a PNG that claims a size and holds what it holds."""

    def chunk(name, content):
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(12_000, 10_001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_not_decoded(store, copies, size):
    sha = store.store(png_of(*size, b"\0" * 100_000))
    assert copies.make(sha) in (Outcome.TOO_LARGE, Outcome.UNREADABLE)
    assert not copies.view_of(sha).exists()


def test_a_file_too_large_for_a_picture_is_not_opened(store, copies, monkeypatch):
    monkeypatch.setattr(working_copies, "MOST_BYTES", 100)
    assert copies.make(store.store(photo((300, 200)))) is Outcome.TOO_LARGE


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + b"\xff" * 40,
        b"II*\0" + b"\xff" * 200,
        b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\0" * 20,
        b"BM" + b"\xff" * 60,
    ],
)
def test_what_is_no_picture_is_said_to_be_unreadable(store, copies, content):
    assert copies.make(store.store(content)) is Outcome.UNREADABLE


def test_a_picture_cut_off_or_altered_anywhere_never_raises(store, copies):
    whole = photo((400, 300))
    spoiled = [whole[:place] for place in range(2, len(whole), max(len(whole) // 25, 1))]
    for place in range(0, len(whole), max(len(whole) // 40, 1)):
        altered = bytearray(whole)
        altered[place] ^= 0xFF
        spoiled.append(bytes(altered))
    outcomes = {copies.make(store.store(content)) for content in spoiled}
    assert Outcome.UNREADABLE in outcomes
    assert outcomes <= {Outcome.MADE, Outcome.UNREADABLE, Outcome.TOO_LARGE}


@pytest.mark.parametrize("failure", [MemoryError, RecursionError, ZeroDivisionError, KeyError, SyntaxError, OSError])
def test_whatever_a_decoder_raises_is_an_outcome(store, copies, monkeypatch, failure):
    def fail(opened):
        raise failure

    monkeypatch.setattr(working_copies, "_plain", fail)
    expected = Outcome.TOO_LARGE if failure is MemoryError else Outcome.UNREADABLE
    assert copies.make(store.store(photo((30, 20)))) is expected


def test_a_missing_original_is_said_to_be_missing(copies):
    assert copies.make("ab" * 32) is Outcome.MISSING


def test_a_drawn_page_is_kept_as_thumbnail(store, copies):
    sha = store.store(b"%PDF")
    copies.keep_thumbnail(sha, bytes((10, 200, 10)) * 8 * 4, (8, 4), 24)
    with Image.open(copies.thumbnail_of(sha)) as small:
        assert small.size == (8, 4)
        assert small.getpixel((4, 2))[1] > 150


def test_progress_is_told_and_a_stop_leaves_nothing(store):
    copied = []
    store.store(b"x" * 3_000_000, tick=copied.append)
    assert sum(copied) == 3_000_000
    before = sorted(store.folder.rglob("*"))

    def stop(_size):
        raise Stop

    with pytest.raises(Stop):
        store.store(b"y" * 3_000_000, tick=stop)
    assert sorted(store.folder.rglob("*")) == before
