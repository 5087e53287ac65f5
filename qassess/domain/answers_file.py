"""An answers file (``score``, ``fill``): body, year, round, entries, references and agreed targets as JSON.

An entry is the answer's own fields, and beside them ``note``, ``flagged``, ``adjustment``, ``evidence``,
``self_assessment`` and ``differs_because``; numbers are strings as a person would type them. References may be given
as a bare number or with source and date, agreed targets as a bare number or with the reason for it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from qassess.domain.answers import Adjustment, Answer, Entry, ReferenceValue, SelfAssessment
from qassess.domain.rules import Reference
from qassess.domain.scheme_json import BYTE_ORDER_MARK, parse, restricted
from qassess.errors import AnswersFaults, Fault

_ENTRY_FIELDS = frozenset(known.name for known in fields(Entry)) - {"answer", "references"}

_TYPED_NUMBERS = frozenset({"value", "numerator", "denominator", "points", "count", "of", "sharing"})

_ROUND = re.compile(r"[0-9A-Za-z\u4e00-\u9fff-]{1,32}")
_REFERENCES = tuple(known.value for known in Reference if known is not Reference.TARGET)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTarget:
    """An agreed target as given, and the reason for it: needed where the plan itself fixes the number."""

    value: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersFile:
    """One body's answers as read. ``checklist`` names the class to assess by, where the body alone does not."""

    body: str
    year: int
    round: str = "annual"
    checklist: str = ""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    targets: Mapping[str, GivenTarget] = field(default_factory=dict)


class _EntryForm(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    answer: Answer | None = None
    note: str = ""
    flagged: bool = False
    adjustment: Adjustment | None = None
    evidence: list[str] = Field(default_factory=list)
    self_assessment: SelfAssessment | None = None
    differs_because: str = ""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    body: str
    year: int = Field(ge=2000, le=2999)
    round: str = "annual"
    checklist: str = ""
    entries: dict[str, _EntryForm] = Field(default_factory=dict)
    references: dict[str, dict[str, ReferenceValue]] = Field(default_factory=dict)
    targets: dict[str, GivenTarget] = Field(default_factory=dict)


def read_answers(content: bytes, source: str) -> AnswersFile:
    """Read an answers file.

    Raises :class:`~qassess.errors.AnswersFaults` with every fault and its path.
    """
    parsed = parse(content.removeprefix(BYTE_ORDER_MARK))
    if parsed.document is None:
        raise AnswersFaults(source, parsed.faults)
    return _answers(parsed.document, source, parsed.faults)


def answers_from_document(document: object, source: str) -> AnswersFile:
    """Read answers from parsed JSON; errors as in :func:`read_answers`."""
    parsed = restricted(document)
    return _answers(parsed.document, source, parsed.faults)


def _answers(document: object, source: str, faults: tuple[Fault, ...]) -> AnswersFile:
    try:
        form = _Form.model_validate_json(json.dumps(_grouped(document)))
    except ValidationError as refused:
        raise AnswersFaults(source, faults + tuple(_fault(error) for error in refused.errors())) from refused
    faults += tuple(_meaningless(form))
    if faults:
        raise AnswersFaults(source, faults)
    entries = {
        item: Entry(
            answer=entry.answer,
            note=entry.note,
            flagged=entry.flagged,
            adjustment=entry.adjustment,
            evidence=tuple(entry.evidence),
            self_assessment=entry.self_assessment,
            differs_because=entry.differs_because,
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
        grouped["references"] = {item: _with_record(named) for item, named in references.items()}
    if "targets" in grouped:
        grouped["targets"] = _with_record(grouped["targets"])
    return grouped


def _meaningless(form: _Form) -> Iterator[Fault]:
    """Find what has the right form and cannot be meant: the name of a round, the names of references."""
    if not _ROUND.fullmatch(form.round):
        yield Fault("round", "answers.round_name")
    for item, named in form.references.items():
        for key in named:
            if key.rpartition(":")[2] not in _REFERENCES:
                expected = ", ".join(_REFERENCES)
                yield Fault(
                    f"references.{item}.{key}", "answers.unknown_reference", {"found": key, "expected": expected}
                )


def _grouped_entry(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    beside = {name: value for name, value in entry.items() if name in _ENTRY_FIELDS}
    answer = {name: _as_typed(name, value) for name, value in entry.items() if name not in _ENTRY_FIELDS}
    return beside | ({"answer": answer} if answer else {})


def _as_typed(name: str, value: object) -> object:
    """Take a JSON integer for what a person typed: it loses nothing, unlike a JSON fraction."""
    return str(value) if name in _TYPED_NUMBERS and type(value) is int else value


def _with_record(named: object) -> object:
    """Put bare numbers into the record that could also tell where they come from."""
    if not isinstance(named, dict):
        return named
    return {name: {"value": value} if isinstance(value, str) else value for name, value in named.items()}


_CODES = {
    "missing": "answers.missing",
    "unexpected_keyword_argument": "answers.unknown_field",
    "extra_forbidden": "answers.unknown_field",
    "string_type": "answers.not_text",
    "int_type": "answers.not_whole",
    "bool_type": "answers.not_yes_no",
    "list_type": "answers.not_list",
    "tuple_type": "answers.not_list",
    "dict_type": "answers.not_object",
    "model_type": "answers.not_object",
    "dataclass_type": "answers.not_object",
    "greater_than_equal": "answers.not_a_year",
    "less_than_equal": "answers.not_a_year",
}
"""Kind of a mismatch as the reading library names it -> code."""


def _fault(error: ErrorDetails) -> Fault:
    path = ".".join(str(step) for step in error["loc"] if step != "answer") or "$"
    return Fault(path, _CODES.get(error["type"], "answers.form"))
