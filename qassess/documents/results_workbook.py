"""The results of a round as an Excel workbook: ranking, sections, items, answers, evidence and records."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from qassess.documents.results_records import (
    about_sheet,
    agreements_sheet,
    certificates_sheet,
    people_sheet,
    signatures_sheet,
    targets_sheet,
)
from qassess.documents.results_sheets import (
    SheetPlan,
    answers_sheet,
    evidence_sheet,
    groups_sheet,
    heat_sheet,
    items_sheet,
    ranking_sheet,
    section_sheet,
)
from qassess.documents.results_words import Titles
from qassess.documents.workbook_sheet import Book, SheetSetup, Value
from qassess.domain.results import Results
from qassess.errors import QassessError
from qassess.i18n import _

_SHEETS: Final[tuple[Callable[[Titles], SheetPlan], ...]] = (
    ranking_sheet,
    heat_sheet,
    section_sheet,
    items_sheet,
    answers_sheet,
    groups_sheet,
    evidence_sheet,
    agreements_sheet,
    targets_sheet,
    people_sheet,
    signatures_sheet,
    certificates_sheet,
)
_ROWS_BETWEEN_LOOKS: Final = 50


def plans(titles: Titles) -> tuple[SheetPlan, ...]:
    """Return all sheets but the last, which speaks of them."""
    return tuple(plan(titles) for plan in _SHEETS)


def build_workbook(
    results: Results,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> bytes:
    """Return the workbook in the language in use; the same results give the same bytes.

    ``progress(done, of)`` counts sheets; ``cancelled`` is asked every few rows. Raises ``QassessError``:
    ``work.cancelled``, ``results.none``.
    """
    if not results.tables:
        raise QassessError("results.none", year=results.year, round=results.round)
    titles = Titles(results)
    written: list[tuple[str, int]] = []
    known = plans(titles)
    with Book() as book:
        for number, plan in enumerate(known, 1):
            written.append((plan.name, _write(book, titles, plan, cancelled)))
            if progress is not None:
                progress(number, len(known))
        _write(book, titles, about_sheet(titles, written), cancelled)
        return book.content(title=titles.title, made_at=results.made_at)


def _write(book: Book, titles: Titles, plan: SheetPlan, cancelled: Callable[[], bool] | None) -> int:
    setup = SheetSetup(
        name=plan.name,
        title=_("{title}: {sheet}").format(title=titles.title, sheet=plan.name),
        note=plan.note,
        frozen_columns=plan.frozen,
        header=titles.notice,
    )
    sheet = book.sheet(setup, plan.columns, _interruptible(plan.rows, cancelled))
    if plan.shaded is not None:
        sheet.colour_scale(plan.shaded)
    return sheet.rows


def _interruptible(rows: Iterable[Sequence[Value]], cancelled: Callable[[], bool] | None) -> Iterator[Sequence[Value]]:
    for number, row in enumerate(rows):
        if number % _ROWS_BETWEEN_LOOKS == 0 and cancelled is not None and cancelled():
            raise QassessError("work.cancelled")
        yield row
