"""Start, open and fill in assessments. Every accepted input is one transaction, durable before it is shown as saved."""

from dataclasses import replace
from fractions import Fraction

from qassess.domain.agreement import AgreedTarget, Agreement, Level, Origin
from qassess.domain.answer_shape import refuse_unused_fields
from qassess.domain.answers import Entry
from qassess.domain.bodies import Body
from qassess.domain.canonical import canonical_text
from qassess.domain.checklist import checklist_for, item_exists_for
from qassess.domain.edits import edited, plain
from qassess.domain.exact import exact_to_text
from qassess.domain.payloads import AssessmentRecord, Document, Reopening, revised
from qassess.domain.quantity import read_number
from qassess.domain.revision import Kind, Revision, assessment_prefix, entity_of
from qassess.domain.rules import Composite, Target
from qassess.domain.scheme import Item, PinnedScheme
from qassess.domain.score_sheet import Fact, ItemScore, State
from qassess.domain.scoring import score_item
from qassess.domain.target_check import AskedTarget, asked_targets, read_target
from qassess.domain.target_values import target_value
from qassess.errors import InputRefused, QassessError
from qassess.services.bodies import refuse_outside_its_years
from qassess.services.schemes import class_for
from qassess.services.standing import standing_of
from qassess.services.views import (
    AssessmentSummary,
    AssessmentView,
    answer_sheet,
    found_body,
    prefix_of,
    read_view,
    summary_of,
)
from qassess.services.workspace import Edit, Workspace, carry_scheme
from qassess.storage.unit_of_work import UnitOfWork


def list_assessments(workspace: Workspace) -> tuple[AssessmentSummary, ...]:
    """Return all assessments, the latest changed first."""
    with workspace.database.unit_of_work(reading=True) as uow:
        summaries = [
            summary_of(read_view(workspace, uow, prefix.hex()), uow.place(prefix)) for prefix in uow.assessments()
        ]
    return tuple(sorted(summaries, key=lambda line: str(line.changed_at), reverse=True))


def open_assessment(workspace: Workspace, assessment: str) -> AssessmentView:
    """Read and score one assessment; errors as in :func:`qassess.services.views.read_view`."""
    with workspace.database.unit_of_work(reading=True) as uow:
        return read_view(workspace, uow, assessment)


def start_assessment(
    workspace: Workspace,
    *,
    body_id: str,
    year: int,
    scheme: PinnedScheme,
    agreement: Agreement | None = None,
    round_: str = "annual",
) -> str:
    """Start an assessment and return its id; the same body, year, round and scheme give the same id everywhere.

    Raises ``QassessError("assessment.exists")`` when it is here already, ``body.ended`` or ``body.not_yet`` for a
    county outside its years, and as :func:`checked_agreement`.
    """
    body = found_body(body_id)
    refuse_outside_its_years(body, year)
    proposed = AssessmentRecord(
        body=body.id,
        year=year,
        round=round_,
        scheme=scheme.sha256,
        checklist=class_for(scheme, body).id,
        agreement=proposed_agreement(scheme, body, year),
    )
    record = replace(proposed, agreement=checked_agreement(agreement or proposed.agreement, proposed.agreement, scheme))
    prefix = assessment_prefix(body.id, year, round_, scheme.sha256)
    with workspace.database.unit_of_work() as uow:
        entity = entity_of(prefix, Kind.ASSESSMENT)
        if uow.heads(entity):
            raise QassessError("assessment.exists", body=body.name, year=year)
        carry_scheme(uow, scheme)
        uow.append(_beginning(entity, proposed))
        workspace.append(uow, Kind.ASSESSMENT, entity, revised(None, record))
        uow.commit()
    return prefix.hex()


def _beginning(entity: bytes, proposed: AssessmentRecord) -> Revision:
    """Return the first revision of an assessment: what the scheme proposes, nobody's yet.

    It is the same bytes wherever the assessment is begun, so that laptops that begin it apart have a common beginning,
    and what one of them then agrees differently is an edit and no conflict with what the other left as proposed.
    """
    return Revision(
        kind=Kind.ASSESSMENT,
        entity=entity,
        parents=(),
        author="",
        device="",
        hlc=0,
        payload=canonical_text(revised(None, proposed)),
    )


