"""Reports for the tests: a small scheme with every shape and role, and the built-in one with the demo's answers."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from pydantic import TypeAdapter

from qassess.domain.agreement import (
    AgreedTarget,
    Agreement,
    Leader,
    Level,
    Origin,
    SiteVisit,
    TeamMember,
)
from qassess.domain.answers import Adjustment, AnswerSheet, Entry
from qassess.domain.answers_file import read_answers
from qassess.domain.bodies import Body
from qassess.domain.checklist import checklist_for
from qassess.domain.payloads import EvidenceRecord
from qassess.domain.report import Report
from qassess.domain.scheme_file import pin, read_scheme
from qassess.domain.scoring import score
from qassess.locations import resources

COUNTY = Body(
    id="140425",
    code="140425",
    name="平顺县",
    printed="长治市平顺县",
    kind="county",
    name_en="Pingshun County",
)
CITY = Body(id="140400", code="140400", name="长治市", printed="长治市", kind="city", name_en="Changzhi")
MADE_AT = datetime(2024, 11, 8, 8, 12, 30, tzinfo=UTC)


def text(zh, en=""):
    return {"zh": zh, "en": en} if en else {"zh": zh}


def item(item_id, title, rule, section="quality", full="10", **fields):
    document = {"id": item_id, "section": section, "title": text(title, f"Item {item_id}"), "rule": rule}
    return document | ({"full": full} if full else {}) | fields


PERCENT = {
    "kind": "percent",
    "unit": "%",
    "numerator": text("合格批次", "batches passed"),
    "denominator": text("抽查批次", "batches checked"),
}
RAW = {"kind": "raw", "unit": "分"}
STEP = {"shape": "step", "measure": PERCENT, "step": "1", "deduct_per_step": "0.5", "partial_step": "ceil"}
OPTION = {
    "shape": "option",
    "levels": [
        {"label": text("未建立", "none"), "points": "0"},
        {"label": text("已建立", "there"), "points": "6", "points_to": "8"},
        {"label": text("运行良好", "runs well"), "points": "10"},
    ],
}
TICKS = {
    "shape": "checklist",
    "elements": [
        {"id": "a", "label": text("有方案", "a plan"), "points": "5"},
        {"id": "b", "label": text("有总结", "a summary"), "points": "5"},
    ],
}
BANDS = {
    "shape": "band",
    "measure": RAW,
    "bands": [{"within": {"high": "60"}, "points": "0"}, {"within": {"low": "60"}, "points": "10"}],
}
GRID = {
    "shape": "grid",
    "row_label": text("问题率", "rate of problems"),
    "row_measure": RAW,
    "rows": [{"high": "5"}, {"low": "5"}],
    "column_label": text("处置率", "rate of handling"),
    "column_measure": RAW,
    "columns": [{"high": "90"}, {"low": "90"}],
    "points": [["8", "10"], ["0", "4"]],
}
COUNT = {"shape": "count", "measure": {"kind": "count", "unit": "项"}, "mode": "award", "per_unit": "1"}
GATE = {"shape": "gate", "conditions": [{"when": "flag"}], "effect": {"effect": "grade", "grade": "D"}}

ITEMS = [
    item("step", "食品抽检合格率", STEP, target={"comparator": ">=", "value": "95"}, pending=[text("抽检口径待定")]),
    item("option", "联席会议制度", OPTION, evidence={"text": text("制度文件"), "required": 1}),
    item("ticks", "质量月活动", TICKS),
    item("band", "公众满意度", BANDS),
    item("grid", "投诉问题与处置", GRID),
    item(
        "rank",
        "品牌数量位次",
        {"shape": "rank", "table": [{"first": 1, "last": 3, "points": "10"}, {"first": 4, "points": "6"}]},
    ),
    item(
        "kinds",
        "质量安全事故",
        {
            "shape": "count",
            "measure": {
                "kind": "count",
                "unit": "起",
                "kinds": [
                    {"id": "major", "label": text("重大事故", "major accidents"), "weight": "2"},
                    {"id": "minor", "label": text("一般事故", "minor accidents"), "weight": "1"},
                ],
            },
            "mode": "deduct",
            "per_unit": "1",
        },
        "works",
    ),
    item(
        "ratio",
        "标准化基地面积",
        {"shape": "ratio", "measure": {"kind": "raw", "unit": "万亩"}},
        "works",
        target={"agreed": True, "city_total": "300"},
    ),
    item("linear", "测站达标率", {"shape": "linear", "measure": PERCENT, "factor": "0.1"}, "works"),
    item("judge", "宣传成效", {"shape": "judge", "minimum": "0", "maximum": "10", "increment": "0.5"}, "works"),
    item(
        "external",
        "信访工作",
        {"shape": "external", "external_full": "100", "source": text("市信访局考核办法", "petition office's rules")},
        "measures",
    ),
    item(
        "composite",
        "出口质量",
        {
            "shape": "composite",
            "parts": [
                {
                    "id": "rate",
                    "label": text("不合格率", "rejects"),
                    "rule": STEP,
                    "full": "6",
                    "target": {"value": "90"},
                },
                {"id": "site", "label": text("示范区", "sites"), "rule": COUNT, "full": "4", "cap": "4"},
            ],
        },
        "measures",
    ),
    item(
        "rivers",
        "河流断面水质",
        STEP,
        "measures",
        target={"value": "80"},
        instances={"label": text("断面", "river section"), "combine": "mean"},
        discontinued=text("本项自2020年起停用，保留历史口径"),
    ),
    item("absent", "A级旅游景区", OPTION, "measures"),
    item("prize", "省级质量奖", COUNT, "extra", full="", role="bonus", group="plus"),
    item("false", "佐证材料失实", COUNT | {"mode": "deduct"}, "extra", full="", role="penalty", group="minus"),
    item("veto", "区域性系统性质量安全事件", GATE, "extra", full="", role="gate"),
    item("lies", "瞒报谎报", GATE, "extra", full="", role="gate"),
    item("unasked", "未签订责任书", GATE, "extra", full="", role="gate"),
]

SCHEME = {
    "format": "qassess-scheme/1",
    "id": "small-2024",
    "version": "3",
    "status": "sample",
    "title": text("小型考核细则", "Small scheme"),
    "notice": text("示范细则，非官方", "Sample, not official"),
    "basis": [{"title": "长治市质量强市实施方案", "number": "长政发〔2015〕12号"}],
    "classes": [{"id": "county", "title": text("县（市、区）", "Counties"), "kind": "county"}],
    "sections": [
        {"id": "quality", "title": text("产品质量", "Products")},
        {"id": "works", "title": text("工程质量", "Works")},
        {"id": "measures", "title": text("工作措施", "Measures")},
        {"id": "extra", "title": text("加减分与否决", "Extras")},
    ],
    "groups": [
        {"id": "plus", "title": text("加分项", "Bonus"), "role": "bonus", "cap": "5"},
        {"id": "minus", "title": text("扣分项", "Penalty"), "role": "penalty"},
    ],
    "items": ITEMS,
    "total": {"full": "140"},
    "grading": {
        "grades": [{"id": grade, "label": text(f"{grade}级", f"Grade {grade}")} for grade in "AD"],
        "rule": {
            "by": "bands",
            "bands": [{"grade": "A", "within": {"low": "90"}}, {"grade": "D", "within": {"high": "90"}}],
        },
    },
    "deadlines": {"objection_working_days": 7, "rectification_months": 2},
    "pending": [text("城市总量指标应当分解到县")],
}


def entry(answer=None, **fields):
    held = fields | ({"answer": answer} if answer is not None else {})
    return TypeAdapter(Entry).validate_python(held)


EVIDENCE = tuple(
    EvidenceRecord(
        sha256=sha256(name.encode()).hexdigest(),
        name=name,
        mime="image/jpeg",
        size=1000 + place,
        title=title,
        number=number,
        dated=dated,
        issuer=issuer,
        pages=pages,
        caption=caption,
    )
    for place, (name, title, number, dated, issuer, pages, caption) in enumerate(
        [
            ("IMG_0001.jpg", "关于建立联席会议制度的通知", "平政发〔2024〕7号", "2024-03-08", "平顺县人民政府", 3, ""),
            ("IMG_0002.jpg", "抽检通报", "", "2023-12-30", "市食药监局", 0, "第二页有手写更正"),
            ("现场照片.jpg", "", "", "", "", 0, ""),
        ]
    )
)
NOTE, CAPTION = EVIDENCE[0].sha256, EVIDENCE[1].sha256

ENTRIES = {
    "step": entry(
        {"numerator": "467", "denominator": "499", "source": "市食药监局抽检通报", "date": "2024-10-12"},
        note="不合格批次已全部后处理",
        evidence=[CAPTION],
    ),
    "option": entry({"option": 2, "points": "7.5", "reason": "会议记录不全"}, evidence=[NOTE, CAPTION]),
    "ticks": entry({"checked": ["a"]}, flagged=True),
    "band": entry({"value": "86.50", "source": "第三方调查"}),
    "grid": entry({"row": {"value": "3.2"}, "column": {"value": "97.25"}}),
    "rank": entry({"value": "4", "of": "13", "sharing": "2", "source": "领导组办公室通报"}),
    "kinds": entry({"counts": {"major": "1", "minor": "2"}}),
    "ratio": entry({"value": "2.40"}),
    "linear": entry({"numerator": "93", "denominator": "100"}),
    "judge": entry({"points": "8.5", "reason": "宣传覆盖面较广"}),
    "external": entry(
        {"value": "86", "source": "市信访局年度通报"}, adjustment=Adjustment(points="8", reason="信访局年底更正")
    ),
    "composite": entry({"parts": {"rate": {"numerator": "88", "denominator": "100"}, "site": {"count": "2"}}}),
    "rivers": entry(
        {
            "instances": [
                {"label": "浊漳河王家庄断面", "answer": {"numerator": "11", "denominator": "12"}},
                {"label": "露水河断面", "answer": {"not_applicable": "全年断流，环保局有说明"}},
            ]
        }
    ),
    "absent": entry({"not_applicable": "本县没有A级旅游景区"}),
    "prize": entry({"count": "1"}),
    "false": entry({"count": "1"}),
    "veto": entry({"occurred": False}),
    "lies": entry({"occurred": True, "confirmed_by": "王强"}, note="两份台账补签"),
}

AGREEMENT = Agreement(
    level=Level.CITY_COUNTY,
    party_a="140400",
    party_b="140425",
    year=2024,
    number="长质责〔2024〕7号",
    signed_on="2024-03-01",
    first_responsible=Leader(name="王建军", post="县长"),
    directly_responsible=Leader(name="李志强", post="副县长"),
    targets={"ratio": AgreedTarget(value="3.5", origin=Origin.SHARE, reason="长质强办〔2024〕2号分解")},
    team=(
        TeamMember(name="李静", unit="市质监局", role="leader"),
        TeamMember(name="王强", unit="市食药监局", sections=("产品质量",)),
        TeamMember(name="赵明"),
    ),
    visits=(
        SiteVisit(date="2024-11-03", place="县质监局", met="赵局长"),
        SiteVisit(date="2024-11-04", place="青羊镇农产品基地"),
    ),
)


@cache
def small_scheme():
    return pin(SCHEME)


def small_report(**changes):
    """Return a report with every shape and role; ``entries`` replaces single entries, the rest are fields."""
    entries = ENTRIES | changes.pop("entries", {})
    answers = AnswerSheet(
        body="140425",
        body_class="county",
        year=2024,
        entries={key: held for key, held in entries.items() if held is not None},
        targets={key: target.value for key, target in AGREEMENT.targets.items()},
    )
    fields = {
        "assessment": "0a1b2c3d4e5f6071",
        "body": COUNTY,
        "party_a": CITY,
        "scheme": small_scheme(),
        "agreement": AGREEMENT,
        "answers": answers,
        "evidence": EVIDENCE,
        "revisions": tuple(sha256(bytes([number])).hexdigest() for number in range(20)),
        "made_at": MADE_AT,
        "program": "0.1.0",
        "self_scores": {"step": "9", "option": "10"},
    } | changes
    return Report(scores=score(fields["scheme"], fields["answers"]), **fields)


@cache
def county_report(language="zh"):
    """Return the built-in scheme's county checklist filled with the demo's answers, with evidence for each item."""
    folder = resources() / "schemes"
    scheme = read_scheme((folder / "changzhi-2015.json").read_bytes(), "changzhi-2015.json")
    demo = read_answers((folder / "demo" / "pingshun-2024.json").read_bytes(), "pingshun-2024.json")
    items = checklist_for(scheme.scheme, "county", "140425").items
    records = tuple(_record(number, asked) for number, asked in enumerate(items) if number % 3)
    evidence = {record.caption: record.sha256 for record in records}
    entries = {
        asked.id: replace(
            demo.entries.get(asked.id, Entry()), evidence=(evidence[asked.id],) if asked.id in evidence else ()
        )
        for asked in items
    }
    answers = AnswerSheet(
        body="140425",
        body_class="county",
        year=demo.year,
        entries=entries,
        targets={key: given.value for key, given in demo.targets.items()},
    )
    return Report(
        assessment="0a1b2c3d4e5f6071",
        body=COUNTY,
        party_a=CITY,
        scheme=scheme,
        agreement=AGREEMENT,
        answers=answers,
        scores=score(scheme, answers),
        evidence=records,
        revisions=tuple(sha256(str(number).encode()).hexdigest() for number in range(312)),
        made_at=MADE_AT,
        language=language,
        program="0.1.0",
        self_scores={asked.id: "1" for asked in items[:40]},
    )


def _record(number, asked):
    return EvidenceRecord(
        sha256=sha256(asked.id.encode()).hexdigest(),
        name=f"IMG_{number:04}.jpg",
        title=f"{asked.title.zh}佐证材料",
        number=f"平政发〔2024〕{number}号",
        dated="2024-05-20",
        issuer="平顺县质监局",
        pages=number % 9 + 1,
        caption=asked.id,
    )


def copy_of(report):
    """Return the report's machine-readable copy as it would be read back."""
    return json.loads(report.attachment)
