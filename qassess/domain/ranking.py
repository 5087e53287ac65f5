"""The ranking of a round: bodies of one kind under one government and one scheme, by total; ties share a place.

Bodies assessed by different versions of a scheme cannot be compared and are ranked apart. A body takes a place once
all its items are finished; whatever else keeps its result from being final is listed with it as a block.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final

from qassess.domain.answers import AnswerSheet
from qassess.domain.bodies import Body
from qassess.domain.canonical import canonical_digest
from qassess.domain.certificate import CertificateRecord
from qassess.domain.payloads import AssessmentRecord, EvidenceRecord, SignatureRecord
from qassess.domain.round_references import RoundReference, round_references, with_round_references
from qassess.domain.scheme import GradeByBands, GradeByRank, PinnedScheme, Section
from qassess.domain.score_sheet import ScoreSheet
from qassess.domain.scoring import score
from qassess.domain.scoring_totals import FINISHED

_UNFINISHED: Final = frozenset({"open_items", "open_gates"})
_RESERVATIONS: Final = ("unconfirmed_gate", "not_applicable_over_limit")
_BY_THE_ROUND: Final = frozenset({"round_best", "round_mean", "grade_rank"})
ROUND_OPEN: Final = "result.round_open"
SIGNERS: Final = ("leader", "representative")
"""Who has to sign before a result counts as signed: the head of the assessing group and the assessed body."""


class LineState(StrEnum):
    """How the result of a body stands; the first that applies: incomplete, in conflict, unsigned, signed."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    CONFLICT = "conflict"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One body's assessment as it goes into the ranking; ``sheet`` is its score by itself, if that is known already.

    ``signatures`` are those of the version in force, ``certificates`` all ever issued; ``revisions`` the hex ids of
    the heads a report is made from, ascending; ``conflicts`` what has to be decided first and ``changed`` what differs
    from what was signed (item ids, "" for others).
    """

    assessment: str
    body: Body
    scheme: PinnedScheme
    record: AssessmentRecord
    answers: AnswerSheet
    evidence: Mapping[str, EvidenceRecord] = field(default_factory=dict)
    signatures: tuple[SignatureRecord, ...] = ()
    certificates: tuple[CertificateRecord, ...] = ()
    conflicts: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    editors: Mapping[str, str] = field(default_factory=dict)
    saved_at: datetime | None = None
    sheet: ScoreSheet | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One reason why a result cannot be published; :func:`qassess.wording.say_block` says it."""

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One body's line. ``sheet`` is scored with what the round gives: references, and the place where it makes grades.

    ``place`` is ``None`` while items are open or there is no score; ``sharing`` bodies have it. ``ahead`` is the
    distance in points to the next higher total, ``behind`` to the next lower; ``None`` at the ends. ``next_grade``
    is the better grade that is ``to_next_grade`` points away, where grades go by points and no cap stands in between.
    ``by_rounding``: only rounding makes it share its place.
    """

    contender: Contender
    answers: AnswerSheet
    sheet: ScoreSheet
    state: LineState
    blocks: tuple[Block, ...]
    place: int | None = None
    sharing: int = 1
    ahead: Fraction | None = None
    behind: Fraction | None = None
    next_grade: str | None = None
    to_next_grade: Fraction | None = None
    by_rounding: bool = False

    @property
    def assessment(self) -> str:
        """The assessment's id."""
        return self.contender.assessment

    @property
    def body(self) -> Body:
        """Who is assessed."""
        return self.contender.body

    @property
    def total(self) -> Fraction | None:
        """The total as published, rounded once by the scheme's rule."""
        return self.sheet.total

    @property
    def unrounded(self) -> Fraction | None:
        """The exact total."""
        return self.sheet.total_unrounded

    @property
    def grade(self) -> str | None:
        """The grade's id; ``None`` where there is none yet."""
        return self.sheet.grade

    @property
    def publishable(self) -> bool:
        """Whether nothing stands in the way of publishing the result."""
        return not self.blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All comparable bodies of a round, the best first, those without a place last.

    ``comparable`` is false where bodies of the same kind are assessed by another version and stand in another table.
    ``fingerprint`` names exactly what was ranked: closing a round closes this and nothing that comes later.
    """

    kind: str
    parent: str
    scheme: PinnedScheme
    lines: tuple[Line, ...]
    references: tuple[RoundReference, ...]
    comparable: bool
    closed: bool
    fingerprint: str

    @property
    def placed(self) -> int:
        """How many bodies have a place."""
        return sum(line.place is not None for line in self.lines)

    @property
    def publishable(self) -> int:
        """How many results can be published."""
        return sum(line.publishable for line in self.lines)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The scheme's sections in which any of these bodies can earn base points."""
        earning = {score.section for line in self.lines for score in line.sheet.sections if score.full}
        return tuple(section for section in self.scheme.scheme.sections if section.id in earning)


