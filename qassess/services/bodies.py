"""Who can be assessed: the register of counties and departments that ships with the program."""

import csv
from functools import cache
from typing import Literal

from qassess.domain.bodies import Body, Register
from qassess.errors import QassessError
from qassess.locations import resources


@cache
def register() -> Register:
    """Read ``resources/bodies/bodies.csv`` once."""
    with (resources() / "bodies" / "bodies.csv").open(encoding="utf-8", newline="") as rows:
        return Register({row["id"]: _body(row) for row in csv.DictReader(rows)})


# Answerable to the province or the state, not to a county: no county signs an agreement with them.
_VERTICAL = frozenset({"jianyi", "guowang"})


def assessable_bodies(year: int) -> tuple[Body, ...]:
    """Return who signs an agreement in a year: counties, city departments, then each county's own departments.

    The plan's departments stay selectable after a reform: their duties are the plan's; the successor is only named.
    """
    known = register()
    counties = [body for body in known.bodies.values() if body.kind == "county" and body.is_valid_in(year)]
    departments = [body for body in known.bodies.values() if body.kind == "department" and body.unit]
    own = [
        found
        for county in counties
        for department in departments
        if department.id not in _VERTICAL and (found := known.find(f"{county.id}/{department.id}"))
    ]
    return (*counties, *departments, *own)


def refuse_outside_its_years(body: Body, year: int) -> None:
    """Refuse a county, or a county's own department, in a year in which the county does not exist.

    The city's departments stay, whatever they are called since. Raises ``QassessError("body.ended")`` naming the
    successors, or ``body.not_yet`` naming the predecessors.
    """
    county = body if body.kind == "county" else register().find(body.parent)
    if county is None or county.kind != "county" or county.is_valid_in(year):
        return
    if county.valid_to is not None and year >= county.valid_to:
        raise QassessError(
            "body.ended",
            body=county.printed,
            body_en=county.name_en,
            year=year,
            until=county.valid_to,
            successors=_named(county.successors),
            successors_en=_named(county.successors, english=True),
        )
    raise QassessError(
        "body.not_yet",
        body=county.printed,
        body_en=county.name_en,
        year=year,
        since=county.valid_from or 0,
        predecessors=_named(county.predecessors),
        predecessors_en=_named(county.predecessors, english=True),
    )


def _named(ids: tuple[str, ...], *, english: bool = False) -> str:
    known = [body for body_id in ids if (body := register().find(body_id))]
    if english:
        return ", ".join(f"{body.name_en} {body.id}" for body in known)
    return "、".join(f"{body.printed} {body.id}" for body in known)


def _body(row: dict[str, str]) -> Body:
    kinds: dict[str, Literal["city", "county", "department"]] = {
        "city": "city",
        "county": "county",
        "department": "department",
    }
    return Body(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        printed=row["printed"],
        kind=kinds[row["kind"]],
        level=row["level"],
        unit=row["unit"],
        parent=row["parent"],
        valid_from=int(row["valid_from"]) if row["valid_from"] else None,
        valid_to=int(row["valid_to"]) if row["valid_to"] else None,
        successors=tuple(row["successors"].split()),
        predecessors=tuple(row["predecessors"].split()),
        name_en=row["name_en"],
    )
