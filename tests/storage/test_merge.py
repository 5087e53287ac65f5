"""Files of several laptops unite in one office: whole, once, in any order, with one named outcome each."""

import pytest

from qassess.storage.export_format import ManifestSignature
from qassess.storage.merge import Merger, merge_file
from qassess.storage.ledger import merges
from tests.storage.exports import NOW, Laptop, check_signature, county


@pytest.fixture
def laptops(tmp_path):
    made = []

    def make(name: str) -> Laptop:
        (tmp_path / name).mkdir()
        made.append(Laptop(tmp_path / name, name))
        return made[-1]

    yield make
    for laptop in made:
        laptop.close()


def merge(office: Laptop, *paths, **options):
    with Merger(office.database, office.evidence, check_signature=check_signature) as merger:
        return [merger.merge(path, at=NOW, **options) for path in paths]


def test_an_office_has_what_the_laptop_had(tmp_path, laptops):
    laptop, office = laptops("laptop"), laptops("office")
    prefix = county(laptop, "140425")
    sha = laptop.attach(prefix, b"photo" * 1000)
    receipt = laptop.export(tmp_path / "平顺 #1?%.qassess")
    (outcome,) = merge(office, receipt.path)
    assert (outcome.verdict, outcome.new, outcome.known, outcome.evidence_new) == ("merged", 6, 0, 1)
    assert office.content() == laptop.content()
    assert office.evidence.read(sha) == b"photo" * 1000
    assert office.is_sound()
    (again,) = merge(office, receipt.path)
    assert (again.verdict, again.duplicate_of, again.known) == ("known", outcome.merge, 6)
    assert len(merges(office.database)) == 1
