"""The JSON form of a score sheet: what ``score --json`` prints and a report carries along.

Numbers are decimal strings. A number without a finite decimal form is given to ten places in ``points`` or
``total_unrounded`` and exactly, as ``n/d``, beside it in ``…_exact``.
"""

from fractions import Fraction
from typing import Any

from qassess.domain.exact import exact_to_text
from qassess.domain.score_sheet import Fact, GateState, GroupScore, ItemScore, ScoreSheet, SectionScore

_PLACES = 10


def decimal_text(number: Fraction) -> str:
    """Write a number as a decimal string, rounded half up to ten places where it does not end sooner.

    >>> decimal_text(Fraction(1, 3)), decimal_text(Fraction(429, 100))
    ('0.3333333333', '4.29')
    """
    text = exact_to_text(number)
    if "/" not in text:
        return text
    scaled = abs(number) * 10**_PLACES
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return exact_to_text(Fraction(whole if number >= 0 else -whole, 10**_PLACES))


def sheet_document(sheet: ScoreSheet) -> dict[str, Any]:
    """Return the whole sheet; absent numbers are left out."""
    document: dict[str, Any] = {
        "scheme": {"id": sheet.scheme_id, "version": sheet.scheme_version, "sha256": sheet.scheme_sha256},
        "body": sheet.body,
        "checklist": sheet.body_class,
        "year": sheet.year,
        "round": sheet.round,
        "complete": sheet.complete,
        "provisional": list(sheet.provisional),
        "sections": [_section(section) for section in sheet.sections],
        "groups": [_group(group) for group in sheet.groups],
        "gates": [_gate(gate) for gate in sheet.gates],
        "items": {item_id: item_document(item) for item_id, item in sheet.items.items()},
        "derivation": [fact_document(fact) for fact in sheet.facts],
    }
    document |= _number("total", sheet.total) | _number("total_unrounded", sheet.total_unrounded)
    named = {"grade": sheet.grade, "computed_grade": sheet.computed_grade}
    return document | {key: grade for key, grade in named.items() if grade is not None}


def item_document(item: ItemScore) -> dict[str, Any]:
    """Return one item's points, state and derivation."""
    document = {
        "state": item.state.value,
        "due": decimal_text(item.due),
        "derivation": [fact_document(fact) for fact in item.derivation],
        "provisional": list(item.provisional),
    }
    return document | _number("full", item.full) | _number("points", item.points) | _number("computed", item.computed)


def fact_document(fact: Fact) -> dict[str, Any]:
    """Return one step of a derivation; numbers as exact text."""
    values = {
        name: exact_to_text(value) if isinstance(value, Fraction) else value for name, value in fact.values.items()
    }
    return {"code": fact.code, "values": values}


def _section(section: SectionScore) -> dict[str, Any]:
    numbers = _number("full", section.full) | _number("due", section.due) | _number("points", section.points)
    return {"id": section.section, "open": section.open_items} | numbers | _number("scaled", section.scaled)


def _group(group: GroupScore) -> dict[str, Any]:
    return (
        {"id": group.group, "dropped": list(group.dropped)}
        | _number("raw", group.raw)
        | _number("points", group.points)
    )


def _gate(gate: GateState) -> dict[str, Any]:
    document: dict[str, Any] = {
        "item": gate.item,
        "confirmed": gate.confirmed,
        "in_force": gate.in_force,
        "derivation": [fact_document(fact) for fact in gate.facts],
    }
    return document if gate.occurred is None else document | {"occurred": gate.occurred}


def _number(name: str, number: Fraction | None) -> dict[str, str]:
    if number is None:
        return {}
    exact = exact_to_text(number)
    return {name: decimal_text(number)} | ({f"{name}_exact": exact} if "/" in exact else {})
