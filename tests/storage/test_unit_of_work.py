"""One use case, one transaction: undone unless committed, and visible to others only then."""

import threading

import pytest

from qassess.errors import QassessError
from qassess.storage.database import open_database
from qassess.storage.unit_of_work import Draft


def test_leaving_without_commit_undoes_everything(database, make):
    with database.unit_of_work() as uow:
        uow.append(make())
        uow.put_draft(make().entity, "x")
    with database.unit_of_work() as uow:
        assert uow.heads(make().entity) == ()
        assert uow.draft(make().entity) is None
        assert uow.entry_states(make().entity[:8]) == ()


def test_an_error_undoes_everything(database, make):
    def fail_half_way() -> None:
        with database.unit_of_work() as uow:
            uow.append(make())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.unit_of_work() as uow:
        assert uow.history(make().entity) == ()


def test_what_is_committed_is_there_after_opening_anew(path, make):
    with open_database(path) as database, database.unit_of_work() as uow:
        uow.append(make())
        uow.commit()
    with open_database(path) as database, database.unit_of_work() as uow:
        assert [stored.revision for stored in uow.heads(make().entity)] == [make()]


def test_a_unit_ends_with_its_commit(database, make):
    with database.unit_of_work() as uow:
        uow.commit()
        with pytest.raises(RuntimeError, match="commit"):
            uow.append(make())
    with pytest.raises(RuntimeError, match="with block"):
        database.unit_of_work().heads(make().entity)


def test_units_of_several_threads_are_served_one_after_another(database, make):
    def count_up(worker: int) -> None:
        for _ in range(20):
            with database.unit_of_work() as uow:
                heads = uow.heads(make().entity)
                value = max((int(stored.revision.payload.split('"')[5]) for stored in heads), default=0)
                parents = [stored.revision.id for stored in heads]
                uow.append(make("A1", *parents, value=str(value + 1), hlc=uow.next_hlc(0), author=str(worker)))
                uow.commit()

    workers = [threading.Thread(target=count_up, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with database.unit_of_work() as uow:
        (head,) = uow.heads(make().entity)  # a lost update would have left a fork
        assert '"value":"80"' in head.revision.payload
        assert uow.projection_is_current()


def test_a_reading_unit_sees_its_beginning_and_does_not_wait(database, edit, make):
    edit(value="1")
    with database.unit_of_work(reading=True) as reader:
        assert len(reader.history(make().entity)) == 1
        edit(value="2")
        assert len(reader.history(make().entity)) == 1
    with database.unit_of_work(reading=True) as reader:
        assert len(reader.history(make().entity)) == 2


def test_the_hybrid_clock_never_repeats_even_when_the_clock_goes_back(path):
    with open_database(path) as database, database.unit_of_work() as uow:
        given = [uow.next_hlc(now) for now in (1_000_000, 1_000_000, 900_000, 1_000_500)]
        uow.commit()
    assert given == [1_000_000, 1_000_001, 1_000_002, 1_000_500]
    with open_database(path) as database, database.unit_of_work() as uow:
        assert uow.next_hlc(5) == 1_000_501


def test_a_rolled_back_hybrid_time_may_be_given_out_again(database):
    with database.unit_of_work() as uow:
        assert uow.next_hlc(7) == 7
    with database.unit_of_work() as uow:
        assert uow.next_hlc(7) == 7


def test_drafts_places_and_settings_are_kept_replaced_and_dropped(database, make, prefix):
    first, second = make("A1").entity, make("B2").entity
    with database.unit_of_work() as uow:
        uow.put_draft(first, "93", at=1)
        uow.put_draft(first, "93.4", at=2)
        uow.put_draft(second, "", at=3)
        uow.put_place(prefix, "A1")
        uow.put_place(prefix, "B2")
        uow.put_setting("language", "zh")
        uow.put_setting("language", "en")
        uow.commit()
    with database.unit_of_work() as uow:
        assert uow.draft(first) == "93.4"
        assert uow.drafts(prefix) == (Draft(second, "", 3), Draft(first, "93.4", 2))
        assert uow.drafts() == uow.drafts(prefix)
        assert uow.drafts(bytes(8)) == ()
        uow.drop_draft(first)
        uow.drop_draft(first)
        assert uow.draft(first) is None
        assert (uow.place(prefix), uow.place(bytes(8))) == ("B2", None)
        assert (uow.setting("language"), uow.setting("font")) == ("en", None)


def test_a_draft_without_a_time_gets_the_present_one(database, make):
    with database.unit_of_work() as uow:
        uow.put_draft(make().entity, "x")
        (draft,) = uow.drafts()
    assert draft.at > 1_600_000_000_000


def test_a_database_that_was_deleted_while_open_takes_no_more_edits(database, path, make):
    path.rename(path.with_name("elsewhere.db"))
    with pytest.raises(QassessError, match=r"database\.vanished"), database.unit_of_work():
        pass
    path.write_bytes(b"another file")
    with pytest.raises(QassessError, match=r"database\.vanished"), database.unit_of_work():
        pass


def test_a_database_that_vanishes_during_a_unit_does_not_pretend_to_save(database, path, make):
    with database.unit_of_work() as uow:
        uow.append(make())
        path.unlink()
        with pytest.raises(QassessError, match=r"database\.vanished"):
            uow.commit()
