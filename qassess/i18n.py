"""Translation without Qt: the same words on screen, on paper, in workbooks and on the command line.

The English sentence in the code is the key; every other language is a gettext catalogue under ``resources/locale``,
one file per owner (``wording``, ``documents``, ``ui``, ``cli``) and searched as one. Texts are looked up when they are
shown, never at import: a table of texts marks its sentences with :func:`later` and calls :func:`_` when it speaks.
"""

import gettext as library
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import MappingProxyType

from qassess.locations import ShippedFilesMissing, resources

LANGUAGES: Mapping[str, str] = MappingProxyType({"zh": "简体中文", "en": "English"})
"""Code and own name of every language, the default first."""

DOMAINS = ("wording", "documents", "ui", "cli")
"""The catalogues in the order in which they are searched."""

_DEFAULT = "zh"


class _Current:
    """The language of the process: one window, one language."""

    code = _DEFAULT


_borrowed: ContextVar[str | None] = ContextVar("borrowed language", default=None)


def use_language(code: str) -> None:
    """Choose the language of the process; an unknown code (of a settings file from elsewhere) means the default."""
    _Current.code = code if code in LANGUAGES else _DEFAULT


def language() -> str:
    """Return the code of the language in which texts are looked up here and now."""
    return _borrowed.get() or _Current.code


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Look texts up in another language inside a ``with``: a document may be printed in one that is not the screen's.

    Holds for the running thread only. An unknown code means the default language.
    """
    token = _borrowed.set(code if code in LANGUAGES else _DEFAULT)
    try:
        yield
    finally:
        _borrowed.reset(token)


def _(message: str, /, *, language: str | None = None) -> str:
    """Return the sentence in the given language, else in the current one; English where no catalogue has it."""
    return _catalogue(_code(language)).gettext(message)


def ngettext(singular: str, plural: str, count: int, /, *, language: str | None = None) -> str:
    """Return the sentence that fits a count; ``{count}`` is still to be filled in by the caller."""
    return _catalogue(_code(language)).ngettext(singular, plural, count)


def pgettext(context: str, message: str, /, *, language: str | None = None) -> str:
    """Return a text whose English word has several meanings; the context says which one."""
    return _catalogue(_code(language)).pgettext(context, message)


def later(message: str, /) -> str:
    """Mark a sentence for the catalogue and return it unchanged; :func:`_` translates it when it is shown."""
    return message


def _code(asked: str | None) -> str:
    return language() if asked is None else asked


@cache
def _catalogue(code: str) -> library.NullTranslations:
    """Return all catalogues of a language chained into one; without any, English answers."""
    chained = library.NullTranslations()
    for domain in reversed(DOMAINS):
        found = _one_catalogue(domain, code)
        if found is not None:
            found.add_fallback(chained)
            chained = found
    return chained


def _one_catalogue(domain: str, code: str) -> library.NullTranslations | None:
    try:
        return library.translation(domain, str(resources() / "locale"), languages=[code])
    except (OSError, struct.error, UnicodeDecodeError, ShippedFilesMissing):
        # A missing or damaged catalogue costs the translation, never the program: English is in the code.
        return None
