"""What the conflicts screen is shown; plain data in words, without Qt."""

from dataclasses import dataclass

from qassess.domain.answers import Answer
from qassess.domain.scheme import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class SideState:
    """One side of a conflict: whose, when, what it says, and what would come of taking it."""

    title: str
    when: str
    author: str
    value: str
    derivation: tuple[str, ...]
    total: str
    grade: str
    place: str
    decided: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictState:
    """One conflict. ``effect`` and ``delta`` are its line in the list; the order of the list is by consequence.

    ``item`` and ``answer`` are there where the item's own editor can be used; ``text`` where words can be written.
    """

    id: str
    body: str
    title: str
    effect: str
    delta: str
    grave: bool
    place: str
    base: str
    sides: tuple[SideState, ...]
    needs_reason: bool
    warning: str = ""
    item: Item | None = None
    answer: Answer | None = None
    text: str | None = None
    can_keep_both: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided: a side by its place (0 = left), an answer, or words.

    ``keep_both``: the side counts, and what the others say is written into the note.
    """

    side: int | None = None
    answer: Answer | None = None
    text: str | None = None
    keep_both: bool = False
    reason: str = ""


def authors_of(conflicts: tuple[ConflictState, ...]) -> tuple[str, ...]:
    """Return whose sides a selection could be decided for, the most frequent first."""
    named = [side.author for conflict in conflicts for side in conflict.sides if side.author]
    return tuple(sorted(set(named), key=lambda author: (-named.count(author), author)))


def side_of(conflict: ConflictState, author: str) -> int | None:
    """Return the place of an author's only side, ``None`` where there is none or more than one."""
    places = [place for place, side in enumerate(conflict.sides) if side.author == author]
    return places[0] if len(places) == 1 else None
