"""Counts on cards, the first thing one reads of many files."""

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from qassess.ui.theme import px
from qassess.ui.widgets import column, frame, inside, row, text


@dataclass(frozen=True, slots=True)
class Tally:
    """One count and what is counted."""

    count: int
    words: str
    tone: str = ""


class CountCard(QWidget):
    """One count, large, above its words."""

    def __init__(self) -> None:
        super().__init__()
        self._count = text("", "hero")
        self._words = text("", "small", tone="second")
        card = frame("card")
        inside(card, column(self._count, self._words, spacing=0), 18, 9)
        inside(self, column(card))
        self.setFixedSize(px(150), px(78))

    def show_tally(self, tally: Tally) -> None:
        """Show a count."""
        self._count.setText(str(tally.count))
        self._words.setText(tally.words)
        restyle_tone(self._count, tally.tone if tally.count else "")
        self.setAccessibleName(f"{tally.count} {tally.words}")


def restyle_tone(label: QWidget, tone: str) -> None:
    """Give a label another tone."""
    label.setProperty("tone", tone)
    label.style().unpolish(label)
    label.style().polish(label)


class CountsBar(QWidget):
    """Some counts in a row, and a remark at the right."""

    def __init__(self, cards: int, remark: str) -> None:
        super().__init__()
        self._cards = tuple(CountCard() for _place in range(cards))
        self._remark = text(remark, "second", wrap=True)
        laid = row(*self._cards, 8, self._remark, spacing=12)
        laid.setStretch(cards + 1, 1)
        inside(self, laid)

    def show_tallies(self, *tallies: Tally) -> None:
        """Show counts, one a card; cards without one are hidden."""
        for place, card in enumerate(self._cards):
            card.setVisible(place < len(tallies))
            if place < len(tallies):
                card.show_tally(tallies[place])
