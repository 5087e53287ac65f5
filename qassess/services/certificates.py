"""Issue certificates of results: refused with a list, checked as a batch, numbered once and for ever."""

import json
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qassess.domain.bodies import Body
from qassess.domain.certificate import CertificateRecord, certificate_number, next_running
from qassess.domain.exact import exact_to_text
from qassess.domain.payloads import from_document, revised
from qassess.domain.ranking import Block, Line
from qassess.domain.results import Results
from qassess.domain.revision import Kind, entity_of
from qassess.errors import QassessError
from qassess.services.assessments import current_document
from qassess.services.files import write_whole
from qassess.services.results import go_on
from qassess.services.views import found_body, prefix_of
from qassess.services.workspace import Workspace
from qassess.storage.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from qassess.documents.certificate_pdf import Batch, Certificate

DEFAULT_PREFIX: Final = "长质强考证"
MAX_PREFIX: Final = 20
_PREFIX_SETTING: Final = "certificate.prefix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why one certificate cannot be issued or printed."""

    assessment: str
    body: Body
    blocks: tuple[Block, ...]


class CertificatesRefused(QassessError):
    """No certificate was written; ``refusals`` lists every body with its reasons.

    The blocks of ``certificates.refused`` are those of results, of ``certificates.unprintable`` errors of printing.
    """

    def __init__(self, code: str, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(code, count=len(refusals))
        self.refusals = refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificate:
    """One certificate written: its record, and whether it is a copy of one issued before."""

    record: CertificateRecord
    assessment: str
    body: Body
    copy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What was written."""

    files: tuple[Path, ...]
    certificates: tuple[IssuedCertificate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """Certificates with their numbers, and what the numbers rest on: all certificates known when they were given."""

    lines: tuple[Line, ...]
    certificates: tuple[IssuedCertificate, ...]
    known: tuple[CertificateRecord, ...]


def certifiable(results: Results, assessments: Collection[str] | None = None) -> tuple[Refusal, ...]:
    """Return why certificates cannot be issued, body by body; nothing when all can be.

    ``assessments`` narrows the results to some of them. Raises ``QassessError("certificates.none")``.
    """
    chosen = _chosen(results, assessments)
    return tuple(
        Refusal(assessment=line.assessment, body=line.body, blocks=line.blocks) for line in chosen if line.blocks
    )


def issue_certificates(  # noqa: PLR0913 - each is one choice of the person who prints
    workspace: Workspace,
    results: Results,
    out: Path,
    *,
    assessments: Collection[str] | None = None,
    landscape: bool = False,
    single: bool = False,
    prefix: str | None = None,
    issuer: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Issued:
    """Write certificates into the folder ``out``: one file for all, or ``single`` one each; record their numbers.

    A body whose signed report has a certificate keeps its number and gets a copy that says so. ``prefix`` begins new
    numbers and is remembered; ``issuer`` is the office that signs for them. Numbers and files come together or not at
    all. Raises :class:`CertificatesRefused`, ``QassessError``: ``work.cancelled``, ``certificates.none``,
    ``certificates.number_twice``, ``certificates.bad_prefix``, ``certificates.series_moved``, ``file.unwritable`` …
    """
    refusals = certifiable(results, assessments)
    if refusals:
        raise CertificatesRefused("certificates.refused", refusals)
    planned = _plan(workspace, results, assessments, prefix, issuer)
    batch = _laid_out(planned, landscape=landscape, cancelled=cancelled)
    files = _drawn(planned, batch, results, out, single=single, progress=progress, cancelled=cancelled)
    _record_and_write(workspace, planned, files)
    return Issued(files=tuple(path for path, _ in files), certificates=planned.certificates)


def certificate_preview(
    workspace: Workspace,
    results: Results,
    assessment: str,
    *,
    landscape: bool = False,
    prefix: str | None = None,
    issuer: str | None = None,
) -> bytes:
    """Return one certificate as PDF as it would be printed now; nothing is recorded. Errors as when issuing."""
    from qassess.documents.certificate_pdf import draw_certificates

    refusals = certifiable(results, (assessment,))
    if refusals:
        raise CertificatesRefused("certificates.refused", refusals)
    planned = _plan(workspace, results, (assessment,), prefix, issuer)
    batch = _laid_out(planned, landscape=landscape, cancelled=None)
    return draw_certificates(batch, range(1), created=results.made_at)


def certificate_prefix(workspace: Workspace) -> str:
    """Return what certificate numbers begin with on this machine."""
    with workspace.database.unit_of_work(reading=True) as uow:
        return uow.setting(_PREFIX_SETTING) or DEFAULT_PREFIX


def _chosen(results: Results, assessments: Collection[str] | None) -> tuple[Line, ...]:
    lines = tuple(line for line in results.lines if assessments is None or line.assessment in assessments)
    if not lines:
        raise QassessError("certificates.none", year=results.year)
    return lines


def _plan(
    workspace: Workspace,
    results: Results,
    assessments: Collection[str] | None,
    prefix: str | None,
    issuer: str | None,
) -> _Planned:
    """Give every chosen line its certificate: the one it has, or the next number of the series, in ranking order."""
    lines = _chosen(results, assessments)
    with workspace.database.unit_of_work(reading=True) as uow:
        known = _all_issued(uow)
        series = _checked_prefix(prefix or uow.setting(_PREFIX_SETTING) or DEFAULT_PREFIX)
    at = workspace.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    running, planned = next_running(known, series, results.year), []
    for line in lines:
        record = _issued_for(line)
        is_copy = record is not None
        if record is None:
            record = _new_record(line, series, running, issuer or _issuer(line), at)
            running += 1
        planned.append(IssuedCertificate(record=record, assessment=line.assessment, body=line.body, copy=is_copy))
    _refuse_twice([*known, *(each.record for each in planned)])
    return _Planned(lines=lines, certificates=tuple(planned), known=known)


def _issued_for(line: Line) -> CertificateRecord | None:
    digest = _digest(line)
    return next((known for known in line.contender.certificates if known.digest == digest), None)


def _digest(line: Line) -> str:
    """Return the digest of the report in force: the one the head of the group signed."""
    return next(given.digest for given in line.contender.signatures if given.role == "leader")


def _new_record(line: Line, series: str, running: int, issuer: str, at: str) -> CertificateRecord:
    year, earlier = line.sheet.year, line.contender.certificates
    return CertificateRecord(
        number=certificate_number(series, year, running),
        prefix=series,
        year=year,
        running=running,
        digest=_digest(line),
        body=line.body.id,
        round=line.sheet.round,
        grade=line.grade or "",
        total=exact_to_text(line.total) if line.total is not None else "",
        place=line.place or 0,
        issuer=issuer,
        issued_at=at,
        replaces=earlier[-1].number if earlier else "",
    )


def _issuer(line: Line) -> str:
    """Return the office that issues results of a government: its leading group for quality."""
    return f"{found_body(line.body.parent).printed}质量强市工作领导组"


def _checked_prefix(prefix: str) -> str:
    clean = unicodedata.normalize("NFC", prefix).strip()
    if not clean or len(clean) > MAX_PREFIX or not clean.isprintable():
        raise QassessError("certificates.bad_prefix", prefix=clean[:MAX_PREFIX], most=MAX_PREFIX)
    return clean


def _refuse_twice(records: Iterable[CertificateRecord]) -> None:
    """Refuse a number that stands on certificates of different reports, as two offices apart could issue it."""
    holders: dict[str, CertificateRecord] = {}
    for record in records:
        other = holders.setdefault(record.number, record)
        if other.digest != record.digest:
            bodies = "、".join(found_body(body).printed for body in dict.fromkeys((other.body, record.body)))
            raise QassessError("certificates.number_twice", number=record.number, bodies=bodies)


def _all_issued(uow: UnitOfWork) -> tuple[CertificateRecord, ...]:
    """Return every certificate in the database, of all years."""
    heads = (stored.revision for prefix in uow.assessments() for stored in uow.heads_under(prefix))
    payloads = (revision.payload for revision in heads if revision.kind == Kind.CERTIFICATE)
    records = (from_document(CertificateRecord, json.loads(payload)) for payload in payloads)
    return tuple(sorted(records, key=lambda known: (known.number, known.digest)))


def _laid_out(planned: _Planned, *, landscape: bool, cancelled: Callable[[], bool] | None) -> "Batch":
    from qassess.documents.certificate_pdf import lay_out_certificates

    batch = lay_out_certificates(_printed(planned), landscape=landscape, cancelled=cancelled)
    places = dict.fromkeys(problem.place for problem in batch.problems)
    refusals = tuple(
        Refusal(
            assessment=planned.lines[place].assessment,
            body=planned.lines[place].body,
            blocks=tuple(Block(known.code, known.values) for known in batch.problems if known.place == place),
        )
        for place in places
    )
    if refusals:
        raise CertificatesRefused("certificates.unprintable", refusals)
    return batch


def _printed(planned: _Planned) -> Sequence["Certificate"]:
    from qassess.documents.certificate_pdf import Certificate

    return [
        Certificate(record=each.record, body=each.body, scheme=line.contender.scheme.scheme, copy=each.copy)
        for each, line in zip(planned.certificates, planned.lines, strict=True)
    ]


def _drawn(
    planned: _Planned,
    batch: "Batch",
    results: Results,
    out: Path,
    *,
    single: bool,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> list[tuple[Path, bytes]]:
    """Draw all files in memory, so that nothing is written of a batch that is given up."""
    from qassess.documents.certificate_pdf import copy_mark, draw_certificates, title

    count = len(batch.pages)
    ranges = [range(place, place + 1) for place in range(count)] if single else [range(count)]
    files = []
    for places in ranges:
        go_on(cancelled)
        content = draw_certificates(batch, places, created=results.made_at)
        name = _file_name(planned.certificates[places.start]) if single else f"{title()}-{results.year}"
        is_copy = all(planned.certificates[place].copy for place in places)
        files.append((_unused(out, f"{name}-{copy_mark()}" if is_copy else name), content))
        if progress is not None:
            progress(places.stop, count)
    go_on(cancelled)
    return files


def _unused(out: Path, name: str) -> Path:
    """Return a path nothing stands under yet: an original that was printed before is never overwritten."""
    path, number = out / f"{name}.pdf", 2
    while path.exists():
        path, number = out / f"{name}-{number}.pdf", number + 1
    return path


def _file_name(issued: IssuedCertificate) -> str:
    named = f"{issued.record.number}-{issued.body.printed}"
    return "".join("-" if character in '\\/:*?"<>|' else character for character in named)


def _record_and_write(workspace: Workspace, planned: _Planned, files: Sequence[tuple[Path, bytes]]) -> None:
    """Append the new records and write the files in one transaction: without the files there are no numbers."""
    written: list[Path] = []
    with workspace.database.unit_of_work() as uow:
        if _all_issued(uow) != planned.known:
            raise QassessError("certificates.series_moved")
        _append(workspace, uow, planned)
        try:
            for path, content in files:
                write_whole(path, content)
                written.append(path)
            uow.commit()
        except BaseException:
            for path in written:
                path.unlink(missing_ok=True)
            raise


def _append(workspace: Workspace, uow: UnitOfWork, planned: _Planned) -> None:
    new = [each for each in planned.certificates if not each.copy]
    for each in new:
        entity = entity_of(prefix_of(each.assessment), Kind.CERTIFICATE, each.record.digest)
        workspace.append(uow, Kind.CERTIFICATE, entity, revised(current_document(uow, entity), each.record))
    if new:
        uow.put_setting(_PREFIX_SETTING, new[0].record.prefix)
