"""Typefaces: the roles of GB/T 9704-2012, the files that stand in for them, and which glyph comes from which file.

Nothing is drawn here. A role is a chain of fonts; each character is set in the first font that has it. Widths always
come from the fonts that ship with the program, so a page breaks in the same places on a machine with an installed
仿宋 and on one without.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from fontTools.ttLib import TTFont as FontFile
from fontTools.ttLib import TTLibError
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from qassess.locations import resources

_FILES: Final = {
    "Serif": "NotoSerifSC_400Regular.ttf",
    "SerifBold": "NotoSerifSC_700Bold.ttf",
    "Sans": "NotoSansSC_400Regular.ttf",
    "SansBold": "NotoSansSC_700Bold.ttf",
    "Kai": "LXGWWenKai-Regular.ttf",
}
_FANG_SONG: Final = "FangSong"
_FANG_SONG_NAMES: Final = ("simfang", "fangsong", "stfangso", "fzfs", "仿宋")
_RESTRICTED: Final = 0x0002 | 0x0100 | 0x0200
"""OS/2 fsType: restricted licence, no subsetting, bitmaps only: none of these may go into a PDF as a subset."""

_FULL_WIDTH: Final = ((0x4E00, 0x9FFF), (0x3001, 0x301F), (0x3400, 0x4DBF), (0xFF01, 0xFF5E), (0x20000, 0x3FFFF))


class Role(StrEnum):
    """A style of type as the standard names it; the value is for error messages only."""

    TITLE = "小标宋"
    BODY = "仿宋"
    KAI = "楷体"
    HEI = "黑体"
    SONG = "宋体"
    SONG_BOLD = "宋体加粗"
    FIGURES = "等宽数字"


_CHAINS: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.TITLE: ("SerifBold", "SansBold", "Kai"),
    Role.BODY: ("Serif", "Sans", "Kai"),
    Role.KAI: ("Kai", "Serif", "Sans"),
    Role.HEI: ("SansBold", "SerifBold", "Kai"),
    Role.SONG: ("Serif", "Sans", "Kai"),
    Role.SONG_BOLD: ("SerifBold", "SansBold", "Kai"),
    # The digits of the serif fonts differ in width; columns of figures need equal ones.
    Role.FIGURES: ("Sans", "Serif", "Kai"),
}


@dataclass(slots=True)
class Typefaces:
    """Fonts loaded on first use, and for each role where every character comes from.

    ``fang_song`` is an installed 仿宋 for the Han characters of ``Role.BODY``; ``None`` sets them in 宋体.
    """

    fang_song: Path | None = None
    _glyphs: dict[tuple[Role, str], "Glyph | None"] = field(default_factory=dict)

    def glyph(self, role: Role, character: str) -> "Glyph | None":
        """Return font and width of one character; ``None`` when no font has it."""
        key = (role, character)
        if key not in self._glyphs:
            self._glyphs[key] = self._find(role, character)
        return self._glyphs[key]

    def _find(self, role: Role, character: str) -> "Glyph | None":
        code = ord(character)
        for name in _CHAINS[role]:
            face = _face(name)
            if code in face.charToGlyph:
                return Glyph(self._drawn_with(role, name, code), face.charWidths[code] / 1000)
        return None

    def _drawn_with(self, role: Role, measured: str, code: int) -> str:
        """Return the installed 仿宋 where it can stand in without moving anything: for full-width characters only."""
        if role is not Role.BODY or self.fang_song is None or not is_full_width(code):
            return measured
        name = f"{_FANG_SONG}-{self.fang_song.stem}"
        face = _face(name, self.fang_song)
        return name if code in face.charToGlyph and face.charWidths[code] == 1000 else measured


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character's font (a name registered with ReportLab) and its advance in em."""

    font: str
    width: float


@cache
def typefaces() -> Typefaces:
    """Return the typefaces of this machine, with an installed 仿宋 where one may be embedded."""
    return Typefaces(fang_song=installed_fang_song(font_folders()))


def is_full_width(code: int) -> bool:
    """Tell whether a code point is a Han character or CJK punctuation, one em wide in every Chinese font."""
    return any(first <= code <= last for first, last in _FULL_WIDTH)


def font_folders() -> tuple[Path, ...]:
    """Return the folders where this platform keeps installed fonts, existing or not."""
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"))
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
        return (windows / "Fonts", local / "Microsoft" / "Windows" / "Fonts")
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts")
    shared = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
    return (*shared, home / ".local" / "share" / "fonts", home / ".fonts")


def installed_fang_song(folders: Iterable[Path]) -> Path | None:
    """Return the first installed 仿宋 with TrueType outlines, all of GB 2312 and leave to be embedded as a subset."""
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() == ".ttf" and path.stem.lower().startswith(_FANG_SONG_NAMES) and is_usable(path):
                return path
    return None


def is_usable(path: Path) -> bool:
    """Tell whether a font file can be embedded and has every Chinese character of GB 2312."""
    try:
        with path.open("rb") as content, FontFile(content, lazy=True) as font:
            embeddable = "glyf" in font and not font["OS/2"].fsType & _RESTRICTED
            return embeddable and font.getBestCmap().keys() >= _gb2312()
    except (OSError, TTLibError, KeyError, AttributeError):  # a broken file in a font folder is not our business
        return False


@cache
def _gb2312() -> frozenset[int]:
    """Return the 6763 Chinese characters of GB 2312, rows 16 to 87; five places of row 55 are empty."""
    pairs = (bytes((row, place)) for row in range(0xB0, 0xF8) for place in range(0xA1, 0xFF))
    return frozenset(ord(found) for pair in pairs if (found := pair.decode("gb2312", errors="ignore")))


@cache
def _face(name: str, path: Path | None = None) -> Any:  # noqa: ANN401  # ReportLab has no types
    """Register a font with ReportLab and return its face; about 0.05 s for each file, so only on use."""
    font = TTFont(name, str(path or resources() / "fonts" / _FILES[name]), asciiReadable=False)
    pdfmetrics.registerFont(font)
    return font.face
