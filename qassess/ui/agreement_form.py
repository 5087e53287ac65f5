"""The agreement's targets as lines to read and change; what an override means is decided here, without Qt."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qassess.domain.agreement import AgreedTarget, Agreement, Leader, Origin
from qassess.domain.checklist import Checklist
from qassess.domain.rules import Composite, Target
from qassess.domain.scheme import Item
from qassess.i18n import _, later
from qassess.ui.item_state import measures_of
from qassess.ui.texts import shown
from qassess.wording import say_target

if TYPE_CHECKING:
    from collections.abc import Iterator

ORIGINS = {
    Origin.PLAN: later("from the plan"),
    Origin.INTERIM: later("interim value of the year"),
    Origin.SHARE: later("own share of the city's total"),
    Origin.OVERRIDE: later("set by this agreement"),
}


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One target: its key in the agreement, what it is for, what the scheme proposes and what is agreed."""

    key: str
    title: str
    scheme: str
    unit: str
    proposed: AgreedTarget
    agreed: AgreedTarget


def target_lines(checklist: Checklist, proposed: Agreement, agreement: Agreement) -> tuple[TargetLine, ...]:
    """Return the lines of all targets with a number, in printed order."""
    lines = (_lines(checklist.codes[item.id], item, proposed, agreement) for item in checklist.items)
    return tuple(line for of_item in lines for line in of_item)


def _lines(code: str, item: Item, proposed: Agreement, agreement: Agreement) -> "Iterator[TargetLine]":
    for key, title, target, unit in _targets(code, item):
        if key in proposed.targets:
            known = proposed.targets[key]
            yield TargetLine(key, title, say_target(target, unit), unit, known, agreement.targets.get(key, known))


def _targets(code: str, item: Item) -> "Iterator[tuple[str, str, Target, str]]":
    title = f"{code} {shown(item.title)}"
    if item.target is not None:
        yield item.id, title, item.target, _unit(item.rule)
    if isinstance(item.rule, Composite):
        for part in item.rule.parts:
            if part.target is not None:
                words = _("{item}: {part}").format(item=title, part=shown(part.label))
                yield f"{item.id}/{part.id}", words, part.target, _unit(part.rule)


def _unit(rule: object) -> str:
    return next((measure.unit for measure in measures_of(rule)), "")  # type: ignore[arg-type]  # any rule will do


def agreed_target(proposed: AgreedTarget, value: str, reason: str) -> AgreedTarget:
    """Return what a typed number and reason agree: the proposal itself, the body's share, or an override."""
    typed = value.strip()
    if proposed.origin is Origin.SHARE:
        return AgreedTarget(value=typed, origin=Origin.SHARE, reason=reason.strip())
    if typed in ("", proposed.value):
        return proposed
    return AgreedTarget(value=typed, origin=Origin.OVERRIDE, reason=reason.strip())


def lacks_reason(target: AgreedTarget) -> bool:
    """Tell whether a number stands there that needs a reason and has none."""
    return bool(target.value) and target.origin in (Origin.OVERRIDE, Origin.SHARE) and not target.reason


def reason_hint(target: AgreedTarget) -> str:
    """Return what to write as the reason of a target."""
    if target.origin is Origin.SHARE:
        return _("document that allots the share")
    return _("why it differs from the plan") if target.origin is Origin.OVERRIDE else ""


@dataclass(frozen=True, slots=True)
class Person:
    """A name with its post or unit, as typed."""

    name: str
    post: str


def leader(person: Person) -> Leader:
    """Return a responsible leader."""
    return Leader(name=person.name.strip(), post=person.post.strip())
