"""What would lift the grade: the fewest items that, brought to their full points, reach the next better grade.

Only base items count: honours and incidents (bonus, penalty) are not a matter of improving. Raising an item never
lowers anything, and the items of a section count by one factor; so of two items of a section the one that gains more
serves at least as well, and taking the largest gains first is exact for the *number* of items. What must be there
beyond the total - key items, section minimums, gates on an item's share - is taken first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Final

from qassess.domain.answers import AnswerSheet
from qassess.domain.checklist import checklist_for
from qassess.domain.rules import Gate, ShareCondition
from qassess.domain.scheme import Item, PinnedScheme, Role
from qassess.domain.score_sheet import Fact, ItemScore, ScoreSheet, State
from qassess.domain.scoring import settle

_LIMITS: Final = frozenset(
    {"grade.down", "grade.capped_by_gate", "grade.capped_by_section", "grade.capped_by_key_item", "grade.fixed"}
)


@dataclass(frozen=True, slots=True)
class Gain:
    """An item, and what its full points would add to the base total: exact, after rescaling."""

    item: str
    points: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """The way to the next better grade ``to``.

    ``items`` are the fewest that reach it, the largest gain first. They are empty when it cannot be reached even with
    full points in every base item; then ``held_by`` are the facts that hold the grade down (empty: points are missing).
    """

    to: str
    items: tuple[Gain, ...] = ()
    held_by: tuple[Fact, ...] = ()


def lift(pinned: PinnedScheme, sheet: AnswerSheet, scored: ScoreSheet) -> Lift | None:
    """Return what would lift the grade of a scored sheet by one; ``None`` without a grade or at the best one.

    A grade by rank is the other bodies' matter too: ``None``.
    """
    order = [known.id for known in pinned.scheme.grading.grades]
    by_rank = pinned.scheme.grading.rule.by == "rank"
    if by_rank or scored.grade is None or order.index(scored.grade) == 0:
        return None
    return _Search(pinned, sheet, scored, order[: order.index(scored.grade)]).run()


class _Search:
    """One search: the candidates by gain, and the question whether a set of them is enough."""

    def __init__(self, pinned: PinnedScheme, sheet: AnswerSheet, scored: ScoreSheet, better: Sequence[str]) -> None:
        self._pinned, self._sheet = pinned, sheet
        self._better = better
        self._checklist = checklist_for(pinned.scheme, sheet.body_class, sheet.body)
        gates = {item.id for item in self._checklist.items if isinstance(item.rule, Gate)}
        self._points = {known: score for known, score in scored.items.items() if known not in gates}
        self._gains = self._gains_by_item()
        self._by_gain = sorted(self._gains, key=lambda known: -self._gains[known])

    def run(self) -> Lift:
        best = self._settled(self._by_gain)
        if best.grade not in self._better:
            held_by = tuple(known for known in best.facts if known.code in _LIMITS)
            return Lift(to=self._better[-1], held_by=held_by)
        chosen = self._fewest()
        return Lift(to=self._better[-1], items=tuple(Gain(known, self._gains[known]) for known in chosen))

    def _gains_by_item(self) -> dict[str, Fraction]:
        """Return what each base item below its due points would add, by the factor of its section."""
        open_to_gain = {
            item.id: score
            for item in self._checklist.items
            if item.role is Role.BASE and (score := self._points[item.id]).state is State.SCORED
            if score.points is not None and score.points < score.due
        }
        whole = self._settled(open_to_gain)
        factors = {
            known.section: known.scaled / known.points if known.points else Fraction(0) for known in whole.sections
        }
        sections = {item.id: item.section for item in self._checklist.items}
        return {
            known: (score.due - (score.points or Fraction(0))) * factors[sections[known]]
            for known, score in open_to_gain.items()
        }

    def _settled(self, raised: "Mapping[str, object] | Sequence[str]") -> ScoreSheet:
        full = {known: replace(self._points[known], points=self._points[known].due, computed=None) for known in raised}
        return settle(self._pinned, self._sheet, self._points | full)

    def _is_enough(self, raised: Sequence[str]) -> bool:
        return self._settled(raised).grade in self._better

    def _fewest(self) -> list[str]:
        """Return the smallest set that is enough.

        Gates may look at the shares of several items at once, where no single one is indispensable: every choice among
        the items they name is tried as a beginning.
        """
        best: list[str] | None = None
        for beginning in self._beginnings():
            if best is not None and len(beginning) >= len(best):
                break
            found = self._completed(beginning, None if best is None else len(best) - 1)
            best = found if found is not None else best
        chosen = set(best or ())
        return [known for known in self._by_gain if known in chosen]

    def _beginnings(self) -> Iterator[tuple[str, ...]]:
        named = {
            condition.item
            for item in self._checklist.items
            if isinstance(item.rule, Gate)
            for condition in item.rule.conditions
            if isinstance(condition, ShareCondition) and condition.item in self._gains
        }
        ordered = [known for known in self._by_gain if known in named]
        for size in range(len(ordered) + 1):
            yield from combinations(ordered, size)

    def _completed(self, beginning: tuple[str, ...], most: int | None) -> list[str] | None:
        """Return a beginning with the fewest more that are enough; ``None`` when that takes more than ``most``."""
        chosen = list(beginning)
        chosen += [known for known in self._key_items() if known not in chosen]
        for needed in self._section_needs(chosen):
            chosen.append(needed)
        rest = [known for known in self._by_gain if known not in chosen]
        while most is None or len(chosen) <= most:
            if self._is_enough(chosen):
                return chosen
            if not rest:
                return None
            chosen.append(rest.pop(0))
        return None

    def _key_items(self) -> list[str]:
        """Return the key items below their minimum that hold the grade down."""
        return [item.id for item in self._checklist.items if item.id in self._gains and self._is_key(item)]

    def _is_key(self, item: Item) -> bool:
        key, score = item.key_item, self._points[item.id]
        if key is None or key.grade in self._better or not score.full or score.points is None:
            return False
        return score.points / score.full < key.minimum_share

    def _section_needs(self, chosen: Sequence[str]) -> Iterator[str]:
        """Yield, section by section, the largest gains that bring it over a minimum that holds the grade down."""
        for section, items in self._checklist.sections:
            if section.minimum_share is None or section.minimum_grade in (None, *self._better):
                continue
            scores = [self._points[item.id] for item in items if item.role is Role.BASE]
            short = section.minimum_share * sum((score.due for score in scores), Fraction(0)) - _earned(scores, chosen)
            own = {item.id for item in items} - set(chosen)
            for known in (candidate for candidate in self._by_gain if candidate in own):
                if short <= 0:
                    break
                score = self._points[known]
                short -= score.due - (score.points or Fraction(0))
                yield known


def _earned(scores: Sequence[ItemScore], raised: Sequence[str]) -> Fraction:
    return sum(
        (score.due if score.item in raised else score.points or Fraction(0) for score in scores),
        Fraction(0),
    )
