"""Finding by words, codes and pinyin initials: ``psx`` finds 平顺县."""

from collections.abc import Iterable
from functools import lru_cache


@lru_cache(maxsize=8192)
def initials(words: str) -> str:
    """Return the first letters of the pinyin of every Chinese character; other characters stay.

    >>> initials("平顺县")
    'psx'
    """
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(words, style=Style.FIRST_LETTER)).lower()


def learn(texts: Iterable[str]) -> None:
    """Look the initials of many texts up beforehand, so that the first letter typed does not wait for them."""
    for words in texts:
        if not words.isascii():
            initials(words.lower())


def matches(query: str, texts: Iterable[str]) -> bool:
    """Tell whether every word of the query occurs in one of the texts, as it stands or by its initials."""
    words = query.lower().split()
    known = tuple(text.lower() for text in texts)
    return all(any(word in text or _by_initials(word, text) for text in known) for word in words)


def _by_initials(word: str, text: str) -> bool:
    return word.isascii() and word.isalpha() and not text.isascii() and word in initials(text)
