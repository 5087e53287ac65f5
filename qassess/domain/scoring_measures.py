"""From what is typed to the number a shape sees: measures, references and targets, with the facts that tell the way."""

from dataclasses import dataclass, replace
from fractions import Fraction

from qassess.domain.answers import Answer, ReferenceValue, RoundValue
from qassess.domain.facts import fact
from qassess.domain.quantity import (
    Quantity,
    limits_of,
    limits_of_reference,
    limits_of_target,
    read_number,
    read_pair,
    split_pair,
    takes_pair,
    unit_of,
    uses_up_target,
)
from qassess.domain.rules import Better, Comparator, Measure, MeasureKind, Reference, Target, Text
from qassess.domain.scoring_context import Asked, UnreadyError, labelled, unanswered
from qassess.domain.target_values import target_value
from qassess.errors import InputRefused

_YEARS_OF_A_MEAN = 3
_DELTAS = (MeasureKind.DELTA_PP, MeasureKind.DELTA_PCT)


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure's value, exact, with the units of itself and of distances from it."""

    value: Fraction
    unit: str
    distance_unit: str


def is_lower_better(measure: Measure, target: Target | None) -> bool:
    """Tell the direction: lower where the measure, its target's comparator or a rank says so."""
    downward = target is not None and target.comparator in (Comparator.AT_MOST, Comparator.LESS_THAN)
    return downward or measure.better is Better.LOWER or measure.kind is MeasureKind.RANK


def read_measure(measure: Measure, answer: Answer, asked: Asked) -> Reading:
    """Return the number the shape sees.

    Raises ``InputRefused`` for what cannot be read, :class:`UnansweredError`, or :class:`UnreadyError` for a missing
    reference.
    """
    value = typed_value(measure, answer, asked)
    unit = unit_of(measure)
    match measure.kind:
        case MeasureKind.DELTA_PP:
            return _delta_pp(measure, value, asked)
        case MeasureKind.DELTA_PCT:
            return _delta_pct(measure, value, asked)
        case MeasureKind.RATIO_TO_TARGET:
            return _ratio_to_target(measure, value, asked)
        case _:
            return Reading(value, unit, _distance_unit(unit))


def compared_target(measure: Measure, asked: Asked) -> Fraction:
    """Return the number a reading is compared with: the target; 0 for a change, 1 for a ratio that used it up."""
    if uses_up_target(measure):
        return Fraction(measure.kind is MeasureKind.RATIO_TO_TARGET)
    target = asked.target
    stated = target is not None and (target.agreed or target.reference or target.value is not None or target.by_year)
    if not stated and asked.target_key not in asked.sheet.targets:
        if measure.kind in _DELTAS:
            return Fraction(0)
        if measure.kind is MeasureKind.RATIO_TO_TARGET:
            return Fraction(1)
    return target_number(measure, asked)


def target_number(measure: Measure, asked: Asked) -> Fraction:
    """Return the target: the agreement's own number, else a reference, else the year's, else the fixed value.

    Raises :class:`UnreadyError` when it is not set.
    """
    target = asked.target
    if (own := asked.sheet.targets.get(asked.target_key)) is not None:
        agreed = _agreed_number(own, measure, asked)
        _say_agreed(agreed, target, measure, asked)
        return agreed
    if target is not None and target.agreed:
        raise UnreadyError(fact("missing.agreed_target"))
    if target is not None and target.reference not in (None, Reference.TARGET):
        return reference_number(target.reference, measure, asked)
    known = None if target is None else target_value(target, asked.sheet.year)
    if known is None:
        raise UnreadyError(fact("missing.target"))
    return known


def _agreed_number(own: str, measure: Measure, asked: Asked) -> Fraction:
    """Read the agreement's number; below 1 % nothing is asked back where the scheme's own number is that small too."""
    limits = limits_of_target(measure, name=f"targets.{asked.target_key}")
    known = None if asked.target is None else target_value(asked.target, asked.sheet.year)
    is_small = known is not None and abs(known) < 1
    return read_number(own, replace(limits, percentage=limits.percentage and not is_small)).exact


def _say_agreed(agreed: Fraction, target: Target | None, measure: Measure, asked: Asked) -> None:
    """State both numbers where the agreement's own stands in place of the scheme's."""
    if target is None:
        return
    unit = _target_unit(measure)
    if target.reference not in (None, Reference.TARGET):
        asked.trail.note("target.agreed_not_reference", agreed=agreed, reference=target.reference.value, unit=unit)
    known = target_value(target, asked.sheet.year)
    if known is not None and known != agreed:
        asked.trail.note("target.agreed", agreed=agreed, scheme=known, unit=unit)


