"""What the item card is given to show, made from an assessment's view; plain data, without Qt."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from qassess.domain.answers import Answer, Entry
from qassess.domain.rules import (
    Band,
    Composite,
    Count,
    Grid,
    Linear,
    Measure,
    Option,
    Ratio,
    Reference,
    Rule,
    Step,
    Target,
)
from qassess.domain.scheme import Item, full_points
from qassess.domain.score_sheet import ItemScore
from qassess.i18n import _, later
from qassess.ui.texts import section_title, shown
from qassess.wording import say_rule, say_target, value_unit

if TYPE_CHECKING:
    from qassess.services.views import AssessmentView

REFERENCES = {
    Reference.LAST_YEAR: later("Last year"),
    Reference.MEAN_3Y: later("Mean of three years"),
    Reference.NATIONAL_AVG: later("National average"),
    Reference.PROVINCIAL_AVG: later("Provincial average"),
    Reference.BASE_YEAR: later("Base year"),
    Reference.ROUND_BEST: later("Best of the round"),
    Reference.ROUND_MEAN: later("Mean of the round"),
}
YEARS_OF_A_MEAN = 3


@dataclass(frozen=True, slots=True)
class ReferenceField:
    """A reference value the rule compares with: its key in the entry, its words, how many numbers it takes."""

    key: str
    words: str
    unit: str
    numbers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemState:
    """One item as the card shows it. ``entry`` is what is stored, ``draft`` what was typed and not accepted."""

    item: Item
    place: str
    target: str
    full: Fraction | None
    leads: str
    rule: str
    pending: tuple[str, ...]
    references: tuple[ReferenceField, ...]
    entry: Entry
    draft: Entry | None
    score: ItemScore
    locked: bool
    missing_evidence: int
    revisions: int


def item_state(view: "AssessmentView", item: Item, draft: Entry | None, revisions: int) -> ItemState:
    """Return the state of one item's card."""
    scheme = view.scheme.scheme
    numbered = enumerate(view.checklist.sections, 1)
    place, section = next((place, known) for place, (known, _items) in numbered if known.id == item.section)
    entry = view.entries.get(item.id, Entry())
    required = item.evidence.required if item.evidence else 0
    full = full_points(item, view.record.checklist)
    parts = [section_title(place, section.title), view.checklist.codes[item.id]]
    if item.clauses:
        parts.append(_("clause {ids}").format(ids="、".join(item.clauses[:3]) + ("…" if len(item.clauses) > 3 else "")))
    whose = [member.name for member in view.agreement.team if item.section in member.sections]
    if whose:
        parts.append(_("entered by {names}").format(names="、".join(whose)))
    titles = {known.id: shown(known.title) for known in scheme.classes}
    if draft is not None:  # evidence is attached and taken off on its own, whatever was being typed meanwhile
        draft = replace(draft, evidence=entry.evidence, self_assessment=entry.self_assessment)
    return ItemState(
        item=item,
        place=" · ".join(parts),
        target=target_words(view, item),
        full=full,
        leads="、".join(titles.get(lead, lead) for lead in item.leads),
        rule=say_rule(item, full),
        pending=pending_of(item),
        references=tuple(reference_fields(item)),
        entry=entry,
        draft=draft if draft != entry else None,
        score=view.sheet.items[item.id],
        locked=view.locked,
        missing_evidence=max(required - len(entry.evidence), 0),
        revisions=revisions,
    )


def pending_of(item: Item) -> tuple[str, ...]:
    """Return what the office has yet to settle, and why an instrument is out of use."""
    pending = tuple(_("To be settled by the office: {what}").format(what=shown(text)) for text in item.pending)
    if item.discontinued is None:
        return pending
    return (*pending, _("No longer in use: {why}").format(why=shown(item.discontinued)))


def target_words(view: "AssessmentView", item: Item) -> str:
    """Return the target in words, the agreement's own number where it has one."""
    if item.target is None:
        return ""
    agreed = view.agreement.targets.get(item.id)
    unit = next((value_unit(measure) for measure in measures_of(item.rule)), "")
    return say_target(item.target, unit, agreed.value if agreed is not None else "")


def measures_of(rule: Rule) -> tuple[Measure, ...]:
    """Return the measures a simple rule sees."""
    match rule:
        case Step() | Band() | Ratio() | Linear() | Count():
            return (rule.measure,)
        case Grid():
            return rule.row_measure, rule.column_measure
        case _:
            return ()


def reference_fields(item: Item) -> list[ReferenceField]:
    """Return the references an item's rule or target compares with, those of a part under ``PART:reference``."""
    found = _references(item.rule, item.target)
    fields = [_field(reference, "", unit) for reference, unit in found.items()]
    if isinstance(item.rule, Composite):
        for part in item.rule.parts:
            fields += [_field(known, part.id, unit) for known, unit in _references(part.rule, part.target).items()]
    return fields


def _references(rule: Rule, target: Target | None) -> dict[Reference, str]:
    measures = measures_of(rule)
    found = {measure.reference: measure.unit for measure in measures if measure.reference is not None}
    if target is not None and target.reference is not None:
        found[target.reference] = next((measure.unit for measure in measures), "")
    return {known: unit for known, unit in found.items() if known is not Reference.TARGET}


def _field(reference: Reference, part: str, unit: str) -> ReferenceField:
    key = f"{part}:{reference.value}" if part else reference.value
    numbers = YEARS_OF_A_MEAN if reference is Reference.MEAN_3Y else 1
    return ReferenceField(key, _(REFERENCES[reference]), unit, numbers)


def answer_words(item: Item, answer: Answer | None) -> str:
    """Return an answer as short as the history shows it."""
    if answer is None:
        return _("emptied")
    if answer.not_applicable is not None:
        return _("not applicable")
    if answer.option is not None and isinstance(item.rule, Option) and answer.option <= len(item.rule.levels):
        return shown(item.rule.levels[answer.option - 1].label)
    if answer.occurred is not None:
        return _("happened") if answer.occurred else _("did not happen")
    return _numbers(answer)


def _numbers(answer: Answer) -> str:
    if answer.numerator is not None or answer.denominator is not None:
        return f"{answer.numerator or '—'} / {answer.denominator or '—'}"
    if answer.checked is not None:
        return _("{count} ticked").format(count=len(answer.checked))
    if answer.instances is not None:
        return _("{count} instances").format(count=len(answer.instances))
    if answer.parts is not None:
        return " · ".join(_numbers(part) for part in answer.parts.values())
    if answer.counts is not None:
        return " · ".join(answer.counts.values())
    inner = [_numbers(part) for part in (answer.row, answer.column) if part is not None]
    plain = answer.value or answer.count or answer.points
    return plain or " · ".join(inner) or "—"
