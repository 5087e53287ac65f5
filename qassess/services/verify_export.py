"""Verify an export file: whole, signed by its device, its scores and signed reports as they should be."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from qassess.domain.score_json import sheet_document
from qassess.errors import QassessError
from qassess.services.care import assessment_findings
from qassess.services.exports import key_words
from qassess.services.verify import Finding, Verification
from qassess.services.views import AssessmentView, read_view
from qassess.services.workspace import Workspace, open_workspace
from qassess.storage.merge import merge_file
from qassess.storage.source_check import OK, SourceReport, inspect_source

_HEAD = b"SQLite format 3\0"


def is_export(path: Path) -> bool:
    """Tell whether a file is to be verified as an export, by its first bytes: a database or a sealed file."""
    from qassess.signing.sealing import is_sealed

    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_HEAD)) == _HEAD or is_sealed(path)
    except OSError:
        return False


def verify_export(path: Path, *, against: Workspace | None = None, password: str | None = None) -> Verification:
    """Check an export in a private place; whatever is wrong with the file becomes a finding.

    Raises ``QassessError`` for the password of a sealed file: ``sealed.wrong_password``, ``password.missing``.
    """
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory(prefix="qassess-verifying-")))
        plain = _opened(path, folder, password)
        from qassess.signing.device_key import holds

        report = inspect_source(plain, check_signature=holds)
        findings = list(_file_findings(report, path))
        if report.verdict == OK:
            with _united(plain, folder) as workspace:
                findings.extend(_content_findings(workspace, against))
    return Verification(path=path, findings=tuple(findings), signatures=int(report.verdict == OK))


def _opened(path: Path, folder: Path, password: str | None) -> Path:
    from qassess.signing.sealing import is_sealed, unseal

    if not is_sealed(path):
        return path
    if password is None:
        raise QassessError("password.missing")
    plain = folder / path.name
    with plain.open("wb") as out:
        unseal(path, out, password)
    return plain


def _file_findings(report: SourceReport, path: Path) -> Iterator[Finding]:
    values: dict[str, str | int] = {"verdict": report.verdict, **report.values, "name": path.name}
    if report.manifest is None or report.verdict != OK:
        yield Finding(code="verify.export", ok=False, values=values)
        return
    facts = report.manifest
    counts = {"revisions": facts.revisions, "evidence": len(facts.evidence)}
    yield Finding(code="verify.export", ok=True, values=values | counts)
    device: dict[str, str | int] = {"device": facts.device, "author": facts.author, "key": key_words(report.key)}
    yield Finding(code="verify.export_signed", ok=None, values=device)


@contextmanager
def _united(plain: Path, folder: Path) -> Iterator[Workspace]:
    """Give a workspace that holds what the file holds and nothing else."""
    from qassess.signing.device_key import holds

    workspace = open_workspace(folder / "verifying.db", author="", device="verifying")
    try:
        merge_file(workspace.database, plain, workspace.evidence, check_signature=holds, at=0)
        yield workspace
    finally:
        workspace.close()


def _content_findings(workspace: Workspace, against: Workspace | None) -> Iterator[Finding]:
    with workspace.database.unit_of_work(reading=True) as uow:
        prefixes = uow.assessments()
    for prefix in prefixes:
        try:
            view = _view(workspace, prefix.hex())
        except QassessError as unreadable:
            yield Finding(code="doctor.assessment_readable", ok=False, values={"reason": unreadable.code})
            continue
        yield from assessment_findings(workspace, view)
        if against is not None:
            yield _database_finding(view, against)


def _view(workspace: Workspace, assessment: str) -> AssessmentView:
    with workspace.database.unit_of_work(reading=True) as uow:
        return read_view(workspace, uow, assessment)


def _database_finding(view: AssessmentView, against: Workspace) -> Finding:
    try:
        known = _view(against, view.id)
    except QassessError as missing:
        return Finding(code="verify.database_has", ok=False, values={"reason": missing.code})
    same = known.revisions == view.revisions and sheet_document(known.sheet) == sheet_document(view.sheet)
    return Finding(code="verify.database_same", ok=same, values={"body": view.body.name})
