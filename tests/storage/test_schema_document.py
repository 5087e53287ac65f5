"""``db/schema.md`` is the picture of today's schema, and the ids of revisions are the ones of the first release."""

import json
from pathlib import Path

from qassess.domain.revision import Kind, Revision, assessment_prefix, entity_of
from qassess.storage.schema_document import schema_text, write_schema
from qassess.storage.tables import METADATA

ROOT = Path(__file__).parent.parent.parent


def test_the_description_of_the_schema_is_current(tmp_path, request):
    folder = ROOT / "db" if request.config.getoption("--rewrite-golden") else tmp_path
    write_schema(folder)
    current = (ROOT / "db" / "schema.md").read_text(encoding="utf-8")
    assert current == (folder / "schema.md").read_text(encoding="utf-8"), (
        "run pytest --rewrite-golden and read the diff"
    )


def test_every_table_and_column_is_described():
    text = schema_text()
    for table in METADATA.tables.values():
        assert f"### {table.name}\n" in text
        assert table.comment
        for column in table.columns:
            assert f"{column.name}" in text.split(f"### {table.name}\n")[1].split("###")[0]


def test_the_ids_of_revisions_never_change():
    """Never rewritten: these ids are in databases, exports and signatures that are out in the world."""
    golden = json.loads((ROOT / "tests" / "golden" / "revision_ids.json").read_text(encoding="utf-8"))
    assert len(golden["revisions"]) >= 8
    for case in golden["revisions"]:
        revision = Revision(
            kind=case["kind"],
            entity=bytes.fromhex(case["entity"]),
            parents=tuple(bytes.fromhex(parent) for parent in case["parents"]),
            author=case["author"],
            device=case["device"],
            hlc=case["hlc"],
            payload=case["payload"],
        )
        assert revision.id.hex() == case["id"]
    for case in golden["entities"]:
        prefix = assessment_prefix(case["body"], case["year"], case["round"], case["scheme"])
        assert prefix.hex() == case["prefix"]
        assert entity_of(prefix, Kind(case["kind"]), case["name"]).hex() == case["entity"]
