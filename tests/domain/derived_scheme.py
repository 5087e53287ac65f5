"""A scheme with an item of every shape, and answers to it, for derivations in words."""


def _text(chinese, english=""):
    return {"zh": chinese, "en": english or chinese}


def _step(partial, **more):
    measure = {"kind": "percent", "unit": "%", "maximum": "100"}
    return {"shape": "step", "measure": measure, "step": "1", "deduct_per_step": "0.5", "partial_step": partial} | more


def _item(name, rule, **more):
    return {
        "id": name,
        "section": "all",
        "title": _text(f"项目{name}", f"Item {name}"),
        "full": "5",
        "rule": rule,
    } | more


def _level(name, points, **more):
    return {"label": _text(name, f"level {points}"), "points": points} | more


_AT_95 = {"target": {"value": "95"}}
_COUNT = {"kind": "count", "unit": "起"}
_OPTION = {"shape": "option", "levels": [_level("未建立", "0"), _level("在运行", "3", points_to="5")]}
_ELEMENTS = [
    {"id": "plan", "label": _text("有计划", "plan"), "points": "2"},
    {"id": "money", "label": _text("有经费", "money"), "points": "3"},
]
_DELTA = {"kind": "delta_pp", "unit": "%", "reference": "last_year"}

BASE = [
    _item("food", _step("linear", zero_beyond={"comparator": "<", "value": "85"}), **_AT_95),
    _item("ceil", _step("ceil"), **_AT_95),
    _item("floor", _step("floor"), **_AT_95),
    _item("printed", _step("floor"), rule_text=_text("每低1个百分点扣1分。"), **_AT_95),
    _item("award", _step("linear", base_points="4", award_per_step="0.5"), **_AT_95),
    _item("beyond", _step("linear", zero_beyond={"comparator": "<", "value": "85"}), **_AT_95),
    _item("change", {"shape": "step", "measure": _DELTA, "step": "1", "deduct_per_step": "1"}, target={"value": "0"}),
    _item("band", {"shape": "band", "measure": {"unit": "万元", "minimum": "0"}, "bands": [
        {"within": {"high": "3"}, "points": "0"}, {"within": {"low": "3"}, "points": "5"}]}),
    _item("grid", {"shape": "grid", "row_label": _text("件数", "cases"), "row_measure": _COUNT,
                   "rows": [{"high": "2"}, {"low": "2"}], "column_label": _text("变化", "change"),
                   "column_measure": {"unit": "天", "minimum": "-10"},
                   "columns": [{"low": "-10", "high": "0"}, {"low": "0"}],
                   "points": [["3", "5"], ["0", "1"]]}),
    _item("ratio", {"shape": "ratio", "measure": _COUNT, "min_ratio": "0.5"}, target={"value": "6"}),
    _item("linear", {"shape": "linear", "measure": {"unit": "%"}, "factor": "0.7", "offset": "-63"}),
    _item("shortfall", {"shape": "count", "measure": _COUNT, "mode": "shortfall", "required": "4", "per_unit": "1"}),
    _item("deduct", {"shape": "count", "measure": _COUNT | {"kinds": [
        {"id": "big", "label": _text("重大", "grave"), "weight": "2"},
        {"id": "small", "label": _text("一般", "common"), "weight": "1"}]}, "mode": "deduct", "per_unit": "0.5"}),
    _item("rank", {"shape": "rank", "table": [{"first": 1, "last": 3, "points": "5"}, {"first": 4, "points": "2"}],
                   "ties": "mean"}),
    _item("judge", {"shape": "judge", "minimum": "0", "maximum": "5", "increment": "0.5"}),
    _item("external", {"shape": "external", "external_full": "100", "source": _text("省局考核", "provincial score")}),
    _item("option", _OPTION),
    _item("list", {"shape": "checklist", "elements": _ELEMENTS}, instances={
        "label": _text("工程", "works"), "combine": "mean"}),
    _item("parts", {"shape": "composite", "parts": [
        {"id": "plan", "label": _text("规划", "planning"), "full": "2", "cap": "2", "rule": {
            "shape": "external", "external_full": "10", "source": _text("市局", "city")}},
        {"id": "rate", "label": _text("检出率", "detection"), "full": "3", "target": {"value": "95"},
         "rule": _step("linear"), "waiver": {"label": _text("投诉率", "complaints"), "measure": {"unit": "%"},
                                             "bound": {"comparator": "<", "value": "1"}}}]}),
    _item("none", _OPTION),
]  # fmt: skip

