"""Ranking, drill-down and their documents, over the real services, in the words the screens show."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from qassess.domain.ranking import ROUND_OPEN, Block, Line, LineState, Table
from qassess.domain.results import ItemResult, Results, SectionResult, item_results, losses, pivots, section_results
from qassess.domain.scheme import Scheme
from qassess.errors import QassessError
from qassess.i18n import _, ngettext
from qassess.services import results
from qassess.services.workspace import Workspace
from qassess.ui.channel import Channel
from qassess.ui.checklist_rows import item_row
from qassess.ui.exchange_state import Mark
from qassess.ui.results_state import (
    Blocker,
    BodyState,
    CertificatesDone,
    HeatCell,
    ItemLine,
    KindChoice,
    Leads,
    Refusal,
    ResultRow,
    ResultsState,
    RoundChoice,
    SectionPart,
)
from qassess.ui.texts import round_words, section_title, shown
from qassess.wording import (
    MINUS,
    number,
    say_block,
    say_derivation,
    say_grade,
    say_kind,
    say_line_state,
    say_signer,
    share,
    total_points,
)

SHOWN_LOSSES = 5
STATE_MARKS = {
    LineState.SIGNED: ("full", "good"),
    LineState.UNSIGNED: ("open", "second"),
    LineState.CONFLICT: ("conflict", "attention"),
    LineState.INCOMPLETE: ("part", "attention"),
}


class ServiceResults:
    """Results over one workspace; what was read last is kept, so that a screen looks at one moment."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._found: Results | None = None

    def rounds(self) -> tuple[RoundChoice, ...]:
        """Return the rounds there are, the latest first."""
        self._found = None
        with self._workspace.database.unit_of_work(reading=True) as uow:
            known = {(state.year, state.round) for state in uow.assessment_states()}
        return tuple(
            RoundChoice(year, round_, round_words(year, round_)) for year, round_ in sorted(known, reverse=True)
        )

    def kinds(self, year: int, round_: str) -> tuple[KindChoice, ...]:
        """Return the tables of a round: one a kind, more where versions cannot be compared."""
        self._found = results.results(self._workspace, year, round_=round_)
        return tuple(KindChoice(_key(table), _kind_words(table), len(table.lines)) for table in self._found.tables)

    def _table(self, year: int, round_: str, kind: str) -> tuple[Results, Table]:
        found = self._found
        if found is None or (found.year, found.round) != (year, round_):
            found = self._found = results.results(self._workspace, year, round_=round_)
        for table in found.tables:
            if _key(table) == kind:
                return found, table
        raise QassessError("results.none", year=year, round=round_)

    def results(self, year: int, round_: str, kind: str) -> ResultsState:
        """Return the ranking of a round and kind."""
        found, table = self._table(year, round_, kind)
        return ResultsState(
            title=_("{round} {kind}").format(round=round_words(year, round_), kind=_kind_words(table)),
            heading=_heading(table),
            sections=tuple(shown(section.title) for section in table.sections),
            rows=tuple(_row(table, line) for line in table.lines),
            blockers=tuple(_blockers(table)),
            notes=tuple(_notes(found, table)),
        )

    def close_round(self, year: int, round_: str, kind: str) -> None:
        """Make final what depends on the other bodies."""
        found, table = self._table(year, round_, kind)
        results.close_round(self._workspace, found, table)
        self._found = None

    def body_result(self, assessment: str) -> BodyState:
        """Look into one body."""
        found = self._found
        if found is None:
            raise QassessError("assessment.not_found", assessment=assessment)
        table, line = found.found(assessment)
        items = item_results(line)
        return BodyState(
            id=assessment,
            body=line.body.name,
            summary=_summary(table, line),
            losses=tuple(_item(known) for known in losses(line)[:SHOWN_LOSSES]),
            sections=tuple(_sections(table, line, items)),
            signatures=tuple(_signatures(line)),
            steadiness=tuple(_steadiness(table, line)),
        )

    def evidence_path(self, sha256: str) -> Path:
        """Return where a piece of evidence lies."""
        return self._workspace.evidence.path_of(sha256)

    def write_workbook(self, year: int, round_: str, kind: str, out: Path, channel: Channel) -> Path:
        """Write all results of the round as an Excel workbook."""
        found, _table = self._table(year, round_, kind)
        return results.write_workbook(found, out, progress=channel.report, cancelled=channel.is_stopped)

    def write_table(self, year: int, round_: str, kind: str, out: Path, channel: Channel) -> Path:
        """Write all results of the round as a PDF."""
        found, _table = self._table(year, round_, kind)
        return results.write_results_pdf(found, out, progress=channel.report, cancelled=channel.is_stopped)

    def certificate_refusals(self, assessments: Sequence[str]) -> tuple[Refusal, ...]:
        """Return who gets no certificate and why."""
        from qassess.services.certificates import certifiable

        if self._found is None:
            return ()
        refused = certifiable(self._found, assessments)
        return tuple(Refusal(known.body.name, _blocks_words(known.blocks)) for known in refused)

    def write_certificates(
        self, assessments: Sequence[str], folder: Path, channel: Channel, *, landscape: bool
    ) -> CertificatesDone:
        """Make the certificates that can be made, one file a body."""
        from qassess.services.certificates import certifiable, issue_certificates

        found = self._found
        if found is None:
            return CertificatesDone(folder, (), ())
        refused = certifiable(found, assessments)
        left_out = {known.assessment for known in refused}
        issued = issue_certificates(
            self._workspace,
            found,
            folder,
            assessments=[known for known in assessments if known not in left_out],
            landscape=landscape,
            single=True,
            progress=channel.report,
            cancelled=channel.is_stopped,
        )
        words = tuple(Refusal(known.body.name, _blocks_words(known.blocks)) for known in refused)
        return CertificatesDone(folder, tuple(issued.files), words)


