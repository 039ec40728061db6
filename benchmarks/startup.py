"""Time from starting the process to the first window, and the parts of it.

Usage: ``python benchmarks/startup.py [--rounds 7]``; needs a display, or takes Qt's offscreen one.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

_WATCH = """
import time
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            print(time.time(), flush=True)
            QApplication.instance().exit()
        return False

app = QApplication([])
watch = Watch()
app.installEventFilter(watch)
from deepzine_gui.ui import open_window
open_window(None)
"""


def main() -> None:
    """Print the median and the extremes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    seconds = [_first_paint() for _ in range(rounds + 1)][1:]
    print(f"first paint of the window after {statistics.median(seconds):.2f} s (median of {rounds}")
    print(f"warm starts; {min(seconds):.2f} to {max(seconds):.2f} s)")


def _first_paint() -> float:
    start = time.time()
    command = [sys.executable, "-c", _WATCH]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[0]) - start


if __name__ == "__main__":
    main()
