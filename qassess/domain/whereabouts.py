"""Where the parts of a scheme stand in its file and which names the file has, while it is being checked."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from qassess.domain.exact import exact_to_text
from qassess.domain.scheme_json import at
from qassess.errors import Fault

_LISTS = ("classes", "sections", "groups", "items", "clauses")

_UNKNOWN = {
    "classes": "scheme.unknown_class",
    "sections": "scheme.unknown_section",
    "groups": "scheme.unknown_group",
    "items": "scheme.unknown_item",
    "clauses": "scheme.unknown_clause",
    "grades": "scheme.unknown_grade",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Names and places of the file.

    ``names``: list -> ids in it, those of faulty elements included. ``places``: list -> position in the file of each
    element that is checked (absent: all are). ``at_fault``: fields of the scheme in which something has the wrong
    structure, so that sums over them would mislead. ``known_bodies``: ids of the register, if it is at hand.
    """

    names: Mapping[str, frozenset[str]]
    places: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    at_fault: frozenset[str] = frozenset()
    known_bodies: Collection[str] | None = None

    def path(self, name: str, position: int) -> str:
        """Return the path in the file of the element checked at a position of a list."""
        places = self.places.get(name)
        return at(name, position if places is None else places[position])

    def unknown(self, path: str, name: str, reference: str | None) -> Iterator[Fault]:
        """Refuse a reference to something the file does not have; no reference is no fault."""
        if reference is not None and reference not in self.names[name]:
            yield Fault(path, _UNKNOWN[name], {"found": reference})

    def unknown_body(self, path: str, body: str) -> Iterator[Fault]:
        """Refuse a body the register does not have."""
        if self.known_bodies is not None and body not in self.known_bodies:
            yield Fault(path, "scheme.unknown_body", {"found": body})


def names_in(document: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return the ids of each list of a document whose structure may be wrong."""
    names = {name: _ids(document.get(name)) for name in _LISTS}
    grading = document.get("grading")
    return names | {"grades": _ids(grading.get("grades") if isinstance(grading, Mapping) else None)}


def share_faults(path: str, share: Fraction) -> Iterator[Fault]:
    """Refuse a share that is not between 0 and 1."""
    if not 0 <= share <= 1:
        yield Fault(path, "scheme.not_a_share", {"found": exact_to_text(share)})


def _ids(elements: object) -> frozenset[str]:
    if not isinstance(elements, list | tuple):
        return frozenset()
    found = (element.get("id") for element in elements if isinstance(element, Mapping))
    return frozenset(name for name in found if isinstance(name, str))