def rank(
    contenders: Iterable[Contender],
    *,
    closed: frozenset[str] = frozenset(),
    say_source: Callable[[int], str] = str,
) -> tuple[Table, ...]:
    """Rank every field apart: counties before departments, then by government, then by scheme.

    ``closed`` holds the fingerprints of closed rounds. ``say_source(bodies)`` names a computed reference's source.
    """
    fields: dict[tuple[str, str, str], list[Contender]] = {}
    for contender in contenders:
        key = (contender.body.kind, contender.body.parent, contender.scheme.sha256)
        fields.setdefault(key, []).append(contender)
    kinds = [(kind, parent) for kind, parent, _ in fields]
    return tuple(
        _table(fields[key], comparable=kinds.count(key[:2]) == 1, closed=closed, say_source=say_source)
        for key in sorted(fields, key=lambda key: (key[0], key[1], -len(fields[key]), key[2]))
    )


def closing_fingerprint(contenders: Sequence[Contender]) -> str:
    """Return the digest of what a table ranks: the heads of every assessment in it."""
    return canonical_digest({known.assessment: list(known.revisions) for known in contenders})


def _table(
    contenders: list[Contender], *, comparable: bool, closed: frozenset[str], say_source: Callable[[int], str]
) -> Table:
    pinned, fingerprint = contenders[0].scheme, closing_fingerprint(contenders)
    is_closed = fingerprint in closed
    references = round_references(pinned.scheme, [known.answers for known in contenders])
    sheets = [_in_round(known, references, say_source, is_closed=is_closed) for known in contenders]
    lines = [_line(known, *scored) for known, scored in zip(contenders, sheets, strict=True)]
    placed = _graded_by_place(_placed(lines), pinned)
    checked = [replace(line, blocks=tuple(_blocks(line)), state=_state(line)) for line in placed]
    return Table(
        kind=contenders[0].body.kind,
        parent=contenders[0].body.parent,
        scheme=pinned,
        lines=tuple(_with_distances(checked, pinned)),
        references=references,
        comparable=comparable,
        closed=is_closed,
        fingerprint=fingerprint,
    )


def _in_round(
    contender: Contender,
    references: tuple[RoundReference, ...],
    say_source: Callable[[int], str],
    *,
    is_closed: bool,
) -> tuple[AnswerSheet, ScoreSheet]:
    """Score a body with the round's references; one that needs none keeps the score it has."""
    if not references and not is_closed and contender.sheet is not None:
        return contender.answers, contender.sheet
    answers = replace(with_round_references(contender.answers, references, say_source), round_closed=is_closed)
    return answers, score(contender.scheme, answers)


def _line(contender: Contender, answers: AnswerSheet, sheet: ScoreSheet) -> Line:
    return Line(contender=contender, answers=answers, sheet=sheet, state=LineState.INCOMPLETE, blocks=())


def _placed(lines: list[Line]) -> list[Line]:
    """Order lines by total, give places with gaps after ties (1, 1, 3), and put those without a place last."""
    ranked = [line for line in lines if _takes_a_place(line)]
    totals = [line.total or Fraction(0) for line in ranked]
    with_place = [
        replace(line, place=1 + sum(other > total for other in totals), sharing=totals.count(total))
        for line, total in zip(ranked, totals, strict=True)
    ]
    ordered = sorted(with_place, key=lambda line: (line.place or 0, line.body.id))
    others = [line for line in lines if not _takes_a_place(line)]
    return ordered + sorted(others, key=lambda line: (-(line.total or Fraction(-1)), line.body.id))


