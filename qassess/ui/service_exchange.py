"""Export and merge over the real services, in the words the screens show."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from qassess.domain.receipt import Receipt, ReceiptLine
from qassess.i18n import _, later, ngettext
from qassess.services import exchange
from qassess.services.assessments import list_assessments
from qassess.services.bodies import assessable_bodies
from qassess.services.workspace import Workspace
from qassess.ui.assessments_model import state_words
from qassess.ui.channel import Channel
from qassess.ui.exchange_state import (
    ExportLine,
    FileLine,
    InboxState,
    LedgerLine,
    Mark,
    ReceiptState,
    Standing,
)
from qassess.ui.exchange_state import (
    ReceiptLine as ReceiptWords,
)
from qassess.ui.texts import friendly_time, round_words
from qassess.wording.exchange import receipt_text, say_file, size_words

if TYPE_CHECKING:
    from qassess.services.exchange import FileAssessment, FileResult
    from qassess.storage.ledger import LedgerEntry

MARKS = {
    "merge.new": ("full", "good"),
    "merge.merged": ("full", "good"),
    "merge.conflicts": ("attention", "attention"),
    "merge.check": ("attention", "attention"),
    "merge.unsigned": ("attention", "attention"),
    "merge.nothing_new": ("same", "second"),
    "merge.known": ("same", "second"),
    "merge.duplicate": ("same", "second"),
    "merge.cancelled": ("not-applicable", "second"),
    "sealed.password_needed": ("lock", "attention"),
    "sealed.wrong_password": ("lock", "wrong"),
}
STANDINGS = {
    "merge.nothing_new": Standing.NOTHING_NEW,
    "merge.known": Standing.DUPLICATE,
    "merge.duplicate": Standing.DUPLICATE,
    "merge.cancelled": Standing.LEFT_OUT,
    "sealed.password_needed": Standing.SEALED,
    "sealed.wrong_password": Standing.SEALED,
}
ACTIONS = {"merge": later("merged"), "undo": later("taken back"), "redo": later("merged again")}
LEDGER_STATES = {
    "active": (later("in force"), "full", "good"),
    "undone": (later("taken back"), "undo", "second"),
}


class ServiceExchange:
    """Exchange over one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def exportable(self) -> tuple[ExportLine, ...]:
        """Return what can be exported, the latest changed first."""
        lines = []
        for known in list_assessments(self._workspace):
            words, tone = state_words(known)
            lines.append(
                ExportLine(
                    id=known.id,
                    body=known.body.name,
                    round=round_words(known.year, known.round),
                    items=f"{known.answered} / {known.asked}",
                    state=Mark(words, "", tone),
                )
            )
        return tuple(lines)

    def export(self, assessments: Sequence[str], out: Path, password: str, channel: Channel) -> ReceiptState:
        """Write one file and read it back."""
        receipt = exchange.export_assessments(
            self._workspace,
            assessments,
            out,
            password=password or None,
            progress=lambda done, total: channel.report(done, total, out.name),
            cancelled=channel.is_stopped,
        )
        return receipt_state(receipt, out)

    def save_slip(self, receipt: ReceiptState, out: Path) -> None:
        """Write the receipt as a one-page PDF."""
        if isinstance(receipt.source, Receipt):
            exchange.write_slip(receipt.source, out)

    def files_in(self, dropped: Sequence[Path]) -> tuple[Path, ...]:
        """Return the files among what was dropped."""
        return exchange.export_files(dropped)

    def check_files(self, files: Sequence[Path], passwords: Mapping[Path, str], channel: Channel) -> None:
        """Look at files; nothing is written."""
        exchange.preflight(
            self._workspace,
            files,
            passwords=passwords,
            found=_telling(channel, len(files), merged=False),
            cancelled=channel.is_stopped,
        )

    def merge_files(self, files: Sequence[Path], passwords: Mapping[Path, str], channel: Channel) -> None:
        """Merge files, each whole or not at all."""
        exchange.merge_files(
            self._workspace,
            files,
            passwords=passwords,
            found=_telling(channel, len(files), merged=True),
            cancelled=channel.is_stopped,
        )

    def ledger(self) -> tuple[LedgerLine, ...]:
        """Return the merges, the latest first."""
        now = self._workspace.clock()
        return tuple(ledger_line(entry, now) for entry in exchange.ledger(self._workspace))

    def undo_merge(self, merge: int) -> None:
        """Take one merge back."""
        exchange.undo_merge(self._workspace, merge)

    def redo_merge(self, merge: int) -> None:
        """Merge again what was taken back."""
        exchange.redo_merge(self._workspace, merge)

    def inbox(self) -> InboxState:
        """Return the office's line on the home screen."""
        found, now = exchange.inbox(self._workspace), self._workspace.clock()
        merged = _("Nothing has been merged yet.")
        if found.last is not None:
            merged = _("Last merged {when}: {file}").format(
                when=friendly_time(_moment(found.last.at), now), file=found.last.name
            )
        year, unreported = self._unreported()
        return InboxState(merged=merged, conflicts=found.conflicts, unreported=unreported, year=year)

    def _unreported(self) -> tuple[int, tuple[str, ...]]:
        """Return the latest year and who has not reported, of those whose like have."""
        with self._workspace.database.unit_of_work(reading=True) as uow:
            states = uow.assessment_states()
        year = max((state.year for state in states), default=0)
        reported = {state.body for state in states if state.year == year}
        possible = assessable_bodies(year) if year else ()
        fields = {(body.kind, body.parent) for body in possible if body.id in reported}
        waited_for = (body for body in possible if (body.kind, body.parent) in fields)
        return year, tuple(body.name for body in waited_for if body.id not in reported)


