"""Files that were brought: what is in them, what merging them would do, the merge itself, and taking it back.

Each file ends with one named outcome and is one transaction. A bad file is an outcome; what is wrong with this machine
(a full disk, a vanished database) is an error.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Final, Self

from qassess.domain.bodies import Body
from qassess.domain.carry_over import CarriedOver
from qassess.domain.receipt import short_checksum
from qassess.errors import QassessError
from qassess.services.bodies import register
from qassess.services.exports import (
    SUFFIX,
    Cancelled,
    Progress,
    export_assessments,
    key_words,
    private_file,
    suggested_name,
    write_slip,
)
from qassess.services.file_contents import Contents, Reading, Rehearsal, disputes_under
from qassess.services.undo_refusal import named_refusal
from qassess.services.workspace import Workspace
from qassess.storage import ledger as stored_ledger
from qassess.storage.export_format import AssessmentFacts, ManifestFacts
from qassess.storage.ledger import LedgerEntry
from qassess.storage.merge import MergeOutcome, Merger
from qassess.storage.merge_undo import redo_merge as redo_stored
from qassess.storage.merge_undo import undo_merge as undo_stored

__all__ = [
    "CarriedOver",
    "FileAssessment",
    "FileResult",
    "Inbox",
    "LedgerEntry",
    "export_assessments",
    "export_files",
    "inbox",
    "ledger",
    "merge_files",
    "preflight",
    "redo_merge",
    "suggested_name",
    "undo_merge",
    "write_slip",
]

_ACCEPTED: Final = ("merged", "nothing_new", "known")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAssessment:
    """One assessment in a file. ``body`` is ``None`` for one that this program's register does not know.

    ``signatures``: how many are in force once the file is merged; ``changed``: the items that then differ from what was
    signed. ``carried``: what became of the answers where the office has another version of the scheme.
    """

    assessment: str
    body_id: str
    body: Body | None
    year: int
    round: str
    scheme: str = ""
    version: str = ""
    signatures: int = 0
    changed: tuple[str, ...] = ()
    carried: CarriedOver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What became, or would become, of one file; :func:`qassess.wording.exchange.say_file` says the verdict.

    ``new`` and ``known`` count revisions, ``conflicts`` the fields in conflict that were not before. ``checksum`` is
    the one its receipt names. ``merge`` is its entry in the ledger; ``duplicate_of`` names the same file in this batch.
    """

    path: Path
    verdict: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    accepted: bool = False
    sealed: bool = False
    sha256: str = ""
    size: int = 0
    assessments: tuple[FileAssessment, ...] = ()
    new: int = 0
    known: int = 0
    conflicts: int = 0
    evidence: int = 0
    evidence_missing: tuple[str, ...] = ()
    duplicate_of: str = ""
    merge: int | None = None
    author: str = ""
    device: str = ""
    key: str = ""
    made_at: datetime | None = None

    @property
    def checksum(self) -> str:
        """The short checksum of the file as it was handed over; empty where it could not be read."""
        return short_checksum(self.sha256) if self.sha256 else ""


@dataclass(frozen=True, slots=True)
class Inbox:
    """The office's desk: the last merge that stands, how many stand, and how many fields await a decision."""

    last: LedgerEntry | None
    merges: int
    conflicts: int


Found = Callable[[FileResult], None]


