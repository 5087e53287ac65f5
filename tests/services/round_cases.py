"""A round for the tests: several counties filled with varied answers of the sample county, signed or not."""

from dataclasses import replace

from qassess.domain.agreement import Leader, TeamMember
from qassess.domain.answers import Answer
from qassess.domain.answers_file import read_answers
from qassess.domain.payloads import SignatureRecord, revised
from qassess.domain.revision import Kind, entity_of
from qassess.services.assessments import open_assessment, revise_agreement
from qassess.services.demonstrate import sample_answers
from qassess.services.fill import fill
from qassess.services.schemes import SAMPLE, find_scheme
from qassess.services.sign_off import report_of
from qassess.services.views import prefix_of

COUNTIES = (
    "140425", "140423", "140426", "140427", "140428", "140429", "140430", "140431", "140403", "140404", "140405",
    "140406", "140400-GX",
)  # fmt: skip
"""The counties of 2024, the sample county first."""


def varied(answers, body, step):
    """Return the sample's answers for another body: every ``step``-th percentage loses some of its numerator."""
    entries = {}
    for place, (item, entry) in enumerate(answers.entries.items()):
        entries[item] = entry
        pair = entry.answer
        if step and pair and pair.numerator and pair.denominator and place % (step + 1) == 0:
            fewer = max(int(pair.numerator) - (step * int(pair.denominator)) // 100, 0)
            entries[item] = replace(entry, answer=replace(pair, numerator=str(fewer)))
    return replace(answers, body=body, entries=entries)


def fill_county(workspace, body, step=0, scheme=None, year=None):
    """Fill one county's checklist and return the assessment's id."""
    path = sample_answers()
    answers = varied(read_answers(path.read_bytes(), path.name), body, step)
    answers = answers if year is None else replace(answers, year=year)
    return fill(workspace, scheme or find_scheme(SAMPLE), answers, "示范数据(虚构)").view.id


def fill_round(workspace, count, *, sign=True):
    """Fill so many counties, each with other answers, and sign them; return the assessments' ids."""
    ids = [fill_county(workspace, body, step) for step, body in enumerate(COUNTIES[:count])]
    for assessment in ids if sign else ():
        sign_in_database(workspace, assessment)
    return ids


def sign_in_database(workspace, assessment, roles=("leader", "member", "representative")):
    """Record signatures over the present heads, as signing a report does, without making the PDF; return the digest."""
    view = open_assessment(workspace, assessment)
    team = (TeamMember(name="李静", unit="市质监局", role="leader"), TeamMember(name="王强", unit="市食药监局"))
    if not view.agreement.team:
        agreement = replace(view.agreement, team=team, first_responsible=Leader(name="赵志远", post="县长"))
        view = revise_agreement(workspace, assessment, agreement)
    digest = report_of(workspace, view).digest
    for role in roles:
        record = SignatureRecord(
            digest=digest,
            role=role,
            name={"leader": "李静", "member": "王强"}.get(role, "张建国"),
            certificate=f"{role:0<64}".encode().hex()[:64],
            signed_at="2025-01-20T02:00:00Z",
            heads=view.revisions,
        )
        entity = entity_of(prefix_of(assessment), Kind.SIGNATURE, f"{digest}\x1f{record.certificate}\x1f{role}")
        with workspace.database.unit_of_work() as uow:
            workspace.append(uow, Kind.SIGNATURE, entity, revised(None, record))
            uow.commit()
    return digest


def edit_behind_the_lock(workspace, assessment, item, answer=None):
    """Append an answer to a signed assessment, as a merge can bring it."""
    document = {"item": item} | revised(
        {}, replace(open_assessment(workspace, assessment).entries[item], answer=answer or Answer(value="1"))
    )
    with workspace.database.unit_of_work() as uow:
        workspace.append(uow, Kind.ENTRY, entity_of(prefix_of(assessment), Kind.ENTRY, item), document)
        uow.commit()
