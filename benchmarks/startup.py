"""Time from starting the process to the first window, and to the bench in it.

Usage: ``python benchmarks/startup.py [--rounds 7]``; needs a display, or takes Qt's offscreen one.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deepzine_gui.project import Project

_WATCH = """
import sys
import time
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow

class Watch(QObject):
    waits_for = QMainWindow

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, self.waits_for):
            print(time.time(), flush=True)
            if self.waits_for is QMainWindow:
                from deepzine_gui.ui.bench import Bench
                self.waits_for = Bench
            else:
                QApplication.instance().exit()
        return False

app = QApplication([])
watch = Watch()
app.installEventFilter(watch)
from deepzine_gui.ui import open_window
open_window(Path(sys.argv[1]))
"""


def main() -> None:
    """Print medians and extremes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DEEPZINE_STATE"] = str(Path(folder) / "state")
        project = Project.create(Path(folder) / "zine").folder
        paints = [_paints(project) for _ in range(rounds + 1)][1:]
    print(f"medians of {rounds} warm starts:")
    for what, place in (("first paint of the window", 0), ("its bench", 1)):
        seconds = [times[place] for times in paints]
        spread = f"{min(seconds):.2f} to {max(seconds):.2f} s"
        print(f"{what:<26} after {statistics.median(seconds):.2f} s ({spread})")


def _paints(project: Path) -> list[float]:
    """Seconds until the window is painted, and until the bench in it is."""
    start = time.time()
    command = [sys.executable, "-c", _WATCH, str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(moment) - start for moment in done.stdout.split()]


if __name__ == "__main__":
    main()
