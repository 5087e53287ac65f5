"""Review, report and signature: what stops signing, the PDF, and one more signature on it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qassess import __version__
from qassess.domain.answers import Entry
from qassess.domain.canonical import canonical_digest
from qassess.domain.lifting import Lift, lift
from qassess.domain.payloads import SignatureRecord, revised
from qassess.domain.report import FORMAT, Report
from qassess.domain.revision import Kind, entity_of
from qassess.domain.rules import Gate
from qassess.domain.scheme import Item, Role
from qassess.domain.score_sheet import State
from qassess.errors import QassessError
from qassess.i18n import language
from qassess.services.assessments import current_document
from qassess.services.evidence_check import EvidenceFaults, check_evidence
from qassess.services.files import read_file, write_whole
from qassess.services.self_assessment import lacks_reason, self_scores
from qassess.services.views import AssessmentView, prefix_of, read_view
from qassess.services.workspace import Workspace, utc_now
from qassess.wording import say_signer

if TYPE_CHECKING:
    from qassess.signing.identity import Identity

_SOUND = EvidenceFaults()
SIGNING_ROLES = ("leader", "member", "representative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Something that stops signing; ``item_id`` is where to mend it."""

    code: str
    item_id: str | None = None
    values: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceipt:
    """A written report: where, how many pages, and the digest printed in it.

    ``archival_faults`` is what an independent checker finds against PDF/A-3b, empty where it approves the file.
    """

    path: Path
    pages: int
    digest: str
    archival_faults: tuple[str, ...] = ()


def obstacles(view: AssessmentView, faults: EvidenceFaults = _SOUND) -> tuple[Obstacle, ...]:
    """Return everything that stops signing, in the checklist's order; conflicts first.

    ``faults`` are the pieces of evidence found missing or damaged.
    """
    conflicts = tuple(Obstacle(code="obstacle.conflict", item_id=item or None) for item in view.conflicts)
    per_item = tuple(found for item in view.checklist.items for found in _item_obstacles(view, item))
    return conflicts + per_item + tuple(_evidence_obstacles(view, faults))


def _evidence_obstacles(view: AssessmentView, faults: EvidenceFaults) -> Iterator[Obstacle]:
    """Name each piece that is missing or damaged once, at the first item that uses it."""
    for code, pieces in (("obstacle.evidence_gone", faults.missing), ("obstacle.evidence_damaged", faults.damaged)):
        for sha in pieces:
            user = next(
                (item for item in view.checklist.items if sha in view.entries.get(item.id, Entry()).evidence), None
            )
            record = view.evidence.get(sha)
            name = (record.title or record.name) if record is not None else sha[:12]
            if user is not None:
                values: dict[str, str | int] = {"code": view.checklist.codes[user.id], "name": name}
                yield Obstacle(code=code, item_id=user.id, values=values)


def _item_obstacles(view: AssessmentView, item: Item) -> tuple[Obstacle, ...]:
    values: dict[str, str | int] = {"code": view.checklist.codes[item.id], "title": item.title.zh}
    if item.role is Role.GATE:
        return tuple(Obstacle(code=code, item_id=item.id, values=values) for code in _gate_codes(view, item))
    state = view.sheet.items[item.id].state
    code = {
        State.OPEN: "obstacle.open",
        State.REFUSED: "obstacle.refused",
        State.INCOMPLETE: "obstacle.incomplete",
    }.get(state)
    found = [code] if code else []
    entry = view.entries.get(item.id)
    required = item.evidence.required if item.evidence else 0
    given = len(entry.evidence) if entry else 0
    if state is State.SCORED and given < required:
        found.append("obstacle.evidence_missing")
        values |= {"required": required, "given": given}
    if entry and entry.adjustment and not entry.adjustment.reason.strip():
        found.append("obstacle.adjustment_without_reason")
    if lacks_reason(view, item, view.sheet.items[item.id]):
        found.append("obstacle.differs_without_reason")
    return tuple(Obstacle(code=name, item_id=item.id, values=values) for name in found)


def _gate_codes(view: AssessmentView, item: Item) -> tuple[str, ...]:
    assert isinstance(item.rule, Gate)  # noqa: S101 - the scheme check lets only gates have the role gate
    gate = next(state for state in view.sheet.gates if state.item == item.id)
    if gate.occurred is None:
        return ("obstacle.gate_open",)
    return ("obstacle.gate_unconfirmed",) if gate.occurred and not gate.confirmed else ()


def lost_points(view: AssessmentView) -> tuple[tuple[str, Fraction], ...]:
    """Return item id and points lost (full − earned) of base items, the largest first; order of the list on ties."""
    losses = [
        (item_id, score.due - score.points)
        for item_id, score in view.sheet.items.items()
        if score.points is not None and score.points < score.due
    ]
    return tuple(sorted(losses, key=lambda loss: -loss[1]))


def lifting(view: AssessmentView) -> Lift | None:
    """Return what would lift the grade by one; as in :func:`qassess.domain.lifting.lift`."""
    return lift(view.scheme, view.answers, view.sheet)


