"""A small sound scheme, and changed copies of it, for tests of reading and checking."""

from copy import deepcopy


def text(chinese):
    return {"zh": chinese}


def interval(low=None, high=None, **included):
    return {name: value for name, value in {"low": low, "high": high}.items() if value is not None} | included


STEP = {
    "shape": "step",
    "measure": {"kind": "percent", "unit": "%"},
    "step": "1",
    "deduct_per_step": "0.5",
    "zero_beyond": {"comparator": "<", "value": "85"},
}
BAND = {
    "shape": "band",
    "measure": {"kind": "raw", "minimum": "0"},
    "bands": [
        {"within": interval("0", "3"), "points": "0"},
        {"within": interval("3", "10"), "points": "5"},
        {"within": interval("10"), "points": "20"},
    ],
}
GATE = {
    "shape": "gate",
    "conditions": [{"when": "flag"}, {"when": "share", "item": "food", "bound": {"comparator": "<", "value": "0.6"}}],
    "effect": {"effect": "cap_grade", "grade": "B"},
}
COMPOSITE = {
    "shape": "composite",
    "parts": [
        {"id": "plan", "label": text("规划"), "full": "10", "rule": {"shape": "external", "external_full": "100",
         "source": text("省局")}},
        {"id": "work", "label": text("落实"), "full": "20", "target": {"value": "3"},
         "rule": {"shape": "ratio", "measure": {"kind": "count"}}},
    ],
}  # fmt: skip

DOCUMENT = {
    "format": "qassess-scheme/1",
    "id": "small",
    "version": "1",
    "status": "sample",
    "title": {"zh": "小细则", "en": "A small scheme"},
    "notice": text("示范细则，非官方"),
    "classes": [
        {"id": "county", "title": text("县"), "kind": "county"},
        {"id": "zhijian", "title": text("市质监局"), "kind": "department", "bodies": ["zhijian"]},
    ],
    "sections": [{"id": "product", "title": text("产品质量"), "minimum_share": "0.6", "minimum_grade": "B"}],
    "groups": [{"id": "praise", "title": text("表彰"), "role": "bonus", "cap": "10"}],
    "items": [
        {"id": "food", "section": "product", "title": {"zh": "食品合格率", "en": "Food"}, "full": "50",
         "target": {"comparator": ">=", "value": "95"}, "rule": STEP, "clauses": ["c1"], "leads": ["zhijian"]},
        {"id": "money", "section": "product", "title": text("经费"), "full": {"county": "20", "zhijian": 20},
         "rule": BAND},
        {"id": "work", "section": "product", "title": text("工作"), "full": "30", "rule": COMPOSITE},
        {"id": "prize", "section": "product", "title": text("奖"), "role": "bonus", "group": "praise",
         "rule": {"shape": "count", "measure": {"kind": "count"}, "mode": "award", "per_unit": "3"}},
        {"id": "event", "section": "product", "title": text("事件"), "role": "gate", "rule": GATE},
    ],
    "grading": {
        "grades": [{"id": "A", "label": text("优秀")}, {"id": "B", "label": text("良好")},
                   {"id": "C", "label": text("不合格")}],
        "rule": {"by": "bands", "bands": [{"grade": "A", "within": interval("90")},
                                          {"grade": "B", "within": interval("60", "90")},
                                          {"grade": "C", "within": interval("0", "60")}]},
    },
    "clauses": [
        {"id": "c1", "part": "二", "kind": "numeric_target", "indicator": "合格率", "quote": "达到95%"},
        {"id": "c2", "part": "五", "kind": "mechanism", "indicator": "机制", "quote": "…", "not_assessed": text("无")},
    ],
}  # fmt: skip


def changed(*changes):
    """Return the document with changes: (path as tuple, value), or (path,) to remove."""
    document = deepcopy(DOCUMENT)
    for path, *value in changes:
        here = document
        for step in path[:-1]:
            here = here[step]
        if value:
            if isinstance(here, list) and path[-1] == len(here):
                here.append(value[0])
            else:
                here[path[-1]] = value[0]
        else:
            del here[path[-1]]
    return document
