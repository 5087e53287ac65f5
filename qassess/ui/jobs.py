"""Long work off the GUI thread: plain functions on one worker, with progress, cancel and a default error path.

Only data crosses threads, by queued signals. A job never touches a widget; it opens its own unit of work, and a
cancelled one leaves its transaction rolled back.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from sys import setswitchinterval
from threading import Event
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

SWITCH_AFTER = 0.0005
"""Seconds after which the worker lets the window go on. Python's own 0.005 is waited for at nearly every call into Qt,
many times in one repaint; the worker loses next to nothing by handing over sooner."""

Result = TypeVar("Result")
Fallback = Callable[[BaseException], None]


class JobCancelled(Exception):
    """The user cancelled; raised inside the work by :meth:`Progress.check`."""


class Progress(QObject):
    """What the work is given: it reports steps done and looks for a cancel at its safe points."""

    reported = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._cancel = Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next safe point."""
        self._cancel.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether a cancel was asked for."""
        return self._cancel.is_set()

    def check(self) -> None:
        """Raise :class:`JobCancelled` if a cancel was asked for."""
        if self.is_cancelled:
            raise JobCancelled

    def report(self, done: int, total: int) -> None:
        """Report progress and look for a cancel."""
        self.reported.emit(done, total)
        self.check()


class Job(QObject, Generic[Result]):
    """One piece of work under way. Its callbacks run on the GUI thread, and not at all once cancelled or forgotten."""

    _succeeded = Signal(object)
    _failed = Signal(object)

    def __init__(self, work: Callable[[Progress], Result], done: Callable[[Result], None], failed: Fallback) -> None:
        super().__init__()
        self.progress = Progress()
        self._work = work
        self._done = done
        self._on_failure = failed
        self.is_running = True
        self._is_awaited = True
        self._succeeded.connect(self._on_succeeded, Qt.ConnectionType.QueuedConnection)
        self._failed.connect(self._on_failed, Qt.ConnectionType.QueuedConnection)

    def forget(self) -> None:
        """Call nobody back any more: who waited for it is gone. The work itself goes on."""
        self._is_awaited = False

    def run(self) -> None:
        """Do the work; called on the worker thread."""
        try:
            self.progress.check()
            result = self._work(self.progress)
        except Exception as error:  # noqa: BLE001  # a job's failure must reach the GUI thread, whatever it is
            self._failed.emit(error)
        else:
            self._succeeded.emit(result)

    @Slot(object)
    def _on_succeeded(self, result: Result) -> None:
        self.is_running = False
        if self._is_awaited and not self.progress.is_cancelled:
            self._done(result)

    @Slot(object)
    def _on_failed(self, error: BaseException) -> None:
        self.is_running = False
        if not isinstance(error, JobCancelled) and self._is_awaited:
            self._on_failure(error)


class JobRunner:
    """Runs jobs one after the other on one worker, so that writes are serial. ``failed`` is the default error path."""

    def __init__(self, failed: Fallback) -> None:
        setswitchinterval(SWITCH_AFTER)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="qassess-job")
        self._failed = failed
        self._jobs: list[Job[object]] = []

    def start(
        self, work: Callable[[Progress], Result], done: Callable[[Result], None], failed: Fallback | None = None
    ) -> Job[Result]:
        """Queue work; ``done`` gets its result and ``failed`` its error, both on the GUI thread."""
        job = Job(work, done, failed or self._failed)
        self._jobs = [running for running in self._jobs if running.is_running]
        self._jobs.append(job)  # type: ignore[arg-type]  # kept alive only, never called through this list
        self._pool.submit(job.run)
        return job

    @property
    def is_busy(self) -> bool:
        """Whether any job is under way."""
        return any(job.is_running for job in self._jobs)

    def close(self) -> None:
        """Cancel what runs, wait for it and end the worker."""
        for job in self._jobs:
            job.progress.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
