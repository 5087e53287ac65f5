"""Undone is as if never merged, also after later merges; redone is as if never undone; and both are in the ledger."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qassess.errors import QassessError
from qassess.storage.health import examine
from qassess.storage.ledger import merge as ledger_entry
from qassess.storage.ledger import merges
from qassess.storage.merge_undo import redo_merge, revisions_of, undo_merge
from qassess.storage.spans import common, size_of, spans_of, united, without
from tests.storage.exports import NOW, Laptop, county, inspect, merge


def content_of_only(laptops, name: str, files: list[Path]) -> dict:
    fresh = laptops(name)
    merge(fresh, *files)
    return fresh.content()


@pytest.fixture
def files(tmp_path, laptops) -> list[Path]:
    """A county of two teams in three files: the start, and one edit each; and another county."""
    left, right, other = laptops("left"), laptops("right"), laptops("other")
    prefix = county(left, "140425", ["I0", "I1"])
    found = [left.export(tmp_path / "start.qassess").path]
    merge(right, found[0])
    left.answer(prefix, "I0", "2")
    right.answer(prefix, "I0", "3")
    right.answer(prefix, "I9", "3")
    found += [left.export(tmp_path / "l.qassess").path, right.export(tmp_path / "r.qassess").path]
    county(other, "140426")
    return [*found, other.export(tmp_path / "other.qassess").path]


def test_undone_is_as_if_never_merged_and_redone_as_if_never_undone(files, laptops):
    office = laptops("office")
    outcomes = merge(office, *files)
    whole = office.content()
    for number, outcome in enumerate(outcomes):
        rest = [file for file in files if file != files[number]]
        undone = undo_merge(office.database, outcome.merge, at=NOW, author="王五")
        assert office.content() == content_of_only(laptops, f"never-{number}", rest)
        assert office.is_sound()
        assert (undone.action, undone.of, undone.author) == ("undo", outcome.merge, "王五")
        redone = redo_merge(office.database, outcome.merge, at=NOW)
        assert office.content() == whole
        assert office.is_sound()
        assert ledger_entry(office.database, outcome.merge).state == ""
        assert (redone.action, redone.state, redone.new) == ("redo", "active", undone.new)
        undo_merge(office.database, redone.id, at=NOW)
        redo_merge(office.database, redone.id, at=NOW)
        assert office.content() == whole
    assert [entry.action for entry in merges(office.database)] == ["merge"] * 4 + ["undo", "redo"] * 8
    assert all(finding.ok for finding in examine(office.path))


def test_what_two_files_hold_stays_until_both_are_undone(files, laptops):
    office = laptops("office")
    start, left, right, other = (outcome.merge for outcome in merge(office, *files))
    undo_merge(office.database, start, at=NOW)
    assert office.content() == content_of_only(laptops, "a", files[1:])
    undo_merge(office.database, left, at=NOW)
    assert office.content() == content_of_only(laptops, "b", files[2:])
    undo_merge(office.database, right, at=NOW)
    assert office.content() == content_of_only(laptops, "c", files[3:])
    redo_merge(office.database, left, at=NOW)
    assert office.content() == content_of_only(laptops, "d", [files[1], files[3]])
    undo_merge(office.database, other, at=NOW)
    redo_merge(office.database, start, at=NOW)
    assert office.content() == content_of_only(laptops, "e", files[:2])


def test_what_was_here_before_stays(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    prefix = county(laptop, "140425", ["I0"])
    merge(office, laptop.export(tmp_path / "a.qassess").path)
    own = office.answer(prefix, "I5", "9")
    merge(laptop, office.export(tmp_path / "b.qassess").path)
    laptop.answer(prefix, "I6", "9")
    (outcome,) = merge(office, laptop.export(tmp_path / "c.qassess").path)
    assert outcome.new == 1
    undo_merge(office.database, outcome.merge, at=NOW)
    with office.database.unit_of_work() as uow:
        assert uow.heads(own.entity)[0].revision == own
    assert office.is_sound()


def test_a_decision_that_rests_on_a_merge_is_named_in_the_refusal(files, laptops):
    office = laptops("office")
    outcomes = merge(office, *files)
    with office.database.unit_of_work() as uow:
        (entity,) = uow.conflicts(outcomes[0].assessments[0])
    decision = office.answer(outcomes[0].assessments[0], "I0", "2.5")
    before = office.content()
    with pytest.raises(QassessError) as caught:
        undo_merge(office.database, outcomes[1].merge, at=NOW)
    assert caught.value.code == "merge.undo_blocked"
    assert caught.value.values["revision"] == decision.id.hex()
    assert (caught.value.values["entity"], caught.value.values["author"]) == (entity.hex(), "张三")
    assert office.content() == before
    assert len(merges(office.database)) == 4
    undo_merge(office.database, outcomes[3].merge, at=NOW)  # what has nothing to do with it can still go


def test_a_scheme_stays_while_an_assessment_here_is_pinned_to_it(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    county(laptop, "140425")
    (outcome,) = merge(office, laptop.export(tmp_path / "a.qassess").path)
    county(office, "140499")
    undo_merge(office.database, outcome.merge, at=NOW)
    alone = laptops("alone")
    county(alone, "140499")
    assert {row[1] for row in office.content()["revision"]} == {row[1] for row in alone.content()["revision"]}
    assert len(office.content()["revision"]) == len(alone.content()["revision"])
    assert office.is_sound()


def test_an_undone_file_can_be_merged_again(files, laptops):
    office = laptops("office")
    outcomes = merge(office, *files)
    whole = office.content()
    undo_merge(office.database, outcomes[2].merge, at=NOW)
    assert inspect(office, files[2]).verdict == "merged"
    (again,) = merge(office, files[2])
    assert (again.verdict, again.new) == ("merged", 2)
    assert office.content() == whole
    redo_merge(office.database, outcomes[2].merge, at=NOW)  # the same once more, in another way
    undo_merge(office.database, again.merge, at=NOW)
    assert office.content() == whole


def test_what_cannot_be_undone_or_redone_says_so(files, laptops):
    office = laptops("office")
    (outcome, *_) = merge(office, *files)
    for wrong, code in ((99, "merge.unknown"), (outcome.merge, "merge.not_undone")):
        with pytest.raises(QassessError, match=code):
            redo_merge(office.database, wrong, at=NOW)
    undone = undo_merge(office.database, outcome.merge, at=NOW)
    for wrong, code in ((99, "merge.unknown"), (outcome.merge, "merge.not_active"), (undone.id, "merge.not_active")):
        with pytest.raises(QassessError, match=code):
            undo_merge(office.database, wrong, at=NOW)
    with pytest.raises(QassessError, match=r"merge\.unknown"):
        ledger_entry(office.database, 99)


def test_work_done_inside_a_merge_goes_and_comes_with_it(files, laptops, make):
    office = laptops("office")
    (outcome,) = merge(office, files[0], then=lambda uow, _facts: uow.append(make("carried over")))
    whole = office.content()
    assert [stored.revision.payload for stored in revisions_of(office.database, outcome.merge)][-1].find("carried") > 0
    undone = undo_merge(office.database, outcome.merge, at=NOW)
    assert office.ids() == set()
    assert undone.new == outcome.new
    redone = redo_merge(office.database, outcome.merge, at=NOW)
    assert office.content() == whole
    assert len(revisions_of(office.database, redone.id)) == outcome.new


def test_a_redo_whose_ground_is_gone_is_refused(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    prefix = county(laptop, "140425", ["I0"])
    (first,) = merge(office, laptop.export(tmp_path / "a.qassess").path)
    edited = laptop.answer(prefix, "I0", "2")
    with laptop.database.connection_to_merge() as connection:  # a file that holds no history
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("DELETE FROM revision WHERE id = ?", edited.parents)
    (second,) = merge(office, laptop.export(tmp_path / "b.qassess").path)
    with pytest.raises(QassessError, match=r"merge\.undo_blocked"):
        undo_merge(office.database, first.merge, at=NOW)
    undo_merge(office.database, second.merge, at=NOW)
    undo_merge(office.database, first.merge, at=NOW)
    with pytest.raises(QassessError, match=r"merge\.redo_blocked"):
        redo_merge(office.database, second.merge, at=NOW)
    assert office.ids() == set()
    redo_merge(office.database, first.merge, at=NOW)
    redo_merge(office.database, second.merge, at=NOW)
    assert office.is_sound()


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_merging_undoing_and_redoing(tmp_path, laptops, seed):
    chance = random.Random(seed)
    teams, office = [laptops(f"team-{number}") for number in range(3)], laptops("office")
    files: list[Path] = []
    active: dict[int, Path] = {}
    undone: dict[int, Path] = {}
    for number in range(24):
        action = chance.random()
        if action < 0.45 or not active:
            files.append(one_more_file(tmp_path, teams, files, chance))
            (outcome,) = merge(office, files[-1])
            active[outcome.merge] = files[-1]
        elif action < 0.75:
            chosen = chance.choice(sorted(active))
            undo_merge(office.database, chosen, at=NOW)
            undone[chosen] = active.pop(chosen)
        elif undone:
            chosen = chance.choice(sorted(undone))
            redone = redo_merge(office.database, chosen, at=NOW)
            active[redone.id] = undone.pop(chosen)
        assert office.is_sound()
        assert office.content() == content_of_only(laptops, f"only-{number}", list(active.values()))
    assert all(finding.ok for finding in examine(office.path))


def one_more_file(folder: Path, teams: list[Laptop], files: list[Path], chance: random.Random) -> Path:
    team = chance.choice(teams)
    if files and chance.random() < 0.4:
        merge(team, chance.choice(files))
    with team.database.unit_of_work(reading=True) as uow:
        prefixes = uow.assessments()
    body = f"14042{chance.randrange(2)}"
    prefix = chance.choice(prefixes) if prefixes and chance.random() < 0.8 else team.start(body)
    for _ in range(chance.randrange(1, 4)):
        team.answer(prefix, f"I{chance.randrange(4)}", str(chance.randrange(100)))
    return team.export(folder / f"{len(files)}.qassess").path


NUMBERS = st.sets(st.integers(1, 30))


@settings(max_examples=200)
@given(NUMBERS, NUMBERS)
def test_spans_are_sets_of_numbers(left, right):
    a, b = spans_of(sorted(left)), spans_of(sorted(right))
    assert united((*a, *b)) == spans_of(sorted(left | right))
    assert common(a, b) == spans_of(sorted(left & right))
    assert without(a, b) == spans_of(sorted(left - right))
    assert size_of(a) == len(left)
