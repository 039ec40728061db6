"""Scans before and after cleaning, and time: ``python benchmarks/page_settings.py FOLDER OUT.png``.

The folder holds folders of pictures, one for each kind of scan. Wrong ones are counted by eye.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from deepzine_gui.pages import PageSettings
from deepzine_gui.pages.cleaning import Cleaned, clean

COLUMNS = 12
CELL_PX = (100, 136)
GROUND, BACK = 96, 255

Scan = NDArray[np.uint8]


def main() -> None:
    """Clean every scan, print a table by kind, and draw some of them before and after."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of folders of scanned pages")
    parser.add_argument("out", type=Path, help="contact sheet to write")
    parser.add_argument("--pages", type=int, default=60, help="pages on the contact sheet")
    parser.add_argument("--seed", type=int, default=3, help="chooses those pages by chance")
    parser.add_argument("--first", type=int, help="show the pages from this one on, none left out")
    args = parser.parse_args()
    paths = sorted(p for p in args.folder.glob("*/*") if p.suffix.lower() in (".jpg", ".jpeg"))
    if args.first is None:
        chance = np.random.default_rng(args.seed)
        places = chance.choice(len(paths), min(args.pages, len(paths)), replace=False).tolist()
    else:
        places = list(range(args.first, min(len(paths), args.first + args.pages)))
    shown = {paths[place]: place for place in places}
    print(f"{'kind':<36}{'scans':>7}{'split':>7}{'area kept':>11}{'ms CPU':>8}")
    cells = []
    for kind in sorted({path.parent for path in paths}):
        cells += _clean_kind(kind.name, [p for p in paths if p.parent == kind], shown)
    _draw(cells).save(args.out, optimize=True)


def _clean_kind(
    kind: str, paths: Sequence[Path], shown: dict[Path, int]
) -> list[tuple[int, Scan, list[Cleaned]]]:
    """Clean the scans of one kind, print its row, return those to be shown."""
    settings = PageSettings()
    split, kept, seconds, cells = 0, [], 0.0, []
    for path in paths:
        with Image.open(path) as image:
            image.draft("L", (1024, 1024))
            scan = np.asarray(image.convert("L"))
        began = time.process_time()
        pieces = clean(scan, settings)
        seconds += time.process_time() - began
        split += len(pieces) == 2
        kept.append(sum(piece.pixels.size for piece in pieces) / scan.size)
        if path in shown:
            cells.append((shown[path], scan, pieces))
    each_ms = 1000 * seconds / len(paths)
    print(f"{kind:<36}{len(paths):>7}{split:>7}{np.mean(kept):>11.0%}{each_ms:>8.1f}", flush=True)
    return cells


def _draw(cells: Sequence[tuple[int, Scan, list[Cleaned]]]) -> Image.Image:
    """Draw each page above what became of it."""
    width, height = CELL_PX
    across, down = width + 6, 2 * height + 20
    rows = -(-len(cells) // COLUMNS)
    sheet = Image.new("L", (COLUMNS * across, rows * down), GROUND)
    pen = ImageDraw.Draw(sheet)
    for place, (number, scan, pieces) in enumerate(cells):
        x, y = place % COLUMNS * across + 3, place // COLUMNS * down
        pen.text((x, y), str(number), fill=BACK)
        _paste(sheet, scan, x, y + 12, width, height)
        share = width // len(pieces)
        for part, piece in enumerate(pieces):
            left = x + part * (share + 1)
            _paste(sheet, piece.pixels, left, y + height + 15, share - part, height)
    return sheet


def _paste(sheet: Image.Image, page: Scan, x: int, y: int, width: int, height: int) -> None:
    image = Image.fromarray(page)
    image.thumbnail((width, height), Image.Resampling.LANCZOS)
    sheet.paste(image, (x, y))


if __name__ == "__main__":
    main()
