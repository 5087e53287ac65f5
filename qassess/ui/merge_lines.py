"""The rows of the pre-flight table and of the ledger, made from their states."""

from pathlib import Path

from qassess.i18n import _, ngettext
from qassess.ui.cells import Cell, Head, Line, Look
from qassess.ui.counts_bar import Tally
from qassess.ui.exchange_state import FileLine, LedgerLine, Standing, Totals


def file_heads() -> tuple[Head, ...]:
    """Return the columns of the pre-flight table."""
    return (
        Head(_("Assessed body"), 150),
        Head(_("File"), 226),
        Head(_("Scheme"), 116),
        Head(_("New"), 62, right=True, spoken=_("Revisions that are new here")),
        Head(_("Known"), 62, right=True, spoken=_("Revisions that are here already")),
        Head(_("Conflicts"), 78, right=True),
        Head(_("No evidence"), 96, right=True, spoken=_("Pieces of evidence the file names but does not hold")),
        Head(_("Signatures"), 172),
        Head(_("Outcome"), 300),
    )


def waiting_line(path: Path) -> Line:
    """Return the row of a file that has not been looked at yet."""
    blank = Cell("", look=Look.QUIET)
    return Line(
        None, path, (blank, Cell(path.name, look=Look.QUIET), *(blank,) * 6, Cell(_("waiting"), look=Look.QUIET))
    )


def file_line(known: FileLine) -> Line:
    """Return a file's row."""
    cells = (
        Cell(known.body or "—", look=Look.STRONG),
        Cell(known.path.name, look=Look.QUIET),
        Cell(known.scheme or "—", look=Look.QUIET),
        _count(known.new),
        _count(known.known),
        _count(known.conflicts, tone="attention"),
        _count(known.missing, tone="attention"),
        Cell(known.signatures.words, look=Look.MARK, tone=known.signatures.tone, picture=known.signatures.picture),
        Cell(known.outcome.words, look=Look.BADGE, tone=known.outcome.tone, picture=known.outcome.picture),
    )
    return Line(known, known.path, cells)


def _count(count: int | None, tone: str = "ink") -> Cell:
    return Cell("—" if count is None else str(count), key=-1 if count is None else count, tone=tone if count else "ink")


def tallies(totals: Totals, *, merged: bool) -> tuple[Tally, ...]:
    """Return the counts on top: before the merge, and after it."""
    files = Tally(totals.files, ngettext("file", "files", totals.files))
    went = Tally(totals.merged, _("merged"), "good") if merged else Tally(totals.mergeable, _("can be merged"), "good")
    conflicts = Tally(
        totals.conflicts, ngettext("conflict to decide", "conflicts to decide", totals.conflicts), "attention"
    )
    refused = Tally(totals.refused, _("left out") if merged else _("will be left out"), "wrong")
    twice = Tally(totals.duplicates, ngettext("duplicate", "duplicates", totals.duplicates), "second")
    shown = (files, went, conflicts, refused, twice)
    sealed = Tally(totals.sealed, _("need a password"), "attention")
    return (*shown, sealed) if totals.sealed else shown


def ledger_heads() -> tuple[Head, ...]:
    """Return the columns of the ledger."""
    return (
        Head(_("When"), 150),
        Head(_("Who"), 126),
        Head(_("What happened"), 118),
        Head(_("File"), 380),
        Head(_("New"), 80, right=True),
        Head(_("Conflicts"), 90, right=True),
        Head(_("State"), 300),
    )


def ledger_line(known: LedgerLine) -> Line:
    """Return a row of the ledger."""
    cells = (
        Cell(known.when),
        Cell(known.who),
        Cell(known.action),
        Cell(known.file, look=Look.QUIET),
        _count(known.new),
        _count(known.conflicts, tone="attention"),
        Cell(known.state.words, look=Look.BADGE, tone=known.state.tone, picture=known.state.picture),
    )
    return Line(known, known.id, cells)


def finished_words(totals: Totals) -> str:
    """Return what a merge came to, in one sentence."""
    merged = ngettext("{count} file merged", "{count} files merged", totals.merged).format(count=totals.merged)
    left = totals.refused + totals.duplicates
    if not left:
        return merged
    return _("{merged}, {left} left out").format(merged=merged, left=left)


def is_merged(known: FileLine | None) -> bool:
    """Tell whether a file has gone in already."""
    return known is not None and known.standing is Standing.MERGED
