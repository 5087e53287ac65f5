"""The self-assessment form (自评打分表) as lines: which fields each item has, and the answer they make.

An item is one line; a composite has one more for each part, a double table for each measure, a count of kinds for each
kind, a gate for each number it asks. Nothing here knows a spreadsheet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from qassess.domain.answers import Answer
from qassess.domain.quantity import Limits, Pair, limits_of, read_measured, read_number, takes_pair
from qassess.domain.rules import (
    Band,
    Checklist,
    Composite,
    Count,
    External,
    FlagCondition,
    Gate,
    Grid,
    Linear,
    Measure,
    MeasureKind,
    NumberCondition,
    Option,
    Rank,
    Ratio,
    Rule,
    Step,
    Text,
)
from qassess.domain.scheme import Item
from qassess.errors import InputRefused

Path = tuple[str, ...]


class Field(StrEnum):
    """The columns of a line that make its answer."""

    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    TICKS = "ticks"


class Kind(StrEnum):
    """What a line asks for. ``NOTHING``: only points and a remark."""

    NOTHING = "nothing"
    NUMBER = "number"
    PAIR = "pair"
    COUNT = "count"
    LEVEL = "level"
    TICKS = "ticks"
    PLACE = "place"
    HAPPENED = "happened"


FIELDS: Final[Mapping[Kind, tuple[Field, ...]]] = {
    Kind.NOTHING: (),
    Kind.NUMBER: (Field.VALUE,),
    Kind.PAIR: (Field.VALUE, Field.NUMERATOR, Field.DENOMINATOR),
    Kind.COUNT: (Field.VALUE,),
    Kind.LEVEL: (Field.VALUE,),
    Kind.TICKS: (Field.TICKS,),
    Kind.PLACE: (Field.VALUE, Field.DENOMINATOR),
    Kind.HAPPENED: (Field.VALUE,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """One line. ``path`` leads from the item's answer to this one; ``label`` names it, ``None`` for the item's own.

    ``levels`` are the words of each level, ``elements`` id and words of each element.
    """

    item: str
    path: Path = ()
    kind: Kind
    label: Text | None = None
    measure: Measure | None = None
    levels: tuple[Text, ...] = ()
    elements: tuple[tuple[str, Text], ...] = ()

    @property
    def key(self) -> str:
        """The line's name in the file: ``ITEM``, or ``ITEM#parts.a``."""
        return f"{self.item}#{'.'.join(self.path)}" if self.path else self.item

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields this line asks for."""
        return FIELDS[self.kind]


def form_lines(item: Item) -> tuple[FormLine, ...]:
    """Return an item's lines, the item's own first. An item asked for several instances takes points only."""
    own = FormLine(item=item.id, kind=Kind.NOTHING)
    if item.instances is not None:
        return (own,)
    lines = tuple(_lines(item.id, item.rule, (), None))
    return lines if lines and not lines[0].path else (own, *lines)


def _lines(item: str, rule: Rule, path: Path, label: Text | None) -> Iterator[FormLine]:
    match rule:
        case Composite():
            for part in rule.parts:
                yield from _lines(item, part.rule, (*path, "parts", part.id), part.label)
        case Grid():
            yield _measured(item, rule.row_measure, (*path, "row"), rule.row_label)
            yield _measured(item, rule.column_measure, (*path, "column"), rule.column_label)
        case Step() | Band() | Ratio() | Linear() | Count():
            yield from _counted(item, rule.measure, path, label)
        case Gate():
            yield from _asked_by_gate(item, rule, path)
        case _:
            yield _shaped(item, rule, path, label)


def _counted(item: str, measure: Measure, path: Path, label: Text | None) -> Iterator[FormLine]:
    if not measure.kinds:
        yield _measured(item, measure, path, label)
    for kind in measure.kinds:
        yield FormLine(item=item, path=(*path, "counts", kind.id), kind=Kind.COUNT, label=kind.label, measure=measure)


def _measured(item: str, measure: Measure, path: Path, label: Text | None) -> FormLine:
    kind = {MeasureKind.COUNT: Kind.COUNT, MeasureKind.FLAG: Kind.HAPPENED}.get(
        measure.kind, Kind.PAIR if takes_pair(measure) else Kind.NUMBER
    )
    return FormLine(item=item, path=path, kind=kind, label=label, measure=measure)


def _asked_by_gate(item: str, rule: Gate, path: Path) -> Iterator[FormLine]:
    if any(isinstance(condition, FlagCondition) for condition in rule.conditions):
        yield FormLine(item=item, path=path, kind=Kind.HAPPENED)
    for condition in rule.conditions:
        if isinstance(condition, NumberCondition):
            yield _measured(item, condition.measure, (*path, "measured", condition.id), condition.label)


def _shaped(item: str, rule: Rule, path: Path, label: Text | None) -> FormLine:
    match rule:
        case Option():
            levels = tuple(level.label for level in rule.levels)
            return FormLine(item=item, path=path, kind=Kind.LEVEL, label=label, levels=levels)
        case Checklist():
            elements = tuple((element.id, element.label) for element in rule.elements)
            return FormLine(item=item, path=path, kind=Kind.TICKS, label=label, elements=elements)
        case Rank():
            return FormLine(item=item, path=path, kind=Kind.PLACE, label=label)
        case External():
            return FormLine(item=item, path=path, kind=Kind.NUMBER, label=label)
        case _:
            return FormLine(item=item, path=path, kind=Kind.NOTHING, label=label)


def line_answer(line: FormLine, typed: Mapping[Field, str]) -> Answer | None:
    """Return the answer of one line, numbers as :func:`qassess.domain.quantity.read_number` keeps them.

    Raises ``InputRefused`` whose ``field`` is the column: the refusal of a number, ``self_form.not_a_level``,
    ``self_form.not_an_element``, ``self_form.not_yes_no`` or ``self_form.not_asked``.
    """
    for field in typed:
        if field not in line.fields:
            raise InputRefused("self_form.not_asked", field=field, found=typed[field])
    if not typed:
        return None
    match line.kind:
        case Kind.LEVEL:
            return Answer(option=_level(line, typed[Field.VALUE]))
        case Kind.TICKS:
            return Answer(checked=_ticks(line, typed[Field.TICKS]))
        case Kind.HAPPENED:
            return Answer(occurred=_happened(typed[Field.VALUE]))
        case Kind.COUNT:
            return Answer(count=_numbers(line, typed)[Field.VALUE])
        case Kind.PLACE:
            numbers = _numbers(line, typed)
            return Answer(value=numbers.get(Field.VALUE), of=numbers.get(Field.DENOMINATOR))
        case _:
            return _measured_answer(line, typed)


def _measured_answer(line: FormLine, typed: Mapping[Field, str]) -> Answer:
    if line.measure is not None and Field.VALUE in typed:
        read = read_measured(typed[Field.VALUE], line.measure)
        if isinstance(read, Pair):
            return Answer(numerator=read.numerator.typed, denominator=read.denominator.typed)
    numbers = _numbers(line, typed)
    return Answer(
        value=numbers.get(Field.VALUE),
        numerator=numbers.get(Field.NUMERATOR),
        denominator=numbers.get(Field.DENOMINATOR),
    )


def _numbers(line: FormLine, typed: Mapping[Field, str]) -> dict[Field, str]:
    numbers: dict[Field, str] = {}
    for field, text in typed.items():
        if field is Field.VALUE and line.measure is not None:
            numbers[field] = read_number(text, limits_of(line.measure, name=field)).typed
        else:
            numbers[field] = read_number(text, Limits(name=field)).typed
    return numbers


_SEPARATORS: Final = str.maketrans(dict.fromkeys("、,;；，|/\n\t。", " "))
_NONE: Final = ("无", "0", "none")
_YES: Final = ("发生", "是", "yes", "y", "happened", "1", "√", "✓")
_NO: Final = ("未发生", "否", "no", "n", "did not happen", "0", "×")


def _level(line: FormLine, text: str) -> int:
    """Read a level: its number, its words, or both (``3 在运行``)."""
    names = [{level.zh, level.en} - {""} for level in line.levels]
    for number, words in enumerate(names, 1):
        accepted = {str(number), *words, *(f"{number} {known}" for known in words)}
        if text in accepted or text.rstrip(".级档 ") == str(number):
            return number
    expected = "、".join(f"{number} {level.zh}" for number, level in enumerate(line.levels, 1))
    raise InputRefused("self_form.not_a_level", field=Field.VALUE, found=text, expected=expected)


def _ticks(line: FormLine, text: str) -> tuple[str, ...]:
    """Read the numbers of the elements that are there: ``1、3``; ``无`` for none of them."""
    if text.lower() in _NONE:
        return ()
    chosen = text.translate(_SEPARATORS).split()
    for one in chosen:
        if not one.isdecimal() or not 1 <= int(one) <= len(line.elements):
            raise InputRefused("self_form.not_an_element", field=Field.TICKS, found=one, count=len(line.elements))
    numbers = {int(one) for one in chosen}
    return tuple(element for number, (element, _words) in enumerate(line.elements, 1) if number in numbers)


def _happened(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise InputRefused("self_form.not_yes_no", field=Field.VALUE, found=text)


def assembled(item: Item, answers: Mapping[Path, Answer]) -> Answer | None:
    """Put the answers of an item's lines together; ``None`` where no line was filled in."""
    return _assembled(item.rule, (), answers)


