"""Certificates of a result (考核结果证书), upright or across: a batch is laid out and checked whole before it is drawn.

No seal is drawn: its place and the date stay blank. The code holds the certificate's number and the digest of the
signed report it rests on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from qassess import __version__, wording
from qassess.documents import qr
from qassess.documents.certificate_frame import RED, Sheet, frame
from qassess.documents.drawing import draw
from qassess.documents.fonts import Role, Typefaces, typefaces
from qassess.documents.pdf_archive import Particulars, archive
from qassess.documents.pdf_kit import MM, Mark, Page, Stroke, base_line, marks_of
from qassess.documents.report_content import grouped, listed, tight
from qassess.documents.results_words import basis_words, notice_of, party_name
from qassess.documents.typesetting import Align, Style, Typesetter
from qassess.domain.bodies import Body
from qassess.domain.certificate import CertificateRecord
from qassess.domain.exact import exact_from_text
from qassess.domain.scheme import Scheme
from qassess.errors import QassessError
from qassess.i18n import _, language, pgettext


@dataclass(frozen=True, slots=True)
class _Look:
    """The styles of one orientation; ``loose`` is white space between the lines of the heading."""

    over_title: Style
    title: Style
    number: Style
    name: Style
    text: Style
    grade: Style
    issuer: Style
    loose: float


_UPRIGHT: Final = _Look(
    over_title=Style(role=Role.KAI, size=19, leading=28, align=Align.CENTRE),
    title=Style(role=Role.TITLE, size=42, leading=58, align=Align.CENTRE),
    number=Style(role=Role.KAI, size=14, leading=22, align=Align.CENTRE),
    name=Style(role=Role.KAI, size=22, leading=40),
    text=Style(role=Role.BODY, size=18, leading=34, align=Align.JUSTIFY, indent=2),
    grade=Style(role=Role.TITLE, size=46, leading=84, align=Align.CENTRE, colour=RED),
    issuer=Style(role=Role.BODY, size=16, leading=30, align=Align.CENTRE),
    loose=10.0,
)
_ACROSS: Final = _Look(
    over_title=Style(role=Role.KAI, size=17, leading=24, align=Align.CENTRE),
    title=Style(role=Role.TITLE, size=36, leading=48, align=Align.CENTRE),
    number=Style(role=Role.KAI, size=13, leading=20, align=Align.CENTRE),
    name=Style(role=Role.KAI, size=19, leading=32),
    text=Style(role=Role.BODY, size=17, leading=29, align=Align.JUSTIFY, indent=2),
    grade=Style(role=Role.TITLE, size=38, leading=58, align=Align.CENTRE, colour=RED),
    issuer=Style(role=Role.BODY, size=16, leading=29, align=Align.CENTRE),
    loose=2.0,
)
_SMALL: Final = Style(role=Role.SONG, size=8.5, leading=12.5, colour=0x333333)
_DIGEST: Final = Style(role=Role.FIGURES, size=7.5, leading=11, colour=0x333333)
_NOTICE: Final = Style(role=Role.HEI, size=11, leading=16, align=Align.RIGHT, colour=RED)
_COPY: Final = Style(role=Role.HEI, size=14, leading=22, align=Align.CENTRE, colour=RED)
_SPACED: Final = 12.0
"""Extra space between the title's characters in Chinese, points."""
_LEAST_SIZE: Final = 11.0
"""A name that does not fit its line in this size does not fit at all."""
_QR: Final = 30 * MM
_ISSUER_WIDTH: Final = 86 * MM
_FOOT: Final = 36 * MM
"""Height of what stands at the foot: code and digest on the left, issuer, seal place and date on the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate to print; ``copy``: it was printed before, and says so."""

    record: CertificateRecord
    body: Body
    scheme: Scheme
    copy: bool


