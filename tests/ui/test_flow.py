"""What stops signing, phrases for notes, and whose a section is."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from qassess.domain.agreement import TeamMember
from qassess.settings import Settings, load_settings, save_settings
from qassess.ui.checklist import ChecklistPage
from qassess.ui.checklist_rows import Filter, SectionRow, listed
from qassess.ui.main_window import MainWindow
from qassess.ui.sections_list import RowRole
from tests.ui.conftest import SETTINGS

OpenWindow = Callable[..., MainWindow]
CONTROL = Qt.KeyboardModifier.ControlModifier


def sample(window: MainWindow) -> ChecklistPage:
    window.desk.open_assessment(window.desk._backend.start_sample())
    page = window.page
    assert isinstance(page, ChecklistPage)
    return page


def menu_of(page: ChecklistPage) -> QMenu:
    return next(found for found in page.findChildren(QMenu) if found.isVisible())


@pytest.mark.parametrize("way", ["key", "menu"])
def test_what_stops_signing_is_listed_and_a_line_leads_to_its_item(open_window: OpenWindow, way: str) -> None:
    window = open_window()
    page = sample(window)
    stopping = page._backend.obstacles(page._view)
    assert stopping
    if way == "key":
        QTest.keyClick(window, Qt.Key.Key_G, CONTROL)
    else:
        window.commands["obstacles"].trigger()
    menu = menu_of(page)
    assert len(menu.actions()) == len(stopping)
    assert menu.activeAction() is menu.actions()[0], "the keyboard begins at the first line"
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert page.item.id == stopping[1].item_id


def test_f8_goes_round_from_one_to_the_next(open_window: OpenWindow) -> None:
    window = open_window()
    page = sample(window)
    wanted = list(dict.fromkeys(known.item_id for known in page._backend.obstacles(page._view)))
    page.go_to(wanted[0])
    seen = []
    for _step in wanted:
        QTest.keyClick(window, Qt.Key.Key_F8)
        seen.append(page.item.id)
    assert seen == [*wanted[1:], wanted[0]]


def test_a_stock_phrase_goes_into_the_note_and_is_saved_with_it(open_window: OpenWindow) -> None:
    window = open_window()
    page = sample(window)
    QTest.keyClick(window, Qt.Key.Key_P, CONTROL)
    menu = menu_of(page)
    menu.actions()[0].trigger()
    menu.close()
    assert page.card.note.toPlainText() == "现场查阅，数据与台账一致。"
    item = page.item.id
    page.leave()
    assert page._view.entries[item].note == "现场查阅，数据与台账一致。"


def test_an_own_phrase_is_kept_offered_first_and_dropped(open_window: OpenWindow, tmp_path) -> None:
    saved: list[Settings] = []
    window = open_window(saved=saved)
    page = sample(window)
    page.card.note.setPlainText("台账缺三月份，已当面指出。")
    window.commands["phrase"].trigger()
    menu = menu_of(page)
    next(action for action in menu.actions() if action.text() == "把这条备注存为常用语").trigger()
    menu.close()
    assert saved[-1].phrases == ("台账缺三月份，已当面指出。",)
    save_settings(saved[-1], tmp_path / "settings.json")
    assert load_settings(tmp_path / "settings.json").settings.phrases == saved[-1].phrases
    window.commands["next"].trigger()
    window.commands["phrase"].trigger()
    menu = menu_of(page)
    menu.actions()[0].trigger()
    dropping = next(action.menu() for action in menu.actions() if action.menu())
    dropping.actions()[0].trigger()
    menu.close()
    assert page.card.note.toPlainText().endswith("台账缺三月份，已当面指出。")
    assert saved[-1].phrases == ()


def test_sections_say_whose_they_are_and_mine_are_mine(open_window: OpenWindow) -> None:
    window = open_window(replace(SETTINGS, author="王强"))
    page = sample(window)
    first, second = (section.id for section, _items in page._view.checklist.sections[:2])
    team = (
        TeamMember(name="李静", unit="市质监局", role="leader", sections=(first,)),
        TeamMember(name="王强", unit="市食药监局", role="member", sections=(second,)),
    )
    agreement = replace(page._view.agreement, team=team)
    view = page._backend.revise_agreement(page._view.id, agreement)
    window.desk.open_assessment(view.id, page._items[0].id)
    page = window.page
    model = page.sections.model
    rows = [model.index(place).data(RowRole) for place in range(model.rowCount())]
    heads = {row.section: row.right for row in rows if isinstance(row, SectionRow)}
    assert heads[first].startswith("李静 · ")
    assert heads[second].startswith("王强 · ")
    assert "由 李静 填写" in page.card._state.place
    assert {item.section for item in listed(page._view, Filter.MINE, "", "王强")} == {second}
