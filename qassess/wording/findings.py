"""What a check of a file or a database found, and what stops signing: each as one sentence."""

from collections.abc import Mapping
from types import MappingProxyType

from qassess.i18n import _, later
from qassess.wording.exchange import say_file
from qassess.wording.filling import filled
from qassess.wording.names import say_signer
from qassess.wording.numbers import typed_number
from qassess.wording.reasons import say_reason

_VERIFIED = {
    "verify.signature:yes": later("{role} {name} signed at {at}; nothing signed has been changed."),
    "verify.signature:no": later("The signature of {role} {name} does not hold."),
    "verify.signed:yes": later("Signatures in the file: {count}."),
    "verify.signed:no": later("Nobody has signed this file."),
    "verify.whole_file:yes": later("The signatures cover the whole file; nothing was added afterwards."),
    "verify.whole_file:no": later("The signatures do not cover the whole file; something was added or cut off."),
    "verify.padding:yes": later("The unused space of the signatures is empty, as it must be."),
    "verify.padding:no": later("The unused space of a signature has been changed."),
    "verify.by_agreement:open": later(
        "The certificate of {name} was made with this program: it proves that nothing was changed, and who signed as "
        "far as you know the fingerprint {fingerprint}."
    ),
    "verify.issued:open": later(
        "The certificate of {name} was issued by an authority that this check cannot ask offline "
        "(fingerprint {fingerprint})."
    ),
    "verify.outside_validity:no": later("The certificate of {name} was not valid at the time of signing."),
    "verify.problem.signature.unreadable:no": later("The file cannot be read as a signed PDF."),
    "verify.problem.signature.none:no": later("There is no signature in the file."),
    "verify.problem.signature.foreign:no": later(
        "A signature was made by another program in a form not accepted here."
    ),
    "verify.problem.signature.uncertified:no": later("The first signature does not protect the report as it should."),
    "verify.problem.signature.unsigned_revision:no": later("After the last signature something was added to the file."),
    "verify.problem.signature.not_whole_file:no": later("A signature does not cover the whole of what was signed."),
    "verify.problem.signature.byte_range:no": later("A signature covers other parts of the file than it should."),
    "verify.problem.signature.padding:no": later("The unused space of a signature has been changed."),
    "verify.problem.signature.container:no": later("The bytes of a signature are not written as they were made."),
    "verify.problem.signature.changed:no": later("What was signed has been changed."),
    "verify.problem.signature.false:no": later("A signature was not made with the key of its certificate."),
    "verify.problem.signature.later_change:no": later("After a signature something was changed that may not change."),
    "verify.copy:yes": later("The assessment's data are inside the file."),
    "verify.copy:no": later("Not a report of this program, or the assessment's data in it are missing or damaged."),
    "verify.copy_readable:no": later("The data inside the file are not an assessment ({reason})."),
    "verify.rescored:yes": later("Scored again from the answers inside: the same result, {total}."),
    "verify.rescored:no": later("Scored again from the answers inside: {total}, but the file states {stated}."),
    "verify.digest_printed:yes": later("The digest of the data is printed in the report."),
    "verify.digest_printed:no": later("The digest of the data is not the one printed in the report."),
    "verify.printed:yes": later("Every printed page says what the data say."),
    "verify.printed:no": later("What is printed differs from the data, first on page {page}."),
    "verify.printed_by_other_version:open": later(
        "Printed by version {version}; the pages were not compared word by word with what this version prints."
    ),
    "verify.export:yes": later(
        "A whole export, as it was written: {revisions} entries of the history, {evidence} files of evidence."
    ),
    "verify.export:no": later("Not a whole export: {outcome}"),
    "verify.export_signed:open": later(
        "Exported by {author} on {device}; the key {key} is known by agreement, as far as you know it."
    ),
    "verify.database_has:no": later("The database has no such assessment ({reason})."),
    "verify.database_same:yes": later("The database holds the same assessment of {body}."),
    "verify.database_same:no": later("The database holds another state of the assessment of {body}."),
}

