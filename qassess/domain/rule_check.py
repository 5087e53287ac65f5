"""What a rule's own numbers must obey: steps, tables, levels, counts and parts of one item."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from qassess.domain.exact import exact_to_text
from qassess.domain.intervals import coverage_faults
from qassess.domain.measure_check import (
    measure_faults,
    not_negative,
    positive,
    stretch,
    target_faults,
    target_needed,
)
from qassess.domain.rule_setting import Setting
from qassess.domain.rules import (
    Band,
    Checklist,
    Composite,
    Count,
    External,
    Gate,
    Grid,
    Judge,
    Linear,
    NumberCondition,
    Option,
    Part,
    Rank,
    Ratio,
    Rule,
    Step,
)
from qassess.domain.scheme import Role
from qassess.domain.scheme_json import at
from qassess.domain.sense_check import sense_faults
from qassess.errors import Fault

_FEWEST_LEVELS = 2
"""A choice has two sides."""


def rule_faults(path: str, rule: Rule, setting: Setting) -> Iterator[Fault]:
    """Yield the faults of one rule."""
    match rule:
        case Composite():
            yield from _composite_faults(path, rule, setting)
        case Gate():
            yield from _gate_faults(path, rule)
        case Option() | Checklist() | Rank() | Judge() | External():
            yield from _choice_faults(path, rule, setting)
        case _:
            yield from _measured_faults(path, rule, setting)
    yield from _needs_points(path, rule, setting)


def places_faults(path: str, rows: Sequence[tuple[int, int | None]]) -> Iterator[Fault]:
    """Yield what keeps rows of places (first, last inclusive or open) from covering 1, 2, 3 … to the end."""
    reached: int | None = 1
    for first, last, row in sorted(((first, last, row) for row, (first, last) in enumerate(rows)), key=_by_place):
        if first < 1 or (last is not None and last < first):
            yield Fault(f"{path}[{row}]", "scheme.place_range")
        elif reached is None or first < reached:
            yield Fault(f"{path}[{row}]", "scheme.place_overlap", {"place": first})
        else:
            if first > reached:
                yield Fault(path, "scheme.place_gap", {"first": reached, "last": first - 1})
            reached = None if last is None else last + 1
    if reached is not None:
        yield Fault(path, "scheme.place_end", {"first": reached})


def _by_place(row: tuple[int, int | None, int]) -> tuple[int, int]:
    return row[0], row[2]


def _choice_faults(path: str, rule: Option | Checklist | Rank | Judge | External, setting: Setting) -> Iterator[Fault]:
    match rule:
        case Option():
            yield from _option_faults(path, rule, setting)
        case Checklist():
            yield from _checklist_faults(path, rule, setting)
        case Rank():
            yield from _rank_faults(path, rule, setting)
        case Judge():
            yield from _judge_faults(path, rule, setting)
        case External():
            yield from positive(at(path, "external_full"), rule.external_full)
        case _:
            assert_never(rule)


def _measured_faults(path: str, rule: Step | Band | Grid | Ratio | Linear | Count, setting: Setting) -> Iterator[Fault]:
    if not isinstance(rule, Grid):
        unsound = list(measure_faults(at(path, "measure"), rule.measure, setting.target))
        yield from unsound or sense_faults(path, rule, setting)
    match rule:
        case Step():
            yield from _step_faults(path, rule, setting)
        case Band():
            yield from _band_faults(path, rule, setting)
        case Grid():
            yield from _grid_faults(path, rule, setting)
        case Ratio():
            yield from _ratio_faults(path, rule, setting)
        case Linear():
            yield from _linear_faults(path, rule, setting)
        case Count():
            yield from _count_faults(path, rule, setting)
        case _:
            assert_never(rule)


def _needs_points(path: str, rule: Rule, setting: Setting) -> Iterator[Fault]:
    """Refuse rules that start from the full points where an item states none."""
    if setting.full:
        return
    match rule:
        case Ratio() | External():
            needs = True
        case Step():
            needs = rule.base_points is None and setting.role is not Role.PENALTY
        case Count(mode="deduct" | "shortfall"):
            needs = rule.start is None and setting.role is not Role.PENALTY
        case Checklist(mode="deduct") | Judge(mode="deduct"):
            needs = setting.role is not Role.PENALTY
        case Rank():
            needs = rule.linear
        case _:
            needs = False
    if needs:
        yield Fault(path, "scheme.shape_needs_points")


def _option_faults(path: str, rule: Option, setting: Setting) -> Iterator[Fault]:
    if len(rule.levels) < _FEWEST_LEVELS:
        yield Fault(at(path, "levels"), "scheme.too_few_levels")
    for place, level in enumerate(rule.levels):
        here = at(at(path, "levels"), place)
        yield from _points_faults(at(here, "points"), level.points, setting)
        if level.points_to is not None:
            yield from _points_faults(at(here, "points_to"), level.points_to, setting)
            if level.points_to <= level.points:
                yield Fault(at(here, "points_to"), "scheme.level_range")
    yield from _reach_faults(
        at(path, "levels"), [max(level.points, level.points_to or level.points) for level in rule.levels], setting
    )


def _checklist_faults(path: str, rule: Checklist, setting: Setting) -> Iterator[Fault]:
    here = at(path, "elements")
    if not rule.elements:
        yield Fault(here, "scheme.empty_list")
    for place, element in enumerate(rule.elements):
        yield from positive(at(at(here, place), "points"), element.points)
        yield from _points_faults(at(at(here, place), "points"), abs(element.points), setting)
    if rule.mode == "award" and rule.elements:
        total = sum((element.points for element in rule.elements), Fraction(0))
        yield from _points_faults(here, total, setting)
        yield from _reach_faults(here, [total], setting)


def _step_faults(path: str, rule: Step, setting: Setting) -> Iterator[Fault]:
    yield from target_needed(path, rule.measure, setting.target)
    yield from positive(at(path, "step"), rule.step)
    yield from not_negative(at(path, "deduct_per_step"), rule.deduct_per_step)
    yield from not_negative(at(path, "award_per_step"), rule.award_per_step)
    if rule.deduct_per_step == rule.award_per_step == 0:
        yield Fault(path, "scheme.step_without_effect")
    if rule.base_points is not None and not setting.may_take:
        yield from not_negative(at(path, "base_points"), rule.base_points)
    yield from _bounds_faults(path, rule.floor, rule.cap, setting)


def _band_faults(path: str, rule: Band, setting: Setting) -> Iterator[Fault]:
    here = at(path, "bands")
    yield from coverage_faults(here, [row.within for row in rule.bands], stretch(rule.measure), "within")
    for place, row in enumerate(rule.bands):
        yield from _points_faults(at(at(here, place), "points"), row.points, setting)
    yield from _reach_faults(here, [row.points for row in rule.bands], setting)


def _grid_faults(path: str, rule: Grid, setting: Setting) -> Iterator[Fault]:
    yield from measure_faults(at(path, "row_measure"), rule.row_measure, setting.target)
    yield from measure_faults(at(path, "column_measure"), rule.column_measure, setting.target)
    yield from coverage_faults(at(path, "rows"), rule.rows, stretch(rule.row_measure))
    yield from coverage_faults(at(path, "columns"), rule.columns, stretch(rule.column_measure))
    here = at(path, "points")
    if len(rule.points) != len(rule.rows):
        yield Fault(here, "scheme.grid_rows", {"rows": len(rule.rows), "found": len(rule.points)})
    for row, fields in enumerate(rule.points):
        if len(fields) != len(rule.columns):
            yield Fault(at(here, row), "scheme.grid_columns", {"columns": len(rule.columns), "found": len(fields)})
        for column, points in enumerate(fields):
            yield from _points_faults(at(at(here, row), column), points, setting)
    yield from _reach_faults(here, [points for fields in rule.points for points in fields], setting)


def _ratio_faults(path: str, rule: Ratio, setting: Setting) -> Iterator[Fault]:
    yield from target_needed(path, rule.measure, setting.target)
    yield from positive(at(path, "cap_ratio"), rule.cap_ratio)
    if rule.min_ratio is not None:
        yield from not_negative(at(path, "min_ratio"), rule.min_ratio)
        if rule.min_ratio > rule.cap_ratio:
            yield Fault(at(path, "min_ratio"), "scheme.minimum_above_maximum")


def _linear_faults(path: str, rule: Linear, setting: Setting) -> Iterator[Fault]:
    if rule.factor == 0:
        yield Fault(at(path, "factor"), "scheme.factor_zero")
    yield from _bounds_faults(path, rule.floor, rule.cap, setting)


def _count_faults(path: str, rule: Count, setting: Setting) -> Iterator[Fault]:
    yield from positive(at(path, "per_unit"), rule.per_unit)
    yield from not_negative(at(path, "free_units"), rule.free_units)
    if (rule.mode == "shortfall") != (rule.required is not None):
        yield Fault(
            at(path, "required"), "scheme.required_missing" if rule.required is None else "scheme.required_idle"
        )
    if rule.required is not None:
        yield from positive(at(path, "required"), rule.required)
    if rule.floor is not None or rule.cap is not None:
        yield from _bounds_faults(path, rule.floor, rule.cap, setting)


def _rank_faults(path: str, rule: Rank, setting: Setting) -> Iterator[Fault]:
    if rule.linear == bool(rule.table):
        yield Fault(path, "scheme.rank_table_or_linear")
    if rule.table:
        yield from places_faults(at(path, "table"), [(row.first, row.last) for row in rule.table])
        for place, row in enumerate(rule.table):
            yield from _points_faults(at(at(at(path, "table"), place), "points"), row.points, setting)
        yield from _reach_faults(at(path, "table"), [row.points for row in rule.table], setting)
    yield from _points_faults(at(path, "last_points"), rule.last_points, setting)


def _judge_faults(path: str, rule: Judge, setting: Setting) -> Iterator[Fault]:
    if rule.minimum >= rule.maximum:
        yield Fault(at(path, "minimum"), "scheme.minimum_above_maximum")
    for name, points in (("minimum", rule.minimum), ("maximum", rule.maximum)):
        yield from _points_faults(at(path, name), points, setting)
    if rule.mode == "award":
        yield from _reach_faults(at(path, "maximum"), [rule.maximum], setting)
    if rule.increment is not None:
        yield from positive(at(path, "increment"), rule.increment)
        if rule.increment > 0 and (rule.maximum - rule.minimum) % rule.increment != 0:
            yield Fault(at(path, "increment"), "scheme.increment_misses_maximum")


def _composite_faults(path: str, rule: Composite, setting: Setting) -> Iterator[Fault]:
    here = at(path, "parts")
    if not rule.parts:
        yield Fault(here, "scheme.empty_list")
    for place, part in enumerate(rule.parts):
        yield from _part_faults(at(here, place), part, setting)
    yield from _bounds_faults(path, rule.floor, None, setting)
    reach = [part.full if part.cap is None else part.cap for part in rule.parts]
    if reach and None not in reach:
        yield from _reach_faults(here, [sum((most for most in reach if most is not None), Fraction(0))], setting)


def _part_faults(path: str, part: Part, setting: Setting) -> Iterator[Fault]:
    for name, points in (("full", part.full), ("cap", part.cap)):
        if points is not None:
            yield from positive(at(path, name), points)
            yield from _points_faults(at(path, name), points, setting)
    if part.target is not None:
        yield from target_faults(at(path, "target"), part.target)
    inner = replace(
        setting,
        full=setting.full if part.full is None else (part.full,),
        target=part.target or setting.target,
        target_path=setting.target_path if part.target is None else at(path, "target"),
        part=True,
    )
    yield from rule_faults(at(path, "rule"), part.rule, inner)
    if part.waiver is not None:
        yield from measure_faults(at(at(path, "waiver"), "measure"), part.waiver.measure, inner.target)


def _gate_faults(path: str, rule: Gate) -> Iterator[Fault]:
    here = at(path, "conditions")
    if not rule.conditions:
        yield Fault(here, "scheme.empty_list")
    flags = [place for place, condition in enumerate(rule.conditions) if condition.when == "flag"]
    for place in flags[1:]:
        yield Fault(at(here, place), "scheme.flag_twice")
    for place, condition in enumerate(rule.conditions):
        if isinstance(condition, NumberCondition):
            yield from measure_faults(at(at(here, place), "measure"), condition.measure, None)


def _points_faults(path: str, points: Fraction, setting: Setting) -> Iterator[Fault]:
    if points < 0 and not setting.may_take:
        yield Fault(path, "scheme.points_negative", {"found": exact_to_text(points)})
    if setting.full and abs(points) > min(setting.full):
        values = {"found": exact_to_text(points), "full": exact_to_text(min(setting.full))}
        yield Fault(path, "scheme.points_above_full", values)


def _reach_faults(path: str, best: Sequence[Fraction], setting: Setting) -> Iterator[Fault]:
    """Refuse a base item whose full points nobody can earn."""
    if setting.role is Role.BASE and not setting.part and setting.full and best and max(best) < max(setting.full):
        values = {"best": exact_to_text(max(best)), "full": exact_to_text(max(setting.full))}
        yield Fault(path, "scheme.full_unreachable", values)


def _bounds_faults(path: str, floor: Fraction | None, cap: Fraction | None, setting: Setting) -> Iterator[Fault]:
    highest = cap if cap is not None else min(setting.full, default=None)
    if floor is not None and highest is not None and setting.role is not Role.PENALTY and floor > highest:
        yield Fault(at(path, "floor"), "scheme.minimum_above_maximum")
