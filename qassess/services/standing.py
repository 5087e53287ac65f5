"""Where an entity stands: its heads settled into one document, without a second look where there is one plain head."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from qassess.domain.canonical import canonical_text
from qassess.domain.edits import plain
from qassess.domain.fields import UNSETTLED, Document
from qassess.domain.revision import Kind, Revision
from qassess.domain.settling import FieldConflict, automatic_revisions, settle
from qassess.storage.unit_of_work import Stored, UnitOfWork

DECIDABLE = (Kind.ASSESSMENT, Kind.ENTRY, Kind.EVIDENCE)
"""The kinds whose conflicts people decide; others are kept as they are."""

_MARK = f'"{UNSETTLED}"'

_MOST_REMEMBERED = 8192
_remembered: dict[tuple[bytes, ...], tuple[str, tuple[FieldConflict, ...]]] = {}
"""What heads say together, by their ids: ids name the whole history behind them, so it never changes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One entity as it stands. ``payload`` is what all its heads say together; ``latest`` is the newest of them."""

    latest: Revision
    payload: str
    heads: tuple[Revision, ...]
    conflicts: tuple[FieldConflict, ...] = ()

    @property
    def document(self) -> Document:
        """The payload, read; a copy of one's own."""
        document: Document = json.loads(self.payload)
        return document


def standing_of(uow: UnitOfWork, entity: bytes) -> Standing | None:
    """Return where an entity stands, ``None`` where nothing is known of it."""
    heads = uow.heads(entity)
    return _standing(uow, heads) if heads else None


def standing_under(uow: UnitOfWork, prefix: bytes) -> Mapping[bytes, Standing]:
    """Return where all entities of an assessment stand."""
    grouped = groupby(uow.heads_under(prefix), key=lambda stored: stored.revision.entity)
    return {entity: _standing(uow, tuple(heads)) for entity, heads in grouped}


def fold_heads(uow: UnitOfWork, entity: bytes) -> None:
    """Write the automatic revisions that make one head of several; a lone head is left alone."""
    if len(uow.heads(entity)) > 1:
        for automatic in automatic_revisions(_revisions(uow.history(entity))):
            uow.append(automatic)


def says_what_was_signed(uow: UnitOfWork, entity: bytes, standing: Standing, signed: frozenset[bytes]) -> bool:
    """Tell whether an entity says what it said to those who signed; ``signed`` are all heads they signed."""
    if all(head.id in signed for head in standing.heads):
        return True
    history = {stored.revision.id: stored.revision for stored in uow.history(entity)}
    seen = _with_ancestors([known for known in signed if known in history], history)
    return bool(seen) and plain(settle(seen).document) == plain(standing.document)


def _with_ancestors(heads: list[bytes], history: Mapping[bytes, Revision]) -> list[Revision]:
    seen: dict[bytes, Revision] = {}
    waiting = list(heads)
    while waiting:
        revision_id = waiting.pop()
        if revision_id in history and revision_id not in seen:
            seen[revision_id] = history[revision_id]
            waiting += seen[revision_id].parents
    return list(seen.values())


def _standing(uow: UnitOfWork, heads: tuple[Stored, ...]) -> Standing:
    revisions = tuple(_revisions(heads))
    if len(revisions) == 1 and _MARK not in revisions[0].payload:
        return Standing(revisions[0], revisions[0].payload, revisions)
    latest = max(revisions, key=lambda revision: (revision.hlc, revision.id))
    payload, conflicts = _said_together(uow, revisions)
    return Standing(latest, payload, revisions, conflicts if latest.kind in DECIDABLE else ())


def _said_together(uow: UnitOfWork, heads: tuple[Revision, ...]) -> tuple[str, tuple[FieldConflict, ...]]:
    ids = tuple(sorted(head.id for head in heads))
    said = _remembered.get(ids)
    if said is None:
        settled = settle(_revisions(uow.history(heads[0].entity)))
        said = canonical_text(settled.document), settled.conflicts
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.clear()
        _remembered[ids] = said
    return said


def _revisions(stored: Iterable[Stored]) -> Iterable[Revision]:
    return (held.revision for held in stored)
