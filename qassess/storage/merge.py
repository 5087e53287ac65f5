"""Unites export files with a database: a set union of revisions, one transaction a file, in any order and repeatedly.

A file is checked on a private copy, its evidence is on the disk before the transaction begins that names it, and the
transaction ends with an entry in the ledger or leaves nothing. A bad file is an outcome, never an exception.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from shutil import rmtree
from time import time
from types import TracebackType
from typing import Final, Self

from qassess.domain.revision import Kind
from qassess.storage import ledger
from qassess.storage.arrivals import KindsMixed, forked, is_untouched, last_arrival, take_in, take_in_first
from qassess.storage.database import Database
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.evidence_transfer import Delivery, Progress, deliver, look_at, unfinished
from qassess.storage.export_format import COLUMNS, CheckSignature, ManifestFacts
from qassess.storage.merge_outcome import (
    KNOWN,
    MERGED,
    NOTHING_NEW,
    MergeOutcome,
    Prepared,
    United,
    digest_of_manifest,
    entry_of,
    refused,
    unread,
)
from qassess.storage.merge_session import SOURCE, MergeSession
from qassess.storage.source_check import (
    OK,
    CheckedSource,
    Met,
    SourceReport,
    checked_source,
    read_source,
    refusal_report,
    refuse_missing_parents,
)
from qassess.storage.source_content import Manifest
from qassess.storage.source_defences import SPOOL_PREFIX, Deadline, Held, SourceRefused, Stop, source_of
from qassess.storage.spans import Spans, size_of, spans_of
from qassess.storage.statements import Statements
from qassess.storage.unit_of_work import UnitOfWork

__all__ = ["KNOWN", "MERGED", "NOTHING_NEW", "MergeOutcome", "Merger", "Step", "merge_file"]

Step = Callable[[UnitOfWork, ManifestFacts], None]
"""Work inside the transaction of a file, with a unit that cannot be committed and what the file's manifest says."""

# A scheme travels with every county and is large: where it is stored already it is not even read. What is left out is
# counted afterwards, and must be what was here.
COPY: Final = (
    f"INSERT OR IGNORE INTO main.revision({COLUMNS}) SELECT {COLUMNS} FROM {SOURCE}.revision s "  # noqa: S608 - constant
    f"WHERE s.kind <> {int(Kind.SCHEME)} OR NOT EXISTS "
    "(SELECT 1 FROM main.revision q WHERE q.entity = s.entity AND q.id = s.id) "
    "ORDER BY s.n"
)
PRESENT: Final = "SELECT 1 FROM revision WHERE entity = ? AND id = ? AND kind = ?"
_KNOWN_ROWS: Final = (
    f"SELECT r.n FROM {SOURCE}.revision s CROSS JOIN main.revision r ON r.entity = s.entity AND r.id = s.id "  # noqa: S608
    "WHERE r.n <= ?"
)
KNOWN_SCHEMES: Final = f"{_KNOWN_ROWS} AND s.kind = {int(Kind.SCHEME)}"
KNOWN_ROWS: Final = f"{_KNOWN_ROWS} ORDER BY r.n"

_STALE_SECONDS: Final = 3600


