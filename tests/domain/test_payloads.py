"""What is entered keeps its form through JSON, and what this program does not know is kept."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qassess.domain.agreement import AgreedTarget, Agreement, Leader, Level, Origin, SiteVisit, TeamMember
from qassess.domain.answers import Adjustment, Answer, Entry, Instance, ReferenceValue
from qassess.domain.canonical import canonical_text
from qassess.domain.payloads import from_document, revised, to_document

words = st.text(max_size=8)
maybe = st.none() | words
answers = st.recursive(
    st.builds(
        Answer,
        value=maybe,
        numerator=maybe,
        denominator=maybe,
        option=st.none() | st.integers(1, 9),
        checked=st.none() | st.lists(words, max_size=3).map(tuple),
        counts=st.none() | st.dictionaries(words, words, max_size=2),
        occurred=st.none() | st.booleans(),
        not_applicable=maybe,
    ),
    lambda inner: st.builds(
        Answer,
        parts=st.dictionaries(words, inner, max_size=2),
        instances=st.lists(st.builds(Instance, label=words, answer=inner), max_size=2).map(tuple),
        row=inner,
    ),
    max_leaves=4,
)
entries = st.builds(
    Entry,
    answer=st.none() | answers,
    references=st.dictionaries(words, st.builds(ReferenceValue, value=maybe, source=words), max_size=2),
    adjustment=st.none() | st.builds(Adjustment, points=words, reason=words),
    note=words,
    flagged=st.booleans(),
    evidence=st.lists(words, max_size=3).map(tuple),
)


@given(entries)
def test_an_entry_comes_back_as_it_was(entry):
    document = to_document(entry)
    assert from_document(Entry, document) == entry
    canonical_text(document)


def test_an_agreement_comes_back_as_it_was():
    agreement = Agreement(
        level=Level.CITY_COUNTY,
        party_a="140400",
        party_b="140425",
        year=2024,
        first_responsible=Leader(name="甲", post="县长"),
        targets={"x": AgreedTarget(value="38", origin=Origin.SHARE, reason="长政办〔2024〕3号")},
        team=(TeamMember(name="李静", sections=("prod",)),),
        visits=(SiteVisit(date="2025-01-14", place="县政府"),),
    )
    assert from_document(Agreement, to_document(agreement)) == agreement


@given(entries, entries)
def test_a_revision_says_the_new_entry_and_keeps_unknown_fields(before, after):
    stored = to_document(before) | {"item": "x", "from_a_newer_program": {"z": "1"}}
    document = revised(stored, after)
    assert document["from_a_newer_program"] == {"z": "1"}
    assert document["item"] == "x"
    assert from_document(Entry, document) == after


def test_an_untouched_answer_keeps_fields_this_program_does_not_know():
    stored = {"answer": {"value": "93.40", "newer": "kept"}, "note": "a"}
    document = revised(stored, replace(from_document(Entry, stored), note="b"))
    assert document == {"answer": {"value": "93.40", "newer": "kept"}, "note": "b"}


def test_emptying_a_field_takes_it_out():
    assert revised({"note": "a", "flagged": True}, Entry(flagged=True)) == {"flagged": True}
