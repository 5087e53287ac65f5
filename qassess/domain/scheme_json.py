"""The JSON of a scheme file before any meaning: text, nesting, numbers and keys that canonical JSON allows.

Refused in words, each with its place: bytes that are not UTF-8, a byte order mark, keys that occur twice, floats,
``null``, characters no text can hold, files too large or nested too deeply to be a scheme.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from qassess.domain.canonical import Json
from qassess.errors import Fault

LARGEST = 16 * 1024 * 1024
"""Bytes of the largest file that is read; the built-in scheme has well under one megabyte."""

DEEPEST = 40
"""Levels of nesting; a gate inside a scheme has about ten."""

_LONGEST_NUMBER = 40
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document with all JSON faults. What was at fault is mended in ``document`` so that the rest can be checked."""

    document: Json | None
    faults: tuple[Fault, ...]


class _Repeated(dict[str, Any]):
    """An object of the file in which keys occur more than once."""

    def __init__(self, pairs: Sequence[tuple[str, Any]], names: tuple[str, ...]) -> None:
        super().__init__(pairs)
        self.names = names


@dataclass(frozen=True, slots=True)
class _Float:
    """A number of the file that is no plain integer, as it was written."""

    written: str


def parse(content: bytes) -> Parsed:
    """Read the bytes of a file. A file that cannot be read at all gives one fault and ``None`` as document."""
    if len(content) > LARGEST:
        return _unreadable("scheme.too_large", size=len(content), largest=LARGEST)
    if content.startswith(BYTE_ORDER_MARK):
        return _unreadable("scheme.byte_order_mark")
    try:
        text = content.decode()
    except UnicodeDecodeError as broken:
        return _unreadable("scheme.not_utf8", position=broken.start)
    try:
        document = json.loads(
            text, object_pairs_hook=_object, parse_float=_Float, parse_constant=_Float, parse_int=_whole
        )
    except json.JSONDecodeError as broken:
        found = text[broken.pos : broken.pos + 20].split("\n")[0]
        return _unreadable("scheme.not_json", line=broken.lineno, column=broken.colno, found=found)
    except RecursionError:
        return _unreadable("scheme.too_deep", deepest=DEEPEST)
    return restricted(document)


def restricted(document: object) -> Parsed:
    """Check a parsed document against the restrictions of canonical JSON."""
    faults: list[Fault] = []
    mended = _mended(document, "", 0, faults)
    return Parsed(mended, tuple(faults))


def at(path: str, step: str | int) -> str:
    """Return the path of something inside: ``items[3].rule``.

    >>> at(at("items", 3), "rule")
    'items[3].rule'
    """
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{step}" if path else step


def _unreadable(code: str, **values: str | int) -> Parsed:
    return Parsed(None, (Fault("$", code, values),))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = _twice([name for name, _ in pairs])
    return _Repeated(pairs, twice) if twice else dict(pairs)


def _twice(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that occur more than once; differences that NFC removes are none."""
    counted = Counter(map(_text, names))
    return tuple(sorted(name for name, times in counted.items() if times > 1))


def _whole(written: str) -> int | _Float:
    return int(written) if len(written) <= _LONGEST_NUMBER else _Float(written)


def _mended(value: object, path: str, depth: int, faults: list[Fault]) -> Json | None:
    if depth > DEEPEST:
        faults.append(Fault(path, "scheme.too_deep", {"deepest": DEEPEST}))
        return ""
    match value:
        case dict():
            faults.extend(_key_faults(value, path))
            inner = ((name, _mended(held, at(path, name), depth + 1, faults)) for name, held in value.items())
            return {_text(name): held for name, held in inner if held is not None}
        case list() | tuple():
            listed = (_mended(held, at(path, place), depth + 1, faults) for place, held in enumerate(value))
            return ["" if held is None else held for held in listed]
        case _:
            return _mended_leaf(value, path, faults)


def _mended_leaf(value: object, path: str, faults: list[Fault]) -> str | int | bool | None:
    """Return a value with floats as text, ``null`` left out and impossible characters replaced."""
    match value:
        case bool() | int():
            return value
        case str():
            if not _is_unicode(value):
                faults.append(Fault(path or "$", "scheme.bad_character"))
            return _text(value)
        case None:
            faults.append(Fault(path or "$", "scheme.null"))
            return None
        case _:
            written = value.written if isinstance(value, _Float) else str(value)
            faults.append(Fault(path or "$", "scheme.float", {"found": written[:_LONGEST_NUMBER]}))
            return written


def _key_faults(value: dict[str, Any], path: str) -> Iterator[Fault]:
    for name in value.names if isinstance(value, _Repeated) else _twice(value):
        yield Fault(at(path, name), "scheme.repeated_key", {"name": name})
    for name in value:
        if not _is_unicode(name):
            yield Fault(at(path, _text(name)), "scheme.bad_character")


def _text(value: str) -> str:
    """Return the text in NFC, with lone halves of characters replaced; UTF-8 has no bytes for them."""
    return normalize("NFC", value.encode(errors="replace").decode())


def _is_unicode(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)
