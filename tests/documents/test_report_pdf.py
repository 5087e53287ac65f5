"""A report says everything: each item, answer, gate and reason, in words people can check."""

import io
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime

import pikepdf
import pytest

from qassess.documents import report_pdf
from qassess.documents.report_pdf import build_report
from qassess.documents.report_text import printed_text
from qassess.domain.agreement import TeamMember
from qassess.domain.scheme import NotApplicablePolicy
from qassess.domain.score_sheet import State
from tests.documents.report_cases import ENTRIES, EVIDENCE, copy_of, county_report, entry, small_report


def flowed(pages):
    """Return all text without blanks: lines may break anywhere."""
    return "".join("".join(page.split()) for page in pages)


@pytest.fixture(scope="module")
def said(built):
    return flowed(printed_text(built.pdf))


@pytest.fixture(scope="module")
def county_said(county_built):
    return flowed(printed_text(county_built.pdf))


def test_another_reader_finds_the_same_chinese_text(tool, county_file, county):
    found = flowed([tool("pdftotext", "-layout", county_file, "-").stdout.decode()])
    for item in county.checklist.items[:20]:
        assert "".join(item.title.zh.split())[:12] in found


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


def test_the_english_report_speaks_english():
    text = " ".join(printed_text(build_report(small_report(language="en")).pdf))
    for words in ("Pingshun County, 2024", "Sample, not official", "did not happen", "Grade D", "Item step", "— 1 —"):
        assert words in text
    with pikepdf.open(io.BytesIO(build_report(small_report(language="en")).pdf)) as pdf:
        assert str(pdf.Root.Lang) == "en"


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
    "rotation": "how a picture is turned on the screen",
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
