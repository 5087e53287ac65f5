"""Merge: looked at first, then let in; every file ends with one outcome, and each merge can be taken back."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QAbstractItemModelTester

from qassess.ui.cells import CellRole, Look
from qassess.ui.exchange_state import Standing, totals_of
from qassess.ui.merge_lines import file_heads
from qassess.ui.merge_page import MergePage
from tests.ui.fake_office import FILES, FOLDER, SEALED, FakeOffice
from tests.ui.office_window import go_to, office_window, press, settle, words_on

OUTCOME = len(file_heads()) - 1


@pytest.fixture
def office():
    return FakeOffice()


@pytest.fixture
def window(qtbot, office):
    with office_window(qtbot, office) as opened:
        yield opened


@pytest.fixture
def page(qtbot, window):
    page = go_to(qtbot, window, "merge")
    assert isinstance(page, MergePage)
    return page


def dropped(qtbot, window, page, paths=(FOLDER,)):
    page.add(list(paths))
    settle(qtbot, window)


def outcome_of(page, path):
    place = page.table.lines.place_of(path)
    return page.table.lines.index(place, OUTCOME).data(CellRole)


def verbs(office):
    return [asked[0] for asked in office.asked]


def test_files_are_looked_at_before_anything_is_written(qtbot, window, page, office):
    dropped(qtbot, window, page)
    assert verbs(office) == ["check"]
    assert page.table.lines.rowCount() == len(FILES)
    totals = page.totals
    assert (totals.files, totals.mergeable, totals.conflicts, totals.refused, totals.duplicates) == (9, 6, 2, 2, 1)
    assert "尚未写入任何内容" in words_on(page) + window.page.bar_left.findChildren(type(page._stage))[-1].text()
    assert page.merge.accessibleName() == "合并 6 个文件"
    qtbot.waitUntil(page.merge.hasFocus)


def test_every_outcome_has_words_and_an_icon(qtbot, window, page):
    dropped(qtbot, window, page)
    for known in FILES:
        cell = outcome_of(page, known.path)
        assert cell.look is Look.BADGE
        assert cell.words
        assert cell.picture


def test_what_a_damaged_file_has_is_said_in_full(qtbot, window, page):
    dropped(qtbot, window, page)
    page.table.choose(FOLDER / "屯留.qassess")
    assert "第 211 条记录" in page.details.text()
    page.table.choose(FOLDER / "武乡县.qassess")
    assert page.details.isHidden()


def test_enter_merges_what_can_be_merged(qtbot, window, page, office):
    dropped(qtbot, window, page)
    press(qtbot, window, Qt.Key.Key_Return)
    assert office.asked[-1] == (
        "merge",
        tuple(known.path.name for known in FILES if known.standing is Standing.READY),
    )
    assert page.totals.merged == 6
    assert window.toast.words == "已合并 6 个文件，3 个未并入"
    assert page.decide.isVisible()
    assert not page.merge.isVisible()
    assert page.ledger_lines()[0].file == "沁县.qassess"
    page.decide.click()
    assert window.page.name == "conflicts"


def test_stopping_keeps_what_is_done_and_leaves_out_the_rest(qtbot, window, page, office):
    merge_files = office.merge_files

    def stopped_after_two(files, passwords, channel):
        told = channel.tell
        channel.tell = lambda line: (told(line), channel.stop() if len(office.merged) == 2 else None)
        merge_files(files, passwords, channel)

    office.merge_files = stopped_after_two
    dropped(qtbot, window, page)
    page.merge_all()
    settle(qtbot, window)
    standings = [page.line_of(known.path).standing for known in FILES if known.standing is Standing.READY]
    assert standings == [Standing.MERGED] * 2 + [Standing.LEFT_OUT] * 4
    assert len(page.ledger_lines()) == 2


def test_a_sealed_file_asks_for_its_password(qtbot, window, page, office):
    office.files[SEALED.path.name] = SEALED
    dropped(qtbot, window, page)
    qtbot.waitUntil(page.password.field.hasFocus)
    assert "沁源县.qassess" in words_on(page)
    qtbot.keyClicks(page.password.field, "wrong")
    press(qtbot, window, Qt.Key.Key_Return)
    assert "打不开" in page.password.refusal.words
    qtbot.waitUntil(page.password.field.hasFocus)
    qtbot.keyClicks(page.password.field, "geheim")
    press(qtbot, window, Qt.Key.Key_Return)
    assert page.password.isHidden()
    assert page.line_of(SEALED.path).standing is Standing.READY
    assert page.totals.mergeable == 7


def test_a_sealed_file_can_be_left_out(qtbot, window, page, office):
    office.files[SEALED.path.name] = SEALED
    dropped(qtbot, window, page)
    page.password.skipped.emit(SEALED.path)
    assert page.password.isHidden()
    page.merge_all()
    settle(qtbot, window)
    assert SEALED.path.name not in office.asked[-1][1]


def test_files_can_be_dropped_anywhere(qtbot, window, page):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(FILES[0].path)), QUrl.fromLocalFile(str(FILES[2].path))])
    event = QDropEvent(
        QPointF(600, 600), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    page.dropEvent(event)
    settle(qtbot, window)
    assert page.table.lines.rowCount() == 2


def test_more_files_join_those_that_are_there(qtbot, window, page, office):
    dropped(qtbot, window, page, [FILES[0].path])
    dropped(qtbot, window, page, [FILES[2].path, FILES[0].path])
    assert page.table.lines.rowCount() == 2
    assert office.asked[-1] == ("check", (FILES[0].path.name, FILES[2].path.name))


def test_nothing_in_a_folder_is_said(qtbot, window, page, office):
    office.files.clear()
    dropped(qtbot, window, page)
    assert window.toast.words == "其中没有导出文件。"
    assert page.zone.isVisible()


def test_a_merge_is_taken_back_by_key(qtbot, window, page, office):
    dropped(qtbot, window, page)
    page.merge_all()
    settle(qtbot, window)
    page.ledger.table.choose(3)
    page.ledger.table.setFocus()
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert office.asked[-1] == ("undo", 3)
    assert "如同没有合并过" in window.toast.words
    line = next(line for line in page.ledger_lines() if line.id == 3)
    assert (line.can_undo, line.can_redo) == (False, True)
    assert page.ledger.redo.isEnabled()
    press(qtbot, window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert office.asked[-1] == ("redo", 3)


def test_why_a_merge_cannot_be_taken_back_is_said_below_it(qtbot, window, page, office):
    office.blocked = True
    dropped(qtbot, window, page)
    page.merge_all()
    settle(qtbot, window)
    page.ledger.undo.click()
    settle(qtbot, window)
    assert "王强" in page.ledger.refusal.words


def test_leaving_stops_the_merge(qtbot, window, page, office):
    seen = []

    def waiting(_files, _passwords, channel):
        while not channel.is_stopped():
            pass
        seen.append(channel.is_stopped())

    dropped(qtbot, window, page)
    office.merge_files = waiting
    page.merge_all()
    window.commands["home"].trigger()
    settle(qtbot, window)
    assert seen == [True]
    assert window.page.name == "home"


def test_the_tables_are_proper_models(qtbot, window, page):
    for model in (page.table.lines, page.ledger.table.lines, page.table.filter):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    dropped(qtbot, window, page)
    page.merge_all()
    settle(qtbot, window)


def test_totals_count_each_file_once():
    lines = (*FILES, SEALED, replace(FILES[0], standing=Standing.MERGED))
    totals = totals_of(lines)
    assert totals.files == len(lines)
    assert totals.mergeable + totals.refused + totals.duplicates + totals.sealed + totals.merged == totals.files
