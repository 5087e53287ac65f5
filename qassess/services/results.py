"""Results of a year: read every assessment of a round once, rank, and close a round when everything is final."""

import json
from collections.abc import Callable
from pathlib import Path

from qassess.domain.bodies import Body
from qassess.domain.ranking import Contender, Table, rank
from qassess.domain.results import Results, closing_obstacles
from qassess.errors import QassessError
from qassess.services.bodies import assessable_bodies
from qassess.services.files import write_whole
from qassess.services.views import AssessmentView, found_body, read_view
from qassess.services.workspace import Workspace
from qassess.storage.unit_of_work import UnitOfWork
from qassess.wording import say_round_source

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

_CLOSED = "round.closed"


def results(
    workspace: Workspace,
    year: int,
    *,
    kind: str | None = None,
    round_: str = "annual",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Results:
    """Read and rank all assessments of a year and round, of one kind or of both.

    One reading transaction, each assessment read and scored once; ``progress(done, of)`` counts assessments. Raises
    ``QassessError("work.cancelled")``, or what :func:`qassess.services.views.read_view` raises.
    """
    with workspace.database.unit_of_work(reading=True) as uow:
        wanted = [
            state
            for state in uow.assessment_states()
            if (state.year, state.round) == (year, round_) and kind in (None, found_body(state.body).kind)
        ]
        contenders = []
        for done, state in enumerate(wanted):
            go_on(cancelled)
            contenders.append(contender_of(read_view(workspace, uow, state.prefix.hex())))
            if progress is not None:
                progress(done + 1, len(wanted))
        closed = frozenset(_closed_rounds(uow))
    tables = rank(contenders, closed=closed, say_source=say_round_source)
    return Results(
        year=year,
        round=round_,
        tables=tables,
        waiting=_waiting(year, kind, {known.body.id for known in contenders}),
        made_at=workspace.clock().replace(microsecond=0),
    )


def go_on(cancelled: Cancelled | None) -> None:
    """Raise ``QassessError("work.cancelled")`` if the work is to stop."""
    if cancelled is not None and cancelled():
        raise QassessError("work.cancelled")


def contender_of(view: AssessmentView) -> Contender:
    """Return an assessment as it goes into the ranking."""
    return Contender(
        assessment=view.id,
        body=view.body,
        scheme=view.scheme,
        record=view.record,
        answers=view.answers,
        evidence=view.evidence,
        signatures=view.signatures,
        certificates=view.certificates,
        conflicts=view.conflicts,
        changed=view.changed_since_signing,
        revisions=view.revisions,
        editors=view.editors,
        saved_at=view.saved_at,
        sheet=view.sheet,
    )


def _waiting(year: int, kind: str | None, reported: set[str]) -> tuple[Body, ...]:
    """Return who could be assessed and is not here; of kinds of which nobody is here, nobody is waited for."""
    possible = [body for body in assessable_bodies(year) if kind in (None, body.kind)]
    kinds = {body.kind for body in possible if body.id in reported}
    return tuple(body for body in possible if body.kind in kinds and body.id not in reported)


def close_round(workspace: Workspace, found: Results, table: Table) -> Results:
    """Close a table's round: what depends on the other bodies becomes final, until anything in it changes.

    Kept on this machine only: the office closes, and a later change opens the round again by itself. Raises
    ``QassessError("round.not_final")`` while a result in it is blocked by anything else.
    """
    obstacles = closing_obstacles(table)
    if obstacles:
        names = "、".join(line.body.printed for line in obstacles)
        raise QassessError("round.not_final", count=len(obstacles), bodies=names)
    with workspace.database.unit_of_work() as uow:
        known = _closed_rounds(uow)
        if table.fingerprint not in known:
            uow.put_setting(_CLOSED, json.dumps([*known, table.fingerprint]))
            uow.commit()
    kinds = {known.kind for known in found.tables}
    return results(workspace, found.year, kind=kinds.pop() if len(kinds) == 1 else None, round_=found.round)


def _closed_rounds(uow: UnitOfWork) -> list[str]:
    stored: list[str] = json.loads(uow.setting(_CLOSED) or "[]")
    return stored


def write_workbook(
    found: Results, out: Path, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Path:
    """Write the results as an Excel workbook.

    Nothing stands under the final name until the file is whole. Raises ``QassessError``: ``work.cancelled``,
    ``file.unwritable`` …
    """
    from qassess.documents.results_workbook import build_workbook

    write_whole(out, build_workbook(found, progress=progress, cancelled=cancelled))
    return out


def write_results_pdf(
    found: Results, out: Path, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Path:
    """Write ranking and sections as a PDF; errors as in :func:`write_workbook`, and ``print.missing_glyphs``."""
    from qassess.documents.results_pdf import build_results

    write_whole(out, build_results(found, progress=progress, cancelled=cancelled))
    return out
