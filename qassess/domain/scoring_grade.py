"""From total to grade: bands or rank, then downgrades, then caps, then the fixed grade of a veto; the worst wins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qassess.domain.answers import AnswerSheet
from qassess.domain.checklist import Checklist
from qassess.domain.facts import fact
from qassess.domain.rules import CapGrade, Downgrade, FixGrade
from qassess.domain.scheme import GradeByBands, GradeByRank, Scheme
from qassess.domain.score_sheet import Fact, FactValue, ItemScore, SectionScore, State
from qassess.domain.scoring_context import Trail, labelled
from qassess.domain.scoring_gates import ScoredGate, grade_values
from qassess.domain.scoring_tables import contains
from qassess.domain.scoring_totals import Total


@dataclass(frozen=True, slots=True)
class Grades:
    """The grade as computed and as it stands after downgrades, caps and vetoes; ``None`` where there is none."""

    computed: str | None
    final: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What grading looks at beside the total: gates, sections (rescaled) and items of one body."""

    scheme: Scheme
    checklist: Checklist
    sheet: AnswerSheet
    gates: Sequence[ScoredGate]
    sections: Sequence[SectionScore]
    items: Mapping[str, ItemScore]


@dataclass(frozen=True, slots=True)
class _Limit:
    """A grade the result may not be better than, and the fact that says why (without before and after)."""

    grade: str
    code: str
    values: Mapping[str, FactValue]


def grade_total(standing: Standing, total: Total, trail: Trail) -> Grades:
    """Return both grades; a grade by rank waits for the body's place in its round."""
    computed = _computed(standing, total, trail)
    if computed is None:
        return Grades(None, None)
    order = [known.id for known in standing.scheme.grading.grades]
    place = order.index(computed)
    for scored in _in_force(standing):
        if isinstance(scored.gate.effect, Downgrade):
            lowered = min(place + scored.gate.effect.levels, len(order) - 1)
            values = {**_item(scored), "levels": scored.gate.effect.levels}
            trail.facts.append(_changed(standing.scheme, "grade.down", values, order[place], order[lowered]))
            place = lowered
    for limit in (*_caps(standing), *_fixed(standing)):
        limited = max(place, order.index(limit.grade))
        trail.facts.append(_changed(standing.scheme, limit.code, limit.values, order[place], order[limited]))
        place = limited
    return Grades(computed, order[place])


def _computed(standing: Standing, total: Total, trail: Trail) -> str | None:
    match standing.scheme.grading.rule:
        case GradeByBands() as rule:
            return _by_band(standing.scheme, rule, total, trail)
        case GradeByRank() as rule:
            return _by_rank(standing, rule, trail)


def _by_band(scheme: Scheme, rule: GradeByBands, total: Total, trail: Trail) -> str | None:
    tested = total.rounded if rule.tested_on == "rounded" else total.exact
    band = next((band for band in rule.bands if contains(band.within, tested)), None)
    if band is None:
        trail.note("grade.no_band", total=tested, tested_on=rule.tested_on)
        return None
    trail.note("grade.band", total=tested, tested_on=rule.tested_on, **grade_values(scheme, band.grade))
    return band.grade


def _by_rank(standing: Standing, rule: GradeByRank, trail: Trail) -> str | None:
    """Return the grade of the body's place; provisional until the round is closed."""
    sheet = standing.sheet
    if not sheet.round_closed:
        trail.provisional.add("grade_rank")
    if sheet.place is None:
        trail.note("grade.rank_open")
        return None
    sharing = max(sheet.sharing_place, 1)
    place = sheet.place + sharing - 1 if rule.ties == "worst" else sheet.place
    row = next((row for row in rule.places if row.first <= place <= (row.last or place)), None)
    if row is None:
        trail.note("grade.no_place", place=place)
        return None
    named = grade_values(standing.scheme, row.grade)
    if sharing == 1:
        trail.note("grade.rank", place=place, **named)
    else:
        trail.note("grade.rank_tied", place=sheet.place, sharing=sharing, ties=rule.ties, **named)
    return row.grade


def _in_force(standing: Standing) -> Iterator[ScoredGate]:
    return (scored for scored in standing.gates if scored.state.in_force)


def _caps(standing: Standing) -> Iterator[_Limit]:
    for scored in _in_force(standing):
        if isinstance(scored.gate.effect, CapGrade):
            grade = scored.gate.effect.grade
            values = {**_item(scored), **_named(standing.scheme, grade, "cap")}
            yield _Limit(grade, "grade.capped_by_gate", values)
    yield from _section_minimums(standing)
    yield from _key_items(standing)


def _section_minimums(standing: Standing) -> Iterator[_Limit]:
    """Test each section's minimum on exact points; a wholly not-applicable section is out, a zeroed one has 0."""
    scores = {score.section: score for score in standing.sections}
    for section, _ in standing.checklist.sections:
        score = scores[section.id]
        minimum, grade = section.minimum_share, section.minimum_grade
        if minimum is None or grade is None or not score.due:
            continue
        share = score.points / score.due if score.scaled else Fraction(0)
        if share < minimum:
            values: dict[str, FactValue] = {"section": section.id, **labelled(section.title, name="title")}
            tested = {"share": share, "minimum": minimum}
            yield _Limit(grade, "grade.capped_by_section", values | tested | _named(standing.scheme, grade, "cap"))


def _key_items(standing: Standing) -> Iterator[_Limit]:
    """Test each key item on exact points (adjusted, where adjusted); one that is not applicable is out of the test."""
    for item in standing.checklist.items:
        score = standing.items[item.id]
        key = item.key_item
        if key is None or score.state is not State.SCORED or not score.full or score.points is None:
            continue
        share = score.points / score.full
        if share < key.minimum_share:
            values: dict[str, FactValue] = {"item": item.id, **labelled(item.title, name="title")}
            tested = {"share": share, "minimum": key.minimum_share}
            cap = _named(standing.scheme, key.grade, "cap")
            yield _Limit(key.grade, "grade.capped_by_key_item", values | tested | cap)


def _fixed(standing: Standing) -> Iterator[_Limit]:
    for scored in _in_force(standing):
        if isinstance(scored.gate.effect, FixGrade):
            grade = scored.gate.effect.grade
            values = {**_item(scored), **_named(standing.scheme, grade, "fixed")}
            yield _Limit(grade, "grade.fixed", values)


def _item(scored: ScoredGate) -> Mapping[str, FactValue]:
    return {"item": scored.item.id, **labelled(scored.item.title, name="title")}


def _named(scheme: Scheme, grade: str, name: str) -> dict[str, FactValue]:
    values = grade_values(scheme, grade)
    return {name: grade, f"{name}_label": values["label"], f"{name}_label_en": values["label_en"]}


def _changed(scheme: Scheme, code: str, values: Mapping[str, FactValue], before: str, after: str) -> Fact:
    """Say what a grade was and what it has become; both are named even where nothing changes."""
    return fact(code, **values, **_named(scheme, before, "before"), **_named(scheme, after, "after"))
