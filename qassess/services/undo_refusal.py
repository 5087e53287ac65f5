"""Name, for people, what stops a merge from being taken back: whose decision, on which item, of which body."""

import json

from qassess.domain.revision import Revision
from qassess.errors import QassessError
from qassess.services.views import PREFIX_BYTES, read_view
from qassess.services.workspace import Workspace


def named_refusal(workspace: Workspace, blocked: QassessError) -> QassessError:
    """Return ``merge.undo_rests`` for a ``merge.undo_blocked`` of storage.

    Storage names the first revision that rests on the merge. That may be an automatic one, made so that a person's
    could follow; people know the person's.
    """
    entity, revision = bytes.fromhex(str(blocked.values["entity"])), bytes.fromhex(str(blocked.values["revision"]))
    with workspace.database.unit_of_work(reading=True) as uow:
        decided = _by_a_person([stored.revision for stored in uow.history(entity)], revision)
        view = read_view(workspace, uow, entity[:PREFIX_BYTES].hex())
    item = str(json.loads(decided.payload).get("item", ""))
    titles = {known.id: known.title.zh for known in view.checklist.items}
    code = view.checklist.codes.get(item, "")
    return QassessError(
        "merge.undo_rests",
        merge=blocked.values["merge"],
        author=decided.author,
        body=view.body.printed,
        item=f"{code} {titles.get(item, '')}".strip(),
    )


def _by_a_person(history: list[Revision], first: bytes) -> Revision:
    """Return the earliest revision by a person at or after ``first``; the automatic one itself if nobody followed."""
    descended = {first}
    reached = [known for known in history if known.id == first]
    for known in history:
        if known.id in descended or descended.intersection(known.parents):
            descended.add(known.id)
            reached.append(known)
    return next((known for known in reached if known.author), reached[0])