def _target_unit(measure: Measure) -> str:
    """Return the unit of a target's number: that of the measure, or of its change."""
    if measure.kind is MeasureKind.RATIO_TO_TARGET and not uses_up_target(measure):
        return ""
    if measure.kind not in _DELTAS or uses_up_target(measure):
        return unit_of(measure)
    return "%" if measure.kind is MeasureKind.DELTA_PCT else _distance_unit(unit_of(measure))


def reference_number(reference: Reference, measure: Measure, asked: Asked) -> Fraction:
    """Return a reference value as entered; a round's is provisional until the round is closed."""
    if reference is Reference.TARGET:
        return target_number(measure, asked)
    key = f"{asked.reference_prefix}{reference.value}"
    given = asked.entry.references.get(key, ReferenceValue())
    if reference in (Reference.ROUND_BEST, Reference.ROUND_MEAN) and not asked.sheet.round_closed:
        asked.trail.provisional.add(reference.value)
    if reference is Reference.MEAN_3Y:
        return _mean_of_three(given, key, measure, asked)
    if given.numerator is not None and given.denominator is not None:
        return _reference_pair(given, reference, key, measure, asked)
    if isinstance(given, RoundValue):
        value = given.exact
    elif given.value is not None and given.value.strip():
        value = read_number(given.value, limits_of_reference(measure, reference, name=f"references.{key}")).exact
    else:
        raise UnreadyError(fact("missing.reference", reference=reference.value, key=key))
    asked.trail.note(
        "reference.value",
        reference=reference.value,
        value=value,
        unit=unit_of(measure),
        source=given.source,
        date=given.date,
    )
    return value


def typed_value(measure: Measure, answer: Answer, asked: Asked) -> Fraction:
    """Return the number as entered, before any reference; errors as in :func:`read_measure`."""
    match measure.kind:
        case MeasureKind.FLAG:
            if answer.occurred is None:
                raise unanswered(answer, asked, "occurred")
            return Fraction(answer.occurred)
        case MeasureKind.COUNT:
            return _count(measure, answer, asked)
        case _ if takes_pair(measure):
            return _pair_or_value(measure, answer, asked)
        case _:
            return _single(measure, answer, asked).exact


def _single(measure: Measure, answer: Answer, asked: Asked) -> Quantity:
    if answer.value is None:
        raise unanswered(answer, asked, "value")
    return read_number(answer.value, limits_of(measure, name=asked.field_name("value")))


def _pair_or_value(measure: Measure, answer: Answer, asked: Asked) -> Fraction:
    sides = (answer.numerator, answer.denominator)
    if answer.value is not None:
        if sides != (None, None):
            raise InputRefused("answer.two_values", field=asked.field_name("value"))
        typed_pair = split_pair(answer.value)
        if typed_pair is None:
            return _single(measure, answer, asked).exact
        sides = typed_pair
    numerator, denominator = sides
    if numerator is None and denominator is None:
        raise unanswered(answer, asked, "numerator")
    if numerator is None:
        raise UnreadyError(fact("missing.numerator", **labelled(measure.numerator or Text(zh=""))))
    if denominator is None:
        raise UnreadyError(fact("missing.denominator", **labelled(measure.denominator or Text(zh=""))))
    pair = read_pair(numerator, denominator, measure, prefix=asked.field_prefix)
    value = pair.numerator.exact / pair.denominator.exact * measure.per
    asked.trail.note(
        "measure.pair",
        numerator=pair.numerator.exact,
        denominator=pair.denominator.exact,
        per=measure.per,
        value=value,
        unit=unit_of(measure),
    )
    return value


def _count(measure: Measure, answer: Answer, asked: Asked) -> Fraction:
    if measure.kinds:
        return _weighted_count(measure, answer, asked)
    typed = answer.count if answer.count is not None else answer.value
    if typed is None:
        raise unanswered(answer, asked, "count")
    return read_number(typed, limits_of(measure, name=asked.field_name("count"))).exact


def _weighted_count(measure: Measure, answer: Answer, asked: Asked) -> Fraction:
    """Add up count times weight; like an element without a tick, a kind without a number did not happen."""
    if answer.counts is None:
        raise unanswered(answer, asked, "counts")
    known = {kind.id: kind for kind in measure.kinds}
    for kind_id in answer.counts:
        if kind_id not in known:
            raise InputRefused("answer.no_such_kind", field=asked.field_name("counts"), kind=kind_id)
    total = Fraction(0)
    for kind in measure.kinds:
        if kind.id not in answer.counts:
            continue
        name = asked.field_name(f"counts.{kind.id}")
        count = read_number(answer.counts[kind.id], limits_of(measure, name=name)).exact
        product = count * kind.weight
        total += product
        asked.trail.note("measure.kind", **labelled(kind.label), count=count, weight=kind.weight, product=product)
    asked.trail.note("measure.kinds_sum", value=total, unit=unit_of(measure))
    return total


