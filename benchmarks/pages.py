"""Pages a second of a whole dataset build at three sizes: ``python benchmarks/pages.py FOLDER``."""

import argparse
import os
import tempfile
import time
from pathlib import Path

from deepzine_gui.dataset import build, open_dataset
from deepzine_gui.pages import PageSettings

RESOLUTIONS = (64, 128, 512)


def main() -> None:
    """Build from a folder of documents at each size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of documents: PDF files, pictures")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="worker processes")
    parser.add_argument("--colour", choices=("grey", "rgb"), default="grey")
    args = parser.parse_args()
    print(f"{args.folder.name}, {args.colour}, {args.workers} workers")
    print(f"{'px':>6}{'pages':>10}{'pages/s':>10}{'seconds':>10}{'MB':>10}")
    for resolution in RESOLUTIONS:
        settings = PageSettings(resolution=resolution, colour=args.colour)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "pages.h5"
            seconds = _timed(args.folder, out, settings, args.workers)
            with open_dataset(out) as dataset:
                pages = dataset.count
            size_mb = out.stat().st_size / 1e6
        row = f"{resolution:>6}{pages:>10,}{pages / seconds:>10.0f}"
        print(f"{row}{seconds:>10.1f}{size_mb:>10.1f}", flush=True)


def _timed(source: Path, out: Path, settings: PageSettings, workers: int) -> float:
    began = time.perf_counter()
    for _ in build([source], out, settings=settings, workers=workers):
        pass
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
