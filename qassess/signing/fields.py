"""The signature fields of a report: named after the role that signs there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Final

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.fields import enumerate_sig_fields

from qassess.errors import QassessError

_NAME: Final = re.compile(r"(?P<role>[a-z]+)(-(?P<number>[1-9][0-9]*))?")

_DEEPEST_TREE: Final = 16

_UNREADABLE: Final = (PdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError)
"""What pyHanko raises for a file that is no PDF or a damaged one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureField:
    """A place to sign. ``name`` is the role, with a number where several sign in it: ``leader``, ``member-2``."""

    name: str
    role: str
    number: int
    is_signed: bool
    is_visible: bool


def signature_fields(pdf: bytes) -> tuple[SignatureField, ...]:
    """Return the fields of a PDF, by role and number. Raises as :func:`open_pdf`."""
    return fields_of(open_pdf(pdf))


def document_is_signed(pdf: bytes) -> bool:
    """Tell whether somebody has signed, not whether it holds. Raises as :func:`open_pdf`."""
    return any(field.is_signed for field in signature_fields(pdf))


def open_pdf(pdf: bytes) -> PdfFileReader:
    """Read a PDF strictly. Raises ``QassessError``: ``pdf.damaged``, ``pdf.encrypted``."""
    try:
        reader = PdfFileReader(BytesIO(pdf))
        reader.root  # noqa: B018 - the catalog must be there
    except _UNREADABLE as error:
        raise QassessError("pdf.damaged") from error
    if reader.encrypted:
        raise QassessError("pdf.encrypted")
    return reader


def fields_of(handler: PdfHandler) -> tuple[SignatureField, ...]:
    """Return the signature fields of an open PDF. Raises ``QassessError("pdf.damaged")``."""
    try:
        found = [
            _field(name, field.get_object(), is_signed=value is not None)
            for name, value, field in enumerate_sig_fields(handler)
        ]
    except _UNREADABLE as error:
        raise QassessError("pdf.damaged") from error
    return tuple(sorted(found, key=lambda field: (field.role, field.number)))


def attached_names(reader: PdfFileReader) -> tuple[str, ...]:
    """Return the names of the files attached to an open PDF. Raises ``QassessError("pdf.damaged")``."""
    try:
        return tuple(_names(reader.root["/Names"]["/EmbeddedFiles"], _DEEPEST_TREE)) if "/Names" in reader.root else ()
    except KeyError:
        return ()
    except _UNREADABLE as error:
        raise QassessError("pdf.damaged") from error


def role_of(name: str) -> str:
    """Return the role that signs in a field of this name; a stranger's field keeps its whole name."""
    match = _NAME.fullmatch(name)
    return match["role"] if match else name


def _names(tree: DictionaryObject, depth: int) -> Iterator[str]:
    """Walk a name tree, whose leaves list each name before its value."""
    yield from (str(name) for name in islice(tree.get("/Names", ()), 0, None, 2))
    for branch in tree.get("/Kids", ()) if depth else ():
        yield from _names(branch.get_object(), depth - 1)


def _field(name: str, field: DictionaryObject, *, is_signed: bool) -> SignatureField:
    match = _NAME.fullmatch(name)
    left, bottom, right, top = field.get("/Rect", (0, 0, 0, 0))
    return SignatureField(
        name=name,
        role=role_of(name),
        number=int(match["number"] or 1) if match else 1,
        is_signed=is_signed,
        is_visible=left != right and bottom != top,
    )
