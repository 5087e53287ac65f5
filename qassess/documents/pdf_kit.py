"""The kit of all papers: the A4 grid and type sizes of GB/T 9704-2012, and pages as lists of marks.

A paper is laid out completely, page by page, before the first mark is drawn: so every glyph is known to exist, the
number of pages is known on the first of them, and a job can be cancelled between pages.

Lengths are points, the origin is the lower left corner of the page, as in PDF.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from qassess.documents.fonts import Role, Typefaces, typefaces
from qassess.documents.typesetting import Align, Line, Style, Typesetter

MM: Final = 72 / 25.4
PAGE_WIDTH: Final = 210 * MM
PAGE_HEIGHT: Final = 297 * MM
LEFT: Final = 28 * MM
RIGHT: Final = PAGE_WIDTH - 26 * MM
TOP: Final = PAGE_HEIGHT - 37 * MM
BOTTOM: Final = 35 * MM
WIDTH: Final = RIGHT - LEFT
"""Width of the type area (版心), 156 mm: 28 characters of size 3."""
LEADING: Final = 225 * MM / 22
"""Line pitch of the grid: 22 lines in 225 mm, 28.99 pt."""
SIZE_2: Final = 22.0
SIZE_3: Final = 15.75
"""Size 3 is nominally 16 pt, but 28 characters of 16 pt are 2 mm wider than the type area."""
SIZE_4: Final = 14.0
SIZE_SMALL_4: Final = 12.0
SIZE_5: Final = 10.5
SIZE_SMALL_5: Final = 9.0

TITLE: Final = Style(role=Role.TITLE, size=SIZE_2, leading=34, align=Align.CENTRE)
HEADING: Final = Style(role=Role.HEI, size=SIZE_3, leading=LEADING, indent=2)
SUBHEADING: Final = Style(role=Role.KAI, size=SIZE_3, leading=LEADING, indent=2)
BODY: Final = Style(role=Role.BODY, size=SIZE_3, leading=LEADING, align=Align.JUSTIFY, indent=2)
PAGE_NUMBER: Final = Style(role=Role.SONG, size=SIZE_4, leading=SIZE_4)
HEADER: Final = Style(role=Role.SONG, size=SIZE_SMALL_5, leading=12, colour=0x444444)
HEADER_MARK: Final = Style(role=Role.HEI, size=SIZE_SMALL_5, leading=12)

INK: Final = 0x000000
THICK: Final = 0.35 * MM
THIN: Final = 0.25 * MM
HAIR: Final = 0.12 * MM


class Text(NamedTuple):
    """Characters of one font at a place on the base line; ``spacing`` follows every character."""

    x: float
    y: float
    font: str
    size: float
    text: str
    colour: int = INK
    spacing: float = 0.0


class Stroke(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = HAIR
    colour: int = INK


class Box(NamedTuple):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: int


class Shape(NamedTuple):
    """A closed polygon, filled where ``fill`` is given and stroked where ``width`` is not 0."""

    points: tuple[tuple[float, float], ...]
    fill: int | None = None
    width: float = 0.0
    colour: int = INK


Mark = Text | Stroke | Box | Shape


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the outline: level from 0, page from 0, upper edge, title."""

    level: int
    page: int
    top: float
    title: str


@dataclass(frozen=True, slots=True)
class SignatureField:
    """An empty signature field; ``page`` counts from 0."""

    name: str
    page: int
    box: tuple[float, float, float, float]
    label: str


@dataclass(slots=True)
class Page:
    """One page's marks in drawing order, which is reading order."""

    marks: list[Mark] = field(default_factory=list)


