"""What an assessor enters for one item, as typed; scoring reads it, storage keeps it byte for byte.

Numbers stay the strings a person typed after :func:`qassess.domain.quantity.read_number` has accepted them
(``"93.40"`` keeps its zero). Exactly one kind of answer is filled in; which one fits is decided by the rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. JSON names are the field names; absent fields are left out.

    ``value``: a plain number (raw, percent typed directly, rank place, external score).
    ``numerator``/``denominator``: the pair of a percentage. ``option``: number of the level, 1 = first;
    ``points``: discretion inside a level or of a judge rule, with ``reason``. ``checked``: ids of the elements that
    are there. ``count``: a plain count; ``counts``: count per kind id. ``of``: how many were ranked;
    ``sharing``: how many bodies share that place. ``row``/``column``: the two answers of a grid.
    ``occurred``: a gate's event happened or not; ``confirmed_by``: who confirmed it as the second person;
    ``measured``: a gate's number conditions by id. ``waiver``: the waiver's measure. ``parts``: a composite's parts.
    ``instances``: the item's instances in order. ``source``/``date``: where the number comes from.
    ``not_applicable``: the reason (合理缺项), never empty.
    """

    value: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    option: int | None = None
    points: str | None = None
    reason: str | None = None
    checked: tuple[str, ...] | None = None
    count: str | None = None
    counts: Mapping[str, str] | None = None
    of: str | None = None
    sharing: str | None = None
    row: "Answer | None" = None
    column: "Answer | None" = None
    occurred: bool | None = None
    confirmed_by: str | None = None
    measured: "Mapping[str, Answer] | None" = None
    waiver: "Answer | None" = None
    parts: "Mapping[str, Answer] | None" = None
    instances: "tuple[Instance, ...] | None" = None
    source: str | None = None
    date: str | None = None
    not_applicable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One instance of an item; ``id`` names a stated weight when the scheme lists them."""

    label: str
    id: str | None = None
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceValue:
    """A dated, sourced reference value; a three-year mean carries its three years in ``values``."""

    value: str | None = None
    values: tuple[str, ...] = ()
    numerator: str | None = None
    denominator: str | None = None
    source: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundValue(ReferenceValue):
    """The best or the mean of a round, computed over its bodies: exact, and never stored or read from a file."""

    exact: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """An honest override: the points set by a person, and why; both values are always printed."""

    points: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfAssessment:
    """What the assessed body says of itself for one item (自评), beside what is verified and never instead of it.

    ``points``: the points it claims (自评得分), as typed; ``None`` leaves them to its ``answer``. ``remark`` is its
    备注 (得分及扣分原因). ``source`` names the file it came in.
    """

    answer: Answer | None = None
    points: str | None = None
    remark: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """All that is entered for one item. ``references`` keys are :class:`~qassess.domain.rules.Reference` values.

    For a composite, references and targets of a part are keyed ``"PART:last_year"``. ``self_assessment`` is the body's
    own word; ``differs_because`` says why the verified points are others than it claims.
    """

    answer: Answer | None = None
    references: Mapping[str, ReferenceValue] = field(default_factory=dict)
    adjustment: Adjustment | None = None
    note: str = ""
    flagged: bool = False
    evidence: tuple[str, ...] = ()
    self_assessment: SelfAssessment | None = None
    differs_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSheet:
    """Everything scoring needs beside the scheme: body, year, round, targets and entries by item id.

    ``targets`` are the agreement's own numbers (decimal strings) by item id, or ``ITEM/PART`` for a part.
    ``place``/``placed`` are the body's rank among all bodies of the round, once known (grade by rank);
    ``round_closed`` makes round references and ranks final.
    """

    body: str
    body_class: str
    year: int
    round: str = "annual"
    entries: Mapping[str, Entry] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    place: int | None = None
    sharing_place: int = 1
    placed: int | None = None
    round_closed: bool = False