def proposed_agreement(scheme: PinnedScheme, body: Body, year: int) -> Agreement:
    """Return the agreement as the scheme proposes it: parties, and each target with its origin.

    Targets that are each body's own share of a city total have no number yet; the agreement has to give it.
    """
    government = found_body(body.parent)
    level = {
        ("county", "city"): Level.CITY_COUNTY,
        ("department", "city"): Level.CITY_DEPARTMENT,
    }.get((body.kind, government.kind), Level.COUNTY_DEPARTMENT)
    checklist = checklist_for(scheme.scheme, class_for(scheme, body).id, body.id)
    targets = {
        key: proposed
        for item in checklist.items
        for key, target in targets_of(item)
        if (proposed := _proposal(target, year))
    }
    return Agreement(level=level, party_a=government.id, party_b=body.id, year=year, targets=targets)


def targets_of(item: Item) -> tuple[tuple[str, Target], ...]:
    """Return an item's targets by their key in the agreement: ``ITEM``, or ``ITEM/PART`` for a composite's part."""
    own = ((item.id, item.target),) if item.target else ()
    parts = item.rule.parts if isinstance(item.rule, Composite) else ()
    return own + tuple((f"{item.id}/{part.id}", part.target) for part in parts if part.target)


def _proposal(target: Target, year: int) -> AgreedTarget | None:
    if target.reference is not None:
        return None
    value = target_value(target, year)
    if value is None:
        return AgreedTarget(value="", origin=Origin.SHARE)
    interim = any(int(known) <= year for known in target.by_year)
    return AgreedTarget(value=exact_to_text(value), origin=Origin.INTERIM if interim else Origin.PLAN)


def checked_agreement(agreement: Agreement, known: Agreement, scheme: PinnedScheme) -> Agreement:
    """Return the agreement with its targets as plain decimals (``95%`` is 95); those as in ``known`` stay untouched.

    Raises ``InputRefused`` naming the item: ``target.reason_missing`` for an override or share without a reason, or
    the refusal of a number that its measure cannot have.
    """
    asked = {target.key: target for item in scheme.scheme.items for target in asked_targets(item)}
    targets = {
        key: target if target == known.targets.get(key) else _checked_target(key, target, asked.get(key))
        for key, target in agreement.targets.items()
    }
    return replace(agreement, targets=targets)


def _checked_target(key: str, target: AgreedTarget, asked: AskedTarget | None) -> AgreedTarget:
    if not target.value:
        return target
    try:
        value = exact_to_text(read_number(target.value).exact) if asked is None else read_target(target.value, asked)
    except InputRefused as refused:
        raise InputRefused(refused.code, **{**refused.values, "item": key}) from refused
    if target.origin in (Origin.OVERRIDE, Origin.SHARE) and not target.reason.strip():
        raise InputRefused("target.reason_missing", item=key)
    return replace(target, value=value)


def preview(view: AssessmentView, item_id: str, entry: Entry) -> ItemScore:
    """Score one item as it would be with an entry; nothing is written."""
    answers = answer_sheet(view.record, {**view.entries, item_id: entry})
    return score_item(view.scheme.scheme, item_of(view, item_id), view.record.checklist, answers)


def item_of(view: AssessmentView, item_id: str) -> Item:
    """Return an item of the view's checklist.

    Raises ``QassessError("item.unknown")``.
    """
    for item in view.scheme.scheme.items:
        if item.id == item_id and item_exists_for(item, view.record.checklist, view.record.body):
            return item
    raise QassessError("item.unknown", item=item_id)


def record_entry(
    workspace: Workspace, assessment: str, item_id: str, entry: Entry, *, with_evidence: bool = True
) -> AssessmentView:
    """Save what was entered for one item, in one transaction, and read it back.

    Without ``with_evidence`` the item keeps the evidence and the self-assessment it has, whatever the entry says. An
    entry equal to the stored one writes nothing. Raises ``InputRefused`` with the code of the refusal when the answer
    cannot be understood or says what the rule does not use (nothing is written), and
    ``QassessError("assessment.locked")`` for a signed version.
    """
    with workspace.database.unit_of_work() as uow:
        view = read_view(workspace, uow, assessment)
        refuse_if_locked(view)
        if not with_evidence:
            known = view.entries.get(item_id, Entry())
            entry = replace(entry, evidence=known.evidence, self_assessment=known.self_assessment)
        refuse_unused_fields(item_of(view, item_id), entry.answer)
        refuse_if_unreadable(preview(view, item_id, entry))
        edit = append_entry(workspace, uow, view, item_id, entry)
        if edit is None:
            return view
        uow.commit()
    remember_edit(workspace, edit)
    return open_assessment(workspace, assessment)


