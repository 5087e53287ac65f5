"""``schemes`` and ``bodies``: what is assessed by which rules, and who."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qassess.cli.console import DONE, NO, Console
from qassess.cli.desk import body_name, refuse_to_replace
from qassess.domain.checklist import checklist_for
from qassess.domain.exact import exact_to_text
from qassess.domain.scheme import Item, PinnedScheme, full_points
from qassess.domain.scheme_file import scheme_schema
from qassess.domain.scheme_json import LARGEST
from qassess.errors import SchemeFaults
from qassess.i18n import _
from qassess.services.bodies import register
from qassess.services.files import read_file, write_whole
from qassess.services.schemes import built_in_schemes, find_scheme, read_office_scheme
from qassess.wording import in_language, say_fault, say_rule

if TYPE_CHECKING:
    from qassess.cli.console import Commands


def add_to(commands: "Commands", common: argparse.ArgumentParser) -> None:
    """Add the commands of this module."""
    schemes = commands.add_parser("schemes", parents=[common], help=_("list, show and check schemes"))
    actions = schemes.add_subparsers(required=True, metavar="ACTION")
    listed = actions.add_parser("list", parents=[common], help=_("the schemes at hand"))
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(command=list_schemes)
    shown = actions.add_parser("show", parents=[common], help=_("one scheme: checklists, items, clauses"))
    shown.add_argument("scheme", metavar="ID")
    shown.add_argument("--json", action="store_true")
    shown.set_defaults(command=show_scheme)
    schema = actions.add_parser("schema", parents=[common], help=_("the JSON Schema of a scheme file"))
    schema.set_defaults(command=show_schema)
    checked = actions.add_parser("check", parents=[common], help=_("report every fault of a scheme file"))
    checked.add_argument("file", type=Path, metavar="FILE")
    checked.add_argument("--json", action="store_true")
    checked.set_defaults(command=check_scheme)
    exported = actions.add_parser("export", parents=[common], help=_("write a scheme as a file to edit"))
    exported.add_argument("scheme", metavar="ID")
    exported.add_argument("file", type=Path, metavar="FILE")
    exported.add_argument("--force", action="store_true", help=_("replace a file that is there"))
    exported.set_defaults(command=export_scheme)
    bodies = commands.add_parser("bodies", parents=[common], help=_("counties and departments, with validity"))
    bodies.add_argument("--json", action="store_true")
    bodies.set_defaults(command=list_bodies)


def list_schemes(arguments: argparse.Namespace, console: Console) -> int:
    """List the schemes that ship with the program."""
    if arguments.json:
        console.show_json({"schemes": [_summary(pinned) for pinned in built_in_schemes()]})
        return DONE
    for pinned in built_in_schemes():
        scheme = pinned.scheme
        notice = f"({in_language(scheme.notice)})" if scheme.notice else ""
        console.say(f"{scheme.id}  {scheme.version}  {in_language(scheme.title)}{notice}  {pinned.sha256[:12]}")
    return DONE


def show_scheme(arguments: argparse.Namespace, console: Console) -> int:
    """Show one scheme: per class its items, and every clause mapped or excused."""
    pinned = find_scheme(arguments.scheme)
    if arguments.json:
        console.show_json(_whole(pinned))
        return DONE
    scheme = pinned.scheme
    console.say(f"{in_language(scheme.title)} · {scheme.id} {scheme.version} · sha256 {pinned.sha256}")
    if scheme.notice:
        console.say(in_language(scheme.notice))
    for body_class in scheme.classes:
        checklist = checklist_for(scheme, body_class.id)
        console.say()
        console.say(f"== {in_language(body_class.title)} · {body_class.id} · {len(checklist.items)} ==")
        for item in checklist.items:
            full = full_points(item, body_class.id)
            points = exact_to_text(full) if full is not None else "–"
            console.say(f"{checklist.codes[item.id]:>6}  {item.id:<34} {points:>5}  {in_language(item.title)}")
    mapped = _clause_items(pinned)
    excused = sum(clause.id not in mapped for clause in scheme.clauses)
    console.say()
    console.say(
        _("{count} clauses of the plan: {mapped} behind items, {excused} not assessed, each with its reason.").format(
            count=len(scheme.clauses), mapped=len(scheme.clauses) - excused, excused=excused
        )
    )
    return DONE


def show_schema(_arguments: argparse.Namespace, console: Console) -> int:
    """Print the JSON Schema of a scheme file."""
    console.show_json(scheme_schema())
    return DONE


def check_scheme(arguments: argparse.Namespace, console: Console) -> int:
    """Check a scheme file and list every fault; the answer is "no" when there is one."""
    try:
        pinned = read_office_scheme(read_file(arguments.file, largest=LARGEST), arguments.file.name)
    except SchemeFaults as refused:
        listed = [{"path": fault.path, "code": fault.code, "words": say_fault(fault)} for fault in refused.faults]
        if arguments.json:
            console.show_json({"sound": False, "faults": listed})
        else:
            for fault in listed:
                console.say(f"{fault['path']}: {fault['words']}")
        return NO
    if arguments.json:
        console.show_json({"sound": True, "faults": [], "sha256": pinned.sha256})
    else:
        console.say(
            _("The scheme is sound: {id} {version}.").format(id=pinned.scheme.id, version=pinned.scheme.version)
        )
    return DONE


def export_scheme(arguments: argparse.Namespace, console: Console) -> int:
    """Write a scheme's content as an indented JSON file."""
    pinned = find_scheme(arguments.scheme)
    refuse_to_replace(arguments.file, force=arguments.force)
    text = json.dumps(json.loads(pinned.content), ensure_ascii=False, indent=2) + "\n"
    write_whole(arguments.file, text.encode())
    console.say(str(arguments.file))
    return DONE


