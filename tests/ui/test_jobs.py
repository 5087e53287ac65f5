"""Jobs run off the GUI thread, report, can be cancelled, and never lose an error."""

import threading
from collections.abc import Iterator
from itertools import count

import pytest
from pytestqt.qtbot import QtBot

from qassess.ui.jobs import JobRunner, Progress


@pytest.fixture
def failures() -> list[BaseException]:
    return []


@pytest.fixture
def runner(qtbot: QtBot, failures: list[BaseException]) -> Iterator[JobRunner]:
    made = JobRunner(failures.append)
    yield made
    made.close()


def test_work_runs_elsewhere_and_its_result_comes_back(qtbot: QtBot, runner: JobRunner) -> None:
    got: list[tuple[str, bool]] = []
    here = threading.current_thread()

    def work(_progress: Progress) -> str:
        return threading.current_thread().name

    runner.start(work, lambda name: got.append((name, threading.current_thread() is here)))
    qtbot.waitUntil(lambda: bool(got))
    assert got[0][0].startswith("qassess-job")
    assert got[0][1]


def test_a_failure_takes_the_default_path(qtbot: QtBot, runner: JobRunner, failures: list[BaseException]) -> None:
    def work(_progress: Progress) -> None:
        raise ValueError("broken")

    runner.start(work, lambda _none: pytest.fail("it failed"))
    qtbot.waitUntil(lambda: bool(failures))
    assert str(failures[0]) == "broken"


def test_progress_is_reported_and_a_cancel_ends_the_work(
    qtbot: QtBot, runner: JobRunner, failures: list[BaseException]
) -> None:
    started, seen, done = threading.Event(), [], []

    def work(progress: Progress) -> None:
        for step in count():
            progress.report(step % 1_000_000, 1_000_000)
            started.set()

    job = runner.start(work, lambda _none: done.append(True))
    job.progress.reported.connect(lambda now, total: seen.append((now, total)))
    assert started.wait(5)
    qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    job.progress.cancel()
    qtbot.waitUntil(lambda: not job.is_running, timeout=20_000)
    assert not done
    assert not failures


def test_jobs_run_one_after_the_other(qtbot: QtBot, runner: JobRunner) -> None:
    order: list[int] = []
    done: list[int] = []
    for number in range(5):
        runner.start(lambda _progress, number=number: order.append(number), lambda _none: done.append(1))
    qtbot.waitUntil(lambda: len(done) == 5)
    assert order == [0, 1, 2, 3, 4]
    qtbot.waitUntil(lambda: not runner.is_busy)
