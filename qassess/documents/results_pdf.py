"""The results of a round as a PDF: per table the ranking, its sections in percent and in points, what is not final."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from qassess import __version__, wording
from qassess.documents.drawing import draw
from qassess.documents.fonts import Typefaces
from qassess.documents.pdf_archive import Particulars, archive
from qassess.documents.pdf_kit import (
    BODY,
    LEADING,
    SIZE_SMALL_5,
    SUBHEADING,
    TITLE,
    WIDTH,
    Mark,
    Paper,
    page_header,
    page_number,
)
from qassess.documents.report_content import NOTHING, labelled, listed, moment, part_title, running, tight
from qassess.documents.results_words import (
    Titles,
    basis_words,
    block_words,
    body_name,
    place_words,
    state_words,
    total_words,
)
from qassess.documents.tables import CELL, CELL_CENTRE, FIGURE, FIGURE_STRONG, Column
from qassess.documents.tables import Table as Ruled
from qassess.documents.typesetting import Typesetter
from qassess.domain.ranking import Line, Table
from qassess.domain.results import Results, SectionResult, section_results
from qassess.domain.scheme import Section
from qassess.errors import QassessError
from qassess.i18n import _, language, pgettext

_BESIDE: Final = 6
"""So many sections stand beside the ranking; more get tables of their own."""
_PLACE: Final = 30.0
_TOTAL: Final = 42.0
_GRADE: Final = 36.0
_STATE: Final = 44.0
_SHARE: Final = 33.0
_POINTS: Final = 57.0
_SMALL: Final = replace(CELL, size=SIZE_SMALL_5)
_SMALL_FIGURE: Final = replace(FIGURE, size=SIZE_SMALL_5)


def build_results(
    results: Results,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    faces: Typefaces | None = None,
) -> bytes:
    """Return the PDF/A-3b file in the language in use; the same results give the same bytes.

    ``cancelled`` is asked between pages. Raises ``QassessError``: ``work.cancelled``, ``print.missing_glyphs``,
    ``results.none``.
    """
    if not results.tables:
        raise QassessError("results.none", year=results.year, round=results.round)

    def check(_page: int) -> None:
        if cancelled is not None and cancelled():
            raise QassessError("work.cancelled")

    titles = Titles(results)
    paper = _lay_out(titles, Paper(faces, between_pages=check))
    pages = len(paper.pages)
    drawn = draw(paper.pages, paper.outline, lambda done: progress(done, pages) if progress else None)
    return archive(
        drawn,
        Particulars(
            title=titles.title,
            author="",
            language="zh-CN" if language() == "zh" else language(),
            created=results.made_at,
            program=f"qassess {__version__}",
        ),
    )


def _lay_out(titles: Titles, paper: Paper) -> Paper:
    results = titles.results
    paper.text(titles.title, TITLE)
    paper.skip(LEADING / 2)
    for number, table in enumerate(results.tables, 1):
        paper.heading(part_title(number, titles.table(table)))
        paper.text(running([_rests_on(table), tight(titles.standing(table))]), BODY)
        paper.skip(4)
        _ranking(paper, table)
        paper.skip(LEADING / 2)
        _points(paper, table)
        _open_matters(paper, table)
    _closing(paper, titles)
    paper.finish(lambda setter, number, _count: _furniture(titles, setter, number))
    return paper


def _rests_on(table: Table) -> str:
    scheme = table.scheme.scheme
    cited = listed(basis_words(basis) for basis in scheme.basis)
    said = _("{title}, edition {version}").format(title=wording.in_language(scheme.title), version=scheme.version)
    return labelled(_("Basis"), listed(filter(None, (cited, said))))


def _ranking(paper: Paper, table: Table) -> None:
    beside = table.sections if len(table.sections) <= _BESIDE else ()
    fixed = _PLACE + _TOTAL + _GRADE + _STATE + _SHARE * len(beside)
    columns = [
        Column(_PLACE, _("Place"), CELL_CENTRE),
        Column(WIDTH - fixed, pgettext("column", "Body"), CELL),
        Column(_TOTAL, pgettext("column", "Total"), FIGURE_STRONG),
        Column(_GRADE, pgettext("column", "Grade"), CELL_CENTRE),
        *(Column(_SHARE, wording.in_language(section.title), FIGURE) for section in beside),
        Column(_STATE, pgettext("column", "State"), CELL_CENTRE),
    ]
    Ruled(paper, columns).draw(_ranking_row(table, line, with_shares=bool(beside)) for line in table.lines)


def _ranking_row(table: Table, line: Line, *, with_shares: bool) -> Sequence[str]:
    cells = section_results(table, line) if with_shares else ()
    return [
        place_words(line),
        body_name(line.body),
        total_words(table, line),
        wording.say_grade(table.scheme.scheme, line.grade),
        *(NOTHING if cell is None else wording.share(cell.share) for cell in cells),
        state_words(line),
    ]


def _points(paper: Paper, table: Table) -> None:
    """Set the points of all sections, so many to a table as stand beside the names."""
    sections = table.sections
    paper.heading(_("Points by section (earned/attainable)"), SUBHEADING, level=1, keep=4 * LEADING)
    for first in range(0, len(sections), _BESIDE):
        shown = sections[first : first + _BESIDE]
        _points_table(paper, table, shown, first)
        paper.skip(LEADING / 2)


def _points_table(paper: Paper, table: Table, shown: tuple[Section, ...], first: int) -> None:
    columns = [
        Column(_PLACE, _("Place"), CELL_CENTRE),
        Column(WIDTH - _PLACE - _POINTS * len(shown), pgettext("column", "Body"), _SMALL),
        *(Column(_POINTS, wording.in_language(section.title), _SMALL_FIGURE) for section in shown),
    ]
    rows = (
        [
            place_words(line),
            body_name(line.body),
            *map(_points_words, section_results(table, line)[first : first + len(shown)]),
        ]
        for line in table.lines
    )
    Ruled(paper, columns).draw(rows)


def _points_words(cell: SectionResult | None) -> str:
    if cell is None:
        return NOTHING
    return f"{wording.number(cell.points, 2)}/{wording.number(cell.due, 2)}"


def _open_matters(paper: Paper, table: Table) -> None:
    blocked = [line for line in table.lines if line.blocks]
    if not blocked:
        return
    paper.heading(_("Not final yet"), SUBHEADING, level=1)
    for line in blocked:
        paper.text(labelled(body_name(line.body), "".join(_sentences(line))), BODY)


def _sentences(line: Line) -> Iterator[str]:
    gap = "" if language() == "zh" else " "
    for number, said in enumerate(block_words(line)):
        yield f"{gap if number else ''}{said}"


def _closing(paper: Paper, titles: Titles) -> None:
    results = titles.results
    if results.waiting:
        waiting = listed(body_name(body) for body in results.waiting)
        paper.text(labelled(_("No assessment here yet"), waiting), BODY)
    paper.text(
        _(
            "Shares are earned ÷ attainable points in percent, rounded half up to one decimal place; the totals are "
            "rounded once, by the scheme's rule. Equal totals share a place."
        ),
        BODY,
    )
    paper.text(_("As of {moment} (Beijing time).").format(moment=moment(results.made_at)), BODY)


def _furniture(titles: Titles, setter: Typesetter, number: int) -> Iterable[Mark]:
    is_final = all(line.publishable for line in titles.results.lines)
    marks = [titles.notice, "" if is_final else pgettext("report", "provisional")]
    yield from page_header(setter, [titles.title], " · ".join(filter(None, marks)))
    yield from page_number(setter, number)
