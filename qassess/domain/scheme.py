"""A scheme (考核细则): the versioned data by which bodies are assessed; immutable once published.

Points, weights, bands, rounding and deadlines live here, never in code. Reading and checking a scheme file is
:mod:`qassess.domain.scheme_file`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Discriminator

from qassess.domain.exact import Exact
from qassess.domain.rules import Interval, Rule, Target, Text


class Role(StrEnum):
    """What an item does to the total."""

    BASE = "base"
    BONUS = "bonus"
    PENALTY = "penalty"
    GATE = "gate"


class NotApplicablePolicy(StrEnum):
    """What 合理缺项 does: rescale the rest, full points, base points, zero, or nothing at all (no points)."""

    RESCALE = "rescale"
    FULL = "full"
    BASE = "base"
    ZERO = "zero"
    MARK_ONLY = "mark_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyClass:
    """A class of assessed bodies, each with a checklist of its own whose base points sum to the scheme's total.

    ``kind`` selects counties or departments; ``bodies`` names them (empty: every body of that kind).
    """

    id: str
    title: Text
    kind: Literal["county", "department"]
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the checklist; ``minimum_share`` (0..1 of due points) is a section minimum that caps the grade.

    ``minimum_grade`` is the best grade still possible when the minimum is missed.
    """

    id: str
    title: Text
    minimum_share: Exact | None = None
    minimum_grade: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of bonus or of penalty items: its cap in points, and repetitions counted once (the larger)."""

    id: str
    title: Text
    role: Literal["bonus", "penalty"]
    cap: Exact | None = None


class Combine(StrEnum):
    """How the instances of one item (river sections, projects, visits) make one score."""

    MEAN = "mean"
    WORST = "worst"
    SUM = "sum"
    WEIGHTS = "weights"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceWeight:
    """A stated instance and its share (日常 30 % + 年终 70 %: 30 and 70, renormalised over what applies)."""

    id: str
    label: Text
    weight: Exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Instances:
    """The item is asked once for each of several things. ``weights`` lists them when ``combine`` is ``weights``."""

    label: Text
    combine: Combine
    weights: tuple[InstanceWeight, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence asked for (佐证材料); ``required`` = how many pieces signing needs."""

    text: Text
    required: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyItem:
    """关键项: below ``minimum_share`` of its points (exact, unrounded) the grade is at most ``grade``."""

    minimum_share: Exact
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row of a printed rule sheet.

    ``full``: points as one number for every body, or per class id (absent or 0: the item does not exist for that
    class), or absent altogether for a gate and for an uncapped bonus or penalty. ``classes`` and ``bodies`` narrow an
    item to classes or named bodies (for items without points per class). ``clauses`` are the ids of the plan's clauses
    it stands for; ``pending`` lists what the office has yet to settle (口径待定). ``rule_text`` is the rule as printed,
    if it differs from what the rule's own data say. ``leads`` are the class ids of the units that answer for it
    (考核牵头部门). ``discontinued`` says why an
    instrument no longer exists (停用).
    """

    id: str
    section: str
    title: Text
    role: Role = Role.BASE
    full: Exact | Mapping[str, Exact] | None = None
    classes: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    target: Target | None = None
    rule: Rule
    rule_text: Text | None = None
    instances: Instances | None = None
    not_applicable: NotApplicablePolicy | None = None
    base_points: Exact | None = None
    evidence: Evidence | None = None
    leads: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    pending: tuple[Text, ...] = ()
    discontinued: Text | None = None
    group: str | None = None
    no_dup_key: str | None = None
    key_item: KeyItem | None = None


class Rounding(StrEnum):
    """How the total is rounded, once, at the end. ``half_up`` is 四舍五入 (ties away from zero)."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalRule:
    """The total: declared full points per class of body, its rounding and its cap (bonus included)."""

    full: Exact = Fraction(100)
    places: int = 1
    rounding: Rounding = Rounding.HALF_UP
    cap: Exact | None = None
    floor: Exact = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicableRule:
    """The default policy, where rescaling happens, and the largest allowed share of base points not applicable."""

    policy: NotApplicablePolicy = NotApplicablePolicy.RESCALE
    level: Literal["section", "total"] = "section"
    limit_share: Exact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeName:
    """A grade; grades are listed from the best to the worst."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeBand:
    """The scores that give a grade."""

    grade: str
    within: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeByBands:
    """Grade by score, tested on the rounded or the unrounded total."""

    by: Literal["bands"] = "bands"
    bands: tuple[GradeBand, ...]
    tested_on: Literal["rounded", "unrounded"] = "rounded"


@dataclass(frozen=True, slots=True, kw_only=True)
class GradePlaces:
    """The places (inclusive; ``last`` absent = to the end) that give a grade."""

    grade: str
    first: int
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeByRank:
    """Grade by place among all bodies of a kind in a round; provisional until the round is closed."""

    by: Literal["rank"] = "rank"
    places: tuple[GradePlaces, ...]
    ties: Literal["first", "worst"] = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """Grades from best to worst and how the computed grade is found, before gates, minimums and key items."""

    grades: tuple[GradeName, ...]
    rule: Annotated[GradeByBands | GradeByRank, Discriminator("by")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Days the office allows: objection (working days) and rectification (months)."""

    objection_working_days: int = 10
    rectification_months: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause of the plan, verbatim. ``not_assessed`` is the reason why no item stands for it."""

    id: str
    part: str
    kind: str
    indicator: str
    comparator: str = ""
    value: str = ""
    unit: str = ""
    units: tuple[str, ...] = ()
    applies_to: str = ""
    quote: str
    not_assessed: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The document a scheme rests on: title and number as printed, e.g. 长政发〔2015〕12号."""

    title: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A whole scheme. ``status`` ``sample`` prints ``notice`` (示范细则,非官方) on every screen and paper.

    ``year_start`` is the month and day (``"01-01"``) on which the assessment year begins.
    """

    format: Literal["qassess-scheme/1"]
    id: str
    version: str
    status: Literal["sample", "draft", "official"]
    title: Text
    notice: Text | None = None
    basis: tuple[Basis, ...] = ()
    year_start: str = "01-01"
    classes: tuple[BodyClass, ...]
    sections: tuple[Section, ...]
    groups: tuple[Group, ...] = ()
    items: tuple[Item, ...]
    total: TotalRule = field(default_factory=TotalRule)
    not_applicable: NotApplicableRule = field(default_factory=NotApplicableRule)
    grading: Grading
    deadlines: Deadlines = field(default_factory=Deadlines)
    pending: tuple[Text, ...] = ()
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedScheme:
    """A scheme with its canonical content and hash; what an assessment is pinned to and carries along.

    ``content`` is the canonical JSON text (see :mod:`qassess.domain.canonical`), ``sha256`` its hex digest,
    ``item_hashes`` the content hash of each item: what decides its score and what is asked, not its translation.
    """

    scheme: Scheme
    content: str
    sha256: str
    item_hashes: Mapping[str, str]


def full_points(item: Item, body_class: str) -> Fraction | None:
    """Return the item's full points for a class of body; ``None`` when none are stated.

    0 means that the item does not exist for that class.
    """
    if isinstance(item.full, Mapping):
        return item.full.get(body_class, Fraction(0))
    return item.full
