"""What the parts of a scheme must obey together: names, references, sums per class of body, clauses, texts."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from qassess.domain.checklist import item_exists_for
from qassess.domain.exact import exact_to_text
from qassess.domain.grading_check import grading_faults
from qassess.domain.item_check import item_faults
from qassess.domain.measure_check import positive
from qassess.domain.rules import Text
from qassess.domain.scheme import BodyClass, Item, NotApplicablePolicy, Role, Scheme, Section, full_points
from qassess.domain.scheme_json import at
from qassess.domain.whereabouts import Whereabouts, share_faults
from qassess.errors import Fault

_NAME = re.compile(r"[\w.\-]+")
"""Ids stand in keys such as ``ITEM/PART`` and ``PART:last_year``, so they have neither blanks nor ``/`` nor ``:``."""

_YEAR_START = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_DAYS = {"02": 28, "04": 30, "06": 30, "09": 30, "11": 30}
_MOST_PLACES = 6


def scheme_faults(scheme: Scheme, places: Whereabouts) -> Iterator[Fault]:
    """Yield every fault of a scheme whose structure is right, or of what is right of one."""
    yield from _document_faults(scheme)
    yield from _form_faults(scheme, places)
    yield from _class_faults(scheme, places)
    for position, section in enumerate(scheme.sections):
        yield from _section_faults(places.path("sections", position), section, places)
    for position, group in enumerate(scheme.groups):
        if group.cap is not None:
            yield from positive(at(places.path("groups", position), "cap"), group.cap)
    for position, item in enumerate(scheme.items):
        yield from item_faults(places.path("items", position), item, scheme, places)
    yield from _total_faults(scheme)
    yield from _policy_faults(scheme)
    if "grading" not in places.at_fault:
        yield from grading_faults(scheme, places)
    if not places.at_fault & {"items", "sections"}:
        yield from _empty_section_faults(scheme, places)
    if not places.at_fault & {"items", "classes", "total"}:
        yield from _sum_faults(scheme)
    if not places.at_fault & {"items", "clauses"}:
        yield from _clause_faults(scheme, places)


def _document_faults(scheme: Scheme) -> Iterator[Fault]:
    if not _is_day_of_every_year(scheme.year_start):
        yield Fault("year_start", "scheme.not_a_day", {"found": scheme.year_start})
    if scheme.status == "sample" and scheme.notice is None:
        yield Fault("notice", "scheme.notice_missing")
    if not scheme.version.strip():
        yield Fault("version", "scheme.text_missing")
    for name, number in (
        ("objection_working_days", scheme.deadlines.objection_working_days),
        ("rectification_months", scheme.deadlines.rectification_months),
    ):
        if number < 0:
            yield Fault(at("deadlines", name), "scheme.negative", {"found": number})


def _is_day_of_every_year(text: str) -> bool:
    month, _, day = text.partition("-")
    return bool(_YEAR_START.fullmatch(text)) and int(day) <= _DAYS.get(month, 31)


def _form_faults(scheme: Scheme, places: Whereabouts) -> Iterator[Fault]:
    """Yield what is wrong anywhere: empty texts, ids with forbidden characters, ids that occur twice in a list."""
    for known in fields(scheme):
        held = getattr(scheme, known.name)
        if isinstance(held, tuple):
            yield from _twice(held, [places.path(known.name, position) for position in range(len(held))])
            for position, element in enumerate(held):
                yield from _inner_form_faults(element, places.path(known.name, position))
        else:
            yield from _inner_form_faults(held, known.name)
    if not _NAME.fullmatch(scheme.id):
        yield Fault("id", "scheme.bad_id", {"found": scheme.id})


def _inner_form_faults(value: object, path: str) -> Iterator[Fault]:
    if isinstance(value, tuple):
        yield from _twice(value, [at(path, position) for position in range(len(value))])
        for position, element in enumerate(value):
            yield from _inner_form_faults(element, at(path, position))
    elif isinstance(value, Text):
        if not value.zh.strip():
            yield Fault(at(path, "zh"), "scheme.text_missing")
    elif is_dataclass(value):
        for known in fields(value):
            yield from _inner_form_faults(getattr(value, known.name), at(path, known.name))
        name = getattr(value, "id", None)
        if isinstance(name, str) and not _NAME.fullmatch(name):
            yield Fault(at(path, "id"), "scheme.bad_id", {"found": name})


def _twice(elements: tuple[Any, ...], paths: list[str]) -> Iterator[Fault]:
    """Refuse a name that occurs before in the same list, be it an element's id or a plain reference."""
    seen: dict[str, str] = {}
    for element, path in zip(elements, paths, strict=True):
        name = element if isinstance(element, str) else getattr(element, "id", None)
        if name is None:
            continue
        if name in seen:
            yield Fault(path, "scheme.duplicate_id", {"id": name, "other": seen[name]})
        seen.setdefault(name, path)


