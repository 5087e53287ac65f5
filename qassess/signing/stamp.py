"""What is seen in a signature's box: a few lines of text beside a thin rule, and nothing that looks like a seal."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

import uharfbuzz  # type: ignore[import-untyped] # pyHanko's own shaper; a C module without annotations
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp.base import BaseStamp, BaseStampStyle

from qassess.errors import QassessError

_FONT_SIZE: Final = 10
"""Size at which glyphs are shaped; the lines are scaled from it."""

_FIRST_LINE: Final = 10.5
_OTHER_LINES: Final = 7.5
_LEADING: Final = 1.4
"""Distance of base lines in font sizes. Less, and Chinese lines touch."""

_MARGIN: Final = 3.0
_RULE_WIDTH: Final = 1.2
_RULE_GAP: Final = 5.0
_ACCENT: Final = b"0.110 0.365 0.329"
_INK: Final = b"0.114 0.145 0.129"
_SECOND_INK: Final = b"0.337 0.380 0.357"


@dataclass(frozen=True)
class StampStyle(BaseStampStyle):
    """Lines of text, the first one larger, in the first of the fonts that has every character.

    Raises ``QassessError("sign.glyph_missing")`` when none has.
    """

    lines: tuple[str, ...] = ()
    fonts: tuple[Path, ...] = ()

    def create_stamp(
        self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, str]
    ) -> "SignatureStamp":
        """Return the stamp for one box; pyHanko's parameters are not used, the lines are final."""
        del text_params
        return SignatureStamp(writer, style=self, box=box)


class SignatureStamp(BaseStamp):
    """The appearance of one signature. Shrinks to its box, is never enlarged, stands at the left in mid-height."""

    style: StampStyle

    def _render_inner_content(self) -> list[bytes]:
        assert self.writer is not None  # noqa: S101 - the style hands it over
        engine = font_engine(self.writer, self.style.fonts, "".join(self.style.lines))
        self.set_resource(category=ResourceType.FONT, name=pdf_name("/F"), value=engine.as_resource())
        shaped = [engine.shape(line) for line in self.style.lines]
        sizes = [_FIRST_LINE, *[_OTHER_LINES] * (len(shaped) - 1)]
        width = max(text.x_advance * size for text, size in zip(shaped, sizes, strict=True))
        height = sum(sizes) * _LEADING
        left = _MARGIN + _RULE_WIDTH + _RULE_GAP
        scale = min(1.0, (self.box.width - left - _MARGIN) / width, (self.box.height - 2 * _MARGIN) / height)
        top = (self.box.height + height * scale) / 2
        commands = [b"%s rg %g %g %g %g re f" % (_ACCENT, _MARGIN, top - height * scale, _RULE_WIDTH, height * scale)]
        for text, size in zip(shaped, sizes, strict=True):
            top -= size * _LEADING * scale
            commands.append(_line(text.graphics_ops, left, top + 0.38 * size * scale, size * scale / _FONT_SIZE, size))
        return commands


def _line(glyphs: bytes, x: float, y: float, scale: float, size: float) -> bytes:
    ink = _INK if size == _FIRST_LINE else _SECOND_INK
    return b"q %s rg %g 0 0 %g %g %g cm BT /F %d Tf %s ET Q" % (ink, scale, scale, x, y, _FONT_SIZE, glyphs)


def font_engine(writer: BasePdfFileWriter, fonts: tuple[Path, ...], text: str) -> GlyphAccumulator:
    """Return the first font that has every character of the text, to be embedded as a subset.

    HarfBuzz cuts the font to the few glyphs first: a Chinese font has 30,000, and it takes pyHanko a hundred times
    longer to read and cut it whole.
    """
    wanted = set(map(ord, text))
    for font in fonts:
        face = _face(font)
        if wanted <= set(face.unicodes):
            return GlyphAccumulator(writer, BytesIO(_cut(face, wanted)), font_size=_FONT_SIZE)
    lacking = wanted.difference(*(set(_face(font).unicodes) for font in fonts))
    raise QassessError("sign.glyph_missing", characters="".join(map(chr, sorted(lacking or wanted))))


def _cut(face: uharfbuzz.Face, characters: set[int]) -> bytes:
    wish = uharfbuzz.SubsetInput()
    wish.unicode_set.update(characters)
    wish.layout_feature_tag_set.clear()  # no ligatures, no kerning: what is not used need not be carried
    return bytes(uharfbuzz.subset(face, wish).blob.data)


@lru_cache(maxsize=4)
def _face(font: Path) -> uharfbuzz.Face:
    return uharfbuzz.Face(font.read_bytes())
