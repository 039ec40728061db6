"""Stalls and memory of a grid of very many pages: ``python benchmarks/page_grid.py``.

Scrolls, zooms, resizes, filters, sorts and marks a made-up dataset on the Dataset bench's own
widgets, and prints for each the longest time the window could not answer, and the most processor
time its thread was at work between two answers, which other programs do not lengthen.
"""

import argparse
import os
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from deepzine_gui.dataset import NO_RULES, DocumentRow, PageSettings, Provenance
from deepzine_gui.dataset.store import Writer
from deepzine_gui.ui.dataset.choosing import Order
from deepzine_gui.ui.dataset.layout import Parts
from deepzine_gui.ui.dataset.marking import Marking
from deepzine_gui.ui.dataset.page_commands import PageCommands
from deepzine_gui.ui.dataset.viewing import Viewing
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
        path = Path(folder) / "pages.h5"
        _make(path, args.pages, args.resolution)
        print(f"{args.pages:,} pages of {args.resolution} px, {path.stat().st_size / 1e6:.0f} MB")
        window = _Window(path)
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
    """The bench's view of a dataset, and a clock that notices when the window cannot answer."""

    def __init__(self, path: Path) -> None:
        self._process = psutil.Process(os.getpid())
        self._host = QMainWindow()
        bench = QWidget()
        self._owner = QObject()
        self._parts = Parts(self._owner)
        self._viewing = Viewing(self._parts, self._owner)
        self._marking = Marking(self._owner)
        self._commands = PageCommands(self._parts, self._viewing, self._marking)
        self._marking.changed.connect(self._viewing.show_marks)
        self._parts.ordering.order_chosen.connect(self._viewing.set_order)
        self._parts.lay_out(bench)
        self._parts.middle.setCurrentIndex(1)
        self._host.setCentralWidget(bench)
        self._host.resize(1440, 900)
        self._host.show()
        self._beat = QTimer(interval=1)
        self._beat.timeout.connect(self._note)
        self._last, self._last_busy = time.perf_counter(), time.thread_time()
        self._worst = self._worst_busy = 0.0
        self._beat.start()
        self._path = path

    def run(self) -> None:
        """Do each thing many times, and print its longest stall."""
        print(f"{'':<12}{'times':>6}{'longest stall':>16}{'at work':>16}{'memory':>10}")
        self._say("open", 1, self._open)
        grid, parts = self._parts.grid, self._parts
        bar = grid.verticalScrollBar()
        self._say("scroll", 300, lambda step: bar.setValue(bar.value() + 40))
        self._say("jump", 40, lambda step: bar.setValue(bar.maximum() * (step * 7 % 40) // 40))
        self._say("zoom", 40, lambda step: grid.set_page_px(48 + 144 * (step % 20) // 20))
        self._say("smallest", 60, lambda step: self._scroll_small(step))
        self._say("resize", 30, lambda step: self._host.resize(1100 + 12 * step, 700 + 6 * step))
        states = ("kept", "all")
        self._say("filter", 20, lambda step: parts.filters.states.choose(states[step % 2]))
        orders: tuple[Order, ...] = ("least ink", "brightest", "likeness", "file")
        self._say("sort", 20, lambda step: parts.ordering.choose(orders[step % 4]))
        self._say("select all", 5, lambda step: grid.selectAll())
        self._say("mark all", 6, lambda step: self._commands.toggle.trigger())
        self._say("undo", 6, lambda step: self._marking.undo())
        parts.statistics.fold.click()
        self._say("statistics", 60, lambda step: None)

    def end(self) -> None:
        """Close the file and the window."""
        self._beat.stop()
        self._marking.close()
        self._viewing.close()
        self._parts.panel.shut_down()
        self._host.close()

    def _open(self, step: int) -> None:
        self._viewing.opened.connect(
            lambda opened: self._marking.open(self._path, self._viewing.table, opened.rules)
        )
        self._viewing.open(self._path)
        while not self._viewing.table.count:
            QApplication.processEvents()

    def _scroll_small(self, step: int) -> None:
        grid = self._parts.grid
        grid.set_page_px(48)
        bar = grid.verticalScrollBar()
        bar.setValue(bar.value() + bar.pageStep())

    def _say(self, name: str, times: int, act: Callable[[int], object]) -> None:
        self._wait(0.3)
        self._worst = self._worst_busy = 0.0
        for step in range(times):
            act(step)
            self._wait(FRAME_S)
        self._wait(0.3)
        memory = self._process.memory_info().rss / 1e6
        print(
            f"{name:<12}{times:>6}{1000 * self._worst:>13.0f} ms"
            f"{1000 * self._worst_busy:>13.0f} ms{memory:>7.0f} MB",
            flush=True,
        )

    def _wait(self, seconds: float) -> None:
        ends = time.perf_counter() + seconds
        while True:
            QApplication.processEvents()
            self._note()
            if time.perf_counter() > ends:
                return

    def _note(self) -> None:
        now, busy = time.perf_counter(), time.thread_time()
        self._worst = max(self._worst, now - self._last)
        self._worst_busy = max(self._worst_busy, busy - self._last_busy)
        self._last, self._last_busy = now, busy


if __name__ == "__main__":
    main()
