"""The closing of a report: points lost, evidence, the body's opinion, signatures, and how to check the paper."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from qassess.documents import qr
from qassess.documents.fonts import Role
from qassess.documents.pdf_kit import (
    BODY,
    HAIR,
    LEADING,
    LEFT,
    MM,
    RIGHT,
    SIZE_5,
    SIZE_SMALL_4,
    SIZE_SMALL_5,
    THIN,
    WIDTH,
    Paper,
    Stroke,
)
from qassess.documents.report_content import (
    NOTHING,
    Content,
    column_points,
    grouped,
    labelled,
    moment,
    part_title,
    running,
)
from qassess.documents.tables import CELL_CENTRE, DETAIL, FIGURE, FIGURE_STRONG, Cell, Column, Part, Table
from qassess.documents.typesetting import Align, Style
from qassess.domain.agreement import TeamMember
from qassess.domain.payloads import EvidenceRecord
from qassess.domain.plain_date import is_outside_year
from qassess.domain.scheme import Item
from qassess.domain.scheme import Role as ItemRole
from qassess.domain.score_sheet import State
from qassess.i18n import _, ngettext, pgettext
from qassess.wording import in_language

_SIGN_TEXT: Final = Style(role=Role.SONG, size=SIZE_SMALL_4, leading=18)
_SIGN_LABEL: Final = Style(role=Role.HEI, size=SIZE_SMALL_4, leading=18)
_FAINT: Final = Style(role=Role.SONG, size=SIZE_SMALL_5, leading=12, colour=0x777777)
_SMALL: Final = Style(role=Role.SONG, size=SIZE_5, leading=16, align=Align.JUSTIFY)
_DIGEST: Final = Style(role=Role.FIGURES, size=SIZE_5, leading=16)

_LEFT: Final = replace(DETAIL, align=Align.LEFT)
_CENTRE: Final = replace(DETAIL, align=Align.CENTRE)
_PEN_GAP: Final = " " * 7
_ROW: Final = 20 * MM
_NAME_WIDTH: Final = 38 * MM
_FIELD_WIDTH: Final = 56 * MM


def problems(paper: Paper, content: Content, number: int) -> None:
    """List where points were lost, and until when it is to be put right."""
    deadlines = content.report.scheme.scheme.deadlines
    paper.heading(part_title(number, _("Points lost and rectification")))
    lost = [item for item in content.checklist.items if _lost(content, item)]
    if lost:
        columns = (
            Column(13 * MM, pgettext("report", "No."), CELL_CENTRE),
            Column(WIDTH - 13 * MM - 3 * 18 * MM, pgettext("report", "Item")),
            Column(18 * MM, pgettext("report", "Due"), FIGURE),
            Column(18 * MM, pgettext("report", "Points"), FIGURE),
            Column(18 * MM, pgettext("report", "Lost"), FIGURE_STRONG),
        )
        Table(paper, columns).draw(_lost_row(content, item) for item in lost)
        paper.skip(LEADING / 4)
    else:
        paper.text(_("No points were lost on finished items."), BODY)
    paper.text(
        ngettext(
            "The assessed body reports its rectification in writing within {count} month of receiving this report.",
            "The assessed body reports its rectification in writing within {count} months of receiving this report.",
            deadlines.rectification_months,
        ).format(count=deadlines.rectification_months),
        BODY,
    )
    paper.text(
        ngettext(
            "Objections may be raised in writing within {count} working day of receiving it.",
            "Objections may be raised in writing within {count} working days of receiving it.",
            deadlines.objection_working_days,
        ).format(count=deadlines.objection_working_days),
        BODY,
    )


def evidence(paper: Paper, content: Content, number: int) -> None:
    """List the evidence by number."""
    paper.heading(part_title(number, pgettext("report", "Index of evidence")))
    if not content.report.evidence:
        paper.text(_("No evidence is attached."), BODY)
        return
    fixed = (11 * MM, 27 * MM, 20 * MM, 22 * MM, 14 * MM, 19 * MM)
    columns = (
        Column(fixed[0], pgettext("report", "No."), _CENTRE),
        Column(WIDTH - sum(fixed), pgettext("report", "Title"), _LEFT),
        Column(fixed[1], pgettext("report", "Document number"), _LEFT),
        Column(fixed[2], pgettext("report", "Date"), _CENTRE),
        Column(fixed[3], pgettext("report", "Issued by"), _LEFT),
        Column(fixed[4], pgettext("report", "Pages"), _CENTRE),
        Column(fixed[5], pgettext("report", "SHA-256"), _CENTRE),
    )
    table = Table(paper, columns)
    paper.text(_evidence_remark(content), _SMALL, keep=table.head_height())
    paper.skip(3)
    table.draw(_evidence_row(content, place, record) for place, record in content.evidence.values())
    paper.skip(LEADING / 2)


def _evidence_remark(content: Content) -> str:
    remarks = [_("The check value is the beginning of the SHA-256 of the original file.")]
    if any(_is_outside(content, record) for record in content.report.evidence):
        remarks.append(
            _("Marked evidence is dated outside the assessment year; whether it counts is for the group to decide.")
        )
    return running(remarks)


def opinion(paper: Paper, _content: Content, number: int) -> None:
    """Leave a box for the assessed body's opinion, in ink or as words of its signature."""
    height = 36 * MM
    paper.heading(part_title(number, _("Opinion of the assessed body")), keep=height)
    _frame(paper, height)
    inside = paper.left + 4 * MM
    top = paper.y - 3 * MM
    paper.words(_("□ We agree with the findings.   □ We object, as follows:"), _SIGN_TEXT, inside, top, WIDTH)
    last = paper.y - height + 3 * MM + _SIGN_TEXT.leading
    right = Style(role=Role.SONG, size=SIZE_SMALL_4, leading=18, align=Align.RIGHT)
    paper.words(_("Person in charge (signature):"), _SIGN_TEXT, inside, last + 10 * MM, WIDTH)
    paper.words(pgettext("report", "(official seal)") + _ink_date(), right, paper.left, last, WIDTH - 6 * MM)
    paper.y -= height
    paper.skip(LEADING / 2)


