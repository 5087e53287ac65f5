"""Agreement and team: who assesses which sections, where one went and whom one met; body and year by keyboard only."""

from collections.abc import Callable
from datetime import date
from time import perf_counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from qassess.domain.agreement import SiteVisit, TeamMember
from qassess.services.views import AssessmentView
from qassess.ui.agreement_rows import read_day
from qassess.ui.checklist import ChecklistPage
from qassess.ui.checklist_rows import Filter, listed
from qassess.ui.main_window import MainWindow
from qassess.ui.new_assessment import NewAssessment
from qassess.ui.service_backend import ServiceBackend
from qassess.ui.theme import LIGHT
from tests.ui.conftest import SETTINGS, start_pingshun
from tests.ui.test_pages import backend_of

OpenWindow = Callable[..., MainWindow]
TEAM = (
    TeamMember(name="李静", unit="市质监局", role="leader"),
    TeamMember(name="王强", unit="市食药监局", role="member", sections=("product",)),
    TeamMember(name="赵敏", unit="市环保局", role="member", sections=("service", "product")),
    TeamMember(name="刘洋", unit="市住建局", role="member"),
    TeamMember(name="陈晨", unit="市农委", role="member"),
)
VISITS = (
    SiteVisit(date="2025-01-14", place="平顺县政府会议室", met="张建国"),
    SiteVisit(date="2025-01-15", place="农贸市场"),
)


@pytest.fixture
def agreement(qtbot: QtBot, backend: ServiceBackend, assessment: str) -> NewAssessment:
    """The agreement's page of a running assessment."""
    made = NewAssessment(LIGHT, backend, SETTINGS, view=backend.open_assessment(assessment))
    for part in (made, made.bar_left, made.bar_right):
        qtbot.addWidget(part)
    made.resize(1366, 720)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def kept(page: NewAssessment, backend: ServiceBackend, assessment: str) -> AssessmentView:
    page.start.click()
    return backend.open_assessment(assessment)


def test_a_team_of_five_with_roles_and_sections_is_kept_whole(
    backend: ServiceBackend, assessment: str, agreement: NewAssessment
) -> None:
    agreement.team.show_team(TEAM)
    assert [member.name for member in agreement.team.team()] == [member.name for member in TEAM]
    view = kept(agreement, backend, assessment)
    assert [(member.name, member.role, set(member.sections)) for member in view.agreement.team] == [
        (member.name, member.role, set(member.sections)) for member in TEAM
    ]


def test_each_sees_the_items_of_the_own_sections(
    backend: ServiceBackend, assessment: str, agreement: NewAssessment
) -> None:
    agreement.team.show_team(TEAM)
    view = kept(agreement, backend, assessment)
    mine = listed(view, Filter.MINE, "", "王强")
    assert {item.section for item in mine} == {"product"}
    assert len(listed(view, Filter.MINE, "", "李静")) == len(view.checklist.items)


def test_a_member_is_added_and_removed_by_keyboard(qtbot: QtBot, agreement: NewAssessment) -> None:
    agreement.team.add.setFocus()
    qtbot.keyClick(agreement.team.add, Qt.Key.Key_Space)
    made = agreement.team.rows[-1]
    qtbot.waitUntil(made.name.hasFocus)
    qtbot.keyClicks(made.name, "Wang")
    assert agreement.team.team()[-1] == TeamMember(name="Wang", role="member")
    made.remove.setFocus()
    qtbot.keyClick(made.remove, Qt.Key.Key_Space)
    assert "Wang" not in [member.name for member in agreement.team.team()]


def test_sections_are_ticked_in_a_menu(agreement: NewAssessment) -> None:
    first = agreement.team.rows[0]
    first.name.setText("李静")
    menu = first.sections.menu()
    assert first.sections.text() == "全部部分"
    action = menu.actions()[0]
    action.trigger()
    assert first.sections.text() == action.text()
    assert agreement.team.team()[0].sections == (action.data(),)


@pytest.mark.parametrize(
    ("roles", "words"), [(("leader", "leader"), "只有一名组长"), (("member", "member"), "要有一名组长")]
)
def test_a_group_has_one_leader(
    agreement: NewAssessment, backend: ServiceBackend, assessment: str, roles: tuple[str, ...], words: str
) -> None:
    agreement.team.show_team(tuple(TeamMember(name=f"m{place}", role=role) for place, role in enumerate(roles)))
    view = kept(agreement, backend, assessment)
    assert words in agreement.refusal.words
    assert view.agreement.team == ()


def test_visits_are_kept_in_the_order_of_their_days_and_printed(
    backend: ServiceBackend, assessment: str, agreement: NewAssessment
) -> None:
    agreement.visits.show_visits((VISITS[1], VISITS[0]))
    assert kept(agreement, backend, assessment).agreement.visits == VISITS


def test_an_empty_visit_is_none_and_an_undated_one_is_refused_at_its_field(
    qtbot: QtBot, agreement: NewAssessment, backend: ServiceBackend, assessment: str
) -> None:
    assert agreement.visits.visits() == ()
    field: QWidget = agreement.visits.rows[0].date
    agreement.visits.rows[0].place.setText("农贸市场")
    kept(agreement, backend, assessment)
    assert "2025-01-14" in agreement.refusal.words
    qtbot.waitUntil(field.hasFocus)
    agreement.visits.rows[0].date.setText("２０２５年1月14日")
    view = kept(agreement, backend, assessment)
    assert view.agreement.visits == (SiteVisit(date="2025-01-14", place="农贸市场"),)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2025-01-14", date(2025, 1, 14)),
        ("2025.1.14", date(2025, 1, 14)),
        ("2025/1/14", date(2025, 1, 14)),
        ("２０２５－０１－１４", date(2025, 1, 14)),
        ("2025-02-30", None),
        ("14 January", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: date | None) -> None:
    assert read_day(typed) == day


def test_the_agreement_can_be_undone_on_the_checklist(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    assessment = start_pingshun(backend_of(window))
    assert window.desk is not None
    window.desk.open_assessment(assessment)
    window.commands["agreement"].trigger()
    page = window.page
    assert isinstance(page, NewAssessment)
    page.visits.show_visits(VISITS)
    page.start.click()
    assert isinstance(window.page, ChecklistPage)
    window.page.undo()
    assert backend_of(window).open_assessment(assessment).agreement.visits == ()


def test_body_and_year_in_seconds_by_keyboard_only(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.commands["new"].trigger()
    page = window.page
    assert isinstance(page, NewAssessment)
    box = page.finder.find_box
    qtbot.waitUntil(box.hasFocus)
    desk = window.desk
    assert desk is not None
    qtbot.waitUntil(lambda: not desk.runner.is_busy, timeout=20_000)
    slowest = 0.0
    for letter in "psx":
        begun = perf_counter()
        qtbot.keyClicks(box, letter)
        slowest = max(slowest, perf_counter() - begun)
    assert page.finder.list.count() > 1
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert page.finder.list.currentRow() == 1
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.text() == "平顺县"
    assert slowest < 1
    qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(window.page, ChecklistPage))
