"""What an earlier session left typed: a line over the card that says so, with keep and discard."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from qassess.domain.answers import Entry
from qassess.domain.scheme import Item
from qassess.i18n import _, ngettext
from qassess.ui.backend import Backend, Unfinished
from qassess.ui.item_state import answer_words
from qassess.ui.texts import friendly_time, shown
from qassess.ui.theme import Tokens
from qassess.ui.widgets import IconLine, button, inside, row

if TYPE_CHECKING:
    from qassess.services.views import AssessmentView

NAMED = 4
"""How many items are named when several entries were recovered."""


class RecoveryBar(QFrame):
    """One sentence and what can be done: look, keep, discard. Hidden while there is nothing to say."""

    looked = Signal()
    kept = Signal()
    discarded = Signal()

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.setObjectName("pending")
        self._words = IconLine(tokens, "history", "attention")
        self.look = button(_("Look at it"), look="tiny", pressed=self.looked.emit)
        self.keep = button(_("Keep"), look="tiny", pressed=self.kept.emit)
        self.discard = button(_("Discard"), look="tiny", pressed=self.discarded.emit)
        laid = row(self._words, self.look, self.keep, self.discard, spacing=8)
        laid.setStretch(0, 1)
        inside(self, laid, 12, 6)
        self.hide()

    def say(self, words: str) -> None:
        """Show a sentence; nothing for an empty one."""
        self._words.say(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))

    @property
    def words(self) -> str:
        """The sentence shown."""
        return "" if self.isHidden() else self._words.words


@dataclass(slots=True)
class Recovery:
    """The drafts of one assessment: which items are unfinished, and which of them an earlier session left."""

    backend: Backend
    bar: RecoveryBar
    unfinished: set[str]
    earlier: dict[str, Unfinished]

    @classmethod
    def read(cls, tokens: Tokens, backend: Backend, view: "AssessmentView") -> "Recovery":
        """Look for drafts; none are of interest in what is signed and locked."""
        found = () if view.locked else backend.unfinished(view)
        made = cls(
            backend,
            RecoveryBar(tokens),
            {known.item for known in found},
            {known.item: known for known in found if known.is_earlier},
        )
        made.say(view)
        return made

    def say(self, view: "AssessmentView") -> None:
        """Say what was recovered."""
        self.bar.say(recovered_words(self.earlier.values(), view, self.backend))

    def settle(self, item: str, view: "AssessmentView", *, unfinished: bool) -> None:
        """Take note that an item was typed in or saved in this session: it is no longer an earlier one's."""
        (self.unfinished.add if unfinished else self.unfinished.discard)(item)
        if self.earlier.pop(item, None) is not None:
            self.say(view)

    def keep(self, view: "AssessmentView") -> int:
        """Keep all that was recovered as drafts of this session and return how many."""
        kept = tuple(self.earlier.values())
        self.put_back(view, kept)
        return len(kept)

    def discard(self, view: "AssessmentView") -> tuple[Unfinished, ...]:
        """Discard all that was recovered and return it, so that it can be put back."""
        dropped = tuple(self.earlier.values())
        for known in dropped:
            self.backend.drop_draft(view.id, known.item)
            self.settle(known.item, view, unfinished=False)
        return dropped

    def put_back(self, view: "AssessmentView", known: tuple[Unfinished, ...]) -> None:
        """Make drafts of this session of what was recovered."""
        for each in known:
            self.backend.keep_draft(view.id, each.item, each.typed)
            self.settle(each.item, view, unfinished=True)


def recovered_words(earlier: Iterable[Unfinished], view: "AssessmentView", backend: Backend) -> str:
    """Say what was recovered, from which items and from when; empty when nothing was."""
    known = sorted(earlier, key=lambda each: each.at)
    if not known:
        return ""
    when = friendly_time(known[-1].at, backend.now())
    items = {item.id: item for item in view.checklist.items}
    if len(known) == 1:
        item = items[known[0].item]
        return _("Recovered 1 unfinished entry in item {code} {title}, typed {when}: {typed}").format(
            code=view.checklist.codes[item.id],
            title=shown(item.title),
            when=when,
            typed=typed_words(item, known[0], view),
        )
    codes = "、".join(view.checklist.codes[each.item] for each in known[:NAMED])
    words = ngettext(
        "Recovered {count} unfinished entry, the last typed {when}: item {codes}",
        "Recovered {count} unfinished entries, the last typed {when}: items {codes}",
        len(known),
    )
    more = "…" if len(known) > NAMED else ""
    return words.format(count=len(known), when=when, codes=codes + more)


def typed_words(item: Item, known: Unfinished, view: "AssessmentView") -> str:
    """Say what was typed, as short as it can be told from what is stored."""
    stored = view.entries.get(item.id, Entry())
    if known.typed.answer == stored.answer and known.typed.note != stored.note:
        return _("note")
    return answer_words(item, known.typed.answer)
