"""One shape's points, whichever shape it is; and what a shape gives when nothing is deducted."""

from fractions import Fraction
from typing import assert_never

from qassess.domain.answers import Answer
from qassess.domain.rules import Band, Checklist, Count, External, Grid, Judge, Linear, Option, Rank, Ratio, Shape, Step
from qassess.domain.scheme import Role
from qassess.domain.scoring_context import Asked, Pool
from qassess.domain.scoring_formulas import score_count, score_external, score_linear, score_ratio, score_step
from qassess.domain.scoring_tables import (
    score_band,
    score_checklist,
    score_grid,
    score_judge,
    score_option,
    score_rank,
)


def score_shape(rule: Shape, answer: Answer, asked: Asked) -> Fraction:
    """Return a shape's points, exact; those of a penalty are negative or 0, however its table is written.

    Raises ``InputRefused``, ``UnansweredError`` or ``UnreadyError``.
    """
    points = _points(rule, answer, asked)
    if asked.pool.role is Role.PENALTY and points > 0:
        points = -points
        asked.trail.note("penalty.points", points=points)
    return points


def undeducted(rule: Shape, pool: Pool) -> Fraction:
    """Return what a shape gives before any deduction; a waiver brings points back to it."""
    match rule:
        case Step(base_points=Fraction() as base):
            return base
        case Count(start=Fraction() as start):
            return start
        case _:
            return pool.start


def _points(rule: Shape, answer: Answer, asked: Asked) -> Fraction:  # noqa: C901 - one line per shape
    match rule:
        case Option():
            return score_option(rule, answer, asked)
        case Checklist():
            return score_checklist(rule, answer, asked)
        case Step():
            return score_step(rule, answer, asked)
        case Band():
            return score_band(rule, answer, asked)
        case Grid():
            return score_grid(rule, answer, asked)
        case Ratio():
            return score_ratio(rule, answer, asked)
        case Linear():
            return score_linear(rule, answer, asked)
        case Count():
            return score_count(rule, answer, asked)
        case Rank():
            return score_rank(rule, answer, asked)
        case Judge():
            return score_judge(rule, answer, asked)
        case External():
            return score_external(rule, answer, asked)
        case _:
            assert_never(rule)
