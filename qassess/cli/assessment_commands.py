"""``score``, ``fill``, ``report``, ``sign``, ``verify`` and their kin: one assessment from answers to signatures."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qassess.cli.console import DONE, NO, Console
from qassess.cli.desk import (
    body_name,
    found_assessment,
    given_password,
    opened_workspace,
    password_for,
    refuse_to_replace,
    refuse_without_folder,
)
from qassess.domain.answers_file import read_answers
from qassess.domain.report import FORMAT
from qassess.domain.scheme_json import LARGEST
from qassess.domain.score_json import sheet_document
from qassess.domain.score_sheet import ScoreSheet
from qassess.i18n import _, ngettext
from qassess.services.assessments import list_assessments
from qassess.services.files import read_file
from qassess.services.fill import fill, refuse_unusable, score_answers
from qassess.services.schemes import SAMPLE, find_scheme
from qassess.services.sign_off import make_report, sign_report
from qassess.services.verify import Verification, verify_file
from qassess.services.verify_export import is_export, verify_export
from qassess.services.workspace import Workspace
from qassess.wording import (
    fixed,
    in_language,
    number,
    say_derivation,
    say_finding,
    say_grade,
    say_state,
    total_points,
)

if TYPE_CHECKING:
    from qassess.cli.console import Commands
    from qassess.domain.scheme import PinnedScheme

_ROLES = ("leader", "member", "representative")


def add_to(commands: "Commands", common: argparse.ArgumentParser) -> None:
    """Add the commands of this module."""
    scored = commands.add_parser("score", parents=[common], help=_("score answers without a database"))
    scored.add_argument("--scheme", default=SAMPLE, metavar="ID_OR_FILE")
    scored.add_argument("--answers", type=Path, required=True, metavar="FILE")
    scored.add_argument("--json", action="store_true")
    scored.set_defaults(command=score_file)
    filled = commands.add_parser("fill", parents=[common], help=_("put answers into the database"))
    filled.add_argument("--scheme", default=SAMPLE, metavar="ID_OR_FILE")
    filled.add_argument("--answers", type=Path, required=True, metavar="FILE")
    filled.add_argument("--json", action="store_true")
    filled.set_defaults(command=fill_file)
    listed = commands.add_parser("assessments", parents=[common], help=_("the assessments in the database"))
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(command=list_all)
    report = commands.add_parser("report", parents=[common], help=_("write an assessment's report"))
    report.add_argument("assessment", metavar="ASSESSMENT", help=_("its id, or BODY:YEAR"))
    report.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    report.add_argument("--force", action="store_true", help=_("replace a file that is there, unless it is signed"))
    report.set_defaults(command=write_report)
    _add_signing(commands, common)


def _add_signing(commands: "Commands", common: argparse.ArgumentParser) -> None:
    identity = commands.add_parser("identity", parents=[common], help=_("make a signing identity (.p12)"))
    identity.add_argument("--name", required=True)
    identity.add_argument("--unit", default="")
    identity.add_argument("--out", type=Path, required=True, metavar="ME.p12")
    identity.add_argument("--password-file", type=Path, metavar="F")
    identity.set_defaults(command=make_identity_file)
    signed = commands.add_parser("sign", parents=[common], help=_("add one signature to a report"))
    signed.add_argument("file", type=Path, metavar="FILE.pdf")
    signed.add_argument("--identity", type=Path, required=True, metavar="ME.p12")
    signed.add_argument("--role", choices=_ROLES, required=True)
    signed.add_argument("--opinion", default="", help=_("the representative's words"))
    signed.add_argument("--password-file", type=Path, metavar="F")
    signed.add_argument("--record", action="store_true", help=_("also record the signature in the database"))
    signed.set_defaults(command=sign_file)
    verified = commands.add_parser("verify", parents=[common], help=_("check a signed report or an export"))
    verified.add_argument("file", type=Path, metavar="FILE")
    verified.add_argument("--against", type=Path, metavar="DB", help=_("also compare with this database"))
    verified.add_argument("--password-file", type=Path, metavar="F", help=_("password of protected files"))
    verified.add_argument("--json", action="store_true")
    verified.set_defaults(command=verify_report)


def score_file(arguments: argparse.Namespace, console: Console) -> int:
    """Score an answers file and show every item's points and derivation."""
    pinned = find_scheme(arguments.scheme)
    answers = read_answers(read_file(arguments.answers, largest=LARGEST), arguments.answers.name)
    sheet = score_answers(pinned, answers, arguments.answers.name)
    if arguments.json:
        console.show_json(worded_sheet(sheet))
    else:
        show_sheet(pinned, sheet, console)
    return DONE


