"""Stalls and memory of very many items found: ``python benchmarks/scouting.py [--items 100000]``.

A search of a made-up archive on the loopback, in a process of its own, streams into the Collect
bench; then the table is scrolled, sorted and narrowed and the choice is changed, each many times,
and a fifth of the items is put into the queue.
Printed are the longest and the median time the window could not answer, the same of the processor
time its thread was at work in them, which other programs hardly lengthen, and the memory of the
window's process.
"""

import argparse
import json
import multiprocessing
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from stalls import Stalls

from deepzine_gui.project import Project
from deepzine_gui.ui.collect import CollectBench
from deepzine_gui.ui.collect.columns import Column
from deepzine_gui.ui.theme import dress

MOST_AT_ONCE = 100
"""Items of the queue that may have come or failed before the last of them is seen to wait."""
NAMES = [
    "annual",
    "report",
    "bulletin",
    "marine",
    "laboratory",
    "notes",
    "fishes",
    "algae",
    "coast",
]
WORDS = [*NAMES, "of", "the", "on", "museum", "Boletín", "oficial", "república", "sección"]
LICENCES = ("http://creativecommons.org/publicdomain/mark/1.0/", "", "")


def main() -> None:
    """Serve the items, drive the bench, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=100_000)
    count = parser.parse_args().items
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there, count))
    server.start()
    os.environ["DEEPZINE_ARCHIVE_HOST"] = f"127.0.0.1:{here.recv()}"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DEEPZINE_STATE"] = folder
        app = QApplication([])
        dress(app, "light")
        window = _Window(Project.create(Path(folder) / "zine"))
        try:
            window.run(count)
        finally:
            window.end()
            server.terminate()
            server.join()


def serve(port: "Connection[Any, Any]", count: int) -> None:
    """Answer metadata and searches as the archive does, until the process is ended."""
    items = _items(count)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            kind = "collection" if name == "everything" else "texts"
            files = [{"name": "a.pdf", "format": "Text PDF", "size": "2000000", "md5": "0" * 32}]
            self._send({"metadata": {"identifier": name, "mediatype": kind}, "files": files})

        def do_POST(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            start, length = int(asked.get("cursor", ["0"])[0]), int(asked["count"][0])
            page = items[start : start + length]
            answer: dict[str, Any] = {"items": page, "count": len(page), "total": count}
            if start + length < count:
                answer["cursor"] = str(start + length)
            self._send(answer)

        def log_message(self, *args: Any) -> None:
            return

        def _send(self, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.send(http.server_address[1])
    threading.Thread(target=http.serve_forever).start()


def _items(count: int) -> list[dict[str, Any]]:
    chance = random.Random(1)
    creators = [" ".join(chance.choices(WORDS, k=3)).title() for _ in range(count // 5 + 1)]
    return [
        {
            "identifier": f"{chance.choice(NAMES)}{number:06}",
            "title": " ".join(chance.choices(WORDS, k=chance.randint(4, 12))).capitalize(),
            "creator": chance.choice(creators),
            "year": str(chance.randint(1600, 2020)),
            "language": chance.choice(["eng", "spa", "ger", "fre", "English", "jpn"]),
            "imagecount": chance.randint(4, 900),
            "item_size": chance.randint(10**6, 10**9),
            "downloads": chance.randint(0, 10**5),
            "licenseurl": chance.choice(LICENCES),
            "collection": ["everything"] + ["inlibrary"] * (number % 9 == 0),
            "format": ["Text PDF", "DjVuTXT", "Single Page Processed JP2 ZIP"],
        }
        for number in range(count)
    ]


class _Window:
    """A window with the Collect bench, and a clock that notices when it cannot answer."""

    def __init__(self, project: Project) -> None:
        self._process = psutil.Process(os.getpid())
        self._bench = CollectBench()
        self._host = QMainWindow()
        self._host.setCentralWidget(self._bench)
        self._host.resize(1440, 900)
        self._host.show()
        self._bench.open_project(project)
        self._stalls = Stalls()
        self._highest = 0

    def run(self, count: int) -> None:
        """Do each thing many times, and print its longest stall."""
        heads = ("longest stall", "usual stall", "longest work", "usual work")
        print(f"{'':<24}{'times':>6}{''.join(f'{head:>16}' for head in heads)}{'memory':>10}")
        self._stalls.wait(1)
        print(f"before the search: {self._memory():.0f} MB")
        self._search("search", count)
        scout = self._bench.scout
        table, bar = scout.table, scout.table.verticalScrollBar()
        self._say("scroll", 200, lambda step: bar.setValue(bar.value() + 3))
        self._say("jump", 40, lambda step: bar.setValue(bar.maximum() * (step * 7 % 40) // 40))
        for column in (Column.YEAR, Column.SIZE, Column.TITLE, Column.CREATOR, Column.LANGUAGE):
            self._say(
                f"sort by {column.title.lower()}", 6, lambda step, c=column: self._sort(c, step)
            )
        self._type("type a word", "laboratory")
        self._type("type a rare word", "marine000")
        field = scout.filters.first_year
        self._say("type a year", 8, lambda step: field.setText("1900"[: step % 5]))
        scout.filters.clear()
        way = scout.take_bar.way
        self._say("choose otherwise", 12, lambda step: way.setCurrentIndex(step % 4))
        self._say("take 20,000", 6, lambda step: scout.take_bar.count.setValue(20_000 + step))
        self._say("select all", 4, lambda step: table.selectAll())
        self._say("tick all", 4, lambda step: QTest.keyClick(table, Qt.Key.Key_Space))
        self._sort(Column.TITLE, 0)
        self._search("search, sorted", count)
        self._download(count // 5)
        print(f"highest memory: {self._highest / 1e6:.0f} MB")

    def end(self) -> None:
        """Close the window."""
        self._stalls.end()
        self._bench.shut_down()
        self._host.close()

    def _search(self, name: str, count: int) -> None:
        self._stalls.begin()
        began = time.perf_counter()
        self._bench.search("everything")
        while self._bench.scout.is_searching:
            self._stalls.wait(0.1)
            self._memory()
        seconds = time.perf_counter() - began
        found = len(self._bench.scout.model.listing)
        if found != count:
            raise SystemExit(f"only {found:,} items came")
        self._stalls.wait(2)
        print(
            f"{name:<24}{'':>6}{1000 * self._stalls.worst_s:>13.0f} ms{'':>16}"
            f"{1000 * self._stalls.worst_busy_s:>13.0f} ms{'':>16}{self._memory():>7.0f} MB"
            f"   {seconds:.1f} s",
            flush=True,
        )

    def _download(self, count: int) -> None:
        """Put so many items into the queue, until all of them are seen to wait; then stop."""
        listing, downloads = self._bench.scout.model.listing, self._bench.downloads
        items = [listing.item(row) for row in range(count)]
        self._stalls.wait(0.5)
        self._stalls.begin()
        wall, busy = time.perf_counter(), time.thread_time()
        downloads.take(items)
        while int(listing.is_queued().sum()) < count - MOST_AT_ONCE and downloads.is_busy:
            self._stalls.wait(0.1)
        wall, busy = time.perf_counter() - wall, time.thread_time() - busy
        print(
            f"{f'download {count:,}':<24}{'':>6}{1000 * self._stalls.worst_s:>13.0f} ms{'':>16}"
            f"{1000 * self._stalls.worst_busy_s:>13.0f} ms{'':>16}{self._memory():>7.0f} MB"
            f"   {wall:.1f} s, {busy:.1f} s of them work",
            flush=True,
        )
        downloads.bar.stop.click()
        while downloads.is_busy:
            self._stalls.wait(0.1)

    def _sort(self, column: Column, step: int) -> None:
        order = Qt.SortOrder.DescendingOrder if step % 2 else Qt.SortOrder.AscendingOrder
        self._bench.scout.table.sortByColumn(column, order)

    def _type(self, name: str, word: str) -> None:
        field = self._bench.scout.filters.words
        field.clear()
        self._say(name, len(word), lambda step: QTest.keyClicks(field, word[step]))
        self._say(
            f"{name} away", len(word), lambda step: QTest.keyClick(field, Qt.Key.Key_Backspace)
        )

    def _say(self, name: str, times: int, act: Callable[[int], object]) -> None:
        self._stalls.wait(0.5)
        stalls, work = [], []
        for step in range(times):
            self._stalls.begin()
            act(step)
            self._stalls.wait(0.1)
            stalls.append(1000 * self._stalls.worst_s)
            work.append(1000 * self._stalls.worst_busy_s)
        print(
            f"{name:<24}{times:>6}{max(stalls):>13.0f} ms{statistics.median(stalls):>13.0f} ms"
            f"{max(work):>13.0f} ms{statistics.median(work):>13.0f} ms{self._memory():>7.0f} MB",
            flush=True,
        )

    def _memory(self) -> float:
        now = self._process.memory_info().rss
        self._highest = max(self._highest, now)
        return now / 1e6


if __name__ == "__main__":
    main()
