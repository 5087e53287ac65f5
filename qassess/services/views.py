"""What the screens are shown: one assessment read and scored, and the summaries of all of them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import chain
from typing import TypeVar

from pydantic import ValidationError

from qassess.domain.agreement import Agreement
from qassess.domain.answers import AnswerSheet, Entry
from qassess.domain.bodies import Body
from qassess.domain.certificate import CertificateRecord
from qassess.domain.checklist import Checklist, checklist_for
from qassess.domain.payloads import (
    AssessmentRecord,
    Document,
    EvidenceRecord,
    SignatureRecord,
    from_document,
)
from qassess.domain.revision import Kind, entity_of
from qassess.domain.scheme import PinnedScheme
from qassess.domain.score_sheet import ScoreSheet, State
from qassess.domain.scoring import score
from qassess.domain.settling import FieldConflict
from qassess.errors import QassessError
from qassess.services.bodies import register
from qassess.services.standing import Standing, says_what_was_signed, standing_under
from qassess.services.workspace import Workspace
from qassess.storage.unit_of_work import UnitOfWork

_Record = TypeVar("_Record")

PREFIX_BYTES = 8
FINISHED = (State.SCORED, State.NOT_APPLICABLE)
OUTSIDE_THE_REPORT = (Kind.SIGNATURE, Kind.CERTIFICATE)


class Progress(StrEnum):
    """How far an assessment is."""

    IN_PROGRESS = "in_progress"
    READY = "ready"
    SIGNED = "signed"


@dataclass(frozen=True, kw_only=True)
class AssessmentView:
    """One assessment; it is scored when ``sheet`` is first looked at.

    ``conflicts`` are the items with a field in conflict (``""``: the agreement or a piece of evidence), ``disputes``
    those fields. ``changed_since_signing`` are the items that differ from what was signed, named likewise.
    ``signatures`` are those of the version in force; ``certificates`` all that were ever issued, by number.
    ``revisions`` are the hex ids of all heads but those of signatures and certificates, ascending: what a report is
    made from.
    """

    id: str
    record: AssessmentRecord
    body: Body
    party_a: Body
    scheme: PinnedScheme
    checklist: Checklist
    entries: Mapping[str, Entry]
    evidence: Mapping[str, EvidenceRecord]
    answers: AnswerSheet
    signatures: tuple[SignatureRecord, ...]
    conflicts: tuple[str, ...]
    revisions: tuple[str, ...]
    saved_at: datetime | None
    disputes: tuple[FieldConflict, ...] = ()
    changed_since_signing: tuple[str, ...] = ()
    editors: Mapping[str, str] = field(default_factory=dict)
    certificates: tuple[CertificateRecord, ...] = ()
    can_undo: bool = False
    can_redo: bool = False

    @cached_property
    def sheet(self) -> ScoreSheet:
        """The score of the answers as they stand."""
        return score(self.scheme, self.answers)

    @property
    def agreement(self) -> Agreement:
        """The agreement as it stands."""
        return self.record.agreement

    @property
    def locked(self) -> bool:
        """Whether the version in force is signed; it is taken up again only as a superseding version."""
        return bool(self.signatures)

    @property
    def answered(self) -> int:
        """How many items of the checklist are finished."""
        return sum(self.sheet.items[item.id].state in FINISHED for item in self.checklist.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentSummary:
    """One line of the home screen. ``total`` is the provisional score by the answers so far, rounded."""

    id: str
    body: Body
    year: int
    round: str
    scheme_id: str
    scheme_version: str
    sample: bool
    answered: int
    asked: int
    flagged: int
    total: Fraction | None
    total_places: int
    state: Progress
    signatures: int
    team: tuple[str, ...]
    changed_at: datetime | None
    last_item: str | None
    last_code: str
    last_title: str


def read_view(workspace: Workspace, uow: UnitOfWork, assessment: str) -> AssessmentView:
    """Read and score one assessment.

    Raises ``QassessError("assessment.not_found")``, or ``assessment.unreadable`` where a stored payload does not have
    the form this program knows.
    """
    prefix = prefix_of(assessment)
    standings = standing_under(uow, prefix)
    standing = standings.get(entity_of(prefix, Kind.ASSESSMENT))
    if standing is None:
        raise QassessError("assessment.not_found", assessment=assessment)
    try:
        return _view(workspace, uow, assessment, standings, from_document(AssessmentRecord, _parsed(standing.payload)))
    except (ValidationError, KeyError) as unreadable:
        raise QassessError("assessment.unreadable", assessment=assessment) from unreadable


def _view(
    workspace: Workspace,
    uow: UnitOfWork,
    assessment: str,
    standings: Mapping[bytes, Standing],
    record: AssessmentRecord,
) -> AssessmentView:
    scheme = workspace.scheme(uow, record.scheme)
    shown = list(standings.values())
    named = {_item_name(standing.payload): standing for standing in shown if standing.latest.kind == Kind.ENTRY}
    entries = {item: entry_of(standing.payload) for item, standing in named.items()}
    evidence = {found.sha256: found for found in _records(shown, Kind.EVIDENCE, EvidenceRecord)}
    reopened = {reopening.digest for reopening in record.reopened}
    signatures = sorted(
        (given for given in _records(shown, Kind.SIGNATURE, SignatureRecord) if given.digest not in reopened),
        key=lambda given: given.signed_at,
    )
    answers = answer_sheet(record, entries)
    body, party_a = found_body(record.body), found_body(record.agreement.party_a)
    return AssessmentView(
        id=assessment,
        record=record,
        body=body,
        party_a=party_a,
        scheme=scheme,
        checklist=checklist_for(scheme.scheme, record.checklist, record.body),
        entries=entries,
        evidence=evidence,
        answers=answers,
        signatures=tuple(signatures),
        conflicts=tuple(sorted({_item_name(standing.payload) for standing in shown if standing.conflicts})),
        disputes=tuple(chain.from_iterable(standing.conflicts for standing in shown)),
        changed_since_signing=_changed_since(uow, standings, signatures),
        revisions=tuple(
            sorted(
                head.id.hex()
                for standing in shown
                if standing.latest.kind not in OUTSIDE_THE_REPORT
                for head in standing.heads
            )
        ),
        saved_at=_latest(shown),
        editors={item: standing.latest.author for item, standing in named.items()},
        certificates=tuple(
            sorted(_records(shown, Kind.CERTIFICATE, CertificateRecord), key=lambda issued: issued.running)
        ),
        can_undo=any(edit.assessment == assessment for edit in workspace.undoable),
        can_redo=any(edit.assessment == assessment for edit in workspace.redoable),
    )


def _changed_since(
    uow: UnitOfWork, standings: Mapping[bytes, Standing], signatures: Iterable[SignatureRecord]
) -> tuple[str, ...]:
    """Return the items that say something else than what was signed; ``""`` stands for everything but items."""
    signed = frozenset(chain.from_iterable(map(_head_ids, signatures)))
    if not signed:
        return ()
    changed = (
        standing
        for entity, standing in standings.items()
        if standing.latest.kind not in OUTSIDE_THE_REPORT and not says_what_was_signed(uow, entity, standing, signed)
    )
    return tuple(sorted({_item_name(standing.payload) for standing in changed}))


def _head_ids(given: SignatureRecord) -> tuple[bytes, ...]:
    """Return the revisions that were signed; a record that names none this way claims nothing."""
    try:
        return tuple(bytes.fromhex(head) for head in given.heads)
    except ValueError:
        return ()


def summary_of(view: AssessmentView, last_item: str | None) -> AssessmentSummary:
    """Return the home screen's line for an assessment; ``last_item`` is where one left it."""
    items = {item.id: item for item in view.checklist.items}
    last = items.get(last_item or "")
    finished = view.answered == len(items) and not view.conflicts
    return AssessmentSummary(
        id=view.id,
        body=view.body,
        year=view.record.year,
        round=view.record.round,
        scheme_id=view.scheme.scheme.id,
        scheme_version=view.scheme.scheme.version,
        sample=view.scheme.scheme.status == "sample",
        answered=view.answered,
        asked=len(items),
        flagged=sum(entry.flagged for item, entry in view.entries.items() if item in items),
        total=view.sheet.total,
        total_places=view.scheme.scheme.total.places,
        state=Progress.SIGNED if view.locked else Progress.READY if finished else Progress.IN_PROGRESS,
        signatures=len(view.signatures),
        team=tuple(member.name for member in view.agreement.team),
        changed_at=view.saved_at,
        last_item=last.id if last else None,
        last_code=view.checklist.codes[last.id] if last else "",
        last_title=last.title.zh if last else "",
    )


