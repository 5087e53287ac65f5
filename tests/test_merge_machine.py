"""Laptops and offices with real files, in any history: what is united is the union, and says the same everywhere.

Every step is the product's own (databases, export files, merges, undo). Beside it stands a model that knows nothing but
sets of revisions.
"""

import atexit
import json
import os
import shutil
from contextlib import ExitStack
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from qassess.domain.canonical import canonical_text
from qassess.domain.fields import UNSETTLED
from qassess.domain.revision import Kind, Revision, assessment_prefix, entity_of
from qassess.domain.settling import automatic_revisions, settle
from qassess.errors import QassessError
from qassess.storage.database import open_database
from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.export_file import write_export
from qassess.storage.export_format import ExportOrigin, ManifestSignature
from qassess.storage.merge import Merger
from qassess.storage.merge_undo import redo_merge, undo_merge

pytestmark = pytest.mark.slow

SCHEME = canonical_text({"id": "a scheme of no items"})
SHA256 = sha256(SCHEME.encode()).hexdigest()
PREFIXES = tuple(assessment_prefix(body, 2024, "annual", SHA256) for body in ("140425", "140427"))
ITEMS = ("food", "air", "water")
LAPTOPS = ("left", "right")
OFFICES = ("city", "county")
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a disk in memory: thousands of syncs
EXAMPLES = {"ci": 200, "long": 2000}
"""Histories in each profile of the suite."""


class Place:
    """One database, and the model of it: what was written here, and the files it holds with what each brought."""

    def __init__(self, folder, name, template):
        self.name = name
        path = folder / name / "work.db"
        path.parent.mkdir()
        shutil.copyfile(template, path)
        self.database = open_database(path)
        self.evidence = EvidenceStore(path)
        self.written = set(begun()[1])
        self.merged = {}
        self.undone = {}

    @property
    def expected(self):
        return self.written.union(*self.merged.values())

    def revisions(self):
        with self.database.unit_of_work(reading=True) as uow:
            assert uow.projection_is_current()
            return {stored.revision.id: stored.revision for prefix in PREFIXES for stored in uow.history_under(prefix)}

    def heads(self):
        with self.database.unit_of_work(reading=True) as uow:
            return {stored.revision.id for prefix in PREFIXES for stored in uow.heads_under(prefix)}

    def append(self, uow, revision):
        uow.append(revision)
        self.written.add(revision.id)


def by_entity(revisions):
    grouped = {}
    for revision in revisions:
        grouped.setdefault(revision.entity, []).append(revision)
    return grouped


def revision(entity, kind, payload, *, author="", hlc=0, parents=()):
    return Revision(kind=kind, entity=entity, parents=parents, author=author, device=author, hlc=hlc,
                    payload=canonical_text(payload))  # fmt: skip


