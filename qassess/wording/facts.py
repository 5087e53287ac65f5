"""Derivations in words: one sentence for each fact, the same on screen, on paper and in workbooks."""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from qassess.domain.rules import Interval
from qassess.domain.score_sheet import Fact, FactValue, GateState, ItemScore
from qassess.i18n import _, language, pgettext
from qassess.wording.filling import filled
from qassess.wording.item_facts import ITEM_SENTENCES
from qassess.wording.names import say_reference
from qassess.wording.numbers import bound_words, interval_words, number, points, quantity
from qassess.wording.refusals import say_refusal
from qassess.wording.total_facts import TOTAL_SENTENCES

SENTENCES: Mapping[str, str] = MappingProxyType(dict(ITEM_SENTENCES) | dict(TOTAL_SENTENCES))

_WITH_UNIT = frozenset({"value", "target", "reference_value", "agreed", "scheme"})
_AS_DISTANCE = frozenset({"distance", "delta", "step"})
_AS_POINTS = frozenset({"points", "cap", "floor", "scaled"})
_AS_SHARE = frozenset({"share", "limit"})
_WITHOUT_SIGN = frozenset({"delta", "change", "offset", "penalty"})
"""Values whose sign the sentence says in words."""

_PLAIN = frozenset({("ratio.capped", "cap"), ("section.zeroed", "scaled"), ("total.rescaled", "scaled")})
"""Where such a name means a mere number."""


def say_fact(fact: Fact) -> str:
    """Say one step of a derivation, without a full stop, in the current language."""
    refused = fact.code.removeprefix("refused.")
    if refused != fact.code:
        return say_refusal(refused, {name: str(value) for name, value in fact.values.items()})
    said = filled(_(SENTENCES[sentence_key(fact)]), **_spoken(fact))
    return said[:1].upper() + said[1:]


def say_derivation(score: ItemScore) -> tuple[str, ...]:
    """Say how an item's points come about, one sentence a step."""
    return tuple(say_fact(fact) for fact in score.derivation)


def say_gate(gate: GateState) -> tuple[str, ...]:
    """Say how a gate stands and what it does; a gate that did not happen is stated too."""
    return tuple(say_fact(fact) for fact in gate.facts)


def sentence_key(fact: Fact) -> str:
    """Return which sentence fits a fact: its code, and the variant its values call for."""
    code = fact.code
    if code in ("band.between", "band.from", "band.up_to", "band.any"):
        return "band"
    if code in ("grid.between", "grid.from", "grid.up_to", "grid.any"):
        return "grid"
    variant = _variant(fact)
    return f"{code}:{variant}" if variant and f"{code}:{variant}" in SENTENCES else code


def _variant(fact: Fact) -> str:
    values = fact.values
    match fact.code:
        case "measure.pair":
            return "plain" if values["per"] == 1 else ""
        case "measure.delta_pp" | "measure.delta_pct":
            return _direction(values["delta"] if "delta" in values else values["change"])
        case "reference.value" | "reference.pair" | "reference.mean_3y" | "reference.pooled_3y":
            return "origin" if _origin(values) else ""
        case "step.steps":
            return "exact" if _is_whole(values["exact_steps"]) else str(values["mode"])
        case "linear.points":
            return {"up": "plus", "down": "minus", "same": "plain"}[_direction(values["offset"])]
        case _:
            return _stated_variant(values)


def _stated_variant(values: Mapping[str, FactValue]) -> str:
    """Return the variant that a value names itself."""
    for name in ("ties", "rounding", "tested_on"):
        if name in values:
            return str(values[name])
    for name in ("occurred", "met"):
        if name in values:
            return "yes" if values[name] else "no"
    return "same" if "before" in values and values["before"] == values["after"] else ""


def _direction(value: FactValue) -> str:
    amount = _exact(value)
    return "up" if amount > 0 else "down" if amount < 0 else "same"


def _is_whole(value: FactValue) -> bool:
    return _exact(value).denominator == 1


def _exact(value: FactValue) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(value)


def _spoken(fact: Fact) -> dict[str, str]:
    values = fact.values
    spoken = {name: _written(fact.code, name, values) for name in values if not name.endswith("_en")}
    spoken["condition"] = _condition(values)
    spoken["origin"] = _origin(values)
    spoken["interval"] = _interval(values)
    return spoken


def _written(code: str, name: str, values: Mapping[str, FactValue]) -> str:
    value = values[name]
    match value:
        case bool():
            return _("yes") if value else _("no")
        case str():
            return _text(name, value, values)
        case _:
            return _number(code, name, _exact(value), values)


def _text(name: str, value: str, values: Mapping[str, FactValue]) -> str:
    if name == "reference":
        return say_reference(value)
    if name == "reason":
        return value.strip().rstrip("。.；;")
    return str(values.get(f"{name}_en") or value) if language() == "en" else value


def _number(code: str, name: str, value: Fraction, values: Mapping[str, FactValue]) -> str:
    amount = abs(value) if name in _WITHOUT_SIGN else value
    if name in _WITH_UNIT and "unit" in values:
        return quantity(amount, str(values["unit"]))
    if name in _AS_DISTANCE and "distance_unit" in values:
        return quantity(amount, str(values["distance_unit"]))
    if name in _AS_SHARE or (name in ("minimum", "bound") and "share" in values):
        return quantity(amount * 100, "%")
    if name in _AS_POINTS and (code, name) not in _PLAIN:
        return points(amount)
    return number(amount)


def _condition(values: Mapping[str, FactValue]) -> str:
    """Say the bound that a value is compared with; a strict target is its own bound."""
    if "comparator" not in values:
        return ""
    bound = _exact(values["bound"] if "bound" in values else values["target"])
    written = quantity(bound * 100, "%") if "share" in values else quantity(bound, str(values.get("unit", "")))
    return bound_words(str(values["comparator"]), written)


def _origin(values: Mapping[str, FactValue]) -> str:
    given = [str(values[name]) for name in ("source", "date") if values.get(name)]
    return pgettext("clauses", ", ").join(given)


def _interval(values: Mapping[str, FactValue]) -> str:
    if not {"low", "high", "value"} & set(values):
        return ""
    low, high = values.get("low"), values.get("high")
    interval = Interval(
        low=None if low is None else _exact(low),
        low_included=bool(values.get("low_included", True)),
        high=None if high is None else _exact(high),
        high_included=bool(values.get("high_included", False)),
    )
    return interval_words(interval, str(values.get("unit", "")))
