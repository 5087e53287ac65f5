"""Words of exporting, merging and deciding: what became of a file, what a receipt says, what hangs on a conflict."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any, Final

from qassess.domain.canonical import canonical_text
from qassess.domain.receipt import Receipt, ReceiptLine
from qassess.domain.rules import Reference
from qassess.i18n import _, later, ngettext
from qassess.wording.filling import filled
from qassess.wording.names import say_reference
from qassess.wording.numbers import number
from qassess.wording.reasons import say_reason

_CHINA: Final = timezone(timedelta(hours=8))
_STEP: Final = 1024

_ACCEPTED = {
    "merge.new": later("new"),
    "merge.merged": later("merged"),
    "merge.conflicts": later("{conflicts} to decide"),
    "merge.nothing_new": later("nothing new"),
    "merge.known": later("already merged"),
    "merge.duplicate": later("the same as {duplicate_of}"),
    "merge.check": later("differs from what was signed; please check"),
    "merge.unsigned": later("can be merged, not published: unsigned"),
}

_REFUSED = {
    "source.not_found": later("There is no such file."),
    "source.not_a_file": later("This is not a file."),
    "source.unreadable": later("The file cannot be read ({reason})."),
    "source.empty": later("The file is empty: it was not copied to the end."),
    "source.too_large": later("The file is larger than an export can be ({size} bytes, at most {limit})."),
    "source.foreign": later("Not a file exported by this program."),
    "source.database": later("A working database, not an export. Export from it and send that file."),
    "source.unfinished": later("The file was copied while it was being written. Export again."),
    "source.newer": later(
        "Written by a newer program (format {found}, this one knows {known}). Update, then merge it."
    ),
    "source.damaged": later("Damaged: {reason}. Ask for the file again."),
    "source.altered": later("Changed after it was exported: {reason}. Ask for the file again."),
    "source.incomplete": later("Incomplete: {found} of {expected} entries. Ask for the file again."),
    "source.not_closed": later(
        "Incomplete: {missing} entries that others rest on are missing. Ask for the file again."
    ),
    "source.manifest_missing": later("The list of contents is missing. Ask for the file again."),
    "source.signature": later("The device's signature does not hold: changed after it was exported."),
    "source.too_slow": later("The file took longer than {seconds} seconds to check and was left out."),
    "sealed.password_needed": later("Protected by a password. Enter it to look inside."),
    "merge.body_unknown": later("The register of this program has no body {body}. Left out; update the program."),
    "merge.scheme_unusable": later("The scheme in the file cannot be used here ({reason}). Left out."),
    "merge.unreadable": later("Written in a form this program does not know. Left out; update the program."),
    "merge.cancelled": later("Not merged: you stopped before it."),
}

_SEALED = {
    "sealed.wrong_password": later("The password does not open {path}."),
    "sealed.damaged": later("{path} is damaged. Ask for the file again."),
    "sealed.password_short": later("Choose a password of at least {least} characters."),
}

ERRORS: Final[dict[str, str]] = _SEALED | {
    "export.exists": later("{path} already exists and is not overwritten. Choose another name."),
    "export.no_assessment": later("There is nothing to export under {prefix}."),
    "export.unsound": later("{path} did not pass its check after writing ({reason}). It was not kept; try again."),
    "export.cancelled": later("Stopped, as you asked. No file was written."),
    "export.nothing": later("Choose at least one assessment to export."),
    "merge.unknown": later("There is no merge {merge}."),
    "merge.not_active": later("Merge {merge} has been taken back already."),
    "merge.not_undone": later("Merge {merge} has not been taken back."),
    "merge.undo_blocked": later(
        "Merge {merge} cannot be taken back: a later entry of {author} rests on it (entry {revision}). Nothing was "
        "changed; take that back first."
    ),
    "merge.undo_rests": later(
        "Merge {merge} cannot be taken back: what {author} entered or decided on {item} of {body} rests on it. Nothing "
        "was changed; take that back first."
    ),
    "merge.redo_blocked": later("Merge {merge} cannot be repeated: entries it rests on have been taken back."),
    "device_key.unreadable": later(
        "The key of this device, {path}, cannot be read. Put it aside; a new one is then made."
    ),
    "device_key.unwritable": later("The key of this device cannot be written to {path}."),
    "conflict.unknown": later("There is no open conflict {conflict}; it may have been decided meanwhile."),
    "conflict.no_such_side": later("The conflict {conflict} has no such side."),
    "conflict.reason_missing": later("This decision changes a grade or a place. Give the reason; it is kept with it."),
    "conflict.unfit": later("This value does not fit the field. Nothing was decided."),
}
"""Sentences of errors, listed with the others in :mod:`qassess.wording.errors`."""

FILES: Final[Mapping[str, str]] = _ACCEPTED | _REFUSED | _SEALED

_FIELDS = {
    "answer": later("answer"),
    "note": later("note"),
    "adjustment": later("adjustment"),
    "flagged": later("flag"),
    "self_assessment": later("self-assessment"),
    "differs_because": later("why it differs from the self-assessment"),
    "withdrawn": later("withdrawal"),
    "caption": later("caption"),
    "title": later("title"),
    "agreement.number": later("number of the agreement"),
    "agreement.signed_on": later("date of the agreement"),
    "agreement.first_responsible": later("first responsible leader"),
    "agreement.directly_responsible": later("directly responsible leader"),
    "agreement.team": later("assessing group"),
    "agreement.visits": later("visits"),
}


_OWN_WORD = frozenset(("answer", "points", "remark", "source"))
"""The fields of a self-assessment."""


def say_file(verdict: str, values: Mapping[str, str | int]) -> str:
    """Say what became of a file, or would; one this program has no words for is named by its code."""
    if verdict not in FILES:
        return _("This did not work.")
    spoken: dict[str, str | int] = dict(values)
    if "reason" in spoken:
        spoken["reason"] = say_reason(str(spoken["reason"]))
    if "conflicts" in spoken:
        count = int(spoken["conflicts"])
        spoken["conflicts"] = filled(ngettext("{count} conflict", "{count} conflicts", count), count=count)
    return filled(_(FILES[verdict]), **spoken)


def say_ledger(action: str, of: int | None, state: str) -> str:
    """Say what an entry of the ledger did, and whether it still holds."""
    if action == "undo":
        return filled(_("merge {merge} taken back"), merge=of)
    said = filled(_("merge {merge} repeated"), merge=of) if action == "redo" else _("merged")
    return filled(_("{said} (taken back since)"), said=said) if state == "undone" else said


def say_field(name: str) -> str:
    """Name a field that can be in conflict; one unknown here is shown as it stands."""
    if name in _FIELDS:
        return _(_FIELDS[name])
    if name.startswith("references."):
        return _reference(name.removeprefix("references."))
    if name.startswith("agreement.targets."):
        return filled(_("target of {item}"), item=name.removeprefix("agreement.targets."))
    return name


def _reference(key: str) -> str:
    reference = key.rpartition(":")[2]
    return say_reference(reference) if reference in {known.value for known in Reference} else key


def say_value(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Say a field's value in a few words; an empty one is a dash. Numbers stay as typed."""
    if isinstance(value, Mapping):
        return _say_answer(value)
    if isinstance(value, bool):
        return _("yes") if value else "—"
    return str(value) if isinstance(value, int | str) and value != "" else "—"


