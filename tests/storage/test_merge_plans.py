"""The k-th file must cost what the first one did: no statement of a merge may read all that is stored."""

import pytest

from qassess.storage import arrivals, ledger, merge, merge_undo
from qassess.storage.merge_session import SOURCE, MergeSession
from tests.storage.exports import Laptop, county
from tests.storage.exports import merge as merge_files

ENTITY, ID, HASH = bytes(16), bytes(32), bytes(32)
RANGE = {"first": ENTITY, "last": ENTITY}
SINCE = {"after": 5}

# Scans of these are meant: the file itself, the arrivals of one file, and what of them is going.
SMALL = (f"SCAN {SOURCE}", "SCAN s", "SCAN t", "SCAN going", "SCAN g", "SCAN u", "SCAN (", "SCAN p", "SCAN CONSTANT")

HOT = {
    "last": (arrivals.LAST, ()),
    "any head": (arrivals.ANY_HEAD, (ENTITY, ENTITY)),
    "forked": (arrivals.FORKED, (ENTITY, ENTITY)),
    "forget first": (arrivals.FORGET_FIRST, SINCE),
    "forget second": (arrivals.FORGET_SECOND, SINCE),
    "add": (arrivals.ADD, SINCE),
    "mixed": (arrivals.MIXED, SINCE),
    "first entries": (arrivals.FIRST_ENTRIES, RANGE),
    "first assessments": (arrivals.FIRST_ASSESSMENTS, RANGE),
    "entries": (arrivals.ENTRIES, SINCE),
    "assessments": (arrivals.ASSESSMENTS, SINCE),
    "copy": (merge.COPY, ()),
    "present": (merge.PRESENT, (ENTITY, ID, 3)),
    "known schemes": (merge.KNOWN_SCHEMES, (5,)),
    "known rows": (merge.KNOWN_ROWS, (5,)),
    "of manifest": (ledger.OF_MANIFEST, (HASH,)),
    "add to ledger": (ledger.ADD, (*["merge", None, "active"], *[0] * 13)),
    "add span": (ledger.ADD_SPAN, (1, 1, 1, 1)),
    "keep aside": (merge_undo.KEEP_ASIDE, {"merge": 1, "first": 1, "last": 5}),
    "choose": (merge_undo.CHOOSE, {"first": 1, "last": 5}),
    "resting": (merge_undo.RESTING, ()),
    "remove": (merge_undo.REMOVE, (1,)),
    "put back": (merge_undo.PUT_BACK, (1,)),
    "were there": (merge_undo.WERE_THERE, (1, 5)),
    "orphans": (merge_undo.ORPHANS, (5,)),
    **{f"renew {number}": (statement, ()) for number, statement in enumerate(merge_undo.RENEW)},
}


@pytest.fixture
def office(tmp_path, laptops) -> Laptop:
    office = laptops("office")
    for number in range(3):
        laptop = laptops(f"laptop-{number}")
        county(laptop, f"14042{number}", [f"I{item}" for item in range(20)])
        merge_files(office, laptop.export(tmp_path / f"{number}.qassess").path)
    return office


@pytest.mark.parametrize("analysed", [False, True])
def test_no_statement_of_a_merge_scans_what_grows(tmp_path, office, analysed):
    with office.database.connection_to_merge() as connection:
        session = MergeSession(office.database, connection, lambda: False)
        statements = session.statements
        if analysed:
            statements.run("ANALYZE main")
        statements.run(merge_undo._GOING)
        found = {}
        with session.beside((tmp_path / "0.qassess").read_bytes()):
            for name, (statement, values) in HOT.items():
                steps = [row[3] for row in statements.rows(f"EXPLAIN QUERY PLAN {statement}", values)]
                scans = [step for step in steps if step.startswith("SCAN") and not step.startswith(SMALL)]
                if "CO-ROUTINE r" in steps:  # heads of what is touched, ranked
                    scans.remove("SCAN r")
                if scans:
                    found[name] = steps
    assert not found, "\n".join(f"{name}: {step}" for name, steps in found.items() for step in steps)


def test_arrivals_are_found_by_their_numbers(tmp_path, office):
    """The unique index covers much of these queries; a planner that takes it reads the whole log (measured)."""
    with office.database.connection_to_merge() as connection:
        session = MergeSession(office.database, connection, lambda: False)
        for name in ("forget first", "forget second", "add", "mixed", "entries", "assessments", "orphans"):
            statement, values = HOT[name]
            steps = [row[3] for row in session.statements.rows(f"EXPLAIN QUERY PLAN {statement}", values)]
            assert any("USING INTEGER PRIMARY KEY (rowid>?)" in step for step in steps), (name, steps)
