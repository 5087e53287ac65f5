"""Reading back a file from anybody: what is printed, what is attached, and no harm from a hostile one."""

import io
import zlib

import pikepdf
import pytest
from pikepdf import Array, AttachedFileSpec, Dictionary, Name

from qassess.documents import report_text
from qassess.documents.report_text import attachment, printed_text
from qassess.errors import QassessError


def saved(pdf, **options):
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def with_attachment(content, *, name="assessment.json", filters=None, raw=None):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    specification = AttachedFileSpec(pdf, content, filename=name)
    pdf.attachments[name] = specification
    if raw is not None:
        specification.get_file().obj.write(raw, filter=filters)
    return saved(pdf, compress_streams=False)


def outcome(read, content):
    """Return what is read, or the code of the refusal; any other exception is a bug."""
    try:
        return read(content)
    except QassessError as refused:
        return refused.code


def test_an_attachment_is_returned_byte_for_byte():
    assert attachment(with_attachment(b'{"a": 1}')) == b'{"a": 1}'


def test_another_name_is_not_found():
    assert attachment(with_attachment(b"{}", name="other.json")) is None


def test_compressed_and_plain_streams_are_both_read():
    assert (
        attachment(with_attachment(b"x", raw=zlib.compress(b"long" * 1000), filters=Name.FlateDecode)) == b"long" * 1000
    )


def test_a_stream_that_would_grow_without_bound_is_refused(monkeypatch):
    monkeypatch.setattr(report_text, "MAX_ATTACHMENT", 10_000)
    bomb = zlib.compress(bytes(10_000_000), 9)[:2400]
    with pytest.raises(QassessError, match=r"pdf\.unreadable"):
        attachment(with_attachment(b"x", raw=bomb, filters=Name.FlateDecode))


def test_a_filter_that_is_not_ours_is_refused():
    content = with_attachment(b"x", raw=b"41>", filters=Name.ASCIIHexDecode)
    with pytest.raises(QassessError, match=r"pdf\.unreadable"):
        attachment(content)


def test_damaged_compression_is_refused():
    content = with_attachment(b"x", raw=b"\x78\x9c" + bytes(20), filters=Name.FlateDecode)
    with pytest.raises(QassessError, match=r"pdf\.unreadable"):
        attachment(content)


@pytest.mark.parametrize("read", [printed_text, attachment])
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"PK\x03\x04" + bytes(100), b"%PDF-1.7\n" + b"[" * 50_000])
def test_what_is_no_pdf_is_refused(read, content):
    with pytest.raises(QassessError) as refused:
        read(content)
    assert refused.value.code == "pdf.unreadable"


@pytest.mark.parametrize("read", [printed_text, attachment])
def test_an_encrypted_file_is_refused(read):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    content = saved(pdf, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(QassessError) as refused:
        read(content)
    assert refused.value.code == "pdf.unreadable"


@pytest.mark.parametrize("read", [printed_text, attachment])
def test_too_large_a_file_is_refused(read, monkeypatch):
    monkeypatch.setattr(report_text, "MAX_BYTES", 10)
    with pytest.raises(QassessError, match=r"pdf\.unreadable"):
        read(with_attachment(b"{}"))


def test_too_many_pages_are_refused(monkeypatch, built):
    monkeypatch.setattr(report_text, "MAX_PAGES", 3)
    with pytest.raises(QassessError, match=r"pdf\.unreadable"):
        printed_text(built.pdf)


def test_too_much_text_on_a_page_is_refused(monkeypatch, built):
    monkeypatch.setattr(report_text, "MAX_CHARACTERS", 100)
    with pytest.raises(QassessError, match=r"pdf\.unreadable"):
        printed_text(built.pdf)


def test_a_name_tree_that_bites_its_tail_is_refused_or_empty():
    pdf = pikepdf.new()
    pdf.add_blank_page()
    tree = pdf.make_indirect(Dictionary(Kids=Array([])))
    tree.Kids.append(tree)
    pdf.Root.Names = Dictionary(EmbeddedFiles=tree)
    assert outcome(attachment, saved(pdf)) in (None, "pdf.unreadable")


def test_an_attachment_that_is_no_file_is_refused_or_absent():
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([pikepdf.String("assessment.json"), 7])))
    assert outcome(attachment, saved(pdf)) in (None, "pdf.unreadable")


def test_the_text_of_every_page_is_read(built):
    pages = printed_text(built.pdf)
    assert len(pages) == built.pages
    assert all(f"— {number} —" in page for number, page in enumerate(pages, 1))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_report_is_refused_or_read_never_worse(built, share):
    content = built.pdf[: int(len(built.pdf) * share)]
    for read in (printed_text, attachment):
        assert outcome(read, content) in ("pdf.unreadable", None) or share > 0.9
