"""A database in a temporary folder, and a short way to edit it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qassess.domain.canonical import Json, canonical_text
from qassess.domain.revision import Kind, Revision, assessment_prefix, entity_of
from qassess.storage.database import Database, open_database
from qassess.storage.unit_of_work import Stored
from tests.storage.exports import Laptop

PREFIX = assessment_prefix("140425", 2024, "annual", "ab" * 32)

Edit = Callable[..., Stored]
Make = Callable[..., Revision]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "县级质量.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with open_database(path, device="laptop-1") as opened:
        yield opened


@pytest.fixture
def prefix() -> bytes:
    return PREFIX


@pytest.fixture
def make() -> Make:
    """Make a revision of an item's entry."""

    def make_one(
        item: str = "A1",
        *parents: bytes,
        value: str = "1",
        hlc: int = 1,
        kind: int = Kind.ENTRY,
        author: str = "张三",
        prefix: bytes = PREFIX,
        **fields: Json,
    ) -> Revision:
        return Revision(
            kind=kind,
            entity=entity_of(prefix, Kind.ENTRY, item),
            parents=tuple(sorted(parents)),
            author=author,
            device="laptop-1",
            hlc=hlc,
            payload=canonical_text({"item": item, "answer": {"value": value}, **fields}),
        )

    return make_one


@pytest.fixture
def edit(database: Database, make: Make) -> Edit:
    """Commit one edit on top of the present heads, as the program does."""

    def edit_once(item: str = "A1", **fields: Json) -> Stored:
        with database.unit_of_work() as uow:
            parents = [stored.revision.id for stored in uow.heads(entity_of(PREFIX, Kind.ENTRY, item))]
            stored = uow.append(make(item, *parents, hlc=uow.next_hlc(1_700_000_000_000), **fields))
            uow.commit()
        return stored

    return edit_once


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Callable[[str], Laptop]]:
    """Make laptops, and offices, that are closed after the test."""
    made: list[Laptop] = []

    def make(name: str) -> Laptop:
        (tmp_path / name).mkdir()
        made.append(Laptop(tmp_path / name, name))
        return made[-1]

    yield make
    for laptop in made:
        laptop.close()
