"""The references a form asks for are exactly those that scoring waits for."""

import pytest

from qassess.domain.asked_references import asked_references
from qassess.domain.score_sheet import State
from qassess.domain.scoring import score_item
from tests.domain.scoring_builders import entry_of, gate, item_of, scheme_of, sheet_of, text

CHANGE = {"kind": "delta_pp", "unit": "%", "reference": "last_year"}
PLAIN = {"kind": "percent", "unit": "%"}
STEP = {"shape": "step", "measure": PLAIN, "step": "1", "deduct_per_step": "1"}
LINE = {"shape": "linear", "measure": CHANGE, "factor": "1"}
GRID = {
    "shape": "grid",
    "row_label": text("甲"),
    "row_measure": CHANGE,
    "rows": [{}],
    "column_label": text("乙"),
    "column_measure": CHANGE | {"reference": "mean_3y"},
    "columns": [{}],
    "points": [["10"]],
}
WAIVER = {"label": text("豁免"), "measure": CHANGE, "bound": {"comparator": "<", "value": "0"}}


def part(rule, **fields):
    return {"shape": "composite", "parts": [{"id": "p", "label": text("p"), "rule": rule} | fields]}


@pytest.mark.parametrize(
    ("item", "answer", "keys"),
    [
        (item_of(STEP, target={"value": "90"}), {"value": "80"}, []),
        (item_of(STEP, target={"reference": "provincial_avg"}), {"value": "80"}, ["provincial_avg"]),
        (
            item_of(LINE | {"measure": {"kind": "ratio_to_target"}}, target={"reference": "round_best"}),
            {"value": "80"},
            ["round_best"],
        ),
        (item_of(LINE), {"value": "80"}, ["last_year"]),
        (item_of(GRID), {"row": {"value": "1"}, "column": {"value": "1"}}, ["row:last_year", "column:mean_3y"]),
        (item_of(part(LINE)), {"parts": {"p": {"value": "80"}}}, ["p:last_year"]),
        (
            item_of(part(STEP, waiver=WAIVER, target={"reference": "round_mean"})),
            {"parts": {"p": {"value": "80", "waiver": {"value": "80"}}}},
            ["p:round_mean", "p:waiver:last_year"],
        ),
        (
            item_of(part(STEP), target={"reference": "national_avg"}),
            {"parts": {"p": {"value": "80"}}},
            ["p:national_avg"],
        ),
    ],
)
def test_scoring_waits_for_each_reference_that_is_asked_and_for_no_other(item, answer, keys):
    assert [asked.key for asked in asked_references(item)] == keys
    scheme = scheme_of(item).scheme
    known = {}
    for key in keys:
        waiting = score_item(scheme, item, "county", sheet_of({"x": entry_of(**answer, references=known)}))
        assert waiting.state is State.INCOMPLETE
        assert waiting.derivation[-1].values["key"] == key
        known[key] = {"values": ["90", "90", "90"], "value": "90", "source": "年鉴"}
    done = score_item(scheme, item, "county", sheet_of({"x": entry_of(**answer, references=known)}))
    assert done.state is State.SCORED


def test_a_gates_number_has_a_reference_of_its_own():
    condition = {
        "when": "number",
        "id": "rise",
        "label": text("上升"),
        "measure": CHANGE,
        "bound": {"comparator": ">", "value": "5"},
    }
    item = gate({"effect": "down"}, condition)
    assert [asked.key for asked in asked_references(item)] == ["rise:last_year"]
    entry = entry_of(measured={"rise": {"value": "50"}}, references={"rise:last_year": {"value": "40"}})
    scored = score_item(scheme_of(item).scheme, item, "county", sheet_of({"gate": entry}))
    assert scored.state is State.SCORED
