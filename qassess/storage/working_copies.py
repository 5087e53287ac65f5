"""Working copies of evidence: upright, scaled, without what a camera wrote into them. Originals are never touched.

They lie in ``working/`` inside the evidence folder and can be made again at any time; nothing refers to them but the
hash of the original. A picture from a stranger may be broken or made to harm: whatever a decoder does with it is one
of the outcomes below.
"""

import io
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from PIL import Image, ImageOps

from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.failures import failures_named

FORMATS: Final = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
"""What is decoded. Formats that start another program, such as EPS, are not among them."""
MOST_PIXELS: Final = 120_000_000
MOST_BYTES: Final = 256 << 20
"""A picture larger than either of these is kept but not decoded."""

VIEW_SIDE: Final = 2048
THUMBNAIL_SIDE: Final = 320
DECODED_SIDE: Final = 1536
"""JPEG is decoded at a half, a quarter or an eighth as long as no side gets shorter than this: four times as fast."""
_QUALITY: Final = 85
_PAPER: Final = (255, 255, 255)
_TRANSPARENT: Final = ("RGBA", "LA", "PA")


class Outcome(StrEnum):
    """What came of making a working copy."""

    MADE = "made"
    MISSING = "missing"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


class WorkingCopies:
    """The working copies and thumbnails of one evidence store."""

    def __init__(self, store: EvidenceStore) -> None:
        self._store = store

    def view_of(self, sha: str) -> Path:
        """Return where the working copy of a picture lies or would lie, at most ``VIEW_SIDE`` pixels a side."""
        return self._place(sha, "view")

    def thumbnail_of(self, sha: str) -> Path:
        """Return where the thumbnail lies or would lie, at most ``THUMBNAIL_SIDE`` pixels a side."""
        return self._place(sha, "thumbnail")

    def _place(self, sha: str, what: str) -> Path:
        beside = self._store.path_of(sha).relative_to(self._store.folder)
        return self._store.working / beside.with_suffix(f".{what}.jpg")

    def make(self, sha: str) -> Outcome:
        """Make working copy and thumbnail of a picture, unless they are there.

        Raises ``QassessError``, ``database.disk_full`` or ``database.read_only``, when they cannot be written.
        """
        if self.view_of(sha).is_file() and self.thumbnail_of(sha).is_file():
            return Outcome.MADE
        original = self._store.path_of(sha)
        if not original.is_file():
            return Outcome.MISSING
        if original.stat().st_size > MOST_BYTES:
            return Outcome.TOO_LARGE
        made = _encoded(original)
        if isinstance(made, Outcome):
            return made
        self._write(self.view_of(sha), made[0])
        self._write(self.thumbnail_of(sha), made[1])
        return Outcome.MADE

    def keep_thumbnail(self, sha: str, pixels: bytes, size: tuple[int, int], stride: int) -> None:
        """Keep a thumbnail drawn elsewhere: rows of 8-bit red, green, blue, ``stride`` bytes each, from the top."""
        drawn = Image.frombuffer("RGB", size, pixels, "raw", "RGB", stride, 1)
        self._write(self.thumbnail_of(sha), _scaled(drawn, THUMBNAIL_SIDE))

    def _write(self, path: Path, content: bytes) -> None:
        """Write under a passing name first. What is lost with the power is made again, so nothing is synced."""
        with failures_named(self._store.folder):
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, prefix="making-", delete=False) as making:
                making.write(content)
            Path(making.name).replace(path)


def _encoded(original: Path) -> tuple[bytes, bytes] | Outcome:
    """Return a picture's working copy and thumbnail as JPEG, or why there are none."""
    try:
        with Image.open(original, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return Outcome.TOO_LARGE
            opened.draft("RGB", (DECODED_SIDE, DECODED_SIDE))
            plain = _plain(opened)
        return _scaled(plain, VIEW_SIDE), _scaled(plain, THUMBNAIL_SIDE)
    except (Image.DecompressionBombError, MemoryError):
        return Outcome.TOO_LARGE
    except Exception:  # noqa: BLE001  # a broken or hostile picture makes a decoder raise anything; it is kept as it is
        return Outcome.UNREADABLE


def _plain(opened: Image.Image) -> Image.Image:
    """Return the picture upright and made anew from its pixels alone: nothing its file said beside them is left."""
    coloured = opened.convert("RGBA") if opened.mode == "P" else opened
    coloured.thumbnail((VIEW_SIDE, VIEW_SIDE))
    upright = ImageOps.exif_transpose(coloured)
    plain = Image.new("RGB", upright.size, _PAPER)
    if upright.mode in _TRANSPARENT:
        upright = upright.convert("RGBA")
        plain.paste(upright, mask=upright.getchannel("A"))
    else:
        plain.paste(_eight_bit(upright).convert("RGB"))
    return plain


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Return a picture of 16 bits a pixel, as scanners make them, in 8."""
    if picture.mode.startswith("I;16"):
        return picture.point(lambda value: value / 256, "L")
    return picture


def _scaled(plain: Image.Image, side: int) -> bytes:
    scaled = plain.copy()
    scaled.thumbnail((side, side))
    out = io.BytesIO()
    scaled.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
