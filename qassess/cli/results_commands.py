"""``rank`` and ``certificates``: the results of a year over all assessments of a database."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qassess.cli.console import DONE, NO, Console
from qassess.cli.desk import body_name, opened_workspace, refuse_without_folder
from qassess.domain.exact import exact_to_text
from qassess.domain.ranking import Block, Line, Table
from qassess.domain.results import Results, section_results
from qassess.domain.score_json import decimal_text
from qassess.errors import QassessError
from qassess.i18n import _
from qassess.services.certificates import CertificatesRefused, Issued, Refusal, issue_certificates
from qassess.services.results import close_round, results, write_results_pdf, write_workbook
from qassess.wording import say_block, say_code, say_error, say_grade, say_kind, say_line_state, total_points
from qassess.wording.results import BLOCK_CODES

if TYPE_CHECKING:
    from fractions import Fraction

    from qassess.cli.console import Commands

_KINDS = ("county", "department")


def add_to(commands: "Commands", common: argparse.ArgumentParser) -> None:
    """Add the commands of this module."""
    ranked = commands.add_parser("rank", parents=[common], help=_("results and ranking of a year"))
    _add_scope(ranked)
    ranked.add_argument("--xlsx", type=Path, metavar="FILE", help=_("also write the workbook"))
    ranked.add_argument("--pdf", type=Path, metavar="FILE", help=_("also write ranking and sections as a PDF"))
    ranked.add_argument("--close", action="store_true", help=_("close the round: places and references become final"))
    ranked.set_defaults(command=rank_year)
    issued = commands.add_parser("certificates", parents=[common], help=_("issue certificates of results"))
    _add_scope(issued)
    issued.add_argument("--out", type=Path, required=True, metavar="DIR")
    issued.add_argument("--body", action="append", metavar="BODY", help=_("only this body (code or name); repeatable"))
    issued.add_argument("--landscape", action="store_true", help=_("across instead of upright"))
    issued.add_argument("--single", action="store_true", help=_("one file each instead of one for all"))
    issued.add_argument("--prefix", metavar="TEXT", help=_("what new certificate numbers begin with"))
    issued.add_argument("--issuer", metavar="NAME", help=_("the office that issues them"))
    issued.set_defaults(command=certify)


def _add_scope(command: argparse.ArgumentParser) -> None:
    command.add_argument("--year", type=int, required=True, metavar="Y")
    command.add_argument("--kind", choices=_KINDS)
    command.add_argument("--round", default="annual", metavar="R", dest="round_")
    command.add_argument("--json", action="store_true")


def rank_year(arguments: argparse.Namespace, console: Console) -> int:
    """Rank all bodies of a year; the answer is "no" while a result in it cannot be published."""
    for path in filter(None, (arguments.xlsx, arguments.pdf)):
        refuse_without_folder(path)
    with opened_workspace(arguments) as workspace:
        found = results(workspace, arguments.year, kind=arguments.kind, round_=arguments.round_)
        if not found.tables:
            raise QassessError("results.none", year=found.year, round=found.round)
        if arguments.close:
            for place in range(len(found.tables)):
                found = close_round(workspace, found, found.tables[place])
        if arguments.xlsx:
            write_workbook(found, arguments.xlsx)
        if arguments.pdf:
            write_results_pdf(found, arguments.pdf)
    if arguments.json:
        console.show_json(results_document(found))
    else:
        show_results(found, console)
        for path in filter(None, (arguments.xlsx, arguments.pdf)):
            console.say(str(path))
    return DONE if all(line.publishable for line in found.lines) else NO


def show_results(found: Results, console: Console) -> None:
    """Write the tables for people: place, body, total, grade, state, and what blocks publication."""
    for table in found.tables:
        console.say(f"== {say_kind(table.kind)} · {table.scheme.scheme.id} {table.scheme.scheme.version} ==")
        if not table.comparable:
            console.say(_("Not comparable with the other tables: another version of the scheme."))
        for line in table.lines:
            place = "–" if line.place is None else str(line.place)
            grade = say_grade(table.scheme.scheme, line.grade)
            total = total_points(table.scheme.scheme, line.total)
            console.say(f"{place:>4}  {body_name(line.body)}  {total}  {grade}  {say_line_state(line.state)}")
            for block in line.blocks:
                console.say(f"      {_said(block)}")
        console.say()
    if found.waiting:
        console.say(_("No assessment here yet: {bodies}").format(bodies="、".join(map(body_name, found.waiting))))


def _said(block: Block) -> str:
    return say_block(block.code, block.values) if block.code in BLOCK_CODES else say_code(block.code, block.values)


def results_document(found: Results) -> dict[str, Any]:
    """Return the results as JSON; numbers are decimal strings, exact ones beside them where they do not end."""
    return {
        "year": found.year,
        "round": found.round,
        "tables": [_table(table) for table in found.tables],
        "waiting": [body.id for body in found.waiting],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": table.kind,
        "parent": table.parent,
        "scheme": {
            "id": table.scheme.scheme.id,
            "version": table.scheme.scheme.version,
            "sha256": table.scheme.sha256,
        },
        "comparable": table.comparable,
        "closed": table.closed,
        "publishable": table.publishable,
        "lines": [_line(table, line) for line in table.lines],
    }


def _line(table: Table, line: Line) -> dict[str, Any]:
    numbers = {
        "total": line.total,
        "total_unrounded": line.unrounded,
        "ahead": line.ahead,
        "behind": line.behind,
        "to_next_grade": line.to_next_grade,
    }
    shown = {
        name: value for key, number in numbers.items() if number is not None for name, value in _exact(key, number)
    }
    return shown | {
        "assessment": line.assessment,
        "body": line.body.id,
        "name": line.body.printed,
        "place": line.place,
        "sharing": line.sharing,
        "grade": line.grade,
        "next_grade": line.next_grade,
        "by_rounding": line.by_rounding,
        "state": line.state.value,
        "sections": [
            {"id": cell.section.id, "points": decimal_text(cell.points), "due": decimal_text(cell.due)}
            | ({} if cell.share is None else {"share": decimal_text(cell.share)})
            for cell in section_results(table, line)
            if cell is not None
        ],
        "blocks": [_block(block) for block in line.blocks],
    }


def _exact(name: str, value: "Fraction") -> list[tuple[str, str]]:
    exact = exact_to_text(value)
    return [(name, decimal_text(value))] + ([(f"{name}_exact", exact)] if "/" in exact else [])


def certify(arguments: argparse.Namespace, console: Console) -> int:
    """Issue certificates; the answer is "no", with every reason, when one of them cannot be issued."""
    with opened_workspace(arguments) as workspace:
        found = results(workspace, arguments.year, kind=arguments.kind, round_=arguments.round_)
        try:
            issued = issue_certificates(
                workspace,
                found,
                arguments.out,
                assessments=_named(found, arguments.body),
                landscape=arguments.landscape,
                single=arguments.single,
                prefix=arguments.prefix,
                issuer=arguments.issuer,
            )
        except CertificatesRefused as refused:
            _show_refused(refused, arguments, console)
            return NO
    if arguments.json:
        console.show_json(_issued(issued))
        return DONE
    for each in issued.certificates:
        mark = _("copy") if each.copy else _("original")
        console.say(f"{each.record.number}  {body_name(each.body)}  {mark}")
    for path in issued.files:
        console.say(str(path))
    return DONE


def _named(found: Results, bodies: list[str] | None) -> tuple[str, ...] | None:
    """Return the assessments of the named bodies. Raises ``QassessError("body.unknown")``."""
    if bodies is None:
        return None
    chosen = []
    for named in bodies:
        body = [
            line for line in found.lines if named in (line.body.id, line.body.code, line.body.name, line.body.printed)
        ]
        if not body:
            raise QassessError("body.unknown", body=named)
        chosen += [line.assessment for line in body]
    return tuple(chosen)


def _show_refused(refused: CertificatesRefused, arguments: argparse.Namespace, console: Console) -> None:
    if arguments.json:
        listed = [
            {"assessment": known.assessment, "body": known.body.id, "blocks": [_block(block) for block in known.blocks]}
            for known in refused.refusals
        ]
        console.show_json({"issued": False, "code": refused.code, "refusals": listed})
        return
    console.say(say_error(refused))
    for known in refused.refusals:
        console.say(_refusal_words(known))


def _refusal_words(known: Refusal) -> str:
    return f"{body_name(known.body)}  {' '.join(map(_said, known.blocks))}"


def _block(block: Block) -> dict[str, Any]:
    return {"code": block.code, "values": dict(block.values), "words": _said(block)}


def _issued(issued: Issued) -> dict[str, Any]:
    return {
        "issued": True,
        "files": [str(path) for path in issued.files],
        "certificates": [
            {
                "number": each.record.number,
                "body": each.body.id,
                "grade": each.record.grade,
                "total": each.record.total,
                "digest": each.record.digest,
                "copy": each.copy,
            }
            for each in issued.certificates
        ],
    }
