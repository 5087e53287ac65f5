"""The ledger of merges: who merged what and when, and the way back and forth of each."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from qassess.i18n import _
from qassess.ui.cells_table import CellsTable
from qassess.ui.exchange_state import LedgerLine
from qassess.ui.merge_lines import ledger_heads, ledger_line
from qassess.ui.theme import Tokens
from qassess.ui.widgets import IconLine, KeyButton, column, inside, row, text

MOST_ROWS = 6


class LedgerCard(QWidget):
    """Shows the ledger; says which merge is to be taken back or done again."""

    undo_wanted = Signal(int)
    redo_wanted = Signal(int)

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.undo = KeyButton(_("Take this merge back"), pictured=("undo", tokens.second))
        self.redo = KeyButton(_("Merge it again"), pictured=("redo", tokens.second))
        self.undo.clicked.connect(lambda *_: self.ask_undo())
        self.redo.clicked.connect(lambda *_: self.ask_redo())
        self.refusal = IconLine(tokens, "refused", "wrong")
        self.refusal.say("")
        self.table = CellsTable(tokens, _("Ledger of merges"), ledger_heads())
        self.table.chosen.connect(lambda *_: self._show_choice())
        head = row(text(_("Ledger of merges"), "heading"), None, self.undo, self.redo, spacing=8)
        self._none = text(_("Nothing has been merged yet."), "second")
        inside(self, column(head, self._none, self.table, self.refusal, spacing=8))
        self.show_lines(())

    def show_lines(self, lines: Sequence[LedgerLine]) -> None:
        """Show the ledger, the latest first."""
        self.table.show_lines([ledger_line(known) for known in lines])
        self.table.fit(MOST_ROWS)
        self.table.setVisible(bool(lines))
        self._none.setVisible(not lines)
        if self.table.current() is None and lines:
            self.table.choose(lines[0].id)
        self._show_choice()

    def refuse(self, words: str) -> None:
        """Say below the table why something cannot be taken back."""
        self.refusal.say(words)

    def ask_undo(self) -> None:
        """Ask to take the chosen merge back."""
        line = self.table.current()
        if isinstance(line, LedgerLine) and line.can_undo:
            self.undo_wanted.emit(line.id)

    def ask_redo(self) -> None:
        """Ask to merge again what the chosen row took back."""
        line = self.table.current()
        if isinstance(line, LedgerLine) and line.can_redo:
            self.redo_wanted.emit(line.id)

    def _show_choice(self) -> None:
        line = self.table.current()
        known = line if isinstance(line, LedgerLine) else None
        self.undo.setEnabled(known is not None and known.can_undo)
        self.redo.setEnabled(known is not None and known.can_redo)
        self.refusal.say("")
