"""A report says everything, in every reader, and is the same file every time."""

import io
import json
import os
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from qassess.documents import report_pdf
from qassess.documents.fonts import Typefaces
from qassess.documents.pdf_archive import archival_faults
from qassess.documents.report_pdf import build_report
from qassess.documents.report_text import attachment, printed_text
from qassess.domain.agreement import TeamMember
from qassess.domain.report import report_from_document
from qassess.domain.scheme import NotApplicablePolicy
from qassess.domain.score_sheet import State
from qassess.errors import QassessError
from tests.documents.report_cases import AGREEMENT, ENTRIES, EVIDENCE, copy_of, county_report, entry, small_report

ROOT = Path(__file__).resolve().parents[2]


def flowed(pages):
    """Return all text without blanks: lines may break anywhere."""
    return "".join("".join(page.split()) for page in pages)


@pytest.fixture(scope="module")
def said(built):
    return flowed(printed_text(built.pdf))


@pytest.fixture(scope="module")
def county_said(county_built):
    return flowed(printed_text(county_built.pdf))


def test_independent_tools_find_no_fault(tool, county_file):
    assert tool("qpdf", "--check", county_file).returncode == 0


def test_every_font_is_embedded_and_none_is_helvetica(tool, county_file):
    rows = tool("pdffonts", county_file).stdout.decode().splitlines()[2:]
    assert rows
    for row in rows:
        name, (embedded, subset, has_unicode) = row.split()[0], row.split()[-5:-2]
        assert (embedded, subset, has_unicode) == ("yes", "yes", "yes"), row
        assert "Helvetica" not in name


def test_another_reader_finds_the_same_chinese_text(tool, county_file, county):
    found = flowed([tool("pdftotext", "-layout", county_file, "-").stdout.decode()])
    for item in county.checklist.items[:20]:
        assert "".join(item.title.zh.split())[:12] in found


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


def test_every_item_stands_in_it_with_number_and_title(county, county_said):
    for item in county.checklist.items:
        title = "".join(item.title.zh.split())
        assert county.checklist.codes[item.id] in county_said
        assert title in county_said, item.id


def test_every_gate_is_stated_even_when_it_did_not_happen(said):
    for title, finding in (
        ("区域性系统性质量安全事件", "未发生"),
        ("瞒报谎报", "发生，已生效"),
        ("未签订责任书", "未核查"),
    ):
        assert title + finding in said


def test_not_applicable_items_are_listed_with_their_reasons(said):
    part = said.split("六、合理缺项")[1].split("七、")[0]
    assert "A级旅游景区" in part
    assert "本县没有A级旅游景区" in part
    assert "全年断流，环保局有说明" in part


def test_nothing_not_applicable_is_said_too():
    entries = {"absent": entry({"option": 3}), "rivers": None}
    text = flowed(printed_text(build_report(small_report(entries=entries)).pdf))
    assert "没有申报缺项的项目" in text


def test_an_adjustment_prints_both_values_and_the_reason(said):
    assert "按细则计算为8.6分，核定为8分；理由：信访局年底更正" in said


def test_answers_stand_as_typed(said):
    for typed in ("86.50", "97.25", "2.40", "合格批次467／抽查批次499", "第4位（共13个）", "2个单位并列"):
        assert typed in said


def test_result_unrounded_and_the_grade_it_would_have_been(small, said):
    assert small.scores.grade == "D"
    assert small.scores.computed_grade == "A"
    assert "总分111.5分（修约前111.4905…分），等级为D级" in said
    assert "仅按得分应为A级" in said
    assert "以市质量强市工作领导组审定结果为准" in said


def test_an_incomplete_and_provisional_result_says_so_on_every_page(small, built):
    assert not small.scores.complete
    assert small.scores.provisional
    for page in printed_text(built.pdf):
        assert "示范细则，非官方·结果不完整·暂定结果" in "".join(page.split())


