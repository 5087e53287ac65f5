"""Canonical JSON (RFC 8785, restricted): UTF-8, keys sorted by UTF-16 code unit, no blanks, NFC strings, integers only.

Every other number is a decimal string; there are no floats and no ``null``. What is hashed or signed today is read
in ten years, so these bytes are held by golden files.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from unicodedata import normalize

Json = str | int | bool | Sequence["Json"] | Mapping[str, "Json"]


def canonical_text(value: Json) -> str:
    """Return the canonical text of a value.

    Raises ``TypeError`` for floats, ``None`` and anything that is not JSON.
    """
    return json.dumps(_restricted(value), ensure_ascii=False, separators=(",", ":"))


def canonical_digest(value: Json) -> str:
    """Return the SHA-256 of the canonical UTF-8 text, as 64 lower-case hex digits."""
    return sha256(canonical_text(value).encode()).hexdigest()


def _restricted(value: Json) -> Json:
    match value:
        case bool() | int():
            return value
        case str():
            return normalize("NFC", value)
        case Mapping():
            named = {normalize("NFC", key): _restricted(inner) for key, inner in value.items()}
            if len(named) != len(value):
                raise ValueError("two keys are the same after NFC")
            return dict(sorted(named.items(), key=lambda pair: pair[0].encode("utf-16-be")))
        case list() | tuple():
            return [_restricted(inner) for inner in value]
        case _:
            raise TypeError(f"not canonical JSON: {type(value).__name__}")