def answer_sheet(record: AssessmentRecord, entries: Mapping[str, Entry]) -> AnswerSheet:
    """Return what scoring needs: the entries and the agreement's own targets."""
    return AnswerSheet(
        body=record.body,
        body_class=record.checklist,
        year=record.year,
        round=record.round,
        entries=entries,
        targets={key: target.value for key, target in record.agreement.targets.items() if target.value},
    )


def found_body(body_id: str) -> Body:
    """Return a body of the register.

    Raises ``QassessError("body.unknown")``.
    """
    body = register().find(body_id)
    if body is None:
        raise QassessError("body.unknown", body=body_id)
    return body


def prefix_of(assessment: str) -> bytes:
    """Return the 8 bytes an assessment's id stands for.

    Raises ``QassessError("assessment.not_found")`` for anything that is not 16 hex digits.
    """
    try:
        prefix = bytes.fromhex(assessment)
    except ValueError:
        prefix = b""
    if len(prefix) != PREFIX_BYTES:
        raise QassessError("assessment.not_found", assessment=assessment)
    return prefix


@lru_cache(maxsize=8192)
def entry_of(payload: str) -> Entry:
    """Read an entry's payload; unknown fields are left aside here and kept in the log."""
    return from_document(Entry, _parsed(payload))


@lru_cache(maxsize=8192)
def _parsed(payload: str) -> Document:
    document: Document = json.loads(payload)
    return document


def _item_name(payload: str) -> str:
    return str(_parsed(payload).get("item", ""))


def _records(shown: list[Standing], kind: Kind, form: type[_Record]) -> list[_Record]:
    return [from_document(form, _parsed(standing.payload)) for standing in shown if standing.latest.kind == kind]


def _latest(shown: list[Standing]) -> datetime | None:
    latest = max((standing.latest.hlc for standing in shown), default=0)
    return datetime.fromtimestamp(latest / 1000, UTC) if latest else None
