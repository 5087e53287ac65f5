"""The projection kept by every append is the one the log alone gives, for any history and any order of arrival."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qassess.domain.canonical import canonical_text
from qassess.domain.revision import Kind, Revision, assessment_prefix, entity_of
from qassess.storage.database import open_database
from qassess.storage.unit_of_work import UnitOfWork

PREFIX = assessment_prefix("140425", 2024, "annual", "cd" * 32)
ENTITIES = {
    "A1": (Kind.ENTRY, entity_of(PREFIX, Kind.ENTRY, "A1")),
    "B2": (Kind.ENTRY, entity_of(PREFIX, Kind.ENTRY, "B2")),
    "": (Kind.ASSESSMENT, entity_of(PREFIX, Kind.ASSESSMENT)),
    "e": (Kind.EVIDENCE, entity_of(PREFIX, Kind.EVIDENCE, "e")),
}
PAYLOADS = st.sampled_from(
    [
        {"item": "A1", "answer": {"value": "1"}},
        {"item": "A1", "answer": {"not_applicable": "无"}, "flagged": True},
        {"item": "B2", "adjustment": {"points": "1", "reason": "r"}, "evidence": ["a", "b"]},
        {"body": "140425", "year": 2024, "round": "annual", "scheme": "cd" * 32, "checklist": "county"},
        {"body": 5, "year": "x", "item": ["not a text"], "answer": "not an object", "evidence": {"a": 1}},
        {"year": 10**30},
        {},
    ]
)
# An edit: of what, with which payload, at what time (ties and clocks gone back included), on which earlier revisions.
EDITS = st.lists(
    st.tuples(
        st.sampled_from(sorted(ENTITIES)),
        PAYLOADS,
        st.integers(0, 3),
        st.lists(st.integers(0, 7), max_size=2),
        st.sampled_from(["张三", "李四"]),
    ),
    max_size=25,
)


def history(edits: list) -> list[Revision]:
    """Make revisions whose parents are any earlier ones of the same entity: chains, forks, joins, several roots."""
    made: dict[str, list[Revision]] = {name: [] for name in ENTITIES}
    everything = []
    for name, payload, hlc, choices, author in edits:
        kind, entity = ENTITIES[name]
        earlier = made[name]
        parents = {earlier[choice % len(earlier)].id for choice in choices} if earlier else set()
        revision = Revision(
            kind=kind,
            entity=entity,
            parents=tuple(sorted(parents)),
            author=author,
            device="d",
            hlc=hlc,
            payload=canonical_text(payload),
        )
        if revision not in earlier:
            earlier.append(revision)
            everything.append(revision)
    return everything


def shown(uow: UnitOfWork) -> tuple:
    return (
        {stored.revision.id for stored in uow.heads_under(PREFIX)},
        uow.entry_states(PREFIX),
        uow.assessment_states(),
        uow.conflicts(PREFIX),
    )


@given(EDITS, st.randoms(use_true_random=False))
def test_kept_equals_rebuilt_in_any_order_of_arrival(edits, random):
    revisions = history(edits)
    with TemporaryDirectory() as folder:
        with open_database(Path(folder) / "a.db") as database, database.unit_of_work() as uow:
            for revision in revisions:
                uow.append(revision)
            assert uow.projection_is_current()
            first = shown(uow)
            named_as_parents = {parent for revision in revisions for parent in revision.parents}
            assert first[0] == {revision.id for revision in revisions} - named_as_parents
            uow.rebuild_projection()
            assert shown(uow) == first
            assert uow.projection_is_current()
        with open_database(Path(folder) / "b.db") as database, database.unit_of_work() as uow:
            for revision in shuffled_with_parents_first(revisions, random):
                uow.append(revision)
                uow.append(revision)
            assert shown(uow) == first


def shuffled_with_parents_first(revisions: list[Revision], random) -> list[Revision]:
    waiting, there, order = list(revisions), set(), []
    while waiting:
        ready = [revision for revision in waiting if there.issuperset(revision.parents)]
        chosen = random.choice(ready)
        waiting.remove(chosen)
        there.add(chosen.id)
        order.append(chosen)
    return order


def test_of_several_heads_the_latest_is_shown_and_ties_go_by_id(database, make, prefix):
    early, late = make(value="1", hlc=1), [make(value=str(number), hlc=9) for number in (2, 3, 4)]
    with database.unit_of_work() as uow:
        for revision in (*late, early):
            uow.append(revision)
        (state,) = uow.entry_states(prefix)
    assert state.heads == 4
    assert state.revision_id == max(revision.id for revision in late)


def test_lists_know_what_is_answered_flagged_and_attached(database, edit, make, prefix):
    edit("A1", flagged=True, evidence=["ab", "cd"])
    edit("B2", answer={"not_applicable": "无A级景区"}, adjustment={"points": "1", "reason": "更正"})
    edit("C3", answer={})
    with database.unit_of_work() as uow:
        states = {state.item: state for state in uow.entry_states(prefix)}
    assert (states["A1"].is_flagged, states["A1"].evidence, states["A1"].is_answered) == (True, 2, True)
    assert (states["B2"].is_not_applicable, states["B2"].is_adjusted, states["B2"].is_flagged) == (True, True, False)
    assert states["C3"].is_answered is False


def test_the_home_screen_reads_no_payload(database, edit, prefix):
    record = {"body": "140425", "year": 2024, "round": "annual", "scheme": "cd" * 32, "checklist": "county"}
    for kind, name, payload in (
        (Kind.ASSESSMENT, "", record),
        (Kind.SIGNATURE, "leader", {"digest": "x"}),
    ):
        revision = Revision(
            kind=kind,
            entity=entity_of(prefix, kind, name),
            parents=(),
            author="",
            device="",
            hlc=2_000_000_000_000,
            payload=canonical_text(payload),
        )
        with database.unit_of_work() as uow:
            uow.append(revision)
            uow.commit()
    edit("A1", flagged=True)
    edit("B2")
    with database.unit_of_work() as uow:
        assert uow.assessments() == (prefix,)
        (state,) = uow.assessment_states()
    assert (state.body, state.year, state.round, state.checklist) == ("140425", 2024, "annual", "county")
    assert (state.entries, state.answered, state.flagged, state.conflicts, state.signatures) == (2, 2, 1, 0, 1)
    assert state.changed == 2_000_000_000_000


@pytest.mark.parametrize("damage", ["DELETE FROM head", "UPDATE entry_state SET heads = 7", "DELETE FROM entry_state"])
def test_a_projection_that_is_not_current_is_noticed_and_rebuilt(database, edit, damage):
    edit()
    with database.unit_of_work() as uow:
        uow._statements.run(damage)
        assert not uow.projection_is_current()
        uow.rebuild_projection()
        assert uow.projection_is_current()


def test_revisions_arrive_with_ascending_numbers(database, edit):
    assert [edit(value=str(number)).n for number in range(3)] == [1, 2, 3]
