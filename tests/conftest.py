"""What every test relies on: no display, no settings of the person at this machine, nothing left behind.

``golden("derivations/pingshun.txt", text)`` compares a text with the file under ``tests/golden``;
``pytest --rewrite-golden`` writes the files anew, to be read as a diff before they are committed.
"""

import atexit
import gc
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import hypothesis
import pytest

# Before PySide6 is imported anywhere: without a display Qt would end the whole test process.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Before any product code runs, also in programs that tests start.
os.environ["QASSESS_HOME"] = tempfile.mkdtemp(prefix="qassess-tests-")
atexit.register(shutil.rmtree, os.environ["QASSESS_HOME"], ignore_errors=True)
# A machine without any language set: Qt warns of it, and a warning fails the test.
if not any("utf" in os.environ.get(name, "").lower() for name in ("LC_ALL", "LC_CTYPE", "LANG")):
    os.environ["LC_ALL"] = "C.UTF-8"

TESTS = Path(__file__).parent
RESOURCES = TESTS.parent / "resources"
PATIENCE = 3.0  # seconds a thread that is told to end may take

hypothesis.settings.register_profile("ci", max_examples=60, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("long", max_examples=2000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="write the files under tests/golden anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with a file under tests/golden."""
    rewrite = request.config.getoption("--rewrite-golden")

    def check(name: str, actual: str) -> None:
        path = TESTS / "golden" / name
        if rewrite:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8", newline="\n")
        assert path.is_file(), f"tests/golden/{name} is missing: run pytest --rewrite-golden and read the diff"
        assert actual == path.read_text(encoding="utf-8"), f"differs from tests/golden/{name}"

    return check


@pytest.fixture(autouse=True)
def user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test user folders of its own; the real ones are never read or written."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("QASSESS_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread running or, where it used Qt, a window or QThread alive."""
    with_qt = "qapp" in request.fixturenames
    if with_qt:
        request.getfixturevalue("_fonts")
    threads = set(threading.enumerate())
    windows = _windows() if with_qt else []
    yield
    if with_qt:
        left = [window for window in _windows() if window not in windows]
        assert not left, f"windows left open: {left}"
        running = _running_qthreads()
        assert not running, f"QThreads left running: {running}"
    still_alive = _alive_after_patience(set(threading.enumerate()) - threads)
    assert not still_alive, f"threads left running: {still_alive}"


@pytest.fixture(scope="session")
def _fonts(qapp: object) -> None:
    """Load the fonts that ship with the program: a bare machine has none at all."""
    from PySide6.QtGui import QFontDatabase

    for name in ("NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf"):
        assert QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / name)) >= 0, name


def _windows() -> list[object]:
    """Return the top-level widgets alive once Qt and Python have cleared away what is due."""
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return QApplication.topLevelWidgets()


def _running_qthreads() -> list[object]:
    from PySide6.QtCore import QThread, QThreadPool
    from shiboken6 import isValid

    QThreadPool.globalInstance().waitForDone(int(PATIENCE * 1000))
    main = QThread.currentThread()
    known = [found for found in gc.get_objects() if issubclass(type(found), QThread)]
    return [
        thread
        for thread in known
        if isValid(thread) and thread is not main and thread.isRunning() and not thread.wait(int(PATIENCE * 1000))
    ]


def _alive_after_patience(threads: set[threading.Thread]) -> list[threading.Thread]:
    until = monotonic() + PATIENCE
    own = [thread for thread in threads if not _belongs_to_the_runner(thread)]
    for thread in own:
        if not isinstance(thread, threading._DummyThread):  # a thread of Qt's: nothing to join
            thread.join(max(0.0, until - monotonic()))
    return [thread for thread in own if thread.is_alive() and not isinstance(thread, threading._DummyThread)]


def _belongs_to_the_runner(thread: threading.Thread) -> bool:
    return "execnet" in thread.name or "execnet" in getattr(type(thread), "__module__", "")


def pytest_report_header() -> str:
    return f"python {sys.version.split()[0]}, QT_QPA_PLATFORM={os.environ['QT_QPA_PLATFORM']}"
