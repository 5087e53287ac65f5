"""Read the command line and run one command; exit 0 done, 1 the answer is "no", 2 it cannot be done."""

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from qassess import __version__
from qassess.cli import (
    assessment_commands,
    conflict_commands,
    demo,
    exchange_commands,
    results_commands,
    scheme_commands,
    self_commands,
    store_commands,
)
from qassess.cli.console import CANNOT, Console
from qassess.cli.usage import Parser, UsageRefused
from qassess.errors import AnswersFaults, QassessError, SchemeFaults
from qassess.i18n import _, use_language
from qassess.locations import log_folder
from qassess.services.files import write_failed, write_whole
from qassess.wording import say_error, say_fault

Command = Callable[[argparse.Namespace, Console], int]


def main(arguments: Sequence[str], console: Console | None = None) -> int:
    """Run one command and return its exit code."""
    console = console or Console()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    use_language(_language_in(arguments))
    try:
        parsed = build_parser().parse_args(arguments)
    except SystemExit as stopped:  # --help and --version have been answered
        return int(stopped.code or 0)
    except UsageRefused as refused:
        console.complain(refused.sentence)
        console.complain(refused.usage)
        return CANNOT
    return _finished(parsed, console)


def _finished(parsed: argparse.Namespace, console: Console) -> int:
    """Run the command; whatever stops it is one sentence."""
    try:
        return _done(parsed, console)
    except (SchemeFaults, AnswersFaults) as refused:
        console.complain(say_error(refused))
        for fault in refused.faults:
            console.complain(f"  {fault.path}: {say_fault(fault)}")
        return CANNOT
    except QassessError as refused:
        console.complain(say_error(refused))
        return CANNOT
    except BrokenPipeError:  # who reads the output has seen enough
        return CANNOT
    except OSError as failed:
        console.complain(_full(failed) or _report_bug(failed))
        return CANNOT
    except Exception as bug:  # noqa: BLE001 - the command line's counterpart of the window's crash dialog
        console.complain(_report_bug(bug))
        return CANNOT


def _done(parsed: argparse.Namespace, console: Console) -> int:
    command: Command = parsed.command
    code = command(parsed, console)
    console.out.flush()  # a full disk is met here and not when nobody can say it any more
    return code


def _full(failed: OSError) -> str:
    """Say which file found no room; ``""`` for any other failure."""
    refused = write_failed(failed, str(failed.filename or _("the output or a temporary file")))
    return say_error(refused) if refused.code == "file.disk_full" else ""


def _report_bug(bug: Exception) -> str:
    """Keep the details of a bug in the log folder and return the sentence that says so."""
    path = log_folder() / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.txt"
    try:
        write_whole(path, "".join(traceback.format_exception(bug)).encode())
    except QassessError as unwritable:
        return say_error(unwritable)
    return _(
        "This is a fault of the program ({name}). What was saved before is kept; the details are in {path}."
    ).format(name=type(bug).__name__, path=path)


def _language_in(arguments: Sequence[str]) -> str:
    """Find ``--lang`` before parsing, since the help texts depend on it; Chinese unless said otherwise."""
    for place, argument in enumerate(arguments):
        if argument == "--lang=en" or (argument == "--lang" and arguments[place + 1 : place + 2] == ["en"]):
            return "en"
    return "zh"


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; its help is in the language in use."""
    common = _common(argparse.SUPPRESS, argparse.SUPPRESS)
    parser = Parser(
        prog="qassess",
        parents=[_common(None, "zh")],
        description=_("Quality assessment of counties and departments. Without a command: the window."),
    )
    parser.add_argument("--version", action="version", version=f"qassess {__version__}")
    commands = parser.add_subparsers(title=_("commands"), required=True, metavar="COMMAND")
    for module in (
        demo,
        scheme_commands,
        assessment_commands,
        self_commands,
        exchange_commands,
        conflict_commands,
        results_commands,
        store_commands,
    ):
        module.add_to(commands, common)
    return parser


def _common(db: str | None, lang: str) -> Parser:
    """Return what every command takes, before its name or after; there nothing given leaves what was given before."""
    common = Parser(add_help=False)
    common.add_argument("--db", type=Path, default=db, metavar="FILE", help=_("the database (default: the user's own)"))
    common.add_argument("--lang", choices=("zh", "en"), default=lang, help=_("language of the output"))
    return common
