"""Writes ``db/schema.md``: today's tables, and the bytes that must never change."""

from itertools import chain
from pathlib import Path
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex

from qassess.storage.export_format import EXPORT_ID, FORMAT, TABLES
from qassess.storage.schema import version_text
from qassess.storage.tables import APPLICATION_ID, METADATA, MIGRATION, user_version

_ORDER: Final = (
    "revision",
    "head",
    "entry_state",
    "assessment_state",
    "merge_log",
    "merge_span",
    "undone_revision",
    "draft",
    "place",
    "local_setting",
    "clock",
    "alembic_version",
)

_INTRODUCTION: Final = """# The database of qassess

Generated from `qassess/storage/tables.py` by `qassess.storage.schema_document.write_schema`; a test compares.

Schema version {version} (`PRAGMA user_version = {number}`: major x 1000 + minor), `PRAGMA application_id =
{application:#x}`, migration `{migration}`. A newer minor version only adds and is opened by an older program; a
newer major version is refused. The file is in WAL mode and every connection sets `synchronous=FULL`,
`foreign_keys=ON`, `trusted_schema=OFF` and `cell_size_check=ON`. Beside `NAME.db` lie `NAME.db.lock`, which the
open program holds, and `NAME.evidence/`.
"""

_FIXED_BYTES: Final = """## Bytes that must never change

What is hashed or signed today is read in ten years, on another machine, by a newer program. Golden files in
`tests/golden` and a database of every released version in `tests/old_databases` hold what follows.

### Canonical JSON
RFC 8785, restricted: UTF-8; no blanks; keys sorted by UTF-16 code units; strings and keys in NFC, escaped only
where JSON demands it; `true`, `false`, integers. Every other number is a decimal string as it was typed. No
floats, no `null`: what is absent is left out. A payload is always an object. It is hashed as stored and never
serialised again, and fields or kinds a program does not know are kept.

### Id of a revision
SHA-256 over these bytes in this order, numbers big-endian:

| bytes | what |
|---|---|
| 3 | `qa1` |
| 4 | kind: 1 scheme, 2 assessment, 3 entry, 4 evidence, 5 signature; a newer program may add more |
| 8 | hlc |
| 16 | entity |
| 32 | first parent, zeros if there is none |
| 32 | second parent, zeros if there is none; two parents ascend |
| 4, 4, 4 | lengths in bytes of author, device and payload |
| … | author, device and payload, UTF-8 |

### Entities
The prefix of an assessment is the first 8 bytes of SHA-256 over `assessment`, body, year, round and the
scheme's hash (hexadecimal), joined by the byte 1F. An entity inside it is the prefix and the first 8 bytes of
SHA-256 over the kind (decimal) and the name (an item's id, an evidence file's hash, …), joined by the byte 1F.
The assessment's own name is empty. The entity of a scheme is the first 16 bytes of its hash, which is SHA-256
over its canonical JSON. So two laptops that begin the same assessment independently agree on every id.

### Hybrid logical clock
UTC milliseconds since 1970. The next value is the computer's clock, or the last value and one when that clock
stands at or before it. It is for display and for order among heads only: the head that is shown is the one with
the greatest (hlc, id). It never decides which edit wins.

### Evidence
The SHA-256 of the original bytes is the name: `NAME.evidence/ab/abcdef…`, 64 lower-case hexadecimal digits
under a folder of the first two. A file is written under another name, synced and renamed before the revision
that names it commits. Originals are never changed and never deleted.

### Export file
`NAME.qassess` is a SQLite database in rollback mode, `PRAGMA application_id = {export:#x}`, `PRAGMA user_version =
{format}`, UTF-8, with exactly these tables, to the letter; anything else in its schema is refused:

```sql
{tables}
```

Revisions are the whole history of the assessments named in the manifest and their schemes; a parent stands before its
child. A piece of evidence is `size` bytes in chunks of at most 1 MiB, numbered from `first` on. The one row of
`manifest` holds `body`, canonical JSON, and a public key with its signature over the bytes of `body`, both empty if
nobody signed. The body says what must be in the file, no more and no less: `format`, `program`, `device`, `author`,
`at` (UTC milliseconds), `assessments` (prefix, body, year, round, scheme, checklist), `schemes`, `revisions` (how
many), `ids` (SHA-256 over their ids in ascending order, hexadecimal), `heads` and `head_ids` (the same of the heads
among them), `evidence` (sha256 and size, by sha256). Fields a program does not know are passed over. The SHA-256 of
the body is what a merged file is known by.

### Heads
A head is a revision that is nobody's parent. A parent is always stored before its child and is about the same
entity.
"""


def schema_text() -> str:
    """Return the whole document as Markdown."""
    introduction = _INTRODUCTION.format(
        version=version_text(user_version()), number=user_version(), application=APPLICATION_ID, migration=MIGRATION
    )
    tables = (_table_text(METADATA.tables[name]) for name in _ORDER)
    exported = "\n".join(f"{table};" for table in TABLES.values())
    fixed = _FIXED_BYTES.format(export=EXPORT_ID, format=FORMAT, tables=exported)
    return "\n".join(chain((introduction, "## Tables\n"), tables, (fixed,)))


def write_schema(folder: Path) -> None:
    """Write ``schema.md`` in ``folder``."""
    (folder / "schema.md").write_text(schema_text(), encoding="utf-8", newline="\n")


def _table_text(table: Table) -> str:
    lines = [f"### {table.name}", table.comment or "", "", "| column | type | null | |", "|---|---|---|---|"]
    lines += [
        f"| {'**' * column.primary_key}{column.name}{'**' * column.primary_key} | {column.type} "
        f"| {'yes' if column.nullable else ''} | {column.comment or ''} |"
        for column in table.columns
    ]
    rules = sorted(_rules(table))
    return "\n".join([*lines, *([""] if rules else []), *rules, ""])


def _rules(table: Table) -> list[str]:
    rules = [f"- index `{_one_line(CreateIndex(index))}`" for index in table.indexes]
    for constraint in table.constraints:
        match constraint:
            case CheckConstraint():
                rules.append(f"- `{constraint.name}`: check `{constraint.sqltext}`")
            case UniqueConstraint():
                rules.append(f"- `{constraint.name}`: unique ({', '.join(constraint.columns.keys())})")
            case ForeignKeyConstraint():
                targets = ", ".join(element.target_fullname for element in constraint.elements)
                rules.append(f"- `{constraint.name}`: ({', '.join(constraint.column_keys)}) references {targets}")
            case _:
                pass  # the primary key stands in the columns
    return rules


def _one_line(statement: CreateIndex) -> str:
    return " ".join(str(statement.compile(dialect=sqlite.dialect())).split())