def _assembled(rule: Rule, path: Path, answers: Mapping[Path, Answer]) -> Answer | None:
    match rule:
        case Composite():
            made = {part.id: _assembled(part.rule, (*path, "parts", part.id), answers) for part in rule.parts}
            parts = {part: answer for part, answer in made.items() if answer is not None}
            return Answer(parts=parts) if parts else None
        case Grid():
            row, column = answers.get((*path, "row")), answers.get((*path, "column"))
            return Answer(row=row, column=column) if row or column else None
        case Gate():
            return _gate(rule, path, answers)
        case Step() | Band() | Ratio() | Linear() | Count() if rule.measure.kinds:
            counts = {
                kind.id: answer.count
                for kind in rule.measure.kinds
                if (answer := answers.get((*path, "counts", kind.id))) and answer.count is not None
            }
            return Answer(counts=counts) if counts else None
        case _:
            return answers.get(path)


def _gate(rule: Gate, path: Path, answers: Mapping[Path, Answer]) -> Answer | None:
    own = answers.get(path)
    numbers = (condition.id for condition in rule.conditions if isinstance(condition, NumberCondition))
    measured = {known: answer for known in numbers if (answer := answers.get((*path, "measured", known)))}
    return replace(own or Answer(), measured=measured) if measured else own
