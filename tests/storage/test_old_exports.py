"""Exports of every released version are merged for ever, with the ids and the evidence they had."""

import json
import shutil
from pathlib import Path

import pytest

from qassess.storage.evidence_store import EvidenceStore
from qassess.storage.source_check import inspect_source
from tests.storage.exports import check_signature, merge

OLD = Path(__file__).parent.parent / "old_databases"


@pytest.mark.parametrize("old", sorted(OLD.glob("*.qassess")), ids=lambda path: path.name)
def test_an_export_of_an_older_version_is_merged_whole(tmp_path, laptops, old):
    office = laptops("office")
    expected = json.loads(old.with_suffix(".qassess.json").read_text(encoding="utf-8"))
    (outcome,) = merge(office, shutil.copyfile(old, tmp_path / old.name))
    assert outcome.verdict == "merged"
    with office.database.unit_of_work(reading=True) as uow:
        found = {
            entity: {stored.revision.id.hex() for stored in uow.history(bytes.fromhex(entity))}
            for entity in expected["history"]
        }
        assert [entity.hex() for entity in uow.conflicts(bytes.fromhex(expected["assessment"]))] == expected[
            "conflicts"
        ]
    assert found == {entity: set(ids) for entity, ids in expected["history"].items()}
    evidence = EvidenceStore(old.with_name(f"{old.name}.db"))
    assert tuple(office.evidence.hashes()) == tuple(evidence.hashes())
    assert office.is_sound()


def test_the_bytes_that_are_signed_have_not_changed():
    report = inspect_source(OLD / "v1.qassess", check_signature=check_signature)
    assert report.verdict == "ok"
    assert report.manifest_body.startswith(
        b'{"assessments":[{"body":"140425","checklist":"county","prefix":"d2b30f5968c07324"'
    )
    assert report.manifest is not None
    assert (report.manifest.revisions, report.manifest.heads) == (14, 9)
    assert report.manifest.ids == "1bf55a652d51a6a67c543d7a901a0b9a362f632a021d7b96d081522562b45b8e"
