"""``export``, ``merge``, ``undo-merge``, ``redo-merge``, ``merges``: files between laptops and the office."""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from qassess.cli.console import DONE, NO, Console
from qassess.cli.desk import body_name, found_assessment, given_password, opened_workspace, refuse_without_folder
from qassess.domain.receipt import Receipt
from qassess.i18n import _, ngettext
from qassess.locations import default_database
from qassess.services.assessments import list_assessments
from qassess.services.exchange import (
    FileAssessment,
    FileResult,
    LedgerEntry,
    export_assessments,
    export_files,
    ledger,
    merge_files,
    preflight,
    redo_merge,
    undo_merge,
    write_slip,
)
from qassess.services.workspace import Workspace
from qassess.wording.exchange import moment, receipt_text, say_file, say_ledger

if TYPE_CHECKING:
    from qassess.cli.console import Commands


def add_to(commands: "Commands", common: argparse.ArgumentParser) -> None:
    """Add the commands of this module."""
    exported = commands.add_parser("export", parents=[common], help=_("export assessments to one file"))
    exported.add_argument("assessments", nargs="+", metavar="ASSESSMENT", help=_("its id, or BODY:YEAR"))
    exported.add_argument("--out", type=Path, required=True, metavar="FILE.qassess")
    exported.add_argument("--password-file", type=Path, metavar="F", help=_("protect the file with this password"))
    exported.add_argument("--slip", type=Path, metavar="FILE.pdf", help=_("also write the receipt as a PDF"))
    exported.add_argument("--json", action="store_true")
    exported.set_defaults(command=export_file)
    merged = commands.add_parser("merge", parents=[common], help=_("merge exported files into a database"))
    merged.add_argument("files", nargs="+", type=Path, metavar="FILE")
    merged.add_argument("--into", type=Path, metavar="OFFICE.db", help=_("the office's database (as --db)"))
    merged.add_argument("--dry-run", action="store_true", help=_("say what would happen; nothing is written"))
    merged.add_argument("--password-file", type=Path, metavar="F", help=_("password of protected files"))
    merged.add_argument("--json", action="store_true")
    merged.set_defaults(command=merge)
    listed = commands.add_parser("merges", parents=[common], help=_("the ledger of merges"))
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(command=list_merges)
    for name, text, command in (
        ("undo-merge", _("take a merge back exactly"), undo),
        ("redo-merge", _("do a merge that was taken back again"), redo),
    ):
        again = commands.add_parser(name, parents=[common], help=text)
        again.add_argument("merge", type=int, metavar="ID")
        again.set_defaults(command=command)


def export_file(arguments: argparse.Namespace, console: Console) -> int:
    """Export assessments to one file, read it back, and print the receipt."""
    for path in filter(None, (arguments.out, arguments.slip)):
        refuse_without_folder(path)
    with opened_workspace(arguments) as workspace:
        known = list_assessments(workspace)
        ids = [found_assessment(known, named).id for named in arguments.assessments]
        receipt = export_assessments(workspace, ids, arguments.out, password=given_password(arguments))
    if arguments.slip:
        write_slip(receipt, arguments.slip)
    if arguments.json:
        console.show_json(_receipt(receipt))
    else:
        console.say(receipt_text(receipt).rstrip("\n"))
    return DONE


def merge(arguments: argparse.Namespace, console: Console) -> int:
    """Merge files, or say what merging them would do; the answer is "no" when one of them is left out."""
    paths = export_files(arguments.files)
    password = given_password(arguments)
    passwords = dict.fromkeys(paths, password) if password is not None else {}
    work = preflight if arguments.dry_run else merge_files
    show = (lambda _result: None) if arguments.json else lambda result: _show(result, console)
    with _office(arguments) as workspace:
        results = work(workspace, paths, passwords=passwords, found=show)
    if arguments.json:
        console.show_json({"dry_run": arguments.dry_run, "files": [file_document(result) for result in results]})
    else:
        _show_sum(results, console, dry_run=arguments.dry_run)
    return DONE if all(result.accepted for result in results) else NO


@contextmanager
def _office(arguments: argparse.Namespace) -> Iterator[Workspace]:
    """Open the office's database; before the first merge a dry run looks at an empty one, and makes none."""
    path = arguments.into or arguments.db or default_database()
    with ExitStack() as held:
        if arguments.dry_run and not path.exists():
            path = Path(held.enter_context(TemporaryDirectory(prefix="qassess-dry-run-"))) / path.name
        yield held.enter_context(opened_workspace(arguments, db=path, create=True))


def _show(result: FileResult, console: Console) -> None:
    subjects = "、".join(_subject(known) for known in result.assessments) or "—"
    mark = "+" if result.accepted else "x"
    console.say(f"{mark} {result.path.name}  {subjects}  {say_file(result.verdict, result.values)}")
    if not result.accepted:
        return
    number = f"  #{result.merge}" if result.merge is not None else ""
    console.say(
        "    "
        + _("{new} new, {known} known, {conflicts} in conflict, checksum {checksum}").format(
            new=result.new, known=result.known, conflicts=result.conflicts, checksum=result.checksum
        )
        + number
    )
    if result.evidence_missing:
        console.say("    " + _("Evidence missing: {count}").format(count=len(result.evidence_missing)))
    for known in result.assessments:
        _show_carried(known, console)


