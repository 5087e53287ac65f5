"""Certificates: what stands on them, that a reader can check them, and that none is printed half."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from qassess.documents.certificate_pdf import Certificate, code_content, draw_certificates, lay_out_certificates
from qassess.documents.pdf_archive import archival_faults
from qassess.documents.pdf_kit import MM
from qassess.documents.report_text import printed_text
from qassess.domain.rules import Text
from qassess.errors import QassessError
from qassess.i18n import speaking
from tests.documents.report_cases import COUNTY, small_scheme
from tests.documents.results_cases import CERTIFICATE, DIGEST

SCHEME = small_scheme().scheme
GRADE = SCHEME.grading.grades[0]
CREATED = datetime(2025, 1, 20, 2, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def chinese():
    with speaking("zh"):
        yield


def certificate(number=1, *, copy=False, name="长治市平顺县", **fields):
    printed = f"长质强考证〔2024〕{number:03}号"
    record = replace(CERTIFICATE, number=printed, running=number, grade=GRADE.id, replaces="")
    return Certificate(record=replace(record, **fields), body=replace(COUNTY, printed=name), scheme=SCHEME, copy=copy)


def drawn(*certificates, landscape=False):
    batch = lay_out_certificates(certificates, landscape=landscape)
    assert batch.problems == ()
    return draw_certificates(batch, range(len(certificates)), created=CREATED)


def said(pdf, page=0):
    return "".join(printed_text(pdf)[page].split())


@pytest.mark.parametrize("landscape", [False, True])
def test_it_says_who_what_year_and_on_what_it_rests(landscape):
    text = said(drawn(certificate(), landscape=landscape))
    for words in (
        "2024年度质量强市工作",
        "考核结果证书",
        "编号：长质强考证〔2024〕001号",
        "长治市平顺县人民政府：",
        "总分为86.0分",
        f"评定为{GRADE.label.zh}特发此证",
        "长治市质量强市工作领导组",
        "（盖章）年月日",
        "示范细则，非官方",
        "".join(f"{SCHEME.title.zh}》（{SCHEME.version}版）".split()),
    ):
        assert words in text, words
    for basis in SCHEME.basis:
        assert f"《{basis.title}》（{basis.number}）" in text
    assert "荣誉" not in text
    assert "副本" not in text
    assert DIGEST in text


def test_a_copy_says_so_and_a_new_version_names_the_one_it_replaces():
    text = said(drawn(certificate(2, copy=True, replaces="长质强考证〔2024〕001号")))
    assert "副本" in text
    assert "替换长质强考证〔2024〕001号，原证作废" in text


@pytest.mark.parametrize("landscape", [False, True])
def test_the_code_on_paper_holds_number_and_digest(tool, tmp_path, landscape):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(drawn(certificate(), landscape=landscape))
    image = tmp_path / "page.png"
    assert tool("pdftoppm", "-r", "150", "-png", "-singlefile", path, image.with_suffix("")).returncode == 0
    (code,) = zxingcpp.read_barcodes(Image.open(image))
    assert code.text == code_content(certificate().record)
    assert code.text.split(" ") == ["QASSESS-CERTIFICATE-1", "长质强考证〔2024〕001号", DIGEST]


@pytest.mark.parametrize("landscape", [False, True])
def test_a_batch_has_a_page_each_of_a4_and_its_fonts_inside(tool, tmp_path, landscape):
    path = tmp_path / "certificates.pdf"
    path.write_bytes(drawn(certificate(1), certificate(2), certificate(3), landscape=landscape))
    with pikepdf.open(path) as pdf:
        sizes = {tuple(round(float(edge) / MM) for edge in page.mediabox[2:]) for page in pdf.pages}
        assert (len(pdf.pages), sizes) == (3, {(297, 210) if landscape else (210, 297)})
    assert tool("qpdf", "--check", path).returncode == 0
    rows = tool("pdffonts", path).stdout.decode().splitlines()[2:]
    assert rows
    assert all(row.split()[-5:-3] == ["yes", "yes"] for row in rows)


def test_another_reader_reads_the_same_text(tool, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(drawn(certificate()))
    text = "".join(tool("pdftotext", "-layout", path, "-").stdout.decode().split())
    assert "考核结果证书" in text
    assert "长治市平顺县人民政府：" in text


def test_the_file_is_archival_and_the_same_every_time():
    first = drawn(certificate(1), certificate(2))
    assert archival_faults(first) == ()
    assert drawn(certificate(1), certificate(2)) == first


def test_missing_glyphs_and_overflows_of_the_whole_batch_are_found_before_anything_is_drawn():
    batch = lay_out_certificates(
        [
            certificate(1),
            certificate(2, name="长治市\U0002ebe0\U0002ebe1县"),
            certificate(3, issuer="长治市质量强市工作领导组" * 6),
            certificate(4, name="很长的名称" * 20),
        ]
    )
    assert [(known.place, known.code) for known in batch.problems] == [
        (1, "print.missing_glyphs"),
        (2, "print.overflow"),
        (3, "print.overflow"),
    ]
    assert "U+2EBE0" in batch.problems[0].values["characters"]
    with pytest.raises(QassessError, match=r"print\.missing_glyphs"):
        draw_certificates(batch, range(1), created=CREATED)


@pytest.mark.parametrize("landscape", [False, True])
def test_a_basis_too_long_for_the_paper_is_an_overflow_and_not_drawn_over_the_foot(landscape):
    long = replace(SCHEME, title=Text(zh="示范细则" * 80))
    batch = lay_out_certificates([replace(certificate(), scheme=long)], landscape=landscape)
    assert [known.code for known in batch.problems] == ["print.overflow"]


def test_a_long_name_is_set_smaller_and_stays_on_its_line():
    text = said(drawn(certificate(name="长治市高新技术产业开发区管理委员会及经济技术合作示范区")))
    assert "经济技术合作示范区人民政府：" in text


def test_no_word_is_outside_the_page():
    for landscape in (False, True):
        with pikepdf.open(io.BytesIO(drawn(certificate(), landscape=landscape))) as pdf:
            width, height = (float(edge) for edge in pdf.pages[0].mediabox[2:])
            for operands, operator in pikepdf.parse_content_stream(pdf.pages[0]):
                if str(operator) == "Tm":
                    assert 12 * MM < float(operands[4]) < width - 12 * MM
                    assert 12 * MM < float(operands[5]) < height - 12 * MM


def test_an_official_scheme_prints_no_notice():
    text = said(drawn(replace(certificate(), scheme=replace(SCHEME, status="official"))))
    assert "非官方" not in text


def test_english_is_complete():
    with speaking("en"):
        text = " ".join(printed_text(drawn(certificate(), landscape=True))[0].split())
    assert "Certificate of Assessment Result" in text
    assert "The total is 86.0 points; the grade is" in text


def test_a_job_given_up_draws_nothing():
    with pytest.raises(QassessError, match=r"work\.cancelled"):
        lay_out_certificates([certificate()], cancelled=lambda: True)
