"""Which parts of a payload are merged on their own: its fields, by kind.

A field is named by a path. An item's references and an agreement's targets are fields one by one; evidence and
reopenings are sets, each element a field of its own. A part that has not the form expected here, because a newer
program wrote it, is one field as a whole: nothing is lost and nothing raises.
"""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from qassess.domain.canonical import canonical_text
from qassess.domain.quantity import read_number
from qassess.domain.revision import Kind
from qassess.errors import InputRefused

Document = dict[str, Any]
Field = tuple[str, ...]
Fields = dict[Field, Any]

UNSETTLED: Final = "unsettled"
DECISION: Final = "decision"
CARRIED: Final = "carried"
ITS_OWN: Final = frozenset((DECISION, CARRIED))
"""Keys that speak about one revision alone: never inherited, merged or compared."""

WITHDRAWN: Final = ("withdrawn",)

_NUMBERS: Final = frozenset(
    ("value", "numerator", "denominator", "points", "count", "counts", "of", "sharing", "values")
)
_SETS: Final[Mapping[int, Mapping[Field, type]]] = {
    Kind.ENTRY: {("evidence",): str},
    Kind.ASSESSMENT: {("reopened",): dict},
}
_OPENED: Final[Mapping[int, frozenset[Field]]] = {
    Kind.ENTRY: frozenset((("references",),)),
    Kind.ASSESSMENT: frozenset((("agreement",), ("agreement", "targets"))),
}


def fields_of(kind: int, document: Mapping[str, Any]) -> Fields:
    """Return a payload's fields and their values. Elements of a set are fields with the value ``True``.

    A record of evidence always says whether it was withdrawn.
    """
    found: Fields = {WITHDRAWN: False} if kind == Kind.EVIDENCE else {}
    for key, value in document.items():
        if key not in ITS_OWN and key != UNSETTLED:
            _take_apart(kind, (key,), value, found)
    return found


def is_element(kind: int, field: Field) -> bool:
    """Tell whether a field is an element of a set: it is there or not, and never in conflict."""
    return field[:-1] in _SETS.get(kind, ())


def _take_apart(kind: int, field: Field, value: object, found: Fields) -> None:
    elements = _elements(value, _SETS.get(kind, {}).get(field))
    if elements is not None:
        found.update(((*field, element), True) for element in elements)
    elif field in _OPENED.get(kind, ()) and isinstance(value, dict) and value:
        for key, inner in value.items():
            _take_apart(kind, (*field, key), inner, found)
    else:
        found[field] = value


def _elements(value: object, form: type | None) -> tuple[str, ...] | None:
    """Return a set's elements as texts, ``None`` where it is no list of that form, or one with doubles."""
    if form is None or not isinstance(value, list) or not all(isinstance(element, form) for element in value):
        return None
    texts = tuple(element if isinstance(element, str) else canonical_text(element) for element in value)
    return texts if len(set(texts)) == len(texts) else None


def composed(kind: int, values: Mapping[Field, Any]) -> Document:
    """Put fields together again; elements of a set in the order in which they are given."""
    document: Document = {}
    for field in sorted(values, key=lambda field: () if is_element(kind, field) else field):
        if is_element(kind, field):
            _put_element(document, field, _SETS[kind][field[:-1]])
        elif (kind, field, values[field]) != (Kind.EVIDENCE, WITHDRAWN, False):
            _put(document, field, values[field])
    return document


def _put_element(document: Document, field: Field, form: type) -> None:
    elements = document.setdefault(field[0], [])
    if isinstance(elements, list):
        elements.append(field[-1] if form is str else json.loads(field[-1]))


def _put(document: Document, field: Field, value: object) -> None:
    inner = document
    for key in field[:-1]:
        if not isinstance(inner.get(key), dict):  # one side wrote a form unknown here: the known parts stand
            inner[key] = {}
        inner = inner[key]
    inner[field[-1]] = value


def same(one: object, other: object) -> bool:
    """Tell whether two values of a field mean the same: numbers by their value, everything else by its text."""
    return one == other or comparable(one) == comparable(other)


def comparable(value: object, *, numeric: bool = False) -> object:
    """Return a value that is equal for equal meaning and can be a key: ``93.4`` and ``93.40`` give the same."""
    if isinstance(value, Mapping):
        return frozenset((key, comparable(inner, numeric=numeric or key in _NUMBERS)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(comparable(inner, numeric=numeric) for inner in value)
    if numeric and isinstance(value, str):
        return _number(value)
    return (type(value) is bool, value)


def _number(typed: str) -> Fraction | str:
    try:
        return read_number(typed).exact
    except InputRefused:
        return typed
