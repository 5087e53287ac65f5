"""Put a whole answers file into the database: an assessment started where needed, each answer a revision."""

from dataclasses import dataclass, replace

from qassess.domain.agreement import AgreedTarget, Agreement, Origin
from qassess.domain.answers import AnswerSheet, Entry
from qassess.domain.answers_file import AnswersFile
from qassess.domain.checklist import checklist_for
from qassess.domain.revision import assessment_prefix
from qassess.domain.scheme import PinnedScheme
from qassess.domain.score_sheet import ScoreSheet, State
from qassess.domain.scoring import score
from qassess.errors import AnswersFaults, Fault
from qassess.services.assessments import (
    append_entry,
    open_assessment,
    plain_values,
    proposed_agreement,
    refuse_if_locked,
    start_assessment,
)
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

    Raises ``AnswersFaults`` naming every item that is not on the body's checklist, ``QassessError("body.unknown")``.
    """
    body = found_body(answers.body)
    body_class = answers.checklist or class_for(scheme, body).id
    if body_class not in {known.id for known in scheme.scheme.classes}:
        raise AnswersFaults(source, (Fault("checklist", "answers.unknown_checklist", {"checklist": body_class}),))
    asked = {item.id for item in checklist_for(scheme.scheme, body_class, body.id).items}
    strangers = [item for item in answers.entries if item not in asked]
    if strangers:
        faults = tuple(Fault(f"entries.{item}", "answers.unknown_item", {"item": item}) for item in strangers)
        raise AnswersFaults(source, faults)
    proposed = proposed_agreement(scheme, body, answers.year).targets
    targets = {key: target.value for key, target in proposed.items() if target.value} | dict(answers.targets)
    return AnswerSheet(
        body=body.id,
        body_class=body_class,
        year=answers.year,
        round=answers.round,
        entries=answers.entries,
        targets=targets,
    )


def score_answers(scheme: PinnedScheme, answers: AnswersFile, source: str) -> ScoreSheet:
    """Score a file without a database; errors as in :func:`sheet_for`. Refused answers are states of the result."""
    return score(scheme, sheet_for(scheme, answers, source))


def fill(workspace: Workspace, scheme: PinnedScheme, answers: AnswersFile, source: str) -> Filled:
    """Write a file's answers in one transaction; a second time it writes nothing.

    Raises ``AnswersFaults`` with every refused answer, then nothing is written.
    """
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
    agreement = _with_targets(proposed_agreement(scheme, body, answers.year), answers, source)
    return start_assessment(
        workspace, body_id=body.id, year=answers.year, scheme=scheme, agreement=agreement, round_=answers.round
    )


def _with_targets(agreement: Agreement, answers: AnswersFile, source: str) -> Agreement:
    given = {
        key: AgreedTarget(
            value=value,
            origin=Origin.SHARE if key in agreement.targets and not agreement.targets[key].value else Origin.OVERRIDE,
            reason=source,
        )
        for key, value in answers.targets.items()
    }
    return replace(agreement, targets={**agreement.targets, **given})
