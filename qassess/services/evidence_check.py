"""Whether the evidence of an assessment is still there and still the same: at a glance, or by reading every byte."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from qassess.services.views import AssessmentView, read_view
from qassess.services.workspace import Workspace
from qassess.storage.evidence_store import Condition

KIB = 1024


class CheckStopped(Exception):
    """Somebody asked to stop; nothing is known of the rest."""


@dataclass(frozen=True, slots=True)
class EvidenceFaults:
    """Hashes of pieces whose file is missing, and of those whose bytes are not those that were attached."""

    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any fault."""
        return bool(self.missing or self.damaged)

    def joined(self, other: "EvidenceFaults") -> "EvidenceFaults":
        """Return the faults of both; what is missing is not called damaged as well."""
        missing = tuple(dict.fromkeys(self.missing + other.missing))
        damaged = dict.fromkeys(self.damaged + other.damaged)
        return EvidenceFaults(missing, tuple(sha for sha in damaged if sha not in missing))


def evidence_in_use(view: AssessmentView) -> tuple[str, ...]:
    """Return the hashes of the pieces that items of the checklist name, each once, in the checklist's order."""
    named = (sha for item in view.checklist.items if item.id in view.entries for sha in view.entries[item.id].evidence)
    return tuple(dict.fromkeys(named))


def check_evidence(
    workspace: Workspace,
    assessment: str,
    *,
    report: Callable[[int, int], object] = lambda _done, _total: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> EvidenceFaults:
    """Read every piece in use and return those that are missing or damaged.

    ``report`` is told of KiB read and in all. Raises :class:`CheckStopped`.
    """
    with workspace.database.unit_of_work(reading=True) as uow:
        view = read_view(workspace, uow, assessment)
    total = sum(record.size for record in view.evidence.values()) // KIB
    done = 0

    def tick(size: int) -> None:
        nonlocal done
        done += size
        report(done // KIB, total)
        if is_stopped():
            raise CheckStopped

    found = {sha: workspace.evidence.condition(sha, tick=tick) for sha in evidence_in_use(view)}
    return EvidenceFaults(
        tuple(sha for sha, condition in found.items() if condition is Condition.MISSING),
        tuple(sha for sha, condition in found.items() if condition is Condition.DAMAGED),
    )


def condition_of(workspace: Workspace, sha256: str, is_stopped: Callable[[], bool]) -> Condition:
    """Read one piece and say how it is. Raises :class:`CheckStopped`."""

    def tick(_size: int) -> None:
        if is_stopped():
            raise CheckStopped

    return workspace.evidence.condition(sha256, tick=tick)


def glance_at_evidence(
    workspace: Workspace, view: AssessmentView, pieces: Iterable[str] | None = None
) -> EvidenceFaults:
    """Return the pieces whose file is missing or has another size; no byte is read, so this is fit for every look."""
    missing, damaged = [], []
    for sha in evidence_in_use(view) if pieces is None else pieces:
        path, record = workspace.evidence.path_of(sha), view.evidence.get(sha)
        try:
            size = path.stat().st_size
        except OSError:
            missing.append(sha)
        else:
            if record is not None and record.size and size != record.size:
                damaged.append(sha)
    return EvidenceFaults(tuple(missing), tuple(damaged))