def _subject(known: FileAssessment) -> str:
    return f"{body_name(known.body) if known.body else known.body_id} {known.year}"


def _show_carried(known: FileAssessment, console: Console) -> None:
    if known.changed:
        console.say("    " + _("Differs from what was signed: {items}").format(items=_listed(known.changed)))
    if known.carried is None:
        return
    taken, of = len(known.carried.taken), len(known.carried.taken) + len(known.carried.listed)
    console.say(
        "    "
        + _("Made with version {version}, the office has {office}: {taken} of {of} answers taken.").format(
            version=known.version, office=known.carried.version, taken=taken, of=of
        )
    )
    if known.carried.listed:
        console.say(
            "    " + _("Not taken, the question is another: {items}").format(items=_listed(known.carried.listed))
        )


def _listed(items: tuple[str, ...]) -> str:
    return "、".join(item or _("agreement") for item in items)


def _show_sum(results: tuple[FileResult, ...], console: Console, *, dry_run: bool) -> None:
    accepted = sum(result.accepted for result in results)
    asked = len(results)
    if dry_run:
        sentence = ngettext(
            "{accepted} of {count} file can be merged. Nothing was written.",
            "{accepted} of {count} files can be merged. Nothing was written.",
            asked,
        )
    else:
        sentence = ngettext(
            "{accepted} of {count} file accepted.", "{accepted} of {count} files accepted.", len(results)
        )
    console.say(sentence.format(accepted=accepted, count=asked))


def list_merges(arguments: argparse.Namespace, console: Console) -> int:
    """List merges, undos and redos, the newest first."""
    with opened_workspace(arguments) as workspace:
        entries = ledger(workspace)
    if arguments.json:
        console.show_json({"merges": [_entry(entry) for entry in entries]})
        return DONE
    for entry in entries:
        console.say(_line(entry))
    return DONE


def undo(arguments: argparse.Namespace, console: Console) -> int:
    """Take a merge back."""
    with opened_workspace(arguments) as workspace:
        console.say(_line(undo_merge(workspace, arguments.merge)))
    return DONE


def redo(arguments: argparse.Namespace, console: Console) -> int:
    """Do a merge again that was taken back."""
    with opened_workspace(arguments) as workspace:
        console.say(_line(redo_merge(workspace, arguments.merge)))
    return DONE


def _line(entry: LedgerEntry) -> str:
    at = moment(datetime.fromtimestamp(entry.at / 1000, UTC))
    return f"#{entry.id}  {at}  {say_ledger(entry.action, entry.of, entry.state)}  {entry.name}  {entry.new}"


def file_document(result: FileResult) -> dict[str, Any]:
    """Return a file's outcome as JSON."""
    return {
        "file": str(result.path),
        "verdict": result.verdict,
        "words": say_file(result.verdict, result.values),
        "accepted": result.accepted,
        "sealed": result.sealed,
        "checksum": result.checksum,
        "sha256": result.sha256,
        "size": result.size,
        "new": result.new,
        "known": result.known,
        "conflicts": result.conflicts,
        "evidence": result.evidence,
        "evidence_missing": list(result.evidence_missing),
        "duplicate_of": result.duplicate_of,
        "merge": result.merge,
        "author": result.author,
        "device": result.device,
        "key": result.key,
        "made_at": result.made_at.isoformat() if result.made_at else "",
        "assessments": [_assessment(known) for known in result.assessments],
    }


def _assessment(known: FileAssessment) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": known.assessment,
        "body": known.body_id,
        "name": known.body.printed if known.body else "",
        "year": known.year,
        "round": known.round,
        "scheme": known.scheme,
        "version": known.version,
        "signatures": known.signatures,
        "changed_since_signing": list(known.changed),
    }
    if known.carried is not None:
        document["carried"] = {
            "into": known.carried.assessment,
            "version": known.carried.version,
            "taken": list(known.carried.taken),
            "listed": list(known.carried.listed),
        }
    return document


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "action": entry.action,
        "of": entry.of,
        "state": entry.state,
        "at": datetime.fromtimestamp(entry.at / 1000, UTC).isoformat(),
        "author": entry.author,
        "file": entry.name,
        "sha256": entry.sha256,
        "device": entry.device,
        "new": entry.new,
        "known": entry.known,
        "assessments": [prefix.hex() for prefix in entry.assessments],
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "file": receipt.file,
        "checksum": receipt.checksum,
        "sha256": receipt.sha256,
        "size": receipt.size,
        "sealed": receipt.sealed,
        "revisions": receipt.revisions,
        "evidence": receipt.evidence,
        "evidence_size": receipt.evidence_size,
        "missing": list(receipt.missing),
        "key": receipt.key,
        "made_at": receipt.made_at.isoformat(),
        "assessments": [
            {
                "id": line.assessment,
                "body": line.body.id,
                "name": line.body.printed,
                "year": line.year,
                "round": line.round,
                "scheme": line.scheme,
                "version": line.version,
                "items": line.items,
                "answered": line.answered,
                "evidence": line.evidence,
                "signatures": line.signatures,
            }
            for line in receipt.lines
        ],
    }
