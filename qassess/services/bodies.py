"""Who can be assessed: the register of counties and departments that ships with the program."""

import csv
from functools import cache
from typing import Literal

from qassess.domain.bodies import Body, Register
from qassess.locations import resources


@cache
def register() -> Register:
    """Read ``resources/bodies/bodies.csv`` once."""
    with (resources() / "bodies" / "bodies.csv").open(encoding="utf-8", newline="") as rows:
        return Register({row["id"]: _body(row) for row in csv.DictReader(rows)})


def assessable_bodies(year: int) -> tuple[Body, ...]:
    """Return counties that exist in a year and all departments the plan names, in the register's order.

    Departments stay selectable after a reform: their duties are the plan's; the successor is only named.
    """
    known = register().bodies.values()
    return tuple(
        body
        for body in known
        if (body.kind == "department" and body.unit) or (body.kind == "county" and body.is_valid_in(year))
    )


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
