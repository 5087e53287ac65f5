"""The opening of a report: title, who and on what basis, the result with its sections, how it came about."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain
from typing import Final

from qassess import wording
from qassess.documents import radar
from qassess.documents.fonts import Role
from qassess.documents.pdf_kit import BODY, LEADING, MM, SIZE_3, TITLE, WIDTH, Paper
from qassess.documents.report_content import (
    NOTHING,
    Content,
    clauses,
    day,
    grouped,
    labelled,
    listed,
    moment,
    part_title,
    points,
    running,
    tight,
)
from qassess.documents.tables import CELL, CELL_CENTRE, FIGURE, FIGURE_STRONG, STRONG, Cell, Column, Part, Table
from qassess.documents.typesetting import Align, Style
from qassess.domain.agreement import Leader, Level, TeamMember
from qassess.domain.scheme import Section
from qassess.domain.score_sheet import GroupScore, SectionScore, State
from qassess.i18n import _, later, ngettext, pgettext
from qassess.wording import in_language, total_points

_SUBTITLE: Final = Style(role=Role.KAI, size=SIZE_3, leading=LEADING, align=Align.CENTRE)
_STRONG_BODY: Final = Style(role=Role.HEI, size=SIZE_3, leading=LEADING, align=Align.JUSTIFY, indent=2)
_LEVELS: Final = {
    Level.CITY_COUNTY: later("between city and county"),
    Level.CITY_DEPARTMENT: later("between city and city department"),
    Level.COUNTY_DEPARTMENT: later("between county and county department"),
}


def title(paper: Paper, content: Content) -> None:
    """Set the title, as wide lines first and narrow ones last, and under it what kind of paper this is."""
    paper.text(content.subject, TITLE)
    paper.text(content.title, TITLE)
    if content.notice:
        paper.text(_("({notice})").format(notice=content.notice), _SUBTITLE)
    paper.y -= LEADING / 2


def particulars(paper: Paper, content: Content, number: int) -> None:
    """Say who was assessed by whom, on which basis, when and where."""
    paper.heading(part_title(number, pgettext("report", "Particulars")))
    paper.text(_basis_sentence(content), BODY)
    paper.skip(LEADING / 4)
    columns = (Column(34 * MM, "", STRONG), Column(WIDTH - 34 * MM, "", CELL))
    Table(paper, columns).draw(((label, said) for label, said in _facts(content) if said))
    paper.skip(LEADING / 2)


def result(paper: Paper, content: Content, number: int) -> None:
    """State total and grade, what limits them, the sections in numbers and as a picture, and the way there."""
    paper.heading(part_title(number, pgettext("report", "Result")))
    for sentence in _reservations(content):
        paper.text(sentence, _STRONG_BODY)
    for sentence in _result_sentences(content):
        paper.text(sentence, BODY)
    paper.skip(LEADING / 4)
    table = Table(paper, _section_columns())
    paper.ensure(table.head_height() + 18 * (len(content.report.scores.sections) + 2))
    table.draw(_section_rows(content))
    axes = _axes(content)
    if axes:
        paper.ensure(radar.height(axes) + LEADING / 2)
        paper.skip(LEADING / 4)
        paper.add(*radar.chart(paper.setter, axes, paper.left, paper.y, WIDTH))
        paper.y -= radar.height(axes) + LEADING / 4
    _way(paper, content)


def _basis_sentence(content: Content) -> str:
    scheme = content.report.scheme.scheme
    bases = listed(
        _("“{title}” ({number})").format(title=basis.title, number=basis.number) if basis.number else basis.title
        for basis in scheme.basis
    )
    return _(
        "Under {bases} and the scheme “{scheme}”, the quality city work of {subject} was verified item by item."
    ).format(bases=bases or NOTHING, scheme=in_language(scheme.title), subject=content.subject)


def _facts(content: Content) -> Iterator[tuple[str, Cell]]:
    report, agreement = content.report, content.report.agreement
    scheme = report.scheme.scheme
    body_class = content.checklist.body_class
    yield pgettext("report", "Assessed body"), content.name(report.body)
    yield pgettext("report", "Code"), report.body.code
    yield pgettext("report", "Year and round"), _round(content)
    yield pgettext("report", "Agreement"), _agreement(content)
    yield pgettext("report", "Party A"), content.party(report.party_a)
    yield pgettext("report", "Party B"), content.party(report.body)
    yield pgettext("report", "First responsible"), _leader(agreement.first_responsible)
    yield pgettext("report", "Directly responsible"), _leader(agreement.directly_responsible)
    yield (
        pgettext("report", "Scheme"),
        (
            Part(
                _("{id}, version {version}; checklist: {checklist}").format(
                    id=scheme.id, version=scheme.version, checklist=in_language(body_class.title)
                ),
                CELL,
            ),
            Part(labelled("SHA-256", grouped(report.scheme.sha256)), CELL),
        ),
    )
    yield (
        pgettext("report", "Visits"),
        tuple(Part(_visit(visit.date, visit.place, visit.met), CELL) for visit in agreement.visits),
    )
    yield pgettext("report", "Assessing group"), tuple(Part(_member(member), CELL) for member in agreement.team)
    yield pgettext("report", "Report made"), moment(report.made_at)


def _round(content: Content) -> str:
    answers = content.report.answers
    if answers.round == "annual":
        return _("{year}, annual assessment").format(year=answers.year)
    return _("{year}, round {round}").format(year=answers.year, round=answers.round)


def _agreement(content: Content) -> str:
    agreement = content.report.agreement
    said = [agreement.number or pgettext("report", "without number"), _(_LEVELS[agreement.level])]
    if agreement.signed_on:
        said.append(_("signed {day}").format(day=day(agreement.signed_on)))
    return clauses(said)


def _leader(leader: Leader) -> str:
    if not leader.name or not leader.post:
        return leader.name or leader.post
    return _("{name}, {post}").format(name=leader.name, post=leader.post)


def _visit(date: str, place: str, met: str) -> str:
    said = _("{day}, {place}").format(day=day(date), place=place)
    return _("{visit}; met: {met}").format(visit=said, met=met) if met else said


def _member(member: TeamMember) -> str:
    role = pgettext("report", "group leader") if member.role == "leader" else pgettext("report", "member")
    known = [role, member.name, member.unit]
    said = " ".join(word for word in known if word)
    return (
        _("{member}; parts: {sections}").format(member=said, sections=listed(member.sections))
        if member.sections
        else said
    )


def _reservations(content: Content) -> Iterator[str]:
    scores = content.report.scores
    if not scores.complete:
        unfinished = (State.OPEN, State.REFUSED, State.INCOMPLETE)
        left = sum(
            content.score(item).state in unfinished for item in content.checklist.items if item.id in scores.items
        )
        yield ngettext(
            "This result is incomplete: {count} item is not finished.",
            "This result is incomplete: {count} items are not finished.",
            left,
        ).format(count=left)
    if scores.provisional:
        said = running(wording.say_provisional(code) for code in scores.provisional)
        yield _("This result is provisional: {reasons}").format(reasons=said)


def _result_sentences(content: Content) -> Iterator[str]:
    scores = content.report.scores
    if scores.total is None:
        yield _("Everything is declared not applicable: there is no score and no grade.")
    else:
        sentence = (
            _("Total {total} points (unrounded {exact}); grade: {grade}.")
            if scores.grade
            else _("Total {total} points (unrounded {exact}); the grade is still open.")
        )
        yield sentence.format(
            total=total_points(content.report.scheme.scheme, scores.total),
            exact=points(scores.total_unrounded),
            grade=content.grade(scores.grade),
        )
    if scores.computed_grade and scores.computed_grade != scores.grade:
        yield _("By its points alone the grade would have been {grade}; what changed it is stated below.").format(
            grade=content.grade(scores.computed_grade)
        )
    yield _(
        "This is the finding of the assessing group. "
        "The decision of the city's Leading Group for Quality City Work is final."
    )


def _section_columns() -> Sequence[Column]:
    rest = 23 * MM
    return (
        Column(10 * MM, pgettext("report", "No."), CELL_CENTRE),
        Column(WIDTH - 10 * MM - 5 * rest, pgettext("report", "Section"), CELL),
        Column(rest, pgettext("report", "Full"), FIGURE),
        Column(rest, pgettext("report", "Not applicable"), FIGURE),
        Column(rest, pgettext("report", "Due"), FIGURE),
        Column(rest, pgettext("report", "Earned"), FIGURE),
        Column(rest, pgettext("report", "Counted"), FIGURE_STRONG),
    )


def _section_rows(content: Content) -> Iterator[Sequence[Cell]]:
    scores = content.report.scores
    titles = {section.id: section for section, _items in content.checklist.sections}
    shown = [score for score in scores.sections if score.section in titles and score.full]
    for number, score in enumerate(shown, 1):
        yield _section_row(str(number), _titled(titles[score.section], score), score)
    if shown:
        sums = [
            sum((getattr(score, name) for score in shown), Fraction(0)) for name in ("full", "due", "points", "scaled")
        ]
        full, due, earned, scaled = sums
        yield (
            "",
            _strong(pgettext("report", "Base points")),
            points(full),
            points(full - due),
            points(due),
            points(earned),
            points(scaled),
        )
    for group in scores.groups:
        yield "", content.group_title(group.group), *3 * (NOTHING,), points(group.raw), _signed(group)
    unrounded = (Part(points(scores.total_unrounded), FIGURE),)
    yield "", _strong(pgettext("report", "Total, unrounded")), *4 * (NOTHING,), unrounded
    yield (
        "",
        _strong(pgettext("report", "Total")),
        *4 * (NOTHING,),
        total_points(content.report.scheme.scheme, scores.total),
    )


def _section_row(number: str, name: str, score: SectionScore) -> Sequence[Cell]:
    figures = (score.full, score.full - score.due, score.due, score.points, score.scaled)
    return number, name, *(points(figure) for figure in figures)


def _titled(section: Section, score: SectionScore) -> str:
    if not score.open_items:
        return in_language(section.title)
    unfinished = ngettext("{count} unfinished", "{count} unfinished", score.open_items).format(count=score.open_items)
    return _("{section} ({remark})").format(section=in_language(section.title), remark=unfinished)


def _signed(group: GroupScore) -> str:
    said = points(group.points)
    return f"+{said}" if group.points > 0 else said


def _strong(text: str) -> Sequence[Part]:
    return (Part(text, STRONG),)


def _axes(content: Content) -> Sequence[radar.Axis]:
    titles = {section.id: section for section, _items in content.checklist.sections}
    return [
        radar.Axis(
            in_language(titles[score.section].title),
            f"{wording.number(100 * score.points / score.due, 1)}%",
            score.points / score.due,
        )
        for score in content.report.scores.sections
        if score.due and score.section in titles
    ]


def _way(paper: Paper, content: Content) -> None:
    """Say the steps from sections to grade, as derived."""
    steps = [tight(wording.say_fact(fact)) for fact in content.report.scores.facts]
    if steps:
        columns = (Column(34 * MM, "", STRONG), Column(WIDTH - 34 * MM, "", CELL))
        parts = tuple(chain.from_iterable((Part(step, CELL),) for step in steps))
        Table(paper, columns).draw(((_("How the result came about"), parts),))
        paper.skip(LEADING / 2)
