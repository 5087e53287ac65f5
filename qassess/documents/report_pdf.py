"""The report of an assessment as PDF/A-3b: laid out, drawn, and saved with its data and empty signature fields.

The same report gives the same bytes. Nothing of the machine or its user gets into the file.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from qassess.documents import report_closing, report_items, report_opening
from qassess.documents.drawing import draw
from qassess.documents.fonts import Typefaces
from qassess.documents.pdf_archive import Particulars, archive
from qassess.documents.pdf_kit import Mark, Paper, page_header, page_number
from qassess.documents.report_content import Content
from qassess.documents.typesetting import Typesetter
from qassess.domain.report import Report
from qassess.errors import QassessError
from qassess.i18n import language, pgettext, speaking

ATTACHMENT: Final = "assessment.json"

_PARTS: Final[tuple[Callable[[Paper, Content, int], None], ...]] = (
    report_opening.particulars,
    report_opening.result,
    report_items.items,
    report_items.bonus_and_penalty,
    report_items.gates,
    report_items.not_applicable,
    report_items.pending,
    report_closing.problems,
    report_closing.evidence,
    report_closing.opinion,
    report_closing.signatures,
    report_closing.verification,
)


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """A report's file and how many pages it has."""

    pdf: bytes
    pages: int


class _Steps:
    """Progress in hundredths: laying out, drawing, saving; and the places where work may be given up."""

    def __init__(self, progress: Callable[[int, int], None] | None, cancelled: Callable[[], bool] | None) -> None:
        self._progress = progress
        self._cancelled = cancelled

    def check(self) -> None:
        """Raise ``QassessError("work.cancelled")`` if the work is to stop."""
        if self._cancelled is not None and self._cancelled():
            raise QassessError("work.cancelled")

    def reach(self, hundredths: int) -> None:
        self.check()
        if self._progress is not None:
            self._progress(hundredths, 100)


def build_report(
    report: Report,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    faces: Typefaces | None = None,
) -> BuiltReport:
    """Build the unsigned report in its own language.

    ``progress(done, of)`` is called while it grows; ``cancelled`` is asked between pages. ``faces`` replaces the
    machine's typefaces. Raises ``QassessError``: ``work.cancelled``, ``print.missing_glyphs``.
    """
    steps = _Steps(progress, cancelled)
    with speaking(report.language):
        content = Content(report)
        paper = lay_out(content, steps.reach, steps.check, faces)
        pages = len(paper.pages)
        drawn = draw(paper.pages, paper.outline, lambda done: steps.reach(50 + 40 * done // pages))
        pdf = archive(drawn, _particulars(content), paper.fields)
    steps.reach(100)
    return BuiltReport(pdf=pdf, pages=pages)


def lay_out(
    content: Content,
    reached: Callable[[int], None],
    check: Callable[[], None],
    faces: Typefaces | None = None,
) -> Paper:
    """Lay out all pages; the language has been chosen by the caller. ``check`` is called at every new page."""
    paper = Paper(faces, latin=language() != "zh", between_pages=lambda _page: check())
    report_opening.title(paper, content)
    for number, part in enumerate(_PARTS, 1):
        part(paper, content, number)
        reached(50 * number // len(_PARTS))
    paper.finish(lambda setter, number, _count: _furniture(content, setter, number))
    return paper


def _furniture(content: Content, setter: Typesetter, number: int) -> Iterable[Mark]:
    scores = content.report.scores
    marks = [content.notice] if content.notice else []
    if not scores.complete:
        marks.append(pgettext("report", "incomplete"))
    if scores.provisional:
        marks.append(pgettext("report", "provisional"))
    yield from page_header(setter, (content.full_title, content.subject), " · ".join(marks))
    yield from page_number(setter, number)


def _particulars(content: Content) -> Particulars:
    report = content.report
    return Particulars(
        title=content.full_title,
        author=content.party(report.party_a),
        language="zh-CN" if report.language == "zh" else report.language,
        created=report.made_at,
        program=f"qassess {report.program}",
        attachments={ATTACHMENT: content.attachment},
    )
