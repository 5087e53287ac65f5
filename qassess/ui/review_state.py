"""What review and signature show, made from an assessment's view; plain data, without Qt."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from qassess.domain.lifting import Gain, Lift
from qassess.domain.scheme import GradeByBands, Scheme
from qassess.i18n import _, ngettext
from qassess.ui.radar import Axis
from qassess.ui.texts import shown
from qassess.wording import number, say_fact, say_grade, say_obstacle, say_provisional, say_signer, total_points

if TYPE_CHECKING:
    from qassess.services.sign_off import Obstacle
    from qassess.services.views import AssessmentView

SHOWN_LOSSES = 5
SHOWN_GAINS = 6


@dataclass(frozen=True, slots=True)
class Link:
    """A line that leads to an item, if it is about one."""

    words: str
    item: str


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section's row: title, full, due, earned and scaled points in words."""

    title: str
    numbers: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who signs, or has signed."""

    words: str
    has_signed: bool


@dataclass(frozen=True, slots=True)
class LiftLine:
    """What would lift the grade: a sentence, the items it speaks of, and what is not shown of them."""

    words: str
    items: tuple[Link, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewState:
    """The left half of the screen."""

    obstacles: tuple[Link, ...]
    ready: int
    signatures: int
    total: str
    grade: str
    remarks: tuple[str, ...]
    sections: tuple[SectionLine, ...]
    axes: tuple[Axis, ...]
    losses: tuple[Link, ...]
    lift: LiftLine | None
    signers: tuple[Signer, ...]
    next_role: str


def review_state(
    view: "AssessmentView",
    obstacles: "tuple[Obstacle, ...]",
    losses: tuple[tuple[str, Fraction], ...],
    lift: Lift | None = None,
) -> ReviewState:
    """Return the state of the review screen."""
    scheme, sheet = view.scheme.scheme, view.sheet
    titles = {section.id: shown(section.title) for section in scheme.sections}
    blocked = {obstacle.item_id for obstacle in obstacles}
    scored = [section for section in sheet.sections if section.full]
    return ReviewState(
        obstacles=tuple(Link(say_obstacle(known.code, known.values), known.item_id or "") for known in obstacles),
        ready=sum(item.id not in blocked for item in view.checklist.items),
        signatures=len(view.signatures),
        total=total_points(scheme, sheet.total),
        grade=say_grade(scheme, sheet.grade),
        remarks=tuple(_remarks(view)),
        sections=tuple(
            SectionLine(
                titles[section.section],
                (number(section.full, 2), number(section.due, 2), number(section.points, 2), number(section.scaled, 2)),
            )
            for section in scored
        ),
        axes=tuple(Axis(titles[section.section], _share(section.points, section.due)) for section in scored),
        losses=tuple(_loss(view, item, lost) for item, lost in losses[:SHOWN_LOSSES]),
        lift=lift_line(view, lift) if lift is not None else None,
        signers=signers(view),
        next_role=next_role(view),
    )


def _share(points: Fraction, due: Fraction) -> float:
    return float(points / due) if due else 0.0


def _loss(view: "AssessmentView", item_id: str, lost: Fraction) -> Link:
    item = next(known for known in view.checklist.items if known.id == item_id)
    words = _("{code} {title} (−{points})").format(
        code=view.checklist.codes[item_id], title=shown(item.title), points=number(lost, 2)
    )
    return Link(words, item_id)


def lift_line(view: "AssessmentView", lift: Lift) -> LiftLine:
    """Say which items would lift the grade, or why points alone would not."""
    grade = say_grade(view.scheme.scheme, lift.to)
    if not lift.items and not lift.held_by:
        return LiftLine(_("Even full points in every item would not reach {grade}.").format(grade=grade))
    if not lift.items:
        held = "；".join(say_fact(known) for known in lift.held_by)
        return LiftLine(_("Points alone cannot reach {grade}: {reason}").format(grade=grade, reason=held))
    count = len(lift.items)
    words = ngettext(
        "To reach {grade}, at least {count} item must improve:",
        "To reach {grade}, at least {count} items must improve:",
        count,
    )
    rest = count - SHOWN_GAINS
    more = ngettext("and {count} more", "and {count} more", rest).format(count=rest) if rest > 0 else ""
    shown_gains = tuple(_gain(view, gain) for gain in lift.items[:SHOWN_GAINS])
    return LiftLine(words.format(grade=grade, count=count), shown_gains, more)


def _gain(view: "AssessmentView", gain: Gain) -> Link:
    item = next(known for known in view.checklist.items if known.id == gain.item)
    words = _("{code} {title} (+{points})").format(
        code=view.checklist.codes[gain.item], title=shown(item.title), points=number(gain.points, 2)
    )
    return Link(words, gain.item)


def _remarks(view: "AssessmentView") -> list[str]:
    sheet = view.sheet
    remarks = []
    if sheet.total_unrounded is not None and sheet.total is not None and sheet.total_unrounded != sheet.total:
        remarks.append(
            _("{exact} → {total}, rounded once").format(
                exact=number(sheet.total_unrounded), total=total_points(view.scheme.scheme, sheet.total)
            )
        )
    short = points_to_next_grade(view.scheme.scheme, sheet.total, sheet.computed_grade)
    if short is not None:
        remarks.append(
            _("{points} points short of {grade}").format(
                points=number(short[1]), grade=say_grade(view.scheme.scheme, short[0])
            )
        )
    return remarks + [say_provisional(code) for code in sheet.provisional]


def points_to_next_grade(scheme: Scheme, total: Fraction | None, grade: str | None) -> tuple[str, Fraction] | None:
    """Return the next better grade and the points still missing to it; ``None`` at the top or without bands."""
    rule = scheme.grading.rule
    order = [known.id for known in scheme.grading.grades]
    if not isinstance(rule, GradeByBands) or total is None or grade not in order or order.index(grade) == 0:
        return None
    better = order[order.index(grade) - 1]
    low = next((band.within.low for band in rule.bands if band.grade == better), None)
    return (better, low - total) if low is not None and low > total else None


def signers(view: "AssessmentView") -> tuple[Signer, ...]:
    """Return who has signed, then who is still to sign: the team and the representative."""
    given = tuple(
        Signer(_("{name} {time}").format(name=known.name, time=known.signed_at[11:16]), has_signed=True)
        for known in view.signatures
    )
    names = {known.name for known in view.signatures}
    waiting = [member.name for member in view.agreement.team if member.name not in names]
    if all(known.role != "representative" for known in view.signatures):
        waiting.append(say_signer("representative"))
    return given + tuple(Signer(name, has_signed=False) for name in waiting)


def next_role(view: "AssessmentView") -> str:
    """Return the role that signs next: leader, members, then the representative."""
    given = [known.role for known in view.signatures]
    if "leader" not in given:
        return "leader"
    members = sum(member.role == "member" for member in view.agreement.team)
    return "member" if given.count("member") < members else "representative"
