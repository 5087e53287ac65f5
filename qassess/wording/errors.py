"""What went wrong, what was kept and what to do: a sentence for every code of :class:`~qassess.errors.QassessError`."""

from collections.abc import Mapping
from types import MappingProxyType

from qassess.errors import InputRefused, QassessError
from qassess.i18n import _, language, later, ngettext
from qassess.wording.exchange import ERRORS as EXCHANGE
from qassess.wording.filling import filled
from qassess.wording.findings import say_problem
from qassess.wording.reasons import say_reason
from qassess.wording.refusals import SENTENCES as REFUSALS
from qassess.wording.refusals import say_refusal
from qassess.wording.results import ERRORS as RESULTS

_ASSESSMENTS = {
    "self_form.not_a_workbook": later("{path} is no Excel workbook (.xlsx) that can be read. Nothing was taken in."),
    "self_form.too_large": later("{path} holds {size} MB once unpacked; no form is that large. Nothing was taken in."),
    "self_form.no_form": later(
        "No sheet of {path} has the heads of the self-assessment form. Use the form this program writes."
    ),
    "self_form.whose": later("{path} does not say whose form it is. Name the assessment it is for."),
    "self_form.another": later("{path} is the form of {found}, not of this assessment. Nothing was taken in."),
    "self_form.scheme_unknown": later(
        "For {body} {year} it is not clear which assessment the form is for. Name the assessment."
    ),
    "self_form.nothing_to_take": later("The self-assessment gives no answer here that could be taken over."),
    "assessment.not_found": later("There is no assessment “{assessment}” in this database."),
    "assessment.ambiguous": later("“{assessment}” fits several assessments: {ids}. Name one of them."),
    "assessment.exists": later("{body} already has an assessment for {year}. Open that one."),
    "assessment.locked": later(
        "The assessment of {body} for {year} is signed. Nothing was changed; reopen it as a new version to go on."
    ),
    "assessment.not_signed": later("The assessment is not signed, so there is nothing to reopen."),
    "assessment.unreadable": later(
        "The assessment {assessment} was written in a form this program does not know. Nothing was changed; "
        "open it with the newer program."
    ),
    "body.unknown": later("There is no body “{body}” in the register."),
    "body.ended": later("{body} ended in {until} and cannot be assessed for {year}. Its successor: {successors}."),
    "body.not_yet": later("{body} exists since {since} and cannot be assessed for {year}. Before it: {predecessors}."),
    "item.unknown": later("The scheme has no item “{item}”."),
    "revision.unknown": later("The history has no entry {revision}."),
    "work.cancelled": later("Stopped, as you asked. Nothing was written."),
}

_SCHEMES = {
    "scheme.faults": later("{source} is not a sound scheme; {count} faults were found. Nothing was imported."),
    "answers.faults": later("{source} cannot be used; {count} faults were found. Nothing was recorded."),
    "scheme.not_found": later("There is no scheme and no file “{name}”. Built in: {known}."),
    "scheme.no_checklist": later("The scheme {scheme} has no checklist for {body}."),
    "scheme.not_stored": later("The scheme {sha256} this assessment rests on is missing from the database."),
}

_FILES = {
    "file.not_found": later("There is no file {path}."),
    "file.not_regular": later("{path} is no ordinary file, so it is not read."),
    "file.too_large": later("The file {path} is larger than {largest} MB, the most that is read."),
    "file.exists": later("{path} already exists and is not overwritten. Choose another name, or add --force."),
    "file.signed_exists": later("{path} carries signatures and is never overwritten. Choose another name."),
    "file.no_folder": later("There is no folder {folder} to write {name} into. Make it first, or choose another."),
    "file.unreadable": later("The file {path} cannot be read ({reason})."),
    "file.unwritable": later(
        "{path} cannot be written ({reason}). Nothing is lost; choose another place, or close the program that has "
        "the file open."
    ),
    "file.disk_full": later("There is no space left for {path}. Nothing is lost; make room and try again."),
    "password.not_text": later("The password file {path} holds no text."),
    "password.missing": later("A password is needed. Give it in a file or when asked."),
}

_DATABASE = {
    "database.foreign": later("{path} is not a database of this program. Nothing was changed."),
    "database.damaged": later(
        "{path} is damaged ({reason}). Nothing was changed; restore the last backup, and keep this file."
    ),
    "database.not_found": later("There is no database {path}."),
    "database.read_only": later("{path} can only be read here. Copy it to a folder where you may write."),
    "database.locked": later("{path} is already open in another window or program. Close that one first."),
    "database.busy": later("{path} is being written by another program. Try again in a moment."),
    "database.disk_full": later("The disk with {path} is full. What was shown as saved is kept; make room and go on."),
    "database.disk_error": later(
        "The disk with {path} reports an error ({reason}). What was shown as saved is kept; make a backup elsewhere."
    ),
    "database.unreadable": later("{path} cannot be opened ({reason})."),
    "database.vanished": later(
        "{path} is no longer there; was the stick removed? What was shown as saved is in that file."
    ),
    "database.main_file_missing": later(
        "{path} is missing, but its log {log} is there. Put both back together; the log holds the last answers."
    ),
    "database.network": later(
        "{path} lies on a network drive, where a database can be damaged. Copy it to this computer."
    ),
    "database.cloud_folder": later(
        "{path} lies in {folder}, a folder that is synchronised and can damage a database. Move it out of there."
    ),
    "database.newer": later(
        "{path} was written by a newer program (format {found}, this one knows {known}). Nothing was changed; update."
    ),
    "backup.exists": later("{path} already exists and is not overwritten. Choose another name."),
    "backup.unsound": later(
        "The copy {path} did not pass its check ({finding}: {reason}). It was not kept; try again."
    ),
    "restore.same_file": later("{path} cannot be restored onto itself."),
    "restore.unsound": later(
        "The backup {path} is not sound ({finding}: {reason}). Your database was not touched; use another backup."
    ),
}

