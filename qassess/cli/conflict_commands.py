"""``conflicts`` and ``resolve``: what two people answered differently, and the decision."""

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from qassess.cli.console import DONE, Console
from qassess.cli.desk import body_name, found_assessment, opened_workspace
from qassess.domain.score_json import decimal_text
from qassess.domain.settling import Side
from qassess.errors import QassessError
from qassess.i18n import _
from qassess.services.assessments import list_assessments
from qassess.services.conflicts import Choice, Conflict, conflicts
from qassess.services.decisions import decide, decide_value, found_conflict, keep_both
from qassess.wording import in_language, number, say_derivation
from qassess.wording.exchange import moment, say_consequence, say_field, say_value

if TYPE_CHECKING:
    from qassess.cli.console import Commands

_SIDES = ("left", "right")


def add_to(commands: "Commands", common: argparse.ArgumentParser) -> None:
    """Add the commands of this module."""
    listed = commands.add_parser("conflicts", parents=[common], help=_("what needs a decision, gravest first"))
    listed.add_argument("assessment", nargs="?", metavar="ASSESSMENT", help=_("its id, or BODY:YEAR"))
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(command=list_conflicts)
    resolved = commands.add_parser("resolve", parents=[common], help=_("decide a conflict"))
    resolved.add_argument("conflict", metavar="CONFLICT")
    resolved.add_argument("--take", required=True, metavar="left|right|both|VALUE")
    resolved.add_argument("--reason", default="", metavar="TEXT")
    resolved.set_defaults(command=resolve)


def list_conflicts(arguments: argparse.Namespace, console: Console) -> int:
    """List open conflicts with what follows from either side."""
    with opened_workspace(arguments, read_only=True) as workspace:
        wanted = None
        if arguments.assessment:
            wanted = found_assessment(list_assessments(workspace), arguments.assessment).id
        found = conflicts(workspace, wanted)
    if arguments.json:
        console.show_json({"conflicts": [_document(conflict) for conflict in found]})
        return DONE
    for conflict in found:
        _show(conflict, console)
    console.say(_("Conflicts to decide: {count}.").format(count=len(found)))
    return DONE


def resolve(arguments: argparse.Namespace, console: Console) -> int:
    """Decide one conflict."""
    take, reason = arguments.take, arguments.reason
    with opened_workspace(arguments) as workspace:
        if take in _SIDES:
            view = decide(workspace, arguments.conflict, _SIDES.index(take), reason=reason)
        elif take == "both":
            view = keep_both(workspace, arguments.conflict, 0, reason=reason)
        else:
            value = _typed(found_conflict(workspace, arguments.conflict), take)
            view = decide_value(workspace, arguments.conflict, value, reason=reason)
    total = number(view.sheet.total) if view.sheet.total is not None else "–"
    console.say(
        _("Decided. {body} {year}: {total} points, grade {grade}; conflicts left here: {count}.").format(
            body=body_name(view.body),
            year=view.record.year,
            total=total,
            grade=view.sheet.grade or "–",
            count=len(view.disputes),
        )
    )
    return DONE


def _typed(conflict: Conflict, text: str) -> object:
    """Return what a person typed as the field's value: JSON where it begins like it, else a number or a text."""
    if text.startswith(("{", "[")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as broken:
            raise QassessError("conflict.unfit") from broken
    if conflict.name == "answer" or conflict.field[0] == "references":
        return {"value": text}
    if conflict.field[:2] == ("agreement", "targets"):
        known = conflict.sides[0].side.value
        return {**(known if isinstance(known, dict) else {}), "value": text}
    return {"true": True, "false": False}.get(text, text)


def _show(conflict: Conflict, console: Console) -> None:
    title = in_language(conflict.title) if conflict.title else ""
    subject = f"{conflict.code} {title}".strip()
    effect = say_consequence(conflict.difference, conflict.grades, conflict.places)
    console.say(
        f"{conflict.id}  {body_name(conflict.body)} {conflict.year}  {subject}  {say_field(conflict.name)}  {effect}"
    )
    if conflict.decided_differently:
        console.say("    " + _("It was decided already, by two people in different ways."))
    if conflict.base is not None:
        console.say(f"    {_('both from')}: {_side(conflict.base)}")
    for place, choice in enumerate(conflict.sides):
        console.say(f"    {_label(place)}: {_side(choice.side)}  {_outcome(choice)}")


def _label(place: int) -> str:
    return {0: _("left"), 1: _("right")}.get(place, str(place + 1))


def _side(side: Side) -> str:
    return f"{say_value(side.value)}  {side.author}  {side.device}  {moment(_at(side))}"


def _at(side: Side) -> datetime:
    return datetime.fromtimestamp(side.hlc / 1000, UTC)


def _outcome(choice: Choice) -> str:
    total = number(choice.total) if choice.total is not None else "–"
    place = str(choice.place) if choice.place is not None else "–"
    return _("total {total}, grade {grade}, place {place}").format(total=total, grade=choice.grade or "–", place=place)


def _document(conflict: Conflict) -> dict[str, Any]:
    return {
        "id": conflict.id,
        "assessment": conflict.assessment,
        "body": conflict.body.id,
        "year": conflict.year,
        "round": conflict.round,
        "item": conflict.item_id or "",
        "code": conflict.code,
        "field": conflict.name,
        "needs_reason": conflict.needs_reason,
        "decided_differently": conflict.decided_differently,
        "effect": say_consequence(conflict.difference, conflict.grades, conflict.places),
        "base": _side_document(conflict.base) if conflict.base else None,
        "sides": [_choice_document(choice) for choice in conflict.sides],
    }


def _side_document(side: Side) -> dict[str, Any]:
    return {
        "revision": side.revision.hex(),
        "value": side.value,
        "words": say_value(side.value),
        "author": side.author,
        "device": side.device,
        "at": _at(side).isoformat(),
        "reason": side.reason,
    }


def _choice_document(choice: Choice) -> dict[str, Any]:
    score = choice.score
    return _side_document(choice.side) | {
        "points": decimal_text(score.points) if score and score.points is not None else None,
        "derivation": "\n".join(say_derivation(score)) if score else "",
        "total": decimal_text(choice.total) if choice.total is not None else None,
        "grade": choice.grade,
        "place": choice.place,
    }
