"""No hot statement may scan the log or its heads: the k-th assessment must cost what the first one did."""

import pytest

from qassess.domain.revision import Kind
from qassess.storage import local_tables, projection, revision_log, states

ENTITY, ID, TEXT, NUMBER = bytes(16), bytes(32), "", 0
RANGE = (ENTITY, ENTITY)

HOT = {
    "heads": (revision_log.HEADS, (ENTITY,)),
    "heads under": (revision_log.HEADS_UNDER, RANGE),
    "standing": (revision_log.STANDING, (ENTITY,)),
    "history": (revision_log.HISTORY, (ENTITY,)),
    "history under": (revision_log.HISTORY_UNDER, RANGE),
    "one": (revision_log.ONE, (ENTITY, ID)),
    "entities under": (revision_log.ENTITIES_UNDER, RANGE),
    "insert": (revision_log.INSERT, (ID, NUMBER, ENTITY, None, None, TEXT, TEXT, NUMBER, TEXT)),
    "forget head": (revision_log.FORGET_HEAD, (ENTITY, ID)),
    "add head": (revision_log.ADD_HEAD, (ENTITY, ID, NUMBER)),
    "keep entry": (projection.KEEP[Kind.ENTRY], {"heads": 1, "n": NUMBER}),
    "keep assessment": (projection.KEEP[Kind.ASSESSMENT], {"heads": 1, "n": NUMBER}),
    "entries": (states.ENTRIES, RANGE),
    "counts": (states.COUNTS, RANGE),
    "changed": (states.CHANGED, (NUMBER, *RANGE)),
    "conflicts": (states.CONFLICTS, (*RANGE, ENTITY[:8])),
    "next hlc": (local_tables.NEXT_HLC, {"now": NUMBER}),
}


@pytest.mark.parametrize("name", HOT)
@pytest.mark.parametrize("analysed", [False, True])
def test_nothing_hot_scans_a_table_that_grows(database, edit, name, analysed):
    for number in range(30):
        edit(f"I{number % 10}", value=str(number))
    statement, values = HOT[name]
    with database.unit_of_work() as uow:
        if analysed:
            uow._statements.run("ANALYZE")
        steps = [row[3] for row in uow._statements.rows(f"EXPLAIN QUERY PLAN {statement}", values)]
    scans = [step for step in steps if step.startswith("SCAN") and step != "SCAN clock"]
    assert not scans, steps


def test_conflicts_are_read_from_their_own_index(database):
    with database.unit_of_work() as uow:
        plan = uow._statements.rows(f"EXPLAIN QUERY PLAN {states.CONFLICTS}", HOT["conflicts"][1])
    steps = " ".join(str(row[3]) for row in plan)
    assert "entry_conflict" in steps
