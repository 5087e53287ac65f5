"""The file of a report: archival, the same every time, readable everywhere, ready to be signed."""

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from qassess.documents.fonts import Typefaces
from qassess.documents.pdf_archive import archival_faults
from qassess.documents.report_pdf import build_report
from qassess.documents.report_text import attachment, printed_text
from qassess.domain.agreement import TeamMember
from qassess.domain.report import report_from_document
from qassess.errors import QassessError
from tests.documents.report_cases import AGREEMENT, ENTRIES, small_report

ROOT = Path(__file__).resolve().parents[2]


def flowed(pages):
    """Return all text without blanks: lines may break anywhere."""
    return "".join("".join(page.split()) for page in pages)


@pytest.fixture(scope="module")
def said(built):
    return flowed(printed_text(built.pdf))


def test_independent_tools_find_no_fault(tool, county_file):
    assert tool("qpdf", "--check", county_file).returncode == 0


def test_every_font_is_embedded_and_none_is_helvetica(tool, county_file):
    rows = tool("pdffonts", county_file).stdout.decode().splitlines()[2:]
    assert rows
    for row in rows:
        name, (embedded, subset, has_unicode) = row.split()[0], row.split()[-5:-2]
        assert (embedded, subset, has_unicode) == ("yes", "yes", "yes"), row
        assert "Helvetica" not in name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_checker_approves_of_the_archival_file(language):
    assert archival_faults(build_report(small_report(language=language)).pdf) == ()


def test_the_county_report_is_archival_too(county_built):
    assert archival_faults(county_built.pdf) == ()


def test_a_breach_would_be_found(built):
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        broken = io.BytesIO()
        pdf.save(broken)
    assert archival_faults(broken.getvalue())


def test_pages_are_numbered_with_lines_outside_odd_right_even_left(built):
    import pypdfium2

    document = pypdfium2.PdfDocument(built.pdf)
    for number in range(1, built.pages + 1):
        text_page = document[number - 1].get_textpage()
        left_half = text_page.get_text_bounded(0, 0, 297, 99)
        right_half = text_page.get_text_bounded(297, 0, 595, 99)
        assert f"— {number} —" in (right_half if number % 2 else left_half)
        assert f"— {number} —" not in (left_half if number % 2 else right_half)
    document.close()


def test_the_qr_code_says_the_digest(tool, small_file, small, built):
    picture = tool("pdftoppm", "-r", "150", "-f", built.pages, "-l", built.pages, "-png", small_file).stdout
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert found.text == small.digest


def test_the_digest_is_printed_and_covers_the_attached_copy(small, built, said):
    assert small.digest in said
    assert attachment(built.pdf) == small.attachment.encode()
    assert f"全文共{built.pages}页" in said


def test_the_report_can_be_made_again_from_its_copy(built):
    again = report_from_document(json.loads(attachment(built.pdf)))
    assert build_report(again).pdf == built.pdf


def test_the_same_report_gives_the_same_bytes_in_another_process(built, small_file, tmp_path):
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.documents.report_cases import small_report\n"
        "from qassess.documents.report_pdf import build_report\n"
        "Path(sys.argv[1]).write_bytes(build_report(small_report()).pdf)\n"
    )
    other = tmp_path / "other.pdf"
    environment = os.environ | {"USER": "someone", "TZ": "America/Lima", "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", program, other], check=True, cwd=ROOT, env=environment)
    assert other.read_bytes() == built.pdf


def test_nothing_of_the_machine_is_in_it(built):
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
        assert {key: str(value) for key, value in pdf.docinfo.items()} == {
            "/Title": "长治市平顺县2024年度质量强市工作考核核查报告",
            "/Author": "长治市人民政府",
            "/Creator": "qassess 0.1.0",
            "/Producer": "qassess 0.1.0",
            "/CreationDate": "D:20241108081230+00'00'",
            "/ModDate": "D:20241108081230+00'00'",
        }
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "长治市平顺县2024年度质量强市工作考核核查报告"
            assert metadata["xmp:MetadataDate"] == "2024-11-08T08:12:30+00:00"
            assert metadata["pdfaid:part"] == "3"


def test_each_signer_has_an_empty_field_with_an_appearance_inside_the_page(built):
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
        fields_there = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        assert list(fields_there) == ["leader", "member-1", "member-2", "representative"]
        for field in fields_there.values():
            left, bottom, right, top = map(float, field.Rect)
            assert 79 < left < right < 522
            assert 99 <= bottom < top <= 737
            assert right - left > 140
            assert "/V" not in field
            assert field.AP.N.read_bytes() == b""
            assert int(field.F) == 4


def test_without_a_team_there_are_still_places_to_sign(small):
    alone = replace(small, agreement=replace(AGREEMENT, team=()))
    with pikepdf.open(io.BytesIO(build_report(alone).pdf)) as pdf:
        assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == ["leader", "member-1", "representative"]


def test_a_large_team_runs_over_pages(small):
    team = tuple(TeamMember(name=f"成员{number}", unit="市质监局") for number in range(24))
    built = build_report(replace(small, agreement=replace(AGREEMENT, team=team)))
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
        assert len(pdf.Root.AcroForm.Fields) == 26
        assert all(float(field.Rect[1]) >= 99 for field in pdf.Root.AcroForm.Fields)
    assert archival_faults(built.pdf) == ()


