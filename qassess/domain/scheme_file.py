"""Read a scheme file: JSON, structure, meaning; every fault with its path, never the first only.

What the parts of a scheme mean to each other is checked in :mod:`qassess.domain.scheme_check`. The JSON Schema of the
format is made from the same classes that read it.
"""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from qassess.domain.canonical import Json, canonical_digest, canonical_text
from qassess.domain.scheme import PinnedScheme, Scheme
from qassess.domain.scheme_check import scheme_faults
from qassess.domain.scheme_faults import structure_faults
from qassess.domain.scheme_json import Parsed, at, parse, restricted
from qassess.domain.whereabouts import Whereabouts, names_in
from qassess.errors import Fault, SchemeFaults

_LISTS = ("classes", "sections", "groups", "items", "clauses")

_STAND_INS: Mapping[str, Json] = {
    "format": "qassess-scheme/1",
    "id": "scheme",
    "version": "1",
    "status": "draft",
    "title": {"zh": "?"},
    "classes": [],
    "sections": [],
    "items": [],
    "grading": {"grades": [], "rule": {"by": "bands", "bands": []}},
}
"""What takes the place of a required field at fault, so that the other fields can still be checked."""

_NOT_ASKED = ("leads", "pending")
"""Keys of an item that neither decide its score nor are part of what is asked."""


class _SchemeFile(BaseModel):
    """The rules of reading reach the frozen dataclasses inside: no unknown key, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True)

    scheme: Scheme


def read_scheme(content: bytes, source: str, *, known_bodies: Collection[str] | None = None) -> PinnedScheme:
    """Read a scheme file; ``source`` names it in messages, ``known_bodies`` are the ids of the register if at hand.

    Raises :class:`~qassess.errors.SchemeFaults` with every fault and its path.
    """
    return _pinned(parse(content), source, known_bodies)


def pin(document: object, source: str = "", *, known_bodies: Collection[str] | None = None) -> PinnedScheme:
    """Read a scheme from parsed JSON; errors as in :func:`read_scheme`."""
    return _pinned(restricted(document), source, known_bodies)


def scheme_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scheme file."""
    schema = _SchemeFile.model_json_schema()
    definitions = {name: _as_written(held) for name, held in schema["$defs"].items()}
    whole = definitions.pop("Scheme")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "qassess scheme",
        **{key: value for key, value in whole.items() if key != "title"},
        "$defs": definitions,
    }


def _pinned(parsed: Parsed, source: str, known_bodies: Collection[str] | None) -> PinnedScheme:
    document = parsed.document
    if not isinstance(document, Mapping):
        found = Fault("$", "scheme.not_object", {"found": str(document)[:40]})
        raise SchemeFaults(source, parsed.faults or (found,))
    scheme = _structured(document)
    if isinstance(scheme, Scheme):
        whole = Whereabouts(names=names_in(document), known_bodies=known_bodies)
        found_faults = (*parsed.faults, *scheme_faults(scheme, whole))
        if not found_faults:
            return _with_hashes(scheme, document)
    else:
        told = {fault.path for fault in parsed.faults}
        structural = tuple(fault for fault in scheme if fault.path not in told)
        found_faults = (*parsed.faults, *structural, *_faults_of_the_rest(document, scheme, known_bodies))
    raise SchemeFaults(source, found_faults)


def _structured(document: Mapping[str, Json]) -> Scheme | tuple[Fault, ...]:
    try:
        return _SchemeFile.model_validate_json(canonical_text({"scheme": document})).scheme
    except ValidationError as refused:
        return tuple(structure_faults(refused, document))


def _faults_of_the_rest(
    document: Mapping[str, Json], structural: tuple[Fault, ...], known_bodies: Collection[str] | None
) -> tuple[Fault, ...]:
    """Return the faults of meaning in what has the right structure."""
    at_fault = frozenset(_field(fault.path) for fault in structural)
    rest, places = _without_faulty(document, structural, at_fault)
    scheme = _structured(rest)
    if not isinstance(scheme, Scheme):
        return ()
    where = Whereabouts(names=names_in(document), places=places, at_fault=at_fault, known_bodies=known_bodies)
    return tuple(fault for fault in scheme_faults(scheme, where) if _field(fault.path) not in at_fault - {*_LISTS})


def _without_faulty(
    document: Mapping[str, Json], structural: tuple[Fault, ...], at_fault: frozenset[str]
) -> tuple[dict[str, Json], dict[str, tuple[int, ...]]]:
    """Take out what is at fault: an element of a list, else a whole field; and say which elements are left."""
    rest = dict(document)
    left: dict[str, tuple[int, ...]] = {}
    faulty_elements = {fault.path.partition("]")[0] + "]" for fault in structural}
    for name in at_fault:
        held = rest.pop(name, None)
        if name in _LISTS and isinstance(held, list):
            left[name] = tuple(place for place in range(len(held)) if at(name, place) not in faulty_elements)
            rest[name] = [held[place] for place in left[name]]
        elif name in _STAND_INS:
            rest[name] = _STAND_INS[name]
    return rest, left


def _field(path: str) -> str:
    """Return the scheme's field that a path goes into: ``items`` for ``items[3].rule``."""
    return path.partition(".")[0].partition("[")[0]


def _with_hashes(scheme: Scheme, document: Mapping[str, Json]) -> PinnedScheme:
    return PinnedScheme(
        scheme=scheme,
        content=canonical_text(document),
        sha256=canonical_digest(document),
        item_hashes=_item_hashes(document),
    )


def _item_hashes(document: Mapping[str, Json]) -> dict[str, str]:
    items: Any = document["items"]
    return {item["id"]: canonical_digest(_what_is_asked(item)) for item in items}


def _what_is_asked(item: Mapping[str, Json]) -> dict[str, Json]:
    return {name: _untranslated(held) for name, held in item.items() if name not in _NOT_ASKED}


def _untranslated(value: Json) -> Json:
    """Return a value without the English of its texts; a text is an object with ``zh``."""
    match value:
        case Mapping():
            kept = {name: _untranslated(held) for name, held in value.items()}
            return {name: held for name, held in kept.items() if name != "en"} if "zh" in kept else kept
        case list() | tuple():
            return [_untranslated(held) for held in value]
        case _:
            return value


def _as_written(schema: object) -> Any:  # noqa: ANN401 - any part of a JSON document
    """Return a part of the schema as files are written: never ``null``, and a rule always says its shape."""
    if isinstance(schema, list):
        return [_as_written(held) for held in schema]
    if not isinstance(schema, dict):
        return schema
    written = {name: _as_written(held) for name, held in schema.items() if not _is_noise(name, held)}
    options = [option for option in written.pop("anyOf", ()) if option != {"type": "null"}]
    written |= options[0] if len(options) == 1 else {"anyOf": options} if options else {}
    named = [name for name, held in written.get("properties", {}).items() if "const" in held]
    if named:
        written["required"] = [*named, *(name for name in written.get("required", ()) if name not in named)]
    return written


def _is_noise(name: str, held: object) -> bool:
    """Tell pydantic's own additions from what a reader of the schema needs."""
    return (
        name == "discriminator" or (name == "title" and isinstance(held, str)) or (name == "default" and held is None)
    )