def signatures(paper: Paper, content: Content, number: int) -> None:
    """Set the table of signatures: a field for the electronic one beside a line for ink, for each signer."""
    signers = list(_signers(content))
    paper.heading(part_title(number, pgettext("report", "Signatures")), keep=_ROW * min(len(signers), 3) + 12 * MM)
    _signature_head(paper)
    for name, label, who in signers:
        if paper.room < _ROW:
            paper.new_page()
            _signature_head(paper)
        _signature_row(paper, name, label, who)
    paper.skip(6)
    paper.text(
        _(
            "Electronic signatures made with this program check integrity and attribute the signature as agreed "
            "between the parties; they are not the same as an official electronic seal."
        ),
        _SMALL,
    )
    paper.skip(LEADING / 2)


def verification(paper: Paper, content: Content, number: int) -> None:
    """Print the digest as QR code and in words, and what it covers; last of all, so that the pages can be counted."""
    size = 34 * MM
    paper.heading(part_title(number, _("How to check this report")), keep=size + 6 * MM)
    paper.skip(2)
    top = paper.y
    paper.add(*qr.code(content.digest, paper.left, top, size))
    beside = paper.left + size + 4 * MM
    for text, style in _checks(paper, content):
        paper.text(text, style, x=beside, width=RIGHT - beside)
    paper.y = min(paper.y, top - size)


def _lost(content: Content, item: Item) -> bool:
    if item.role is not ItemRole.BASE:
        return item.role is ItemRole.PENALTY and (content.score(item).points or 0) < 0
    score = content.score(item)
    return score.state is State.SCORED and score.points is not None and score.points < score.due


def _lost_row(content: Content, item: Item) -> Sequence[Cell]:
    score = content.score(item)
    earned = score.points or score.due * 0
    return (
        content.code(item.id),
        in_language(item.title),
        column_points(score.due),
        column_points(earned),
        column_points(score.due - earned),
    )


def _evidence_row(content: Content, place: int, record: EvidenceRecord) -> Sequence[Cell]:
    when = [Part(record.dated or pgettext("report", "undated"), _CENTRE)]
    if _is_outside(content, record):
        when.append(Part(pgettext("report", "outside the year"), _CENTRE))
    title = [Part(record.title or record.name, _LEFT)]
    if record.title and record.name != record.title:
        title.append(Part(record.name, _FAINT))
    if record.caption:
        title.append(Part(record.caption, _LEFT))
    return (
        str(place),
        title,
        record.number or NOTHING,
        when,
        record.issuer or NOTHING,
        str(record.pages) if record.pages else NOTHING,
        record.sha256[:8],
    )


def _is_outside(content: Content, record: EvidenceRecord) -> bool:
    """Tell whether evidence is dated outside the assessment year; undated evidence is not said to be."""
    scheme = content.report.scheme.scheme
    return is_outside_year(record.dated, content.report.answers.year, scheme.year_start)


