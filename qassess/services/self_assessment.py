"""Self-assessment (自评): the blank form goes out; the filled one comes in beside what is verified, never instead."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from qassess.domain.answers import Answer, Entry, SelfAssessment
from qassess.domain.answers_file import AnswersFile, read_answers
from qassess.domain.exact import exact_to_text
from qassess.domain.scheme import Item, PinnedScheme
from qassess.domain.score_sheet import ItemScore
from qassess.domain.self_assessment import claimed_points, joined, own_score, points_differ, taken_over
from qassess.errors import AnswersFaults, Fault, InputRefused, QassessError
from qassess.services.assessments import (
    append_entry,
    item_of,
    open_assessment,
    record_entry,
    refuse_if_locked,
    refuse_if_unreadable,
    remember_edit,
    start_assessment,
)
from qassess.services.files import read_file, write_whole
from qassess.services.schemes import built_in_schemes, class_for
from qassess.services.views import AssessmentView, found_body, read_view
from qassess.services.workspace import Edit, Workspace

_JSON = ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfArrived:
    """What came of a form: the assessment, how many items it speaks of, how many of those were new or changed."""

    view: AssessmentView
    items: int
    written: int


def write_blank_form(
    out: Path, *, body_id: str, year: int, scheme: PinnedScheme, round_: str = "annual", checklist: str = ""
) -> int:
    """Write the blank form of a body and return how many items it asks; raises as :func:`write_whole`."""
    from qassess.documents.self_assessment_workbook import SelfForm, build_form

    body = found_body(body_id)
    form = SelfForm(
        body=body, year=year, round=round_, scheme=scheme, checklist_class=checklist or class_for(scheme, body).id
    )
    write_whole(out, build_form(form))
    return len(form.checklist.items)


def write_form_of(view: AssessmentView, out: Path) -> int:
    """Write the blank form of an assessment; returns and raises as :func:`write_blank_form`."""
    record = view.record
    return write_blank_form(
        out,
        body_id=record.body,
        year=record.year,
        scheme=view.scheme,
        round_=record.round,
        checklist=record.checklist,
    )


def import_self_assessment(workspace: Workspace, path: Path, assessment: str = "") -> SelfArrived:
    """Take a filled form (``.xlsx``, or an answers file) in as the body's self-assessment, in one transaction.

    Without ``assessment`` the form says which one it is for; it is started where it is not here yet. What the form
    leaves empty keeps what an earlier one said. Raises ``AnswersFaults`` with every fault (nothing is written then),
    ``QassessError``: ``self_form.*``, ``assessment.locked``.
    """
    content = read_file(path)
    source = path.name
    if path.suffix.lower() == _JSON:
        return _take_answers(workspace, read_answers(content, source), source, assessment)
    from qassess.documents.self_assessment_reading import open_form, read_form

    form = open_form(content, source)
    about = form.about
    if not assessment:
        if about is None:
            raise QassessError("self_form.whose", path=source)
        assessment = _assessment(workspace, about.body, about.year, about.round, about.scheme)
    view = open_assessment(workspace, assessment)
    if about is not None and (about.body, about.year) != (view.record.body, view.record.year):
        raise QassessError("self_form.another", path=source, found=f"{_name(about.body)} {about.year}")
    said = read_form(form, view.checklist, lambda item, answer: refusal(view, item, answer))
    return _keep(workspace, assessment, said)


def refusal(view: AssessmentView, item: Item, answer: Answer) -> InputRefused | None:
    """Return why an answer cannot be used for an item, ``None`` where it can."""
    if answer.not_applicable is not None:
        return None
    scored = own_score(view.scheme.scheme, item, view.answers, SelfAssessment(answer=answer))
    try:
        refuse_if_unreadable(scored)
    except InputRefused as refused:
        return refused
    return None


def take_over(workspace: Workspace, assessment: str, item_id: str) -> AssessmentView:
    """Take the body's own answer over as the verified one; an edit like any other, that can be undone.

    Raises ``QassessError("self_form.nothing_to_take")``.
    """
    view = open_assessment(workspace, assessment)
    entry = taken_over(view.entries.get(item_of(view, item_id).id, Entry()))
    if entry is None:
        raise QassessError("self_form.nothing_to_take")
    return record_entry(workspace, assessment, item_id, entry)


def self_scores(view: AssessmentView) -> dict[str, str]:
    """Return the points the body claims, by item: as it wrote them, else those its own answer gives."""
    scores: dict[str, str] = {}
    for item in view.checklist.items:
        entry = view.entries.get(item.id)
        said = entry.self_assessment if entry is not None else None
        claimed = claimed_points(view.scheme.scheme, item, view.answers) if said is not None else None
        if said is not None and said.points is not None:
            scores[item.id] = said.points
        elif claimed is not None:
            scores[item.id] = exact_to_text(claimed)
    return scores


def lacks_reason(view: AssessmentView, item: Item, score: ItemScore) -> bool:
    """Tell whether verified points differ from those claimed and nobody has said why."""
    entry = view.entries.get(item.id)
    if entry is None or entry.self_assessment is None or entry.differs_because.strip():
        return False
    return points_differ(view.scheme.scheme, item, view.answers, score)


def claimed(view: AssessmentView, item: Item) -> Fraction | None:
    """Return the points the body claims for an item."""
    return claimed_points(view.scheme.scheme, item, view.answers)


def _take_answers(workspace: Workspace, answers: AnswersFile, source: str, assessment: str) -> SelfArrived:
    """Take an answers file as self-assessment: its answers are the body's own, its notes the remarks."""
    if not assessment:
        assessment = _assessment(workspace, answers.body, answers.year, answers.round, "")
    view = open_assessment(workspace, assessment)
    if (answers.body, answers.year) != (view.record.body, view.record.year):
        raise QassessError("self_form.another", path=source, found=f"{_name(answers.body)} {answers.year}")
    known = {item.id: item for item in view.checklist.items}
    faults = [
        Fault(f"entries.{name}", "answers.unknown_item", {"item": name})
        for name in answers.entries
        if name not in known
    ]
    said: dict[str, SelfAssessment] = {}
    for name, entry in answers.entries.items():
        if name not in known:
            continue
        refused = refusal(view, known[name], entry.answer) if entry.answer is not None else None
        if refused is not None:
            faults.append(Fault(f"entries.{name}", refused.code, dict(refused.values)))
        given = entry.self_assessment or SelfAssessment(answer=entry.answer, remark=entry.note)
        if given != SelfAssessment():
            said[name] = replace(given, source=source)
    if faults:
        raise AnswersFaults(source, tuple(faults))
    return _keep(workspace, assessment, said)


