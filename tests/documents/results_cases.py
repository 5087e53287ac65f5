"""Results for the tests of workbook, PDF and certificates: every shape and role, every record filled."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from qassess.domain.certificate import CertificateRecord
from qassess.domain.payloads import AssessmentRecord, Reopening, SignatureRecord
from qassess.domain.ranking import Contender, rank
from qassess.domain.results import Results
from tests.documents.report_cases import COUNTY, entry, small_report

MADE_AT = datetime(2025, 1, 20, 2, 30, tzinfo=UTC)
DIGEST = "0123456789abcdef" * 4
HEADS = ("aa" * 32, "bb" * 32)


def signatures(heads=HEADS):
    return tuple(
        SignatureRecord(
            digest=DIGEST,
            role=role,
            name=name,
            unit="市质监局",
            certificate="cd" * 32,
            signed_at="2025-01-19T03:00:00Z",
            opinion="情况属实。" if role == "representative" else "",
            heads=heads,
            pdf="ef" * 32,
        )
        for role, name in (("leader", "李静"), ("member", "王强"), ("representative", "张建国"))
    )


CERTIFICATE = CertificateRecord(
    number="长质强考证〔2024〕003号",
    prefix="长质强考证",
    year=2024,
    running=3,
    digest=DIGEST,
    body=COUNTY.id,
    round="annual",
    grade="B",
    total="86",
    place=1,
    issuer="长治市质量强市工作领导组",
    issued_at="2025-01-19T05:00:00Z",
    replaces="长质强考证〔2024〕001号",
)


def contender_of(report, *, assessment="0a1b2c3d4e5f6071", **fields):
    """Return a report's content as it goes into the ranking, signed unless fields say otherwise."""
    record = AssessmentRecord(
        body=report.body.id,
        year=report.answers.year,
        round=report.answers.round,
        scheme=report.scheme.sha256,
        checklist=report.answers.body_class,
        agreement=report.agreement,
        reopened=(Reopening(digest="ab" * 32, reason="复核后更正"),),
    )
    known = {"signatures": signatures(), "revisions": HEADS, "certificates": (CERTIFICATE,)} | fields
    return Contender(
        assessment=assessment,
        body=report.body,
        scheme=report.scheme,
        record=record,
        answers=report.answers,
        evidence={found.sha256: found for found in report.evidence},
        editors=dict.fromkeys(report.answers.entries, "李静"),
        sheet=report.scores,
        **known,
    )


def results_of(*contenders, waiting=()):
    return Results(year=2024, round="annual", tables=rank(contenders), waiting=waiting, made_at=MADE_AT)


def other_body(report, body_id, name, entries):
    """Return a report of another body with some other entries."""
    body = replace(COUNTY, id=body_id, code=body_id, name=name, printed=name, name_en="")
    changed = small_report(entries=entries)
    answers = replace(changed.answers, body=body_id)
    return replace(changed, body=body, answers=answers, scores=replace(changed.scores, body=body_id))


@cache
def small_results():
    """Return three counties, one unsigned and one incomplete."""
    first = small_report()
    unsigned = other_body(first, "140423", "襄垣县", {"judge": entry({"points": "3", "reason": "较差"})})
    part = other_body(first, "140426", "黎城县", {"judge": None})
    return results_of(
        contender_of(first),
        contender_of(unsigned, assessment="1" * 16, signatures=()),
        contender_of(part, assessment="2" * 16, signatures=()),
        waiting=(replace(COUNTY, id="140427", printed="壶关县"),),
    )