def _say_answer(value: Mapping[str, Any]) -> str:
    match value:
        case {"numerator": numerator, "denominator": denominator}:
            return f"{numerator} / {denominator}"
        case {"not_applicable": reason}:
            return filled(_("not applicable: {reason}"), reason=reason)
        case {"option": level}:
            return filled(_("level {level}"), level=level)
        case {"points": points, "reason": reason}:
            return filled(_("{points} points: {reason}"), points=points, reason=reason)
        case {"value": typed} | {"count": typed}:
            return str(typed)
        case {"checked": list(checked)}:
            return "、".join(str(element) for element in checked) or "—"
        case _ if not value.keys() - _OWN_WORD:
            return _say_own_word(value)
        case _:
            return canonical_text(value)


def _say_own_word(said: Mapping[str, Any]) -> str:
    """Say a self-assessment: the answer, the points claimed, the remark."""
    answer = said.get("answer")
    points = filled(_("{points} points"), points=said["points"]) if "points" in said else ""
    own = _say_answer(answer) if isinstance(answer, Mapping) else ""
    return " · ".join(filter(None, (own, points, str(said.get("remark", "")))))


def say_consequence(difference: Fraction, grades: tuple[str, ...], places: tuple[int, ...]) -> str:
    """Say what hangs on a conflict: grades and places where they differ, else the points."""
    if len(set(grades)) > 1:
        return filled(_("grade {grades}"), grades=" → ".join(grades))
    if len(set(places)) > 1:
        return filled(_("place {places}"), places=" → ".join(str(place) for place in places))
    return filled(_("{points} points"), points=number(difference)) if difference else _("no effect on the score")


def moment(at: datetime) -> str:
    """Write a moment for people: China's time to the minute."""
    return at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")


def size_words(size: int) -> str:
    """Write a size in bytes as people do."""
    exact, unit = Fraction(size), "B"
    for larger in ("KB", "MB", "GB"):
        if exact < _STEP:
            break
        exact, unit = exact / _STEP, larger
    return f"{number(exact, 1 if unit != 'B' and exact < 100 else 0)} {unit}"  # noqa: PLR2004 - three figures are enough


def say_receipt(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    """Return the receipt's lines, label and value, from the file to its checksum."""
    lines = [(_("File"), receipt.file), *(pair for line in receipt.lines for pair in _line(line))]
    lines += [
        (_("Entries in the history"), str(receipt.revisions)),
        (_("Evidence"), _evidence(receipt.evidence, receipt.evidence_size)),
        (_("Size of the file"), size_words(receipt.size)),
        (_("Password"), _("protected") if receipt.sealed else _("none")),
        (_("Exported"), f"{moment(receipt.made_at)}  {receipt.author}  {receipt.device}"),
        (_("Key of the device"), receipt.key),
        (_("Checksum"), receipt.checksum),
    ]
    if receipt.missing:
        lines.append((_("Evidence that is missing"), "、".join(receipt.missing)))
    return tuple(lines)


def receipt_text(receipt: Receipt) -> str:
    """Return the receipt as plain text, to be copied into a message."""
    separator = _(": ")
    return "\n".join(
        (_("Export receipt"), *(f"{label}{separator}{value}" for label, value in say_receipt(receipt)), "")
    )


def _line(line: ReceiptLine) -> tuple[tuple[str, str], ...]:
    subject = f"{line.body.printed}  {line.year}"
    done = filled(
        _("{answered} of {items} items, {signatures} signatures, scheme {scheme} version {version}"),
        answered=line.answered,
        items=line.items,
        signatures=line.signatures,
        scheme=line.scheme,
        version=line.version,
    )
    return (
        (_("Assessment"), subject),
        (_("Contents"), done),
        (_("Its evidence"), _evidence(line.evidence, line.evidence_size)),
    )


def _evidence(count: int, size: int) -> str:
    return filled(ngettext("{count} file, {size}", "{count} files, {size}", count), count=count, size=size_words(size))