def export_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files among what was dropped: files as they are, folders searched, each file once, in order."""
    found: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
        for file in inside:
            if not file.name.startswith(".") and (file == path or file.is_file()):
                found.setdefault(file.resolve(), file)
    return tuple(found.values())


def preflight(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    passwords: Mapping[Path, str] | None = None,
    found: Found = lambda _result: None,
    progress: Progress = lambda _done, _of: None,
    cancelled: Cancelled = lambda: False,
) -> tuple[FileResult, ...]:
    """Say of each file what merging all of them in this order would do. Nothing is written.

    ``found`` is told each result as it is known, ``progress`` files done and files in all.
    """
    with _Batch(workspace, passwords or {}, cancelled) as batch:
        return _each(paths, batch.inspected, _Hooks(found, progress, cancelled))


def merge_files(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    passwords: Mapping[Path, str] | None = None,
    found: Found = lambda _result: None,
    progress: Progress = lambda _done, _of: None,
    cancelled: Cancelled = lambda: False,
) -> tuple[FileResult, ...]:
    """Merge files in their order, each in one transaction; a cancel keeps what is done and leaves out the rest whole.

    Raises ``QassessError`` with ``database.`` … for what is wrong here; what was told to ``found`` is done and stays.
    """
    with _Batch(workspace, passwords or {}, cancelled) as batch:
        return _each(paths, batch.merged, _Hooks(found, progress, cancelled))


def undo_merge(workspace: Workspace, merge: int) -> LedgerEntry:
    """Take a merge back exactly, also after later ones.

    Raises ``QassessError``: ``merge.unknown``, ``merge.not_active``, ``merge.undo_rests`` naming the decision that
    rests on it.
    """
    try:
        return undo_stored(workspace.database, merge, at=_now(workspace), author=workspace.author)
    except QassessError as blocked:
        if blocked.code != "merge.undo_blocked":
            raise
        raise named_refusal(workspace, blocked) from blocked


def redo_merge(workspace: Workspace, merge: int) -> LedgerEntry:
    """Do a merge that was taken back again, without its file.

    Raises ``QassessError``: ``merge.unknown``, ``merge.not_undone``, ``merge.redo_blocked``.
    """
    return redo_stored(workspace.database, merge, at=_now(workspace), author=workspace.author)


def ledger(workspace: Workspace) -> tuple[LedgerEntry, ...]:
    """Return all merges, undos and redos, the newest first."""
    return tuple(reversed(stored_ledger.merges(workspace.database)))


def inbox(workspace: Workspace) -> Inbox:
    """Return what lies on the office's desk."""
    standing = [entry for entry in ledger(workspace) if entry.state == stored_ledger.ACTIVE]
    with workspace.database.unit_of_work(reading=True) as uow:
        open_fields = sum(1 for _conflict in disputes_under(uow, uow.assessments()))
    return Inbox(last=standing[0] if standing else None, merges=len(standing), conflicts=open_fields)


@dataclass(frozen=True, slots=True)
class _Hooks:
    found: Found
    progress: Progress
    cancelled: Cancelled


def _each(paths: Sequence[Path], work: Callable[[Path], FileResult], hooks: _Hooks) -> tuple[FileResult, ...]:
    results = []
    for done, path in enumerate(paths):
        hooks.progress(done, len(paths))
        stopped = FileResult(path=path, verdict="merge.cancelled", values={"name": path.name})
        results.append(stopped if hooks.cancelled() else work(path))
        hooks.found(results[-1])
    hooks.progress(len(paths), len(paths))
    return tuple(results)