def _delta_pp(measure: Measure, value: Fraction, asked: Asked) -> Reading:
    reference = measure.reference or Reference.TARGET
    compared = reference_number(reference, measure, asked)
    unit = unit_of(measure)
    reading = Reading(value - compared, _distance_unit(unit), _distance_unit(unit))
    asked.trail.note(
        "measure.delta_pp",
        value=value,
        reference=reference.value,
        reference_value=compared,
        delta=reading.value,
        unit=unit,
        distance_unit=reading.distance_unit,
    )
    return reading


def _delta_pct(measure: Measure, value: Fraction, asked: Asked) -> Reading:
    reference = measure.reference or Reference.TARGET
    compared = _divisor(reference, measure, asked)
    change = (value - compared) / compared * 100
    asked.trail.note(
        "measure.delta_pct",
        value=value,
        reference=reference.value,
        reference_value=compared,
        change=change,
        unit=unit_of(measure),
    )
    return Reading(change, "%", "pp")


def _ratio_to_target(measure: Measure, value: Fraction, asked: Asked) -> Reading:
    reference = measure.reference or Reference.TARGET
    compared = reference_number(reference, measure, asked)
    ratio = Fraction(1) if compared == 0 == value else value / _not_zero(compared, reference, asked)
    asked.trail.note(
        "measure.ratio",
        value=value,
        reference=reference.value,
        reference_value=compared,
        ratio=ratio,
        unit=unit_of(measure),
    )
    return Reading(ratio, "", "")


def _divisor(reference: Reference, measure: Measure, asked: Asked) -> Fraction:
    return _not_zero(reference_number(reference, measure, asked), reference, asked)


def _not_zero(compared: Fraction, reference: Reference, asked: Asked) -> Fraction:
    if compared == 0:
        key = f"{asked.reference_prefix}{reference.value}"
        raise UnreadyError(fact("missing.reference_not_zero", reference=reference.value, key=key))
    return compared


def _distance_unit(unit: str) -> str:
    return {"%": "pp", "‰": "permille_points"}.get(unit, unit)


def _mean_of_three(given: ReferenceValue, key: str, measure: Measure, asked: Asked) -> Fraction:
    """Return the mean of three years, each stated; fewer years, or no source, are missing and not zero."""
    reference = Reference.MEAN_3Y.value
    years = [year for year in given.values if year.strip()]
    if len(years) != _YEARS_OF_A_MEAN:
        raise UnreadyError(fact("missing.reference_years", reference=reference, key=key, given=len(years)))
    if not given.source.strip():
        raise UnreadyError(fact("missing.reference_source", reference=reference, key=key))
    pairs = [split_pair(year) for year in years] if takes_pair(measure) else []
    if pairs and all(pairs):
        return _pooled([pair for pair in pairs if pair], given.source, key, measure, asked)
    limits = limits_of_reference(measure, Reference.MEAN_3Y, name=f"references.{key}")
    first, second, third = (read_number(year, limits).exact for year in years)
    mean = (first + second + third) / _YEARS_OF_A_MEAN
    asked.trail.note(
        "reference.mean_3y",
        first=first,
        second=second,
        third=third,
        value=mean,
        unit=unit_of(measure),
        source=given.source,
    )
    return mean


def _pooled(years: list[tuple[str, str]], source: str, key: str, measure: Measure, asked: Asked) -> Fraction:
    """Return three years of pairs as one: what was found in all of them ÷ what was looked at in all of them."""
    pairs = [read_pair(*year, measure, prefix=f"references.{key}.") for year in years]
    numerators = [pair.numerator.exact for pair in pairs]
    denominators = [pair.denominator.exact for pair in pairs]
    value = sum(numerators, Fraction(0)) / sum(denominators, Fraction(0)) * measure.per
    asked.trail.note(
        "reference.pooled_3y",
        first=numerators[0],
        second=numerators[1],
        third=numerators[2],
        first_of=denominators[0],
        second_of=denominators[1],
        third_of=denominators[2],
        per=measure.per,
        value=value,
        unit=unit_of(measure),
        source=source,
    )
    return value


def _reference_pair(given: ReferenceValue, reference: Reference, key: str, measure: Measure, asked: Asked) -> Fraction:
    pair = read_pair(given.numerator or "", given.denominator or "", measure, prefix=f"references.{key}.")
    value = pair.numerator.exact / pair.denominator.exact * measure.per
    asked.trail.note(
        "reference.pair",
        reference=reference.value,
        numerator=pair.numerator.exact,
        denominator=pair.denominator.exact,
        per=measure.per,
        value=value,
        unit=unit_of(measure),
        source=given.source,
        date=given.date,
    )
    return value
