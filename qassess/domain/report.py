"""What a report says, as data; and its machine-readable copy, which travels inside the PDF.

A report can be made again from that copy alone: scheme, agreement, answers and evidence index are all in it, and the
scores in it are compared with what the scheme gives for the answers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from qassess.domain.agreement import Agreement
from qassess.domain.answers import AnswerSheet
from qassess.domain.bodies import Body
from qassess.domain.canonical import canonical_digest, canonical_text
from qassess.domain.checklist import Checklist, checklist_for
from qassess.domain.payloads import EvidenceRecord, from_document, to_document
from qassess.domain.scheme import PinnedScheme
from qassess.domain.scheme_file import pin
from qassess.domain.score_json import sheet_document
from qassess.domain.score_sheet import ScoreSheet
from qassess.domain.scoring import score

FORMAT = "qassess-assessment/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. ``revisions`` are the hex ids of the heads it is made from, ascending.

    ``made_at`` is UTC, to the second. ``supersedes`` is the digest of the signed report this one replaces, if any.
    ``self_scores`` are the body's own points by item (自评得分), where a self-assessment was given.
    """

    assessment: str
    body: Body
    party_a: Body
    scheme: PinnedScheme
    agreement: Agreement
    answers: AnswerSheet
    scores: ScoreSheet
    evidence: tuple[EvidenceRecord, ...] = ()
    revisions: tuple[str, ...] = ()
    made_at: datetime
    language: str = "zh"
    program: str
    supersedes: str = ""
    self_scores: Mapping[str, str]

    @property
    def checklist(self) -> Checklist:
        """The items the body was asked, in printed order."""
        return checklist_for(self.scheme.scheme, self.answers.body_class, self.body.id)

    @property
    def attachment(self) -> str:
        """The machine-readable copy as canonical JSON text."""
        return canonical_text(report_document(self))

    @property
    def digest(self) -> str:
        """SHA-256 of the machine-readable copy, 64 hex digits; printed as QR code and in words."""
        return canonical_digest(report_document(self))


def report_document(report: Report) -> dict[str, Any]:
    """Return the machine-readable copy as a JSON document."""
    return {
        "format": FORMAT,
        "assessment": report.assessment,
        "body": to_document(report.body),
        "party_a": to_document(report.party_a),
        "scheme": _scheme_document(report.scheme),
        "agreement": to_document(report.agreement),
        "answers": to_document(report.answers),
        "scores": sheet_document(report.scores),
        "evidence": [to_document(record) for record in report.evidence],
        "revisions": list(report.revisions),
        "made_at": report.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "language": report.language,
        "program": report.program,
        "supersedes": report.supersedes,
        "self_scores": dict(report.self_scores),
    }


def report_from_document(document: Mapping[str, Any]) -> Report:
    """Make a report from its machine-readable copy; its scores are computed anew from the answers.

    Raises ``KeyError``, ``ValueError`` or ``SchemeFaults`` for a copy that is not one.
    """
    scheme = pin(document["scheme"])
    answers = from_document(AnswerSheet, document["answers"])
    return Report(
        assessment=document["assessment"],
        body=from_document(Body, document["body"]),
        party_a=from_document(Body, document["party_a"]),
        scheme=scheme,
        agreement=from_document(Agreement, document["agreement"]),
        answers=answers,
        scores=score(scheme, answers),
        evidence=tuple(from_document(EvidenceRecord, record) for record in document["evidence"]),
        revisions=tuple(document["revisions"]),
        made_at=datetime.strptime(document["made_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
        language=document["language"],
        program=document["program"],
        supersedes=document["supersedes"],
        self_scores=document["self_scores"],
    )


def _scheme_document(pinned: PinnedScheme) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(pinned.content)
    return document