def report_of(workspace: Workspace, view: AssessmentView) -> Report:
    """Return the report's content as of now, in the language in use."""
    superseded = view.record.reopened[-1].digest if view.record.reopened else ""
    return Report(
        assessment=view.id,
        body=view.body,
        party_a=view.party_a,
        scheme=view.scheme,
        agreement=view.agreement,
        answers=view.answers,
        scores=view.sheet,
        evidence=tuple(view.evidence[sha] for sha in _evidence_in_order(view)),
        revisions=view.revisions,
        made_at=workspace.clock().replace(microsecond=0),
        language=language(),
        program=__version__,
        supersedes=superseded,
        self_scores=self_scores(view),
    )


def _evidence_in_order(view: AssessmentView) -> tuple[str, ...]:
    named = (
        sha
        for item in view.checklist.items
        if item.id in view.entries
        for sha in view.entries[item.id].evidence
        if sha in view.evidence
    )
    return tuple(dict.fromkeys(named))


def make_report(
    workspace: Workspace,
    assessment: str,
    out: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ReportReceipt:
    """Write the unsigned report, PDF/A-3b with the machine-readable copy inside.

    Nothing stands under the final name until the file is whole. Raises ``QassessError("file.unwritable")``.
    """
    from qassess.documents.pdf_archive import archival_faults
    from qassess.documents.report_pdf import build_report

    with workspace.database.unit_of_work(reading=True) as uow:
        view = read_view(workspace, uow, assessment)
    report = report_of(workspace, view)
    built = build_report(report, progress=progress, cancelled=cancelled)
    faults = archival_faults(built.pdf)
    write_whole(out, built.pdf)
    return ReportReceipt(path=out, pages=built.pages, digest=report.digest, archival_faults=faults)


def sign_report(
    pdf: Path, identity: "Identity", *, role: str, opinion: str = "", workspace: Workspace | None = None
) -> SignatureRecord:
    """Add one signature to a report and, with a workspace, record it as a revision.

    With a workspace, refuses (``sign.obstacles``) while something stops signing, and a report that is not made of
    what the database holds now (``sign.outdated``). Other errors as in :func:`qassess.signing.pdf_signature.sign_pdf`.
    """
    from qassess.documents.report_text import attachment
    from qassess.signing.pdf_signature import sign_pdf

    content = read_file(pdf)
    copy = attachment(content)
    if copy is None:
        raise QassessError("pdf.not_a_report", path=pdf.name)
    document = report_copy(copy, pdf.name)
    view = _signable_view(workspace, document) if workspace else None
    when = workspace.clock() if workspace else utc_now()
    signed = sign_pdf(
        content, identity, role=role, opinion=opinion, when=when, lines=_stamp_lines(identity, role, when)
    )
    record = SignatureRecord(
        digest=canonical_digest(document),
        role=role,
        name=identity.name,
        unit=identity.unit,
        certificate=identity.fingerprint,
        signed_at=when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        opinion=opinion,
        heads=tuple(document["revisions"]),
    )
    write_whole(pdf, signed)
    if workspace and view:
        _record_signature(workspace, view, record, pdf)
    return record


def _stamp_lines(identity: "Identity", role: str, when: datetime) -> tuple[str, ...]:
    """Return what is seen in the signature's field: role and name, unit, time in China, short fingerprint."""
    from qassess.signing.pdf_signature import short_fingerprint, stamp_time

    named = f"{say_signer(role)} {identity.name}"
    return tuple(
        line for line in (named, identity.unit, stamp_time(when), short_fingerprint(identity.fingerprint)) if line
    )


def report_copy(copy: bytes, name: str) -> dict[str, Any]:
    """Read the machine-readable copy of a report.

    Raises ``QassessError("pdf.not_a_report")`` when it is not one.
    """
    try:
        document = json.loads(copy.decode())
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as broken:
        raise QassessError("pdf.not_a_report", path=name) from broken
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise QassessError("pdf.not_a_report", path=name)
    return document


def _signable_view(workspace: Workspace, document: Mapping[str, Any]) -> AssessmentView:
    with workspace.database.unit_of_work(reading=True) as uow:
        view = read_view(workspace, uow, str(document["assessment"]))
    if tuple(document["revisions"]) != view.revisions:
        raise QassessError("sign.outdated", body=view.body.name)
    standing = obstacles(view, check_evidence(workspace, view.id))
    if standing:
        raise QassessError("sign.obstacles", body=view.body.name, count=len(standing))
    return view


def _record_signature(workspace: Workspace, view: AssessmentView, record: SignatureRecord, pdf: Path) -> None:
    kept = replace(record, pdf=workspace.evidence.store(pdf))
    name = f"{record.digest}\x1f{record.certificate}\x1f{record.role}"
    entity = entity_of(prefix_of(view.id), Kind.SIGNATURE, name)
    with workspace.database.unit_of_work() as uow:
        workspace.append(uow, Kind.SIGNATURE, entity, revised(current_document(uow, entity), kept))
        uow.commit()