def list_bodies(arguments: argparse.Namespace, console: Console) -> int:
    """List all bodies with codes, validity and successors."""
    bodies = register().bodies.values()
    if arguments.json:
        console.show_json(
            {
                "bodies": [
                    {
                        "id": body.id,
                        "code": body.code,
                        "name": body.name,
                        "printed": body.printed,
                        "name_en": body.name_en,
                        "kind": body.kind,
                        "level": body.level,
                        "parent": body.parent,
                        "valid_from": body.valid_from,
                        "valid_to": body.valid_to,
                        "successors": list(body.successors),
                        "predecessors": list(body.predecessors),
                    }
                    for body in bodies
                ]
            }
        )
        return DONE
    for body in bodies:
        name = body_name(body)
        span = f"{body.valid_from or ''}–{body.valid_to or ''}"
        after = f" → {'、'.join(body.successors)}" if body.successors else ""
        console.say(f"{body.id:<12} {body.kind:<11} {span:<10} {name}{after}")
    return DONE


def _summary(pinned: PinnedScheme) -> dict[str, Any]:
    scheme = pinned.scheme
    return {
        "id": scheme.id,
        "version": scheme.version,
        "sha256": pinned.sha256,
        "status": scheme.status,
        "title": scheme.title.zh,
        "title_en": scheme.title.en,
        "notice": scheme.notice.zh if scheme.notice else "",
        "checklists": len(scheme.classes),
        "items": len(scheme.items),
        "clauses": len(scheme.clauses),
    }


def _clause_items(pinned: PinnedScheme) -> dict[str, list[str]]:
    mapped: dict[str, list[str]] = {}
    for item in pinned.scheme.items:
        for clause in item.clauses:
            mapped.setdefault(clause, []).append(item.id)
    return mapped


def _whole(pinned: PinnedScheme) -> dict[str, Any]:
    mapped = _clause_items(pinned)
    scheme = pinned.scheme
    return _summary(pinned) | {
        "pending": [in_language(text) for text in scheme.pending],
        "checklists": [
            {
                "class": body_class.id,
                "title": in_language(body_class.title),
                "full": exact_to_text(scheme.total.full),
                "items": [_item(item, body_class.id, code) for item, code in _coded(pinned, body_class.id)],
            }
            for body_class in scheme.classes
        ],
        "clauses": [
            {
                "id": clause.id,
                "indicator": clause.indicator,
                "quote": clause.quote,
                "items": mapped.get(clause.id, []),
                "not_assessed": in_language(clause.not_assessed) if clause.not_assessed else "",
            }
            for clause in scheme.clauses
        ],
        "content": json.loads(pinned.content),
    }


def _coded(pinned: PinnedScheme, body_class: str) -> list[tuple[Item, str]]:
    checklist = checklist_for(pinned.scheme, body_class)
    return [(item, checklist.codes[item.id]) for item in checklist.items]


def _item(item: Item, body_class: str, code: str) -> dict[str, Any]:
    full = full_points(item, body_class)
    return {
        "id": item.id,
        "code": code,
        "section": item.section,
        "role": item.role.value,
        "shape": item.rule.shape,
        "title": item.title.zh,
        "title_en": item.title.en,
        "full": exact_to_text(full) if full is not None else "",
        "rule": say_rule(item, full),
        "evidence": in_language(item.evidence.text) if item.evidence else "",
        "clauses": list(item.clauses),
        "pending": [in_language(text) for text in item.pending],
    }