class _KnownFile(Exception):
    """A file whose manifest was merged: nothing in it can be new."""

    def __init__(self, merge: int, manifest: Manifest) -> None:
        super().__init__(merge)
        self.merge = merge
        self.manifest = manifest


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read and is held, or why it was not."""

    path: Path
    found: Held | SourceRefused | _KnownFile
    held: ExitStack


_Known = Callable[[str], int | None]
"""Gives the active merge of a manifest, by its hash."""


class Merger:
    """Merges files into a database, one after the other, on a connection of its own; used by one thread.

    ``check_signature`` decides who may bring files. ``cancelled`` is asked between files and inside: a file it hits is
    left out whole. ``progress`` is told of the evidence of the present file, in bytes.
    """

    def __init__(
        self,
        database: Database,
        evidence: EvidenceStore,
        *,
        check_signature: CheckSignature,
        cancelled: Stop = lambda: False,
        progress: Progress = lambda _done, _of: None,
    ) -> None:
        self._database = database
        self._evidence = evidence
        self._check_signature = check_signature
        self._cancelled = cancelled
        self._progress = progress
        self._held = ExitStack()
        self._session: MergeSession | None = None

    def __enter__(self) -> Self:
        self._database.refuse_if_vanished()
        connection = self._held.enter_context(self._database.connection_to_merge())
        self._session = MergeSession(self._database, connection, self._cancelled)
        self._sweep()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session = None
        self._held.close()

    def merge(self, path: Path, *, at: int, author: str = "", then: Step | None = None) -> MergeOutcome:
        """Merge one file; ``at`` in UTC milliseconds. What ``then`` appends belongs to this merge.

        Raises ``QassessError`` with ``database.`` … for what is wrong here, never for what is wrong with the file.
        """
        return self._finish(self._prepare(self._read(path, self._known)), at, author, then)

    def merge_all(
        self, paths: Iterable[Path], *, clock: Callable[[], int], author: str = "", then: Step | None = None
    ) -> Iterator[MergeOutcome]:
        """Merge files in their order and give the outcome of each; the next is read while one is merged.

        As :meth:`merge` otherwise. ``clock`` gives the time of each merge, UTC milliseconds.
        """
        # A stick is slow, and reading and hashing need neither the database nor the interpreter. Checking rows needs
        # the interpreter all the time: beside a merge it would only make both wait (measured).
        known = ledger.manifests(self._open.statements)
        with ThreadPoolExecutor(1, "qassess-reading") as reading:
            waiting: Future[_Read] | None = None
            try:
                for path in chain(paths, (None,)):
                    ahead = None if path is None else reading.submit(self._read_ahead, path, known.get)
                    ready, waiting = waiting, ahead
                    if ready is not None:
                        outcome = self._finish(self._prepare(ready.result()), clock(), author, then)
                        if outcome.merge is not None:
                            known[digest_of_manifest(outcome.report.manifest_body)] = outcome.merge
                        yield outcome
            finally:
                if waiting is not None:
                    waiting.result().held.close()

    def inspect(self, path: Path, *, look: Step | None = None) -> MergeOutcome:
        """Say what merging a file would do; ``look`` is shown the database as it would be. Nothing is changed."""
        prepared = self._prepare(self._read(path, self._known))
        with prepared.held:
            source = prepared.source
            if isinstance(source, SourceReport):
                return unread(prepared)
            try:
                with self._transaction(source):
                    united = self._unite(source, look)
                delivery = look_at(
                    source.evidence, source.listed, self._evidence.has, self._check(source), self._progress
                )
            except SourceRefused as why:
                return refused(prepared, why)
            return self._outcome(prepared, source, united, delivery)

    @property
    def _open(self) -> MergeSession:
        if self._session is None:
            raise RuntimeError("a merger is used inside its with block")
        return self._session

    def _known(self, manifest: str) -> int | None:
        return ledger.merge_of(self._open.statements, manifest)

    def _read(self, path: Path, known: _Known) -> _Read:
        """Read a file; the ledger is asked through ``known`` only, as this may run beside the merging of another."""
        spool = self._database.path.parent
        with ExitStack() as held:
            try:
                private = held.enter_context(
                    read_source(path, cancelled=self._cancelled, spool=spool, met=self._leaving(known))
                )
            except (SourceRefused, _KnownFile) as stopped:
                return _Read(path, stopped, held.pop_all())
            return _Read(path, private, held.pop_all())

    def _read_ahead(self, path: Path, known: _Known) -> _Read:
        read = self._read(path, known)
        if isinstance(read.found, Held):
            _ = read.found.sha256  # found out now, while there is time
        return read

    def _leaving(self, known: _Known) -> Met:
        """Return what leaves a file alone once its manifest is known and its evidence is here."""

        def met(manifest: Manifest) -> None:
            merge = known(digest_of_manifest(manifest.body))
            if merge is not None and all(self._evidence.has(one.sha256) for one in manifest.facts.evidence):
                raise _KnownFile(merge, manifest)

        return met

    def _prepare(self, read: _Read) -> Prepared:
        """Check a file that was read."""
        path = read.path
        with read.held as held:
            try:
                if not isinstance(read.found, Held):
                    raise read.found
                source = held.enter_context(
                    checked_source(
                        path,
                        read.found,
                        check_signature=self._check_signature,
                        cancelled=self._cancelled,
                        met=self._leaving(self._known),
                    )
                )
            except SourceRefused as why:
                return Prepared(path, refusal_report(path, why), None, held.pop_all())
            except _KnownFile as found:
                report = SourceReport(path=path, verdict=OK, manifest=found.manifest.facts)
                return Prepared(path, report, found.merge, held.pop_all())
            return Prepared(path, source, None, held.pop_all())

    def _finish(self, prepared: Prepared, at: int, author: str, then: Step | None) -> MergeOutcome:
        with prepared.held:
            source = prepared.source
            if isinstance(source, SourceReport):
                return unread(prepared)
            try:
                self._refuse_orphans(source)  # before anything of it is written, evidence too
                delivery = deliver(source.evidence, source.listed, self._evidence, self._check(source), self._progress)
                duplicate_of = self._known(digest_of_manifest(source.manifest.body))
                if duplicate_of is not None:
                    found = self._outcome(prepared, source, United((), (), len(source.rows.places), ()), delivery)
                    return replace(found, verdict=KNOWN, duplicate_of=duplicate_of)
                with self._transaction(source):
                    united = self._unite(source, then)
                    outcome = self._outcome(prepared, source, united, delivery)
                    merge = ledger.add_entry(self._open.statements, entry_of(outcome, at, author), united.holding())
                    self._open.commit()
            except SourceRefused as why:
                return refused(prepared, why)
            return replace(outcome, merge=merge)

    @contextmanager
    def _transaction(self, source: CheckedSource) -> Iterator[None]:
        with self._open.beside(source_of(source.held)), self._open.transaction():
            yield

    def _unite(self, source: CheckedSource, step: Step | None) -> United:
        """Copy the revisions, bring heads and states in step, and let ``step`` add its own."""
        statements, rows = self._open.statements, source.rows
        prefixes, after = rows.prefixes, last_arrival(statements)
        untouched = not rows.outside and not rows.is_forked() and is_untouched(statements, prefixes)
        before = frozenset() if untouched else forked(statements, prefixes)
        self._refuse_orphans(source)
        new = _copied(statements)
        if untouched:
            take_in_first(statements, after, prefixes)
        else:
            _take_in(statements, after)
        conflicts = () if untouched else tuple(sorted(forked(statements, prefixes) - before))
        known = _known_rows(statements, after, len(rows.places) - new)
        if step is not None:
            step(self._open.unit(), source.manifest.facts)
        last = last_arrival(statements)
        arrived = ((after + 1, last),) if last > after else ()
        return United(arrived, known, len(rows.places) - new, conflicts)

    def _refuse_orphans(self, source: CheckedSource) -> None:
        find = self._open.statements.rows
        refuse_missing_parents(sum(not find(PRESENT, parent) for parent in source.rows.outside))

    def _outcome(self, prepared: Prepared, source: CheckedSource, united: United, delivery: Delivery) -> MergeOutcome:
        listed = {one.sha256 for one in source.manifest.facts.evidence}
        missing = (sha for sha in source.rows.named - listed if not self._evidence.has(sha))
        return MergeOutcome(
            report=prepared.report(),
            verdict=MERGED if united.new else NOTHING_NEW,
            new=united.new,
            known=united.known,
            conflicts=united.conflicts,
            assessments=tuple(sorted(source.rows.prefixes)),
            evidence_new=len(delivery.arrived),
            evidence_missing=tuple(sorted(missing)),
            evidence_damaged=tuple(delivery.damaged),
        )

    def _check(self, source: CheckedSource) -> Callable[[], None]:
        return Deadline(source.held.size, self._cancelled).refuse

    def _sweep(self) -> None:
        """Remove what a merge left half written that was killed; nothing that may be in use."""
        stale = time() - _STALE_SECONDS
        for left in chain(self._database.path.parent.glob(f"{SPOOL_PREFIX}*"), unfinished(self._evidence)):
            with suppress(OSError):
                if left.stat().st_mtime < stale:
                    rmtree(left) if left.is_dir() else left.unlink()


def merge_file(
    database: Database,
    path: Path,
    evidence: EvidenceStore,
    *,
    check_signature: CheckSignature,
    at: int,
    author: str = "",
) -> MergeOutcome:
    """Merge one file, see :meth:`Merger.merge`; for several, one :class:`Merger` is faster."""
    with Merger(database, evidence, check_signature=check_signature) as merger:
        return merger.merge(path, at=at, author=author)


def _copied(statements: Statements) -> int:
    try:
        return statements.run(COPY).rowcount
    except sqlite3.IntegrityError as broken:  # its hash is right, and yet no program of ours writes such a row
        raise SourceRefused("source.altered", reason=str(broken)) from broken


def _take_in(statements: Statements, after: int) -> None:
    try:
        take_in(statements, after)
    except KindsMixed as mixed:
        raise SourceRefused("source.altered", reason="kind") from mixed


def _known_rows(statements: Statements, after: int, count: int) -> Spans:
    """Return the arrival numbers of the file's revisions that were here already."""
    if not count:
        return ()
    schemes = sorted(row[0] for row in statements.rows(KNOWN_SCHEMES, (after,)))
    if len(schemes) == count:
        return spans_of(schemes)
    known = spans_of(row[0] for row in statements.rows(KNOWN_ROWS, (after,)))
    if size_of(known) != count:  # a row was left out for another reason: no program of ours writes such a row
        raise SourceRefused("source.altered", reason="revision")
    return known
