"""The place where a rule asks for something, what may be missing there, and the trail of facts left behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction

from qassess.domain.answers import Answer, AnswerSheet, Entry
from qassess.domain.facts import fact
from qassess.domain.rules import Bound, Comparator, Target, Text
from qassess.domain.scheme import Role
from qassess.domain.score_sheet import Fact, FactValue
from qassess.errors import InputRefused

_BESIDE_THE_ANSWER = frozenset({"reason", "source", "date", "waiver", "not_applicable", "confirmed_by"})
_CONTENT = tuple(known.name for known in fields(Answer) if known.name not in _BESIDE_THE_ANSWER)


class UnansweredError(Exception):
    """Nothing is entered yet where the rule asks for something; ``fact`` says where, if that is not plain."""

    def __init__(self, missing: Fact | None = None) -> None:
        super().__init__(missing)
        self.fact = missing


class UnreadyError(Exception):
    """Something is entered, but a target, a reference or a reason is still missing."""

    def __init__(self, missing: Fact) -> None:
        super().__init__(missing)
        self.fact = missing


@dataclass(frozen=True, slots=True)
class Trail:
    """What a computation has stated so far, in order; filled while it runs and never read by it."""

    facts: list[Fact] = field(default_factory=list)
    provisional: set[str] = field(default_factory=set)

    def note(self, code: str, /, **values: FactValue) -> None:
        """Add one fact."""
        self.facts.append(fact(code, **values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The points a shape works in. ``full`` is ``None`` for an uncapped bonus or penalty.

    ``part``: a part of a composite, whose table may take points from the other parts (the floor is the composite's).
    """

    full: Fraction | None
    role: Role = Role.BASE
    part: bool = False

    @property
    def start(self) -> Fraction:
        """Where deductions begin: full points; 0 for a penalty."""
        return Fraction(0) if self.role is Role.PENALTY or self.full is None else self.full

    @property
    def least(self) -> Fraction | None:
        """The fewest points: 0; for a penalty − full points, or without limit."""
        if self.role is not Role.PENALTY:
            return Fraction(0)
        return None if self.full is None else -self.full

    @property
    def least_of_table(self) -> Fraction | None:
        """The fewest points that may stand in a table."""
        return None if self.part and self.role is not Role.PENALTY else self.least


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One place where a rule asks for something: an item, a part, an instance, a gate's condition.

    ``target_key`` finds the agreement's own number, ``reference_prefix`` the entry's references, ``field_prefix`` the
    answer field a refusal names.
    """

    sheet: AnswerSheet
    entry: Entry
    pool: Pool
    trail: Trail
    target: Target | None = None
    target_key: str = ""
    reference_prefix: str = ""
    field_prefix: str = ""

    def within(self, name: str) -> "Asked":
        """Return the same place one answer deeper (``row``, ``column``), with references of its own."""
        return replace(
            self,
            reference_prefix=f"{self.reference_prefix}{name}:",
            field_prefix=f"{self.field_prefix}{name}.",
        )

    def field_name(self, name: str) -> str:
        """Return the full name of an answer field, as a refusal gives it."""
        return f"{self.field_prefix}{name}"


def labelled(label: Text, *, name: str = "label") -> Mapping[str, str]:
    """Return a text in both languages as values of a fact."""
    return {name: label.zh, f"{name}_en": label.en or label.zh}


def unanswered(answer: Answer, asked: Asked, expected: str) -> UnansweredError:
    """Return that nothing is entered; raise ``InputRefused`` when something of another kind is."""
    given = next((name for name in _CONTENT if getattr(answer, name) is not None), None)
    if given is not None:
        raise InputRefused("answer.wrong_kind", field=asked.field_name(given), expected=expected)
    return UnansweredError()


def need_source(answer: Answer, asked: Asked) -> None:
    """Ask where a number of others comes from: its own source, or the whole answer's.

    Raises :class:`UnreadyError` without one.
    """
    whole = asked.entry.answer or Answer()
    if not ((answer.source or "").strip() or (whole.source or "").strip()):
        raise UnreadyError(fact("missing.source"))


def holds(value: Fraction, bound: Bound) -> bool:
    """Compare exactly; 以上/以下 include the bound, 超过/低于 do not."""
    return {
        Comparator.AT_LEAST: value >= bound.value,
        Comparator.MORE_THAN: value > bound.value,
        Comparator.AT_MOST: value <= bound.value,
        Comparator.LESS_THAN: value < bound.value,
        Comparator.EQUAL: value == bound.value,
    }[bound.comparator]


def clip(points: Fraction, floor: Fraction | None, cap: Fraction | None, trail: Trail) -> Fraction:
    """Keep points within floor and cap (``None``: without), and say so when that changes them."""
    if floor is not None and points < floor:
        trail.note("bound.floor", computed=points, floor=floor)
        return floor
    if cap is not None and points > cap:
        trail.note("bound.cap", computed=points, cap=cap)
        return cap
    return points
