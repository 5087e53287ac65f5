"""``doctor``, ``backup``, ``restore``: the health of a database."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from qassess.cli.console import DONE, NO, Console
from qassess.cli.desk import opened_workspace, refuse_without_folder
from qassess.i18n import _
from qassess.locations import default_database
from qassess.services.care import back_up_database, examine, restore_database
from qassess.wording import say_finding

if TYPE_CHECKING:
    from qassess.cli.console import Commands


def add_to(commands: "Commands", common: argparse.ArgumentParser) -> None:
    """Add the commands of this module."""
    doctor = commands.add_parser("doctor", parents=[common], help=_("check a database: integrity, log, scores"))
    doctor.add_argument("file", type=Path, nargs="?", metavar="FILE")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(command=examine_database)
    backup = commands.add_parser("backup", parents=[common], help=_("copy the database, verified"))
    backup.add_argument("file", type=Path, metavar="FILE")
    backup.set_defaults(command=back_up)
    restored = commands.add_parser("restore", parents=[common], help=_("put a backup in the database's place"))
    restored.add_argument("file", type=Path, metavar="FILE")
    restored.set_defaults(command=restore)


def examine_database(arguments: argparse.Namespace, console: Console) -> int:
    """Check a database; the answer is "no" when anything is wrong with it."""
    path = arguments.file or arguments.db or default_database()
    findings = examine(path)
    sound = all(finding.ok is not False for finding in findings)
    worded = [(finding, say_finding(finding.code, finding.values, ok=finding.ok)) for finding in findings]
    if arguments.json:
        console.show_json(
            {
                "file": str(path),
                "sound": sound,
                "findings": [
                    {"code": finding.code, "ok": finding.ok, "values": dict(finding.values), "words": words}
                    for finding, words in worded
                ],
            }
        )
    else:
        for finding, words in worded:
            console.say(f"{'+' if finding.ok else 'x' if finding.ok is False else '?'} {words}")
        console.say(_("The database is sound.") if sound else _("The database is not sound."))
    return DONE if sound else NO


def back_up(arguments: argparse.Namespace, console: Console) -> int:
    """Copy the database to a file, re-read and verified."""
    with opened_workspace(arguments) as workspace:
        refuse_without_folder(arguments.file)
        back_up_database(workspace, arguments.file)
    console.say(str(arguments.file))
    return DONE


def restore(arguments: argparse.Namespace, console: Console) -> int:
    """Put a verified backup in the database's place; what was there is kept beside it."""
    kept = restore_database(arguments.file, arguments.db or default_database())
    console.say(_("Restored. What was there before is kept as {path}.").format(path=kept) if kept else _("Restored."))
    return DONE
