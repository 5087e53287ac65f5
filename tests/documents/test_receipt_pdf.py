"""The slip of an export: one archival page that says what the receipt says, in either language."""

from datetime import UTC, datetime

import pytest

from qassess.documents.pdf_archive import archival_faults
from qassess.documents.receipt_pdf import build_slip
from qassess.documents.report_text import printed_text
from qassess.domain.bodies import Body
from qassess.domain.receipt import Receipt, ReceiptLine
from qassess.i18n import speaking
from qassess.wording.exchange import say_receipt

BODY = Body(id="140425", code="140425", name="平顺县", printed="平顺县", kind="county", level="county", parent="140400")


def receipt(lines=1, missing=()):
    line = ReceiptLine(
        assessment="a",
        body=BODY,
        year=2024,
        round="annual",
        scheme="changzhi-2015",
        version="1",
        items=92,
        answered=61,
        evidence=240,
        evidence_size=48 << 20,
        signatures=3,
    )
    return Receipt(
        file="平顺县-2024-李静.qassess",
        sha256="5f" * 32,
        size=49 << 20,
        lines=(line,) * lines,
        revisions=480,
        evidence=240,
        evidence_size=48 << 20,
        missing=missing,
        made_at=datetime(2025, 1, 14, tzinfo=UTC),
        author="李静",
        device="李静的笔记本",
        key="aaaa bbbb cccc dddd",
        sealed=True,
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_archival_page_says_everything_and_the_checksum_twice(language):
    given = receipt(missing=("现场.jpg",))
    with speaking(language):
        pdf = build_slip(given)
        said = say_receipt(given)
    (page,) = printed_text(pdf)
    flowed = "".join(page.split())
    assert all("".join(text.split()) in flowed for line in said for text in line)
    assert flowed.count(given.checksum) == 2
    assert archival_faults(pdf) == ()


def test_the_same_receipt_gives_the_same_bytes_and_many_assessments_more_pages():
    assert build_slip(receipt()) == build_slip(receipt())
    assert len(printed_text(build_slip(receipt(lines=30)))) > 1
