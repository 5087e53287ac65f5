"""What belongs to this machine and is never exported: drafts, places, settings and the clock."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from qassess.storage.revision_log import entity_range
from qassess.storage.statements import Statements
from qassess.storage.tables import DRAFT, LOCAL_SETTING, PLACE

# A small correction by a time server is no jump; a minute is.
NEXT_HLC: Final = (
    "UPDATE clock SET hlc = max(hlc + 1, :now), jumps = jumps + (:now < reading - 60000), "
    "jumped_from = iif(:now < reading - 60000, reading, jumped_from), reading = :now RETURNING hlc"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """Something typed but not yet accepted; ``at`` in UTC milliseconds."""

    entity: bytes
    text: str
    at: int


def put_draft(connection: Connection, draft: Draft) -> None:
    """Keep the draft of an entity in place of an older one."""
    values = insert(DRAFT).values(entity=draft.entity, payload=draft.text, at=draft.at)
    connection.execute(values.on_conflict_do_update(set_={"payload": draft.text, "at": draft.at}))


def drop_draft(connection: Connection, entity: bytes) -> None:
    """Discard the draft of an entity, if there is one."""
    connection.exec_driver_sql("DELETE FROM draft WHERE entity = ?", (entity,))


def read_draft(connection: Connection, entity: bytes) -> Draft | None:
    """Return the draft of an entity, if there is one."""
    row = connection.execute(DRAFT.select().where(DRAFT.c.entity == entity)).one_or_none()
    return None if row is None else Draft(row.entity, row.payload, row.at)


def read_drafts(connection: Connection, prefix: bytes) -> tuple[Draft, ...]:
    """Return all drafts of entities that begin with ``prefix``, the latest first."""
    first, last = entity_range(prefix)
    drafts = DRAFT.select().where(DRAFT.c.entity.between(first, last)).order_by(DRAFT.c.at.desc(), DRAFT.c.entity)
    return tuple(Draft(row.entity, row.payload, row.at) for row in connection.execute(drafts))


def put_place(connection: Connection, prefix: bytes, item: str) -> None:
    """Remember the item at which one left an assessment."""
    values = insert(PLACE).values(prefix=prefix, item=item)
    connection.execute(values.on_conflict_do_update(set_={"item": item}))


def read_place(connection: Connection, prefix: bytes) -> str | None:
    """Return the item at which one left an assessment, if any."""
    found: str | None = connection.execute(
        PLACE.select().with_only_columns(PLACE.c.item).where(PLACE.c.prefix == prefix)
    ).scalar()
    return found


def put_setting(connection: Connection, name: str, value: str) -> None:
    """Keep a setting of this machine."""
    values = insert(LOCAL_SETTING).values(name=name, value=value)
    connection.execute(values.on_conflict_do_update(set_={"value": value}))


def read_setting(connection: Connection, name: str) -> str | None:
    """Return a setting of this machine, if it was ever kept."""
    wanted = LOCAL_SETTING.select().with_only_columns(LOCAL_SETTING.c.value).where(LOCAL_SETTING.c.name == name)
    found: str | None = connection.execute(wanted).scalar()
    return found


def next_hlc(statements: Statements, now_ms: int) -> int:
    """Give out the next hybrid logical time: ``now_ms``, or one more than the last when the clock has gone back."""
    ((given,),) = statements.rows(NEXT_HLC, {"now": now_ms})
    return int(given)