def _key(table: Table) -> str:
    return f"{table.kind} {table.parent} {table.scheme.sha256}"


def _kind_words(table: Table) -> str:
    if table.comparable:
        return say_kind(table.kind)
    return _("{kind}, version {version}").format(kind=say_kind(table.kind), version=table.scheme.scheme.version)


def _heading(table: Table) -> Mark:
    bodies, ready = len(table.lines), table.publishable
    if ready == bodies:
        words = ngettext(
            "The result of {count} body can be published.", "All {count} results can be published.", bodies
        )
        return Mark(words.format(count=bodies), "full", "good")
    words = _("{ready} of {count} results can be published; the rest waits for:")
    return Mark(words.format(ready=ready, count=bodies), "attention", "attention")


def _blockers(table: Table) -> list[Blocker]:
    """Return what blocks publication: conflicts first, then each body's own, and the open round once."""
    found = [
        Blocker(
            _("{body}: {why}").format(body=line.body.name, why=say_block(block.code, block.values)),
            _leads(block),
            line.assessment,
        )
        for line in table.lines
        for block in line.blocks
        if block.code != ROUND_OPEN
    ]
    found.sort(key=lambda blocker: blocker.leads is not Leads.CONFLICTS)
    if any(block.code == ROUND_OPEN for line in table.lines for block in line.blocks):
        words = _("Points or grades depend on the other bodies: close the round when all have reported.")
        found.append(Blocker(words, Leads.NOWHERE if found else Leads.CLOSING))
    return found


def _leads(block: Block) -> Leads:
    match block.code:
        case "result.conflict":
            return Leads.CONFLICTS
        case "result.unsigned" | "result.signature_missing" | "result.changed_since_signed":
            return Leads.REVIEW
        case _:
            return Leads.ASSESSMENT


def _notes(found: Results, table: Table) -> list[str]:
    notes = []
    waiting = [body.name for body in found.waiting if (body.kind, body.parent) == (table.kind, table.parent)]
    if waiting:
        words = ngettext(
            "{count} body has not reported: {bodies}", "{count} bodies have not reported: {bodies}", len(waiting)
        )
        notes.append(words.format(count=len(waiting), bodies="、".join(waiting)))
    if not table.comparable:
        notes.append(
            _("Bodies assessed by another version of the scheme cannot be compared and stand in a table of their own.")
        )
    if table.scheme.scheme.status == "sample":
        notes.append(_("A sample scheme, not an official one."))
    return notes


