"""Files from outside: whatever is in them, the outcome has a name, and the database's content is what it was."""

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from qassess.domain.canonical import canonical_text
from qassess.domain.revision import Kind, Revision, entity_of
from qassess.errors import QassessError
from qassess.storage import source_defences
from qassess.storage.export_format import COLUMNS, EXPORT_ID, TABLES, digest_of
from qassess.storage.merge import Merger
from qassess.storage.source_check import inspect_source
from tests.storage.exports import NOW, Laptop, check_signature, county, merge, prefix_of, sign

PREFIX = prefix_of("140425")


@pytest.fixture
def export(tmp_path, laptops) -> Path:
    laptop = laptops("laptop")
    prefix = county(laptop, "140425", [f"I{number}" for number in range(8)])
    laptop.answer(prefix, "I0", "2")
    laptop.attach(prefix, b"photo" * 2000)
    return laptop.export(tmp_path / "a.qassess").path


@pytest.fixture
def office(laptops) -> Laptop:
    """An office that has something to lose."""
    office = laptops("office")
    county(office, "140499")
    return office


@pytest.fixture
def refuse(office) -> Callable[[Path], str]:
    """Try to merge a file in every way, and return the one name of its refusal; nothing may have changed."""

    def attempt(path: Path, **values: object) -> str:
        before, evidence = office.content(), list(office.evidence.hashes())
        with Merger(office.database, office.evidence, check_signature=check_signature) as merger:
            inspected, outcome = merger.inspect(path), merger.merge(path, at=NOW)
            (ahead,) = merger.merge_all([path], clock=lambda: NOW)
        alone = inspect_source(path, check_signature=check_signature)
        verdicts = {inspected.verdict, outcome.verdict, ahead.verdict, alone.verdict}
        assert len(verdicts) == 1, verdicts
        assert outcome.verdict.startswith(("source.", "merge."))
        assert outcome.report.values["name"] == path.name
        assert values.items() <= outcome.report.values.items()
        assert office.content() == before
        assert list(office.evidence.hashes()) == evidence
        assert [left.name for left in office.path.parent.glob(".qassess*")] == []
        return outcome.verdict

    return attempt


