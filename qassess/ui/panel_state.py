"""What the panel at the right is given to show: clauses, evidence, changes; plain data, without Qt."""

from datetime import datetime
from typing import TYPE_CHECKING

from qassess.domain.answers import Answer, Entry
from qassess.domain.quantity import read_pair, unit_of
from qassess.domain.scheme import Item
from qassess.errors import InputRefused
from qassess.i18n import _
from qassess.ui.item_state import answer_words, measures_of
from qassess.ui.side_panel import ChangeLine, PanelState
from qassess.ui.texts import friendly_time, shown
from qassess.wording import number

if TYPE_CHECKING:
    from qassess.services.edits import Change
    from qassess.services.last_round import LastRound, LastValue
    from qassess.services.views import AssessmentView


def panel_state(
    view: "AssessmentView",
    item: Item,
    changes: "tuple[Change, ...]",
    now: datetime,
    last: "LastRound | None" = None,
) -> PanelState:
    """Return the state of the panel for one item; ``last`` is the round of the year before."""
    clauses = {clause.id: clause for clause in view.scheme.scheme.clauses}
    basis = view.scheme.scheme.basis
    number = basis[0].number if basis else ""
    earlier = (*(change.entry for change in changes[1:]), Entry())
    return PanelState(
        clauses=tuple(
            (clauses[known].quote, _("clause {id} · {document}").format(id=known, document=number))
            for known in item.clauses
            if known in clauses
        ),
        asked=shown(item.evidence.text) if item.evidence else "",
        required=item.evidence.required if item.evidence else 0,
        changes=tuple(
            ChangeLine(
                change.revision,
                friendly_time(change.at, now),
                _("{who}: {what}").format(who=change.author, what=change_words(item, change.entry, before)),
                change.is_current,
            )
            for change, before in zip(changes, earlier, strict=False)
        ),
        locked=view.locked,
        last=last_lines(item, last),
    )


def last_lines(item: Item, last: "LastRound | None") -> tuple[str, ...]:
    """Return what was there the year before: the body's own value, or those of the bodies it was made of."""
    known = last.items.get(item.id) if last is not None else None
    if last is None or known is None:
        return ()
    single = len(last.bodies) == 1 and not last.missing
    lines = [_last_value(item, value, named=not single) for value in known.values]
    if known.pooled is not None:
        together = " · ".join(filter(None, (answer_words(item, known.pooled), _rate(item, known.pooled))))
        lines.append(_("together: {value}").format(value=together))
    lines += [_("{body}: not in this database").format(body=body.name) for body in last.missing]
    return tuple(lines)


def _last_value(item: Item, value: "LastValue", *, named: bool) -> str:
    scored = ""
    if value.points is not None:
        full = f" / {number(value.full)}" if value.full is not None else ""
        scored = _("{points} points").format(points=f"{number(value.points, 2)}{full}")
    said = " · ".join(filter(None, (answer_words(item, value.answer), _rate(item, value.answer), scored)))
    return _("{body}: {value}").format(body=value.body.name, value=said) if named else said


def _rate(item: Item, answer: Answer) -> str:
    """Return what a pair comes to, in the measure's unit."""
    measures = measures_of(item.rule)
    if not measures or answer.numerator is None or answer.denominator is None:
        return ""
    try:
        pair = read_pair(answer.numerator, answer.denominator, measures[0])
    except InputRefused:
        return ""
    rate = pair.numerator.exact / pair.denominator.exact * measures[0].per
    return f"{number(rate, 2)} {unit_of(measures[0])}".strip()


def change_words(item: Item, entry: Entry, before: Entry) -> str:
    """Return what one revision changed: the answer, or whatever else it is that differs from the one before."""
    if entry.answer != before.answer:
        return answer_words(item, entry.answer)
    changed = (
        (entry.flagged != before.flagged, _("flagged") if entry.flagged else _("flag taken off")),
        (
            entry.adjustment != before.adjustment,
            _("points adjusted") if entry.adjustment else _("adjustment taken off"),
        ),
        (len(entry.evidence) > len(before.evidence), _("evidence added")),
        (len(entry.evidence) < len(before.evidence), _("evidence removed")),
        (entry.references != before.references, _("reference values")),
        (entry.note != before.note, _("note")),
        (entry.self_assessment != before.self_assessment, _("self-assessment taken in")),
        (entry.differs_because != before.differs_because, _("why it differs")),
    )
    return next((words for is_so, words in changed if is_so), answer_words(item, entry.answer))
