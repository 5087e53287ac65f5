"""What the list at the left of the checklist shows, as plain rows; filtering and finding happen here, without Qt."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from qassess.domain.answers import Entry
from qassess.domain.scheme import Item, Role
from qassess.domain.score_sheet import ItemScore, State
from qassess.i18n import _
from qassess.ui.search import matches
from qassess.ui.texts import section_title, shown
from qassess.wording import number

if TYPE_CHECKING:
    from qassess.services.views import AssessmentView

FINISHED = (State.SCORED, State.NOT_APPLICABLE)


class Filter(StrEnum):
    """Which items are listed."""

    ALL = "all"
    OPEN = "open"
    FLAGGED = "flagged"
    FAILING = "failing"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section's head: progress and provisional points."""

    section: str
    title: str
    done: int
    asked: int
    right: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item's line: its state as a drawn icon with a tone, its title, and points or state at the right."""

    item: str
    title: str
    picture: str
    tone: str
    right: str
    state: str


Row = SectionRow | ItemRow


def listed(view: "AssessmentView", chosen: Filter, query: str, author: str) -> tuple[Item, ...]:
    """Return the items a filter and the find box keep, in printed order."""
    return tuple(
        item
        for item in view.checklist.items
        if _is_kept(view, item, chosen, author)
        and matches(query, (item.title.zh, item.title.en, view.checklist.codes[item.id], item.id, *item.clauses))
    )


def _is_kept(view: "AssessmentView", item: Item, chosen: Filter, author: str) -> bool:
    score, entry = view.sheet.items[item.id], view.entries.get(item.id, Entry())
    match chosen:
        case Filter.OPEN:
            return score.state not in FINISHED
        case Filter.FLAGGED:
            return entry.flagged
        case Filter.FAILING:
            return score.points is not None and score.points < score.due
        case Filter.MINE:
            return item.section in _sections_of(view, author)
        case Filter.ALL:
            return True


def _sections_of(view: "AssessmentView", author: str) -> frozenset[str]:
    """Return the sections that are an assessor's: those assigned in the agreement, all when none are."""
    assigned = [member.sections for member in view.agreement.team if member.name == author and member.sections]
    if not assigned:
        return frozenset(section.id for section, _items in view.checklist.sections)
    return frozenset(section for sections in assigned for section in sections)


def whose_section(view: "AssessmentView", section: str) -> tuple[str, ...]:
    """Return the assessors a section was given to in the agreement, in the team's order."""
    return tuple(member.name for member in view.agreement.team if section in member.sections)


def rows_of(
    view: "AssessmentView",
    kept: tuple[Item, ...],
    open_sections: frozenset[str],
    refused: frozenset[str],
    unfinished: frozenset[str] = frozenset(),
) -> tuple[Row, ...]:
    """Return the rows of the list; a section without kept items is left out.

    ``refused`` have a refused draft, ``unfinished`` one that waits to be accepted.
    """
    wanted = {item.id for item in kept}
    rows: list[Row] = []
    points = {section.section: section for section in view.sheet.sections}
    for place, (section, items) in enumerate(view.checklist.sections, 1):
        of_section = [item for item in items if item.id in wanted]
        if not of_section:
            continue
        done = sum(view.sheet.items[item.id].state in FINISHED for item in items)
        is_open = section.id in open_sections
        scored = points.get(section.id)
        right = _("{done}/{asked} · {points} points").format(
            done=done, asked=len(items), points=number(scored.points if scored else 0, 2)
        )
        whose = whose_section(view, section.id)
        if whose:
            right = _("{whose} · {progress}").format(whose="、".join(whose), progress=right)
        rows.append(SectionRow(section.id, section_title(place, section.title), done, len(items), right, is_open))
        if is_open:
            rows.extend(
                waiting_row(item, _("to correct"), "wrong")
                if item.id in refused
                else waiting_row(item, _("unfinished"), "attention")
                if item.id in unfinished
                else item_row(item, view.sheet.items[item.id], view.entries.get(item.id))
                for item in of_section
            )
    return tuple(rows)


def waiting_row(item: Item, words: str, tone: str) -> ItemRow:
    """Return the line of an item whose typed text waits as a draft: refused, or not accepted yet."""
    return ItemRow(item.id, shown(item.title), "attention", tone, words, words)


def item_row(item: Item, score: ItemScore, entry: Entry | None) -> ItemRow:
    """Return an item's line."""
    picture, tone, state = _picture(item, score, entry)
    if entry is not None and entry.flagged:
        picture, tone = "flag", "attention"
        state = _("{state}, flagged").format(state=state)
    return ItemRow(item.id, shown(item.title), picture, tone, right_words(item, score), state)


def right_words(item: Item, score: ItemScore) -> str:
    """Return what stands at the right of an item: its points, its state, or what it can give."""
    full = number(score.full) if score.full is not None else ""
    match score.state:
        case State.NOT_APPLICABLE:
            return _("n/a")
        case State.REFUSED:
            return _("to correct")
        case State.INCOMPLETE:
            return _("incomplete")
        case State.SCORED if score.points is not None and item.role is not Role.GATE:
            points = number(score.points, 2)
            return _("{points} / {full}").format(points=points, full=full) if full else points
        case _:
            return full


def _picture(item: Item, score: ItemScore, entry: Entry | None) -> tuple[str, str, str]:
    """Return icon, tone and words for an item's state."""
    if item.role is Role.GATE:
        return _gate_picture(entry)
    match score.state:
        case State.NOT_APPLICABLE:
            return "not-applicable", "third", _("not applicable")
        case State.OPEN:
            return "open", "third", _("open")
        case State.REFUSED | State.INCOMPLETE:
            return "attention", "attention", _("to complete")
        case State.SCORED:
            return _scored_picture(item, score)


def _gate_picture(entry: Entry | None) -> tuple[str, str, str]:
    answer = entry.answer if entry is not None else None
    if answer is None:
        return "open", "third", _("open")
    if answer.occurred:
        return "attention", "wrong", _("happened")
    return "full", "good", _("did not happen")


def _scored_picture(item: Item, score: ItemScore) -> tuple[str, str, str]:
    points = score.points or 0
    if item.role is Role.PENALTY:
        return ("full", "good", _("nothing deducted")) if points == 0 else ("part", "attention", _("deducted"))
    if item.role is Role.BONUS:
        return ("full", "good", _("added")) if points > 0 else ("not-applicable", "third", _("nothing added"))
    if score.full is not None and points >= score.full:
        return "full", "good", _("full points")
    return ("part", "attention", _("part of the points")) if points > 0 else ("none", "wrong", _("no points"))
