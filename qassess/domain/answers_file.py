"""An answers file (``score``, ``fill``): body, year, round, entries, references and agreed targets as JSON.

An entry is the answer's own fields, and beside them ``note``, ``flagged``, ``adjustment`` and ``evidence``; numbers
are strings as a person would type them. References may be given as a bare number or with source and date.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from qassess.domain.answers import Adjustment, Answer, Entry, ReferenceValue
from qassess.errors import AnswersFaults, Fault

_ENTRY_FIELDS = frozenset(known.name for known in fields(Entry)) - {"answer", "references"}

_TYPED_NUMBERS = frozenset({"value", "numerator", "denominator", "points", "count", "of", "sharing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersFile:
    """One body's answers as read. ``checklist`` names the class to assess by, where the body alone does not."""

    body: str
    year: int
    round: str = "annual"
    checklist: str = ""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)


class _EntryForm(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    answer: Answer | None = None
    note: str = ""
    flagged: bool = False
    adjustment: Adjustment | None = None
    evidence: list[str] = Field(default_factory=list)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    body: str
    year: int = Field(ge=2000, le=2999)
    round: str = "annual"
    checklist: str = ""
    entries: dict[str, _EntryForm] = Field(default_factory=dict)
    references: dict[str, dict[str, ReferenceValue]] = Field(default_factory=dict)
    targets: dict[str, str] = Field(default_factory=dict)


def read_answers(content: bytes, source: str) -> AnswersFile:
    """Read an answers file.

    Raises :class:`~qassess.errors.AnswersFaults` with every fault and its path.
    """
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as broken:
        raise AnswersFaults(source, (Fault("$", "answers.not_json", {"reason": str(broken)[:200]}),)) from broken
    return answers_from_document(document, source)


def answers_from_document(document: object, source: str) -> AnswersFile:
    """Read answers from parsed JSON; errors as in :func:`read_answers`."""
    try:
        form = _Form.model_validate_json(json.dumps(_grouped(document)))
    except ValidationError as refused:
        raise AnswersFaults(source, tuple(_fault(error) for error in refused.errors())) from refused
    entries = {
        item: Entry(
            answer=entry.answer,
            note=entry.note,
            flagged=entry.flagged,
            adjustment=entry.adjustment,
            evidence=tuple(entry.evidence),
        )
        for item, entry in form.entries.items()
    }
    for item, references in form.references.items():
        entries[item] = replace(entries.get(item, Entry()), references=references)
    return AnswersFile(
        body=form.body,
        year=form.year,
        round=form.round,
        checklist=form.checklist,
        entries=entries,
        targets=form.targets,
    )


def _grouped(document: object) -> object:
    """Put an entry's answer fields under ``answer`` and bare reference numbers into their record."""
    if not isinstance(document, dict):
        return document
    grouped = dict(document)
    if isinstance(entries := grouped.get("entries"), dict):
        grouped["entries"] = {item: _grouped_entry(entry) for item, entry in entries.items()}
    if isinstance(references := grouped.get("references"), dict):
        grouped["references"] = {item: _grouped_references(named) for item, named in references.items()}
    return grouped


def _grouped_entry(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    beside = {name: value for name, value in entry.items() if name in _ENTRY_FIELDS}
    answer = {name: _as_typed(name, value) for name, value in entry.items() if name not in _ENTRY_FIELDS}
    return beside | ({"answer": answer} if answer else {})


def _as_typed(name: str, value: object) -> object:
    """Take a JSON integer for what a person typed: it loses nothing, unlike a JSON fraction."""
    return str(value) if name in _TYPED_NUMBERS and type(value) is int else value


def _grouped_references(named: object) -> object:
    if not isinstance(named, dict):
        return named
    return {name: {"value": value} if isinstance(value, str) else value for name, value in named.items()}


def _fault(error: ErrorDetails) -> Fault:
    path = ".".join(str(step) for step in error["loc"] if step != "answer") or "$"
    return Fault(path, f"answers.{error['type']}", {"reason": str(error["msg"])})
