"""Review: what would lift the grade, shown as links, or why points alone would not."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from qassess.domain.answers import Adjustment, Answer, Entry
from qassess.ui.checklist import ChecklistPage
from qassess.ui.main_window import MainWindow
from qassess.ui.review import ReviewPage
from qassess.ui.service_backend import ServiceBackend

OpenWindow = Callable[..., MainWindow]


def review_of_the_sample(window: MainWindow) -> ReviewPage:
    desk = window.desk
    assert desk is not None
    backend = desk._backend
    assert isinstance(backend, ServiceBackend)
    desk.review(backend.start_sample())
    page = window.page
    assert isinstance(page, ReviewPage)
    return page


def test_the_fewest_items_that_lift_the_grade_are_links(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    page = review_of_the_sample(window)
    lift = page.state.lift
    assert lift is not None
    assert lift.words == f"要到A级，最少改善 {len(lift.items)} 项："
    shown = {found.text(): found for found in page.summary.findChildren(QPushButton)}
    first = lift.items[0]
    assert "（+1.28）" in first.words
    shown[first.words].click()
    assert isinstance(window.page, ChecklistPage)
    assert window.page.item.id == first.item


def test_improving_just_these_items_does_lift_it(open_window: OpenWindow) -> None:
    window = open_window()
    page = review_of_the_sample(window)
    backend, view = page._backend, page._view
    lift = backend.lifting(view)
    assert lift is not None
    assert view.sheet.grade != lift.to
    for gain in lift.items:
        entry = view.entries[gain.item]
        full = view.sheet.items[gain.item].full
        assert full is not None
        backend.record_entry(view.id, gain.item, _adjusted(entry, points=str(float(full)), reason="整改后复核"))
    assert backend.open_assessment(view.id).sheet.grade == lift.to


def _adjusted(entry: Entry, *, points: str, reason: str) -> Entry:
    return replace(entry, adjustment=Adjustment(points=points, reason=reason))


def test_a_veto_is_said_where_points_cannot_lift(open_window: OpenWindow) -> None:
    window = open_window()
    page = review_of_the_sample(window)
    backend, view = page._backend, page._view
    veto = next(known for known in view.sheet.gates)
    answer = Answer(occurred=True, confirmed_by="王强")
    backend.record_entry(view.id, veto.item, Entry(answer=answer))
    assert window.desk is not None
    window.desk.review(view.id)
    again = window.page
    assert isinstance(again, ReviewPage)
    lift = again.state.lift
    assert lift is not None
    assert lift.items == ()
    assert lift.words.startswith("单靠得分到不了")


def test_nothing_is_said_at_the_best_grade(open_window: OpenWindow) -> None:
    page = review_of_the_sample(open_window())
    backend, view = page._backend, page._view
    for item in view.checklist.items:
        score = view.sheet.items[item.id]
        if score.points is not None and score.points < score.due and score.full is not None:
            adjusted = _adjusted(view.entries[item.id], points=str(float(score.full)), reason="整改后复核")
            backend.record_entry(view.id, item.id, adjusted)
    after = backend.open_assessment(view.id)
    assert after.sheet.grade == "A"
    assert backend.lifting(after) is None
