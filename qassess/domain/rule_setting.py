"""What surrounds a rule in its item, as far as the rule's own numbers depend on it."""

from dataclasses import dataclass
from fractions import Fraction

from qassess.domain.rules import Target
from qassess.domain.scheme import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a rule works with: the item's role, its full points by class (none: uncapped), its target.

    ``part`` marks a rule inside a composite, whose points may be negative and need not reach the item's full points.
    ``target_path`` is the target's place in the file; a part may share that of its item.
    """

    role: Role
    full: tuple[Fraction, ...]
    target: Target | None
    target_path: str
    part: bool = False

    @property
    def may_take(self) -> bool:
        """Whether single points below 0 make sense here."""
        return self.part or self.role is Role.PENALTY
