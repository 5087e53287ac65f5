"""Where commands write: words to standard output, one plain sentence to standard error."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse gives it no public name

DONE, NO, CANNOT = 0, 1, 2


@dataclass(slots=True)
class Console:
    """The two streams of one run."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)

    def say(self, line: str = "") -> None:
        """Write a line for people."""
        self.out.write(line + "\n")

    def complain(self, sentence: str) -> None:
        """Write the one sentence that says why something cannot be done."""
        self.err.write(sentence + "\n")

    def show_json(self, document: Mapping[str, Any] | Sequence[Any]) -> None:
        """Write a JSON document; numbers in it are decimal strings already."""
        self.out.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
