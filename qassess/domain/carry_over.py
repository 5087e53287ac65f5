"""Answers given under one version of a scheme, written again under another one where the item is the same.

Same means: the same id and the same content hash, so the same question with the same rule. What is carried keeps who
wrote it, where and when, and its history; it names where it comes from. The same revisions give the same bytes on every
machine, so that carrying twice, or on two machines, adds nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from qassess.domain.canonical import canonical_text
from qassess.domain.fields import CARRIED, UNSETTLED
from qassess.domain.revision import Kind, Revision
from qassess.domain.scheme import PinnedScheme


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOver:
    """What became of the answers: the items taken into ``assessment``, and those whose question is another there."""

    assessment: str
    scheme: str
    version: str
    taken: tuple[str, ...]
    listed: tuple[str, ...]


def is_carried(revision: Revision) -> bool:
    """Tell whether a revision was carried here from another version."""
    return CARRIED in json.loads(revision.payload)


def same_items(source: PinnedScheme, target: PinnedScheme) -> frozenset[str]:
    """Return the items that ask the same in both versions."""
    return frozenset(item for item, content in source.item_hashes.items() if target.item_hashes.get(item) == content)


def carried(histories: Iterable[Iterable[Revision]], source: str, prefix: bytes, scheme: str) -> Iterator[Revision]:
    """Give an assessment's revisions anew for the assessment with ``prefix``, which is pinned to ``scheme``.

    ``histories``: the revisions of one entity each, parents first; ``source`` is the hash of the scheme they come from.
    """
    for history in histories:
        ids: dict[bytes, bytes] = {}
        for revision in history:
            again = _carried(revision, ids, source, prefix, scheme)
            ids[revision.id] = again.id
            yield again


def _carried(revision: Revision, ids: Mapping[bytes, bytes], source: str, prefix: bytes, scheme: str) -> Revision:
    document = json.loads(revision.payload)
    document[CARRIED] = {"scheme": source, "revision": revision.id.hex()}
    if revision.kind == Kind.ASSESSMENT:
        document["scheme"] = scheme
    if isinstance(document.get(UNSETTLED), dict):
        document[UNSETTLED] = {name: _renamed(sides, ids) for name, sides in document[UNSETTLED].items()}
    return replace(
        revision,
        entity=prefix + revision.entity[len(prefix) :],  # what follows the prefix names the thing, see entity_of
        parents=tuple(sorted(ids[parent] for parent in revision.parents)),
        payload=canonical_text(document),
    )


def _renamed(sides: object, ids: Mapping[bytes, bytes]) -> object:
    """Return the marks of an open conflict for the revisions as they are carried."""
    known = {old.hex(): new.hex() for old, new in ids.items()}
    if not isinstance(sides, list) or not all(isinstance(side, str) for side in sides):
        return sides
    return sorted(known.get(str(side), str(side)) for side in sides)
