"""Images a second of random batches, and what packing costs: ``python benchmarks/batches.py``."""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import psutil

from deepzine_gui.dataset import open_dataset
from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.pages import PageSettings

BATCH = 64
SECONDS = 4.0
PACKINGS: dict[str, dict[str, Any]] = {
    "gzip 1": {"compression": "gzip", "compression_opts": 1},
    "lzf": {"compression": "lzf"},
    "none": {},
}


def main() -> None:
    """Measure on the pages of a dataset, or on made-up text pages, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path, nargs="?", help="dataset file of 512 px or more")
    parser.add_argument("--pages", type=int, default=4000, help="pages in each file")
    args = parser.parse_args()
    print(f"{'px':>5}{'from':>8}{'images/s':>10}{'MB used':>9}")
    for resolution in (128, 512):
        pages = _pages(args.dataset, resolution)
        with tempfile.TemporaryDirectory() as folder:
            _batches(Path(folder) / "pages.h5", pages, resolution, args.pages)
    print(f"\n{'px':>5}{'packing':>9}{'reads/s':>9}{'kB a page':>11}")
    for resolution in (128, 512):
        pages = _pages(args.dataset, resolution)
        for name, packing in PACKINGS.items():
            with tempfile.TemporaryDirectory() as folder:
                _packing(Path(folder) / "pages.h5", pages, name, packing)


def _pages(dataset: Path | None, resolution: int) -> np.ndarray:
    """Up to 300 pages, (n, R, R)."""
    if dataset is not None:
        with open_dataset(dataset) as opened:
            places = np.linspace(0, opened.count - 1, min(300, opened.count)).astype(int)
            return opened.thumbnails(places.tolist(), resolution)[:, 0]
    rng = np.random.default_rng(0)
    pages = np.full((300, resolution, resolution), 250, np.uint8)
    margin, line = resolution // 8, max(2, resolution // 64)
    for top in range(margin, resolution - margin, 2 * line):
        ink = rng.integers(30, 250, (300, line, resolution - 2 * margin))
        pages[:, top : top + line, margin : resolution - margin] = ink[:, :, :]
    return pages


def _batches(path: Path, pages: np.ndarray, resolution: int, count: int) -> None:
    with Writer(path, PageSettings(resolution=resolution)) as writer:
        for number in range(count):
            writer.add(pages[number % len(pages)][None], Provenance("a", number + 1))
        writer.finish()
    for place, limit in (("file", 0), ("memory", 4_000_000_000)):
        before = psutil.Process().memory_info().rss
        batches = Batches(path, resolution=resolution, memory_limit_bytes=limit)
        rng = np.random.default_rng(0)
        speed = BATCH * _per_second(lambda: batches.draw(BATCH, rng))  # noqa: B023
        used_mb = (psutil.Process().memory_info().rss - before) / 1e6
        batches.close()
        print(f"{resolution:>5}{place:>8}{speed:>10,.0f}{used_mb:>9.0f}", flush=True)


def _packing(path: Path, pages: np.ndarray, name: str, packing: dict[str, Any]) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("images", data=pages, chunks=(1, *pages.shape[1:]), **packing)
    rng = np.random.default_rng(0)
    with h5py.File(path, rdcc_nbytes=0) as file:
        images = file["images"]
        speed = _per_second(lambda: images[rng.integers(len(pages))])
    size_kb = path.stat().st_size / len(pages) / 1e3
    print(f"{pages.shape[-1]:>5}{name:>9}{speed:>9,.0f}{size_kb:>11.1f}", flush=True)


def _per_second(call: Callable[[], object]) -> float:
    began, calls = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        call()
        calls += 1
    return calls / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