def _telling(channel: Channel, total: int, *, merged: bool) -> "Callable[[FileResult], None]":
    told = 0

    def found(result: "FileResult") -> None:
        nonlocal told
        told += 1
        channel.tell(file_state(result, merged=merged))
        channel.report(told, total, result.path.name)

    return found


def file_state(result: "FileResult", *, merged: bool) -> FileLine:
    """Return a file's row: as it would be or, ``merged``, as it became."""
    words = say_file(result.verdict, result.values)
    picture, tone = MARKS.get(result.verdict, ("none", "wrong"))
    is_read = result.accepted
    return FileLine(
        path=result.path,
        standing=_standing(result, merged=merged),
        outcome=Mark(words, picture, tone),
        body=_few([known.body.name if known.body is not None else known.body_id for known in result.assessments]),
        scheme=_few([known.version for known in result.assessments]),
        new=result.new if is_read else None,
        known=result.known if is_read else None,
        conflicts=result.conflicts if is_read else None,
        missing=len(result.evidence_missing) if is_read else None,
        signatures=_signatures(result.assessments),
        details=_details(result, words),
        merge=result.merge,
        wrong_password=result.verdict == "sealed.wrong_password",
    )


def _standing(result: "FileResult", *, merged: bool) -> Standing:
    if result.verdict in STANDINGS and not (merged and result.merge is not None):
        return STANDINGS[result.verdict]
    if not result.accepted:
        return Standing.REFUSED
    return Standing.MERGED if merged else Standing.READY


def _few(names: Sequence[str]) -> str:
    distinct = tuple(dict.fromkeys(names))
    if len(distinct) <= 2:
        return "、".join(distinct)
    return _("{first} and {count} more").format(first=distinct[0], count=len(distinct) - 1)


def _signatures(assessments: "Sequence[FileAssessment]") -> Mark:
    if not assessments:
        return Mark("—")
    if any(known.changed for known in assessments):
        return Mark(_("changed after signing"), "attention", "attention")
    counts = [known.signatures for known in assessments]
    if not all(counts):
        return Mark(_("unsigned"), "", "second")
    return Mark(
        ngettext("{count} signature", "{count} signatures", min(counts)).format(count=min(counts)), "full", "good"
    )


def _details(result: "FileResult", words: str) -> str:
    said = [_("{file}: {outcome}").format(file=result.path.name, outcome=words)]
    if result.author or result.device:
        made = _("exported by {author} on {device}, checksum {checksum}")
        said.append(made.format(author=result.author or "—", device=result.device or "—", checksum=result.checksum))
    for known in result.assessments:
        carried = known.carried
        if carried is not None:
            listed = _(
                "made with version {version}, this office has {office}: {same} answers taken, {listed} to look at"
            )
            said.append(
                listed.format(
                    version=known.version, office=carried.version, same=len(carried.taken), listed=len(carried.listed)
                )
            )
    return " · ".join(said)


def ledger_line(entry: "LedgerEntry", now: datetime) -> LedgerLine:
    """Return one row of the ledger."""
    words, picture, tone = LEDGER_STATES.get(entry.state, (later("past"), "history", "second"))
    return LedgerLine(
        id=entry.id,
        when=friendly_time(_moment(entry.at), now),
        who=entry.author or "—",
        action=_(ACTIONS[entry.action]),
        file=entry.name,
        new=entry.new,
        conflicts=entry.conflicts,
        state=Mark(_(words), picture, tone),
        can_undo=entry.state == "active",
        can_redo=entry.state == "undone",
    )


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def receipt_state(receipt: Receipt, out: Path) -> ReceiptState:
    """Return a receipt as the screen shows it."""
    missing = ngettext(
        "{count} piece of evidence is recorded but not in the file: {names}",
        "{count} pieces of evidence are recorded but not in the file: {names}",
        len(receipt.missing),
    ).format(count=len(receipt.missing), names="、".join(receipt.missing[:5]))
    return ReceiptState(
        path=out,
        lines=tuple(_receipt_line(line) for line in receipt.lines),
        size=size_words(receipt.size),
        checksum=tuple(receipt.checksum.split("-")),
        sealed=receipt.sealed,
        missing=missing if receipt.missing else "",
        text=receipt_text(receipt),
        source=receipt,
    )


def _receipt_line(line: ReceiptLine) -> ReceiptWords:
    evidence = _("{count} ({size})").format(count=line.evidence, size=size_words(line.evidence_size))
    return ReceiptWords(
        body=line.body.name,
        year=round_words(line.year, line.round),
        items=f"{line.answered} / {line.items}",
        evidence=evidence if line.evidence else "0",
    )