def test_an_official_scheme_bears_no_notice(small):
    official = replace(small.scheme, scheme=replace(small.scheme.scheme, status="official"))
    text = flowed(printed_text(build_report(replace(small, scheme=official)).pdf))
    assert "示范细则" not in text


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


def test_evidence_outside_the_year_is_marked(said):
    assert "2023-12-30（年度外）" in said
    assert said.count("（年度外）") == 1


def test_a_year_may_begin_in_july(small):
    july = replace(small.scheme, scheme=replace(small.scheme.scheme, year_start="07-01"))
    text = flowed(printed_text(build_report(replace(small, scheme=july)).pdf))
    assert "2024-03-08（年度外）" in text


def test_deadlines_are_those_of_the_scheme(said):
    assert "2个月内完成整改" in said
    assert "7个工作日内书面提出" in said


def test_no_seal_and_no_claim_of_one(said):
    assert "不等同于电子印章" in said
    assert "（盖章）年月日" in said


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


def test_the_english_report_speaks_english():
    text = " ".join(printed_text(build_report(small_report(language="en")).pdf))
    for words in ("Pingshun County, 2024", "Sample, not official", "did not happen", "Grade D", "Item step", "— 1 —"):
        assert words in text
    with pikepdf.open(io.BytesIO(build_report(small_report(language="en")).pdf)) as pdf:
        assert str(pdf.Root.Lang) == "en"


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


def test_a_superseding_report_names_the_one_it_replaces():
    text = flowed(printed_text(build_report(small_report(supersedes="ab" * 32)).pdf))
    assert "取代已签署的报告，其摘要为：" + "ab" * 32 in text


def test_everything_not_applicable_says_that_there_is_no_score():
    nothing = {
        item: entry({"not_applicable": "无"}) for item in ENTRIES if small_report().scores.items[item].full is not None
    }
    text = flowed(printed_text(build_report(small_report(entries=nothing)).pdf))
    assert "全部项目均为缺项，不产生得分，也不评定等级" in text


def test_an_untouched_assessment_can_be_printed():
    empty = small_report(entries=dict.fromkeys(ENTRIES), evidence=(), revisions=(), self_scores={})
    text = flowed(printed_text(build_report(empty).pdf))
    assert all(score.state is State.OPEN for score in empty.scores.items.values())
    assert "尚有19项未完成核查" in text
    assert "没有登记佐证材料" in text


def test_a_long_note_runs_over_pages_without_losing_a_word():
    note = "".join(f"第{number}处记录属实，" for number in range(1200))
    built = build_report(small_report(entries={"step": replace(ENTRIES["step"], note=note)}))
    body = "".join(
        "".join(page.split()).partition("暂定结果")[2].removeprefix(f"—{number}—")
        for number, page in enumerate(printed_text(built.pdf), 1)
    )
    assert note in body.replace("序号考核项目与核查情况满分自评得分佐证（续）", "")


EXCLUDED = {
    "mime": "how a file is stored, not what it shows",
    "size": "in the attached copy",
    "sha256": "printed as its first eight digits",
    "kind": "an internal name",
    "id": "an internal name",
    "parent": "an internal name",
    "name": "the full name is printed",
    "name_en": "in English reports",
    "level": "said in words",
    "role": "said in words",
    "origin": "said by the target's own words",
    "party_a": "the full name is printed",
    "party_b": "the full name is printed",
    "body": "the full name is printed",
    "body_class": "the checklist's title is printed",
    "round": "said in words",
    "option": "the level's name is printed",
    "checked": "the elements' names are printed",
    "occurred": "said in words",
    "flagged": "said in words",
    "evidence": "numbers of the index",
}


def strings(document, name=""):
    if isinstance(document, dict):
        for key, inner in document.items():
            yield from strings(inner, key)
    elif isinstance(document, list):
        for inner in document:
            yield from strings(inner, name)
    elif not isinstance(document, bool):
        yield name, str(document)


