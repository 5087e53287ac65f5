"""The results on paper: everybody in order, what is not final, and a sound file."""

from dataclasses import replace

import pytest

from qassess.documents.pdf_archive import archival_faults
from qassess.documents.report_text import printed_text
from qassess.documents.results_pdf import build_results
from qassess.domain.ranking import rank
from qassess.domain.scheme import Section
from qassess.domain.score_sheet import SectionScore
from qassess.errors import QassessError
from qassess.i18n import speaking
from tests.documents.results_cases import small_results


@pytest.fixture(autouse=True)
def chinese():
    with speaking("zh"):
        yield


@pytest.fixture(scope="module")
def pdf():
    with speaking("zh"):
        return build_results(small_results())


def flowed(pdf):
    return "".join("".join(page.split()) for page in printed_text(pdf))


def test_bodies_stand_in_order_and_what_is_not_final_is_said(pdf):
    text = flowed(pdf)
    table = small_results().tables[0]
    places = [text.index(line.body.printed) for line in table.lines]
    assert places == sorted(places)
    assert "未定事项" in text
    assert "襄垣县：19项中有1项未完成。尚无人签名。" in text
    assert "尚未报送：壶关县" in text
    assert "同分同位次" in text
    assert "数据截至2025年1月20日10:30（北京时间）" in text


def test_every_page_bears_the_notice_and_that_it_is_provisional(pdf):
    assert all("示范细则，非官方·暂定结果" in "".join(page.split()) for page in printed_text(pdf))


def test_the_file_is_sound_archival_and_the_same_every_time(pdf, tool, tmp_path):
    path = tmp_path / "results.pdf"
    path.write_bytes(pdf)
    assert archival_faults(pdf) == ()
    assert build_results(small_results()) == pdf
    assert tool("qpdf", "--check", path).returncode == 0
    rows = tool("pdffonts", path).stdout.decode().splitlines()[2:]
    assert rows
    assert all(row.split()[-5:-3] == ["yes", "yes"] for row in rows)


def with_sections(results, count):
    """Return the results as if the scheme had so many more sections."""
    table = results.tables[0]
    more = [
        Section(id=f"more{number}", title=replace(table.sections[0].title, zh=f"部分{number}"))
        for number in range(count)
    ]
    pinned = table.scheme
    scheme = replace(pinned.scheme, sections=(*pinned.scheme.sections, *more))
    lines = []
    for line in table.lines:
        scores = [
            SectionScore(section=section.id, full=line.total, due=line.total, points=line.total / 2, scaled=line.total)
            for section in more
        ]
        lines.append(replace(line, sheet=replace(line.sheet, sections=(*line.sheet.sections, *scores))))
    changed = replace(table, scheme=replace(pinned, scheme=scheme), lines=tuple(lines))
    return replace(results, tables=(changed,))


def test_more_sections_than_fit_beside_the_ranking_get_tables_of_their_own():
    text = flowed(build_results(with_sections(small_results(), 9)))
    assert all(f"部分{number}" in text for number in range(9))


def test_versions_that_cannot_be_compared_are_named():
    contenders = [line.contender for line in small_results().lines]
    newer = replace(contenders[0], scheme=replace(contenders[0].scheme, sha256="9" * 64))
    text = flowed(build_results(replace(small_results(), tables=rank([newer, *contenders[1:]]))))
    assert "（99999999）" in text


def test_a_job_given_up_and_progress():
    with pytest.raises(QassessError, match=r"work\.cancelled"):
        build_results(small_results(), cancelled=lambda: True)
    seen = []
    build_results(small_results(), progress=lambda done, of: seen.append((done, of)))
    assert seen[-1][0] == seen[-1][1] == len(seen)
