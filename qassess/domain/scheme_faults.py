"""Structural faults of a scheme file: what pydantic found, as our codes and with the path a person would write."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from qassess.domain.exact import MOST_DIGITS
from qassess.domain.scheme_json import at
from qassess.errors import Fault

_LONGEST = 40

_CODES = {
    "missing": "scheme.missing",
    "unexpected_keyword_argument": "scheme.unknown_key",
    "extra_forbidden": "scheme.unknown_key",
    "value_error": "scheme.not_decimal",
    "union_tag_not_found": "scheme.kind_missing",
    "union_tag_invalid": "scheme.choice",
    "literal_error": "scheme.choice",
    "enum": "scheme.choice",
    "string_type": "scheme.not_text",
    "int_type": "scheme.not_whole",
    "int_from_float": "scheme.not_whole",
    "bool_type": "scheme.not_yes_no",
    "tuple_type": "scheme.not_list",
    "list_type": "scheme.not_list",
    "dict_type": "scheme.not_object",
    "mapping_type": "scheme.not_object",
    "dataclass_type": "scheme.not_object",
    "dataclass_exact_type": "scheme.not_object",
    "model_type": "scheme.not_object",
    "model_attributes_type": "scheme.not_object",
}
"""Error type of pydantic -> code. Anything else becomes ``scheme.form`` with pydantic's own words."""

_DECIMAL_OR_TABLE = "full"
"""The one field that is a number or a table of numbers; pydantic reports both attempts."""


def structure_faults(refused: ValidationError, document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the faults of a document as our own, each once."""
    for error in refused.errors(include_url=False):
        steps = _steps(error["loc"][1:], document)
        if steps is None:
            continue
        path = ""
        for step in steps:
            path = at(path, step)
        code = _CODES.get(error["type"], "scheme.form")
        if str(error.get("ctx", {}).get("error", "")) == "too_many_digits":
            code = "scheme.too_many_digits"
        yield Fault(path or "$", code, _values(code, steps, error))


def _steps(location: Sequence[str | int], document: object) -> list[str | int] | None:
    """Return the location without pydantic's names of alternatives; ``None`` for an alternative not meant.

    A number or a table may stand in ``full``: what is an object in the file was meant as a table.
    """
    steps: list[str | int] = []
    here = document
    rest = list(location)
    while rest:
        step = rest.pop(0)
        steps.append(step)
        here = _inside(here, step)
        if step == _DECIMAL_OR_TABLE and rest:
            if str(rest.pop(0)).startswith("dict") != isinstance(here, Mapping):
                return None
        elif rest and _is_tagged(steps) and isinstance(here, Mapping):
            rest.pop(0)
    return steps


def _is_tagged(steps: Sequence[str | int]) -> bool:
    """Tell whether one of several forms stands here; pydantic then puts the form's name into the location."""
    return steps[-1] in ("rule", "effect") or steps[-2:-1] == ["conditions"]


def _inside(here: object, step: str | int) -> object:
    if isinstance(here, Mapping):
        return here.get(step)
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return None


def _values(code: str, steps: Sequence[str | int], error: Mapping[str, Any]) -> dict[str, str | int]:
    name = str(steps[-1]) if steps else ""
    context = error.get("ctx", {})
    match code:
        case "scheme.missing" | "scheme.unknown_key":
            return {"name": name}
        case "scheme.kind_missing":
            return {"name": str(context["discriminator"]).strip("'")}
        case "scheme.choice":
            expected = re.findall(r"'([^']*)'", str(context.get("expected_tags", context.get("expected", ""))))
            return {"found": str(context.get("tag", _shown(error["input"]))), "expected": ", ".join(expected)}
        case "scheme.too_many_digits":
            return {"found": _shown(error["input"]), "limit": MOST_DIGITS}
        case "scheme.form":
            return {"reason": str(error["msg"])}
        case _:
            return {"found": _shown(error["input"])}


def _shown(found: object) -> str:
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
