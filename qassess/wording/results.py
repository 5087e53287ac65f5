"""Words of the results: how a line stands, what keeps it from being published, and numbers as tables show them."""

from collections.abc import Mapping
from fractions import Fraction

from qassess.domain.ranking import LineState
from qassess.domain.scheme import Scheme
from qassess.i18n import _, later, ngettext
from qassess.wording.filling import filled
from qassess.wording.names import say_signer
from qassess.wording.numbers import MINUS, number

SHARE_PLACES = 1
"""Decimal places of a share in percent, wherever it is shown."""

_STATES = {
    LineState.SIGNED: later("fully signed"),
    LineState.UNSIGNED: later("unsigned"),
    LineState.CONFLICT: later("in conflict"),
    LineState.INCOMPLETE: later("not complete"),
}

_KINDS = {
    "county": later("Counties and districts"),
    "department": later("Departments"),
}

_BLOCKS = {
    "result.incomplete": later("{open} of {asked} items are not finished."),
    "result.no_score": later("There is no score: everything is not applicable."),
    "result.no_grade": later("There is no grade."),
    "result.conflict": later("Conflicts to be decided: {count}."),
    "result.unsigned": later("Nobody has signed yet."),
    "result.signature_missing": later("The signature of the {role} is missing."),
    "result.changed_since_signed": later("Differs from what was signed in {count} places."),
    "result.signed_apart": later("The signatures are on different reports; one report has to be signed by all."),
    "result.unconfirmed_gate": later("A veto or downgrade waits for the confirmation of a second person."),
    "result.not_applicable_over_limit": later("More points are declared not applicable than the scheme allows."),
    "result.round_open": later("Points or grade depend on the other bodies, and the round is not closed."),
}

ERRORS = {
    "round.not_final": later("The round cannot be closed: {count} results are not final yet ({bodies})."),
    "results.none": later("There is no assessment for {year}, round {round}."),
    "certificates.refused": later("No certificate was written: {count} of them cannot be issued."),
    "certificates.unprintable": later("No certificate was written: {count} of them cannot be printed whole."),
    "certificates.none": later("There is nothing to certify for {year}."),
    "certificates.number_twice": later(
        "The certificate number {number} stands on two certificates ({bodies}). Nothing was written; decide which one "
        "is to be withdrawn."
    ),
    "certificates.series_moved": later("Certificates were issued elsewhere meanwhile. Nothing was written; try again."),
    "certificates.bad_prefix": later(
        "“{prefix}” cannot begin a certificate number: 1 to {most} characters, no line feed."
    ),
    "print.overflow": later("“{text}” does not fit into its place on the paper."),
}
"""Sentences of errors, listed with the others in :mod:`qassess.wording.errors`."""

BLOCK_CODES = frozenset(_BLOCKS)


def say_line_state(state: LineState) -> str:
    """Name how a result stands."""
    return _(_STATES[state])


def say_kind(kind: str) -> str:
    """Name a kind of bodies; an unknown one is shown as it stands."""
    return _(_KINDS[kind]) if kind in _KINDS else kind


def say_block(code: str, values: Mapping[str, str | int]) -> str:
    """Say one reason why a result cannot be published."""
    spoken = dict(values)
    if "role" in spoken:
        spoken["role"] = say_signer(str(spoken["role"]))
    return filled(_(_BLOCKS[code]), **spoken)


def say_round_source(bodies: int) -> str:
    """Say where a best or mean value of a round comes from."""
    return filled(ngettext("{count} body of this round", "{count} bodies of this round", bodies), count=bodies)


def fixed(value: Fraction, places: int) -> str:
    """Write a number with exactly so many places, rounded half up, with a true minus sign.

    >>> fixed(Fraction(90), 1), fixed(Fraction(-1, 8), 2)
    ('90.0', '−0.13')
    """
    shown = number(value, places).removeprefix(MINUS)
    whole, _point, decimals = shown.partition(".")
    sign = MINUS if number(value, places).startswith(MINUS) else ""
    return f"{sign}{whole}.{decimals.ljust(places, '0')}" if places else f"{sign}{whole}"


def total_points(scheme: Scheme, value: Fraction | None) -> str:
    """Write a total as every table shows it, with the scheme's own places; a dash where there is none."""
    return "—" if value is None else fixed(value, scheme.total.places)


def share(value: Fraction | None) -> str:
    """Write a share (0..1) in percent, without the sign; a dash where there is none.

    >>> share(Fraction(2, 3))
    '66.7'
    """
    return "—" if value is None else fixed(100 * value, SHARE_PLACES)
