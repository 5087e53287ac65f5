"""What several people wrote, put together: free of order, free of clocks, nothing lost, nothing decided by itself."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qassess.domain.canonical import canonical_text
from qassess.domain.fields import comparable, composed, fields_of, same
from qassess.domain.revision import Kind, Revision
from qassess.domain.settling import automatic_revisions, is_settled, settle

ENTITY = b"assessme" + b"entry..1"


def revision(payload, *parents, author="李静", hlc=1, kind=Kind.ENTRY):
    return Revision(
        kind=kind,
        entity=ENTITY,
        parents=tuple(sorted(parent.id for parent in parents)),
        author=author,
        device=f"{author}的笔记本" if author else "",
        hlc=hlc,
        payload=canonical_text(payload),
    )


def answer(value, **more):
    return {"item": "food", "answer": {"value": value}} | more


def edited(revisions, *, author, hlc, drop=(), **changes):
    """Append an edit the way a workspace does: heads folded first, then one revision on top."""
    log = [*revisions, *automatic_revisions(revisions)] if revisions else []
    if not log:
        return [revision({"item": "food"} | changes, author=author, hlc=hlc)]
    settled = settle(log)
    (head,) = (known for known in log if known.id in settled.heads)
    document = {key: value for key, value in (settled.document | changes).items() if key not in drop}
    touched = {*changes, *drop}
    marks = {name: sides for name, sides in document.pop("unsettled", {}).items() if name not in touched}
    return [*log, revision(document | ({"unsettled": marks} if marks else {}), head, author=author, hlc=hlc)]


# one field, by hand


def test_changes_of_different_fields_are_both_there():
    base = revision(answer("90"))
    left = revision(answer("90", note="见台账"), base)
    right = revision(answer("91"), base, author="王强")
    settled = settle([base, left, right])
    assert settled.document == answer("91", note="见台账")
    assert settled.conflicts == ()
    assert settled.heads == tuple(sorted((left.id, right.id)))


def test_different_values_are_a_conflict_with_what_both_were_made_from():
    base = revision(answer("81.0"), hlc=1)
    left, right = revision(answer("86.5"), base, hlc=2), revision(answer("84.1"), base, author="王强", hlc=3)
    (conflict,) = settle([base, left, right]).conflicts
    assert (conflict.name, conflict.base.value, conflict.base.author) == ("answer", {"value": "81.0"}, "李静")
    assert {(side.value["value"], side.author) for side in conflict.sides} == {("86.5", "李静"), ("84.1", "王强")}
    assert [side.revision for side in conflict.sides] == sorted((left.id, right.id))


def test_the_clock_chooses_what_is_shown_and_decides_nothing():
    base = revision(answer("81"))
    for early, late in ((2, 3), (3, 2)):
        left, right = revision(answer("86"), base, hlc=early), revision(answer("84"), base, hlc=late, author="王强")
        settled = settle([base, left, right])
        assert len(settled.conflicts) == 1
        assert settled.document["answer"]["value"] == ("84" if late > early else "86")


def test_equal_edits_and_equal_numbers_are_no_conflict():
    base = revision(answer("90"))
    left, right = revision(answer("93.4"), base), revision(answer("93.40"), base, author="王强")
    settled = settle([base, left, right])
    assert settled.conflicts == ()
    assert settled.document["answer"] == json.loads(min((left, right), key=lambda side: side.id).payload)["answer"]


def test_two_who_begin_apart_are_united():
    settled = settle([revision(answer("90")), revision({"item": "food", "note": "见台账"}, author="王强")])
    assert settled.document == answer("90", note="见台账")
    assert settled.conflicts == ()


def test_who_typed_and_undid_does_not_stand_against_an_answer():
    begun = revision(answer("12"))
    undone = revision({"item": "food"}, begun, hlc=9)
    settled = settle([begun, undone, revision(answer("90"), author="王强")])
    assert settled.document == answer("90")
    assert settled.conflicts == ()


def test_withdrawing_an_answer_against_an_edit_of_it_is_a_conflict():
    base = revision(answer("90"))
    gone, edit = revision({"item": "food"}, base, hlc=9), revision(answer("91"), base, author="王强")
    settled = settle([base, gone, edit])
    (conflict,) = settled.conflicts
    assert {json.dumps(side.value) for side in conflict.sides} == {"null", '{"value": "91"}'}
    assert settled.document["answer"] == {"value": "91"}


def test_withdrawing_an_answer_nobody_else_touched_is_no_conflict():
    base = revision(answer("90"))
    gone, note = revision({"item": "food"}, base), revision(answer("90", note="x"), base, author="王强")
    assert settle([base, gone, note]).document == {"item": "food", "note": "x"}


def test_evidence_is_a_set():
    base = revision({"item": "food", "evidence": ["a", "b"]})
    left = revision({"item": "food", "evidence": ["b", "c"]}, base)
    right = revision({"item": "food", "evidence": ["a", "b", "d"]}, base, author="王强")
    settled = settle([base, left, right])
    assert sorted(settled.document["evidence"]) == ["b", "c", "d"]
    assert settled.conflicts == ()


def test_a_record_withdrawn_by_one_and_worked_on_by_another_is_a_conflict():
    base = revision({"sha256": "aa", "name": "x.pdf"}, kind=Kind.EVIDENCE)
    gone = revision({"sha256": "aa", "name": "x.pdf", "withdrawn": True}, base, kind=Kind.EVIDENCE)
    other = revision({"sha256": "aa", "name": "x.pdf", "caption": "正门"}, base, kind=Kind.EVIDENCE, author="王强")
    (conflict,) = settle([base, gone, other]).conflicts
    assert conflict.name == "withdrawn"
    assert settle([base, gone]).document["withdrawn"] is True
    assert "withdrawn" not in settle([base, other]).document


def test_agreement_targets_are_fields_of_their_own_and_reopenings_a_set():
    def record(targets, *reopened):
        return {"body": "140425", "agreement": {"targets": targets, "number": "1"}, "reopened": list(reopened)}

    base = revision(record({"a": {"value": "1"}, "b": {"value": "2"}}), kind=Kind.ASSESSMENT)
    left = revision(
        record({"a": {"value": "9"}, "b": {"value": "2"}}, {"digest": "d1", "reason": "x"}),
        base,
        kind=Kind.ASSESSMENT,
    )
    right = revision(
        record({"a": {"value": "1"}, "b": {"value": "8"}}, {"digest": "d2", "reason": "y"}),
        base,
        kind=Kind.ASSESSMENT,
        author="王强",
    )
    document = settle([base, left, right]).document
    assert document["agreement"]["targets"] == {"a": {"value": "9"}, "b": {"value": "8"}}
    assert sorted(entry["digest"] for entry in document["reopened"]) == ["d1", "d2"]


def test_fields_and_kinds_unknown_here_survive():
    base = revision({"new": {"deep": [1, {"x": "y"}]}, "a": "1"}, kind=77)
    left = revision({"new": {"deep": [1, {"x": "y"}]}, "a": "2"}, base, kind=77)
    right = revision({"new": {"deep": [2]}, "a": "1"}, base, kind=77, author="王强")
    assert settle([base, left, right]).document == {"new": {"deep": [2]}, "a": "2"}


def test_signatures_are_never_in_conflict():
    sides = [revision({"digest": "d", "pdf": name}, kind=Kind.SIGNATURE, hlc=name_hlc) for name, name_hlc in
             (("p1", 1), ("p2", 2))]  # fmt: skip
    settled = settle(sides)
    assert settled.conflicts == ()
    assert settled.document["pdf"] == "p2"


# decisions


@pytest.fixture
def disputed():
    base = revision(answer("81"), hlc=1)
    left, right = revision(answer("86"), base, hlc=2), revision(answer("84"), base, author="王强", hlc=3)
    return [base, left, right]


@pytest.mark.parametrize("taken", ["86", "84", "85"])
def test_a_decision_ends_its_conflict_also_where_it_repeats_a_side(disputed, taken):
    decided = edited(disputed, author="赵敏", hlc=9, answer={"value": taken})
    settled = settle(decided)
    assert settled.conflicts == ()
    assert settled.document["answer"] == {"value": taken}
    assert is_settled(settled.document)


def test_a_decision_made_over_both_heads_at_once_counts_too(disputed):
    over_both = revision(answer("84"), *disputed[1:], author="赵敏", hlc=9)
    assert settle([*disputed, over_both]).conflicts == ()


def test_an_edit_of_another_field_leaves_the_conflict_open_and_marked(disputed):
    noted = edited(disputed, author="赵敏", hlc=9, note="待核")
    settled = settle(noted)
    assert [conflict.id for conflict in settled.conflicts] == [conflict.id for conflict in settle(disputed).conflicts]
    assert settled.document["note"] == "待核"
    assert len(settled.heads) == 1
    assert not is_settled(json.loads(noted[-1].payload))


def test_two_different_decisions_are_a_conflict_again(disputed):
    reason = {"decision": {"answer": {"reason": "以报告为准"}}}
    left = edited(disputed, author="赵敏", hlc=9, answer={"value": "86"}, **reason)
    right = edited(disputed, author="孙丽", hlc=10, answer={"value": "84"}, **reason)
    (conflict,) = settle([*left, *right]).conflicts
    assert {side.author for side in conflict.sides} == {"赵敏", "孙丽"}
    assert conflict.decided_differently
    assert {side.reason for side in conflict.sides} == {"以报告为准"}
    assert not settle(disputed).conflicts[0].decided_differently


def test_two_equal_decisions_are_none(disputed):
    left = edited(disputed, author="赵敏", hlc=9, answer={"value": "86"})
    right = edited(disputed, author="孙丽", hlc=10, answer={"value": "86.0"})
    assert settle([*left, *right]).conflicts == ()


def test_marking_the_conflict_again_reopens_it(disputed):
    marked = settle(disputed).document
    decided = edited(disputed, author="赵敏", hlc=9, answer={"value": "85"})
    reopened = [*decided, revision(marked, decided[-1], author="赵敏", hlc=10)]
    assert {side.value["value"] for side in settle(reopened).conflicts[0].sides} == {"86", "84"}
    noted_elsewhere = edited(decided, author="孙丽", hlc=11, note="x")
    assert len(settle([*reopened, *noted_elsewhere]).conflicts) == 1


# any history

VALUES = st.sampled_from(["1", "1.0", "2", "3"])
CHANGES = st.one_of(
    st.builds(lambda value: {"answer": {"value": value}}, VALUES),
    st.builds(lambda note: {"note": note}, st.sampled_from(["甲", "乙"])),
    st.builds(lambda taken: {"evidence": sorted(taken)}, st.sets(st.sampled_from("abc"))),
    st.builds(lambda value: {"references": {"last_year": {"value": value}}}, VALUES),
    st.builds(lambda value: {"newer": {"x": [value]}}, VALUES),
    st.just({"drop": ("answer",)}),
    st.just({"drop": ("note",)}),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.integers(0, 2), CHANGES),
        st.tuples(st.just("sync"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("fold"), st.integers(0, 2), st.just(None)),
    ),
    max_size=14,
)


def replicas_after(steps):
    """Return the revisions three laptops hold after editing and exchanging."""
    logs = [[], [], []]
    for hlc, (step, place, what) in enumerate(steps, 1):
        if step == "edit":
            logs[place] = edited(logs[place], author=f"P{place}", hlc=hlc, **what)
        elif step == "sync":
            logs[what] = list({known.id: known for known in logs[what] + logs[place]}.values())
        elif logs[place]:
            logs[place] = [*logs[place], *automatic_revisions(logs[place])]
    return logs


@given(STEPS, st.randoms(use_true_random=False))
def test_what_is_settled_depends_on_the_set_alone(steps, random):
    for log in replicas_after(steps):
        if log:
            shuffled = [*log, *log]
            random.shuffle(shuffled)
            assert settle(shuffled) == settle(log)
            assert automatic_revisions(shuffled) == automatic_revisions(log)


@given(STEPS)
def test_folding_the_heads_changes_nothing_of_what_is_said(steps):
    for log in replicas_after(steps):
        if log:
            folded = [*log, *automatic_revisions(log)]
            before, after = settle(log), settle(folded)
            assert (after.document, after.conflicts) == (before.document, before.conflicts)
            assert len(after.heads) == 1
            assert automatic_revisions(folded) == ()


@given(STEPS)
def test_uniting_in_any_grouping_says_the_same(steps):
    a, b, c = ([*log, *automatic_revisions(log)] if log else [] for log in replicas_after(steps))
    united = [*a, *b, *c]
    if united:
        ab = [*a, *b, *(automatic_revisions([*a, *b]) if a or b else ())]
        bc = [*b, *c, *(automatic_revisions([*b, *c]) if b or c else ())]
        said = settle(united)
        for other in ([*ab, *c], [*a, *bc]):
            again = settle(other)
            assert (again.document, again.conflicts) == (said.document, said.conflicts)


@given(STEPS)
def test_a_lone_head_without_a_mark_says_what_it_holds(steps):
    for log in replicas_after(steps):
        if log:
            settled = settle(log)
            heads = [known for known in log if known.id in settled.heads]
            document = json.loads(heads[0].payload)
            if len(heads) == 1 and is_settled(document):
                assert settled.conflicts == ()
                assert fields_of(Kind.ENTRY, settled.document) == fields_of(Kind.ENTRY, document)


@given(STEPS)
def test_every_conflict_can_be_decided_and_is_then_gone(steps):
    united = [known for log in replicas_after(steps) for known in log]
    while united and (conflicts := settle(united).conflicts):
        conflict = conflicts[0]
        top = conflict.field[0]
        value = next(side.value for side in conflict.sides if side.value is not None)
        log = [*united, *automatic_revisions(united)]
        settled = settle(log)
        (head,) = (known for known in log if known.id in settled.heads)
        marks = {name: ids for name, ids in settled.document["unsettled"].items() if name != conflict.name}
        fields = {**fields_of(Kind.ENTRY, settled.document), conflict.field: value}
        document = composed(Kind.ENTRY, fields) | ({"unsettled": marks} if marks else {})
        united = [*log, revision(document, head, author="赵敏", hlc=99)]
        left = settle(united).conflicts
        assert [other.name for other in left] == [other.name for other in conflicts if other.name != conflict.name]
        assert settle(united).document[top] is not None


@given(STEPS)
def test_who_never_wrote_a_field_never_beats_who_did(steps):
    logs = replicas_after([step for step in steps if step[0] == "edit" and "drop" not in step[2]])
    united = [known for log in logs for known in log]
    if united:
        written = {field[0] for known in united for field in fields_of(Kind.ENTRY, json.loads(known.payload))}
        document = settle(united).document
        assert written - {"evidence"} <= document.keys()


JSON = st.recursive(
    st.one_of(st.text(max_size=3), st.integers(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=6,
)
KEYS = st.sampled_from(["evidence", "references", "agreement", "reopened", "targets", "item", "x", "unsettled"])


@given(st.sampled_from([1, 2, 3, 4, 5, 99]), st.lists(st.dictionaries(KEYS, JSON, max_size=4), min_size=1, max_size=4))
def test_payloads_of_any_form_settle_without_raising(kind, payloads):
    roots = [revision(payload, kind=kind, author=str(place)) for place, payload in enumerate(payloads)]
    folded = [*roots, *automatic_revisions(roots)]
    assert settle(folded).document.keys() >= settle(roots).document.keys()


PARTS = st.sampled_from(["evidence", "references", "agreement", "reopened", "x"])


@given(st.sampled_from([Kind.ENTRY, Kind.ASSESSMENT, Kind.EVIDENCE, 99]), st.dictionaries(PARTS, JSON, max_size=4))
def test_taking_apart_and_putting_together_says_the_same(kind, document):
    again = composed(kind, fields_of(kind, document))
    assert fields_of(kind, again) == fields_of(kind, document)
    assert all(document[key] == value for key, value in again.items())


def test_numbers_are_compared_where_numbers_stand_and_texts_elsewhere():
    assert same({"value": "93.4"}, {"value": "93.40"})
    assert same({"parts": {"a": {"counts": {"k": "1"}}}}, {"parts": {"a": {"counts": {"k": "1.0"}}}})
    assert not same({"label": "1"}, {"label": "1.0"})
    assert not same(True, 1 + 1)
    assert comparable("1", numeric=True) == Fraction(1)
    assert comparable("n/a", numeric=True) == "n/a"


# the body's own word


def own(points, **more):
    return {"self_assessment": {"points": points, "source": "自评.xlsx"} | more}


def test_a_self_assessment_that_comes_in_leaves_the_assessors_answer_alone():
    base = revision(answer("90"))
    left = revision(answer("90") | own("5"), base)
    right = revision(answer("91", differs_because="抽查数不符"), base, author="王强")
    settled = settle([base, left, right])
    assert settled.document == answer("91", differs_because="抽查数不符") | own("5")
    assert settled.conflicts == ()


def test_two_forms_that_say_different_things_are_a_conflict_of_that_field_alone():
    base = revision(answer("90"))
    left, right = revision(answer("90") | own("5"), base), revision(answer("90") | own("4"), base, author="王强")
    (conflict,) = settle([base, left, right]).conflicts
    assert conflict.name == "self_assessment"
    assert {side.value["points"] for side in conflict.sides} == {"5", "4"}


def test_the_same_form_taken_in_on_two_laptops_is_no_conflict():
    base = revision(answer("90"))
    said = {"answer": {"numerator": "467", "denominator": "499"}}
    left = revision(answer("90") | own("5", **said), base)
    right = revision(answer("90") | own("5.0", **said), base, author="王强")
    assert settle([base, left, right]).conflicts == ()


def test_a_blank_form_never_beats_a_filled_one():
    base = revision(answer("90"))
    left, right = revision(answer("90") | own("5"), base), revision(answer("91"), base, author="王强")
    assert settle([base, left, right]).document["self_assessment"]["points"] == "5"
