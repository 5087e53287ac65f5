"""The checklist as a user works it: keys, clicks, saving, refusing, taking back."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from qassess.domain.answers import Answer
from qassess.services.demonstrate import fill_sample
from qassess.ui.checklist import ChecklistPage
from qassess.ui.checklist_rows import Filter, ItemRow
from qassess.ui.jobs import JobRunner
from qassess.ui.sections_list import RowRole
from qassess.ui.service_backend import ServiceBackend
from qassess.ui.theme import LIGHT
from qassess.ui.widgets import LineField

FIRST = "prod-provincial-sampling"
NEXT = "prod-city-sampling"


def field(page: ChecklistPage, name: str) -> LineField:
    assert page.card is not None
    return page.card.editor.named_fields()[name]


def type_pair(qtbot: QtBot, page: ChecklistPage, numerator: str, denominator: str) -> None:
    for name, text in (("numerator", numerator), ("denominator", denominator)):
        made = field(page, name)
        made.setFocus()
        made.selectAll()
        qtbot.keyClicks(made, text)


def stored(backend: ServiceBackend, assessment: str, item: str) -> Answer | None:
    entry = backend.open_assessment(assessment).entries.get(item)
    return entry.answer if entry is not None else None


def marked_rows(page: ChecklistPage) -> dict[str, ItemRow]:
    model = page.sections.model
    rows = [model.index(place).data(RowRole) for place in range(model.rowCount())]
    return {row.item: row for row in rows if isinstance(row, ItemRow)}


def test_it_begins_in_the_first_field(qtbot: QtBot, page: ChecklistPage) -> None:
    qtbot.waitUntil(field(page, "numerator").hasFocus)
    assert page.item.id == FIRST


def test_the_score_follows_what_one_types_and_nothing_is_written(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    type_pair(qtbot, page, "467", "499")
    assert page.card is not None
    assert page.card.score.points.text() == "1.5"
    assert stored(backend, assessment, FIRST) is None


def test_enter_saves_and_goes_to_the_next_open_item(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    type_pair(qtbot, page, "467", "499")
    qtbot.keyClick(field(page, "denominator"), Qt.Key.Key_Return)
    page.accept()
    assert stored(backend, assessment, FIRST) == Answer(numerator="467", denominator="499")
    assert page.item.id != FIRST
    assert page.bar.saved.words.startswith("已保存 ")
    assert backend.place(assessment) == page.item.id


def test_leaving_a_field_saves(qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str) -> None:
    type_pair(qtbot, page, "467", "499")
    qtbot.keyClick(field(page, "denominator"), Qt.Key.Key_Tab)
    assert stored(backend, assessment, FIRST) == Answer(numerator="467", denominator="499")


def test_a_refused_number_is_said_beside_the_field_and_stays(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    type_pair(qtbot, page, "467", "0")
    page.accept()
    assert page.card is not None
    assert page.item.id == FIRST
    assert "0" in page.card.refusal.words
    assert field(page, "denominator").text() == "0"
    assert field(page, "denominator").property("refused")
    assert not field(page, "numerator").property("refused")
    assert stored(backend, assessment, FIRST) is None
    assert marked_rows(page)[FIRST].right == "待改正"
    type_pair(qtbot, page, "467", "499")
    assert page.card.refusal.words == ""
    assert not field(page, "denominator").property("refused")


def test_a_refused_text_is_kept_as_a_draft_over_items_and_restarts(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, runner: JobRunner, assessment: str
) -> None:
    type_pair(qtbot, page, "467", "many")
    page.go_to("serv-system")
    assert backend.draft(assessment, FIRST) is not None
    page.go_to(FIRST)
    assert field(page, "denominator").text() == "many"
    assert page.card is not None
    assert page.card.refusal.words
    view = backend.open_assessment(assessment)
    again = ChecklistPage(LIGHT, backend, runner, view, author="李静", touch=False, start=FIRST)
    for part in (again, again.bar_left, again.bar_right):
        qtbot.addWidget(part)
    assert field(again, "denominator").text() == "many"


def test_unfinished_typing_is_kept_after_a_pause(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    qtbot.keyClicks(field(page, "numerator"), "46")
    qtbot.waitUntil(lambda: backend.draft(assessment, FIRST) is not None, timeout=3000)
    draft = backend.draft(assessment, FIRST)
    assert draft is not None
    assert draft.answer == Answer(numerator="46")


def test_digits_choose_a_level_at_once(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    page.go_to("serv-system")
    qtbot.keyClick(page.focusWidget() or page, Qt.Key.Key_3)
    assert stored(backend, assessment, "serv-system") == Answer(option=3)
    assert marked_rows(page)["serv-system"].picture == "part"


def test_digits_typed_into_a_field_are_digits(qtbot: QtBot, page: ChecklistPage) -> None:
    qtbot.keyClicks(field(page, "numerator"), "12")
    assert field(page, "numerator").text() == "12"


def test_arrows_with_ctrl_go_through_the_items(page: ChecklistPage) -> None:
    page.commands["next"]()
    assert page.item.id == NEXT
    page.commands["previous"]()
    assert page.item.id == FIRST


def test_a_click_in_the_list_goes_there(qtbot: QtBot, page: ChecklistPage) -> None:
    index = page.sections.model.index(page.sections.model.place_of(NEXT))
    spot = page.sections.list.visualRect(index).center()
    qtbot.mouseClick(page.sections.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert page.item.id == NEXT


def test_a_click_on_a_section_opens_it(qtbot: QtBot, page: ChecklistPage) -> None:
    assert "works-site-check" not in marked_rows(page)
    page.sections.section_toggled.emit("works")
    assert "works-site-check" in marked_rows(page)


def test_flag_and_filter(qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str) -> None:
    page.commands["flag"]()
    assert backend.open_assessment(assessment).entries[FIRST].flagged
    qtbot.mouseClick(page.sections._chips[Filter.FLAGGED], Qt.MouseButton.LeftButton)
    assert list(marked_rows(page)) == [FIRST]
    assert marked_rows(page)[FIRST].picture == "flag"


def test_note_is_saved_when_it_is_left(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    assert page.card is not None
    page.commands["note"]()
    qtbot.waitUntil(page.card.note.hasFocus)
    page.card.note.insertPlainText("32 批不合格已后处理")
    field(page, "numerator").setFocus()
    assert backend.open_assessment(assessment).entries[FIRST].note == "32 批不合格已后处理"


@pytest.mark.parametrize("query", ["psx", "省级监督", "2.1.p2.b", "sjjdcc"])
def test_find(page: ChecklistPage, query: str) -> None:
    page.commands["find"]()
    page.sections.find_box.setText(query)
    found = marked_rows(page)
    assert (FIRST in found) == (query != "psx")


def test_enter_in_the_find_box_goes_to_the_first(qtbot: QtBot, page: ChecklistPage) -> None:
    page.sections.find_box.setFocus()
    page.sections.find_box.setText("联席会议")
    qtbot.keyClick(page.sections.find_box, Qt.Key.Key_Return)
    assert "联席会议" in page.item.title.zh or page.item.id != FIRST


def test_undo_and_redo_say_what_they_did(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    page.go_to("serv-system")
    qtbot.keyClick(page.focusWidget() or page, Qt.Key.Key_2)
    page.go_to(FIRST)
    with qtbot.waitSignal(page.notice) as said:
        qtbot.mouseClick(page.bar.undo, Qt.MouseButton.LeftButton)
    assert said.args is not None
    assert "服务标准和评价体系" in said.args[0]
    assert page.item.id == "serv-system"
    assert stored(backend, assessment, "serv-system") is None
    page.commands["redo"]()
    assert stored(backend, assessment, "serv-system") == Answer(option=2)


def test_not_applicable_needs_its_reason(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    qtbot.mouseClick(page.foot.inapplicable, Qt.MouseButton.LeftButton)
    assert page.card is not None
    panel = page.card.inapplicable
    qtbot.waitUntil(panel.reason.hasFocus)
    qtbot.keyClick(panel.reason, Qt.Key.Key_Return)
    assert panel.refusal.words
    assert stored(backend, assessment, FIRST) is None
    panel.reason.setText("本年度无抽查")
    qtbot.keyClick(panel.reason, Qt.Key.Key_Return)
    assert stored(backend, assessment, FIRST) == Answer(not_applicable="本年度无抽查")
    assert not page.card.editor.isEnabled()
    qtbot.mouseClick(panel.withdraw, Qt.MouseButton.LeftButton)
    assert stored(backend, assessment, FIRST) is None
    assert page.card.editor.isEnabled()


def test_adjustment_needs_its_reason(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    type_pair(qtbot, page, "467", "499")
    assert page.card is not None
    page.commands["adjust"]()
    page.card.adjust.points.setText("1")
    qtbot.mouseClick(page.card.adjust.confirm, Qt.MouseButton.LeftButton)
    assert page.card.adjust.refusal.words
    page.card.adjust.reason.setText("复核后调整")
    qtbot.mouseClick(page.card.adjust.confirm, Qt.MouseButton.LeftButton)
    adjustment = backend.open_assessment(assessment).entries[FIRST].adjustment
    assert adjustment is not None
    assert (adjustment.points, adjustment.reason) == ("1", "复核后调整")
    assert page.card.score.points.text() == "1"
    qtbot.mouseClick(page.card.adjust.withdraw, Qt.MouseButton.LeftButton)
    assert backend.open_assessment(assessment).entries[FIRST].adjustment is None


def test_dropped_files_become_evidence(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, tmp_path: Path
) -> None:
    proof = tmp_path / "通报.txt"
    proof.write_text("抽查结果", encoding="utf-8")
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(proof))])
    zone = page.panel.drop
    drop = QDropEvent(
        QPointF(4, 4), Qt.DropAction.CopyAction, files, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    zone.dropEvent(drop)
    qtbot.waitUntil(lambda: len(page.panel.strip.tiles) == 1)
    entry = backend.open_assessment(assessment).entries[FIRST]
    assert backend.evidence_file(entry.evidence[0]).read_text(encoding="utf-8") == "抽查结果"
    page.panel.evidence_removed.emit(entry.evidence[0])
    assert backend.open_assessment(assessment).entries[FIRST].evidence == ()


def test_an_earlier_version_is_restored_from_the_history(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    for denominator in ("499", "520"):
        type_pair(qtbot, page, "467", denominator)
        page.leave()
    assert page.foot.history.text() == "历史 2"
    again = [known for known in page.panel.findChildren(QPushButton) if known.text() == "恢复"]
    qtbot.mouseClick(again[0], Qt.MouseButton.LeftButton)
    assert stored(backend, assessment, FIRST) == Answer(numerator="467", denominator="499")
    assert field(page, "denominator").text() == "499"
    assert page.foot.history.text() == "历史 3"


def test_reference_values_are_saved_with_source_and_date(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    page.go_to("prod-national-sampling")
    assert page.card is not None
    made = page.card.references._rows["national_avg"]
    for target, text in ((made.numbers[0], "92.5"), (made.source, "bulletin"), (made.date, "2024-12-30")):
        target.setFocus()
        qtbot.keyClicks(target, text)
    page.leave()
    value = backend.open_assessment(assessment).entries["prod-national-sampling"].references["national_avg"]
    assert (value.value, value.source, value.date) == ("92.5", "bulletin", "2024-12-30")


def test_every_item_of_the_checklist_can_be_shown(page: ChecklistPage) -> None:
    for item in page._items:
        page.go_to(item.id)
        assert page.item.id == item.id


def test_a_click_far_from_anything_changes_nothing(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str
) -> None:
    qtbot.mouseClick(page, Qt.MouseButton.LeftButton, pos=QPoint(700, 600))
    assert backend.open_assessment(assessment).entries == {}


def test_walking_through_a_filled_checklist_changes_nothing(
    qtbot: QtBot, backend: ServiceBackend, runner: JobRunner
) -> None:
    """Answers from files may be shaped otherwise than the fields would write them; looking must not rewrite them."""
    assessment = fill_sample(backend._workspace)
    before = backend.open_assessment(assessment)
    page = ChecklistPage(LIGHT, backend, runner, before, author="李静", touch=False, start=FIRST)
    for part in (page, page.bar_left, page.bar_right):
        qtbot.addWidget(part)
    page.show()
    for item in before.checklist.items:
        page.go_to(item.id)
        assert page.card is not None
        assert page.card.entry() == before.entries[item.id]
    page.leave()
    assert backend.open_assessment(assessment).revisions == before.revisions
