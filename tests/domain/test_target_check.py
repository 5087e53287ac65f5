"""Agreed targets as they are read for the agreement, and as they are kept."""

from fractions import Fraction

import pytest

from qassess.domain.target_check import asked_targets, read_target
from qassess.domain.target_values import agreed_number
from qassess.errors import InputRefused
from tests.domain.scoring_builders import item_of

PERCENT = {"kind": "percent", "unit": "%"}


def asked(measure, **target):
    rule = {"shape": "step", "measure": measure, "step": "1", "deduct_per_step": "1"}
    (found,) = asked_targets(item_of(rule, target=target))
    return found


@pytest.mark.parametrize(
    ("typed", "kept", "number"), [("95%", "95", "95"), ("95.50", "95.5", "95.5"), ("0.9%", "0.9%", "0.9")]
)
def test_a_target_is_kept_so_that_it_reads_the_same_again(typed, kept, number):
    target = asked(PERCENT, value="95")
    assert read_target(typed, target) == read_target(kept, target) == kept
    assert agreed_number(kept) == Fraction(number)


def test_a_target_for_a_change_has_the_limits_of_changes():
    change = asked({"kind": "delta_pct", "unit": "吨", "reference": "base_year"}, value="5")
    assert read_target("-12%", change) == "-12"
    with pytest.raises(InputRefused, match=r"below_minimum"):
        read_target("-101", change)
    with pytest.raises(InputRefused, match=r"fraction_of_percent"):
        read_target("0.95", asked(PERCENT, value="95"))
