"""The county's own word and last year on the checklist: shown, taken over by key and by click, explained, taken in."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from qassess.domain.answers import Answer, Entry, SelfAssessment
from qassess.errors import AnswersFaults, Fault
from qassess.services.views import found_body
from qassess.ui.checklist import ChecklistPage
from qassess.ui.service_backend import ServiceBackend

FIRST = "prod-provincial-sampling"
NEXT = "prod-city-sampling"


@pytest.fixture
def form(tmp_path: Path, backend: ServiceBackend, assessment: str) -> Path:
    """The county's form: 467 of 499 and the full 1.5 points for the first item, points only for the next."""
    path = tmp_path / "平顺县自评.xlsx"
    backend.own.write_form(backend.open_assessment(assessment), path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=5)}
    cells = {f"F{rows[FIRST]}": 1.5, f"H{rows[FIRST]}": 467, f"I{rows[FIRST]}": 499, f"K{rows[FIRST]}": "全年抽查"}
    for cell, value in (cells | {f"F{rows[NEXT]}": 1}).items():
        sheet[cell] = value
    book.save(path)
    return path


def words(page: ChecklistPage) -> str:
    assert page.card is not None
    return "\n".join(label.text() for label in page.card.own.findChildren(QLabel) if label.isVisibleTo(page))


def take_in(qtbot: QtBot, page: ChecklistPage, form: Path) -> None:
    with qtbot.waitSignal(page.own.changed, timeout=20_000):
        page.own.take_in(form)
    qtbot.waitUntil(lambda: page.card is not None and page.card.isVisible())


def stored(backend: ServiceBackend, assessment: str, item: str = FIRST) -> Entry:
    return backend.open_assessment(assessment).entries.get(item, Entry())


def test_nothing_is_shown_where_the_body_said_nothing(page: ChecklistPage) -> None:
    assert page.card is not None
    assert page.card.own.isHidden()


def test_a_form_taken_in_is_shown_at_once_beside_the_item(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, form: Path
) -> None:
    with qtbot.waitSignal(page.offered, timeout=20_000) as offered:
        page.own.take_in(form)
    assert offered.args[0] == "已导入 2 项自评，新增或改动 2 项"
    qtbot.waitUntil(lambda: "1.5 分 · 467 / 499" in words(page))
    assert "“全年抽查”" in words(page)
    assert stored(backend, assessment).answer is None


def test_what_is_being_typed_survives_the_form(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, form: Path
) -> None:
    assert page.card is not None
    for name, text in (("numerator", "450"), ("denominator", "499")):
        field = page.card.editor.named_fields()[name]
        field.setFocus()
        qtbot.keyClicks(field, text)
    take_in(qtbot, page, form)
    entry = stored(backend, assessment)
    assert entry.answer == Answer(numerator="450", denominator="499")
    assert entry.self_assessment is not None
    assert entry.self_assessment.points == "1.5"


@pytest.mark.parametrize("by", ["button", "command"])
def test_it_is_taken_over_and_back(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, form: Path, by: str
) -> None:
    take_in(qtbot, page, form)
    assert page.card is not None
    if by == "button":
        qtbot.mouseClick(page.card.own.take, Qt.MouseButton.LeftButton)
    else:
        page.commands["take_over"]()
    assert stored(backend, assessment).answer == Answer(numerator="467", denominator="499")
    assert page.card.editor.named_fields()["numerator"].text() == "467"
    page.undo()
    assert stored(backend, assessment).answer is None
    assert stored(backend, assessment).self_assessment is not None


def test_points_alone_cannot_be_taken_over(qtbot: QtBot, page: ChecklistPage, form: Path) -> None:
    take_in(qtbot, page, form)
    page.go_to(NEXT)
    assert page.card is not None
    assert page.card.own.take.isHidden()
    with qtbot.waitSignal(page.notice) as notice:
        page.commands["take_over"]()
    assert notice.args[0] == "自评在这一项没有可以采用的答案。"


