"""Reading a report back: the text a reader sees, and the files that travel inside. Any file may be hostile.

What is printed is read from the pages' own content: annotations and the fields on them, and so the stamps that
signatures leave there, are not part of it.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

import pikepdf
import pypdfium2
from pikepdf import Name, Pdf, PdfError

from qassess.errors import QassessError

MAX_BYTES: Final = 256 * 2**20
MAX_PAGES: Final = 2000
MAX_CHARACTERS: Final = 200_000
"""Per page; a page of this size is no page of a report."""
MAX_ATTACHMENT: Final = 64 * 2**20

_BROKEN: Final = (
    PdfError,
    pikepdf.PasswordError,
    pikepdf.DataDecodingError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
)
_REASON: Final = re.compile(r"^stream <[^>]*>: |\n.*", re.DOTALL)


def printed_text(pdf: bytes) -> tuple[str, ...]:
    """Return the text of every page, in reading order, NFC, blanks and line ends as one blank.

    Raises ``QassessError("pdf.unreadable")`` for what is not a PDF, is encrypted, or exceeds the limits.
    """
    _check_size(pdf)
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as unreadable:
        raise QassessError("pdf.unreadable", reason=str(unreadable)) from unreadable
    try:
        if len(document) > MAX_PAGES:
            raise QassessError("pdf.unreadable", reason=f"{len(document)} pages")
        return tuple(_page_text(document, number) for number in range(len(document)))
    except pypdfium2.PdfiumError as unreadable:
        raise QassessError("pdf.unreadable", reason=str(unreadable)) from unreadable
    finally:
        document.close()


def attachment(pdf: bytes, name: str = "assessment.json") -> bytes | None:
    """Return the content of an attached file, or ``None`` when there is none of that name.

    Raises ``QassessError("pdf.unreadable")``, also when it is too large.
    """
    with _opened(pdf) as document:
        files = document.attachments
        if name not in files:
            return None
        return _limited(files[name].get_file().obj, name)


def associated_files(pdf: bytes) -> tuple[str, ...]:
    """Return the names of all attached files."""
    with _opened(pdf) as document:
        return tuple(document.attachments)


@contextmanager
def _opened(pdf: bytes) -> Iterator[Pdf]:
    _check_size(pdf)
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            yield document
    except _BROKEN as broken:
        raise QassessError("pdf.unreadable", reason=_REASON.sub("", str(broken))[:200]) from broken


def _limited(stream: pikepdf.Object, name: str) -> bytes:
    """Decompress a stream of ours, refusing one that would grow without bound.

    The limit is tested on the stated size and then on the decoded one; a stream with other filters than deflate is
    none that this program wrote.
    """
    filters = stream.get(Name.Filter)
    if filters not in (None, Name.FlateDecode) or len(stream.read_raw_bytes()) > MAX_ATTACHMENT // 4:
        raise QassessError("pdf.unreadable", reason=f"{name}: filter or size")
    if filters is None:
        return bytes(stream.read_raw_bytes())
    return _inflated(bytes(stream.read_raw_bytes()), name)


def _inflated(raw: bytes, name: str) -> bytes:
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(raw, MAX_ATTACHMENT)
    except zlib.error as broken:
        raise QassessError("pdf.unreadable", reason=f"{name}: {broken}") from broken
    if inflater.unconsumed_tail or not inflater.eof:
        raise QassessError("pdf.unreadable", reason=f"{name}: size")
    return content


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            if text_page.count_chars() > MAX_CHARACTERS:
                raise QassessError("pdf.unreadable", reason=f"page {number + 1}: size")
            return " ".join(unicodedata.normalize("NFC", text_page.get_text_range()).split())
        finally:
            text_page.close()
    finally:
        page.close()


def _check_size(pdf: bytes) -> None:
    if len(pdf) > MAX_BYTES:
        raise QassessError("pdf.unreadable", reason=f"{len(pdf)} bytes")
