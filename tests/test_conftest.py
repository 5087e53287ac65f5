"""The guards of conftest.py do fail what they guard against."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

CAREFUL_AND_CARELESS = """
import os
import threading
from pathlib import Path

from PySide6.QtCore import QThread, qWarning
from PySide6.QtWidgets import QLabel, QPushButton

kept = []


def test_passes_with_a_window_it_hands_over(qtbot):
    label = QLabel("质评通")
    qtbot.addWidget(label)
    label.show()


def test_fails_with_a_window_left_open(qtbot):
    kept.append(QLabel("left"))
    kept[-1].show()


def test_fails_with_an_exception_in_a_slot(qtbot):
    button = QPushButton()
    qtbot.addWidget(button)
    button.clicked.connect(lambda: 1 / 0)
    button.click()


def test_fails_with_a_warning_of_qt(qtbot):
    qWarning("something is wrong")


def test_fails_with_a_warning_of_python():
    import warnings

    warnings.warn("something is old", DeprecationWarning)


def test_passes_with_a_thread_that_ends():
    threading.Timer(0.05, lambda: None).start()


def test_fails_with_a_thread_left_running():
    threading.Thread(target=threading.Event().wait, daemon=True).start()


def test_fails_with_a_qthread_left_running(qtbot):
    thread = QThread()
    thread.start()
    kept.append(thread)


def test_passes_once_the_qthread_was_ended(qtbot):
    kept[-1].quit()
    assert kept[-1].wait(5000)


def test_fails_without_its_golden_file(golden):
    golden("never/written.txt", "anything")


def test_passes_with_the_same_text_as_its_golden_file(golden):
    golden("same.txt", "一\\n")


def test_fails_with_another_text_than_its_golden_file(golden):
    golden("same.txt", "二\\n")


def test_passes_with_folders_of_its_own(user_folders):
    from qassess.locations import data_folder, settings_file

    assert data_folder().is_relative_to(user_folders)
    assert settings_file().is_relative_to(user_folders)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tests" / "golden").mkdir(parents=True)
    (tmp_path / "resources").symlink_to(TESTS.parent / "resources")
    shutil.copy(TESTS / "conftest.py", tmp_path / "tests")
    shutil.copy(TESTS.parent / "pyproject.toml", tmp_path)
    (tmp_path / "tests" / "golden" / "same.txt").write_text("一\n", encoding="utf-8", newline="\n")
    (tmp_path / "tests" / "test_care.py").write_text(CAREFUL_AND_CARELESS, encoding="utf-8")
    return tmp_path


def run_pytest(project: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False).stdout


@pytest.mark.slow
def test_each_carelessness_fails_and_care_passes(project: Path) -> None:
    shown = run_pytest(project)
    bad = set(re.findall(r"^(?:FAILED|ERROR) \S+::test_(\w+)", shown, re.MULTILINE))
    good = set(re.findall(r"^PASSED \S+::test_(\w+)", shown, re.MULTILINE)) - bad
    names = set(re.findall(r"def test_(\w+)", CAREFUL_AND_CARELESS))
    assert bad == {name for name in names if name.startswith("fails")}, shown
    assert good == {name for name in names if name.startswith("passes")}, shown


def test_golden_files_are_rewritten_on_request(project: Path) -> None:
    shown = run_pytest(project, "--rewrite-golden", "-k", "golden_file")
    assert "3 passed" in shown
    assert (project / "tests" / "golden" / "never" / "written.txt").read_text(encoding="utf-8") == "anything"
    assert (project / "tests" / "golden" / "same.txt").read_text(encoding="utf-8") == "二\n"