def test_other_points_ask_for_a_reason_which_is_saved(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, form: Path
) -> None:
    take_in(qtbot, page, form)
    assert page.card is not None
    own = page.card.own
    assert not own.reason.isVisible()
    for name, text in (("numerator", "430"), ("denominator", "499")):
        field = page.card.editor.named_fields()[name]
        field.setFocus()
        qtbot.keyClicks(field, text)
    assert own.reason.isVisible()
    assert "不说明原因不能签名。" in own.missing.words
    own.reason.setFocus()
    qtbot.keyClicks(own.reason, "37 lots missing")
    assert own.missing.words == ""
    page.leave()
    assert stored(backend, assessment).differs_because == "37 lots missing"
    view = backend.open_assessment(assessment)
    assert "obstacle.differs_without_reason" not in {found.code for found in backend.obstacles(view)}


def test_the_same_points_ask_for_nothing(qtbot: QtBot, page: ChecklistPage, form: Path) -> None:
    take_in(qtbot, page, form)
    page.commands["take_over"]()
    assert page.card is not None
    assert not page.card.own.reason.isVisible()


def test_the_form_is_undone_in_one_step(
    qtbot: QtBot, page: ChecklistPage, backend: ServiceBackend, assessment: str, form: Path
) -> None:
    take_in(qtbot, page, form)
    page.undo()
    assert {stored(backend, assessment, item).self_assessment for item in (FIRST, NEXT)} == {None}


def test_faults_are_listed_with_their_cells_to_copy(page: ChecklistPage) -> None:
    error = AnswersFaults("f.xlsx", (Fault("自评打分表!F7", "self_form.points_range", {"found": "9", "full": "1.5"}),))
    dialog = page.own.faults_dialog(error)
    shown = dialog.findChild(QPlainTextEdit)
    assert isinstance(shown, QPlainTextEdit)
    assert shown.toPlainText() == "自评打分表!F7  这里填的是 9；应填 0 至 1.5 的分数。"


def test_a_file_that_is_no_form_is_said(qtbot: QtBot, page: ChecklistPage, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK")
    with qtbot.waitSignal(page.failed, timeout=20_000) as failed:
        page.own.take_in(path)
    assert failed.args[0].code == "self_form.not_a_workbook"


def test_the_blank_form_is_written_where_one_chooses(
    qtbot: QtBot, page: ChecklistPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "f.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    with qtbot.waitSignal(page.notice, timeout=20_000) as notice:
        page.commands["self_form"]()
    assert notice.args[0] == f"f.xlsx：自评表，共 {len(page._items)} 项"
    assert out.exists()


def test_the_filled_form_is_chosen_from_the_menu(
    qtbot: QtBot, page: ChecklistPage, form: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(form), ""))
    with qtbot.waitSignal(page.own.changed, timeout=20_000):
        page.commands["self_import"]()


def test_no_keystroke_can_write_the_bodys_own_word(backend: ServiceBackend, assessment: str) -> None:
    entry = Entry(answer=Answer(value="95"), self_assessment=SelfAssessment(points="1"))
    assert backend.record_entry(assessment, FIRST, entry).entries[FIRST].self_assessment is None


def test_last_year_is_context_and_fills_nothing_in(
    qtbot: QtBot, backend: ServiceBackend, page: ChecklistPage, tmp_path: Path
) -> None:
    assert page.panel.last_year.isHidden()
    body = found_body("140425")
    scheme = backend.schemes()[0]
    before = backend.start_assessment(body, 2023, "annual", scheme, backend.proposed_agreement(scheme, body, 2023))
    backend.record_entry(before, FIRST, Entry(answer=Answer(numerator="467", denominator="499")))
    page.own.last = backend.own.last_round(backend.open_assessment(start_of(backend)))
    page.own.looked.emit()
    lines = [label.text() for label in page.panel.last_year.findChildren(QLabel)]
    assert lines == ["去年", "467 / 499 · 93.59 % · 1.5 / 1.5 分"]
    assert page.card is not None
    assert page.card.editor.named_fields()["numerator"].text() == ""


def start_of(backend: ServiceBackend) -> str:
    return next(line.id for line in backend.list_assessments() if line.year == 2024)
