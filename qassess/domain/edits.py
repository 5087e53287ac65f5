"""What an edit writes: the marks of open conflicts kept in step, and edits taken back field by field."""

from collections.abc import Mapping
from typing import Any

from qassess.domain.fields import ITS_OWN, UNSETTLED, Document, Field, composed, fields_of
from qassess.domain.settling import name_of


def plain(document: Mapping[str, Any]) -> Document:
    """Return a payload without what it says about itself alone; open conflicts stay marked."""
    return {key: value for key, value in document.items() if key not in ITS_OWN}


def edited(kind: int, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Document:
    """Return ``after`` as an edit of ``before`` writes it: who changes a field in conflict has decided it."""
    document = plain(after)
    marks = document.pop(UNSETTLED, None)
    if before is None or not isinstance(marks, dict):
        return document
    was, now = fields_of(kind, before), fields_of(kind, after)
    changed = {name_of(field) for field in was.keys() | now.keys() if was.get(field) != now.get(field)}
    return _marked(document, {name: sides for name, sides in marks.items() if name not in changed})


def decided(kind: int, document: Mapping[str, Any], field: Field, value: object) -> Document:
    """Return a payload with one field set, or left out where the value is ``None``; a conflict of it is then closed."""
    fields = {known: held for known, held in fields_of(kind, document).items() if known != field}
    if value is not None:
        fields[field] = value
    marks = {name: sides for name, sides in document.get(UNSETTLED, {}).items() if name != name_of(field)}
    return _marked(composed(kind, fields), marks)


def replaced(kind: int, current: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> Document:
    """Return ``current`` with each field that differs between ``old`` and ``new`` as ``new`` has it.

    So an edit is taken back, conflicts it had ended included, while what others changed since then stays.
    """
    current, old, new = plain(current), plain(old), plain(new)
    if current == old:
        return new
    fields, was, wanted = (fields_of(kind, document) for document in (current, old, new))
    open_now, open_then = (dict(document.get(UNSETTLED, {})) for document in (current, new))
    for field in was.keys() | wanted.keys():
        name = name_of(field)
        if was.get(field) == wanted.get(field) and old.get(UNSETTLED, {}).get(name) == open_then.get(name):
            continue
        fields.pop(field, None)
        open_now.pop(name, None)
        if field in wanted:
            fields[field] = wanted[field]
        if name in open_then:
            open_now[name] = open_then[name]
    return _marked(composed(kind, fields), open_now)


def _marked(document: Document, marks: Mapping[str, Any]) -> Document:
    return document | {UNSETTLED: dict(marks)} if marks else document