class Exchange(RuleBasedStateMachine):
    """Edits on laptops and offices, files between them, merges, undos, decisions."""

    files = Bundle("files")

    @initialize(item=st.sampled_from(ITEMS[:2]), values=st.permutations(["1", "2", "3"]), common=st.booleans())
    def begin(self, item, values, common):
        """Two laptops answer one item differently, from a common beginning or apart, and one office has both."""
        self.held = ExitStack()
        self.folder = Path(mkdtemp(prefix="qassess-machine-", dir=IN_MEMORY))
        self.held.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.clock = 0
        self.conflicts = {}
        self.in_conflict = False
        self.places = {}
        for name in LAPTOPS + OFFICES:
            self.places[name] = Place(self.folder, name, begun()[0])
            self.held.callback(self.places[name].database.close)
        self.touched = set(self.places)
        if common:
            self.answer("left", PREFIXES[0], item, values[2])
            self.merge("right", self.export("left", PREFIXES))
        for name, value in zip(LAPTOPS, values, strict=False):
            self.answer(name, PREFIXES[0], item, value)
            self.merge("city", self.export(name, PREFIXES))

    def edit(self, place, prefix, item, change):
        """Edit an item as a workspace does: fold the heads, then one revision on top that keeps open conflicts open."""
        self.clock += 1
        self.touched.add(place.name)
        entity = entity_of(prefix, Kind.ENTRY, item)
        with place.database.unit_of_work() as uow:
            history = [stored.revision for stored in uow.history(entity)]
            for automatic in automatic_revisions(history) if history else ():
                place.append(uow, automatic)
                history.append(automatic)
            before = settle(history).document if history else {"item": item}
            after = {**before, **change}
            marks = {name: sides for name, sides in after.pop(UNSETTLED, {}).items() if name not in change}
            after |= {UNSETTLED: marks} if marks else {}
            parents = tuple(stored.revision.id for stored in uow.heads(entity))
            # The same edit made by the same person at the same time is the same revision: the clock tells them apart.
            place.append(uow, revision(entity, Kind.ENTRY, after, author=place.name, hlc=self.clock, parents=parents))
            uow.commit()

    @rule(
        name=st.sampled_from(LAPTOPS + OFFICES),
        prefix=st.sampled_from(PREFIXES),
        item=st.sampled_from(ITEMS[:2]),
        value=st.sampled_from(["1", "2", "2.0"]),
    )
    def answer(self, name, prefix, item, value):
        self.edit(self.places[name], prefix, item, {"answer": {"value": value}})

    @rule(name=st.sampled_from(LAPTOPS + OFFICES), item=st.sampled_from(ITEMS), note=st.sampled_from(["甲", "乙"]))
    def note(self, name, item, note):
        self.edit(self.places[name], PREFIXES[0], item, {"note": note})

    @rule(name=st.sampled_from(LAPTOPS), pieces=st.sets(st.sampled_from(["a", "b", "c"])))
    def attach(self, name, pieces):
        self.edit(self.places[name], PREFIXES[0], "food", {"evidence": sorted(pieces)})

    @rule(target=files, name=st.sampled_from(LAPTOPS + OFFICES), prefixes=st.sampled_from([PREFIXES, PREFIXES[:1]]))
    def export(self, name, prefixes):
        place = self.places[name]
        self.clock += 1
        out = self.folder / f"{self.clock}-{name}.qassess"
        write_export(
            place.database,
            prefixes,
            out,
            origin=ExportOrigin(program="test", device=name, author=name, at=self.clock),
            sign=lambda _body: ManifestSignature(b"", b""),
            evidence=place.evidence,
        )
        inside = {known for known, revision in place.revisions().items() if revision.entity[:8] in prefixes}
        return out, frozenset(inside)

    @rule(name=st.sampled_from(OFFICES + LAPTOPS), file=files)
    def merge(self, name, file):
        place, (path, inside) = self.places[name], file
        self.touched.add(name)
        before = set(place.revisions())
        with merger(place) as merging:
            looked = merging.inspect(path)
            assert set(place.revisions()) == before
            outcome = merging.merge(path, at=self.clock)
        known = path in {known_path for known_path, _ in place.merged}
        assert outcome.verdict == ("known" if known else "merged" if inside - before else "nothing_new")
        assert known or (looked.new, looked.known) == (outcome.new, outcome.known)
        if not known:
            assert outcome.new == len(inside - before)
            place.merged[path, outcome.merge] = inside

    @rule(name=st.sampled_from(OFFICES + LAPTOPS), order=st.randoms(use_true_random=False))
    def undo(self, name, order):
        """Take a merge back: as if it had never been, unless something here rests on it."""
        place = self.places[name]
        if not place.merged:
            return
        key = order.choice(sorted(place.merged, key=str))
        without = place.written.union(*(inside for known, inside in place.merged.items() if known != key))
        present = place.revisions()
        lost = set(present) - without
        rests = any(set(present[known].parents) & lost for known in without)
        self.touched.add(name)
        if rests:
            with pytest.raises(QassessError, match=r"merge\.undo_blocked"):
                undo_merge(place.database, key[1], at=self.clock)
            return
        undo_merge(place.database, key[1], at=self.clock)
        place.undone[key] = place.merged.pop(key)

    @rule(name=st.sampled_from(OFFICES + LAPTOPS), order=st.randoms(use_true_random=False))
    def redo(self, name, order):
        place = self.places[name]
        waiting = [key for key in place.undone if key[0] not in {path for path, _ in place.merged}]
        if not waiting:
            return
        key = order.choice(sorted(waiting, key=str))
        self.touched.add(name)
        entry = redo_merge(place.database, key[1], at=self.clock)
        place.merged[key[0], entry.id] = place.undone.pop(key)

    @precondition(lambda self: any(self.conflicts.values()))
    @rule(name=st.sampled_from(OFFICES), last=st.booleans())
    def decide(self, name, last):
        """Decide the first open conflict for one of its sides."""
        place = self.places[name]
        for history in by_entity(place.revisions().values()).values():
            for conflict in settle(history).conflicts:
                side = conflict.sides[-1 if last else 0]
                item = json.loads(history[0].payload)["item"]
                self.edit(place, conflict.entity[:8], item, {conflict.field[0]: side.value})
                left = settle([*self.history(place, conflict.entity)]).conflicts
                assert conflict.name not in {known.name for known in left}
                return

    @staticmethod
    def history(place, entity):
        with place.database.unit_of_work(reading=True) as uow:
            return [stored.revision for stored in uow.history(entity)]

    @rule(order=st.permutations([*LAPTOPS, *OFFICES]))
    def unite(self, order):
        """Unite all places in two fresh offices, in two orders and groupings: the same set, saying the same."""
        files = [self.export(name, PREFIXES) for name in order]
        union = frozenset().union(*(inside for _, inside in files))
        said = []
        for number, grouping in enumerate((files, files[::-1] + files[:1])):
            self.clock += 1
            fresh = Place(self.folder, f"fresh-{self.clock}-{number}", begun()[0])
            with merger(fresh) as merging:
                for path, _ in grouping:
                    merging.merge(path, at=self.clock)
            revisions = fresh.revisions()
            assert set(revisions) == union
            said.append({entity: settle(history) for entity, history in by_entity(revisions.values()).items()})
            fresh.database.close()
        assert said[0] == said[1]

    @invariant()
    def every_place_holds_the_union_and_its_heads(self):
        for name in sorted(getattr(self, "touched", ())):
            place = self.places[name]
            revisions = place.revisions()
            assert set(revisions) == place.expected
            parents = {parent for known in revisions.values() for parent in known.parents}
            assert parents <= set(revisions)
            assert place.heads() == set(revisions) - parents
            histories = by_entity(revisions.values()).values()
            self.conflicts[name] = sum(len(settle(history).conflicts) for history in histories if len(history) > 1)
            self.in_conflict = self.in_conflict or self.conflicts[name] > 0
        self.touched = set()

    def teardown(self):
        if hasattr(self, "held"):
            event(f"in conflict at some time: {self.in_conflict}")
            self.held.close()


def merger(place):
    return Merger(place.database, place.evidence, check_signature=lambda _body, _key, _signature: True)


@cache
def begun():
    """Return a database in which both assessments are begun, and those revisions: the same bytes on every machine."""
    folder = Path(mkdtemp(prefix="qassess-begun-", dir=IN_MEMORY))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    bodies = zip(PREFIXES, ("140425", "140427"), strict=True)
    records = [
        revision(
            entity_of(prefix, Kind.ASSESSMENT),
            Kind.ASSESSMENT,
            {"body": body, "year": 2024, "round": "annual", "scheme": SHA256, "checklist": "county"},
        )
        for prefix, body in bodies
    ]
    with open_database(folder / "begun.db") as database, database.unit_of_work() as uow:
        uow.append(revision(bytes.fromhex(SHA256)[:16], Kind.SCHEME, json.loads(SCHEME)))
        for record in records:
            uow.append(record)
        uow.commit()
    return folder / "begun.db", frozenset(record.id for record in records)


Exchange.TestCase.settings = settings(
    max_examples=EXAMPLES.get(os.environ.get("HYPOTHESIS_PROFILE", "ci"), 200), stateful_step_count=12
)
TestExchange = Exchange.TestCase
