"""One module finds what ships with the program: in a checkout, an installed wheel and a frozen build."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import platformdirs
import pytest

from qassess import locations

ROOT = Path(__file__).parents[1]
ASK = "from qassess import locations as found; print(found.resources(), found.database_scripts(), sep='\\n')"


def test_a_checkout_has_them_beside_the_package() -> None:
    assert locations.resources() == ROOT / "resources"
    assert locations.database_scripts() == ROOT / "db"


def test_a_frozen_build_has_them_in_its_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "resources").mkdir()
    (tmp_path / "db").mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert locations.is_frozen()
    assert locations.resources() == tmp_path / "resources"
    assert locations.database_scripts() == tmp_path / "db"


def test_an_incomplete_installation_says_where_it_looked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    with pytest.raises(locations.ShippedFilesMissing, match=r"resources not found in .+"):
        locations.resources()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(built, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_a_wheel_carries_every_resource_and_migration(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    lying = {
        f"qassess/_shipped/{path.relative_to(ROOT).as_posix()}"
        for folder in ("resources", "db")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert lying <= packed
    assert not [name for name in packed if "__pycache__" in name or name.startswith(("tests/", "resources/", "db/"))]


@pytest.mark.slow
def test_an_installed_wheel_has_them_inside_the_package(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-cache-dir", wheel]
    subprocess.run(install, check=True, capture_output=True)
    resources, database_scripts = map(Path, said(tmp_path, python, "-c", ASK).splitlines())
    assert resources.is_relative_to(tmp_path / "venv")
    assert (resources / "fonts" / "NotoSansSC_400Regular.ttf").is_file()
    assert (resources / "bodies" / "bodies.csv").is_file()
    assert (database_scripts / "migrations").is_dir()
    assert "changzhi-2015" in said(tmp_path, python.with_name("qassess"), "schemes", "list")


def said(folder: Path, *command: str | Path) -> str:
    """Return what a program of the fresh environment prints.

    The libraries come from the environment of the tests; PYTHONPATH leads to no editable installation.
    """
    libraries = {**os.environ, "PYTHONPATH": str(Path(platformdirs.__file__).parents[1])}
    ran = subprocess.run(command, cwd=folder, env=libraries, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_users_folders_follow_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QASSESS_HOME")
    assert locations.default_database() == Path(platformdirs.user_data_dir("qassess", appauthor=False)) / "qassess.db"
    assert locations.settings_file().parent == Path(platformdirs.user_config_dir("qassess", appauthor=False))
    assert locations.log_folder() == Path(platformdirs.user_log_dir("qassess", appauthor=False))


def test_a_portable_copy_keeps_everything_in_one_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QASSESS_HOME", str(tmp_path))
    for place in (locations.default_database(), locations.settings_file(), locations.log_folder()):
        assert place.is_relative_to(tmp_path)
    assert not list(tmp_path.iterdir()), "asking for a place creates nothing"
