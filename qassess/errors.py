"""Errors a person can mend: a code, the values to fill in, and nothing else.

Anything that is not a :class:`QassessError` is a bug. The sentence shown to the user (what happened, what was
kept, what to do) is made from the code by :mod:`qassess.wording`, so the lower layers stay free of language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


class QassessError(Exception):
    """Something the user can mend.

    ``code`` is a dotted name such as ``number.zero_denominator``; ``values`` fill the placeholders of its
    sentence and are plain strings or integers.
    """

    def __init__(self, code: str, /, **values: str | int) -> None:
        super().__init__(code, dict(values))
        self.code = code
        self.values: Mapping[str, str | int] = MappingProxyType(values)

    def __str__(self) -> str:
        listed = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.code}({listed})"


class InputRefused(QassessError):
    """What was typed into a field cannot be understood or is out of range; it is kept, and shown beside the field."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a file: where it is (``path`` such as ``items[3].rule.step``) and what is wrong there."""

    path: str
    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)


class SchemeFaults(QassessError):
    """A scheme file with one or more faults, all of them listed with their path in the file."""

    def __init__(self, source: str, faults: tuple[Fault, ...]) -> None:
        super().__init__("scheme.faults", source=source, count=len(faults))
        self.faults = faults


class AnswersFaults(QassessError):
    """An answers file with one or more faults, all of them listed with their path in the file."""

    def __init__(self, source: str, faults: tuple[Fault, ...]) -> None:
        super().__init__("answers.faults", source=source, count=len(faults))
        self.faults = faults
