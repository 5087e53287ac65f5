"""Take what was answered under another version of the scheme into the office's own version, where it asks the same."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from qassess.domain.carry_over import CarriedOver, carried, is_carried, same_items
from qassess.domain.revision import Kind, Revision, assessment_prefix, entity_of
from qassess.domain.scheme import PinnedScheme
from qassess.services.standing import standing_under
from qassess.services.views import AssessmentView, entry_of, prefix_of
from qassess.services.workspace import Workspace, carry_scheme
from qassess.storage.unit_of_work import UnitOfWork

_SETTING = "office.scheme"


def choose_office_scheme(workspace: Workspace, year: int, round_: str, scheme: PinnedScheme) -> None:
    """Say by which version of the scheme this office assesses a round; kept on this machine."""
    with workspace.database.unit_of_work() as uow:
        carry_scheme(uow, scheme)
        uow.put_setting(_key(scheme.scheme.id, year, round_), scheme.sha256)
        uow.commit()


def office_scheme(workspace: Workspace, uow: UnitOfWork, like: PinnedScheme, year: int, round_: str) -> PinnedScheme:
    """Return the office's version of a scheme for a round: the one chosen, else the one most of its assessments have.

    Without any, it is the version given.
    """
    chosen = uow.setting(_key(like.scheme.id, year, round_))
    if chosen is not None:
        return workspace.scheme(uow, chosen)
    used = Counter(
        state.scheme
        for state in uow.assessment_states()
        if (state.year, state.round) == (year, round_) and state.scheme
    )
    for sha256, _count in sorted(used.items(), key=lambda known: (-known[1], known[0])):
        if uow.scheme_content(sha256) is not None and workspace.scheme(uow, sha256).scheme.id == like.scheme.id:
            return workspace.scheme(uow, sha256)
    return like


def carry_over(workspace: Workspace, uow: UnitOfWork, before: UnitOfWork, view: AssessmentView) -> CarriedOver | None:
    """Write an assessment's answers again under the office's version; ``None`` where that is its own version.

    ``before`` is the database without the file the assessment came in: what arrives does not choose the version.
    """
    record = view.record
    target = office_scheme(workspace, before, view.scheme, record.year, record.round)
    if target.sha256 == record.scheme:
        return None
    same = same_items(view.scheme, target)
    prefix = assessment_prefix(record.body, record.year, record.round, target.sha256)
    known = uow.history(entity_of(prefix, Kind.ASSESSMENT))
    with_record = not known or any(is_carried(stored.revision) for stored in known)
    for revision in carried(_wanted(uow, view.id, same, with_record=with_record), record.scheme, prefix, target.sha256):
        uow.append(revision)
    answered = {item for item, entry in view.entries.items() if entry.answer is not None}
    return CarriedOver(
        assessment=prefix.hex(),
        scheme=target.scheme.id,
        version=target.scheme.version,
        taken=tuple(sorted(answered & same)),
        listed=tuple(sorted(answered - same)),
    )


def _wanted(uow: UnitOfWork, assessment: str, same: frozenset[str], *, with_record: bool) -> Iterable[list[Revision]]:
    """Give the histories that go along: items that ask the same, their evidence, and the agreement if there is none."""
    prefix = prefix_of(assessment)
    entries = {entity_of(prefix, Kind.ENTRY, item) for item in same}
    standings = standing_under(uow, prefix)
    pieces = {
        piece
        for entity, standing in standings.items()
        if entity in entries
        for piece in entry_of(standing.payload).evidence
    }
    wanted = entries | {entity_of(prefix, Kind.EVIDENCE, piece) for piece in pieces}
    if with_record:
        wanted.add(entity_of(prefix, Kind.ASSESSMENT))
    stored = (held.revision for held in uow.history_under(prefix))
    for entity, history in groupby(stored, key=lambda revision: revision.entity):
        if entity in wanted:
            yield list(history)


def _key(scheme: str, year: int, round_: str) -> str:
    return f"{_SETTING}\x1f{scheme}\x1f{year}\x1f{round_}"