def _keep(workspace: Workspace, assessment: str, said: Mapping[str, SelfAssessment]) -> SelfArrived:
    edits: list[Edit] = []
    with workspace.database.unit_of_work() as uow:
        view = read_view(workspace, uow, assessment)
        refuse_if_locked(view)
        for item, arrived in said.items():
            entry = view.entries.get(item, Entry())
            after = replace(entry, self_assessment=joined(entry.self_assessment, arrived))
            if after != entry and (edit := append_entry(workspace, uow, view, item, after, keep_draft=True)):
                edits.append(edit)
        uow.commit()
    if edits:
        remember_edit(workspace, replace(edits[0], along=tuple(edits[1:])))
    return SelfArrived(view=open_assessment(workspace, assessment), items=len(said), written=len(edits))


def _assessment(workspace: Workspace, body_id: str, year: int, round_: str, scheme: str) -> str:
    """Return the assessment a form is for; started by the scheme it was made from where it is not here."""
    body = found_body(body_id)
    with workspace.database.unit_of_work(reading=True) as uow:
        here = uow.assessment_states()
        known = next((pinned for pinned in built_in_schemes() if scheme in ("", pinned.sha256)), None)
        if known is None and uow.scheme_content(scheme) is not None:
            known = workspace.scheme(uow, scheme)
    matching = [
        state
        for state in here
        if (state.body, state.year, state.round) == (body.id, year, round_ or "annual") and scheme in ("", state.scheme)
    ]
    if len(matching) == 1:
        return matching[0].prefix.hex()
    if matching or known is None:
        raise QassessError("self_form.scheme_unknown", body=body.name, year=year)
    return start_assessment(workspace, body_id=body.id, year=year, scheme=known, round_=round_ or "annual")


def _name(body_id: str) -> str:
    return found_body(body_id).name if body_id else "?"
