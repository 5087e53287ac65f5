"""Each shape of rule by keyboard and by mouse: what the editor gives back is what was typed."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from qassess.domain.answers import Answer, Instance
from qassess.domain.checklist import checklist_for
from qassess.domain.rules import Level, Measure, MeasureKind, Option, Text
from qassess.domain.scheme import Combine, Instances, InstanceWeight
from qassess.services.schemes import find_scheme
from qassess.ui.entry_editors.base import EntryEditor
from qassess.ui.entry_editors.choose import item_editor
from qassess.ui.entry_editors.composed import InstancesEditor
from qassess.ui.entry_editors.levels import LevelsEditor
from qassess.ui.entry_editors.measures import FlagEditor, NumberEditor
from qassess.ui.entry_editors.ticks import TicksEditor
from qassess.ui.theme import LIGHT
from qassess.ui.widgets import LineField

Opened = Callable[[str], EntryEditor]


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    scheme = find_scheme("changzhi-2015").scheme
    items = {item.id: item for item in checklist_for(scheme, "county", "140425").items}

    def build(item_id: str) -> EntryEditor:
        return shown(qtbot, item_editor(items[item_id], LIGHT))

    return build


def shown(qtbot: QtBot, editor: EntryEditor) -> EntryEditor:
    qtbot.addWidget(editor)
    editor.resize(760, 480)
    with qtbot.waitActive(editor):
        editor.show()
        editor.activateWindow()
    return editor


def field(editor: EntryEditor, name: str) -> LineField:
    return editor.named_fields()[name]


def type_into(qtbot: QtBot, editor: EntryEditor, **typed: str) -> None:
    for name, text in typed.items():
        made = field(editor, name.replace("__", "."))
        qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
        made.selectAll()
        qtbot.keyClicks(made, text)


def test_pair_by_keyboard(qtbot: QtBot, opened: Opened) -> None:
    editor = opened("prod-provincial-sampling")
    editor.focus_first()
    qtbot.waitUntil(field(editor, "numerator").hasFocus)
    with qtbot.waitSignals([editor.edited] * 3):
        qtbot.keyClicks(field(editor, "numerator"), "467")
    with qtbot.waitSignal(editor.finished):
        qtbot.keyClick(field(editor, "numerator"), Qt.Key.Key_Tab)
    assert field(editor, "denominator").hasFocus()
    qtbot.keyClicks(field(editor, "denominator"), "499")
    assert editor.answer() == Answer(numerator="467", denominator="499")


def test_pair_can_be_typed_as_its_percentage(qtbot: QtBot, opened: Opened) -> None:
    editor = opened("prod-provincial-sampling")
    assert isinstance(editor, NumberEditor)
    qtbot.mouseClick(editor._switch, Qt.MouseButton.LeftButton)
    type_into(qtbot, editor, value="93.4")
    assert editor.answer() == Answer(value="93.4")
    qtbot.mouseClick(editor._switch, Qt.MouseButton.LeftButton)
    assert editor.answer() == Answer()


def test_a_stored_percentage_is_shown_as_one(opened: Opened) -> None:
    editor = opened("prod-provincial-sampling")
    editor.show_answer(Answer(value="93.40", source="通报", date="2024-01-15"))
    assert editor.answer() == Answer(value="93.40", source="通报", date="2024-01-15")


def test_level_by_mouse_and_by_digit(qtbot: QtBot, opened: Opened) -> None:
    editor = opened("serv-system")
    assert isinstance(editor, LevelsEditor)
    with qtbot.waitSignal(editor.finished):
        qtbot.mouseClick(editor.cards[2], Qt.MouseButton.LeftButton)
    assert editor.answer() == Answer(option=3)
    with qtbot.waitSignal(editor.finished):
        assert editor.press_digit(1)
    assert editor.answer() == Answer(option=1)
    assert not editor.press_digit(9)
    editor.cards[3].setFocus()
    qtbot.keyClick(editor.cards[3], Qt.Key.Key_Space)
    assert editor.answer() == Answer(option=4)
    assert [card.isChecked() for card in editor.cards] == [False, False, False, True]


def test_level_with_a_range_asks_for_points_and_reason(qtbot: QtBot) -> None:
    levels = (Level(label=Text(zh="无"), points=0), Level(label=Text(zh="有"), points=1, points_to=3))
    editor = shown(qtbot, LevelsEditor(LIGHT, Option(levels=levels)))
    assert isinstance(editor, LevelsEditor)
    assert editor._discretion.isHidden()
    editor.press_digit(2)
    assert not editor._discretion.isHidden()
    type_into(qtbot, editor, points="2.5", reason="seen")
    assert editor.answer() == Answer(option=2, points="2.5", reason="seen")


def test_ticks_by_mouse_and_by_digit(qtbot: QtBot, opened: Opened) -> None:
    editor = opened("tour-standards")
    assert isinstance(editor, TicksEditor)
    names = list(editor.boxes)
    assert editor.answer() == Answer()
    first = editor.boxes[names[0]]
    with qtbot.waitSignal(editor.finished):
        qtbot.mouseClick(first, Qt.MouseButton.LeftButton, pos=QPoint(14, first.height() // 2))
    assert editor.press_digit(2)
    assert editor.answer() == Answer(checked=tuple(names[:2]))
    assert editor.press_digit(1)
    assert editor.answer() == Answer(checked=(names[1],))


def test_none_of_the_elements_is_an_answer(qtbot: QtBot, opened: Opened) -> None:
    editor = opened("tour-standards")
    assert isinstance(editor, TicksEditor)
    qtbot.mouseClick(editor._nothing, Qt.MouseButton.LeftButton)
    assert editor.answer() == Answer(checked=())


@pytest.mark.parametrize(
    ("item", "typed", "answer"),
    [
        ("env-pesticides", {"count": "3"}, Answer(count="3")),
        (
            "std-participation",
            {"counts__national": "1", "counts__local": "2"},
            Answer(counts={"national": "1", "local": "2"}),
        ),
        (
            "env-improvement",
            {"row__value": "-3", "column__value": "1.5"},
            Answer(row=Answer(value="-3"), column=Answer(value="1.5")),
        ),
        (
            "prod-brands-county",
            {"value": "2", "of": "13", "sharing": "3", "source": "bulletin"},
            Answer(value="2", of="13", sharing="3", source="bulletin"),
        ),
        ("culture-media", {"points": "0.6", "reason": "four issues"}, Answer(points="0.6", reason="four issues")),
        ("quality-satisfaction", {"value": "86"}, Answer(value="86")),
        ("org-funding", {"value": "120"}, Answer(value="120")),
        ("tech-hotlines", {"numerator": "98", "denominator": "100"}, Answer(numerator="98", denominator="100")),
        (
            "util-satisfaction",
            {"parts__water__value": "81", "parts__gas__value": "79.5"},
            Answer(parts={"water": Answer(value="81"), "gas": Answer(value="79.5")}),
        ),
        (
            "gate-regional-event",
            {"confirmed_by": "Wang Qiang"},
            Answer(confirmed_by="Wang Qiang"),
        ),
    ],
)
def test_what_is_typed_comes_back(
    qtbot: QtBot, opened: Opened, item: str, typed: dict[str, str], answer: Answer
) -> None:
    editor = opened(item)
    assert editor.answer() == Answer()
    type_into(qtbot, editor, **typed)
    assert editor.answer() == answer
    editor.show_answer(Answer())
    assert editor.answer() == Answer()
    editor.show_answer(answer)
    assert editor.answer() == answer


def test_gate_by_mouse_and_digit(qtbot: QtBot, opened: Opened) -> None:
    editor = opened("gate-regional-event")
    with qtbot.waitSignal(editor.finished):
        assert editor.press_digit(2)
    assert editor.answer() == Answer(occurred=True)
    cards = editor.findChildren(QPushButton)
    qtbot.mouseClick(cards[0], Qt.MouseButton.LeftButton)
    assert editor.answer() == Answer(occurred=False)


def test_instances_are_added_and_removed(qtbot: QtBot, opened: Opened) -> None:
    editor = opened("works-site-check")
    assert isinstance(editor, InstancesEditor)
    type_into(qtbot, editor, instances__1__label="Site A")
    editor.press_digit(1)
    qtbot.mouseClick(editor._add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: field(editor, "instances.2.label").hasFocus())
    qtbot.keyClicks(field(editor, "instances.2.label"), "Site B")
    found = editor.answer().instances
    assert found is not None
    assert [instance.label for instance in found] == ["Site A", "Site B"]
    assert found[0].answer.checked is not None
    with qtbot.waitSignal(editor.finished):
        qtbot.mouseClick(editor._rows[0].remove, Qt.MouseButton.LeftButton)
    assert [instance.label for instance in editor.answer().instances or ()] == ["Site B"]


def test_stated_instances_keep_their_ids(qtbot: QtBot) -> None:
    weights = (
        InstanceWeight(id="daily", label=Text(zh="日常"), weight=30),
        InstanceWeight(id="final", label=Text(zh="年终"), weight=70),
    )
    stated = Instances(label=Text(zh="阶段"), combine=Combine.WEIGHTS, weights=weights)
    made = InstancesEditor(stated, lambda: NumberEditor(Measure(), "value", with_source=False))
    editor = shown(qtbot, made)
    type_into(qtbot, editor, instances__2__value="90")
    assert editor.answer().instances == (Instance(label="年终", id="final", answer=Answer(value="90")),)
    assert made._add.isHidden()


def test_flag_measure(qtbot: QtBot) -> None:
    editor = shown(qtbot, FlagEditor("有"))
    assert editor.press_digit(1)
    assert editor.answer() == Answer(value="1")
    qtbot.mouseClick(editor.fields()[1], Qt.MouseButton.LeftButton)
    assert editor.answer() == Answer(value="0")
    assert not editor.press_digit(5)


def test_the_refused_field_is_marked_by_its_name(qtbot: QtBot, opened: Opened) -> None:
    editor = opened("util-satisfaction")
    type_into(qtbot, editor, parts__water__value="abc", parts__heat__value="90")
    editor.mark_refused("parts.water.value")
    marked = [name for name, made in editor.named_fields().items() if made.property("refused")]
    assert marked == ["parts.water.value"]
    editor.mark_refused(None)
    assert not any(made.property("refused") for made in editor.named_fields().values())


def test_every_field_says_its_name(opened: Opened) -> None:
    scheme = find_scheme("changzhi-2015").scheme
    for item in checklist_for(scheme, "county", "140425").items[::7]:
        for made in opened(item.id).fields():
            assert made.accessibleName() or getattr(made, "text", str)(), item.id


def test_direct_percent_needs_no_pair(qtbot: QtBot) -> None:
    editor = shown(qtbot, NumberEditor(Measure(kind=MeasureKind.RAW, unit="%"), "满意度"))
    type_into(qtbot, editor, value="81")
    assert editor.answer() == Answer(value="81")
