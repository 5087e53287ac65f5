"""Assessed bodies: counties, departments of the city and of the counties, with validity and successors.

A body is keyed by an internal id (the GB/T 2260 code where there is one), never by a code made up for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

CITY = "140400"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One body. ``unit`` is the kind of unit (``zhijian`` …) of a department; ``parent`` the government above it.

    ``valid_from``/``valid_to`` are years, the last one exclusive: 城区 ended in 2018, its successor began then.
    ``printed`` is the full name for paper (长治市城区, never bare 城区).
    """

    id: str
    code: str
    name: str
    printed: str
    kind: Literal["city", "county", "department"]
    level: str = ""
    unit: str = ""
    parent: str = CITY
    valid_from: int | None = None
    valid_to: int | None = None
    successors: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    name_en: str = ""

    def is_valid_in(self, year: int) -> bool:
        """Tell whether the body exists in a year (``valid_to`` itself belongs to the successor)."""
        return (self.valid_from is None or year >= self.valid_from) and (self.valid_to is None or year < self.valid_to)


@dataclass(frozen=True, slots=True)
class Register:
    """All known bodies by id."""

    bodies: Mapping[str, Body]

    def find(self, body_id: str) -> Body | None:
        """Return a body, or a county's own department written ``COUNTY/UNIT`` (平顺县's 质监局: ``140425/zhijian``)."""
        known = self.bodies.get(body_id)
        if known is not None:
            return known
        county_id, _, unit = body_id.partition("/")
        county = self.bodies.get(county_id)
        model = self.bodies.get(unit)
        if county is None or county.kind != "county" or model is None or model.kind != "department":
            return None
        name = model.name.removeprefix("市")
        return Body(
            id=body_id,
            code="",
            name=county.name + name,
            printed=county.printed + name,
            kind="department",
            unit=model.unit,
            parent=county.id,
            valid_from=county.valid_from,
            valid_to=county.valid_to,
            name_en=f"{county.name_en} {model.name_en}".strip(),
        )
