"""An answers file against the items it answers: what no item asks for is refused with its path, never ignored."""

from collections.abc import Iterator, Mapping

from qassess.domain.answer_shape import unused_fields
from qassess.domain.answers_file import AnswersFile
from qassess.domain.asked_references import asked_references
from qassess.domain.scheme import Item
from qassess.domain.target_check import AskedTarget, asked_targets, read_target
from qassess.errors import Fault, InputRefused


def answer_faults(asked: Mapping[str, Item], answers: AnswersFile) -> Iterator[Fault]:
    """Find entries of items that are not asked, and in the others the fields and references their rules do not use."""
    for item_id, entry in answers.entries.items():
        item = asked.get(item_id)
        if item is None:
            yield Fault(f"entries.{item_id}", "answers.unknown_item", {"item": item_id})
            continue
        for refused in unused_fields(item, entry.answer) if entry.answer else ():
            yield Fault(f"entries.{item_id}.{refused.values['field']}", refused.code, refused.values)
        expected = [known.key for known in asked_references(item)]
        for key in entry.references:
            if key not in expected:
                yield _unasked(f"references.{item_id}.{key}", key, expected)


def _unasked(path: str, key: str, expected: list[str]) -> Fault:
    if not expected:
        return Fault(path, "answers.no_reference", {"found": key})
    return Fault(path, "answers.unasked_reference", {"found": key, "expected": ", ".join(expected)})


def target_faults(asked: Mapping[str, Item], answers: AnswersFile) -> Iterator[Fault]:
    """Find targets nothing asks for, numbers that cannot be, and overrides of the plan's number without a reason."""
    known = known_targets(asked)
    for key, given in answers.targets.items():
        target = known.get(key)
        path = f"targets.{key}"
        if target is None:
            yield Fault(path, "answers.unknown_target", {"found": key})
            continue
        try:
            value = read_target(given.value, target)
        except InputRefused as refused:
            yield Fault(path, refused.code, refused.values)
            continue
        is_own = target.target.agreed or value.removesuffix("%") == target.fixed_in(answers.year)
        if not is_own and not given.reason.strip():
            yield Fault(path, "target.reason_missing", {"item": key})


def known_targets(asked: Mapping[str, Item]) -> dict[str, AskedTarget]:
    """Return the targets that can be agreed for these items, by key."""
    return {target.key: target for item in asked.values() for target in asked_targets(item)}