def worded_sheet(sheet: ScoreSheet) -> dict[str, Any]:
    """Return the sheet's JSON with each derivation also in words; points, total and grade that are none are null."""
    document: dict[str, Any] = {"total": None, "total_unrounded": None, "grade": None} | sheet_document(sheet)
    for item_id, item in sheet.items.items():
        worded = {"points": None, "words": "\n".join(say_derivation(item))}
        document["items"][item_id] = worded | document["items"][item_id]
    return document


def show_sheet(pinned: "PinnedScheme", sheet: ScoreSheet, console: Console) -> None:
    """Write the scores for people: items with derivation, sections, total, grade."""
    titles = {item.id: in_language(item.title) for item in pinned.scheme.items}
    for item_id, item in sheet.items.items():
        points = number(item.points) if item.points is not None else say_state(item.state)
        full = f" / {number(item.full)}" if item.full is not None else ""
        console.say(f"{item_id}  {titles[item_id]}  {points}{full}")
        for sentence in say_derivation(item):
            console.say(f"    {sentence}")
    console.say()
    for section in sheet.sections:
        console.say(
            f"{section.section:<14} {number(section.points)} / {number(section.due)} → {number(section.scaled)}"
        )
    if sheet.total is None:
        console.say(_("There is no score: everything is not applicable."))
        return
    console.say(
        _("Total {total} (unrounded {exact}), grade {grade}.").format(
            total=total_points(pinned.scheme, sheet.total),
            exact=number(sheet.total_unrounded or sheet.total),
            grade=say_grade(pinned.scheme, sheet.grade),
        )
    )
    if not sheet.complete:
        console.say(_("Not every item has been answered: this is the score of the answers so far."))


def fill_file(arguments: argparse.Namespace, console: Console) -> int:
    """Put an answers file into the database."""
    pinned = find_scheme(arguments.scheme)
    answers = read_answers(read_file(arguments.answers, largest=LARGEST), arguments.answers.name)
    refuse_unusable(pinned, answers, arguments.answers.name)  # before a database is made for them
    with opened_workspace(arguments, create=True) as workspace:
        filled = fill(workspace, pinned, answers, arguments.answers.name)
    view = filled.view
    if arguments.json:
        asked = len(view.checklist.items)
        console.show_json({"assessment": view.id, "written": filled.written, "answered": view.answered, "asked": asked})
        return DONE
    console.say(
        ngettext(
            "{body} {year}: {count} answer saved, {answered} of {asked} items done. Assessment {id}.",
            "{body} {year}: {count} answers saved, {answered} of {asked} items done. Assessment {id}.",
            filled.written,
        ).format(
            body=body_name(view.body),
            year=view.record.year,
            count=filled.written,
            answered=view.answered,
            asked=len(view.checklist.items),
            id=view.id,
        )
    )
    return DONE


def list_all(arguments: argparse.Namespace, console: Console) -> int:
    """List the assessments in the database."""
    with opened_workspace(arguments) as workspace:
        lines = list_assessments(workspace)
    if arguments.json:
        console.show_json(
            [
                {
                    "id": line.id,
                    "body": line.body.id,
                    "name": line.body.printed,
                    "year": line.year,
                    "round": line.round,
                    "scheme": line.scheme_id,
                    "answered": line.answered,
                    "asked": line.asked,
                    "state": line.state.value,
                    "signatures": line.signatures,
                }
                for line in lines
            ]
        )
        return DONE
    for line in lines:
        total = fixed(line.total, line.total_places) if line.total is not None else "–"
        when = str(line.year) if line.round == "annual" else f"{line.year} {line.round}"
        console.say(f"{line.id}  {body_name(line.body)}  {when}  {line.answered}/{line.asked}  {total}")
    return DONE


