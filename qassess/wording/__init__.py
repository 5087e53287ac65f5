"""Words for everything the layers below know only as data: one sentence, the same on screen, paper and in files.

All functions speak the current language; :func:`qassess.i18n.speaking` chooses another one for a while.
"""

from qassess.wording.errors import say_code, say_error
from qassess.wording.facts import say_derivation, say_fact, say_gate
from qassess.wording.faults import say_fault
from qassess.wording.filling import filled
from qassess.wording.findings import say_finding, say_obstacle, say_problem
from qassess.wording.measured_rules import value_unit
from qassess.wording.names import (
    in_language,
    say_grade,
    say_partial_step,
    say_policy,
    say_provisional,
    say_reference,
    say_role,
    say_rounding,
    say_signer,
    say_state,
)
from qassess.wording.numbers import (
    MINUS,
    bound_signs,
    bound_words,
    interval_words,
    number,
    points,
    quantity,
    typed_number,
    unit_words,
)
from qassess.wording.refusals import say_refusal
from qassess.wording.results import (
    fixed,
    say_block,
    say_kind,
    say_line_state,
    say_round_source,
    share,
    total_points,
)
from qassess.wording.rules import say_rule, say_rule_data, say_target

__all__ = [
    "MINUS",
    "bound_signs",
    "bound_words",
    "filled",
    "fixed",
    "in_language",
    "interval_words",
    "number",
    "points",
    "quantity",
    "say_block",
    "say_code",
    "say_derivation",
    "say_error",
    "say_fact",
    "say_fault",
    "say_finding",
    "say_gate",
    "say_grade",
    "say_kind",
    "say_line_state",
    "say_obstacle",
    "say_partial_step",
    "say_policy",
    "say_problem",
    "say_provisional",
    "say_reference",
    "say_refusal",
    "say_role",
    "say_round_source",
    "say_rounding",
    "say_rule",
    "say_rule_data",
    "say_signer",
    "say_state",
    "say_target",
    "share",
    "total_points",
    "typed_number",
    "unit_words",
    "value_unit",
]
