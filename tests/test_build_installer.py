"""The installer's plan names everything that ships; building it is tried by hand on the target system."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def build_installer(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "build_installer.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def plan() -> dict[str, object]:
    shown = build_installer("--plan", "tar", "deb", "windows")
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)


def test_help_names_every_kind() -> None:
    shown = build_installer("--help")
    assert shown.returncode == 0
    assert all(kind in shown.stdout for kind in ("tar", "deb", "windows"))


def test_the_plan_ships_every_resource_migration_and_module(plan) -> None:
    for folder in ("resources", "db"):
        lying = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert set(plan["shipped"][folder]) == lying
        assert lying
        assert any(option.endswith(f":{folder}") for option in plan["pyinstaller"])
    assert "qassess/locations.py" in plan["modules"]


def test_libraries_collected_whole_are_dependencies(plan) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    required = {re.split(r"[\[>=]", dependency)[0] for dependency in project["dependencies"]}
    options = plan["pyinstaller"]
    whole = {options[place + 1] for place, option in enumerate(options) if option == "--collect-all"}
    parts_of_others = {"pyhanko_certvalidator", "pypdfium2_raw"}
    assert whole - parts_of_others <= required
    assert plan["version"] == project["version"]


def test_what_is_missing_is_said_in_one_sentence(tmp_path: Path) -> None:
    tried = build_installer("windows", "--out", str(tmp_path))
    assert tried.returncode == 2
    assert tried.stderr.count("\n") == 1
    assert "--python-embed" in tried.stderr


def test_an_unknown_kind_is_refused() -> None:
    assert build_installer("appimage", "--plan").returncode == 2
