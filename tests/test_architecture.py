"""The rules of the house: layers, sizes, names, top level, changelog, and what may be imported when."""

import ast
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "qassess"

TOP_LEVEL = {
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "build_installer.py",
    "db",
    "pyproject.toml",
    "qassess",
    "resources",
    "tests",
    "uv.lock",
}
PRODUCED = {"build", "demo-out", "dist"}

LONGEST_FILE = 400
LONG_FILES = {
    "qassess/domain/rules.py": "the whole rule model side by side: one frozen class per shape",
}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "data", "info"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def functions() -> Iterator[tuple[str, int]]:
    """Yield each function of the package and its length in lines, docstring left out."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.name}", _length(node)


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))",
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_go_only_to_the_right() -> None:
    checked = lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("qassess/new_place.py", '"""A module nobody placed."""'),
        ("qassess/domain/exact.py", "import qassess.storage"),
        ("qassess/domain/exact.py", "import sqlite3"),
        ("qassess/signing/__init__.py", "import qassess.documents"),
        ("qassess/services/bodies.py", "from sqlalchemy import select"),
        ("qassess/ui/__init__.py", "from reportlab.lib import colors"),
        ("qassess/services/bodies.py", "from PySide6.QtCore import QObject"),
        ("qassess/storage/__init__.py", "import pandas"),
    ],
)
def test_a_wrong_import_breaks_a_contract(tmp_path: Path, module: str, line: str) -> None:
    shutil.copytree(PACKAGE, tmp_path / "qassess", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as changed:
        changed.write(f"\n{line}\n")
    checked = lint_imports(tmp_path)
    assert checked.returncode != 0, checked.stdout
    assert "BROKEN" in checked.stdout or "new_place" in checked.stdout + checked.stderr


def test_functions_are_short() -> None:
    lengths = dict(functions())
    longest = sorted(lengths.items(), key=lambda pair: pair[1])[-10:]
    assert statistics.median(lengths.values()) <= 10
    assert statistics.quantiles(lengths.values(), n=20)[-1] <= 40, longest


def test_functions_are_simple() -> None:
    ruff = Path(sys.executable).with_name("ruff")
    checked = subprocess.run(
        [ruff, "check", "--no-cache", "--select", "C901", "--output-format", "concise", PACKAGE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_files_are_short_or_long_for_a_reason() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    long = {name for name, count in lines.items() if count > LONGEST_FILE}
    assert long == set(LONG_FILES)


def test_modules_have_telling_names() -> None:
    assert not {path.stem for path in modules()} & VAGUE_NAMES


def test_top_level_is_as_the_customer_fixed_it() -> None:
    present = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert present - PRODUCED == TOP_LEVEL


def test_changelog_has_an_unreleased_section_with_something_in_it() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased = re.search(r"^## \[Unreleased\]\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    assert unreleased
    assert re.search(r"^- \S", unreleased[1], re.MULTILINE)


@pytest.mark.parametrize("command", ["sh .ci/demo", "sh .ci/test"])
def test_the_two_commands_stand_in_readme_and_ci(command: str) -> None:
    assert f"\n{command}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def imported_by(statement: str) -> set[str]:
    """Return the top-level packages loaded after a statement in a fresh interpreter."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(shown.stdout.splitlines()[-1].split())


def test_the_main_window_is_imported_without_the_heavy_libraries() -> None:
    loaded = imported_by("import qassess.ui.main_window")
    assert "PySide6" in loaded
    heavy = {"reportlab", "pyhanko", "openpyxl", "alembic", "sqlalchemy", "pikepdf", "pypdfium2", "cryptography"}
    assert not loaded & heavy


def test_the_command_line_is_imported_without_qt() -> None:
    loaded = imported_by("import qassess.cli, qassess.__main__")
    assert "qassess" in loaded
    assert not loaded & {"PySide6", "shiboken6"}


@pytest.mark.parametrize(
    "arguments", [["--help"], ["schemes", "list"], ["schemes", "show", "changzhi-2015"], ["bodies"]]
)
def test_commands_work_where_there_is_no_qt(arguments: list[str]) -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.modules['PySide6'] = None; from qassess.__main__ import main; raise SystemExit(main())",
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()
