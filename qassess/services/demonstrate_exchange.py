"""The middle of the walk: two laptops assess the same county apart, the office unites their files and decides."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from qassess.domain.answers import Answer, Entry
from qassess.domain.receipt import Receipt
from qassess.errors import QassessError
from qassess.services.assessments import open_assessment, record_entry, start_assessment
from qassess.services.conflicts import Conflict, conflicts
from qassess.services.decisions import decide
from qassess.services.exchange import FileResult, export_assessments, merge_files, write_slip
from qassess.services.views import AssessmentView
from qassess.services.workspace import Workspace, open_workspace

DISPUTED: Final = "prod-food-sampling"
REASON: Final = "以市食药监局盖章的抽查通报为准(示范)"
_OTHER: Final = Answer(numerator="470", denominator="499")
_NOTED: Final = "org-council"
_NOTE: Final = "会议纪要原件已核对(示范)。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """What the exchange left behind: files with their receipts and slips, what became of them, what was decided."""

    files: tuple[Path, ...]
    receipts: tuple[Receipt, ...]
    merged: tuple[FileResult, ...]
    conflict: Conflict
    taken: str


def second_team(folder: Path, first: AssessmentView) -> tuple[Receipt, Path]:
    """Let 王强 begin the same county on a laptop of his own, answer one item differently, note another, and export."""
    laptop = open_workspace(folder / "wangqiang.db", author="王强", device="王强的笔记本")
    try:
        county = start_assessment(
            laptop, body_id=first.body.id, year=first.record.year, scheme=first.scheme, round_=first.record.round
        )
        record_entry(laptop, county, DISPUTED, replace(_entry(first, DISPUTED), answer=_OTHER))
        record_entry(laptop, county, _NOTED, Entry(note=_NOTE))
        return _exported(laptop, county, folder)
    finally:
        laptop.close()


def first_team(laptop: Workspace, county: str, folder: Path) -> tuple[Receipt, Path]:
    """Export what 李静's laptop holds, evidence included."""
    return _exported(laptop, county, folder)


def united(office: Workspace, exports: tuple[tuple[Receipt, Path], ...], decided: Callable[[], None]) -> Exchanged:
    """Merge both files into the office's database and decide the one conflict, with its reason.

    Raises ``QassessError`` with the verdict of a file that was refused: then the walk is not what it claims to be.
    """
    files = tuple(path for _, path in exports)
    results = merge_files(office, files)
    for result in results:
        if not result.accepted:
            raise QassessError(result.verdict, **dict(result.values))
    decided()
    (conflict,) = conflicts(office)
    side = next(place for place, choice in enumerate(conflict.sides) if choice.side.author == "李静")
    decide(office, conflict.id, side, reason=REASON)
    return Exchanged(
        files=files,
        receipts=tuple(receipt for receipt, _ in exports),
        merged=results,
        conflict=conflict,
        taken=conflict.sides[side].side.author,
    )


def _exported(laptop: Workspace, county: str, folder: Path) -> tuple[Receipt, Path]:
    view = open_assessment(laptop, county)
    out = folder / f"{view.body.printed}-{view.record.year}-{laptop.author}.qassess"
    receipt = export_assessments(laptop, [county], out)
    write_slip(receipt, out.with_suffix(".pdf"))
    return receipt, out


def _entry(view: AssessmentView, item: str) -> Entry:
    return replace(view.entries.get(item, Entry()), evidence=())