_EXAMINED = {
    "doctor.file:yes": later("{path} can be read as a database of this program."),
    "doctor.file:no": later("{path} cannot be read as a database of this program ({reason})."),
    "doctor.schema_version:yes": later("Its format is {found}; this program knows {known}."),
    "doctor.schema_version:no": later("Its format is {found}, but this program knows {known}."),
    "doctor.integrity:yes": later("Its pages are sound."),
    "doctor.integrity:no": later("Its pages are damaged: {reason}."),
    "doctor.revision_ids:yes": later("All {count} entries of the log are as they were written."),
    "doctor.revision_ids:no": later("{wrong} of {count} entries of the log have been changed: {listed}."),
    "doctor.parents:yes": later("No entry of the log lacks the one it follows."),
    "doctor.parents:no": later("{missing} entries of the log lack the one they follow."),
    "doctor.heads:yes": later("The latest states, {count}, are those of the log."),
    "doctor.heads:no": later("{different} of {count} latest states differ from the log."),
    "doctor.projection:yes": later("What the screens show, {count} rows, is what the log says."),
    "doctor.projection:no": later("{different} of {count} rows that the screens show differ from the log."),
    "doctor.clock:yes": later("The computer's clock went back {jumps} times; nothing was lost by it."),
    "doctor.clock:no": later("The times in the log cannot be checked."),
    "doctor.evidence:yes": later("All {intact} files of evidence are as they were attached."),
    "doctor.evidence:no": later("Evidence: {missing} files missing, {damaged} damaged, {intact} intact ({listed})."),
    "doctor.opens:no": later("The database cannot be opened ({reason})."),
    "doctor.assessment_readable:no": later("An assessment cannot be read ({reason})."),
    "doctor.rescored:yes": later("{body} {year}: scored again, total {total}."),
    "doctor.rescored:no": later("{body} {year}: scored again, the total differs."),
    "doctor.reference:open": later("{body} {year}: “{item}” holds a reference value “{key}” that nothing asks for."),
    "doctor.signed_report:yes": later("{body} {year}: the signed report {digest} holds."),
    "doctor.signed_report:no": later("{body} {year}: the signed report {digest} is missing or does not hold."),
    "doctor.unchecked:no": later("This part could not be checked ({reason})."),
}

_OBSTACLES = {
    "obstacle.conflict": later("Two versions of an answer await a decision"),
    "obstacle.open": later("{code} {title}: not answered yet"),
    "obstacle.refused": later("{code} {title}: the answer has to be corrected"),
    "obstacle.incomplete": later("{code} {title}: something is still missing"),
    "obstacle.evidence_missing": later("{code} {title}: evidence needed {required}, attached {given}"),
    "obstacle.evidence_gone": later("{code} “{name}”: the file of this evidence is missing"),
    "obstacle.evidence_damaged": later("{code} “{name}”: the file of this evidence is damaged"),
    "obstacle.adjustment_without_reason": later("{code} {title}: points set by hand without a reason"),
    "obstacle.differs_without_reason": later("{code} {title}: the points differ from the self-assessment; say why"),
    "obstacle.gate_open": later("{code} {title}: say whether it happened"),
    "obstacle.gate_unconfirmed": later("{code} {title}: a second person has to confirm it"),
}

FINDINGS: Mapping[str, str] = MappingProxyType(_VERIFIED | _EXAMINED)
OBSTACLES: Mapping[str, str] = MappingProxyType(_OBSTACLES)

_SUFFIXES = {True: "yes", False: "no", None: "open"}


def say_finding(code: str, values: Mapping[str, str | int], *, ok: bool | None) -> str:
    """Say what one check found; ``ok`` is ``None`` for what could not be checked."""
    key = f"{code}:{_SUFFIXES[ok]}"
    if key not in FINDINGS:
        return _("Something was checked that this program has no words for.")
    if not ok and code.startswith("doctor.") and "reason" in values and "{reason}" not in FINDINGS[key]:
        key = "doctor.unchecked:no"  # the check itself could not be carried out
    spoken = dict(values)
    if "verdict" in spoken:
        spoken["outcome"] = say_file(str(spoken["verdict"]), values)
    if "reason" in spoken and code != "doctor.integrity":  # what a database says of its pages only it can say
        spoken["reason"] = say_reason(str(spoken["reason"]))
    if "role" in spoken:
        spoken["role"] = say_signer(str(spoken["role"]))
    for name in ("total", "stated"):
        if name in spoken:
            spoken[name] = typed_number(str(spoken[name])) or "—"
    return filled(_(FINDINGS[key]), **spoken)


def say_problem(problem: str) -> str:
    """Say what is wrong with a signature, by the code of its verification."""
    key = f"verify.problem.{problem}:no"
    return filled(_(FINDINGS[key])) if key in FINDINGS else problem


def say_obstacle(code: str, values: Mapping[str, str | int]) -> str:
    """Say what stops signing, without a full stop: a line of a list."""
    return filled(_(OBSTACLES[code]), **values)
