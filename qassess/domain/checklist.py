"""Which items of a scheme one body is asked, in which order and under which printed number."""

from collections.abc import Mapping
from dataclasses import dataclass

from qassess.domain.scheme import BodyClass, Item, Scheme, Section, full_points


@dataclass(frozen=True, slots=True)
class Checklist:
    """One class's (or body's) checklist: its sections in order with their items; ``codes`` are the printed numbers.

    Sections without items for this class are left out; numbering counts those that remain: ``"1.10"``.
    """

    body_class: BodyClass
    sections: tuple[tuple[Section, tuple[Item, ...]], ...]
    codes: Mapping[str, str]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in printed order."""
        return tuple(item for _, items in self.sections for item in items)


def item_exists_for(item: Item, body_class: str, body: str = "") -> bool:
    """Tell whether a body is asked the item: points for its class, and named if the item names bodies."""
    if (item.bodies and body and body not in item.bodies) or (item.classes and body_class not in item.classes):
        return False
    return item.full is None or full_points(item, body_class) != 0


def checklist_for(scheme: Scheme, body_class: str, body: str = "") -> Checklist:
    """Return the checklist of a class of body, narrowed to one body where items name bodies.

    Raises ``KeyError`` for a class the scheme does not have.
    """
    known = {candidate.id: candidate for candidate in scheme.classes}[body_class]
    asked = [item for item in scheme.items if item_exists_for(item, body_class, body)]
    sections = tuple(
        (section, items)
        for section in scheme.sections
        if (items := tuple(item for item in asked if item.section == section.id))
    )
    codes = {
        item.id: f"{number}.{place}"
        for number, (_, items) in enumerate(sections, 1)
        for place, item in enumerate(items, 1)
    }
    return Checklist(known, sections, codes)
