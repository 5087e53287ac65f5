"""The README says what the code does: every command, every layer, every word of the glossary."""

import argparse
import re
import tomllib
from pathlib import Path

import pytest

from qassess.cli.run import build_parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    found = re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"the README has no section {title}"
    return found[1]


def commands(parser: argparse.ArgumentParser, before: str = "") -> set[str]:
    """Return every command that can be run, such as ``schemes list``."""
    below = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        return {before.strip()}
    return {name for word, sub in below[0].items() for name in commands(sub, f"{before} {word}")}


def test_every_command_stands_in_the_readme() -> None:
    table = section("Command line")
    for command in sorted(commands(build_parser())):
        words = command.split()
        assert re.search(rf"`qassess {words[0]}\b", table), command
        assert all(re.search(rf"\b{word}\b", table) for word in words), command


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    known = {command.split()[0] for command in commands(build_parser())}
    assert set(re.findall(r"`qassess ([a-z-]+)", README)) <= known


def test_the_layers_are_those_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    checked = project["tool"]["importlinter"]["contracts"][0]["layers"]
    assert " › ".join(checked) in README


def test_every_word_of_the_glossary_is_used_in_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "qassess").rglob("*.py"))
    rows = re.findall(r"^\| [^|`]+ \| ([^|]+) \|", section("Glossary"), re.MULTILINE)
    names = {name for row in rows for quoted in re.findall(r"`([^`]+)`", row) for name in quoted.split(".")}
    assert len(names) > 40
    assert not {name for name in names if not re.search(rf"\b{name}\b", code)}


@pytest.mark.parametrize("folder", ["qassess", "resources", "db", "tests", ".ci", "build_installer.py"])
def test_the_layout_names_what_is_there(folder: str) -> None:
    assert re.search(rf"^{re.escape(folder)}/?\s", section("How it is built"), re.MULTILINE)
    assert (ROOT / folder).exists()


@pytest.mark.parametrize("path", re.findall(r"`((?:resources|db|tests|\.ci)/[\w./-]+)`", README))
def test_paths_in_the_readme_exist(path: str) -> None:
    assert (ROOT / path).exists()
