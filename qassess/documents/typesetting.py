"""From strings to lines: which font each character comes from, how wide it is, and where a line may break.

Chinese line breaking after the usual rules: no closing punctuation at the start of a line, no opening bracket at its
end, words and numbers whole; the right half of a closing mark that ends a line may stand in the margin.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from qassess.documents.fonts import Glyph, Role, Typefaces
from qassess.errors import QassessError

NOT_AT_START: Final = frozenset("、。，．：；！？）》〉」』】〕〗”’％‰℃…—～·,.:;!?)]}%°")
NOT_AT_END: Final = frozenset("（《〈「『【〔〖“‘([{￥¥№")
HANGING: Final = frozenset("、。，．：；！？）》〉」』】〕〗”’")
"""Full-width marks whose right half is empty: at the end of a line that half needs no room."""

LABEL_ROLE: Final = Role.HEI
"""The type of the word that says what a paragraph is about."""

_QUOTES: Final = frozenset("“”‘’")

MISSING_GLYPH: Final = Glyph(font="", width=1.0)


class Align(StrEnum):
    """How the lines of a text stand in their column. ``JUSTIFY`` leaves the last line at the left."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"
    JUSTIFY = "justify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a text is set. Lengths in points; ``indent`` is that of the first line in em (2 for a Chinese paragraph)."""

    role: Role
    size: float
    leading: float
    align: Align = Align.LEFT
    indent: float = 0.0
    colour: int = 0x000000


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one font; ``offset`` in points from the start of the line."""

    font: str
    text: str
    offset: float


@dataclass(frozen=True, slots=True)
class Line:
    """One set line. ``width`` in points without spacing; ``spacing`` is added after every character to justify."""

    runs: tuple[Run, ...]
    width: float
    offset: float = 0.0
    spacing: float = 0.0


class Typesetter:
    """Sets texts in given typefaces and remembers every character no font has.

    Call :meth:`refuse_missing` before anything is drawn: a document with a box in it is never written. ``latin``: the
    text is in a language with words; its quotation marks are narrow, and nothing is spaced out to justify a line.
    """

    def __init__(self, faces: Typefaces, *, latin: bool = False) -> None:
        self._faces = faces
        self._latin = latin
        self._missing: dict[str, None] = {}
        self._known: dict[tuple[Role, str], Glyph] = {}

    def refuse_missing(self) -> None:
        """Raise ``QassessError("print.missing_glyphs")`` naming every character that cannot be printed."""
        if self._missing:
            named = "、".join(f"{character}（U+{ord(character):04X}）" for character in self._missing)
            raise QassessError("print.missing_glyphs", characters=named, count=len(self._missing))

    def width(self, text: str, style: Style) -> float:
        """Return the width of a text set on one line, in points."""
        return sum(glyph.width for glyph in self._glyphs(printable(text), style.role)) * style.size

    def line(self, text: str, style: Style) -> Line:
        """Set a text on one line, however long."""
        clean = printable(text)
        return self._line(clean, self._glyphs(clean, style.role), 0, len(clean), style)

    def lines(self, text: str, style: Style, width: float, *, label: str = "") -> tuple[Line, ...]:
        """Break a text into lines of at most ``width`` points; every line feed begins a paragraph, empty ones go.

        ``label`` stands before the first paragraph in :data:`LABEL_ROLE`.
        """
        paragraphs = [clean for part in text.splitlines() if (clean := printable(part))]
        lines: list[Line] = []
        for paragraph in paragraphs:
            lines.extend(self._paragraph("" if lines else label, paragraph, style, width))
        return tuple(lines)

    def _paragraph(self, label: str, words: str, style: Style, width: float) -> Iterable[Line]:
        text = label + words
        glyphs = [*self._glyphs(label, LABEL_ROLE), *self._glyphs(words, style.role)]
        room = width / style.size
        start, indent = 0, style.indent
        while start < len(text):
            end = _break(text, glyphs, start, room - indent)
            line = self._line(text, glyphs, start, end, style)
            yield _placed(line, style, indent, width, is_last=end >= len(text) or self._latin)
            start, indent = end, 0.0

    def _glyphs(self, text: str, role: Role) -> list[Glyph]:
        known = self._known
        glyphs = []
        for character in text:
            glyph = known.get((role, character))
            if glyph is None:
                glyph = known[role, character] = self._looked_up(role, character)
            glyphs.append(glyph)
        return glyphs

    def _looked_up(self, role: Role, character: str) -> Glyph:
        # Only the 楷体 has quotation marks of Latin width.
        glyph = self._faces.glyph(Role.KAI if self._latin and character in _QUOTES else role, character)
        if glyph is None:
            self._missing[character] = None
            return MISSING_GLYPH
        return glyph

    def _line(self, text: str, glyphs: list[Glyph], start: int, end: int, style: Style) -> Line:
        while end > start and text[end - 1] == " ":
            end -= 1
        runs: list[Run] = []
        run_start, offset, run_offset = start, 0.0, 0.0
        for place in range(start, end):
            if place > run_start and glyphs[place].font != glyphs[run_start].font:
                runs.append(Run(glyphs[run_start].font, text[run_start:place], run_offset * style.size))
                run_start, run_offset = place, offset
            offset += glyphs[place].width
        if end > start:
            runs.append(Run(glyphs[run_start].font, text[run_start:end], run_offset * style.size))
        return Line(tuple(runs), offset * style.size)


def printable(text: str) -> str:
    """Return a text as it is printed: NFC, blanks unified, characters without a look (controls, selectors) left out."""
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    normal = unicodedata.normalize("NFC", text)
    if not normal.isprintable():
        normal = "".join(" " if character.isspace() else character for character in normal if _has_look(character))
    return "".join(character for character in normal if not _is_selector(character)).strip(" ")


def _has_look(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _break(text: str, glyphs: list[Glyph], start: int, room: float) -> int:
    """Return where the line that begins at ``start`` ends: the last allowed break within ``room`` em."""
    used = 0.0
    for place in range(start, len(text)):
        character = text[place]
        used += glyphs[place].width
        if used <= room + 1e-9 or (character in HANGING and used - 0.5 <= room + 1e-9) or character == " ":
            continue
        return _last_allowed(text, start, place)
    return len(text)


def _last_allowed(text: str, start: int, place: int) -> int:
    """Return the last allowed break at or before ``place``; in a word longer than the line, ``place`` itself."""
    for candidate in range(place, start, -1):
        if may_break(text[candidate - 1], text[candidate]):
            return candidate
    return max(place, start + 1)


def may_break(before: str, after: str) -> bool:
    """Tell whether a line may break between two characters."""
    if after == " " or after in NOT_AT_START or before in NOT_AT_END:
        return False
    return before == " " or not (_is_word(before) and _is_word(after))


def _is_word(character: str) -> bool:
    """Tell whether a character belongs to a word or number that is kept whole."""
    return character < "\u2e80" and character not in "“”‘’—…·"


def _placed(line: Line, style: Style, indent: float, width: float, *, is_last: bool) -> Line:
    first = indent * style.size
    spare = width - first - line.width
    if style.align is Align.JUSTIFY and not is_last:
        count = sum(len(run.text) for run in line.runs)
        return Line(line.runs, line.width, first, spare / (count - 1) if count > 1 and spare < 3 * style.size else 0.0)
    shift = {Align.RIGHT: spare, Align.CENTRE: spare / 2}.get(style.align, 0.0)
    return Line(line.runs, line.width, first + shift)