def _class_faults(scheme: Scheme, places: Whereabouts) -> Iterator[Fault]:
    if not scheme.classes and "classes" not in places.at_fault:
        yield Fault("classes", "scheme.empty_list")
    placed: dict[str, str] = {}
    open_to_all: str | None = None
    for position, known in enumerate(scheme.classes):
        path = places.path("classes", position)
        for number, body in enumerate(known.bodies):
            here = at(at(path, "bodies"), number)
            if body in placed and placed[body] != known.id:
                yield Fault(here, "scheme.body_in_two_classes", {"body": body, "other": placed[body]})
            placed.setdefault(body, known.id)
            yield from places.unknown_body(here, body)
        if known.kind == "county" and not known.bodies:
            if open_to_all is not None:
                yield Fault(path, "scheme.two_classes_for_all", {"other": open_to_all})
            open_to_all = known.id


def _section_faults(path: str, section: Section, places: Whereabouts) -> Iterator[Fault]:
    if (section.minimum_share is None) != (section.minimum_grade is None):
        yield Fault(path, "scheme.section_minimum_half")
    if section.minimum_share is not None:
        yield from share_faults(at(path, "minimum_share"), section.minimum_share)
    yield from places.unknown(at(path, "minimum_grade"), "grades", section.minimum_grade)


def _empty_section_faults(scheme: Scheme, places: Whereabouts) -> Iterator[Fault]:
    filled = {item.section for item in scheme.items}
    for position, section in enumerate(scheme.sections):
        if section.id not in filled:
            yield Fault(places.path("sections", position), "scheme.section_empty", {"section": section.id})


def _total_faults(scheme: Scheme) -> Iterator[Fault]:
    total = scheme.total
    yield from positive("total.full", total.full)
    if not 0 <= total.places <= _MOST_PLACES:
        yield Fault("total.places", "scheme.places", {"found": total.places, "most": _MOST_PLACES})
    if total.floor > (total.full if total.cap is None else total.cap):
        yield Fault("total.floor", "scheme.minimum_above_maximum")
    limit = scheme.not_applicable.limit_share
    if limit is not None:
        yield from share_faults("not_applicable.limit_share", limit)


def _policy_faults(scheme: Scheme) -> Iterator[Fault]:
    """Refuse "mark only" as the general policy: it would take every item with points out of the score in silence."""
    if scheme.not_applicable.policy is NotApplicablePolicy.MARK_ONLY:
        yield Fault("not_applicable.policy", "scheme.mark_only_for_all")


def _sum_faults(scheme: Scheme) -> Iterator[Fault]:
    for known in scheme.classes:
        asked = [item for item in scheme.items if item.role is Role.BASE and item_exists_for(item, known.id)]
        named = Counter(body for item in asked for body in item.bodies)
        for body in _representatives(known, named):
            points = _points_of(asked, known.id, body)
            if points == scheme.total.full:
                continue
            values = {
                "class": known.id,
                "sum": exact_to_text(points),
                "full": exact_to_text(scheme.total.full),
            }
            if body and named:
                yield Fault("items", "scheme.sum_of_body", {**values, "body": body})
            else:
                yield Fault("items", "scheme.sum_of_class", values)


def _representatives(known: BodyClass, named: Collection[str]) -> list[str]:
    """Return the bodies whose checklists can differ: each one named by an item, and ``""`` for any other."""
    of_class = [body for body in named if not known.bodies or body in known.bodies]
    others = not known.bodies or any(body not in named for body in known.bodies)
    return ([""] if others else []) + sorted(of_class)


def _points_of(asked: list[Item], body_class: str, body: str) -> Fraction:
    return sum(
        (full_points(item, body_class) or Fraction(0) for item in asked if not item.bodies or body in item.bodies),
        Fraction(0),
    )


def _clause_faults(scheme: Scheme, places: Whereabouts) -> Iterator[Fault]:
    behind = {clause for item in scheme.items for clause in item.clauses}
    for position, clause in enumerate(scheme.clauses):
        path = places.path("clauses", position)
        if clause.id in behind and clause.not_assessed is not None:
            yield Fault(path, "scheme.clause_both", {"clause": clause.id})
        if clause.id not in behind and clause.not_assessed is None:
            yield Fault(path, "scheme.clause_unplaced", {"clause": clause.id})