class Paper:
    """Pages being laid out from top to bottom. ``y`` is the upper edge of what comes next."""

    def __init__(
        self,
        faces: Typefaces | None = None,
        *,
        latin: bool = False,
        between_pages: Callable[[int], None] | None = None,
    ) -> None:
        self.setter = Typesetter(faces or typefaces(), latin=latin)
        self.pages: list[Page] = []
        self.fields: list[SignatureField] = []
        self.outline: list[Heading] = []
        self.left = LEFT
        self.y = TOP
        self._between_pages = between_pages
        self.new_page()

    @property
    def room(self) -> float:
        """Height left on this page."""
        return self.y - BOTTOM

    @property
    def is_at_top(self) -> bool:
        """Whether nothing stands on this page yet."""
        return self.y >= TOP

    @property
    def marks_on_page(self) -> int:
        """How many marks stand on this page so far."""
        return len(self.pages[-1].marks)

    def take_back(self, marks: int, y: float) -> None:
        """Go back to when the page had so many marks and ``y``: what came after it stands better on the next page."""
        del self.pages[-1].marks[marks:]
        self.y = y

    def new_page(self) -> None:
        """Begin a page."""
        if self._between_pages is not None:
            self._between_pages(len(self.pages))
        self.pages.append(Page())
        self.y = TOP

    def ensure(self, height: float) -> None:
        """Begin a page unless ``height`` points are left on this one."""
        if self.room < height - 0.01 and not self.is_at_top:
            self.new_page()

    def skip(self, height: float) -> None:
        """Leave white space, but none at the top of a page."""
        if not self.is_at_top:
            self.y -= height

    def add(self, *marks: Mark) -> None:
        """Put marks on the page."""
        self.pages[-1].marks.extend(marks)

    def text(self, text: str, style: Style, *, x: float = LEFT, width: float = WIDTH, keep: float = 0.0) -> None:
        """Set a paragraph. ``keep``: points that must still fit under it, so that no heading stands alone."""
        lines = self.setter.lines(text, style, width)
        at_least = min(len(lines), 2) * style.leading
        self.ensure(max(at_least, len(lines) * style.leading if keep else 0) + keep)
        for number, line in enumerate(lines):
            # Two lines of a paragraph stay together at its end as well as at its beginning.
            self.ensure(2 * style.leading if number == len(lines) - 2 else style.leading)
            self.place(line, style, x, self.y)
            self.y -= style.leading

    def heading(self, text: str, style: Style = HEADING, *, level: int = 0, keep: float = 2 * LEADING) -> None:
        """Set a heading, list it in the outline and keep it with what follows."""
        self.ensure(style.leading + keep)
        self.outline.append(Heading(level, len(self.pages) - 1, self.y, text))
        self.text(text, style, keep=keep)

    def place(self, line: Line, style: Style, x: float, top: float) -> None:
        """Put one line into the band of ``style.leading`` points under ``top``."""
        self.pages[-1].marks.extend(marks_of(line, style, x, base_line(style, top)))

    def words(self, text: str, style: Style, x: float, top: float, width: float) -> None:
        """Put a text on one line at a place, aligned within ``width``."""
        line = self.setter.line(text, style)
        shift = {Align.RIGHT: width - line.width, Align.CENTRE: (width - line.width) / 2}.get(style.align, 0.0)
        self.place(line, style, x + shift, top)

    def field(self, name: str, box: tuple[float, float, float, float], label: str) -> None:
        """Leave an empty signature field on this page; ``box`` is left, bottom, right, top."""
        self.fields.append(SignatureField(name, len(self.pages) - 1, box, label))

    def finish(self, furniture: Callable[[Typesetter, int, int], Iterable[Mark]]) -> None:
        """Add to every page what each has: ``furniture(setter, number from 1, count)``. Refuses missing glyphs."""
        for number, page in enumerate(self.pages, 1):
            page.marks[:0] = furniture(self.setter, number, len(self.pages))
        self.setter.refuse_missing()


def base_line(style: Style, top: float) -> float:
    """Return the base line of a line whose band begins at ``top``: the em box stands in the middle of the band."""
    return top - (style.leading + style.size) / 2 + 0.12 * style.size


def marks_of(line: Line, style: Style, x: float, y: float) -> Iterable[Text]:
    """Return the marks of a set line whose left end is at ``x`` and base line at ``y``."""
    start = x + line.offset
    before = 0
    for run in line.runs:
        place = start + run.offset + before * line.spacing
        yield Text(place, y, run.font, style.size, run.text, style.colour, line.spacing)
        before += len(run.text)


def page_number(setter: Typesetter, number: int) -> Iterable[Mark]:
    """Return ``— 3 —`` in size 4, 7 mm under the type area, one character in from the outer edge (odd: right)."""
    line = setter.line(f"— {number} —", PAGE_NUMBER)
    x = RIGHT - SIZE_4 - line.width if number % 2 else LEFT + SIZE_4
    return marks_of(line, PAGE_NUMBER, x, BOTTOM - 7 * MM - 0.88 * SIZE_4)


def page_header(setter: Typesetter, names: Iterable[str], right: str) -> Iterable[Mark]:
    """Return a line of small type in the top margin: what the paper is, and what must be said of it on every page.

    ``names`` are names of the paper, the best first; the first one that leaves room for ``right`` is used.
    """
    y = TOP + 6 * MM
    mark = setter.line(right, HEADER_MARK)
    room = WIDTH - mark.width - HEADER.size
    left = next((line for name in names if (line := setter.line(name, HEADER)).width <= room), None)
    if left is not None:
        yield from marks_of(left, HEADER, LEFT, y)
    yield from marks_of(mark, HEADER_MARK, RIGHT - mark.width, y)
    yield Stroke(LEFT, y - 4, RIGHT, y - 4, HAIR)
