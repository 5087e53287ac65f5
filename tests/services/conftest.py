"""A workspace on a real database in a temporary folder, with a clock that ticks one second a look."""

from datetime import UTC, datetime, timedelta

import pytest

from qassess.domain.scheme_file import pin
from qassess.services.workspace import open_workspace


class TickingClock:
    """UTC, beginning at a fixed moment, one second later at every look."""

    def __init__(self) -> None:
        self.now = datetime(2025, 1, 14, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def text(zh, en=""):
    return {"zh": zh, "en": en}


def small_scheme_document():
    """Return four items of 平顺县's: a percentage, a level with evidence, a veto and a share of a city total."""
    percent = {"kind": "percent", "unit": "%", "minimum": "0", "maximum": "100"}
    count = {"kind": "count", "unit": "个", "minimum": "0", "integer": True}
    return {
        "format": "qassess-scheme/1",
        "id": "small",
        "version": "1",
        "status": "sample",
        "title": text("小细则", "Small scheme"),
        "notice": text("示范细则,非官方", "Sample rules, not official"),
        "classes": [{"id": "county", "title": text("县区", "Counties"), "kind": "county"}],
        "sections": [
            {"id": "s1", "title": text("产品质量", "Products")},
            {"id": "s2", "title": text("措施", "Duties")},
        ],
        "items": [
            {
                "id": "food",
                "section": "s1",
                "title": text("食品监督抽查合格率", "Food sampling pass rate"),
                "full": "50",
                "target": {"comparator": ">=", "value": "95"},
                "rule": {"shape": "step", "measure": percent, "step": "1", "deduct_per_step": "5"},
            },
            {
                "id": "meetings",
                "section": "s2",
                "title": text("联席会议制度", "Joint meetings"),
                "full": "30",
                "rule": {
                    "shape": "option",
                    "levels": [
                        {"label": text("未建立", "None"), "points": "0"},
                        {"label": text("运行良好", "Works well"), "points": "30"},
                    ],
                },
                "evidence": {"text": text("会议纪要", "Minutes"), "required": 1},
            },
            {
                "id": "zones",
                "section": "s2",
                "title": text("标准化示范区", "Model zones"),
                "full": "20",
                "target": {"comparator": ">=", "agreed": True, "city_total": "38"},
                "rule": {"shape": "ratio", "measure": count},
            },
            {
                "id": "veto",
                "section": "s2",
                "role": "gate",
                "title": text("区域性质量安全事件", "Regional incident"),
                "rule": {
                    "shape": "gate",
                    "conditions": [{"when": "flag"}],
                    "effect": {"effect": "grade", "grade": "D"},
                },
            },
        ],
        "grading": {
            "grades": [{"id": "A", "label": text("A级", "A")}, {"id": "D", "label": text("D级", "D")}],
            "rule": {
                "by": "bands",
                "bands": [
                    {"grade": "A", "within": {"low": "60"}},
                    {"grade": "D", "within": {"high": "60"}},
                ],
            },
        },
    }


@pytest.fixture
def scheme():
    return pin(small_scheme_document())


@pytest.fixture
def clock():
    return TickingClock()


@pytest.fixture
def workspace(tmp_path, clock):
    opened = open_workspace(tmp_path / "work.db", author="李静", device="laptop-1", clock=clock)
    yield opened
    opened.close()
