"""Conflicts: the gravest first, decided by keys alone; a reason where grade or place hang on it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMenu

from qassess.domain.answers import Answer
from qassess.ui.conflict_state import Decision, authors_of, side_of
from qassess.ui.conflicts_page import ConflictsPage
from tests.ui.fake_office import FakeOffice, conflict_states
from tests.ui.office_window import go_to, office_window, press, settle, words_on

NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def office():
    return FakeOffice()


@pytest.fixture
def window(qtbot, office):
    with office_window(qtbot, office) as opened:
        yield opened


@pytest.fixture
def page(qtbot, window):
    page = go_to(qtbot, window, "conflicts")
    assert isinstance(page, ConflictsPage)
    qtbot.waitUntil(page.list.hasFocus)
    return page


def decided(office):
    return [asked[1:] for asked in office.asked if asked[0] == "decide"]


def test_the_gravest_is_shown_first_with_what_hangs_on_each_side(page):
    shown = words_on(page)
    for words in ("81.0 %", "86.5 %", "84.1 %", "达到目标 85 %", "90.3", "A级", "86.2", "B级", "请写明理由"):
        assert words in shown
    assert page.list.current.id == "c1"
    assert "5 处待决定" in page.title.text()


def test_without_a_reason_a_grave_decision_is_refused_beside_the_field(qtbot, window, page, office):
    press(qtbot, window, Qt.Key.Key_Return)
    assert decided(office) == []
    assert "不写理由不能决定" in page.reason.refusal.words
    qtbot.waitUntil(page.reason.field.hasFocus)
    qtbot.keyClicks(page.reason.field, "report 2024-10")
    assert page.reason.refusal.words == ""
    press(qtbot, window, Qt.Key.Key_Return)
    assert decided(office) == [("c1", Decision(side=0, reason="report 2024-10"))]
    assert page.list.current.id == "c2"
    qtbot.waitUntil(page.list.hasFocus)


def test_all_is_done_by_keys(qtbot, window, page, office):
    press(qtbot, window, Qt.Key.Key_2)
    press(qtbot, window, Qt.Key.Key_R)
    qtbot.keyClicks(window.focusWidget(), "stamped 1 2 E K S")
    press(qtbot, window, Qt.Key.Key_Return)
    assert decided(office) == [("c1", Decision(side=1, reason="stamped 1 2 E K S"))]
    press(qtbot, window, Qt.Key.Key_Right)
    press(qtbot, window, Qt.Key.Key_Return)
    assert decided(office)[-1] == ("c2", Decision(side=1))
    press(qtbot, window, Qt.Key.Key_S)
    assert page.list.current.id == "c4"
    press(qtbot, window, Qt.Key.Key_K)
    assert decided(office)[-1] == ("c4", Decision(side=0, keep_both=True))
    press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert page.list.current.id == "c4"
    press(qtbot, window, Qt.Key.Key_Down)
    press(qtbot, window, Qt.Key.Key_Up)
    assert page.list.current.id == "c4"


def test_a_value_is_written_in_the_items_own_editor(qtbot, window, page, office):
    press(qtbot, window, Qt.Key.Key_Down)
    press(qtbot, window, Qt.Key.Key_E)
    field = window.focusWidget()
    assert field.text() == "86.5"
    qtbot.keyClicks(field, "85.25")
    assert "取所写的" in page.take.accessibleName()
    press(qtbot, window, Qt.Key.Key_Return)
    assert decided(office) == [("c2", Decision(answer=Answer(value="85.25")))]


def test_choosing_a_side_ends_the_writing(qtbot, window, page):
    page.begin_edit()
    assert page.edit_card is not None
    page.choose_side(1)
    assert page.edit_card is None
    assert "取右" in page.take.accessibleName()


def test_words_are_written_as_words(qtbot, window, page, office):
    page.list.go_to(4)
    press(qtbot, window, Qt.Key.Key_E)
    page.edit_card.words.setPlainText("两边的话合在一起")
    page.decide()
    settle(qtbot, window)
    assert decided(office) == [("c5", Decision(text="两边的话合在一起"))]
    assert not page.keep_both.isEnabled() or page.list.current.id != "c5"


def test_undo_brings_the_conflict_back(qtbot, window, page, office):
    page.list.go_to(1)
    press(qtbot, window, Qt.Key.Key_Return)
    assert [known.id for known in page.list.lines.conflicts] == ["c1", "c3", "c4", "c5"]
    assert window.toast._button.text() == "撤销"
    press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert page.list.current.id == "c2"
    assert len(page.list.lines.conflicts) == 5


def test_a_selection_is_taken_from_one_person(qtbot, window, page, office):
    press(qtbot, window, Qt.Key.Key_Down)
    for _step in range(3):
        press(qtbot, window, Qt.Key.Key_Down, SHIFT)
    assert page.all.text() == "4 处全部取…"
    page.take_all("王强")
    assert "其中 1 处会改变等级或位次" in page.reason.refusal.words
    assert decided(office) == []
    page.reason.field.setText("以王强复核为准")
    page.take_all("王强")
    settle(qtbot, window)
    assert [conflict for conflict, _decision in decided(office)] == ["c2", "c3", "c4", "c5"]
    assert {decision.side for _conflict, decision in decided(office)} == {1}
    assert window.toast.words == "已决定 4 处冲突"
    press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert len(page.list.lines.conflicts) == 5


def test_whose_sides_there_are_is_offered(qtbot, window, page):
    press(qtbot, window, Qt.Key.Key_A)
    (menu,) = page.findChildren(QMenu)
    assert [action.text() for action in menu.actions()] == ["李静", "王强"]
    menu.close()
    assert authors_of(page.list.lines.conflicts) == ("李静", "王强")


def test_a_conflict_decided_differently_says_so(qtbot, window, page):
    page.list.go_to(3)
    qtbot.waitUntil(lambda: "由两人作出不同的决定" in words_on(page))


def test_no_conflict_is_said(qtbot, window, office):
    office.open_conflicts.clear()
    page = go_to(qtbot, window, "conflicts")
    assert "没有待决定的冲突" in words_on(page)
    assert page.back.hasFocus()
    for name in ("decide", "take_left", "edit_value", "keep_both", "later", "take_all", "undo"):
        window.commands[name].trigger()
    settle(qtbot, window)
    assert decided(office) == []


def test_a_side_is_chosen_by_click_and_by_space(qtbot, window, page):
    qtbot.mouseClick(page.detail.sides[1], Qt.MouseButton.LeftButton)
    assert "取右" in page.take.accessibleName()
    page.detail.sides[0].setFocus()
    qtbot.keyClick(page.detail.sides[0], Qt.Key.Key_Space)
    assert "取左" in page.take.accessibleName()


def test_the_list_is_a_proper_model(page):
    QAbstractItemModelTester(page.list.lines, QAbstractItemModelTester.FailureReportingMode.Fatal)
    said = page.list.lines.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "平顺县" in said
    assert "B → A" in said


def test_an_author_without_a_side_of_his_own_decides_nothing():
    first = conflict_states()[0]
    assert side_of(first, "王强") == 1
    assert side_of(first, "张建国") is None
