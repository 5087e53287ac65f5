"""Drafts: what was typed but not yet accepted. They survive a crash and never leave this machine."""

from dataclasses import dataclass
from datetime import UTC, datetime

from qassess.domain.revision import Kind, entity_of
from qassess.services.views import AssessmentView, prefix_of
from qassess.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """The draft of one item: its text as it was kept, and when (UTC)."""

    item: str
    text: str
    at: datetime


def drafts_of(workspace: Workspace, view: AssessmentView) -> tuple[KeptDraft, ...]:
    """Return all drafts of an assessment, in the checklist's order."""
    prefix = prefix_of(view.id)
    with workspace.database.unit_of_work(reading=True) as uow:
        kept = {draft.entity: draft for draft in uow.drafts(prefix)}
    entities = ((item.id, entity_of(prefix, Kind.ENTRY, item.id)) for item in view.checklist.items)
    return tuple(
        KeptDraft(item, kept[entity].text, datetime.fromtimestamp(kept[entity].at / 1000, UTC))
        for item, entity in entities
        if entity in kept
    )


def items_left(workspace: Workspace) -> set[bytes]:
    """Return the entities that have a draft: asked when a session begins, they are what earlier ones left."""
    with workspace.database.unit_of_work(reading=True) as uow:
        return {draft.entity for draft in uow.drafts()}


def entity_of_item(assessment: str, item_id: str) -> bytes:
    """Return the entity of an item's entry."""
    return entity_of(prefix_of(assessment), Kind.ENTRY, item_id)


def keep_draft(workspace: Workspace, assessment: str, item_id: str, text: str) -> None:
    """Keep what is typed in an item, in place of an older draft."""
    now = int(workspace.clock().timestamp() * 1000)
    with workspace.database.unit_of_work() as uow:
        uow.put_draft(entity_of_item(assessment, item_id), text, at=now)
        uow.commit()


def draft(workspace: Workspace, assessment: str, item_id: str) -> str | None:
    """Return the kept draft of an item, if any."""
    with workspace.database.unit_of_work(reading=True) as uow:
        return uow.draft(entity_of_item(assessment, item_id))


def drop_draft(workspace: Workspace, assessment: str, item_id: str) -> None:
    """Discard the draft of an item."""
    with workspace.database.unit_of_work() as uow:
        uow.drop_draft(entity_of_item(assessment, item_id))
        uow.commit()
