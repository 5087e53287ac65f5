"""The rule model: measure, shape, composite and gate, as frozen data without arithmetic.

A *measure* is the number a shape sees; a *shape* turns it into points; a *composite* adds several shapes under
one pool; a *gate* gives no points but acts on the grade. Names follow the README's glossary. Every number is
exact. Bounds follow the drafting convention of Chinese law: 以上/以下 include the number (``>=``, ``<=``),
超过/低于 do not (``>``, ``<``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Discriminator

from qassess.domain.exact import Exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text in both languages; an empty ``en`` falls back to ``zh``."""

    zh: str
    en: str = ""


class Comparator(StrEnum):
    """How a value is compared with its bound."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"
    EQUAL = "=="


class Better(StrEnum):
    """Which direction of a measure is the better one."""

    HIGHER = "higher"
    LOWER = "lower"


class Reference(StrEnum):
    """What a value is compared with beside a fixed number; each is a dated, sourced input of the assessment."""

    TARGET = "target"
    LAST_YEAR = "last_year"
    MEAN_3Y = "mean_3y"
    NATIONAL_AVG = "national_avg"
    PROVINCIAL_AVG = "provincial_avg"
    BASE_YEAR = "base_year"
    ROUND_BEST = "round_best"
    ROUND_MEAN = "round_mean"


class MeasureKind(StrEnum):
    """How the number a shape sees is made from what is typed."""

    RAW = "raw"
    PERCENT = "percent"
    COUNT = "count"
    DELTA_PP = "delta_pp"
    DELTA_PCT = "delta_pct"
    RATIO_TO_TARGET = "ratio_to_target"
    RANK = "rank"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountKind:
    """One kind of counted case with its weight (特别重大 3, 重大 2 …)."""

    id: str
    label: Text
    weight: Exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The number a shape sees.

    ``per`` scales ``numerator/denominator`` (100 for %, 1000 for ‰; used by ``percent`` and, when such a pair is
    entered, by ``delta_pp``/``delta_pct``). ``reference`` is what ``delta_pp`` (value − reference, percentage
    points), ``delta_pct`` ((value − reference) ÷ reference × 100) and ``ratio_to_target`` (value ÷ reference,
    1 = met) compare with; ``ratio_to_target`` without one uses the target. ``minimum``/``maximum`` are the
    inclusive limits of what may be typed (of the raw value, not of the delta); without a ``minimum`` nothing negative
    may be typed, without a ``maximum`` a percentage ends at ``per``. ``integer`` asks for whole numbers, of a pair for
    both (half a batch is refused); counts and ranks are always whole.
    """

    kind: MeasureKind = MeasureKind.RAW
    unit: str = ""
    better: Better = Better.HIGHER
    numerator: Text | None = None
    denominator: Text | None = None
    per: Exact = Fraction(100)
    reference: Reference | None = None
    kinds: tuple[CountKind, ...] = ()
    minimum: Exact | None = None
    maximum: Exact | None = None
    integer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What has to be reached.

    ``value`` is the fixed number, ``by_year`` the interim values (keys ``"2024"``; the year's own, else the latest
    earlier, else ``value``). ``reference`` asks for a reference value instead. ``agreed`` means that the number is
    each body's own share, set in its agreement; the plan's city total is then only shown (``city_total``).
    """

    comparator: Comparator = Comparator.AT_LEAST
    value: Exact | None = None
    by_year: Mapping[str, Exact] = field(default_factory=dict)
    reference: Reference | None = None
    agreed: bool = False
    city_total: Exact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of an option; ``points_to`` opens bounded discretion from ``points`` to it, with a reason."""

    label: Text
    descriptor: Text | None = None
    points: Exact
    points_to: Exact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """OPTION 档次: pick one level. Answers name a level by its number, 1 = the first listed."""

    shape: Literal["option"] = "option"
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of a checklist; ``points`` are awarded when it is there, or deducted when it is missing."""

    id: str
    label: Text
    points: Exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """CHECKLIST 要素: the sum of what is there (``award``) or full points less what is missing (``deduct``)."""

    shape: Literal["checklist"] = "checklist"
    elements: tuple[Element, ...]
    mode: Literal["award", "deduct"] = "award"
    all_missing_zero: bool = False


class PartialStep(StrEnum):
    """What an incomplete step counts: 不足一个按一个计, 不足一个不计, 按比例."""

    CEIL = "ceil"
    FLOOR = "floor"
    LINEAR = "linear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A comparison with a fixed number."""

    comparator: Comparator
    value: Exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """STEP 达标增减: base points at the target, deducted or awarded per step of distance from it.

    ``step`` is in the measure's own unit (percentage points for a percentage). ``base_points`` defaults to full
    points, ``cap`` to full points, ``floor`` to 0. ``zero_beyond`` (with its comparator, "低于80%不得分" =
    ``<`` ``80``) gives 0 whatever the steps say. A missed strict target (``>``, ``<``) with distance 0 costs one
    step under ``ceil`` and nothing otherwise. An incomplete step above the target earns nothing under ``ceil`` either.
    """

    shape: Literal["step"] = "step"
    measure: Measure
    step: Exact
    deduct_per_step: Exact
    award_per_step: Exact = Fraction(0)
    base_points: Exact | None = None
    floor: Exact = Fraction(0)
    cap: Exact | None = None
    zero_beyond: Bound | None = None
    partial_step: PartialStep = PartialStep.LINEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An interval of a measure; an absent end is open to infinity. 以上/以下 include the end, 超过/低于 do not."""

    low: Exact | None = None
    low_included: bool = True
    high: Exact | None = None
    high_included: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BandRow:
    """One row of a band table."""

    within: Interval
    points: Exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """BAND 分档: a table lookup; the rows cover the line without gap or overlap."""

    shape: Literal["band"] = "band"
    measure: Measure
    bands: tuple[BandRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """GRID 双指标: bands on one measure times bands on another; ``points[row][column]``."""

    shape: Literal["grid"] = "grid"
    row_label: Text
    row_measure: Measure
    rows: tuple[Interval, ...]
    column_label: Text
    column_measure: Measure
    columns: tuple[Interval, ...]
    points: tuple[tuple[Exact, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """RATIO 按比例: full × min(cap, actual ÷ target), inverted when lower is better.

    A strict target (``>``, ``<``) or ``==`` has no ratio that says whether it is met; such a rule is a step. Below
    ``min_ratio`` nothing is earned. Target 0 and actual 0 is full.
    """

    shape: Literal["ratio"] = "ratio"
    measure: Measure
    min_ratio: Exact | None = None
    cap_ratio: Exact = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """LINEAR 公式: factor × measure + offset, between ``floor`` and ``cap`` (default: full points)."""

    shape: Literal["linear"] = "linear"
    measure: Measure
    factor: Exact
    offset: Exact = Fraction(0)
    floor: Exact = Fraction(0)
    cap: Exact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """COUNT 计数: points per counted unit.

    ``award``: + ``per_unit`` for each unit beyond ``free_units``. ``deduct``: start (default full points, 0 for a
    penalty) − ``per_unit`` for each unit beyond ``free_units``. ``shortfall``: start − ``per_unit`` for each unit
    short of ``required``. ``floor`` defaults to 0 (a penalty: none); ``cap`` to full points (uncapped bonus: none).
    """

    shape: Literal["count"] = "count"
    measure: Measure
    mode: Literal["award", "deduct", "shortfall"]
    per_unit: Exact
    free_units: Exact = Fraction(0)
    required: Exact | None = None
    start: Exact | None = None
    floor: Exact | None = None
    cap: Exact | None = None


class Ties(StrEnum):
    """What bodies of equal rank get: the first place's points of the tie, the last's, or the mean."""

    FIRST = "first"
    WORST = "worst"
    MEAN = "mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRow:
    """Places ``first`` to ``last`` (inclusive; absent = to the end) and their points."""

    first: int
    last: int | None = None
    points: Exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """RANK 位次: by a table of places, or linear from full at place 1 to ``last_points`` at place N.

    The answer gives the place, N (how many were ranked), how many share the place, and the source.
    """

    shape: Literal["rank"] = "rank"
    table: tuple[RankRow, ...] = ()
    linear: bool = False
    last_points: Exact = Fraction(0)
    ties: Ties = Ties.FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """JUDGE 酌情: discretion between ``minimum`` and ``maximum`` in steps of ``increment``, always with a reason.

    ``mode`` says whether the typed points are earned or deducted from full points.
    """

    shape: Literal["judge"] = "judge"
    mode: Literal["award", "deduct"] = "award"
    minimum: Exact
    maximum: Exact
    increment: Exact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """EXTERNAL 引用: full × external score ÷ ``external_full``, with its source."""

    shape: Literal["external"] = "external"
    external_full: Exact
    source: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagCondition:
    """The event happened."""

    when: Literal["flag"] = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCondition:
    """A measure (a count too) compared with a number: "满意率低于72"."""

    when: Literal["number"] = "number"
    id: str
    label: Text
    measure: Measure
    bound: Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareCondition:
    """Another item's earned share of its full points (0..1): "本项低于60%为不合格"."""

    when: Literal["share"] = "share"
    item: str
    bound: Bound


