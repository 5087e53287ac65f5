"""The result of scoring: points, states and derivations as facts. Words are made elsewhere (``wording``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

FactValue = Fraction | int | str | bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One step of a derivation: a code such as ``step.below`` and the numbers and names it speaks of.

    Every code and the values it carries are listed in :mod:`qassess.domain.facts`; ``wording`` has a sentence for
    each in both languages. Numbers are exact.
    """

    code: str
    values: Mapping[str, FactValue] = field(default_factory=dict)


class State(StrEnum):
    """How an item stands. Only ``SCORED`` and ``NOT_APPLICABLE`` are finished."""

    OPEN = "open"
    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    REFUSED = "refused"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScore:
    """One item's result.

    ``points``: earned, exact, unrounded; ``None`` unless scored. A penalty's points are negative or 0. ``computed``
    differs from ``points`` only under an adjustment. ``full``: full points for this class, ``None`` if uncapped or
    gate. ``due``: what counts as attainable after not-applicable (base items, answered or not; 0 once rescaled away).
    ``points`` of a not-applicable item are those its policy gives, ``None`` when it is rescaled away. A refused item's
    derivation ends with ``refused.<code>``; ``provisional`` lists why the points may still change (round references).
    """

    item: str
    state: State
    full: Fraction | None = None
    due: Fraction = Fraction(0)
    points: Fraction | None = None
    computed: Fraction | None = None
    derivation: tuple[Fact, ...] = ()
    provisional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionScore:
    """A section: ``full`` base points, ``due`` after not-applicable, ``points`` earned, ``scaled`` after rescaling.

    ``scaled`` counts to the total; the sections' ``scaled`` sum to the base total exactly. ``answered`` is the part of
    ``due`` that belongs to finished items: while items are open, ``points`` of ``answered`` is how the section stands.
    ``open_items`` counts every item of the section that is not finished, gates too.
    """

    section: str
    full: Fraction
    due: Fraction
    points: Fraction
    scaled: Fraction
    answered: Fraction = Fraction(0)
    open_items: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupScore:
    """A bonus or penalty group: the sum before and after dropping repetitions and capping."""

    group: str
    raw: Fraction
    points: Fraction
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """A gate, stated even when it did not happen. ``occurred`` is ``None`` while it has not been answered.

    ``in_force`` needs the second confirmation; ``facts`` say why and what it does.
    """

    item: str
    occurred: bool | None
    confirmed: bool
    in_force: bool
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheet:
    """The whole result for one body.

    ``total`` is rounded once by the scheme's rule, ``total_unrounded`` exact; both ``None`` when nothing is
    scorable (everything not applicable). While items are open the total is that of what is answered, open items
    counting nothing yet (never extrapolated), ``complete`` is false, and there is no grade before every item that gives
    points is finished. ``computed_grade`` is the grade before minimums, key items and gates; ``grade`` after.
    ``facts`` tell the way from sections to grade. ``provisional`` says why the result is not final.
    """

    scheme_id: str
    scheme_version: str
    scheme_sha256: str
    body: str
    body_class: str
    year: int
    round: str
    items: Mapping[str, ItemScore]
    sections: tuple[SectionScore, ...]
    groups: tuple[GroupScore, ...]
    gates: tuple[GateState, ...]
    total_unrounded: Fraction | None
    total: Fraction | None
    computed_grade: str | None
    grade: str | None
    complete: bool
    facts: tuple[Fact, ...] = ()
    provisional: tuple[str, ...] = ()

    @property
    def points_so_far(self) -> Fraction:
        """Base points earned by the answers so far, not rescaled: the 58.8 of "58.8 / 66 by the present answers"."""
        return sum((section.points for section in self.sections), Fraction(0))

    @property
    def due_so_far(self) -> Fraction:
        """Base points that the answered items could give: the 66 of "58.8 / 66 by the present answers"."""
        return sum((section.answered for section in self.sections), Fraction(0))
