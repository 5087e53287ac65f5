"""What a file says once it is united with the database: seen from inside the transaction that unites them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from qassess.domain.carry_over import CarriedOver
from qassess.domain.revision import Revision
from qassess.domain.settling import FieldConflict, settle
from qassess.errors import QassessError
from qassess.services.carry_over import carry_over
from qassess.services.standing import DECIDABLE, standing_under
from qassess.services.views import read_view
from qassess.services.workspace import Workspace, scheme_entity
from qassess.storage.export_format import AssessmentFacts, ManifestFacts
from qassess.storage.source_defences import SourceRefused
from qassess.storage.unit_of_work import UnitOfWork

Histories = Mapping[bytes, Sequence[Revision]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One assessment as it reads after the file."""

    scheme: str = ""
    version: str = ""
    signatures: int = 0
    changed: tuple[str, ...] = ()
    carried: CarriedOver | None = None


@dataclass(slots=True)
class Contents:
    """What was seen of one file: each assessment as it reads, and the fields newly in conflict (ids)."""

    workspace: Workspace
    readings: dict[str, Reading] = field(default_factory=dict)
    disputes: frozenset[str] = frozenset()

    def look(self, uow: UnitOfWork, manifest: ManifestFacts) -> None:
        """Look at the database with the file in it; answers of another version are carried over in the same step.

        Raises ``SourceRefused`` for a file after which an assessment could not be read here any more.
        """
        with self.workspace.database.unit_of_work(reading=True) as before:
            for facts in manifest.assessments:
                self.readings[facts.prefix] = self._reading(uow, before, facts)
            touched = self._touched(manifest)
            self.disputes = frozenset(disputes_under(uow, touched)) - frozenset(disputes_under(before, touched))
            self._keep(uow, before, (*touched, *(scheme_entity(sha256) for sha256 in manifest.schemes)))

    def _keep(self, uow: UnitOfWork, before: UnitOfWork, touched: Sequence[bytes]) -> None:
        """Keep nothing more: after a merge the database itself has it."""

    def _touched(self, manifest: ManifestFacts) -> tuple[bytes, ...]:
        """Return the prefixes that change: those in the file, and where its answers were carried."""
        own = {bytes.fromhex(facts.prefix) for facts in manifest.assessments}
        others = {
            bytes.fromhex(reading.carried.assessment)
            for reading in self.readings.values()
            if reading.carried is not None
        }
        return tuple(sorted(own | others))

    def _reading(self, uow: UnitOfWork, before: UnitOfWork, facts: AssessmentFacts) -> Reading:
        try:
            view = read_view(self.workspace, uow, facts.prefix)
            carried = carry_over(self.workspace, uow, before, view)
        except QassessError as unreadable:
            raise SourceRefused(_refusal(unreadable.code), body=facts.body, reason=unreadable.code) from unreadable
        return Reading(
            scheme=view.scheme.scheme.id,
            version=view.scheme.scheme.version,
            signatures=len(view.signatures),
            changed=view.changed_since_signing,
            carried=carried,
        )


@dataclass(slots=True)
class Rehearsal(Contents):
    """What was seen of a file that is not merged, and what of it is new, for the files after it in the same batch."""

    histories: Histories = field(default_factory=dict)
    new: frozenset[bytes] = frozenset()

    def _keep(self, uow: UnitOfWork, before: UnitOfWork, touched: Sequence[bytes]) -> None:
        known = {revision.id for history in _histories(before, touched).values() for revision in history}
        histories = _histories(uow, touched)
        ids = {entity: {revision.id for revision in history} for entity, history in histories.items()}
        # Only what the file adds to can differ for the files after it.
        self.histories = {entity: histories[entity] for entity, present in ids.items() if not present <= known}
        self.new = frozenset(revision_id for present in ids.values() for revision_id in present - known)

    def already(self, earlier: Iterable["Rehearsal"]) -> int:
        """Return how many of the new revisions an earlier file of the batch brings too."""
        return len(self.new & frozenset[bytes]().union(*(other.new for other in earlier)))

    def conflicts_after(self, earlier: Sequence["Rehearsal"]) -> int:
        """Return how many fields come into conflict when the earlier files of the batch are there already."""
        disputes = set(self.disputes)
        for entity, history in self.histories.items():
            others = [revision for other in earlier for revision in other.histories.get(entity, ())]
            if others:
                without = {known.id for known in _conflicts(_known_before(history, self.new) + others)}
                disputes -= {known.id for known in _conflicts(history)}
                disputes |= {known.id for known in _conflicts([*history, *others])} - without
        return len(disputes)


def _refusal(code: str) -> str:
    if code == "body.unknown":
        return "merge.body_unknown"
    return "merge.scheme_unusable" if code.startswith("scheme.") else "merge.unreadable"


def disputes_under(uow: UnitOfWork, prefixes: Iterable[bytes]) -> Iterator[str]:
    """Give the id of every field in conflict in these assessments."""
    for prefix in prefixes:
        for standing in standing_under(uow, prefix).values():
            for conflict in standing.conflicts:
                yield conflict.id


def _histories(uow: UnitOfWork, prefixes: Iterable[bytes]) -> Histories:
    stored = [held.revision for prefix in prefixes for held in uow.history_under(prefix)]
    return {entity: list(history) for entity, history in groupby(stored, key=lambda revision: revision.entity)}


def _known_before(history: Sequence[Revision], new: frozenset[bytes]) -> list[Revision]:
    return [revision for revision in history if revision.id not in new]


def _conflicts(revisions: Sequence[Revision]) -> tuple[FieldConflict, ...]:
    return settle(revisions).conflicts if revisions and revisions[0].kind in DECIDABLE else ()