DOCUMENT = {
    "format": "qassess-scheme/1",
    "id": "derived",
    "version": "1",
    "status": "draft",
    "title": _text("推导"),
    "classes": [{"id": "county", "title": _text("县", "counties"), "kind": "county"}],
    "sections": [{"id": "all", "title": _text("全部", "everything")}],
    "groups": [{"id": "praise", "title": _text("表彰", "praise"), "role": "bonus", "cap": "2"},
               {"id": "blame", "title": _text("通报", "blame"), "role": "penalty"}],
    "items": [
        *BASE,
        {"id": "prize", "section": "all", "title": _text("奖", "prize"), "role": "bonus", "group": "praise",
         "rule": {"shape": "count", "measure": _COUNT, "mode": "award", "per_unit": "3"}},
        {"id": "event", "section": "all", "title": _text("事故", "accident"), "role": "penalty", "group": "blame",
         "rule": {"shape": "count", "measure": _COUNT, "mode": "deduct", "per_unit": "1", "free_units": "1"}},
        {"id": "veto", "section": "all", "title": _text("瞒报", "false report"), "role": "gate", "rule": {
            "shape": "gate", "conditions": [{"when": "flag"}], "effect": {"effect": "cap_grade", "grade": "B"}}},
        {"id": "share", "section": "all", "title": _text("食品过低", "food too low"), "role": "gate", "rule": {
            "shape": "gate", "conditions": [{"when": "share", "item": "food",
                                             "bound": {"comparator": "<", "value": "0.6"}}],
            "effect": {"effect": "down", "levels": 1}}},
    ],
    "grading": {"grades": [{"id": "A", "label": _text("优秀", "excellent")},
                           {"id": "B", "label": _text("良好", "good")},
                           {"id": "C", "label": _text("较差", "poor")}],
                "rule": {"by": "bands", "bands": [{"grade": "A", "within": {"low": "60"}},
                                                  {"grade": "B", "within": {"low": "40", "high": "60"}},
                                                  {"grade": "C", "within": {"high": "40"}}]}},
}  # fmt: skip

ANSWERS = {
    "body": "140425",
    "year": 2024,
    "entries": {
        "food": {"numerator": "467", "denominator": "500"},
        "ceil": {"value": "93.4"},
        "floor": {"value": "93.4"},
        "printed": {"value": "95"},
        "award": {"value": "97"},
        "beyond": {"value": "84.9"},
        "change": {"value": "90"},
        "band": {"value": "3"},
        "grid": {"row": {"count": "1"}, "column": {"value": "-2"}},
        "ratio": {"count": "4"},
        "linear": {"value": "95"},
        "shortfall": {"count": "3"},
        "deduct": {"counts": {"big": "1", "small": "2"}},
        "rank": {"value": "3", "of": "13", "sharing": "2", "source": "领导组办公室通报"},
        "judge": {"points": "3.5", "reason": "资料齐全。"},
        "external": {"value": "86", "source": "省局通报"},
        "option": {"option": 2, "points": "4", "reason": "有记录"},
        "list": {
            "instances": [
                {"label": "一号", "answer": {"checked": ["plan"]}},
                {"label": "二号", "answer": {"checked": ["plan", "money"]}},
                {"label": "三号", "answer": {"not_applicable": "已停工"}},
            ]
        },
        "parts": {
            "parts": {"plan": {"value": "9", "source": "市局通报"}, "rate": {"value": "94", "waiver": {"value": "0.8"}}}
        },
        "none": {"not_applicable": "本县没有"},
        "prize": {"count": "1"},
        "event": {"count": "3"},
        "veto": {"occurred": True, "confirmed_by": "王强"},
    },
    "references": {"change": {"last_year": {"value": "91.2", "source": "市局通报", "date": "2024-01-15"}}},
}
