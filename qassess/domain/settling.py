"""What an entity says once the work of several people is put together: a pure function of its revisions.

Field by field: a revision *writes* a field where it says something else than what it was made from. Of the writers,
those count that no later writer has seen. Where they agree, their value holds; where they differ, the field is in
conflict until a person decides. No clock decides, no order of arrival matters, and who never wrote a field never beats
who did.

An open conflict that is carried on inside a single revision is marked there (``unsettled``: field name to the ids of
its sides). A revision that drops the mark decides; one that sets it again reopens. Automatic revisions say exactly
what their parents give and so write nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from qassess.domain.canonical import canonical_text
from qassess.domain.fields import (
    DECISION,
    UNSETTLED,
    WITHDRAWN,
    Document,
    Field,
    Fields,
    comparable,
    composed,
    fields_of,
    is_element,
)
from qassess.domain.revision import Kind, Revision

Marks = Mapping[str, tuple[str, ...]]

_FEWEST_SIDES: Final = 2
_ID_LETTERS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One value of a field and the revision that wrote it; ``None`` is a field left or made empty.

    ``decided``: the revision is itself a decision of an earlier conflict, for the ``reason`` given.
    """

    revision: bytes
    value: Any
    author: str
    device: str
    hlc: int
    decided: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldConflict:
    """One field with different values, ``sides`` by revision id; ``base`` is what all of them were made from."""

    kind: int
    entity: bytes
    field: Field
    base: Side | None
    sides: tuple[Side, ...]

    @property
    def name(self) -> str:
        """The field as one text: ``answer``, ``references.last_year``."""
        return name_of(self.field)

    @property
    def id(self) -> str:
        """Ten hex digits, the same on every machine; other sides make another conflict."""
        named = b"".join((self.entity, self.name.encode(), *(side.revision for side in self.sides)))
        return sha256(named).hexdigest()[:_ID_LETTERS]

    @property
    def decided_differently(self) -> bool:
        """Whether this conflict was decided already, by two people in different ways."""
        return all(side.decided for side in self.sides)


@dataclass(frozen=True, slots=True)
class Settled:
    """What an entity says. In a field in conflict the document has the latest value, for display only."""

    document: Document
    conflicts: tuple[FieldConflict, ...]
    heads: tuple[bytes, ...]


def name_of(field: Field) -> str:
    """Return a field's path as one text."""
    return ".".join(field)


def is_settled(document: Mapping[str, Any]) -> bool:
    """Tell whether a lone head needs no settling: nothing inside it is marked as open."""
    return UNSETTLED not in document


def settle(revisions: Iterable[Revision]) -> Settled:
    """Settle one entity. ``revisions`` are all that is known of it, in any order, at least one."""
    log = _Log(revisions)
    return log.settled(log.heads())


