"""CPU time a page: pdftoppm with float resizing, bare PDFium, and ours, side by side.

``python benchmarks/rendering.py FOLDER [--scans FOLDER]`` prints Markdown tables. FOLDER holds PDF
files; JPEG files of the other folder are wrapped into PDFs, a page each: those as large as archives
keep them, and some of the small ones, drawn by chance, both enlarged to that size and as they are.
The command pdftoppm (poppler-utils) must be installed.

Ours is what a build does: count, render, clean, measure, write shards, and merge them. Bare
is pypdfium2 on its own, each page at a whole multiple of its size in the square, as it would be
drawn to be reduced afterwards; ``ssim.py`` tells how alike each multiple is. All take turns, a
document at a time, on one core.
"""

import argparse
import ctypes
import os
import random
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np
import pypdfium2
from PIL import Image

from deepzine_gui.dataset import Rules
from deepzine_gui.dataset.building.held import Piece
from deepzine_gui.dataset.building.merging import merge
from deepzine_gui.dataset.building.shards import work_on
from deepzine_gui.dataset.building.spans import Span, blocks
from deepzine_gui.dataset.building.tasks import Added, Task
from deepzine_gui.dataset.values import DocumentRow
from deepzine_gui.pages import Document, PageSettings, new_desk, placing
from deepzine_gui.pages.drawing import draw
from deepzine_gui.pages.making import draw_trimmed, scan_size
from deepzine_gui.pages.pdf import PdfPages, open_pdf
from deepzine_gui.pages.raw_pages import TypesetPage

MULTIPLES = {128: (3, 4), 512: (2, 3, 4), 1024: (2, 3)}
RESOLUTIONS = tuple(MULTIPLES)
DPI = 150
LEAST_PAGES = 10
PAGES_A_SCAN = 20
LONG_SIDE_PT = 700
ARCHIVE_PX = 2800
LEAST_ARCHIVE_PX = 2000


