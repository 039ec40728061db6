"""Stalls and memory of a grid of very many pages: ``python benchmarks/page_grid.py``.

Scrolls, zooms, resizes, filters, sorts and marks a made-up dataset on the Dataset bench, each many
times, and prints the longest time the window could not answer, the median of such times, and the
most processor time that all its threads took in one, which other programs hardly lengthen.
"""

import argparse
import os
import statistics
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
from PySide6.QtWidgets import QApplication, QMainWindow
from stalls import Stalls

from deepzine_gui.dataset import NO_RULES, DocumentRow, PageSettings, Provenance
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.project import Project
from deepzine_gui.ui.dataset import DatasetBench
from deepzine_gui.ui.dataset.choosing import Order
from deepzine_gui.ui.dataset.grid.page_grid import PageGrid
from deepzine_gui.ui.theme import dress

PAGES_A_DOCUMENT = 250
FRAME_S = 0.016


def main() -> None:
    """Make the dataset, drive the grid, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--resolution", type=int, default=128)
    args = parser.parse_args()
    app = QApplication([])
    dress(app, "light")
    with tempfile.TemporaryDirectory() as folder:
        project = Project.create(Path(folder))
        _make(project.dataset, args.pages, args.resolution)
        size = project.dataset.stat().st_size / 1e6
        print(f"{args.pages:,} pages of {args.resolution} px, {size:.0f} MB")
        window = _Window(project)
        window.run()
        window.end()


def _make(path: Path, pages: int, resolution: int) -> None:
    rng = np.random.default_rng(1)
    packed = [
        zlib.compress((rng.random((resolution, resolution)) > 0.1).astype(np.uint8) * 255, 1)
        for _ in range(64)
    ]
    measures = rng.random((pages, 2))
    prints = rng.integers(0, 2**63, pages)
    with Writer(path, PageSettings(resolution=resolution), NO_RULES) as writer:
        for index in range(pages):
            number, page = divmod(index, PAGES_A_DOCUMENT)
            name = f"document {number:04}.pdf"
            if not page:
                writer.add_document(DocumentRow(name, year=1800 + number % 150))
            ink, brightness = measures[index]
            row = Provenance(
                name,
                page + 1,
                ink=float(ink),
                brightness=float(brightness),
                fingerprint=int(prints[index]),
            )
            writer.add_packed(packed[index % len(packed)], row)
        writer.finish()


class _Window:
    """A window with the Dataset bench, and a clock that notices when it cannot answer."""

    def __init__(self, project: Project) -> None:
        self._process = psutil.Process(os.getpid())
        self._project = project
        self._bench = DatasetBench()
        self._host = QMainWindow()
        self._host.setCentralWidget(self._bench)
        self._host.resize(1440, 900)
        self._host.show()
        self._stalls = Stalls()

    def run(self) -> None:
        """Do each thing many times, and print its longest stall."""
        heads = "".join(f"{head:>16}" for head in ("longest stall", "usual stall", "most work"))
        print(f"{'':<20}{'times':>6}{heads}{'memory':>10}")
        self._say("open", 1, self._open)
        parts, grid = self._bench.parts, self._bench.parts.grid
        bar = grid.verticalScrollBar()
        self._say("scroll", 300, lambda step: bar.setValue(bar.value() + 40))
        self._say("jump", 40, lambda step: bar.setValue(bar.maximum() * (step * 7 % 40) // 40))
        self._say("zoom", 40, lambda step: grid.set_page_px(48 + 144 * (step % 20) // 20))
        self._say("smallest", 60, self._scroll_small)
        self._say("resize", 30, lambda step: self._host.resize(1100 + 12 * step, 700 + 6 * step))
        states = ("kept", "all")
        self._say("filter", 20, lambda step: parts.filters.states.choose(states[step % 2]))
        orders: tuple[Order, ...] = ("least ink", "brightest", "likeness", "file")
        self._say("sort", 20, lambda step: parts.ordering.choose(orders[step % 4]))
        self._mark_all("")
        parts.filters.states.choose("kept")
        self._mark_all(" of kept")
        parts.filters.states.choose("all")
        self._say("statistics", 1, lambda step: parts.statistics.fold.click())
        self._mark_all(", counted")

    def end(self) -> None:
        """Close the file and the window."""
        self._stalls.end()
        self._bench.shut_down()
        self._host.close()

    def _mark_all(self, how: str) -> None:
        bench, grid = self._bench, self._bench.parts.grid
        self._say(f"select all{how}", 5, lambda step: grid.selectAll())
        self._say(f"mark all{how}", 6, lambda step: self._mark(grid))
        self._say(f"undo{how}", 6, lambda step: bench.marking.undo())

    def _mark(self, grid: PageGrid) -> None:
        grid.selectAll()
        self._bench.page_commands.toggle.trigger()

    def _open(self, step: int) -> None:
        self._bench.open_project(self._project)
        self._bench.activated()
        while not self._bench.marking.is_open:
            self._stalls.wait(0)

    def _scroll_small(self, step: int) -> None:
        grid = self._bench.parts.grid
        grid.set_page_px(48)
        bar = grid.verticalScrollBar()
        bar.setValue(bar.value() + bar.pageStep())

    def _say(self, name: str, times: int, act: Callable[[int], object]) -> None:
        self._stalls.wait(0.3)
        stalls, work = [], []
        for step in range(times):
            self._stalls.begin()
            act(step)
            self._stalls.wait(FRAME_S if step < times - 1 else 0.3)
            stalls.append(1000 * self._stalls.worst_s)
            work.append(1000 * self._stalls.worst_work_s)
        memory = self._process.memory_info().rss / 1e6
        print(
            f"{name:<20}{times:>6}{max(stalls):>13.0f} ms{statistics.median(stalls):>13.0f} ms"
            f"{max(work):>13.0f} ms{memory:>7.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
