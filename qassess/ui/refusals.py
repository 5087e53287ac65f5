"""What a live score says of an input: why it is refused, in which field, and whether it is only half there."""

from qassess.domain.score_sheet import ItemScore, State
from qassess.errors import InputRefused

_HALVES = ("missing.numerator", "missing.denominator")


def refusal_of(score: ItemScore) -> InputRefused | None:
    """Return a refused score's reason as the error it would be when saved."""
    if score.state is not State.REFUSED:
        return None
    fact = next((known for known in score.derivation if known.code.startswith("refused.")), None)
    if fact is None:
        return None
    values = {name: value if isinstance(value, int) else str(value) for name, value in fact.values.items()}
    return InputRefused(fact.code.removeprefix("refused."), **values)


def is_half_a_pair(score: ItemScore) -> bool:
    """Tell whether only one number of a pair is there yet."""
    return score.state is State.INCOMPLETE and any(fact.code in _HALVES for fact in score.derivation)


def refused_field(refused: InputRefused | None) -> str:
    """Return the field a refusal names, empty when it names none."""
    return "" if refused is None else str(refused.values.get("field", ""))