def main() -> None:
    """Measure typeset documents, then scans, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder of PDF files")
    parser.add_argument("--scans", type=Path, help="folder of JPEG files")
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--old", type=int, default=40, help="pages rendered the old way")
    parser.add_argument("--pictures", type=int, default=60, help="scans taken of that folder")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    paths = sorted(args.folder.rglob("*.pdf"))
    documents = _chosen(paths, args.pages, is_scan=False)
    _table("Typeset", documents, args, MULTIPLES)
    if args.scans:
        _measure_scans(sorted(args.scans.rglob("*.jp*g")), args)


def _measure_scans(pictures: Sequence[Path], args: argparse.Namespace) -> None:
    whole = [path for path in pictures if _long_side(path) >= LEAST_ARCHIVE_PX]
    small = [path for path in pictures if path not in whole]
    random.Random(0).shuffle(small)
    small = small[: args.pictures]
    with tempfile.TemporaryDirectory() as folder:
        large = _enlarged(small, Path(folder))
        kinds = {"as archives hold them": whole, "enlarged": large, "reduced": small}
        for kind, chosen in kinds.items():
            if chosen:
                scans = _wrapped(chosen, Path(folder) / kind)
                _table(f"Scans, {kind}", scans, args, dict.fromkeys(RESOLUTIONS, (1,)))
                _decoding(scans)


def _long_side(path: Path) -> int:
    with Image.open(path) as image:
        return max(image.size)


def _chosen(paths: list[Path], pages: int, *, is_scan: bool) -> list[Path]:
    """Take documents at random until they have so many pages, each with some but not too many."""
    random.Random(0).shuffle(paths)
    chosen, count = [], 0
    for path in paths:
        with open_pdf(path) as opened:
            length = len(opened)
            with opened.page(1) as page:
                fits = hasattr(page, "original_px") is is_scan
        if fits and LEAST_PAGES <= length <= pages // 5 and count < pages:
            chosen.append(path)
            count += length
    return chosen


def _enlarged(pictures: Sequence[Path], folder: Path) -> list[Path]:
    """Write the pictures as JPEG files whose longer side has `ARCHIVE_PX` pixels."""
    written = [folder / f"{number:05}.jpg" for number in range(len(pictures))]
    for path, to in zip(pictures, written, strict=True):
        with Image.open(path) as image:
            factor = ARCHIVE_PX / max(image.size)
            size = round(image.width * factor), round(image.height * factor)
            image.resize(size, Image.Resampling.LANCZOS).save(to, quality=90)
    return written


def _wrapped(pictures: Sequence[Path], folder: Path) -> list[Path]:
    """Write the JPEG files, byte for byte, into PDF files."""
    folder.mkdir()
    for first in range(0, len(pictures), PAGES_A_SCAN):
        pdf = pypdfium2.PdfDocument.new()
        for path in pictures[first : first + PAGES_A_SCAN]:
            image = pypdfium2.PdfImage.new(pdf)
            image.load_jpeg(path, inline=True)
            width, height = (
                LONG_SIDE_PT * s / max(image.get_px_size()) for s in image.get_px_size()
            )
            image.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
            page = pdf.new_page(width, height)
            page.insert_obj(image)
            page.gen_content()
        pdf.save(folder / f"{first:05}.pdf")
        pdf.close()
    return sorted(folder.glob("*.pdf"))


def _table(
    title: str,
    documents: list[Path],
    args: argparse.Namespace,
    multiples: Mapping[int, Sequence[int]],
) -> None:
    counts = {path: _count(path) for path in documents}
    total = sum(counts.values())
    few = _first(documents, counts, args.old)
    print(f"\n{title}: {total} pages of {len(documents)} documents; CPU ms a page\n")
    print("| px | pdftoppm | ours | times faster | bare, and its share of ours |")
    print("|---|---|---|---|---|", flush=True)
    for resolution in RESOLUTIONS:
        settings = PageSettings(resolution=resolution)
        turns = _turns(documents, settings, args.rounds, multiples[resolution])
        ours, *bare = (1e3 * statistics.median(way) / total for way in zip(*turns, strict=True))
        shares = [statistics.median(t[way + 1] / t[0] for t in turns) for way in range(len(bare))]
        old = 1e3 * sum(_cpu(partial(_old, path, resolution)) for path in few)
        old /= sum(counts[path] for path in few)
        told = (
            f"{factor}×: {ms:.2f}, {share:.2f}"
            for factor, ms, share in zip(multiples[resolution], bare, shares, strict=True)
        )
        row = f"{old:.0f} | {ours:.2f} | {old / ours:.0f} | {'; '.join(told)}"
        print(f"| {resolution} | {row} |", flush=True)


def _turns(
    documents: list[Path], settings: PageSettings, rounds: int, multiples: Sequence[int]
) -> list[list[float]]:
    """Return the seconds, in each round, of ours and of bare PDFium at each multiple."""
    scales = [{path: _scales(path, settings, one) for path in documents} for one in multiples]
    found = []
    for turn in range(rounds):
        shards: dict[Path, list[Piece]] = {}
        with tempfile.TemporaryDirectory() as folder:
            ways = [
                lambda path, to=shards, parts=folder: to.update(
                    {path: _ours(path, settings, Path(parts))}
                ),
                *(lambda path, at=scale: _bare(path, at[path]) for scale in scales),
            ]
            seconds = _turn(documents, ways, first=turn)
            seconds[0] += _cpu(partial(_merge, Path(folder) / "all.h5", shards, settings))
        found.append(seconds)
    return found


def _turn(
    documents: list[Path], ways: Sequence[Callable[[Path], None]], *, first: int
) -> list[float]:
    """Return the seconds of each way; from document to document another comes first."""
    seconds = [0.0] * len(ways)
    for place, path in enumerate(documents):
        for step in range(len(ways)):
            way = (first + place + step) % len(ways)
            seconds[way] += _cpu(partial(ways[way], path))
    return seconds


def _first(documents: list[Path], counts: dict[Path, int], pages: int) -> list[Path]:
    taken: list[Path] = []
    for path in documents:
        if sum(counts[p] for p in taken) < pages:
            taken.append(path)
    return taken


def _count(path: Path) -> int:
    with open_pdf(path) as pages:
        return len(pages)


def _cpu(job: Callable[[], object]) -> float:
    """Return the seconds of processor time of `job` and of the processes it starts."""
    before = _used()
    job()
    return _used() - before


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _old(path: Path, resolution: int) -> None:
    """Do as the first DeepZine did: PNG files at 150 dpi, stretched as floats to every size."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["pdftoppm", "-r", str(DPI), "-png", path, f"{folder}/page"],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        for png in Path(folder).glob("*.png"):
            with Image.open(png) as image:
                page = np.asarray(image.convert("RGB"), np.float64)
            size = 4
            while size <= resolution:
                # a resize that takes floats for any range first stretches them to bytes
                low, high = page.min(), page.max()
                scale = 255 / max(high - low, 1)
                stretched = Image.fromarray(((page - low) * scale + 0.5).astype(np.uint8))
                small = stretched.resize((size, size), Image.Resampling.BILINEAR)
                np.asarray(small, np.float32) / 127.5 - 1
                size *= 2