def _row(table: Table, line: Line) -> ResultRow:
    scheme, body = table.scheme.scheme, line.body
    picture, tone = STATE_MARKS[line.state]
    return ResultRow(
        id=line.assessment,
        place="—" if line.place is None else str(line.place),
        place_key=line.place or 0,
        body=body.name,
        total=total_points(scheme, line.total),
        total_key=line.total,
        grade=Mark(say_grade(scheme, line.grade) if line.grade else "", "", _grade_tone(scheme, line.grade)),
        cells=tuple(_cell(known) for known in section_results(table, line)),
        state=Mark(say_line_state(line.state), picture, tone),
        distance=_distance(scheme, line),
        found_by=(body.printed, body.code, body.name_en),
    )


def _grade_tone(scheme: Scheme, grade: str | None) -> str:
    order = [known.id for known in scheme.grading.grades]
    if grade not in order:
        return "second"
    place = order.index(grade)
    return "good" if place == 0 else "second" if place == 1 else "wrong" if place == len(order) - 1 else "attention"


def _cell(known: SectionResult | None) -> HeatCell:
    if known is None or known.share is None:
        return HeatCell("—", None, _("not asked"))
    spoken = _("{section}: {share} %").format(section=shown(known.section.title), share=share(known.share))
    return HeatCell(share(known.share), known.share, spoken)


def _distance(scheme: Scheme, line: Line) -> str:
    if line.next_grade is None or line.to_next_grade is None:
        return ""
    return _("{points} to {grade}").format(points=number(line.to_next_grade), grade=say_grade(scheme, line.next_grade))


def _summary(table: Table, line: Line) -> str:
    scheme = table.scheme.scheme
    parts = [_("{points} points").format(points=total_points(scheme, line.total))]
    if line.grade:
        parts.append(say_grade(scheme, line.grade))
    if line.place is not None:
        words = _("place {place}, shared by {count}") if line.sharing > 1 else _("place {place}")
        parts.append(words.format(place=line.place, count=line.sharing))
    distance = _distance(scheme, line)
    return " · ".join((*parts, distance) if distance else parts)


def _item(known: ItemResult) -> ItemLine:
    row = item_row(known.item, known.score, known.entry)
    points = known.score.points
    return ItemLine(
        id=known.item.id,
        title=f"{known.code} {shown(known.item.title)}",
        points=row.right or ("—" if points is None else number(points, 2)),
        lost=f"{MINUS}{number(known.lost, 2)}" if known.lost else "",
        derivation=say_derivation(known.score),
        evidence=tuple((piece.sha256, piece.title or piece.name) for piece in known.evidence),
        state=Mark(row.state, row.picture, row.tone),
    )


def _sections(table: Table, line: Line, items: Sequence[ItemResult]) -> list[SectionPart]:
    by_id = {known.section.id: known for known in section_results(table, line) if known is not None}
    parts = []
    for place, section in enumerate(dict.fromkeys(known.section for known in items), 1):
        scored = by_id.get(section.id)
        points = _points_of(scored.points, scored.due) if scored is not None else ""
        own = tuple(_item(known) for known in items if known.section == section)
        parts.append(SectionPart(title=section_title(place, section.title), points=points, items=own))
    return parts


def _points_of(points: Fraction, due: Fraction) -> str:
    return _("{points} / {full}").format(points=number(points, 2), full=number(due, 2))


def _signatures(line: Line) -> list[Mark]:
    given = line.contender.signatures
    marks = [
        Mark(_("{name} ({role})").format(name=known.name, role=say_signer(known.role)), "full", "good")
        for known in given
    ]
    reasons = [
        block for block in line.blocks if block.code.startswith(("result.unsigned", "result.sign", "result.chang"))
    ]
    marks += [Mark(say_block(block.code, block.values), "attention", "attention") for block in reasons]
    if given and not reasons:
        marks.append(Mark(_("The signed report agrees with the database."), "full", "good"))
    return marks


def _steadiness(table: Table, line: Line) -> list[str]:
    found = pivots(table, line)
    said = []
    if found:
        judged = sum(known.discretion for known in found)
        words = ngettext(
            "{count} deduction would move the place if it were judged otherwise; {judged} of them by discretion.",
            "{count} deductions would move the place if judged otherwise; {judged} of them by discretion.",
            len(found),
        )
        said.append(words.format(count=len(found), judged=judged))
    if line.by_rounding:
        said.append(_("Only rounding makes it share its place."))
    return said


def _blocks_words(blocks: Sequence[Block]) -> str:
    return " ".join(say_block(block.code, block.values) for block in blocks)
