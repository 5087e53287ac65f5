"""Names of what the domain knows by code: states, roles, grades, references, policies, reasons to wait."""

from qassess.domain.rules import PartialStep, Reference, Target, Text
from qassess.domain.scheme import NotApplicablePolicy, Role, Rounding, Scheme
from qassess.domain.score_sheet import State
from qassess.i18n import _, language, later, pgettext

_STATES = {
    State.OPEN: later("not answered yet"),
    State.SCORED: later("scored"),
    State.NOT_APPLICABLE: later("not applicable"),
    State.REFUSED: later("to be corrected"),
    State.INCOMPLETE: later("something is missing"),
}

_ROLES = {
    Role.BASE: later("base item"),
    Role.BONUS: later("bonus item"),
    Role.PENALTY: later("penalty item"),
    Role.GATE: later("veto or downgrade"),
}

_SIGNERS = {
    "leader": later("leader of the assessing group"),
    "member": later("member of the assessing group"),
    "representative": later("representative of the assessed body"),
}

_REFERENCES = {
    Reference.TARGET: later("the target"),
    Reference.LAST_YEAR: later("last year's value"),
    Reference.MEAN_3Y: later("the mean of the last three years"),
    Reference.NATIONAL_AVG: later("the national average"),
    Reference.PROVINCIAL_AVG: later("the provincial average"),
    Reference.BASE_YEAR: later("the base year's value"),
    Reference.ROUND_BEST: later("the best value of this round"),
    Reference.ROUND_MEAN: later("the mean of this round"),
}

_POLICIES = {
    NotApplicablePolicy.RESCALE: later("what applies is rescaled to the full points"),
    NotApplicablePolicy.FULL: later("the item gets its full points"),
    NotApplicablePolicy.BASE: later("the item gets its base points"),
    NotApplicablePolicy.ZERO: later("the item gets 0 points"),
    NotApplicablePolicy.MARK_ONLY: later("it is noted and changes no points"),
}

_ROUNDINGS = {
    Rounding.HALF_UP: later("half up"),
    Rounding.HALF_EVEN: later("half to even"),
    Rounding.DOWN: later("down"),
}

_PARTIAL_STEPS = {
    PartialStep.CEIL: later("an incomplete step counts as a whole one"),
    PartialStep.FLOOR: later("an incomplete step does not count"),
    PartialStep.LINEAR: later("an incomplete step counts in proportion"),
}

_PROVISIONAL = {
    "round_best": later("The best value of this round is final only when the round is closed."),
    "round_mean": later("The mean of this round is final only when the round is closed."),
    "rank": later("The place is final only when the round is closed."),
    "grade_rank": later("The grade goes by place among all bodies and is final only when the round is closed."),
    "open_items": later("Some items are not finished yet."),
    "open_gates": later("Some vetoes or downgrades have not been answered yet."),
    "unconfirmed_gate": later("A veto or downgrade is not in force yet: a second person has to confirm it."),
    "not_applicable_over_limit": later("More points are declared not applicable than the scheme allows."),
}

PROVISIONAL_CODES = frozenset(_PROVISIONAL)


def in_language(text: Text) -> str:
    """Return a scheme's text in the current language; Chinese where it has no English."""
    return text.en if language() == "en" and text.en else text.zh


def say_state(state: State) -> str:
    """Name an item's state."""
    return _(_STATES[state])


def say_role(role: Role) -> str:
    """Name what an item does to the total."""
    return _(_ROLES[role])


def say_signer(role: str) -> str:
    """Name the role in which somebody signs; an unknown one is shown as it stands."""
    return _(_SIGNERS[role]) if role in _SIGNERS else role


def say_reference(reference: Reference | str) -> str:
    """Name what a value is compared with; one unknown here, stored by another program, is shown as it stands."""
    known = next((known for known in _REFERENCES if known == reference), None)
    return str(reference) if known is None else _(_REFERENCES[known])


def say_policy(policy: NotApplicablePolicy) -> str:
    """Say what declaring an item not applicable does."""
    return _(_POLICIES[policy])


def say_rounding(rounding: Rounding | str) -> str:
    """Name a way of rounding."""
    return _(_ROUNDINGS[Rounding(rounding)])


def say_partial_step(mode: PartialStep) -> str:
    """Say what a step that is not complete counts, whatever the step is."""
    return _(_PARTIAL_STEPS[mode])


def say_provisional(code: str) -> str:
    """Say why a result may still change."""
    return _(_PROVISIONAL[code])


def say_grade(scheme: Scheme, grade: str | None) -> str:
    """Name a grade as the scheme calls it; a dash where there is none."""
    labels = {known.id: known.label for known in scheme.grading.grades}
    return in_language(labels[grade]) if grade is not None and grade in labels else "—"


def say_target_kind(target: Target) -> str:
    """Say where a target without a number of its own comes from."""
    if target.agreed:
        return _("as agreed")
    if target.reference is not None:
        return say_reference(target.reference)
    return pgettext("target", "not set")
