"""A command line that cannot be understood: one sentence in the language in use, and the usage line."""

import argparse
import re
from typing import NoReturn

from qassess.i18n import _, later

_SENTENCES = (
    (re.compile(r"the following arguments are required: (?P<names>.+)"), later("Missing: {names}.")),
    (
        re.compile(r"argument (?P<name>.+?): invalid choice: '?(?P<found>.*?)'? \(choose from (?P<expected>.+)\)"),
        later("{name}: “{found}” is not possible; expected one of: {expected}."),
    ),
    (
        re.compile(r"argument (?P<name>.+?): invalid \w+ value: '(?P<found>.*)'"),
        later("{name}: “{found}” is no number."),
    ),
    (re.compile(r"argument (?P<name>.+?): expected .*"), later("{name}: the value is missing.")),
    (re.compile(r"argument (?P<name>.+?): ignored explicit argument '(?P<found>.*)'"), later("{name} takes no value.")),
    (re.compile(r"unrecognized arguments: (?P<found>.+)"), later("There is no “{found}” here; is it misspelt?")),
    (re.compile(r"ambiguous option: (?P<name>.+?) could match (?P<expected>.+)"), later("{name} may mean {expected}.")),
)
"""What argparse says -> the sentence said instead."""


class UsageRefused(Exception):
    """The sentence that says what is wrong with a command line, and the usage line of its command."""

    def __init__(self, sentence: str, usage: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.usage = usage


class Parser(argparse.ArgumentParser):
    """A parser that raises :class:`UsageRefused` instead of writing and ending."""

    def error(self, message: str) -> NoReturn:
        """Raise :class:`UsageRefused`."""
        usage = " ".join(self.format_usage().removeprefix("usage: ").split())
        raise UsageRefused(say_usage(message), _("Usage: {usage}").format(usage=usage))


def say_usage(message: str) -> str:
    """Say in the language in use what argparse says in English."""
    for pattern, sentence in _SENTENCES:
        if matched := pattern.fullmatch(message):
            return _(sentence).format(**{name: said.replace("'", "") for name, said in matched.groupdict().items()})
    return _("The command line cannot be understood; see --help.")
