"""The best and the mean of a round: computed over its bodies and handed to scoring where an item compares with them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from qassess.domain.answers import Answer, AnswerSheet, Entry, RoundValue
from qassess.domain.asked_references import AskedReference, asked_references
from qassess.domain.checklist import item_exists_for
from qassess.domain.rules import Better, Measure, Reference
from qassess.domain.scheme import Item, Scheme
from qassess.domain.scoring_context import Asked, Pool, Trail, UnansweredError, UnreadyError
from qassess.domain.scoring_measures import typed_value
from qassess.errors import InputRefused

ROUND_REFERENCES = (Reference.ROUND_BEST, Reference.ROUND_MEAN)


@dataclass(frozen=True, slots=True)
class RoundReference:
    """One reference of one item: its value, and how many bodies had a number to take part with."""

    item: str
    key: str
    reference: Reference
    value: Fraction
    bodies: int


def round_references(scheme: Scheme, sheets: Sequence[AnswerSheet]) -> tuple[RoundReference, ...]:
    """Compute every round reference the scheme's items ask for; one without any number to go by is left out.

    Best: the largest value, the smallest where less is better. Mean: of the bodies' values, each body counting once;
    a body with several instances takes part with the best or the mean of them. Not applicable and unreadable answers
    take no part.
    """
    found = (_computed(item, asked, sheets) for item, asked in _asked(scheme))
    return tuple(known for known in found if known is not None)


def with_round_references(
    sheet: AnswerSheet, references: Iterable[RoundReference], say_source: Callable[[int], str]
) -> AnswerSheet:
    """Return the sheet with the computed references in place of what was entered for them.

    ``say_source(bodies)`` names where the value comes from. Only answered items get them.
    """
    entries = dict(sheet.entries)
    for known in references:
        entry = entries.get(known.item)
        if entry is not None and entry.answer is not None:
            value = RoundValue(source=say_source(known.bodies), exact=known.value)
            entries[known.item] = replace(entry, references={**entry.references, known.key: value})
    return replace(sheet, entries=entries)


def _asked(scheme: Scheme) -> Iterator[tuple[Item, AskedReference]]:
    for item in scheme.items:
        for asked in asked_references(item):
            if asked.reference in ROUND_REFERENCES:
                yield item, asked


def _computed(item: Item, asked: AskedReference, sheets: Sequence[AnswerSheet]) -> RoundReference | None:
    combine = _best(asked.measure) if asked.reference is Reference.ROUND_BEST else _mean
    values = [combine(own) for sheet in sheets if (own := _values(item, asked, sheet))]
    if not values:
        return None
    return RoundReference(item.id, asked.key, asked.reference, combine(values), len(values))


def _best(measure: Measure) -> Callable[[Sequence[Fraction]], Fraction]:
    return max if measure.better is Better.HIGHER else min


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _values(item: Item, asked: AskedReference, sheet: AnswerSheet) -> list[Fraction]:
    """Return the numbers a body entered at the place of the reference: one, or one an instance."""
    entry = sheet.entries.get(item.id)
    if entry is None or entry.answer is None or not item_exists_for(item, sheet.body_class, sheet.body):
        return []
    whole = entry.answer
    answers = [whole] if whole.instances is None else [instance.answer for instance in whole.instances]
    places = [_at(answer, asked.key) for answer in answers if answer.not_applicable is None]
    values = (_value(asked.measure, place, entry, sheet) for place in places if place is not None)
    return [value for value in values if value is not None]


def _at(answer: Answer, key: str) -> Answer | None:
    """Go from an answer to the one a reference's key belongs to: ``PART:row:round_best``."""
    here: Answer | None = answer
    for step in key.split(":")[:-1]:
        if here is None or here.not_applicable is not None:
            return None
        here = _step(here, step)
    return here if here is None or here.not_applicable is None else None


def _step(answer: Answer, name: str) -> Answer | None:
    if answer.parts is not None and name in answer.parts:
        return answer.parts[name]
    if answer.measured is not None and name in answer.measured:
        return answer.measured[name]
    known: Mapping[str, Answer | None] = {"row": answer.row, "column": answer.column, "waiver": answer.waiver}
    return known.get(name)


def _value(measure: Measure, answer: Answer, entry: Entry, sheet: AnswerSheet) -> Fraction | None:
    try:
        return typed_value(measure, answer, Asked(sheet=sheet, entry=entry, pool=Pool(full=None), trail=Trail()))
    except (InputRefused, UnansweredError, UnreadyError):
        return None
