"""Put a whole answers file into the database: an assessment started where needed, each answer a revision."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from qassess.domain.agreement import AgreedTarget, Agreement, Origin
from qassess.domain.answers import AnswerSheet, Entry
from qassess.domain.answers_check import answer_faults, known_targets, target_faults
from qassess.domain.answers_file import AnswersFile, GivenTarget
from qassess.domain.checklist import checklist_for
from qassess.domain.revision import assessment_prefix
from qassess.domain.scheme import Item, PinnedScheme
from qassess.domain.score_sheet import ScoreSheet, State
from qassess.domain.scoring import score
from qassess.domain.target_check import AskedTarget, read_target
from qassess.errors import AnswersFaults, Fault
from qassess.services.assessments import (
    append_entry,
    open_assessment,
    plain_values,
    proposed_agreement,
    refuse_if_locked,
    start_assessment,
)
from qassess.services.bodies import refuse_outside_its_years
from qassess.services.schemes import class_for
from qassess.services.views import AssessmentView, found_body, read_view
from qassess.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was filled in: the assessment, and how many answers were new."""

    view: AssessmentView
    written: int


def sheet_for(scheme: PinnedScheme, answers: AnswersFile, source: str) -> AnswerSheet:
    """Return the answer sheet of a file for scoring without a database.

    Raises ``AnswersFaults`` naming every item that is not on the body's checklist, every field and reference its item
    does not use and every target that cannot be agreed so; ``QassessError("body.unknown")``, ``body.ended`` or
    ``body.not_yet``.
    """
    body = found_body(answers.body)
    refuse_outside_its_years(body, answers.year)
    body_class = answers.checklist or class_for(scheme, body).id
    if body_class not in {known.id for known in scheme.scheme.classes}:
        raise AnswersFaults(source, (Fault("checklist", "answers.unknown_checklist", {"checklist": body_class}),))
    asked = {item.id: item for item in checklist_for(scheme.scheme, body_class, body.id).items}
    faults = (*answer_faults(asked, answers), *target_faults(asked, answers))
    if faults:
        raise AnswersFaults(source, faults)
    proposed = proposed_agreement(scheme, body, answers.year)
    agreement = _with_targets(proposed, asked, answers, source)
    return AnswerSheet(
        body=body.id,
        body_class=body_class,
        year=answers.year,
        round=answers.round,
        entries=answers.entries,
        targets={key: target.value for key, target in agreement.targets.items() if target.value},
    )


def score_answers(scheme: PinnedScheme, answers: AnswersFile, source: str) -> ScoreSheet:
    """Score a file without a database; errors as in :func:`sheet_for`. Refused answers are states of the result."""
    return score(scheme, sheet_for(scheme, answers, source))


def refuse_unusable(scheme: PinnedScheme, answers: AnswersFile, source: str) -> None:
    """Raise ``AnswersFaults`` with every refused answer; other errors as in :func:`sheet_for`."""
    sheet = sheet_for(scheme, answers, source)
    refused = tuple(
        Fault(f"entries.{item}", found.code.removeprefix("refused."), plain_values(found))
        for item, result in score(scheme, sheet).items.items()
        if result.state is State.REFUSED
        for found in result.derivation
        if found.code.startswith("refused.")
    )
    if refused:
        raise AnswersFaults(source, refused)


def fill(workspace: Workspace, scheme: PinnedScheme, answers: AnswersFile, source: str) -> Filled:
    """Write a file's answers in one transaction; a second time it writes nothing.

    Raises ``AnswersFaults`` with every refused answer, then nothing is written.
    """
    refuse_unusable(scheme, answers, source)
    assessment = _assessment(workspace, scheme, answers, source)
    written = 0
    with workspace.database.unit_of_work() as uow:
        view = read_view(workspace, uow, assessment)
        refuse_if_locked(view)
        for item, entry in answers.entries.items():
            known = view.entries.get(item)
            written += append_entry(workspace, uow, view, item, _with_what_is_known(entry, known)) is not None
        uow.commit()
    return Filled(view=open_assessment(workspace, assessment), written=written)


def _with_what_is_known(entry: Entry, known: Entry | None) -> Entry:
    """Keep what a file of answers says nothing of: evidence, and what the body says of itself."""
    if known is None:
        return entry
    return replace(
        entry,
        evidence=entry.evidence or known.evidence,
        self_assessment=entry.self_assessment or known.self_assessment,
        differs_because=entry.differs_because or known.differs_because,
    )


def _assessment(workspace: Workspace, scheme: PinnedScheme, answers: AnswersFile, source: str) -> str:
    prefix = assessment_prefix(answers.body, answers.year, answers.round, scheme.sha256)
    with workspace.database.unit_of_work(reading=True) as uow:
        if prefix in uow.assessments():
            return prefix.hex()
    body = found_body(answers.body)
    asked = {item.id: item for item in checklist_for(scheme.scheme, class_for(scheme, body).id, body.id).items}
    agreement = _with_targets(proposed_agreement(scheme, body, answers.year), asked, answers, source)
    return start_assessment(
        workspace, body_id=body.id, year=answers.year, scheme=scheme, agreement=agreement, round_=answers.round
    )


def _with_targets(agreement: Agreement, asked: Mapping[str, Item], answers: AnswersFile, source: str) -> Agreement:
    """Return the agreement with the file's checked targets; the file stands for the reason of a share without one."""
    known = known_targets(asked)
    given = {
        key: _agreed(known[key], target, answers.year, source)
        for key, target in answers.targets.items()
        if key in known
    }
    return replace(agreement, targets={**agreement.targets, **{key: own for key, own in given.items() if own}})


def _agreed(asked: AskedTarget, given: GivenTarget, year: int, source: str) -> AgreedTarget | None:
    """Return what is agreed; ``None`` where it is the plan's own number."""
    value = read_target(given.value, asked)
    if asked.target.agreed:
        return AgreedTarget(value=value, origin=Origin.SHARE, reason=given.reason or source)
    if value.removesuffix("%") == asked.fixed_in(year):
        return None
    return AgreedTarget(value=value, origin=Origin.OVERRIDE, reason=given.reason)
