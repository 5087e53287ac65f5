"""``demo``: the whole way on the built-in plan, in one command."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from qassess.cli.console import DONE, NO, Console
from qassess.cli.desk import body_name
from qassess.cli.results_commands import show_results
from qassess.i18n import _, later
from qassess.services.demonstrate import PASSWORD, Step, demonstrate
from qassess.services.demonstrate_exchange import REASON, Exchanged
from qassess.wording import in_language, total_points
from qassess.wording.exchange import say_file, say_value

if TYPE_CHECKING:
    from qassess.cli.console import Commands

_STEPS = {
    Step.FILL: later("Filling in the checklist of Pingshun County for 2024 with invented figures."),
    Step.EVIDENCE: later("Attaching sample evidence."),
    Step.EXPORT: later("A second team answers apart; both laptops export to a file each."),
    Step.MERGE: later("The office merges both files."),
    Step.DECIDE: later("One item was answered differently: the office decides, with its reason."),
    Step.REPORT: later("Writing the report."),
    Step.SIGN: later("Signing it by three people in turn."),
    Step.VERIFY: later("Verifying it."),
    Step.RANK: later("Two neighbours report too: ranking, workbook, certificate."),
}


def add_to(commands: "Commands", common: argparse.ArgumentParser) -> None:
    """Add the command."""
    demo = commands.add_parser("demo", parents=[common], help=_("the whole way on the built-in plan"))
    demo.add_argument("--out", type=Path, default=Path("demo-out"), metavar="DIR")
    demo.set_defaults(command=run_demo)


def run_demo(arguments: argparse.Namespace, console: Console) -> int:
    """Fill in, score, report, sign and verify; name each file and how to look at it."""
    shown = demonstrate(arguments.out, tell=lambda step: console.say(_(_STEPS[step])))
    sheet = shown.view.sheet
    console.say()
    console.say(
        _("{body} {year}: {total} points, grade {grade} (sample rules, not official; all figures invented).").format(
            body=body_name(shown.view.body),
            year=shown.view.record.year,
            total=total_points(shown.view.scheme.scheme, sheet.total),
            grade=sheet.grade or "–",
        )
    )
    _show_exchange(shown.exchanged, console)
    show_results(shown.ranked.found, console)
    export = _("an export; look: qassess verify FILE, or qassess merge FILE --dry-run")
    for path, look in (
        (shown.report, _("the signed report; look: qassess verify FILE, pdfsig FILE, or any PDF reader")),
        (shown.database, _("the database; look: qassess --db FILE, or qassess doctor FILE")),
        *((path, export) for path in shown.exchanged.files),
        (shown.ranked.workbook, _("the ranking as a workbook")),
        (shown.ranked.table, _("the ranking on paper")),
        *((path, _("a certificate; only signed results are certified")) for path in shown.ranked.certificates),
        *((path, _("a signing identity; password: {password}").format(password=PASSWORD)) for path in shown.identities),
    ):
        console.say(f"{path}\n    {look}")
    console.say()
    intact = shown.verification.intact
    console.say(_("The report is intact.") if intact else _("The report is NOT intact; see qassess verify."))
    return DONE if intact else NO


def _show_exchange(exchanged: Exchanged, console: Console) -> None:
    """Tell of the files, the conflict and its decision."""
    for receipt, result in zip(exchanged.receipts, exchanged.merged, strict=True):
        console.say(f"{receipt.file}  {receipt.checksum}  {say_file(result.verdict, result.values)}")
    conflict = exchanged.conflict
    title = in_language(conflict.title) if conflict.title else ""
    sides = " / ".join(f"{choice.side.author} {say_value(choice.side.value)}" for choice in conflict.sides)
    console.say(
        _("{code} {title}: {sides}. Decided for {author}: {reason}").format(
            code=conflict.code, title=title, sides=sides, author=exchanged.taken, reason=REASON
        )
    )
    console.say()
