"""First paint of the real window beside a bare PySide6 window with one label, each in fresh processes, in turn.

Run with ``python -m pytest tests/bench/bench_startup.py -m bench -s``. The goal is a ratio of at most 1.5.
"""

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import time

import pytest

ROUNDS = 9
GOAL = 1.5

BARE = """
import time
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time(), flush=True)
        application.exit()

application = QApplication([])
window = Window()
window.setCentralWidget(QLabel("质评通"))
window.resize(1366, 768)
window.show()
application.exec()
"""

REAL = """
import sys
import time
from PySide6.QtWidgets import QApplication
from qassess.app import run_window
from qassess.ui.main_window import MainWindow

def stop(window):
    print(time.time(), flush=True)
    QApplication.exit()

MainWindow._on_first_paint = stop
run_window(sys.argv[1])
"""


def first_paint(program: str, database: Path) -> float:
    """Return the seconds from the start of a fresh process to its first paint."""
    environment = {**os.environ, "HOME": str(database.parent), "XDG_CONFIG_HOME": str(database.parent)}
    environment.pop("QASSESS_HOME", None)  # the way of an ordinary start, preferences read and all
    began = time()
    done = subprocess.run(
        [sys.executable, "-c", program, str(database)], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[0]) - began


@pytest.mark.bench
def test_first_paint_is_near_that_of_a_bare_window(tmp_path: Path) -> None:
    for program in (BARE, REAL):
        first_paint(program, tmp_path / "warm.db")
    bare, real = [], []
    for _round in range(ROUNDS):
        bare.append(first_paint(BARE, tmp_path / "bench.db"))
        real.append(first_paint(REAL, tmp_path / "bench.db"))
    ratio = min(real) / min(bare)
    print(
        f"\nfirst paint: bare window {min(bare) * 1000:.0f} ms (median {median(bare) * 1000:.0f}), "
        f"ours {min(real) * 1000:.0f} ms (median {median(real) * 1000:.0f}), ratio {ratio:.2f}, goal {GOAL}"
    )
    assert ratio <= GOAL