_EVIDENCE = {
    "evidence.missing": later("The file of evidence {sha256} is missing from the folder beside the database."),
    "evidence.damaged": later("The file of evidence {sha256} has been changed since it was attached."),
    "evidence.unreadable": later("{path} cannot be read ({reason}); it was not attached."),
    "evidence.unknown": later("This piece of evidence does not belong to the assessment any more."),
    "evidence.not_opened": later(
        "{name} is not opened from here: it is no document, picture, sound or film. You can save a copy of it."
    ),
    "evidence.not_a_hash": later("“{sha256}” does not name a piece of evidence."),
}

_IDENTITIES = {
    "identity.exists": later("{path} already exists and is not overwritten. Choose another name."),
    "identity.missing": later("There is no signing identity {path}."),
    "identity.unreadable": later("The signing identity {path} cannot be read."),
    "identity.unwritable": later("The signing identity cannot be written to {path}."),
    "identity.not_p12": later("{path} is not a signing identity (.p12 or .pfx)."),
    "identity.damaged": later("The signing identity {path} is damaged."),
    "identity.wrong_password": later("The password does not open {path}. Nothing was signed."),
    "identity.no_key": later("{path} holds no key to sign with."),
    "identity.no_certificate": later("{path} holds no certificate."),
    "identity.key_unsupported": later("The key in {path} is of a kind that this program does not sign with."),
    "identity.not_for_signing": later("The certificate in {path} is not meant for signing."),
    "identity.name_empty": later("Enter the name that is to stand in the signature."),
    "identity.name_long": later("The name is too long: at most {most} characters."),
    "identity.password_short": later("Choose a password of at least {least} characters."),
    "token.no_library": later("The driver of the token is not at {path}."),
    "token.absent": later("The token {token} is not plugged in."),
    "token.wrong_pin": later("The PIN of {token} is wrong. Several wrong ones in a row lock the token."),
    "token.locked": later("The token {token} is locked. Its issuer can unlock it."),
    "token.no_key": later("The token {token} holds no key to sign with."),
    "token.failed": later("The token {token} did not sign ({reason}). Unplug it, plug it in and try again."),
}

_SIGNING = {
    "sign.obstacles": later("{body} cannot be signed yet; {count} things are still to be done."),
    "sign.outdated": later(
        "The assessment of {body} has changed since this report was made. Nothing was signed; make the report anew."
    ),
    "sign.identity_not_valid": later("The certificate of {name} is not valid today. Nothing was signed."),
    "sign.not_confirmed": later("The signature of {name} did not pass its check and was not kept. Try again."),
    "sign.not_a_report": later("This PDF has no places for signatures; it is not a report of this program."),
    "sign.existing_broken": later(
        "A signature already in the file does not hold ({problem}). Nothing was signed; ask for the unchanged file."
    ),
    "sign.already_signed": later("{name} has already signed this report in this role."),
    "sign.no_such_field": later("The report has no free place to sign as “{field}”."),
    "sign.glyph_missing": later("The stamp cannot show these characters: {characters}. Nothing was signed."),
    "pdf.not_a_report": later("{path} is not a report of this program: its data are not inside."),
    "pdf.encrypted": later("The PDF is protected by a password and cannot be checked or signed."),
    "pdf.damaged": later("The PDF is damaged. Use the original file."),
    "pdf.unreadable": later("The PDF cannot be read ({reason})."),
    "print.missing_glyphs": later(
        "No font at hand can show these {count} characters: {characters}. Nothing was printed, so none is replaced."
    ),
}

SENTENCES: Mapping[str, str] = MappingProxyType(
    _ASSESSMENTS | _SCHEMES | _FILES | _DATABASE | _EVIDENCE | _IDENTITIES | _SIGNING | RESULTS | EXCHANGE
)


def say_error(error: QassessError) -> str:
    """Say what happened, what was kept and what to do, as whole sentences."""
    if isinstance(error, InputRefused) or error.code in REFUSALS:
        return say_refusal(error.code, error.values)
    return say_code(error.code, error.values)


def say_code(code: str, values: Mapping[str, str | int]) -> str:
    """Say an error that is known by its code; one this program has no sentence for is named by it."""
    if code not in SENTENCES:
        return _("This did not work.")
    spoken = dict(values)
    if language() == "en":
        spoken |= {name.removesuffix("_en"): text for name, text in values.items() if name.endswith("_en") and text}
    if "reason" in spoken:
        spoken["reason"] = say_reason(str(spoken["reason"]))
    if "problem" in spoken:
        spoken["problem"] = say_problem(str(spoken["problem"])).rstrip(".。")
    return filled(_plural(code, values) or _(SENTENCES[code]), **spoken)


def _plural(code: str, values: Mapping[str, str | int]) -> str:
    """Return the sentence of a code that counts something, in the number it counts; ``""`` for other codes."""
    count = values.get("count")
    if not isinstance(count, int):
        return ""
    match code:
        case "scheme.faults":
            return ngettext(
                "{source} is not a sound scheme; {count} fault was found. Nothing was imported.",
                "{source} is not a sound scheme; {count} faults were found. Nothing was imported.",
                count,
            )
        case "answers.faults":
            return ngettext(
                "{source} cannot be used; {count} fault was found. Nothing was recorded.",
                "{source} cannot be used; {count} faults were found. Nothing was recorded.",
                count,
            )
        case "sign.obstacles":
            return ngettext(
                "{body} cannot be signed yet; {count} thing is still to be done.",
                "{body} cannot be signed yet; {count} things are still to be done.",
                count,
            )
        case _:
            return ""
