"""The quality responsibility agreement (质量强市工作目标责任书) between two levels of government.

[plan 五(三)] the city signs with every county and every city department; each county signs with its own departments.
The head of government is first responsible (第一责任人), the deputy in charge directly responsible (直接责任人).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """Who signs with whom."""

    CITY_COUNTY = "city-county"
    CITY_DEPARTMENT = "city-department"
    COUNTY_DEPARTMENT = "county-department"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leader:
    """A responsible leader: name and post."""

    name: str = ""
    post: str = ""


class Origin(StrEnum):
    """Where an agreed target comes from."""

    PLAN = "plan"
    INTERIM = "interim"
    SHARE = "share"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedTarget:
    """One target number as signed. ``OVERRIDE`` and ``SHARE`` need a reason (e.g. the document that allots it)."""

    value: str
    origin: Origin
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMember:
    """One member of the assessing group and the role in it (``leader``, ``member``); ``sections`` split the work."""

    name: str
    unit: str = ""
    role: str = "member"
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteVisit:
    """A visit: plain date of Asia/Shanghai, place, people met."""

    date: str
    place: str
    met: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One agreement. ``party_a`` (甲方) and ``party_b`` (乙方) are body ids; ``targets`` by item or ``ITEM/PART``."""

    level: Level
    party_a: str
    party_b: str
    year: int
    number: str = ""
    signed_on: str = ""
    first_responsible: Leader = field(default_factory=Leader)
    directly_responsible: Leader = field(default_factory=Leader)
    targets: Mapping[str, AgreedTarget] = field(default_factory=dict)
    team: tuple[TeamMember, ...] = ()
    visits: tuple[SiteVisit, ...] = ()
