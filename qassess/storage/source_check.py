"""Says of a file that somebody brought whether it is a whole, unaltered export, and holds it while it is merged."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection
from tempfile import gettempdir

from qassess.storage.evidence_transfer import Listed, listed_in
from qassess.storage.export_format import CheckSignature, ManifestFacts
from qassess.storage.source_content import Manifest, RowFacts, check_against_manifest, checked_rows, manifest_of
from qassess.storage.source_defences import (
    LARGEST_IN_MEMORY,
    Deadline,
    Held,
    SourceRefused,
    Stop,
    check_pages,
    connected,
    held,
    opened,
    source_of,
)

OK = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What was found out about a file.

    ``verdict`` is ``ok`` or the code of a sentence, filled by ``values``: ``source.not_found``, ``not_a_file``,
    ``unreadable``, ``empty``, ``too_large``, ``foreign``, ``database`` (a working database, not an export),
    ``unfinished`` (copied while in use), ``newer``, ``damaged``, ``altered``, ``incomplete``, ``not_closed``,
    ``manifest_missing``, ``signature``, ``too_slow``, or ``merge.cancelled``. ``sha256`` of the file's bytes and
    ``size`` are known once the file was read, the manifest and its signature once that was found whole.
    """

    path: Path
    verdict: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    sha256: str = ""
    size: int = 0
    manifest: ManifestFacts | None = None
    manifest_body: bytes = b""
    key: bytes = b""
    signature: bytes = b""


Met = Callable[[Manifest], None]
"""Told of a manifest before anything else in the file is looked at; may raise to leave it at that."""


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """A file that is whole and unaltered, held privately and open to read.

    ``evidence`` is a connection for its chunks alone: they may be read where the file lies.
    """

    held: Held
    evidence: Connection
    listed: Listed
    manifest: Manifest
    rows: RowFacts

    def report(self, path: Path) -> SourceReport:
        """Return what there is to say about it."""
        return SourceReport(
            path=path,
            verdict=OK,
            sha256=self.held.sha256,
            size=self.held.size,
            manifest=self.manifest.facts,
            manifest_body=self.manifest.body,
            key=self.manifest.key,
            signature=self.manifest.signature,
        )


def inspect_source(
    path: Path, *, check_signature: CheckSignature, cancelled: Stop = lambda: False, spool: Path | None = None
) -> SourceReport:
    """Check a file by itself; never raises for anything the file is or holds.

    A large file is copied to ``spool``, by default the system's folder for temporary files.
    Raises ``QassessError("database.disk_full")`` … about that folder.
    """
    place = spool or Path(gettempdir())
    try:
        with (
            read_source(path, cancelled=cancelled, spool=place) as private,
            checked_source(path, private, check_signature=check_signature, cancelled=cancelled) as source,
        ):
            refuse_missing_parents(len(source.rows.outside))
            return source.report(path)
    except SourceRefused as refused:
        return refusal_report(path, refused)


def refusal_report(path: Path, refused: SourceRefused) -> SourceReport:
    """Return what there is to say about a file that was refused."""
    values = {"path": str(path), "name": path.name, **refused.values}
    return SourceReport(path=path, verdict=refused.code, values=values)


def refuse_missing_parents(missing: int) -> None:
    """Raise :class:`SourceRefused` when parents are neither in the file nor stored."""
    if missing:
        raise SourceRefused("source.not_closed", missing=missing)


@contextmanager
def read_source(path: Path, *, cancelled: Stop, spool: Path, met: Met = lambda _manifest: None) -> Iterator[Held]:
    """Read a file, or copy what counts of a large one, for the ``with`` block; what it says is not looked at.

    Raises :class:`SourceRefused`; ``QassessError("database.disk_full")`` … about the spool; what ``met`` raises, which
    is told of a large file's manifest before that file is read.
    """
    size = _size_of(path)
    deadline = Deadline(size, cancelled)
    if size > LARGEST_IN_MEMORY:
        met(_claimed_manifest(path, deadline))
    with held(path, spool, deadline) as private:
        yield private


@contextmanager
def checked_source(
    path: Path,
    private: Held,
    *,
    check_signature: CheckSignature,
    cancelled: Stop,
    met: Met = lambda _manifest: None,
) -> Iterator[CheckedSource]:
    """Check a file that was read, and keep it open; parents outside the file are for the caller to find.

    Raises :class:`SourceRefused`, or what ``met`` raises.
    """
    deadline = Deadline(private.size, cancelled)
    with (
        connected(source_of(private), deadline) as connection,
        _evidence_of(path, private, connection, deadline) as evidence,
    ):
        manifest = manifest_of(connection)
        met(manifest)
        check_pages(connection)
        if not check_signature(manifest.body, manifest.key, manifest.signature):
            raise SourceRefused("source.signature")
        rows = checked_rows(connection, deadline)
        check_against_manifest(rows, manifest.facts, connection)
        yield CheckedSource(private, evidence, listed_in(connection), manifest, rows)


@contextmanager
def _evidence_of(path: Path, private: Held, connection: Connection, deadline: Deadline) -> Iterator[Connection]:
    if private.content is not None:
        yield connection
        return
    with connected(path, deadline) as original:
        yield original


def _claimed_manifest(path: Path, deadline: Deadline) -> Manifest:
    """Read the manifest of a large file where it lies, looking at nothing else in it."""
    with opened(path), connected(path, deadline) as connection:
        return manifest_of(connection)


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):  # what is wrong with it is said when it is opened
        return 0