def _signers(content: Content) -> Iterator[tuple[str, str, str]]:
    team = content.report.agreement.team
    leader = next((member for member in team if member.role == "leader"), TeamMember(name=""))
    members = [member for member in team if member is not leader] or [TeamMember(name="")]
    yield "leader", _("Leader of the assessing group"), _who(leader)
    for place, member in enumerate(members, 1):
        yield f"member-{place}", _("Member of the assessing group"), _who(member)
    yield "representative", _("Representative of the assessed body"), content.name(content.report.body)


def _who(member: TeamMember) -> str:
    return " ".join(known for known in (member.name, member.unit) if known)


def _signature_head(paper: Paper) -> None:
    ink = WIDTH - _NAME_WIDTH - _FIELD_WIDTH
    head = (
        Column(_NAME_WIDTH, pgettext("report", "Signer")),
        Column(_FIELD_WIDTH, pgettext("report", "Electronic signature")),
        Column(ink, pgettext("report", "In ink")),
    )
    Table(paper, head).draw(())


def _signature_row(paper: Paper, name: str, label: str, who: str) -> None:
    top, left = paper.y, paper.left
    _frame(paper, _ROW)
    field_left, ink_left = left + _NAME_WIDTH, left + _NAME_WIDTH + _FIELD_WIDTH
    for x in (field_left, ink_left):
        paper.add(Stroke(x, top, x, top - _ROW, HAIR))
    y = top - 2 * MM
    for text, style in ((label, _SIGN_LABEL), (who, _SIGN_TEXT)):
        for line in paper.setter.lines(text, _in_cell(style), _NAME_WIDTH - 4 * MM):
            paper.place(line, _in_cell(style), left + 2 * MM, y)
            y -= _in_cell(style).leading
    margin = 1 * MM
    box = (field_left + margin, top - _ROW + margin, ink_left - margin, top - margin)
    paper.field(name, box, f"{label} {who}".strip())
    line_y = top - _ROW + 8 * MM
    paper.add(Stroke(ink_left + 4 * MM, line_y, left + WIDTH - 4 * MM, line_y, HAIR))
    paper.words(pgettext("report", "Signature"), _FAINT, ink_left + 4 * MM, line_y + 15, 30 * MM)
    right = Style(role=Role.SONG, size=SIZE_5, leading=15, align=Align.RIGHT)
    if name == "representative":
        seal = pgettext("report", "(official seal)")
        paper.words(seal, right, ink_left, top - 2 * MM, WIDTH - (ink_left - left) - 4 * MM)
    paper.words(_ink_date(), right, ink_left, line_y - 3, WIDTH - (ink_left - left) - 4 * MM)
    paper.y -= _ROW


def _ink_date() -> str:
    """Return the words around which a date is written in ink; the gaps are for the pen."""
    words = (pgettext("report", "Year"), pgettext("report", "Month"), pgettext("report", "Day"))
    return "".join(_PEN_GAP + word for word in words)


def _in_cell(style: Style) -> Style:
    return Style(role=style.role, size=SIZE_5, leading=14.5)


def _frame(paper: Paper, height: float) -> None:
    left, right, top = LEFT, RIGHT, paper.y
    bottom = top - height
    for y in (top, bottom):
        paper.add(Stroke(left, y, right, y, THIN))
    for x in (left, right):
        paper.add(Stroke(x, top, x, bottom, THIN))


def _checks(paper: Paper, content: Content) -> Iterator[tuple[str, Style]]:
    report = content.report
    digest = content.digest
    yield _("Digest of the attached data (SHA-256; the QR code says the same):"), _SMALL
    yield grouped(digest[:32]), _DIGEST
    yield grouped(digest[32:]), _DIGEST
    yield (
        _(
            "The machine-readable copy assessment.json is attached to this PDF; "
            "from it every score can be computed again."
        ),
        _SMALL,
    )
    yield labelled(pgettext("report", "Assessment"), report.assessment), _SMALL
    if report.supersedes:
        yield labelled(_("Supersedes the signed report with digest"), report.supersedes), _SMALL
    yield (
        _("Program qassess {version}; {revisions} revisions; made {moment}; {pages} pages.").format(
            version=report.program,
            revisions=len(report.revisions),
            moment=moment(report.made_at),
            pages=len(paper.pages),
        ),
        _SMALL,
    )
