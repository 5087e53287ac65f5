"""Appending to the log: heads, history, forks, and what is refused."""

from dataclasses import replace

import pytest

from qassess.domain.canonical import canonical_text
from qassess.domain.revision import Kind, Revision, assessment_prefix, entity_of
from qassess.storage.unit_of_work import RevisionRefused, Stored


def test_an_edit_replaces_its_parent_as_head_and_history_keeps_both(database, edit, prefix):
    first = edit(value="93.40")
    second = edit(value="94")
    with database.unit_of_work() as uow:
        entity = first.revision.entity
        assert uow.heads(entity) == (second,)
        assert uow.history(entity) == (first, second)
        assert uow.revision(entity, first.revision.id) == first
        assert uow.entities_under(prefix) == (entity,)


def test_what_is_stored_comes_back_byte_for_byte(database, make):
    odd = replace(make(value="㐀𠮷 'x' \"y\"\\"), author="O'Brien\t李\0四", device="", kind=77, hlc=2**63 - 1)
    with database.unit_of_work() as uow:
        uow.append(odd)
        uow.commit()
    with database.unit_of_work() as uow:
        (stored,) = uow.heads(odd.entity)
    assert stored.revision == odd
    assert stored.revision.id == odd.id


def test_two_edits_of_the_same_parent_are_a_conflict_until_one_has_both_as_parents(database, edit, make, prefix):
    base = edit().revision
    left = make("A1", base.id, value="2", hlc=5)
    right = make("A1", base.id, value="3", hlc=4)
    with database.unit_of_work() as uow:
        uow.append(left)
        uow.append(right)
        assert {stored.revision for stored in uow.heads(base.entity)} == {left, right}
        assert uow.conflicts(prefix) == (base.entity,)
        decision = uow.append(make("A1", left.id, right.id, value="3", hlc=6))
        assert uow.heads(base.entity) == (decision,)
        assert uow.conflicts(prefix) == ()


def test_heads_come_in_the_order_of_their_ids(database, make):
    with database.unit_of_work() as uow:
        for number in range(8):
            uow.append(make(value=str(number)))
        ids = [stored.revision.id for stored in uow.heads(make().entity)]
    assert ids == sorted(ids)
    assert len(ids) == 8


def test_adding_a_revision_again_changes_nothing(database, edit):
    first, second = edit(value="1"), edit(value="2")
    with database.unit_of_work() as uow:
        assert uow.append(first.revision) == first
        assert uow.append(second.revision) == second
        assert uow.heads(first.revision.entity) == (second,)
        assert len(uow.history(first.revision.entity)) == 2
        assert uow.projection_is_current()


def test_only_the_wanted_assessment_is_read(database, make, prefix):
    other = assessment_prefix("140426", 2024, "annual", "ab" * 32)
    mine, theirs = make(), make(prefix=other)
    with database.unit_of_work() as uow:
        uow.append(mine)
        uow.append(theirs)
        assert [stored.revision for stored in uow.heads_under(prefix)] == [mine]
        assert [stored.revision for stored in uow.heads_under(other)] == [theirs]
        assert [state.item for state in uow.entry_states(other)] == ["A1"]


@pytest.mark.parametrize(
    "payload",
    [
        '{"b":1,"a":2}',
        '{"a": 1}',
        '{"a":1.5}',
        '{"a":null}',
        '{"a":1,"a":1}',
        '{"a":"e\u0301"}',
        '["a"]',
        "{",
        "",
        '{"a":"\\ud800"}',
    ],
)
def test_a_payload_that_is_not_canonical_is_refused(database, make, payload):
    with database.unit_of_work() as uow, pytest.raises(RevisionRefused):
        uow.append(replace(make(), payload=payload))


def test_an_unknown_parent_is_refused(database, make):
    with database.unit_of_work() as uow, pytest.raises(RevisionRefused, match="parent"):
        uow.append(make("A1", bytes(32)))


def test_a_parent_of_another_entity_is_refused(database, edit, make):
    stranger = edit("B2").revision
    with database.unit_of_work() as uow, pytest.raises(RevisionRefused, match="parent"):
        uow.append(make("A1", stranger.id))


def test_parents_are_at_most_two_different_and_ascending(database, make):
    with database.unit_of_work() as uow:
        roots = [uow.append(make(value=str(number))).revision for number in range(3)]
        ids = sorted(root.id for root in roots)
        for parents in ((ids[1], ids[0]), (ids[0], ids[0]), tuple(ids), (b"short",)):
            with pytest.raises(RevisionRefused):
                uow.append(replace(make(value="9"), parents=parents))


def test_an_entity_keeps_its_kind_and_its_length(database, edit, make):
    present = edit().revision
    with database.unit_of_work() as uow:
        with pytest.raises(RevisionRefused, match="kind"):
            uow.append(make("A1", present.id, kind=Kind.EVIDENCE))
        with pytest.raises(RevisionRefused, match="16 bytes"):
            uow.append(replace(make(), entity=b"short"))


def test_a_kind_and_fields_of_a_newer_program_are_kept(database, prefix):
    newer = Revision(
        kind=4_000_000_000,
        entity=entity_of(prefix, Kind.ENTRY, "?"),
        parents=(),
        author="",
        device="",
        hlc=0,
        payload='{"field_of_2030":{"x":true}}',
    )
    with database.unit_of_work() as uow:
        uow.append(newer)
        uow.commit()
    with database.unit_of_work() as uow:
        assert uow.heads(newer.entity) == (Stored(newer, 1),)
        assert uow.entry_states(prefix) == ()
        assert uow.projection_is_current()


def test_a_scheme_is_found_by_its_hash_and_only_while_it_has_it(database):
    content = canonical_text({"id": "示范", "items": []})
    from hashlib import sha256

    digest = sha256(content.encode()).hexdigest()
    scheme = Revision(
        kind=Kind.SCHEME, entity=bytes.fromhex(digest)[:16], parents=(), author="", device="", hlc=0, payload=content
    )
    with database.unit_of_work() as uow:
        assert uow.scheme_content(digest) is None
        uow.append(scheme)
        assert uow.scheme_content(digest) == content
        # Same first half, another hash: what was planted there is not taken for the scheme.
        assert uow.scheme_content(digest[:32] + "0" * 32) is None