class _Batch:
    """Files looked at or merged one after the other, each against the database and those before it."""

    def __init__(self, workspace: Workspace, passwords: Mapping[Path, str], cancelled: Cancelled) -> None:
        self._workspace = workspace
        self._passwords = passwords
        self._cancelled = cancelled
        self._seen: dict[str, Path] = {}
        self._earlier: list[Rehearsal] = []
        self._held = ExitStack()

    def __enter__(self) -> Self:
        from qassess.signing.device_key import holds

        self._merger = self._held.enter_context(
            Merger(
                self._workspace.database,
                self._workspace.evidence,
                check_signature=holds,
                cancelled=self._cancelled,
            )
        )
        return self

    def __exit__(self, *_failure: object) -> None:
        self._held.close()

    def inspected(self, path: Path) -> FileResult:
        with ExitStack() as held:
            plain, refused = self._plain(path, held)
            if refused is not None:
                return refused
            contents = Rehearsal(self._workspace)
            outcome = self._merger.inspect(plain, look=contents.look)
            result = self._result(path, plain, outcome, contents)
            if not result.accepted:
                return result
            twice = contents.already(self._earlier)
            result = replace(
                result,
                new=result.new - twice,
                known=result.known + twice,
                conflicts=contents.conflicts_after(self._earlier),
            )
            self._earlier.append(contents)
            return _judged(result, unsigned="merge.unsigned")

    def merged(self, path: Path) -> FileResult:
        with ExitStack() as held:
            plain, refused = self._plain(path, held)
            if refused is not None:
                return refused
            contents = Contents(self._workspace)
            workspace = self._workspace
            outcome = self._merger.merge(plain, at=_now(workspace), author=workspace.author, then=contents.look)
            result = self._result(path, plain, outcome, contents)
            return _judged(result, fresh="merge.merged") if result.accepted else result

    def _plain(self, path: Path, held: ExitStack) -> tuple[Path, FileResult | None]:
        """Return the file as it can be read, a sealed one opened to a private place; or why it cannot be."""
        from qassess.signing.sealing import is_sealed, unseal

        if not is_sealed(path):
            return path, None
        refused = FileResult(path=path, verdict="sealed.password_needed", values={"path": path.name}, sealed=True)
        password = self._passwords.get(path)
        if password is None:
            return path, refused
        plain = held.enter_context(private_file(self._workspace, path.name))
        try:
            with plain.open("wb") as out:
                unseal(path, out, password, cancelled=self._cancelled)
        except QassessError as error:
            code = "merge.cancelled" if error.code == "work.cancelled" else error.code
            return path, replace(refused, verdict=code, values={"path": path.name, **error.values})
        return plain, None

    def _result(self, path: Path, plain: Path, outcome: MergeOutcome, contents: Contents) -> FileResult:
        report = outcome.report
        result = FileResult(
            path=path,
            verdict=outcome.verdict,
            values={"name": path.name, **report.values},
            accepted=outcome.verdict in _ACCEPTED,
            sealed=plain != path,
            size=report.size,
            new=outcome.new,
            known=outcome.known,
            conflicts=len(contents.disputes),
            evidence_missing=outcome.evidence_missing,
            merge=outcome.merge,
        )
        result = self._named(result, report.sha256)
        return result if report.manifest is None else _described(result, report.manifest, report.key, contents)

    def _named(self, result: FileResult, sha256: str) -> FileResult:
        """Add the hash of the file as it was handed over, and the file of this batch that has the same content."""
        handed_over = sha256
        if result.sealed or (result.accepted and not sha256):
            with result.path.open("rb") as file:
                handed_over = file_digest(file, "sha256").hexdigest()
        content = sha256 or handed_over
        first = self._seen.setdefault(content, result.path) if content else result.path
        return replace(result, sha256=handed_over, duplicate_of="" if first == result.path else first.name)


def _described(result: FileResult, facts: ManifestFacts, key: bytes, contents: Contents) -> FileResult:
    return replace(
        result,
        assessments=tuple(_assessment(known, contents.readings.get(known.prefix)) for known in facts.assessments),
        evidence=len(facts.evidence),
        author=facts.author,
        device=facts.device,
        key=key_words(key),
        made_at=datetime.fromtimestamp(facts.at / 1000, UTC),
    )


def _assessment(facts: AssessmentFacts, reading: Reading | None) -> FileAssessment:
    reading = reading or Reading()
    return FileAssessment(
        assessment=facts.prefix,
        body_id=facts.body,
        body=register().find(facts.body),
        year=facts.year,
        round=facts.round,
        scheme=reading.scheme,
        version=reading.version,
        signatures=reading.signatures,
        changed=reading.changed,
        carried=reading.carried,
    )


def _judged(result: FileResult, *, fresh: str = "merge.new", unsigned: str = "") -> FileResult:
    """Name the outcome of a file that was accepted: the first that applies of what its reader has to know."""
    values = {**result.values, "duplicate_of": result.duplicate_of, "conflicts": result.conflicts}
    if result.duplicate_of:
        verdict = "merge.duplicate"
    elif result.verdict == "known":
        verdict = "merge.known"
    elif result.conflicts:
        verdict = "merge.conflicts"
    elif any(known.changed for known in result.assessments):
        verdict = "merge.check"
    elif not result.new:
        verdict = "merge.nothing_new"
    elif unsigned and not any(known.signatures for known in result.assessments):
        verdict = unsigned
    else:
        verdict = fresh
    return replace(result, verdict=verdict, values=values)


def _now(workspace: Workspace) -> int:
    return int(workspace.clock().timestamp() * 1000)
