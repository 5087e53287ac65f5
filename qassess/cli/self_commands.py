"""``self-form`` and ``self-import``: the blank self-assessment form of a body, and the filled one taken in."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from qassess.cli.console import DONE, Console
from qassess.cli.desk import body_name, found_assessment, opened_workspace, refuse_to_replace
from qassess.errors import QassessError
from qassess.i18n import _
from qassess.services.assessments import list_assessments
from qassess.services.bodies import register
from qassess.services.schemes import SAMPLE, find_scheme
from qassess.services.self_assessment import import_self_assessment, write_blank_form

if TYPE_CHECKING:
    from qassess.cli.console import Commands


def add_to(commands: "Commands", common: argparse.ArgumentParser) -> None:
    """Add the commands of this module."""
    form = commands.add_parser("self-form", parents=[common], help=_("write the blank self-assessment form of a body"))
    form.add_argument("body", metavar="BODY", help=_("its code or name"))
    form.add_argument("--year", type=int, required=True, metavar="Y")
    form.add_argument("--round", default="annual", metavar="ROUND")
    form.add_argument("--scheme", default=SAMPLE, metavar="ID_OR_FILE")
    form.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")
    form.add_argument("--force", action="store_true", help=_("replace a file that is there, unless it is signed"))
    form.set_defaults(command=write_form)
    taken = commands.add_parser("self-import", parents=[common], help=_("take a filled self-assessment form in"))
    taken.add_argument("file", type=Path, metavar="FILE", help=_("the form (.xlsx), or an answers file (.json)"))
    taken.add_argument("--assessment", default="", metavar="ASSESSMENT", help=_("which one, where the form says none"))
    taken.add_argument("--json", action="store_true")
    taken.set_defaults(command=take_in)


def write_form(arguments: argparse.Namespace, console: Console) -> int:
    """Write the blank form; one that is there, perhaps filled in, is replaced only when asked for."""
    refuse_to_replace(arguments.out, force=arguments.force)
    body = _body_id(arguments.body)
    scheme = find_scheme(arguments.scheme)
    items = write_blank_form(arguments.out, body_id=body, year=arguments.year, scheme=scheme, round_=arguments.round)
    console.say(_("{path}: form with {count} items.").format(path=arguments.out, count=items))
    return DONE


def take_in(arguments: argparse.Namespace, console: Console) -> int:
    """Take a filled form in beside what is verified."""
    with opened_workspace(arguments, create=True) as workspace:
        assessment = ""
        if arguments.assessment:
            assessment = found_assessment(list_assessments(workspace), arguments.assessment).id
        arrived = import_self_assessment(workspace, arguments.file, assessment)
    view = arrived.view
    if arguments.json:
        console.show_json({"assessment": view.id, "items": arrived.items, "written": arrived.written})
        return DONE
    console.say(
        _("{body} {year}: self-assessment of {items} items, {written} new or changed. Assessment {id}.").format(
            body=body_name(view.body), year=view.record.year, items=arrived.items, written=arrived.written, id=view.id
        )
    )
    return DONE


def _body_id(named: str) -> str:
    """Return the id of a body by its id, code or name.

    Raises ``QassessError("body.unknown")``.
    """
    known = register()
    if known.find(named) is not None:
        return named
    for body in known.bodies.values():
        if named in (body.code, body.name, body.printed):
            return body.id
    raise QassessError("body.unknown", body=named)
