"""Revision ids and natural identity: the same bytes on every machine, for ever."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qassess.domain.revision import Kind, Revision, assessment_prefix, entity_of

KNOWN = Revision(
    kind=Kind.ENTRY,
    entity=bytes(range(16)),
    parents=(b"\x01" * 32, b"\x02" * 32),
    author="李静",
    device="laptop-1",
    hlc=1_700_000_000_000,
    payload='{"answer":{"value":"93.40"},"item":"x"}',
)


def test_the_id_of_a_known_revision_never_changes():
    assert KNOWN.id.hex() == "2da3ee99db5d3c7c61ccc840876517273df7478771526daddf11d0c5ef7f752b"


@given(
    st.sampled_from(["kind", "author", "device", "hlc", "payload", "parents", "entity"]),
)
def test_every_field_is_in_the_id(name):
    other = {
        "kind": 99,
        "author": "王强",
        "device": "laptop-2",
        "hlc": 1,
        "payload": "{}",
        "parents": (b"\x01" * 32,),
        "entity": bytes(16),
    }[name]
    assert replace(KNOWN, **{name: other}).id != KNOWN.id


@given(st.text(max_size=6), st.text(max_size=6))
def test_text_cannot_move_from_one_field_to_the_next(author, device):
    moved = replace(KNOWN, author=author + device, device="")
    assert (moved.id == replace(KNOWN, author=author, device=device).id) == (device == "")


def test_two_laptops_that_start_the_same_assessment_agree_on_its_entities():
    first = assessment_prefix("140425", 2024, "annual", "ab" * 32)
    second = assessment_prefix("140425", 2024, "annual", "ab" * 32)
    assert entity_of(first, Kind.ENTRY, "x") == entity_of(second, Kind.ENTRY, "x")
    assert first != assessment_prefix("140425", 2025, "annual", "ab" * 32)
    assert entity_of(first, Kind.ENTRY, "x") != entity_of(first, Kind.EVIDENCE, "x")
    assert entity_of(first, Kind.ENTRY, "x")[:8] == first