Condition = Annotated[FlagCondition | NumberCondition | ShareCondition, Discriminator("when")]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixGrade:
    """veto: the grade is fixed."""

    effect: Literal["grade"] = "grade"
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Downgrade:
    """降级: lowers the grade by ``levels``; several downgrades add up."""

    effect: Literal["down"] = "down"
    levels: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CapGrade:
    """一票否优: the grade is at most ``grade``."""

    effect: Literal["cap_grade"] = "cap_grade"
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapTotal:
    """The total is at most ``total``."""

    effect: Literal["cap_total"] = "cap_total"
    total: Exact


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroSection:
    """A whole section counts 0."""

    effect: Literal["zero_section"] = "zero_section"
    section: str


Effect = Annotated[FixGrade | Downgrade | CapGrade | CapTotal | ZeroSection, Discriminator("effect")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """GATE 否决/降级: no points; acts on grade or total. A gate that fired needs evidence and a second confirmation."""

    shape: Literal["gate"] = "gate"
    conditions: tuple[Condition, ...]
    match: Literal["any", "all"] = "any"
    effect: Effect


Shape = Annotated[
    Option | Checklist | Step | Band | Grid | Ratio | Linear | Count | Rank | Judge | External,
    Discriminator("shape"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """豁免: a second measure that cancels a part's deduction when met ("检出率上升但投诉率下降的不扣分")."""

    label: Text
    measure: Measure
    bound: Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a composite. ``full`` is the part's own full points (default: the item's), ``cap`` its own cap."""

    id: str
    label: Text
    rule: Shape
    target: Target | None = None
    full: Exact | None = None
    cap: Exact | None = None
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """Parts computed exactly, capped one by one, summed, then ``floor`` and the item's full points as cap.

    A part not checked leaves the item not checked. A part not applicable is rescaled inside the item only where
    ``rescale_parts``; otherwise the whole item has to be declared not applicable.
    """

    shape: Literal["composite"] = "composite"
    parts: tuple[Part, ...]
    floor: Exact = Fraction(0)
    rescale_parts: bool = False


Rule = Annotated[
    Option | Checklist | Step | Band | Grid | Ratio | Linear | Count | Rank | Judge | External | Composite | Gate,
    Discriminator("shape"),
]