def write_report(arguments: argparse.Namespace, console: Console) -> int:
    """Write the report PDF of an assessment."""
    with opened_workspace(arguments) as workspace:
        line = found_assessment(list_assessments(workspace), arguments.assessment)
        refuse_to_replace(arguments.out, force=arguments.force)
        receipt = make_report(workspace, line.id, arguments.out)
    console.say(
        ngettext(
            "{path}: {count} page, digest {digest}.", "{path}: {count} pages, digest {digest}.", receipt.pages
        ).format(path=receipt.path, count=receipt.pages, digest=receipt.digest[:16])
    )
    for fault in receipt.archival_faults:
        console.say(_("Not fit for the archive (PDF/A-3b): {fault}").format(fault=fault))
    return DONE


def make_identity_file(arguments: argparse.Namespace, console: Console) -> int:
    """Make a signing identity; its key leaves neither the file nor this machine."""
    from qassess.signing.identity import make_identity

    refuse_without_folder(arguments.out)
    identity = make_identity(
        name=arguments.name,
        unit=arguments.unit,
        password=password_for(arguments),
        path=arguments.out,
        now=datetime.now(UTC),
    )
    console.say(
        _("{path}: identity of {name}, fingerprint {fingerprint}.").format(
            path=arguments.out, name=identity.name, fingerprint=identity.fingerprint[:16]
        )
    )
    return DONE


def sign_file(arguments: argparse.Namespace, console: Console) -> int:
    """Add one signature to a report, in place."""
    from qassess.signing.identity import load_identity

    identity = load_identity(arguments.identity, password_for(arguments))
    if arguments.record:
        with opened_workspace(arguments) as workspace:
            record = sign_report(
                arguments.file, identity, role=arguments.role, opinion=arguments.opinion, workspace=workspace
            )
    else:
        record = sign_report(arguments.file, identity, role=arguments.role, opinion=arguments.opinion)
    console.say(
        _("{path}: signed by {name} at {at}.").format(path=arguments.file, name=record.name, at=record.signed_at)
    )
    return DONE


def verify_report(arguments: argparse.Namespace, console: Console) -> int:
    """Check a signed report or an export; the answer is "no" when anything does not hold."""
    if arguments.against:
        with opened_workspace(arguments, read_only=True, db=arguments.against) as workspace:
            result = _verified(arguments, workspace)
    else:
        result = _verified(arguments, None)
    if arguments.json:
        console.show_json(_verification(result))
    else:
        show_verification(result, console)
    return DONE if result.intact else NO


def _verified(arguments: argparse.Namespace, against: Workspace | None) -> Verification:
    if is_export(arguments.file):
        return verify_export(arguments.file, against=against, password=given_password(arguments))
    return verify_file(arguments.file, against=against)


def show_verification(result: Verification, console: Console) -> None:
    """Write each finding in words, then the verdict."""
    for finding in result.findings:
        mark = {True: "+", False: "x", None: "?"}[finding.ok]
        console.say(f"{mark} {say_finding(finding.code, finding.values, ok=finding.ok)}")
    if result.intact:
        said = ngettext(
            "Intact: {count} signature holds and covers the whole file.",
            "Intact: {count} signatures hold and cover the whole file.",
            result.signatures,
        )
        console.say(said.format(count=result.signatures))
    else:
        console.say(_("Not intact."))


def _verification(result: Verification) -> dict[str, Any]:
    return {
        "file": str(result.path),
        "format": FORMAT,
        "intact": result.intact,
        "signatures": result.signatures,
        "digest": result.digest,
        "findings": [
            {
                "code": finding.code,
                "ok": finding.ok,
                "values": dict(finding.values),
                "words": say_finding(finding.code, finding.values, ok=finding.ok),
            }
            for finding in result.findings
        ],
    }
