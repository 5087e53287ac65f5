"""How long the window is ever blocked while 117 small files are looked at and merged. Run with ``pytest -m bench -s``.

A timer asks to be called as often as the event loop can; the longest time between two calls is the longest block.
"""

from time import perf_counter

import pytest
from PySide6.QtCore import QTimer

from qassess.app import open_window
from qassess.domain.answers import Answer, Entry
from qassess.services.assessments import proposed_agreement, record_entry, start_assessment
from qassess.services.exchange import export_assessments
from qassess.services.views import found_body
from qassess.services.workspace import open_workspace
from qassess.settings import LoadedSettings, Role, Settings, Theme
from tests.e2e.office_files import COUNTIES, scheme
from tests.services.conftest import TickingClock

pytestmark = pytest.mark.bench

FILES = 117
LIMIT = 50
"""Milliseconds: longer than this, a person notices."""


class Watchdog:
    """Notes the longest time the event loop did not come round, in milliseconds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.longest, self._last = 0.0, perf_counter()
        self._timer.start()

    def stop(self) -> float:
        self._timer.stop()
        return self.longest

    def _tick(self) -> None:
        now = perf_counter()
        self.longest = max(self.longest, (now - self._last) * 1000)
        self._last = now


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """117 files: thirteen counties in nine years."""
    made = tmp_path_factory.mktemp("many")
    stick = made / "stick"
    stick.mkdir()
    workspace = open_workspace(made / "all.db", author="李静", device="laptop", clock=TickingClock())
    pinned = scheme()
    for year in range(2016, 2025):
        for body in COUNTIES:
            agreement = proposed_agreement(pinned, found_body(body), year)
            county = start_assessment(workspace, body_id=body, year=year, scheme=pinned, agreement=agreement)
            for place in range(12):
                record_entry(workspace, county, "food", Entry(answer=Answer(value=f"{80 + place}")))
            record_entry(workspace, county, "meetings", Entry(answer=Answer(option=2)))
            export_assessments(workspace, [county], stick / f"{body}-{year}.qassess")
    workspace.close()
    return stick


def test_the_window_stays_fluent(qtbot, folder, tmp_path):
    settings = Settings(author="赵敏", unit="市考核办", role=Role.CITY_OFFICE, theme=Theme.LIGHT)
    window = open_window(LoadedSettings(settings=settings), tmp_path / "office.db")
    window.resize(1366, 768)
    with qtbot.waitSignal(window.ready, timeout=30_000):
        window.show()
    idle = lambda: not window.desk.runner.is_busy  # noqa: E731 - one line says it
    qtbot.waitUntil(idle, timeout=20_000)
    window.commands["merge"].trigger()
    qtbot.waitUntil(idle, timeout=20_000)
    page, watchdog = window.page, Watchdog()
    for name, begin in (("looked at", lambda: page.add([folder])), ("merged", page.merge_all)):
        watchdog.start()
        started = perf_counter()
        begin()
        qtbot.waitUntil(idle, timeout=120_000)
        took = perf_counter() - started
        longest = watchdog.stop()
        print(f"\n{FILES} files {name} in {took:.1f} s; longest block of the window {longest:.0f} ms (limit {LIMIT})")
        assert longest <= LIMIT
    assert page.totals.merged == FILES
    window.close()
    window.deleteLater()
