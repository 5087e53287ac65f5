"""From drawn pages to an archival file: PDF/A-3b, with metadata, attachments and empty signature fields.

Checking is a step of its own (:func:`archival_faults`), as it takes longer than drawing. The checker does not look into
forms (``/AcroForm``): it says "not checked" of any file that has one. So what is claimed is: the file without its empty
fields is approved PDF/A-3b, and in the file with them no breach is found; the fields add nothing that PDF/A forbids
(widgets are printed, have an appearance and no actions).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf, String, pdfa

from qassess.documents.pdf_kit import SignatureField

_FLAVOUR: Final = pdfa.Flavour.PDFA_3B
_ASTRAL: Final = re.compile(rb"<([0-9A-F]{5,6})>")
_PRINT: Final = 4
"""Annotation flag Print, and none else, as PDF/A asks of every annotation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What the file says of itself: nothing about the machine, its user or the moment it was written.

    ``created`` is the time of the content. ``attachments``: name → content, all JSON, as data of the document.
    """

    title: str
    author: str
    language: str
    created: datetime
    program: str
    attachments: Mapping[str, bytes] = field(default_factory=dict)


def archive(drawn: bytes, particulars: Particulars, fields: Sequence[SignatureField] = ()) -> bytes:
    """Return the archival file. The same input gives the same bytes."""
    with pikepdf.open(BytesIO(drawn)) as pdf:
        _tidy(pdf)
        _attach(pdf, particulars)
        pdfa.prepare(pdf, _FLAVOUR)
        _describe(pdf, particulars)
        if fields:
            _add_fields(pdf, fields)
        return _saved(pdf)


def archival_faults(content: bytes) -> tuple[str, ...]:
    """Return what the checker finds against an archival file of ours that has not been signed yet; nothing if approved.

    The file is checked as written, then without its empty signature fields, where the checker must approve.
    """
    report = pdfa.validate_written(BytesIO(content), _FLAVOUR)
    if report.violations or report.passed:
        return tuple(map(str, report.violations))
    with pikepdf.open(BytesIO(content)) as pdf:
        _remove_fields(pdf)
        bare = pdfa.validate_written(BytesIO(_saved(pdf)), _FLAVOUR)
    return tuple(map(str, bare.findings))


def _remove_fields(pdf: Pdf) -> None:
    del pdf.Root[Name.AcroForm]
    for page in pdf.pages:
        if Name.Annots in page:
            del page[Name.Annots]


def _tidy(pdf: Pdf) -> None:
    """Mend what the drawing library does wrong: transitions on every page, names of characters beyond U+FFFF."""
    fonts: dict[tuple[int, int], pikepdf.Object] = {}
    for page in pdf.pages:
        if Name.Trans in page:
            del page[Name.Trans]
        for font in page.resources.get(Name.Font, Dictionary()).values():
            fonts[font.objgen] = font
    for font in fonts.values():
        names = font.get(Name.ToUnicode)
        if names is not None and _ASTRAL.search(content := names.read_bytes()):
            names.write(_ASTRAL.sub(_surrogates, content))


def _surrogates(match: re.Match[bytes]) -> bytes:
    """Write a code point beyond U+FFFF as UTF-16, as a ToUnicode map wants it."""
    return b"<" + chr(int(match[1], 16)).encode("utf-16-be").hex().upper().encode("ascii") + b">"


def _attach(pdf: Pdf, particulars: Particulars) -> None:
    for name, content in particulars.attachments.items():
        pdf.attachments[name] = AttachedFileSpec(
            pdf,
            content,
            filename=name,
            description=particulars.title,
            mime_type="application/json",
            creation_date=_pdf_date(particulars.created),
            mod_date=_pdf_date(particulars.created),
            relationship=Name.Data,
        )


def _describe(pdf: Pdf, particulars: Particulars) -> None:
    """Say title, author and time in both places where a PDF says them, and set aside what the tools said."""
    info = pdf.docinfo
    for key in list(info.keys()):
        del info[key]
    when = particulars.created.replace(microsecond=0)
    stamp = String(_pdf_date(when))
    info[Name.Title], info[Name.Author] = String(particulars.title), String(particulars.author)
    info[Name.Creator] = info[Name.Producer] = String(particulars.program)
    info[Name.CreationDate] = info[Name.ModDate] = stamp
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = particulars.title
        metadata["dc:creator"] = [particulars.author]
        metadata["dc:language"] = {particulars.language}
        metadata["xmp:CreatorTool"] = metadata["pdf:Producer"] = particulars.program
        for key in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
            metadata[key] = when.isoformat()
    pdf.Root[Name.Lang] = String(particulars.language)
    pdf.Root[Name.ViewerPreferences] = Dictionary(DisplayDocTitle=True)


def _pdf_date(when: datetime) -> str:
    offset = when.strftime("%z")
    return when.strftime("D:%Y%m%d%H%M%S") + f"{offset[:3]}'{offset[3:5]}'"


def _add_fields(pdf: Pdf, fields: Sequence[SignatureField]) -> None:
    widgets = [_widget(pdf, signature) for signature in fields]
    for signature, widget in zip(fields, widgets, strict=True):
        page = pdf.pages[signature.page]
        if Name.Annots not in page:
            page[Name.Annots] = Array()
        page[Name.Annots].append(widget)
    pdf.Root[Name.AcroForm] = pdf.make_indirect(Dictionary(Fields=Array(widgets)))


def _widget(pdf: Pdf, signature: SignatureField) -> pikepdf.Object:
    left, bottom, right, top = signature.box
    area = Array([0, 0, right - left, top - bottom])
    empty = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=area, Resources=Dictionary())
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(signature.name),
            TU=String(signature.label),
            F=_PRINT,
            Rect=Array([left, bottom, right, top]),
            P=pdf.pages[signature.page].obj,
            AP=Dictionary(N=empty),
        )
    )


def _saved(pdf: Pdf) -> bytes:
    output = BytesIO()
    pdf.save(output, **pdfa.resolve_save_kwargs(_FLAVOUR, deterministic_id=True))
    return output.getvalue()
