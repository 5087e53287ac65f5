"""Small schemes and sheets for the tests of scoring, written as a scheme file writes them."""

from typing import Any

from pydantic import TypeAdapter

from qassess.domain.answers import AnswerSheet, Entry
from qassess.domain.facts import FACTS, PROVISIONAL
from qassess.domain.scheme import Item, PinnedScheme, Scheme
from qassess.domain.score_sheet import Fact, ItemScore, ScoreSheet
from qassess.domain.scoring import score, score_item

_ITEM = TypeAdapter(Item)
_SCHEME = TypeAdapter(Scheme)
_ENTRY = TypeAdapter(Entry)
_BESIDE = ("references", "adjustment", "note", "flagged", "evidence")

GRADING = {
    "grades": [{"id": grade, "label": {"zh": f"{grade}级", "en": f"Grade {grade}"}} for grade in "ABCD"],
    "rule": {
        "by": "bands",
        "bands": [
            {"grade": "A", "within": {"low": "90"}},
            {"grade": "B", "within": {"low": "80", "high": "90"}},
            {"grade": "C", "within": {"low": "60", "high": "80"}},
            {"grade": "D", "within": {"high": "60"}},
        ],
    },
}


def text(words: str) -> dict[str, str]:
    return {"zh": words}


def item_of(rule: dict[str, Any], item_id: str = "x", **fields: Any) -> Item:
    """Make an item of 10 points, unless its fields say otherwise (``full=None`` for none)."""
    document = {"id": item_id, "section": "s", "title": text(item_id), "full": "10", "rule": rule} | fields
    return _ITEM.validate_python({name: held for name, held in document.items() if held is not None})


def entry_of(**fields: Any) -> Entry:
    """Make an entry from an answer's fields and those beside it, as an answers file has them."""
    beside = {name: held for name, held in fields.items() if name in _BESIDE}
    answer = {name: held for name, held in fields.items() if name not in _BESIDE}
    return _ENTRY.validate_python(beside | ({"answer": answer} if answer else {}))


def scheme_of(*items: Item, **fields: Any) -> PinnedScheme:
    """Make a scheme of one class and the sections its items name."""
    known = list(dict.fromkeys(item.section for item in items))
    document = {
        "format": "qassess-scheme/1",
        "id": "test",
        "version": "1",
        "status": "sample",
        "title": text("试"),
        "classes": [{"id": "county", "title": text("县"), "kind": "county"}],
        "sections": [{"id": section, "title": text(section)} for section in known],
        "items": [],
        "grading": GRADING,
    } | fields
    built = _SCHEME.validate_python(document)
    held = {name: getattr(built, name) for name in built.__dataclass_fields__} | {"items": items}
    return PinnedScheme(scheme=Scheme(**held), content="{}", sha256="0" * 64, item_hashes={})


def sheet_of(entries: dict[str, Entry] | None = None, **fields: Any) -> AnswerSheet:
    return AnswerSheet(**({"body": "b", "body_class": "county", "year": 2024, "entries": entries or {}} | fields))


def scored(pinned: PinnedScheme, sheet: AnswerSheet) -> ScoreSheet:
    """Score a sheet and hold every fact and code against the register."""
    result = score(pinned, sheet)
    assert_registered(result.facts)
    for item in result.items.values():
        assert_registered(item.derivation)
        assert set(item.provisional) <= set(PROVISIONAL)
    for gate in result.gates:
        assert_registered(gate.facts)
    assert set(result.provisional) <= set(PROVISIONAL)
    return result


def score_one(item: Item, sheet_fields: dict[str, Any] | None = None, /, **entry: Any) -> ItemScore:
    """Score one item of a scheme of its own."""
    pinned = scheme_of(item)
    sheet = sheet_of({item.id: entry_of(**entry)}, **(sheet_fields or {}))
    result = score_item(pinned.scheme, item, "county", sheet)
    assert_registered(result.derivation)
    assert result == scored(pinned, sheet).items[item.id]
    return result


def assert_registered(facts: tuple[Fact, ...]) -> None:
    """Fail for a code that is not registered, or that carries other values than the registered ones."""
    for fact in facts:
        assert fact.code in FACTS, fact
        assert set(fact.values) == set(FACTS[fact.code]), fact


def codes(result: ItemScore) -> list[str]:
    return [fact.code for fact in result.derivation]


def points_item(item_id: str, section: str = "s", full: str = "10", **fields: Any) -> Item:
    """Make an item whose answer is simply its points (typed with a reason)."""
    rule = {"shape": "judge", "minimum": "0", "maximum": full}
    return item_of(rule, item_id, section=section, full=full, **fields)


def given(points: str) -> Entry:
    """Answer a points item."""
    return entry_of(points=points, reason="评分")


def not_applicable() -> Entry:
    return entry_of(not_applicable="无此项")


def gate(effect: dict[str, Any], *conditions: dict[str, Any], item_id: str = "gate", match: str = "any") -> Item:
    """Make a gate; without conditions, on a flag."""
    rule = {"shape": "gate", "conditions": list(conditions or ({"when": "flag"},)), "match": match, "effect": effect}
    return item_of(rule, item_id, role="gate", full=None)


def with_gate(points: str, *gates: Item, **entries: Entry) -> ScoreSheet:
    """Score an item of 100 points beside gates."""
    pinned = scheme_of(points_item("x", full="100"), *gates)
    return scored(pinned, sheet_of({"x": given(points)} | entries))
