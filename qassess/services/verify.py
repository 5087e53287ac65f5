"""Verify a signed report: signatures, whole-file coverage, the data inside re-scored, the print, the database.

A finding is a code, whether it holds, and values; :mod:`qassess.wording` puts it into words. ``ok`` is ``None`` for
what could not be checked and is therefore not claimed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qassess import __version__
from qassess.domain.canonical import canonical_digest
from qassess.domain.report import Report, report_from_document
from qassess.domain.score_json import sheet_document
from qassess.errors import QassessError
from qassess.services.files import read_file
from qassess.services.sign_off import report_copy
from qassess.services.views import prefix_of, read_view
from qassess.services.workspace import Workspace

if TYPE_CHECKING:
    from qassess.signing.verification import SignatureReport

_WITHOUT_SIGNATURES = ("signature.unreadable", "signature.foreign")

CHINA = timezone(timedelta(hours=8))


def china_time(moment: datetime) -> str:
    """Write a moment for people: China's time, to the second, with its offset."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S +08:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check: what (``code``), whether it holds, and the values its sentence speaks of."""

    code: str
    ok: bool | None
    values: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All findings on one file. ``signed`` tells a valid signed report from an unsigned one."""

    path: Path
    findings: tuple[Finding, ...]
    signatures: int
    digest: str = ""

    @property
    def intact(self) -> bool:
        """Whether the file is signed and every check that was made holds."""
        return self.signatures > 0 and all(finding.ok is not False for finding in self.findings)


def verify_file(path: Path, *, against: Workspace | None = None) -> Verification:
    """Check a report PDF; whatever is wrong with the file becomes a finding, not an exception.

    Raises only ``QassessError("file.not_found")`` or ``file.unreadable``.
    """
    content = read_file(path)
    findings = list(_signature_findings(content))
    signatures = sum(finding.code == "verify.signature" for finding in findings)
    document, copied = _copy(content, path.name)
    findings.append(copied)
    digest = canonical_digest(document) if document is not None else ""
    if document is not None and all(finding.ok is not False for finding in findings):
        # Rendering anew what somebody may have made to be slow is only worth it for a file whose signatures hold.
        findings.extend(_content_findings(content, document, digest, against))
    return Verification(path=path, findings=tuple(findings), signatures=signatures, digest=digest)


def _signature_findings(content: bytes) -> Iterator[Finding]:
    from qassess.signing.verification import verify_signatures

    report = verify_signatures(content)
    for given in report.signatures:
        values: dict[str, str | int] = {
            "name": given.name,
            "unit": given.unit,
            "role": given.role,
            "at": china_time(given.signed_at) if given.signed_at else "",
            "fingerprint": given.fingerprint[:16],
            "opinion": given.opinion,
        }
        yield Finding(code="verify.signature", ok=given.intact, values=values)
        for problem in given.problems:
            yield Finding(code=f"verify.problem.{problem}", ok=False, values=values)
        trusted = {"by_agreement": "verify.by_agreement", "issued": "verify.issued"}.get(given.trust.value)
        if trusted:
            yield Finding(code=trusted, ok=None, values=values)
        if not given.in_validity:
            yield Finding(code="verify.outside_validity", ok=False, values=values)
    yield from _file_findings(report)


def _file_findings(report: "SignatureReport") -> Iterator[Finding]:
    """Say how the file is signed as a whole; without signatures only what keeps it from having any."""
    if not report.signatures:
        problems = [problem for problem in report.problems if problem in _WITHOUT_SIGNATURES]
        for problem in problems:
            yield Finding(code=f"verify.problem.{problem}", ok=False, values={})
        if not problems:
            yield Finding(code="verify.signed", ok=False, values={"count": 0})
        return
    yield Finding(code="verify.signed", ok=True, values={"count": len(report.signatures)})
    yield Finding(code="verify.whole_file", ok=report.whole_file, values={})
    yield Finding(code="verify.padding", ok=report.padding_canonical, values={})
    for problem in report.problems:
        yield Finding(code=f"verify.problem.{problem}", ok=False, values={})


def _copy(content: bytes, name: str) -> tuple[dict[str, Any] | None, Finding]:
    from qassess.documents.report_text import attachment

    try:
        copy = attachment(content)
        document = report_copy(copy, name) if copy is not None else None
    except QassessError:
        document = None
    return document, Finding(code="verify.copy", ok=document is not None, values={})


def _content_findings(
    content: bytes, document: dict[str, Any], digest: str, against: Workspace | None
) -> Iterator[Finding]:
    try:
        report = report_from_document(document)
    except (QassessError, KeyError, ValueError, TypeError) as unreadable:
        yield Finding(code="verify.copy_readable", ok=False, values={"reason": type(unreadable).__name__})
        return
    recomputed = sheet_document(report.scores)
    yield Finding(
        code="verify.rescored",
        ok=recomputed == document["scores"],
        values={"total": str(recomputed.get("total", "")), "stated": str(document["scores"].get("total", ""))},
    )
    yield from _print_findings(content, report, digest)
    if against is not None:
        yield _database_finding(document, against)


def _print_findings(content: bytes, report: Report, digest: str) -> Iterator[Finding]:
    """Render the report again from its copy and compare the printed text page by page."""
    from qassess.documents.report_pdf import build_report
    from qassess.documents.report_text import printed_text

    try:
        printed = printed_text(content)
    except QassessError:
        yield Finding(code="verify.printed", ok=False, values={"page": 0})
        return
    flowed = "".join("".join(page.split()) for page in printed)
    yield Finding(code="verify.digest_printed", ok=digest in flowed, values={"digest": digest})
    if report.program != __version__:
        yield Finding(code="verify.printed_by_other_version", ok=None, values={"version": report.program})
        return
    again = printed_text(build_report(report).pdf)
    differing = [page for page, (was, now) in enumerate(zip(printed, again, strict=False), 1) if was != now]
    if len(printed) != len(again):
        differing.append(min(len(printed), len(again)) + 1)
    yield Finding(code="verify.printed", ok=not differing, values={"page": differing[0] if differing else 0})


def _database_finding(document: Mapping[str, Any], against: Workspace) -> Finding:
    assessment = str(document["assessment"])
    try:
        prefix_of(assessment)
        with against.database.unit_of_work(reading=True) as uow:
            view = read_view(against, uow, assessment)
    except QassessError as missing:
        return Finding(code="verify.database_has", ok=False, values={"reason": missing.code})
    same = tuple(document["revisions"]) == view.revisions and document["scores"] == sheet_document(view.sheet)
    return Finding(code="verify.database_same", ok=same, values={"body": view.body.name})
