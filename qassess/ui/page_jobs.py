"""The jobs of one page: started together with what follows, and forgotten when the page is left."""

from collections.abc import Callable
from typing import Any, TypeVar

from qassess.ui.jobs import Fallback, Job, JobRunner

Result = TypeVar("Result")


class PageJobs:
    """Starts jobs whose callbacks need the page. ``failed`` is told of what no job handles itself."""

    def __init__(self, runner: JobRunner, failed: Fallback) -> None:
        self._runner = runner
        self._failed = failed
        self._jobs: list[Job[Any]] = []

    def start(
        self, work: Callable[[], Result], done: Callable[[Result], object], failed: Fallback | None = None
    ) -> None:
        """Queue work; ``done`` gets its result and ``failed`` its error, both on the GUI thread."""
        job = self._runner.start(lambda _progress: work(), lambda result: _ignore(done(result)), failed or self._failed)
        self._jobs = [*(known for known in self._jobs if known.is_running), job]

    def forget(self) -> None:
        """Call nobody back any more: the page goes away."""
        for job in self._jobs:
            job.forget()


def _ignore(_result: object) -> None:
    """Drop a callback's result: it has no meaning."""