def test_stamps_in_the_fields_are_not_part_of_the_printed_text(built):
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
        font = next(iter(pdf.pages[0].Resources.Font.keys()))
        stamp = pdf.make_stream(b"BT %s 12 Tf 1 0 0 1 5 5 Tm <010203040506> Tj ET" % font.encode())
        stamp.update(
            pikepdf.Dictionary(
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Form,
                BBox=[0, 0, 150, 50],
                Resources=pikepdf.Dictionary(Font=pdf.pages[0].Resources.Font),
            )
        )
        for field in pdf.Root.AcroForm.Fields:
            field.AP.N = stamp
        stamped = io.BytesIO()
        pdf.save(stamped)
    assert printed_text(stamped.getvalue()) == printed_text(built.pdf)


def test_characters_no_font_has_are_refused_all_at_once():
    odd = {"step": replace(ENTRIES["step"], note="好😀"), "ticks": replace(ENTRIES["ticks"], note="\U00030729")}
    with pytest.raises(QassessError) as refused:
        build_report(small_report(entries=odd))
    assert refused.value.code == "print.missing_glyphs"
    assert refused.value.values == {"characters": "😀（U+1F600）、\U00030729（U+30729）", "count": 2}


def test_a_rare_name_is_set_in_the_font_that_has_it(tool, small, tmp_path):
    team = (TeamMember(name="𠮷䶮", unit="市质监局", role="leader"),)
    built = build_report(replace(small, agreement=replace(AGREEMENT, team=team)))
    assert "𠮷䶮" in flowed(printed_text(built.pdf))
    path = tmp_path / "rare.pdf"
    path.write_bytes(built.pdf)
    assert "𠮷䶮" in tool("pdftotext", path, "-").stdout.decode()
    assert archival_faults(built.pdf) == ()


def test_a_fang_song_on_this_machine_moves_nothing(small, built):
    from qassess.locations import resources

    faces = Typefaces(fang_song=resources() / "fonts" / "LXGWWenKai-Regular.ttf")
    other = build_report(small, faces=faces)
    assert other.pdf != built.pdf
    assert printed_text(other.pdf) == printed_text(built.pdf)


def test_progress_ends_at_the_end_and_never_goes_back():
    steps = []
    build_report(small_report(), progress=lambda done, of: steps.append((done, of)))
    assert steps == sorted(steps)
    assert steps[-1] == (100, 100)
    assert len(steps) > 10


@pytest.mark.parametrize("after", [0, 3, 12])
def test_it_can_be_cancelled_at_every_stage(after):
    asked = []

    def cancelled():
        asked.append(True)
        return len(asked) > after

    with pytest.raises(QassessError) as stopped:
        build_report(small_report(), cancelled=cancelled)
    assert stopped.value.code == "work.cancelled"
    assert len(asked) == after + 1


def test_the_outline_lists_parts_and_sections(built):
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf, pdf.open_outline() as outline:
        assert [part.title for part in outline.root][:3] == ["一、基本情况", "二、考核结果", "三、逐项核查情况"]
        sections = [section.title for section in outline.root[2].children]
        assert sections == ["（一）产品质量", "（二）工程质量", "（三）工作措施"]


def test_a_unit_with_two_sections_gets_bars_instead_of_a_radar():
    from fractions import Fraction

    from qassess.documents import radar
    from qassess.documents.fonts import Typefaces
    from qassess.documents.pdf_kit import Shape, Text
    from qassess.documents.typesetting import Typesetter

    axes = [radar.Axis("职责落实", "50%", Fraction(1, 2)), radar.Axis("保障机制", "120%", Fraction(6, 5))]
    marks = list(radar.chart(Typesetter(Typefaces()), axes, 0, 100, 400))
    assert [mark.text for mark in marks if isinstance(mark, Text)] == ["职责落实", "50%", "保障机制", "120%"]
    ends = [max(x for x, _y in mark.points) for mark in marks if isinstance(mark, Shape)]
    starts = [min(x for x, _y in mark.points) for mark in marks if isinstance(mark, Shape)]
    assert (ends[1] - starts[1]) * 2 == pytest.approx(ends[0] - starts[0])
    assert ends[3] == pytest.approx(ends[2])


def test_the_radar_draws_each_share_as_its_part_of_the_radius():
    from fractions import Fraction

    from qassess.documents import radar
    from qassess.documents.fonts import Typefaces
    from qassess.documents.pdf_kit import Shape
    from qassess.documents.typesetting import Typesetter

    shares = [Fraction(1), Fraction(1, 2), Fraction(0), Fraction(3, 4)]
    axes = [radar.Axis(f"第{number}部分", "", share) for number, share in enumerate(shares)]
    marks = list(radar.chart(Typesetter(Typefaces()), axes, 0, radar.HEIGHT, 400))
    area = next(mark for mark in marks if isinstance(mark, Shape) and mark.fill is not None)
    rim = [mark for mark in marks if isinstance(mark, Shape) and mark.fill is None][4]
    (x, y), radius = (200, radar.HEIGHT / 2), rim.points[0][1] - radar.HEIGHT / 2
    distances = [((px - x) ** 2 + (py - y) ** 2) ** 0.5 / radius for px, py in area.points]
    assert distances == pytest.approx([1, 0.5, 0, 0.75])