def _takes_a_place(line: Line) -> bool:
    return line.total is not None and not _UNFINISHED & set(line.sheet.provisional)


def _graded_by_place(lines: list[Line], pinned: PinnedScheme) -> list[Line]:
    """Feed each body's place back into its score where the scheme grades by rank."""
    if not isinstance(pinned.scheme.grading.rule, GradeByRank):
        return lines
    placed = sum(line.place is not None for line in lines)
    return [line if line.place is None else _scored_with_place(line, placed) for line in lines]


def _scored_with_place(line: Line, placed: int) -> Line:
    answers = replace(line.answers, place=line.place, sharing_place=line.sharing, placed=placed)
    return replace(line, answers=answers, sheet=score(line.contender.scheme, answers))


def _state(line: Line) -> LineState:
    if line.place is None:
        return LineState.INCOMPLETE
    if line.contender.conflicts:
        return LineState.CONFLICT
    return LineState.UNSIGNED if tuple(_signature_blocks(line.contender)) else LineState.SIGNED


def _blocks(line: Line) -> Iterator[Block]:
    sheet = line.sheet
    unfinished = sum(item.state not in FINISHED for item in sheet.items.values())
    if unfinished:
        yield Block("result.incomplete", {"open": unfinished, "asked": len(sheet.items)})
    if sheet.total is None:
        yield Block("result.no_score")
    if line.contender.conflicts:
        yield Block("result.conflict", {"count": len(line.contender.conflicts)})
    for code in _RESERVATIONS:
        if code in sheet.provisional:
            yield Block(f"result.{code}")
    if not unfinished and sheet.total is not None and sheet.grade is None:
        yield Block("result.no_grade")
    yield from _signature_blocks(line.contender)
    if _BY_THE_ROUND & set(sheet.provisional):
        yield Block(ROUND_OPEN)


def _signature_blocks(contender: Contender) -> Iterator[Block]:
    """Say who has not signed, and whether what was signed is still what the database holds."""
    if not contender.signatures:
        yield Block("result.unsigned")
        return
    signed = {given.role for given in contender.signatures}
    for role in SIGNERS:
        if role not in signed:
            yield Block("result.signature_missing", {"role": role})
    if len({given.digest for given in contender.signatures}) > 1:
        yield Block("result.signed_apart")
    if contender.changed:
        yield Block("result.changed_since_signed", {"count": len(contender.changed)})


def _with_distances(lines: list[Line], pinned: PinnedScheme) -> Iterator[Line]:
    totals = [line.total for line in lines if line.place is not None and line.total is not None]
    for line in lines:
        if line.place is None or line.total is None:
            yield line
            continue
        total = line.total
        grade, distance = _next_grade(line, pinned)
        equals = [other for other in lines if other.place == line.place]
        yield replace(
            line,
            ahead=min((other - total for other in totals if other > total), default=None),
            behind=min((total - other for other in totals if other < total), default=None),
            next_grade=grade,
            to_next_grade=distance,
            by_rounding=any(other.unrounded != line.unrounded for other in equals),
        )


def _next_grade(line: Line, pinned: PinnedScheme) -> tuple[str | None, Fraction | None]:
    """Return the next better grade and how many points are missing to its band; nothing under a cap or at the top."""
    grading, sheet = pinned.scheme.grading, line.sheet
    if not isinstance(grading.rule, GradeByBands) or sheet.grade is None or sheet.grade != sheet.computed_grade:
        return None, None
    order = [known.id for known in grading.grades]
    better = order[: order.index(sheet.grade)]
    tested = sheet.total if grading.rule.tested_on == "rounded" else sheet.total_unrounded
    for grade in reversed(better):
        lows = [band.within.low for band in grading.rule.bands if band.grade == grade and band.within.low is not None]
        if lows and tested is not None:
            return grade, min(lows) - tested
    return None, None
