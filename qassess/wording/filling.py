"""Put values into a sentence. Chinese sets a space between a figure and a character, none between two characters."""

from string import Formatter

_FORMATTER = Formatter()


def filled(sentence: str, /, **values: object) -> str:
    """Return the sentence with its placeholders filled in; ``{{`` and ``}}`` stand for braces.

    A space of the sentence beside a value is dropped where Chinese characters or marks would stand on both sides of
    it: ``每低 {step} 扣`` makes both ``每低 1 个百分点扣`` and ``每低 5 % 扣``. Values themselves are never changed.

    >>> filled("每低 {step} 扣", step="1 个百分点"), filled("每低 {step} 扣", step="5 %")
    ('每低 1 个百分点扣', '每低 5 % 扣')
    """
    said = ""
    after_value = False
    for literal, name, _format, _conversion in _FORMATTER.parse(sentence):
        joined = literal[1:] if after_value and _is_idle_space(said, literal) else literal
        value = "" if name is None else str(values[name])
        said += joined
        if said.endswith(" ") and _is_chinese(said[-2:-1]) and _is_chinese(value[:1]):
            said = said[:-1]
        said += value
        after_value = name is not None
    return said


def _is_idle_space(before: str, literal: str) -> bool:
    return literal.startswith(" ") and _is_chinese(before[-1:]) and _is_chinese(literal[1:2])


def _is_chinese(character: str) -> bool:
    """Tell characters and full-width marks from letters, figures, signs and nothing."""
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef" or character in tuple("“”—")
