"""Which editor an item gets: one for each shape of rule."""

from typing import assert_never

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
    Option,
    Rank,
    Ratio,
    Rule,
    Step,
)
from qassess.domain.scheme import Item
from qassess.i18n import _
from qassess.ui.entry_editors.base import EntryEditor
from qassess.ui.entry_editors.composed import CompositeEditor, GridEditor, InstancesEditor, PartEditor
from qassess.ui.entry_editors.gate import GateEditor
from qassess.ui.entry_editors.judged import ExternalEditor, JudgeEditor, RankEditor
from qassess.ui.entry_editors.levels import LevelsEditor
from qassess.ui.entry_editors.measures import measure_editor
from qassess.ui.entry_editors.ticks import TicksEditor
from qassess.ui.texts import shown
from qassess.ui.theme import Tokens


def item_editor(item: Item, tokens: Tokens) -> EntryEditor:
    """Return the editor for an item, its instances included."""
    if item.instances is not None:
        return InstancesEditor(item.instances, lambda: rule_editor(item.rule, tokens))
    return rule_editor(item.rule, tokens)


def rule_editor(rule: Rule, tokens: Tokens, part: str = "") -> EntryEditor:
    """Return the editor for one rule; as a part of a composite its number is named by the ``part``."""
    match rule:
        case Option():
            return LevelsEditor(tokens, rule)
        case Checklist():
            return TicksEditor(rule)
        case Step() | Band() | Ratio() | Linear() | Count():
            label = part or (_("Count") if isinstance(rule, Count) else _("Value"))
            return measure_editor(rule.measure, label, with_source=not part)
        case Grid():
            return GridEditor(rule)
        case Composite() | Gate():
            return _composed(rule, tokens)
        case Rank() | Judge() | External():
            return _judged(rule)
        case _:
            assert_never(rule)


def _composed(rule: Composite | Gate, tokens: Tokens) -> EntryEditor:
    if isinstance(rule, Gate):
        return GateEditor(tokens, rule)
    return CompositeEditor(
        tuple(PartEditor(part, rule_editor(part.rule, tokens, part=shown(part.label))) for part in rule.parts)
    )


def _judged(rule: Rank | Judge | External) -> EntryEditor:
    match rule:
        case Rank():
            return RankEditor()
        case Judge():
            return JudgeEditor(rule)
        case External():
            return ExternalEditor(rule)
        case _:
            assert_never(rule)
