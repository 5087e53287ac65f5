"""Menus opened by a key on the checklist: what stops signing, and phrases for notes."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QWidget

from qassess.i18n import _, later
from qassess.wording import say_obstacle

if TYPE_CHECKING:
    from qassess.services.sign_off import Obstacle

MOST_OBSTACLES = 24
"""More than this would not fit on the screen; the review lists them all."""
LONGEST = 40
STOCK = (
    later("Looked through on site; the figures agree with the ledger."),
    later("The material is complete and agrees with the self-assessment."),
    later("The material is incomplete; the missing part is to be handed in later."),
    later("The figure is taken from the bulletin of the unit in charge."),
    later("Confirmed in conversation with the person in charge."),
)


def popup(menu: QMenu, over: QWidget) -> None:
    """Open a menu at the top of a widget, its first line chosen, and let it go when it closes."""
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(over.mapToGlobal(QPoint(24, 24)))
    first = next((action for action in menu.actions() if action.isEnabled() and not action.isSeparator()), None)
    if first is not None:
        menu.setActiveAction(first)


def jump_menu(parent: QWidget, obstacles: "Sequence[Obstacle]", chosen: Callable[[str], object]) -> QMenu:
    """Return what stops signing as lines that lead to their items."""
    menu = QMenu(parent)
    for known in obstacles[:MOST_OBSTACLES]:
        line = menu.addAction(say_obstacle(known.code, known.values).replace("&", "&&"))
        line.setEnabled(bool(known.item_id))
        line.triggered.connect(lambda _checked=False, item=known.item_id: chosen(item or ""))
    rest = len(obstacles) - MOST_OBSTACLES
    if rest > 0:
        menu.addAction(_("and {count} more, listed under Check and sign").format(count=rest)).setEnabled(False)
    if not obstacles:
        menu.addAction(_("Nothing stops signing")).setEnabled(False)
    return menu


def after(items: Sequence[str], here: str, wanted: Iterable[str | None]) -> str | None:
    """Return the first wanted item after ``here``, going round the end; ``None`` when there is none.

    >>> after(("a", "b", "c"), "b", ["a", "b"])
    'a'
    """
    place = items.index(here)
    among = set(wanted)
    return next((known for known in (*items[place + 1 :], *items[: place + 1]) if known in among), None)


def phrase_menu(
    parent: QWidget,
    own: Sequence[str],
    note: str,
    use: Callable[[str], object],
    change: Callable[[tuple[str, ...]], object],
) -> QMenu:
    """Return phrases to put into a note: the person's own, then stock ones; and the way to keep or drop an own one."""
    menu = QMenu(parent)
    for phrase in (*own, *(_(words) for words in STOCK)):
        line = menu.addAction(_short(phrase))
        line.setToolTip(phrase)
        line.triggered.connect(lambda _checked=False, phrase=phrase: use(phrase))
    menu.addSeparator()
    keep = menu.addAction(_("Keep this note as a phrase"))
    keep.setEnabled(bool(note.strip()) and note.strip() not in own)
    keep.triggered.connect(lambda _checked=False: change((note.strip(), *own)))
    if own:
        dropping = menu.addMenu(_("Drop a phrase"))
        for phrase in own:
            line = dropping.addAction(_short(phrase))
            line.triggered.connect(
                lambda _checked=False, phrase=phrase: change(tuple(known for known in own if known != phrase))
            )
    return menu


def put_into(note: QPlainTextEdit, words: str) -> None:
    """Put words in where the cursor is, apart from a Latin word before them, and go on writing there."""
    cursor = note.textCursor()
    before = note.toPlainText()[: cursor.position()]
    cursor.insertText(f" {words}" if before and before[-1].isascii() and not before[-1].isspace() else words)
    note.setFocus()


def _short(phrase: str) -> str:
    words = " ".join(phrase.split())
    return (words if len(words) <= LONGEST else words[: LONGEST - 1] + "…").replace("&", "&&")