@dataclass(frozen=True, slots=True)
class PrintProblem:
    """Why a certificate cannot be printed whole; ``place`` counts certificates of the batch from 0."""

    place: int
    code: str
    values: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Certificates laid out, a page each; nothing may be drawn while there are problems."""

    certificates: tuple[Certificate, ...]
    pages: tuple[Page, ...]
    problems: tuple[PrintProblem, ...]
    landscape: bool


def lay_out_certificates(
    certificates: Sequence[Certificate],
    *,
    landscape: bool = False,
    cancelled: Callable[[], bool] | None = None,
    faces: Typefaces | None = None,
) -> Batch:
    """Lay out a whole batch in the language in use, and collect every missing glyph and overflow in it.

    Raises ``QassessError("work.cancelled")``.
    """
    pages: list[Page] = []
    problems: list[PrintProblem] = []
    of = Sheet.of(landscape=landscape)
    for place, certificate in enumerate(certificates):
        if cancelled is not None and cancelled():
            raise QassessError("work.cancelled")
        sheet = _Layout(certificate, of, Typesetter(faces or typefaces()), _ACROSS if landscape else _UPRIGHT)
        pages.append(Page(list(sheet.marks())))
        problems.extend(PrintProblem(place, code, values) for code, values in sheet.problems())
    return Batch(tuple(certificates), tuple(pages), tuple(problems), landscape)


def draw_certificates(
    batch: Batch, places: range, *, created: datetime, progress: Callable[[int, int], None] | None = None
) -> bytes:
    """Draw some certificates of a batch (all: ``range(len(batch.pages))``) as one PDF/A-3b; same input, same bytes.

    Raises the first of the batch's problems as ``QassessError``: nothing is drawn of a batch that has any.
    """
    for problem in batch.problems:
        raise QassessError(problem.code, **problem.values)
    sheet = Sheet.of(landscape=batch.landscape)
    pages = [batch.pages[place] for place in places]
    drawn = draw(
        pages, (), lambda done: progress(done, len(pages)) if progress else None, size=(sheet.width, sheet.height)
    )
    numbers = listed(
        batch.certificates[place].record.number for place in (places.start, places.stop - 1)[: len(places)]
    )
    return archive(
        drawn,
        Particulars(
            title=f"{title()} {numbers}",
            author=batch.certificates[places.start].record.issuer,
            language="zh-CN" if language() == "zh" else language(),
            created=created,
            program=f"qassess {__version__}",
        ),
    )


def title() -> str:
    """Return the name of the paper: 考核结果证书, never an honour."""
    return _("Certificate of Assessment Result")


def copy_mark() -> str:
    """Return the word that marks a reprint."""
    return _("COPY")


def code_content(record: CertificateRecord) -> str:
    """Return what the code on a certificate says: a mark, the number, the digest of the signed report."""
    return f"QASSESS-CERTIFICATE-1 {record.number} {record.digest}"


@dataclass
class _Layout:
    """One certificate being laid out from top to bottom."""

    certificate: Certificate
    sheet: Sheet
    setter: Typesetter
    look: _Look
    _overflows: list[str] = field(default_factory=list)

    def problems(self) -> Iterator[tuple[str, Mapping[str, str | int]]]:
        """Yield what does not fit and which characters no font has."""
        for text in self._overflows:
            yield "print.overflow", {"text": text}
        try:
            self.setter.refuse_missing()
        except QassessError as missing:
            yield missing.code, missing.values

    def marks(self) -> Iterator[Mark]:
        """Yield the page's marks in reading order."""
        yield from frame(self.sheet)
        yield from self._corner_words()
        y = self.sheet.top - 3.4 * self.look.loose
        for text, style, after in self._heading():
            yield from self._line(text, style, self.sheet.left, y, self.sheet.text_width)
            y -= style.leading + after
        yield from self._wording(y)
        yield from self._foot()

    def _heading(self) -> Iterator[tuple[str, Style, float]]:
        record = self.certificate.record
        subject = _("Quality City Work, {year}").format(year=record.year)
        look = self.look
        yield subject, look.over_title, look.loose / 2
        yield title(), look.title, look.loose
        yield _("No. {number}").format(number=record.number), look.number, 3 * look.loose

    def _wording(self, top: float) -> Iterator[Mark]:
        """Set name, text, grade and closing words between the heading and the foot; what is left over is spread."""
        sheet, look = self.sheet, self.look
        party = _("{name}:").format(name=party_name(self.certificate.body))
        name = self._fitting(party, look.name, sheet.text_width)
        text = self.setter.lines(self._sentence(), look.text, sheet.text_width)
        needed = name.leading + (len(text) + 1) * look.text.leading + look.grade.leading
        spare = top - sheet.bottom - _FOOT - needed
        if spare < 0:
            self._overflows.append(self._sentence())
        y = top - min(max(spare, 0.0) / 4, 20.0)
        yield from self._line(party, name, sheet.left, y, sheet.text_width)
        y -= name.leading
        for line in text:
            yield from marks_of(line, look.text, sheet.left, base_line(look.text, y))
            y -= look.text.leading
        grade = wording.say_grade(self.certificate.scheme, self.certificate.record.grade)
        yield from self._line(grade, look.grade, sheet.left, y, sheet.text_width)
        y -= look.grade.leading
        closing, plain = _("This certificate is issued accordingly."), replace(look.text, align=Align.LEFT)
        yield from self._line(closing, plain, sheet.left + 2 * plain.size, y, sheet.text_width)

    def _sentence(self) -> str:
        scheme, record = self.certificate.scheme, self.certificate.record
        cited = [basis_words(basis) for basis in scheme.basis]
        cited.append(
            _("“{title}” (edition {version})").format(title=wording.in_language(scheme.title), version=scheme.version)
        )
        total = wording.total_points(scheme, exact_from_text(record.total))
        said = _(
            "Under {basis}, your quality city work in {year} was assessed. The total is {total} points; the grade is"
        ).format(basis=pgettext("certificate", " and ").join(cited), year=record.year, total=total)
        return tight(said)

    def _foot(self) -> Iterator[Mark]:
        sheet, record = self.sheet, self.certificate.record
        top = sheet.bottom + _FOOT
        yield from qr.code(code_content(record), sheet.left, top, _QR)
        words_left = sheet.left + _QR + 4
        yield from self._small_print(words_left, top - 6)
        left = sheet.right - _ISSUER_WIDTH
        plain = self.look.issuer
        issuer = self._fitting(record.issuer, plain, _ISSUER_WIDTH)
        yield from self._line(record.issuer, issuer, left, top, _ISSUER_WIDTH)
        yield from self._line(_("(seal)"), plain, left, top - plain.leading, _ISSUER_WIDTH)
        yield from self._blank_date(left, top - 2 * plain.leading)

    def _blank_date(self, left: float, top: float) -> Iterator[Mark]:
        """Leave room before 年, 月 and 日 for the date to be written by hand."""
        plain = replace(self.look.issuer, align=Align.LEFT)
        words = (pgettext("date", "Year"), pgettext("date", "Month"), pgettext("date", "Day"))
        for share, word in zip((0.36, 0.58, 0.8), words, strict=True):
            right = left + share * _ISSUER_WIDTH
            yield from self._line(word, plain, right - self.setter.width(word, plain) / 2, top, _ISSUER_WIDTH)

    def _small_print(self, left: float, top: float) -> Iterator[Mark]:
        record = self.certificate.record
        digits = grouped(record.digest).split(" ")
        rows = [" ".join(digits[place : place + 2]) for place in range(0, len(digits), 2)]
        lines = [(_("Digest of the report"), _SMALL), *((row, _DIGEST) for row in rows)]
        if record.replaces:
            lines.append((_("Takes the place of {number}").format(number=record.replaces), _SMALL))
        for text, style in lines:
            yield from self._line(text, style, left, top, self.sheet.right - left)
            top -= style.leading

    @property
    def _above(self) -> float:
        """How far above the text the words in the corners stand, clear of the frame's corners."""
        return 14.0 if self.sheet.is_landscape else 6.0

    def _corner_words(self) -> Iterator[Mark]:
        sheet = self.sheet
        notice = notice_of(self.certificate.scheme)
        if notice:
            yield from self._line(notice, _NOTICE, sheet.left, sheet.top + self._above, sheet.text_width)
        if self.certificate.copy:
            width, left, top = 54.0, sheet.left, sheet.top + self._above + 2
            yield from self._line(copy_mark(), _COPY, left, top, width)
            bottom = top - _COPY.leading
            for x1, y1, x2, y2 in (
                (left, top, left + width, top),
                (left, bottom, left + width, bottom),
                (left, bottom, left, top),
                (left + width, bottom, left + width, top),
            ):
                yield Stroke(x1, y1, x2, y2, 0.8, RED)

    def _fitting(self, text: str, style: Style, width: float) -> Style:
        """Return the style in the largest size in which a text fits on one line; note it where none does."""
        while style.size > _LEAST_SIZE and self.setter.width(text, style) > width:
            style = replace(style, size=style.size - 0.5)
        if self.setter.width(text, style) > width:
            self._overflows.append(text)
        return style

    def _line(self, text: str, style: Style, left: float, top: float, width: float) -> Iterable[Mark]:
        line = self.setter.line(text, style)
        is_title = style is self.look.title and language() == "zh"
        spread = _SPACED * (len(text) - 1) if is_title else 0.0
        shift = {Align.RIGHT: width - line.width, Align.CENTRE: (width - line.width - spread) / 2}.get(style.align, 0.0)
        spaced = replace(line, spacing=_SPACED) if is_title else line
        return marks_of(spaced, style, left + shift, base_line(style, top))
