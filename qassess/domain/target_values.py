"""Which number a target asks for in a year, before the agreement's own."""

from fractions import Fraction

from qassess.domain.quantity import Limits, read_number
from qassess.domain.rules import Target

_AS_KEPT = Limits(percentage=True)


def target_value(target: Target, year: int) -> Fraction | None:
    """Return the year's interim value, else the latest earlier one, else the fixed value.

    ``None`` for a body's own share (``agreed``), which only its agreement can give, and for a pure reference.
    """
    if target.agreed:
        return None
    reached = [known for known in target.by_year if int(known) <= year]
    return target.by_year[max(reached, key=int)] if reached else target.value


def agreed_number(kept: str) -> Fraction:
    """Return an agreement's number as it is kept: a decimal, with its ``%`` where a percentage below 1 is meant."""
    return read_number(kept, _AS_KEPT).exact if kept.endswith("%") else read_number(kept).exact