def _bare(path: Path, scales: list[float]) -> None:
    """Render each page to an array as pypdfium2 offers it, at so many pixels a point."""
    pdf = pypdfium2.PdfDocument(path)
    for page, scale in zip(pdf, scales, strict=True):
        page.render(scale=scale, grayscale=True).to_numpy()
        page.close()
    pdf.close()


def _ours(path: Path, settings: PageSettings, parts: Path) -> list[Piece]:
    """Do as a worker of a build: count the pages, and render them block after block."""
    row = DocumentRow(path.name, path.stem)
    task = Task(Document(path, "pdf", path.name), settings, Rules(), row, parts)
    pieces = []
    with new_desk() as desk:
        pages = _count(path)
        for span in blocks([Span(1, pages)]):
            block = replace(task, row=replace(row, pages=pages), span=span)
            added = (a for a in work_on(block, ctypes.c_int(), desk) if isinstance(a, Added))
            pieces += [Piece(block.row, parts / one.shard, 0, one.span) for one in added]
    return pieces


def _merge(out: Path, shards: dict[Path, list[Piece]], settings: PageSettings) -> None:
    for _ in merge(out, [one for pieces in shards.values() for one in pieces], settings, Rules()):
        pass


def _scales(path: Path, settings: PageSettings, factor: int) -> list[float]:
    """Return the pixels a point at which each page is drawn; a trimmed one is larger."""
    with open_pdf(path) as pages:
        return [_scale(pages, number + 1, settings, factor) for number in range(len(pages))]


def _scale(pages: PdfPages, number: int, settings: PageSettings, factor: int) -> float:
    with pages.page(number) as page:
        if not isinstance(page, TypesetPage):
            return scan_size(page, settings)[0] / page.width
        # no step is taken to keep glyphs
        with mock.patch.object(placing, "STEP", 1 + 1e-6):
            box, place, _ = draw_trimmed(page, settings)
        across = place.width / ((box[2] - box[0]) * page.width)
        return factor * max(across, place.height / ((box[3] - box[1]) * page.height))


def _decoding(documents: list[Path]) -> None:
    """Print what taking a page from its JPEG costs, and from PDFium at the same size."""
    print("\nA page from its JPEG, CPU ms\n\n| px | PDFium | scaled decoding |\n|---|---|---|")
    for resolution in RESOLUTIONS:
        settings = PageSettings(resolution=resolution)
        seconds, count = [0.0, 0.0], 0
        for path in documents:
            with open_pdf(path) as pages:
                for number in range(1, len(pages) + 1):
                    for way in (0, 1):
                        seconds[way] += _cpu(partial(_take, pages, number, settings, way))
                    count += 1
        pdfium, ours = (1e3 * s / count for s in seconds)
        print(f"| {resolution} | {pdfium:.1f} | {ours:.1f} |", flush=True)


def _take(pages: PdfPages, number: int, settings: PageSettings, way: int) -> None:
    with pages.page(number) as page:
        size = scan_size(page, settings)
        if way == 0:
            draw(page.handle, *size, settings.colour)
        else:
            page.render(*size, settings.colour)


if __name__ == "__main__":
    main()