def test_every_stored_field_is_printed_or_excluded_for_a_reason(small, said):
    copy = copy_of(small)
    stored = {key: copy[key] for key in ("agreement", "answers", "evidence")}
    stored["answers"].pop("year")
    missing = [
        (name, value)
        for name, value in strings(stored)
        if name not in EXCLUDED and "".join(value.split()) not in said and as_written(value) not in said
    ]
    assert missing == []


def as_written(value):
    try:
        day = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return value
    return f"{day.year}年{day.month}月{day.day}日"


def test_every_excluded_field_exists():
    known = set()

    def walk(kind):
        if is_dataclass(kind):
            known.update(field.name for field in fields(kind))

    from qassess.domain.agreement import AgreedTarget, Agreement
    from qassess.domain.answers import Answer, AnswerSheet, Entry
    from qassess.domain.bodies import Body
    from qassess.domain.payloads import EvidenceRecord

    for kind in (AgreedTarget, Agreement, TeamMember, Answer, AnswerSheet, Entry, Body, EvidenceRecord):
        walk(kind)
    assert set(EXCLUDED) <= known


def test_derivations_on_paper_are_those_of_the_screen(county, county_said):
    from qassess.i18n import speaking
    from qassess.wording import say_derivation

    with speaking("zh"):
        for item in county.checklist.items[:30]:
            for sentence in say_derivation(county.scores.items[item.id]):
                if item.role != "gate" and county.scores.items[item.id].state is State.SCORED:
                    assert "".join(sentence.split()) in county_said or "精确" in sentence


def test_the_policy_of_a_not_applicable_item_is_stated(small):
    zero = replace(
        small.scheme,
        scheme=replace(
            small.scheme.scheme,
            not_applicable=replace(small.scheme.scheme.not_applicable, policy=NotApplicablePolicy.ZERO),
        ),
    )
    assert "本项按0分计" in flowed(printed_text(build_report(replace(small, scheme=zero)).pdf)).split("六、合理缺项")[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_printed_text_is_the_reviewed_one(golden, language):
    report = small_report(language=language)
    pages = "\n\f\n".join(printed_text(build_report(report).pdf))
    digest = " ".join(report.digest[place : place + 8] for place in range(0, 64, 8))
    assert digest in pages
    golden(f"report-{language}.txt", pages.replace(digest, "(digest)").replace(" ", "\n") + "\n")


def test_the_outline_lists_parts_and_sections(built):
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf, pdf.open_outline() as outline:
        assert [part.title for part in outline.root][:3] == ["一、基本情况", "二、考核结果", "三、逐项核查情况"]
        sections = [section.title for section in outline.root[2].children]
        assert sections == ["（一）产品质量", "（二）工程质量", "（三）工作措施"]


def test_all_classes_of_the_built_in_scheme_can_be_printed():
    county = county_report()
    for body_class in county.scheme.scheme.classes[1:4]:
        answers = replace(county.answers, body_class=body_class.id, entries={}, targets={})
        from qassess.domain.scoring import score

        report = replace(county, answers=answers, scores=score(county.scheme, answers), self_scores={}, evidence=())
        assert body_class.title.zh in flowed(printed_text(build_report(report).pdf))


def test_parts_follow_the_order_of_the_form():
    assert [part.__name__ for part in report_pdf._PARTS] == [
        "particulars",
        "result",
        "items",
        "bonus_and_penalty",
        "gates",
        "not_applicable",
        "pending",
        "problems",
        "evidence",
        "opinion",
        "signatures",
        "verification",
    ]


def test_evidence_that_is_not_in_the_index_is_named_by_its_hash():
    entries = {"ratio": replace(ENTRIES["ratio"], evidence=("c0ffee" * 10 + "0123", EVIDENCE[2].sha256))}
    text = flowed(printed_text(build_report(small_report(entries=entries)).pdf))
    assert "c0ffeec0" in text
