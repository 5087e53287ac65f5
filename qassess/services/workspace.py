"""The workspace: one open database, who works on it, and what has been read from it once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from qassess.domain.canonical import canonical_text
from qassess.domain.payloads import Document
from qassess.domain.revision import Kind, Revision
from qassess.domain.scheme import PinnedScheme
from qassess.domain.scheme_file import read_scheme
from qassess.errors import QassessError
from qassess.services.standing import fold_heads
from qassess.storage.database import Database, open_database
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.unit_of_work import UnitOfWork


def utc_now() -> datetime:
    """Return the machine's time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit that can be undone: the payload of an entity before (``None``: it did not exist) and after.

    ``along`` are the edits of other entities made, undone and redone together with it.
    """

    assessment: str
    kind: Kind
    name: str
    entity: bytes
    before: Document | None
    after: Document
    along: tuple["Edit", ...] = ()


@dataclass(slots=True)
class Workspace:
    """One open database and the person at it. ``clock`` returns UTC.

    ``undoable``/``redoable`` are this session's edits, newest last; the log itself is never rewritten.
    """

    database: Database
    evidence: EvidenceStore
    author: str
    device: str
    clock: Callable[[], datetime]
    schemes: dict[str, PinnedScheme] = field(default_factory=dict)
    undoable: list[Edit] = field(default_factory=list)
    redoable: list[Edit] = field(default_factory=list)

    def close(self) -> None:
        """Close the database and release its lock."""
        self.database.close()

    def scheme(self, uow: UnitOfWork, sha256: str) -> PinnedScheme:
        """Return the scheme an assessment is pinned to, from the database that carries it.

        Raises ``QassessError("scheme.not_stored")``.
        """
        if sha256 not in self.schemes:
            content = uow.scheme_content(sha256)
            if content is None:
                raise QassessError("scheme.not_stored", sha256=sha256[:12])
            self.schemes[sha256] = read_scheme(content.encode(), sha256[:12])
        return self.schemes[sha256]

    def append(self, uow: UnitOfWork, kind: Kind, entity: bytes, payload: Document) -> Revision:
        """Append one revision by this workspace's author on the entity's head; several heads are folded first."""
        fold_heads(uow, entity)
        revision = Revision(
            kind=kind,
            entity=entity,
            parents=tuple(stored.revision.id for stored in uow.heads(entity)),
            author=self.author,
            device=self.device,
            hlc=uow.next_hlc(int(self.clock().timestamp() * 1000)),
            payload=canonical_text(payload),
        )
        uow.append(revision)
        return revision


def open_workspace(
    path: Path,
    *,
    author: str,
    device: str,
    clock: Callable[[], datetime] = utc_now,
    read_only: bool = False,
) -> Workspace:
    """Open (or create) the database at ``path`` for one person on one device.

    Raises the ``database.*`` errors of :func:`qassess.storage.database.open_database`.
    """
    database = open_database(path, device=device, read_only=read_only)
    return Workspace(database, EvidenceStore(path), author, device, clock)


def scheme_entity(sha256: str) -> bytes:
    """Return the entity of a scheme: the first 16 bytes of its hash, the same on every machine."""
    return bytes.fromhex(sha256)[:16]


def carry_scheme(uow: UnitOfWork, pinned: PinnedScheme) -> None:
    """Put a scheme into the database once; its revision is the same bytes on every machine."""
    if uow.scheme_content(pinned.sha256) is None:
        uow.append(
            Revision(
                kind=Kind.SCHEME,
                entity=scheme_entity(pinned.sha256),
                parents=(),
                author="",
                device="",
                hlc=0,
                payload=pinned.content,
            )
        )