def automatic_revisions(revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    """Return the revisions that fold all heads into one, pairwise in the order of their ids; none for a lone head.

    The same heads give the same bytes on every machine: no author, no device, the later time of both parents.
    """
    log = _Log(revisions)
    first, *others = sorted(log.heads(), key=log.id_of)
    added: list[Revision] = []
    for other in others:
        added.append(log.automatic(first, other))
        first = log.add(added[-1])
    return tuple(added)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One revision in the log: its fields, its marks, what it has seen (itself included), who wrote each field."""

    id: bytes
    revision: Revision
    document: Document
    fields: Fields
    marks: Marks
    seen: int
    writers: Mapping[Field, int]


class _Log:
    """The revisions of one entity, parents first. Sets of them are whole numbers: bit ``n`` is the ``n``-th."""

    def __init__(self, revisions: Iterable[Revision]) -> None:
        self.entries: list[_Entry] = []
        self.places: dict[bytes, int] = {}
        self.writers: dict[Field, int] = {}
        for revision in _parents_first({revision.id: revision for revision in revisions}):
            self.add(revision)

    def id_of(self, place: int) -> bytes:
        return self.entries[place].id

    def add(self, revision: Revision) -> int:
        place, kind = len(self.entries), revision.kind
        document = _document(revision)
        fields, marks = fields_of(kind, document), _marks(document)
        parents = [self.places[parent] for parent in revision.parents if parent in self.places]
        seen = 1 << place
        for parent in parents:
            seen |= self.entries[parent].seen
        inherited = self._writers_of(parents)
        written = set(self._written(fields, marks, parents, inherited))
        if written and kind == Kind.EVIDENCE:
            written.add(WITHDRAWN)  # who works on a piece of evidence means it to be there
        for field in written:
            self.writers[field] = self.writers.get(field, 0) | 1 << place
        writers = inherited | dict.fromkeys(written, 1 << place)
        revision_id = revision.id
        self.entries.append(_Entry(revision_id, revision, document, fields, marks, seen, writers))
        self.places[revision_id] = place
        return place

    def heads(self) -> list[int]:
        parents = {parent for entry in self.entries for parent in entry.revision.parents}
        return [place for place, entry in enumerate(self.entries) if entry.id not in parents]

    def settled(self, heads: list[int]) -> Settled:
        kind, entity = self.entries[heads[0]].revision.kind, self.entries[heads[0]].revision.entity
        found = {field: self._outcome(field, writers) for field, writers in self._writers_of(heads).items()}
        ordered = sorted(found.items(), key=lambda known: known[1].order)
        values = {field: outcome.value for field, outcome in ordered if outcome.value is not None}
        conflicts = tuple(
            FieldConflict(kind=kind, entity=entity, field=field, base=outcome.base, sides=outcome.sides)
            for field, outcome in sorted(found.items())
            if outcome.marks
        )
        document = composed(kind, values)
        if conflicts:
            document[UNSETTLED] = {
                conflict.name: [side.revision.hex() for side in conflict.sides] for conflict in conflicts
            }
        return Settled(document, conflicts, tuple(sorted(self.id_of(head) for head in heads)))

    def automatic(self, left: int, right: int) -> Revision:
        one, other = self.entries[left], self.entries[right]
        return Revision(
            kind=one.revision.kind,
            entity=one.revision.entity,
            parents=tuple(sorted((one.id, other.id))),
            author="",
            device="",
            hlc=max(one.revision.hlc, other.revision.hlc),
            payload=canonical_text(self.settled([left, right]).document),
        )

    def _writers_of(self, places: list[int]) -> dict[Field, int]:
        """Return, for each field ever written, the writers that no other writer has seen."""
        if len(places) == 1:
            return dict(self.entries[places[0]].writers)
        joined: dict[Field, int] = {}
        for place in places:
            for field, writers in self.entries[place].writers.items():
                joined[field] = joined.get(field, 0) | writers
        return {field: self._unseen(writers) for field, writers in joined.items()}

    def _unseen(self, writers: int) -> int:
        if not writers & (writers - 1):
            return writers
        unseen = writers
        for place in _places(writers):
            unseen &= ~(self.entries[place].seen & ~(1 << place))
        return unseen

    def _written(
        self, fields: Fields, marks: Marks, parents: list[int], inherited: Mapping[Field, int]
    ) -> Iterator[Field]:
        """Give the fields where a revision says something else than its parents give."""
        lone = self.entries[parents[0]] if len(parents) == 1 else None
        for field in fields.keys() | inherited.keys():
            name = name_of(field)
            says = (fields.get(field), marks.get(name, ()))
            if lone is not None:
                before = (lone.fields.get(field), lone.marks.get(name, ()))
            elif field in inherited:
                outcome = self._outcome(field, inherited[field])
                before = (outcome.value, outcome.marks)
            else:
                before = (None, ())
            if says != before:
                yield field

    def _outcome(self, field: Field, writers: int) -> "_Outcome":
        sides = [side for place in _places(writers) for side in self._sides(field, place)]
        groups: dict[object, Side] = {}
        for side in sorted(sides, key=lambda side: side.revision):
            groups.setdefault(comparable({field[-1]: side.value}), side)
        distinct = list(groups.values())
        kind = self.entries[0].revision.kind
        if is_element(kind, field):
            return self._element(field, distinct)
        if len(distinct) == 1:
            return _Outcome(distinct[0].value)
        base = self._base(field, distinct)
        distinct = _without_blanks(field, distinct, base)
        shown = max((side for side in distinct if side.value is not None), key=lambda side: (side.hlc, side.revision))
        if len(distinct) == 1 or kind == Kind.SIGNATURE:
            return _Outcome(shown.value)
        return _Outcome(shown.value, tuple(side.revision.hex() for side in distinct), base, tuple(distinct))

    def _element(self, field: Field, distinct: list[Side]) -> "_Outcome":
        """Return an element of a set: there if any writer has it, and in the place that writer gave it."""
        there = [side for side in distinct if side.value is not None]
        if not there:
            return _Outcome(None)
        giver = self.entries[self.places[there[0].revision]]
        return _Outcome(value=True, order=(giver.revision.hlc, giver.id, list(giver.fields).index(field)))

    def _sides(self, field: Field, place: int) -> Iterator[Side]:
        """Give a writer's side; a writer that reopened a conflict gives the sides of that."""
        entry = self.entries[place]
        marked = (self.places.get(bytes.fromhex(side)) for side in entry.marks.get(name_of(field), ()))
        reopened = [known for known in marked if known is not None and entry.seen >> known & 1 and known != place]
        for known in reopened if len(reopened) >= _FEWEST_SIDES else (place,):
            yield self._side(field, known)

    def _side(self, field: Field, place: int) -> Side:
        entry = self.entries[place]
        decision = _decision(entry.document, name_of(field))
        return Side(
            revision=entry.id,
            value=entry.fields.get(field),
            author=entry.revision.author,
            device=entry.revision.device,
            hlc=entry.revision.hlc,
            decided=decision is not None,
            reason=decision or "",
        )

    def _base(self, field: Field, sides: list[Side]) -> Side | None:
        """Return what all sides have seen last of a field; the latest where that is not one."""
        common = self.writers.get(field, 0)
        for side in sides:
            place = self.places[side.revision]
            common &= self.entries[place].seen & ~(1 << place)
        known = [self._side(field, place) for place in _places(self._unseen(common))]
        return max(known, key=lambda side: (side.hlc, side.revision), default=None)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the writers of a field give: its value, where they differ the sides, and an element's place in its set."""

    value: Any
    marks: tuple[str, ...] = ()
    base: Side | None = None
    sides: tuple[Side, ...] = ()
    order: tuple[int, bytes, int] = (0, b"", 0)


def _without_blanks(field: Field, sides: list[Side], base: Side | None) -> list[Side]:
    """Leave out who only went back to nothing: typed and undone again is no edit against another's answer."""
    blank = True if field == WITHDRAWN else None
    if base is not None and base.value is not blank:
        return sides
    return [side for side in sides if side.value is not blank]


def _parents_first(revisions: Mapping[bytes, Revision]) -> Iterator[Revision]:
    """Give each revision after its parents, and otherwise by id, so that nothing depends on the order of arrival."""
    given: set[bytes] = set()
    for start in sorted(revisions):
        waiting = [start]
        while waiting:
            revision_id = waiting[-1]
            missing = [
                parent for parent in revisions[revision_id].parents if parent in revisions and parent not in given
            ]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            if revision_id not in given:
                given.add(revision_id)
                yield revisions[revision_id]


def _places(members: int) -> Iterator[int]:
    while members:
        lowest = members & -members
        yield lowest.bit_length() - 1
        members ^= lowest


def _document(revision: Revision) -> Document:
    document = json.loads(revision.payload)
    return document if isinstance(document, dict) else {}


def _marks(document: Document) -> Marks:
    marked = document.get(UNSETTLED)
    if not isinstance(marked, dict):
        return {}
    return {name: ids for name, sides in marked.items() if (ids := _ids(sides))}


def _ids(sides: object) -> tuple[str, ...]:
    """Return the ids of a mark; one in a form unknown here marks nothing."""
    if not isinstance(sides, list) or not all(isinstance(side, str) for side in sides):
        return ()
    try:
        return tuple(bytes.fromhex(side).hex() for side in sides)
    except ValueError:
        return ()


def _decision(document: Document, name: str) -> str | None:
    """Return the reason a revision gives for deciding a field, ``None`` where it is no decision of it."""
    decisions = document.get(DECISION)
    decided = decisions.get(name) if isinstance(decisions, dict) else None
    return str(decided.get("reason", "")) if isinstance(decided, dict) else None
