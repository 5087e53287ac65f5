"""Files of several laptops unite in one office: whole, once, in any order, with one named outcome each."""

import itertools
import shutil

import pytest

from qassess.domain.revision import Kind
from qassess.errors import QassessError
from qassess.storage.ledger import merges
from qassess.storage.merge import Merger, merge_file
from tests.storage.exports import NOW, check_signature, county, inspect, merge


def test_an_office_has_what_the_laptop_had(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    prefix = county(laptop, "140425")
    sha = laptop.attach(prefix, b"photo" * 1000)
    receipt = laptop.export(tmp_path / "平顺 #1?%20.qassess")
    (outcome,) = merge(office, receipt.path, author="王五")
    assert (outcome.verdict, outcome.new, outcome.known, outcome.evidence_new) == ("merged", 6, 0, 1)
    assert (outcome.assessments, outcome.evidence_missing, outcome.evidence_damaged) == ((prefix,), (), ())
    assert (outcome.report.sha256, outcome.report.size) == (receipt.sha256, receipt.size)
    assert office.content() == laptop.content()
    assert office.evidence.read(sha) == b"photo" * 1000
    assert office.is_sound()
    (entry,) = merges(office.database)
    assert (entry.id, entry.action, entry.state, entry.author) == (outcome.merge, "merge", "active", "王五")
    assert (entry.name, entry.sha256, entry.device) == (receipt.path.name, receipt.sha256, "laptop")
    assert (entry.new, entry.known, entry.conflicts, entry.evidence) == (6, 0, 0, 1)
    assert entry.assessments == (prefix,)


def test_a_known_file_under_another_name_changes_nothing(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    county(laptop, "140425")
    receipt = laptop.export(tmp_path / "a.qassess")
    shutil.copyfile(receipt.path, tmp_path / "copy of a.qassess")
    first, again, copy = merge(office, receipt.path, receipt.path, tmp_path / "copy of a.qassess")
    assert (first.verdict, again.verdict, copy.verdict) == ("merged", "known", "known")
    assert (copy.duplicate_of, copy.merge, copy.known) == (first.merge, None, 5)
    assert len(merges(office.database)) == 1


def test_the_same_content_exported_again_is_nothing_new_and_in_the_ledger(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    county(laptop, "140425")
    first, second = merge(
        office, laptop.export(tmp_path / "a.qassess").path, laptop.export(tmp_path / "b.qassess").path
    )
    assert (first.verdict, second.verdict) == ("merged", "nothing_new")
    assert (second.new, second.known) == (0, first.new)
    assert [entry.new for entry in merges(office.database)] == [first.new, 0]


def test_two_teams_in_one_county_make_conflicts_that_are_named(tmp_path, laptops):
    left, right, office = laptops("left"), laptops("right"), laptops("office")
    prefix = county(left, "140425", ["I0", "I1"])
    assert merge(right, left.export(tmp_path / "start.qassess").path)[0].verdict == "merged"
    edited = left.answer(prefix, "I0", "2")
    right.answer(prefix, "I0", "3")
    right.answer(prefix, "I1", "4")
    first, second = merge(office, left.export(tmp_path / "l.qassess").path, right.export(tmp_path / "r.qassess").path)
    assert first.conflicts == ()
    assert second.conflicts == (edited.entity,)
    assert (second.new, second.known) == (2, 4)
    assert office.is_sound()
    with office.database.unit_of_work(reading=True) as uow:
        assert uow.conflicts(prefix) == (edited.entity,)


def test_the_order_of_the_files_does_not_matter(tmp_path, laptops):
    left, right = laptops("left"), laptops("right")
    prefix = county(left, "140425", ["I0", "I1"])
    files = [left.export(tmp_path / "start.qassess").path]
    merge(right, files[0])
    left.answer(prefix, "I0", "2")
    right.answer(prefix, "I0", "3")
    county(right, "140426")
    files += [left.export(tmp_path / "l.qassess").path, right.export(tmp_path / "r.qassess").path]
    contents = []
    for number, order in enumerate(itertools.permutations(files)):
        office = laptops(f"office-{number}")
        merge(office, *order, *order)
        assert office.is_sound()
        contents.append(office.content())
    assert all(content == contents[0] for content in contents)


def test_offices_merge_into_offices(tmp_path, laptops):
    a, b, c = (laptops(name) for name in "abc")
    for number, laptop in enumerate((a, b, c)):
        county(laptop, f"14042{number}")
    files = [laptop.export(tmp_path / f"{laptop.name}.qassess").path for laptop in (a, b, c)]
    left, right = laptops("left"), laptops("right")
    merge(left, files[0], files[1])
    merge(right, files[1], files[2])
    merge(left, files[2])
    merge(right, left.export(tmp_path / "left.qassess").path)
    assert left.content() == right.content()


def test_kinds_and_fields_of_a_newer_program_are_kept_and_passed_on(tmp_path, laptops):
    newer, office, other = laptops("newer"), laptops("office"), laptops("other")
    prefix = county(newer, "140425")
    sha = newer.evidence.store(b"a film")
    newer.write(prefix, 77, "appeal", {"about": {"film": sha}, "text": "申诉"})
    newer.answer(prefix, "I0", "2", newer_field={"a": [1, "2"]})
    merge(office, newer.export(tmp_path / "a.qassess").path)
    merge(other, office.export(tmp_path / "b.qassess").path)
    assert other.content() == newer.content()
    assert other.evidence.read(sha) == b"a film"


def test_inspecting_tells_what_merging_would_do_and_does_nothing(tmp_path, laptops):
    left, right, office = laptops("left"), laptops("right"), laptops("office")
    prefix = county(left, "140425", ["I0"])
    merge(right, left.export(tmp_path / "start.qassess").path)
    edited = left.answer(prefix, "I0", "2")
    right.answer(prefix, "I0", "3")
    right.attach(prefix, b"photo")
    merge(office, left.export(tmp_path / "l.qassess").path)
    before, seen = office.content(), []
    file = right.export(tmp_path / "r.qassess").path

    def look(uow, facts):
        seen.append(len(uow.heads(edited.entity)))
        with pytest.raises(RuntimeError, match="ends it"):
            uow.commit()

    found = inspect(office, file, look=look)
    assert seen == [2]
    assert (found.verdict, found.new, found.known, found.conflicts) == ("merged", 2, 3, (edited.entity,))
    assert (found.evidence_new, found.merge) == (1, None)
    assert office.content() == before
    assert len(merges(office.database)) == 1
    assert list(office.evidence.hashes()) == []
    (done,) = merge(office, file)
    assert (done.new, done.known, done.conflicts) == (found.new, found.known, found.conflicts)


def test_work_inside_a_merge_belongs_to_it(tmp_path, laptops, make, prefix):
    laptop, office = laptops("laptop"), laptops("office")
    county(laptop, "140425")
    file = laptop.export(tmp_path / "a.qassess").path
    (outcome,) = merge(office, file, then=lambda uow, facts: uow.append(make("carried over")))
    assert outcome.new == 6
    assert len(office.ids()) == 6
    assert merges(office.database)[0].new == 6


def test_work_inside_a_merge_that_fails_leaves_nothing_of_it(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    county(laptop, "140425")
    file = laptop.export(tmp_path / "a.qassess").path

    def fail(uow, facts):
        raise QassessError("assessment.locked")

    with pytest.raises(QassessError, match=r"assessment\.locked"):
        merge(office, file, then=fail)
    assert office.ids() == set()
    assert merge(office, file)[0].verdict == "merged"


def test_parents_may_be_here_already_but_must_be_somewhere(tmp_path, laptops):
    laptop, office, stranger = laptops("laptop"), laptops("office"), laptops("stranger")
    prefix = county(laptop, "140425", ["I0"])
    merge(office, laptop.export(tmp_path / "a.qassess").path)
    edited = laptop.answer(prefix, "I0", "2")
    with laptop.database.connection_to_merge() as connection:  # a laptop that has lost its past
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("DELETE FROM revision WHERE id = ?", edited.parents)
    with laptop.database.unit_of_work() as uow:
        uow.rebuild_projection()
        uow.commit()
    delta = laptop.export(tmp_path / "b.qassess").path
    (refused,) = merge(stranger, delta)
    assert (refused.verdict, refused.report.values["missing"]) == ("source.not_closed", 1)
    assert stranger.ids() == set()
    assert merge(office, delta)[0].new == 1
    assert office.is_sound()


def test_many_files_are_checked_ahead_with_the_same_outcomes(tmp_path, laptops):
    one_by_one, ahead = laptops("one"), laptops("ahead")
    files = []
    for number in range(5):
        laptop = laptops(f"laptop-{number}")
        county(laptop, f"14042{number}")
        files.append(laptop.export(tmp_path / f"{number}.qassess").path)
    (tmp_path / "foreign.qassess").write_text("no database", encoding="utf-8")
    files = [files[0], files[1], tmp_path / "foreign.qassess", files[0], files[1], files[1], *files[2:]]
    expected = [outcome.verdict for outcome in merge(one_by_one, *files)]
    moments = itertools.count(NOW)
    with Merger(ahead.database, ahead.evidence, check_signature=check_signature) as merger:
        found = list(merger.merge_all(files, clock=lambda: next(moments)))
    assert [outcome.verdict for outcome in found] == expected
    assert expected == ["merged", "merged", "source.foreign", "known", "known", "known", "merged", "merged", "merged"]
    assert ahead.content() == one_by_one.content()
    assert [entry.at for entry in merges(ahead.database)] == sorted({entry.at for entry in merges(ahead.database)})


def test_whoever_stops_listening_leaves_nothing_open(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    county(laptop, "140425")
    file = laptop.export(tmp_path / "a.qassess").path
    with Merger(office.database, office.evidence, check_signature=check_signature) as merger:
        outcomes = merger.merge_all([file, file, file], clock=lambda: NOW)
        assert next(outcomes).verdict == "merged"
        outcomes.close()
    assert len(merges(office.database)) == 1


def test_cancelling_leaves_the_rest_out_whole(tmp_path, laptops):
    office, files = laptops("office"), []
    for number in range(4):
        laptop = laptops(f"laptop-{number}")
        county(laptop, f"14042{number}")
        files.append(laptop.export(tmp_path / f"{number}.qassess").path)
    done = []
    with Merger(
        office.database, office.evidence, check_signature=check_signature, cancelled=lambda: len(done) >= 2
    ) as merger:
        done.extend(outcome.verdict for outcome in merger.merge_all(files[:2], clock=lambda: NOW))
        done.extend(outcome.verdict for outcome in merger.merge_all(files[2:], clock=lambda: NOW))
    assert done == ["merged", "merged", "merge.cancelled", "merge.cancelled"]
    assert len(merges(office.database)) == 2
    assert office.is_sound()


def test_cancelling_inside_a_transaction_undoes_it(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    county(laptop, "140425", [f"I{number}" for number in range(30)])
    file = laptop.export(tmp_path / "a.qassess").path
    wanted = []

    def then(uow, facts):
        wanted.append("stop")
        uow.statements.rows("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")

    with Merger(
        office.database, office.evidence, check_signature=check_signature, cancelled=lambda: bool(wanted)
    ) as merger:
        assert merger.merge(file, at=NOW, then=then).verdict == "merge.cancelled"
        wanted.clear()
        assert merger.merge(file, at=NOW).verdict == "merged"


def test_evidence_that_was_lost_here_comes_back_with_a_known_file(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    prefix = county(laptop, "140425")
    sha = laptop.attach(prefix, b"photo")
    file = laptop.export(tmp_path / "a.qassess").path
    merge(office, file)
    office.evidence.path_of(sha).unlink()
    (again,) = merge(office, file)
    assert (again.verdict, again.evidence_new) == ("known", 1)
    assert office.evidence.read(sha) == b"photo"
    assert len(merges(office.database)) == 1


def test_a_database_that_vanished_or_cannot_be_written_is_said(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    county(laptop, "140425")
    file = laptop.export(tmp_path / "a.qassess").path
    with Merger(office.database, office.evidence, check_signature=check_signature) as merger:
        office.path.rename(office.path.with_suffix(".gone"))
        with pytest.raises(QassessError, match=r"database\.vanished"):
            merger.merge(file, at=NOW)
        office.path.with_suffix(".gone").rename(office.path)
    outcome = merge_file(office.database, file, office.evidence, check_signature=check_signature, at=NOW)
    assert outcome.verdict == "merged"


def test_a_scheme_of_the_same_bytes_is_kept_once(tmp_path, laptops):
    office = laptops("office")
    for number in range(3):
        laptop = laptops(f"laptop-{number}")
        county(laptop, f"14042{number}")
        merge(office, laptop.export(tmp_path / f"{number}.qassess").path)
    with office.database.unit_of_work(reading=True) as uow:
        assert uow.statements.rows("SELECT count(*) FROM revision WHERE kind = ?", (int(Kind.SCHEME),)) == [(1,)]