def append_entry(
    workspace: Workspace, uow: UnitOfWork, view: AssessmentView, item_id: str, entry: Entry, *, keep_draft: bool = False
) -> Edit | None:
    """Append the revision of an entry inside a unit of work; ``None`` when it equals the stored one.

    What is kept as a draft of the item is settled by it, unless ``keep_draft``.
    """
    entity = entity_of(prefix_of(view.id), Kind.ENTRY, item_id)
    before = current_document(uow, entity)
    after = edited(Kind.ENTRY, before, {"item": item_id} | revised(before, entry))
    if before == after:
        return None
    workspace.append(uow, Kind.ENTRY, entity, after)
    if not keep_draft:
        uow.drop_draft(entity)
    return Edit(view.id, Kind.ENTRY, item_id, entity, before, after)


def revise_agreement(workspace: Workspace, assessment: str, agreement: Agreement) -> AssessmentView:
    """Save a changed agreement (leaders, team, visits, targets); errors as in :func:`checked_agreement`."""
    with workspace.database.unit_of_work() as uow:
        view = read_view(workspace, uow, assessment)
        refuse_if_locked(view)
        checked = checked_agreement(agreement, view.agreement, view.scheme)
        edit = _revise_record(workspace, uow, view, replace(view.record, agreement=checked))
        uow.commit()
    remember_edit(workspace, edit)
    return open_assessment(workspace, assessment)


def reopen(workspace: Workspace, assessment: str, reason: str) -> AssessmentView:
    """Take a signed assessment up again; the signed version stays, visibly superseded.

    Raises ``InputRefused("reopen.reason_missing")``, or ``QassessError("assessment.not_signed")``.
    """
    if not reason.strip():
        raise InputRefused("reopen.reason_missing")
    with workspace.database.unit_of_work() as uow:
        view = read_view(workspace, uow, assessment)
        if not view.signatures:
            raise QassessError("assessment.not_signed")
        digests = {given.digest for given in view.signatures}
        again = tuple(Reopening(digest=digest, reason=reason.strip()) for digest in sorted(digests))
        _revise_record(workspace, uow, view, replace(view.record, reopened=(*view.record.reopened, *again)))
        uow.commit()
    return open_assessment(workspace, assessment)


def _revise_record(workspace: Workspace, uow: UnitOfWork, view: AssessmentView, record: AssessmentRecord) -> Edit:
    entity = entity_of(prefix_of(view.id), Kind.ASSESSMENT)
    before = current_document(uow, entity)
    after = edited(Kind.ASSESSMENT, before, revised(before, record))
    if before != after:
        workspace.append(uow, Kind.ASSESSMENT, entity, after)
    return Edit(view.id, Kind.ASSESSMENT, "", entity, before, after)


def remember_edit(workspace: Workspace, edit: Edit) -> None:
    """Put an edit on the undo stack; what was undone before it can no longer be redone."""
    workspace.undoable.append(edit)
    workspace.redoable[:] = [undone for undone in workspace.redoable if undone.assessment != edit.assessment]


def current_document(uow: UnitOfWork, entity: bytes) -> Document | None:
    """Return what an entity says, open conflicts marked; ``None`` if nothing is known of it."""
    standing = standing_of(uow, entity)
    return plain(standing.document) if standing else None


def refuse_if_locked(view: AssessmentView) -> None:
    """Raise ``QassessError("assessment.locked")`` for a signed version."""
    if view.locked:
        raise QassessError("assessment.locked", body=view.body.name, year=view.record.year)


def refuse_if_unreadable(result: ItemScore) -> None:
    """Raise ``InputRefused`` with the first refusal of a scored item."""
    if result.state is State.REFUSED:
        refusal = next(fact for fact in result.derivation if fact.code.startswith("refused."))
        raise InputRefused(refusal.code.removeprefix("refused."), **plain_values(refusal))


def plain_values(fact: Fact) -> dict[str, str | int]:
    """Return a fact's values as an error carries them: integers and texts."""
    return {
        name: exact_to_text(value) if isinstance(value, Fraction) else value if isinstance(value, int) else str(value)
        for name, value in fact.values.items()
    }


def remember_place(workspace: Workspace, assessment: str, item_id: str) -> None:
    """Remember the item one is at."""
    with workspace.database.unit_of_work() as uow:
        uow.put_place(prefix_of(assessment), item_id)
        uow.commit()


def place(workspace: Workspace, assessment: str) -> str | None:
    """Return the item one was at last, if any."""
    with workspace.database.unit_of_work(reading=True) as uow:
        return uow.place(prefix_of(assessment))
