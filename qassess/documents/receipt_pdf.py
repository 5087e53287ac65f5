"""The slip that goes with an export: what is in the file, its checksum in large type, and who received it."""

from dataclasses import replace
from typing import Final

from qassess import __version__
from qassess.documents.drawing import draw
from qassess.documents.fonts import Role, Typefaces
from qassess.documents.pdf_archive import Particulars, archive
from qassess.documents.pdf_kit import BODY, LEADING, LEFT, SIZE_SMALL_4, TITLE, WIDTH, Paper
from qassess.documents.tables import CELL, Column, Table
from qassess.documents.typesetting import Align, Style
from qassess.domain.receipt import Receipt
from qassess.i18n import _, language
from qassess.wording.exchange import say_receipt

_LABEL: Final = 118.0
_CHECKSUM: Final = Style(role=Role.FIGURES, size=26.0, leading=44.0, align=Align.CENTRE)
_SMALL: Final = replace(BODY, size=SIZE_SMALL_4, leading=20.0)


def build_slip(receipt: Receipt, *, faces: Typefaces | None = None) -> bytes:
    """Return the slip in the language in use; the same receipt gives the same bytes.

    Raises ``QassessError("print.missing_glyphs")``.
    """
    paper = Paper(faces, latin=language() != "zh")
    title = _("Export receipt")
    paper.text(title, TITLE)
    paper.skip(LEADING / 2)
    table = Table(paper, (Column(_LABEL, _("What")), Column(WIDTH - _LABEL, _("Content"), CELL)))
    table.draw(say_receipt(receipt))
    paper.skip(LEADING / 2)
    paper.text(
        _("The office reads this checksum back. If it differs, the file is not the one that was exported."), _SMALL
    )
    paper.ensure(_CHECKSUM.leading)
    paper.words(receipt.checksum, _CHECKSUM, LEFT, paper.y, WIDTH)
    paper.y -= _CHECKSUM.leading + LEADING / 2
    for line in (_("Handed over by (signature, date):"), _("Received by (signature, date):")):
        paper.text(line, _SMALL)
        paper.skip(LEADING / 2)
    paper.finish(lambda _setter, _number, _count: ())
    return archive(
        draw(paper.pages, paper.outline, lambda _done: None),
        Particulars(
            title=f"{title} {receipt.file}",
            author=receipt.author,
            language="zh-CN" if language() == "zh" else language(),
            created=receipt.made_at,
            program=f"qassess {__version__}",
        ),
    )
