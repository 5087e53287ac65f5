"""One use case = one unit of work = one transaction, undone unless committed."""

import time
from collections.abc import Callable
from hashlib import sha256 as hash_of
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection

from qassess.domain.revision import Kind, Revision
from qassess.storage import local_tables, projection, revision_log, states
from qassess.storage.local_tables import Draft
from qassess.storage.revision_log import RevisionRefused, Stored
from qassess.storage.statements import Statements
from qassess.storage.states import AssessmentState, EntryState

__all__ = ["AssessmentState", "Draft", "EntryState", "RevisionRefused", "Stored", "UnitOfWork"]

_SCHEME_ENTITY_BYTES: Final = 16


class UnitOfWork:
    """A transaction on a connection of its own; short-lived, used by one thread, never nested in another one.

    Leaving the ``with`` block without :meth:`commit` undoes everything. What the methods return is frozen and outlives
    the unit. All methods raise the ``database.*`` errors of :mod:`qassess.storage.failures`.
    """

    def __init__(self, path: Path, connect: Callable[[], Connection], still_there: Callable[[], None]) -> None:
        """Prepare a unit: ``connect`` opens its connection, ``still_there`` refuses when the file has vanished."""
        self._path = path
        self._connect = connect
        self._still_there = still_there
        self._held: tuple[Connection, Statements] | None = None
        self._is_own = True

    @classmethod
    def within(cls, path: Path, connection: Connection) -> Self:
        """Return a unit inside a transaction that another part of storage has begun and will end."""
        unit = cls(path, lambda: connection, lambda: None)
        unit._held = connection, Statements(connection, path)
        unit._is_own = False
        return unit

    def __enter__(self) -> Self:
        self._still_there()
        connection = self._connect()
        try:
            connection.begin()
            self._held = connection, Statements(connection, self._path)
        except BaseException:
            connection.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._held is not None:
            self._held[0].close()
            self._held = None

    def _in_use(self) -> tuple[Connection, Statements]:
        if self._held is None:
            raise RuntimeError("a unit of work is used inside its with block, and ends with commit")
        return self._held

    @property
    def statements(self) -> Statements:
        """The fixed statements of this transaction; for the rest of storage alone."""
        return self._statements

    @property
    def _connection(self) -> Connection:
        return self._in_use()[0]

    @property
    def _statements(self) -> Statements:
        return self._in_use()[1]

    def commit(self) -> None:
        """Make everything durable before returning, and end the unit.

        Raises ``QassessError("database.vanished")`` or ``database.disk_full`` …; then nothing of the unit is kept.
        """
        connection = self._connection
        if not self._is_own:
            raise RuntimeError("whoever began this transaction ends it")
        self._still_there()
        connection.commit()
        connection.close()
        self._held = None

    def append(self, revision: Revision) -> Stored:
        """Add a revision to the log; one that is there already changes nothing.

        Raises :class:`RevisionRefused` for one that must not be there.
        """
        return revision_log.append(self._statements, revision)

    def revision(self, entity: bytes, revision_id: bytes) -> Stored | None:
        """Return one revision of an entity."""
        return revision_log.read_one(self._statements, entity, revision_id)

    def history(self, entity: bytes) -> tuple[Stored, ...]:
        """Return all revisions of an entity as they arrived here, the oldest first."""
        return revision_log.read_history(self._statements, entity)

    def history_under(self, prefix: bytes) -> tuple[Stored, ...]:
        """Return all revisions of all entities that begin with ``prefix``, by entity, the oldest first."""
        return revision_log.read_history_under(self._statements, prefix)

    def heads(self, entity: bytes) -> tuple[Stored, ...]:
        """Return the present revisions of an entity, ids ascending; more than one is a conflict."""
        return revision_log.read_heads(self._statements, entity)

    def heads_under(self, prefix: bytes) -> tuple[Stored, ...]:
        """Return the present revisions of all entities that begin with ``prefix``, by entity and id."""
        return revision_log.read_heads_under(self._statements, prefix)

    def entities_under(self, prefix: bytes) -> tuple[bytes, ...]:
        """Return all entities that begin with ``prefix``, ascending."""
        return revision_log.read_entities_under(self._statements, prefix)

    def assessments(self) -> tuple[bytes, ...]:
        """Return the 8-byte prefixes of all assessments, ascending."""
        return states.read_prefixes(self._statements)

    def assessment_states(self) -> tuple[AssessmentState, ...]:
        """Return what lists show of all assessments, by prefix; no payload is read."""
        return states.read_assessment_states(self._statements)

    def entry_states(self, prefix: bytes) -> tuple[EntryState, ...]:
        """Return what lists show of the items of an assessment, by entity; no payload is read."""
        return states.read_entry_states(self._statements, prefix)

    def conflicts(self, prefix: bytes) -> tuple[bytes, ...]:
        """Return the entities of an assessment that have more than one head, ascending."""
        return states.read_conflicts(self._statements, prefix)

    def scheme_content(self, sha256: str) -> str | None:
        """Return the canonical content of the scheme with that hash, if it is stored and still has that hash."""
        for stored in self.history(bytes.fromhex(sha256)[:_SCHEME_ENTITY_BYTES]):
            payload = stored.revision.payload
            if stored.revision.kind == Kind.SCHEME and hash_of(payload.encode()).hexdigest() == sha256:
                return payload
        return None

    def rebuild_projection(self) -> None:
        """Drop heads and states and write them anew from the log."""
        projection.rebuild_projection(self._statements)

    def projection_is_current(self) -> bool:
        """Say whether heads and states are what the log alone gives."""
        return projection.rebuilt(self._statements) == projection.stored(self._statements)

    def put_draft(self, entity: bytes, text: str, *, at: int | None = None) -> None:
        """Keep what is typed but not accepted; ``at`` in UTC milliseconds, now by default."""
        moment = time.time_ns() // 1_000_000 if at is None else at
        local_tables.put_draft(self._connection, Draft(entity, text, moment))

    def draft(self, entity: bytes) -> str | None:
        """Return the text of an entity's draft, if there is one."""
        draft = local_tables.read_draft(self._connection, entity)
        return None if draft is None else draft.text

    def drafts(self, prefix: bytes = b"") -> tuple[Draft, ...]:
        """Return all drafts of entities that begin with ``prefix``, the latest first."""
        return local_tables.read_drafts(self._connection, prefix)

    def drop_draft(self, entity: bytes) -> None:
        """Discard an entity's draft, if there is one."""
        local_tables.drop_draft(self._connection, entity)

    def put_place(self, prefix: bytes, item: str) -> None:
        """Remember the item at which one left an assessment."""
        local_tables.put_place(self._connection, prefix, item)

    def place(self, prefix: bytes) -> str | None:
        """Return the item at which one left an assessment, if any."""
        return local_tables.read_place(self._connection, prefix)

    def put_setting(self, name: str, value: str) -> None:
        """Keep a setting of this machine; it is never exported."""
        local_tables.put_setting(self._connection, name, value)

    def setting(self, name: str) -> str | None:
        """Return a setting of this machine, if it was ever kept."""
        return local_tables.read_setting(self._connection, name)

    def next_hlc(self, now_ms: int) -> int:
        """Give out the next hybrid logical time, in UTC milliseconds: always later than the last one given out.

        A clock that has gone back by more than a minute is counted, see :mod:`qassess.storage.health`.
        """
        return local_tables.next_hlc(self._statements, now_ms)