def tamper(path: Path, *statements: str, values: tuple = (), signed_again: bool = False) -> Path:
    """Change an export with plain SQL; ``signed_again``: with a manifest that fits, as its signer could."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement, values if "?" in statement else ())
        if signed_again:
            sign_again(connection)
    return path


def sign_again(connection: sqlite3.Connection) -> None:
    rows = connection.execute("SELECT id, p1, p2 FROM revision").fetchall()
    ids = {row[0] for row in rows}
    heads = ids - {parent for row in rows for parent in row[1:]}
    manifest = json.loads(connection.execute("SELECT body FROM manifest").fetchone()[0])
    manifest |= {"revisions": len(ids), "ids": digest_of(ids), "heads": len(heads), "head_ids": digest_of(heads)}
    replace_manifest(connection, manifest)


def replace_manifest(connection: sqlite3.Connection, manifest: dict) -> None:
    body = canonical_text(manifest)
    signed = sign(body.encode())
    connection.execute("INSERT OR REPLACE INTO manifest VALUES (1, ?, ?, ?)", (body, signed.key, signed.signature))


def forge(path: Path, payload: str, *, kind: int = Kind.ENTRY, name: str = "forged", **fields: object) -> Path:
    """Add a revision whose id and manifest are right: by somebody who has a key."""
    entity = entity_of(PREFIX, Kind.ENTRY, name)
    made = {"kind": kind, "entity": entity, "parents": (), "author": "x", "device": "x", "hlc": 1} | fields
    revision = Revision(payload=payload, **made)
    parents = (*revision.parents, None, None)[:2]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            f"INSERT INTO revision({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (revision.id, kind, revision.entity, *parents, "x", "x", revision.hlc, payload),
        )
        sign_again(connection)
    return path


# 1. What is no plain file, and size before reading


def test_what_is_no_plain_file(tmp_path, refuse):
    assert refuse(tmp_path / "nothing.qassess") == "source.not_found"
    assert refuse(tmp_path) == "source.not_a_file"
    (tmp_path / "empty.qassess").touch()
    assert refuse(tmp_path / "empty.qassess") == "source.empty"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert refuse(tmp_path / "pipe") == "source.not_a_file"
    assert refuse(Path("nul\0byte")) == "source.not_found"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such devices, and links need a privilege")
def test_links_lead_to_plain_files_or_nowhere(tmp_path, refuse, export, office):
    (tmp_path / "zero").symlink_to("/dev/zero")
    assert refuse(tmp_path / "zero") == "source.not_a_file"
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert refuse(tmp_path / "loop") == "source.unreadable"
    (tmp_path / "itself").symlink_to(office.path)
    assert refuse(tmp_path / "itself") == "source.database"
    (tmp_path / "good").symlink_to(export)
    assert merge(office, tmp_path / "good")[0].verdict == "merged"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_file_one_may_not_read(export, refuse):
    export.chmod(0)
    assert refuse(export) == "source.unreadable"


def test_a_file_larger_than_any_export_is_not_read(tmp_path, refuse, monkeypatch):
    bomb = tmp_path / "bomb.qassess"
    with bomb.open("wb") as file:
        file.truncate(source_defences.LARGEST_FILE + 1)  # takes no room on the disk
    assert refuse(bomb) == "source.too_large"


# 2. The header


def test_what_is_no_export_of_this_program(tmp_path, refuse, office):
    files = {
        "text": b"hello " * 100,
        "zip": b"PK\x03\x04" + bytes(1000),
        "zeros": bytes(4096),
        "short": b"SQL",
        "cut": b"SQLite format 3\0" + bytes(20),
    }
    expected = dict.fromkeys(files, "source.foreign") | {"short": "source.foreign", "cut": "source.damaged"}
    expected["short"] = "source.damaged"
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        assert refuse(tmp_path / name) == expected[name], name
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE revision(n)")
    assert refuse(tmp_path / "other.db") == "source.foreign"
    office.database.write_copy(tmp_path / "working.db")
    assert refuse(tmp_path / "working.db") == "source.database"


def test_a_newer_format_is_named_with_both_numbers(export, refuse):
    tamper(export, "PRAGMA user_version=7")
    assert refuse(export) == "source.newer"


def test_a_file_in_write_ahead_mode_is_unfinished(export, refuse):
    tamper(export, "PRAGMA journal_mode=WAL")
    assert refuse(export) == "source.unfinished"


def test_a_hot_journal_beside_it_is_never_rolled_back_into_it(export, refuse):
    with closing(sqlite3.connect(export, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=1")
        connection.execute("BEGIN")
        connection.execute("UPDATE chunk SET data = zeroblob(900000)")
        connection.execute("UPDATE revision SET payload = payload || ' '")
        shutil.copyfile(export, export.with_name("copy.qassess"))
        shutil.copyfile(f"{export}-journal", export.with_name("copy.qassess-journal"))
        connection.execute("ROLLBACK")
    copy = export.with_name("copy.qassess")
    before = copy.read_bytes()
    journal = copy.with_name("copy.qassess-journal")
    if journal.read_bytes()[:8] != source_defences._JOURNAL_MAGIC:  # its header is written last
        journal.write_bytes(source_defences._JOURNAL_MAGIC + journal.read_bytes()[8:])
    assert refuse(copy) in {"source.unfinished", "source.damaged"}
    assert copy.read_bytes() == before


def test_side_files_of_no_meaning_are_not_looked_at(export, office):
    export.with_name(export.name + "-wal").write_bytes(b"7\x7f\x06\x82" + bytes(4000))
    export.with_name(export.name + "-journal").write_bytes(bytes(600))
    assert merge(office, export)[0].verdict == "merged"


@pytest.mark.parametrize(("at", "value"), [(20, 8), (47, 1), (59, 2), (59, 3)])
def test_a_header_we_never_write(export, refuse, at, value):
    content = bytearray(export.read_bytes())
    content[at] = value
    export.write_bytes(content)
    assert refuse(export) == "source.altered"


def test_a_file_that_was_cut_off_or_grew(export, refuse):
    content = export.read_bytes()
    for changed in (content[:-1], content[: len(content) // 2], content + b"\0", content[:100], content[:4096]):
        export.write_bytes(changed)
        assert refuse(export) == "source.damaged"


def test_names_that_mean_something_in_an_address(tmp_path, export, laptops):
    for number, name in enumerate(
        ("a#b.qassess", "a?mode=rwc.qassess", "100%41.qassess", "空 格&.qassess", "a;b'.qassess")
    ):
        if os.name == "nt" and "?" in name:
            continue
        path = shutil.copyfile(export, tmp_path / name)
        assert merge(laptops(f"office-{number}"), path)[0].verdict == "merged"


# 3. A private copy


@pytest.fixture
def spooled(monkeypatch):
    """Have every file copied to a private place instead of being held in memory."""
    monkeypatch.setattr(source_defences, "LARGEST_IN_MEMORY", 0)
    monkeypatch.setattr("qassess.storage.source_check.LARGEST_IN_MEMORY", 0)


def test_a_source_is_never_written_to_and_what_changes_later_does_not_count(export, office, spooled):
    before = export.read_bytes()
    export.chmod(0o444)

    def spoil(uow, facts):
        export.chmod(0o644)
        export.write_bytes(bytes(len(before)))

    assert merge(office, export, then=spoil)[0].verdict == "merged"
    assert office.is_sound()
    export.write_bytes(before)
    assert [left.name for left in office.path.parent.glob(".qassess*")] == []


def test_a_large_file_takes_the_same_way(export, office, refuse, spooled):
    content = export.read_bytes()
    with export.open("r+b") as file:
        file.truncate(len(content) - 4096)
    assert refuse(export) == "source.damaged"
    export.write_bytes(content)
    first, again = merge(office, export, export)
    assert (first.verdict, again.verdict) == ("merged", "known")


def test_a_spool_without_room_is_said(export, office, spooled, monkeypatch):
    monkeypatch.setattr(source_defences, "_UNSAFE_WRITING", ("PRAGMA max_page_count=2",))
    with pytest.raises(QassessError, match=r"database\.disk_full"):
        merge(office, export)


# 4., 5. Nothing in the schema but ours


def rebuilt(path: Path, changed: dict[str, str], *extra: str) -> Path:
    """Write an export anew with other definitions for some tables, and more objects."""
    rows: dict[str, list] = {}
    with closing(sqlite3.connect(path)) as connection:
        for table in TABLES:
            rows[table] = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
    path.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id={EXPORT_ID}")
        connection.execute("PRAGMA user_version=1")
        for table, definition in TABLES.items():
            connection.execute(changed.get(table, definition))
            if not changed.get(table, "").startswith(("CREATE VIEW", "CREATE VIRTUAL")):
                marks = ", ".join("?" * len(rows[table][0])) if rows[table] else ""
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[table])  # noqa: S608
        for statement in extra:
            connection.execute(statement)
    return path


PLAIN = TABLES["revision"]
HOSTILE = {
    "view": ({"revision": "CREATE VIEW revision AS SELECT 1 AS n, zeroblob(32) AS id"}, ()),
    "endless view": (
        {
            "revision": "CREATE VIEW revision AS WITH RECURSIVE e(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM e) "
            "SELECT n, n AS id FROM e"
        },
        (),
    ),
    "trigger": ({}, ("CREATE TRIGGER t AFTER INSERT ON revision BEGIN DELETE FROM revision; END",)),
    "generated column": ({"revision": PLAIN.replace(") STRICT", ", g TEXT AS (hex(zeroblob(4000)))) STRICT")}, ()),
    "virtual table": ({"revision": "CREATE VIRTUAL TABLE revision USING fts5(n, id)"}, ()),
    "check": ({"revision": PLAIN.replace("id BLOB NOT NULL", "id BLOB NOT NULL CHECK(randomblob(9) NOT NULL)")}, ()),
    "default": ({"revision": PLAIN.replace("p1 BLOB", "p1 BLOB DEFAULT (zeroblob(9))")}, ()),
    "index": ({}, ("CREATE INDEX i ON revision(entity)",)),
    "expression index": ({}, ("CREATE INDEX i ON revision(abs(hlc))",)),
    "another table": ({}, ("CREATE TABLE entry_state(entity)",)),
    "statistics": ({}, ("ANALYZE",)),
    "not strict": ({"revision": PLAIN.replace(" STRICT", "")}, ()),
    "a blank more": ({"revision": PLAIN.replace("n INTEGER", "n  INTEGER")}, ()),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_schema_with_anything_else_in_it_is_refused_before_it_is_queried(export, refuse, name):
    changed, extra = HOSTILE[name]
    assert refuse(rebuilt(export, changed, *extra)) == "source.altered"


def test_a_table_that_is_missing(export, refuse):
    assert refuse(tamper(export, "DROP TABLE chunk")) == "source.altered"


def test_a_schema_that_is_no_sql(export, refuse):
    with closing(sqlite3.connect(export, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_schema SET sql = 'CREATE TABLE chunk(' WHERE name = 'chunk'")
    assert refuse(export) == "source.damaged"


def test_connections_to_a_source_can_only_read_and_trust_nothing(export):
    deadline = source_defences.Deadline(1, lambda: False)
    for source in (export.read_bytes(), export):
        with source_defences.connected(source, deadline) as connection:
            pragmas = {
                name: connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("trusted_schema", "query_only", "cell_size_check", "mmap_size")
                if connection.execute(f"PRAGMA {name}").fetchone()
            }
            assert pragmas == {"trusted_schema": 0, "query_only": 1, "cell_size_check": 1} | (
                {"mmap_size": 0} if "mmap_size" in pragmas else {}
            )
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                connection.execute("DELETE FROM revision")
            with pytest.raises(sqlite3.Error, match="too many attached"):
                connection.execute("ATTACH ':memory:' AS other")
            assert connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) == source_defences.LARGEST_VALUE


# 6. Limits and deadlines


def test_a_value_larger_than_any_we_write(export, refuse):
    tamper(export, "UPDATE revision SET payload = CAST(zeroblob(17000000) AS TEXT) WHERE n = 3")
    assert refuse(export) in {"source.damaged", "source.altered"}


def test_a_file_that_takes_too_long_is_left_out(export, refuse, monkeypatch):
    monkeypatch.setattr(source_defences, "_SECONDS", -1)
    assert refuse(export) == "source.too_slow"


def test_a_query_that_never_ends_is_stopped(export):
    seen = iter([False] * 3 + [True] * 100)
    deadline = source_defences.Deadline(1, lambda: next(seen))
    endless = "WITH RECURSIVE e(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM e) SELECT count(*) FROM e"
    with (
        pytest.raises(source_defences.SourceRefused, match=r"merge\.cancelled"),
        source_defences.connected(export.read_bytes(), deadline) as connection,
    ):
        connection.execute(endless).fetchall()


# 9. Rows of the wrong form, whose hashes are right


@pytest.mark.parametrize(
    "payload",
    [
        "[]",
        '"text"',
        "1",
        "null",
        "",
        "{",
        '{"a":1.5}',
        '{"a":1e5}',
        '{"a":null}',
        '{"a":[{"b":null}]}',
        '{"a":NaN}',
        '{"a":-Infinity}',
        '{"a":"\\ud800"}',
        '{"a":"e\u0301"}',
        '{"a":"\\u4e2d"}',
        '{"a":"tab\t"}',
        '{"a":1},{"b":2}',
        '{"a":1}]',
        '{"a":01}',
        '{"a":' + "9" * 5000 + "}",
        '{"a":' + "[" * 300 + "]" * 300 + "}",
        '{"a":' * 400 + "1" + "}" * 400,
        "[" * 5000 + "]" * 5000,
    ],
    ids=lambda payload: payload[:16],
)
def test_a_payload_no_reader_could_bear(export, refuse, payload):
    assert refuse(forge(export, payload)) == "source.altered"


@pytest.mark.parametrize("halves", [('{"a":[{}', "{}]}"), ('{"a":"', '"}'), ('{"a":{}', '"b":{}}')])
def test_two_halves_do_not_make_one_whole_payload(export, refuse, halves):
    for number, half in enumerate(halves):
        forge(export, half, name=f"half {number}")
    assert refuse(forge(export, "{},{}", name="makes up for it")) == "source.altered"


def test_payloads_only_just_right(export, office):
    for number, payload in enumerate(('{"a":"null"}', '{"a":"\\u0000\\u001f"}', "{}", '{"b":1,"b":2}', '{"b": 1}')):
        forge(export, payload, name=f"odd {number}")
    assert merge(office, export)[0].verdict == "merged"
    assert office.is_sound()


STORED_AS = {
    "short id": "UPDATE revision SET id = x'00' WHERE n = 4",
    "empty entity": "UPDATE revision SET entity = x'' WHERE n = 4",
    "long entity": "UPDATE revision SET entity = zeroblob(17) WHERE n = 4",
    "negative kind": "UPDATE revision SET kind = -1 WHERE n = 4",
    "huge kind": "UPDATE revision SET kind = 9223372036854775807 WHERE n = 4",
    "negative time": "UPDATE revision SET hlc = -1 WHERE n = 4",
    "parent of nothing": "UPDATE revision SET p1 = x'' WHERE n = 4",
    "second parent alone": "UPDATE revision SET p2 = zeroblob(32) WHERE n = 4",
    "invalid author": "UPDATE revision SET author = CAST(x'ff' AS TEXT) WHERE n = 4",
    "another author": "UPDATE revision SET author = '李四' WHERE n = 4",
    "longer payload": "UPDATE revision SET payload = payload || ' ' WHERE n = 4",
    "payload of bytes": "UPDATE revision SET payload = CAST(x'fffe' AS TEXT) WHERE n = 4",
}


@pytest.mark.parametrize("name", STORED_AS)
@pytest.mark.parametrize("signed_again", [False, True])
def test_a_row_that_is_not_what_its_id_says(export, refuse, name, signed_again):
    assert refuse(tamper(export, STORED_AS[name], signed_again=signed_again)) in {"source.altered", "source.damaged"}


@pytest.mark.parametrize("column", ["id BLOB", "kind INTEGER", "hlc INTEGER", "payload TEXT", "entity BLOB"])
@pytest.mark.parametrize("value", [b"bytes", "text", 5, None, 1.5])
def test_a_value_of_another_type_behind_a_strict_schema(export, refuse, column, value):
    name = column.split()[0]
    loose = TABLES["revision"].replace(" STRICT", "").replace(f"{column} NOT NULL", name)
    rebuilt(export, {"revision": loose})
    with closing(sqlite3.connect(export, isolation_level=None)) as connection:
        connection.execute(f"UPDATE revision SET {name} = ? WHERE n = 4", (value,))  # noqa: S608
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'revision'", (TABLES["revision"],))
    assert refuse(export) in {"source.altered", "source.damaged"}


FORGED = {
    "entity too short": {"entity": PREFIX},
    "entity too long": {"entity": PREFIX + bytes(9)},
    "kind of its entity": {"kind": Kind.ASSESSMENT, "name": "I3"},
    "parents descending": {"parents": (b"b" * 32, b"a" * 32)},
    "short parent": {"parents": (b"a" * 31,)},
    "no such parent": {"parents": (b"a" * 32,)},
    "another assessment": {"entity": prefix_of("140426") + bytes(8)},
    "another scheme": {"kind": Kind.SCHEME, "entity": bytes(16)},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_row_no_program_of_ours_writes_though_its_id_is_right(export, refuse, name):
    verdict = refuse(forge(export, '{"a":"1"}', **FORGED[name]))
    assert verdict in {"source.altered", "source.not_closed"}


def test_the_same_thing_cannot_be_of_another_kind_than_here(tmp_path, laptops, export, office):
    merge(office, export)
    other = laptops("other")
    county(other, "140425", ["I5"])
    file = other.export(tmp_path / "b.qassess").path
    forge(file, '{"a":"1"}', kind=Kind.EVIDENCE, name="I3")
    assert merge(office, file)[0].verdict == "source.altered"
    assert office.is_sound()


def test_the_same_row_twice(export, refuse):
    tamper(export, f"INSERT INTO revision({COLUMNS}) SELECT {COLUMNS} FROM revision WHERE n = 4")  # noqa: S608
    assert refuse(export) == "source.altered"


# The manifest


def test_the_newest_rows_removed_by_somebody_who_knows_sql(export, refuse):
    for number in range(3):
        path = shutil.copyfile(export, export.with_name(f"{number}.qassess"))
        tamper(path, f"DELETE FROM revision WHERE n > (SELECT max(n) - {number} - 1 FROM revision)")  # noqa: S608
        assert refuse(path, found=11 - number, expected=12) == "source.incomplete"


def test_a_manifest_that_was_touched(export, refuse):
    body = "SELECT body FROM manifest"
    changes = {
        "DELETE FROM manifest": "source.manifest_missing",
        "UPDATE manifest SET body = replace(body, '140425', '140426')": "source.altered",
        "UPDATE manifest SET body = body || ' '": "source.altered",
        "UPDATE manifest SET body = '[]'": "source.altered",
        "UPDATE manifest SET body = '{}'": "source.altered",
        "UPDATE manifest SET body = 'x'": "source.altered",
        "UPDATE manifest SET body = CAST(x'ff' AS TEXT)": "source.altered",
        "UPDATE manifest SET body = replace(body, '\"heads\":', '\"heads\":1')": "source.signature",
        "UPDATE manifest SET signature = zeroblob(32)": "source.signature",
        "UPDATE manifest SET key = zeroblob(32)": "source.signature",
        "UPDATE manifest SET key = zeroblob(5000)": "source.altered",
        f"INSERT INTO manifest SELECT 2, ({body}), key, signature FROM manifest": "source.altered",  # noqa: S608
    }
    for number, (change, expected) in enumerate(changes.items()):
        path = shutil.copyfile(export, export.with_name(f"{number}.qassess"))
        assert refuse(tamper(path, change)) == expected, change


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("revisions", 11, "source.altered"),
        ("revisions", 13, "source.incomplete"),
        ("revisions", "many", "source.altered"),
        ("ids", "0" * 64, "source.altered"),
        ("heads", 3, "source.altered"),
        ("head_ids", "0" * 64, "source.altered"),
        ("evidence", [], "source.altered"),
        ("evidence", [{"sha256": "00", "size": 1}], "source.altered"),
        ("evidence", [{"sha256": "zz", "size": 1}], "source.altered"),
        ("assessments", [], "source.altered"),
        ("schemes", [], "source.altered"),
        ("schemes", ["zz"], "source.altered"),
        ("device", {"a": {"b": []}}, "source.altered"),
    ],
)
def test_a_manifest_that_says_something_else_though_signed(export, refuse, field, value, expected):
    with closing(sqlite3.connect(export, isolation_level=None)) as connection:
        manifest = json.loads(connection.execute("SELECT body FROM manifest").fetchone()[0])
        replace_manifest(connection, manifest | {field: value})
    assert refuse(export) == expected


def test_a_field_of_a_newer_manifest_does_no_harm(export, office):
    with closing(sqlite3.connect(export, isolation_level=None)) as connection:
        manifest = json.loads(connection.execute("SELECT body FROM manifest").fetchone()[0])
        replace_manifest(connection, manifest | {"newer": ["1"]})
    assert merge(office, export)[0].verdict == "merged"


# 11. Evidence


def test_damaged_evidence_is_named_and_the_rest_arrives(tmp_path, laptops, office):
    laptop = laptops("laptop")
    prefix = county(laptop, "140425")
    shas = [laptop.attach(prefix, bytes([number]) * 3_000_000) for number in range(4)]
    lost = laptop.attach(prefix, b"lost")
    laptop.evidence.path_of(lost).unlink()
    receipt = laptop.export(tmp_path / "a.qassess")
    assert receipt.missing == (lost,)
    numbers = dict(enumerate(sorted(shas)))
    tamper(receipt.path, "UPDATE chunk SET data = zeroblob(1048576) WHERE n = 2")
    tamper(receipt.path, "DELETE FROM chunk WHERE n = 9")
    (outcome,) = merge(office, receipt.path)
    assert outcome.verdict == "merged"
    assert set(outcome.evidence_damaged) == {numbers[0], numbers[2]}
    assert outcome.evidence_missing == (lost,)
    assert outcome.evidence_new == 2
    assert sorted(office.evidence.hashes()) == sorted([numbers[1], numbers[3]])
    assert office.evidence.check().damaged == ()
    assert list(office.evidence.folder.glob("arriving-*")) == []


def test_evidence_that_claims_another_size_or_place(export, office):
    tamper(export, "UPDATE evidence SET first = 100")
    (outcome,) = merge(office, export)
    assert (outcome.verdict, len(outcome.evidence_damaged)) == ("merged", 1)


# All at once: mutants

MUTANTS = int(os.environ.get("QASSESS_MUTANTS", "3000"))


def flipped(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 1, 8))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def zeroed(content: bytearray, chance: random.Random) -> None:
    page = chance.randrange(len(content) // 4096) * 4096
    content[page : page + 4096] = chance.choice((bytes(4096), chance.randbytes(4096)))


def swapped(content: bytearray, chance: random.Random) -> None:
    one, other = (chance.randrange(len(content) // 4096) * 4096 for _ in range(2))
    content[one : one + 4096], content[other : other + 4096] = (
        content[other : other + 4096],
        content[one : one + 4096],
    )


def cut(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


def cut_with_header(content: bytearray, chance: random.Random) -> None:
    pages = chance.randrange(1, len(content) // 4096)
    del content[pages * 4096 :]
    content[28:32] = pages.to_bytes(4, "big")


def patched(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content))
    content[at : at + 8] = chance.choice((b"\xff" * 8, bytes(8), b'{"a":1}"', chance.randbytes(8)))


WAYS = (flipped, flipped, flipped, zeroed, swapped, cut, cut_with_header, patched)
STATEMENTS = (
    "DELETE FROM revision WHERE n = {}",
    "DELETE FROM revision WHERE n > {}",
    "DELETE FROM evidence",
    "DELETE FROM manifest",
    "UPDATE revision SET hlc = hlc + 1 WHERE n = {}",
    "UPDATE revision SET p1 = NULL WHERE n = {}",
    "UPDATE revision SET n = -n WHERE n = {}",
    "UPDATE revision SET payload = replace(payload, '1', '2') WHERE n = {}",
    "UPDATE manifest SET body = replace(body, '{}', '9')",
    "CREATE VIEW v AS SELECT {} AS n",
    "CREATE TRIGGER t AFTER DELETE ON revision BEGIN SELECT {}; END",
    "PRAGMA journal_mode=WAL",
    "PRAGMA user_version=2",
    "PRAGMA application_id={}",
)


def mutant(export: Path, number: int, chance: random.Random) -> Path:
    path = export.with_name(f"mutant-{number}.qassess")
    if chance.random() < 0.1:
        shutil.copyfile(export, path)
        return tamper(path, chance.choice(STATEMENTS).format(chance.randrange(1, 13)))
    content = bytearray(export.read_bytes())
    chance.choice(WAYS)(content, chance)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("start", range(0, MUTANTS, 100))
def test_no_mutant_changes_anything_and_none_ends_in_a_traceback(tmp_path, laptops, start):
    laptop, office = laptops("laptop"), laptops("office")
    prefix = county(laptop, "140425", [f"I{number}" for number in range(40)])
    laptop.attach(prefix, b"photo" * 100)
    export = small_pages(laptop.export(tmp_path / "a.qassess").path)
    county(office, "140499")
    mine, whole = office.content(), laptop.content()
    expected = {table: sorted(mine[table] + whole[table], key=repr) for table in mine}
    expected["revision"] = sorted(set(expected["revision"]), key=repr)
    expected["head"] = sorted(set(expected["head"]), key=repr)
    chance = random.Random(start)
    verdicts: dict[str, int] = {}
    with Merger(office.database, office.evidence, check_signature=check_signature) as merger:
        for number in range(start, min(start + 100, MUTANTS)):
            path = mutant(export, number, chance)
            found = merger.inspect(path)
            verdicts[found.verdict] = verdicts.get(found.verdict, 0) + 1
            assert found.verdict == "merged" or found.verdict.startswith("source."), found
            if found.verdict == "merged":  # what was hit holds nothing: the rows are all there, to the last bit
                assert found.new == len(whole["revision"]) - 1
            elif number % 10 == 0:
                assert merger.merge(path, at=NOW).verdict == found.verdict
            path.unlink()
            assert office.content() == mine
    assert len(verdicts) > 3, verdicts
    assert office.is_sound()
    assert merge(office, export)[0].verdict == "merged"
    assert {table: sorted(rows, key=repr) for table, rows in office.content().items()} == expected


def small_pages(path: Path) -> Path:
    """Give an export pages that a mutant hits one by one; the file is the same in all else."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size=4096")
        connection.execute("VACUUM")
    return path
