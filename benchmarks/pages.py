"""Speed and memory of a whole dataset build: ``python benchmarks/pages.py FOLDER``."""

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

from deepzine_gui.dataset import build, open_dataset
from deepzine_gui.pages import PageSettings

RESOLUTIONS = (64, 128, 512, 1024)


def main() -> None:
    """Build from a folder of documents at each size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of documents: PDF files, pictures")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="worker processes")
    parser.add_argument("--colour", choices=("grey", "rgb"), default="grey")
    args = parser.parse_args()
    print(f"{args.folder.name}, {args.colour}, {args.workers} workers")
    head = ("px", "pages", "pages/s", "seconds", "CPU ms", "MB file", "MB worker")
    print("".join(f"{name:>11}" for name in head))
    for resolution in RESOLUTIONS:
        settings = PageSettings(resolution=resolution, colour=args.colour)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "pages.h5"
            used = _used_s()
            seconds = _timed(args.folder, out, settings, args.workers)
            used = _used_s() - used
            with open_dataset(out) as dataset:
                pages = dataset.count
            size_mb = out.stat().st_size / 1e6
        # of all builds so far, the worker that took most
        worker_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        row = f"{resolution:>11}{pages:>11,}{pages / seconds:>11.0f}{seconds:>11.1f}"
        print(f"{row}{used * 1e3 / pages:>11.2f}{size_mb:>11.1f}{worker_mb:>11.0f}", flush=True)


def _used_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _timed(source: Path, out: Path, settings: PageSettings, workers: int) -> float:
    began = time.perf_counter()
    for _ in build([source], out, settings=settings, workers=workers):
        pass
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
