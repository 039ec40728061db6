"""How alike two pictures are to the eye: ``python benchmarks/ssim.py FOLDER`` of PDF files."""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages import PageSettings
from deepzine_gui.pages.making import draw_trimmed, supersampling
from deepzine_gui.pages.pdf import open_pdf
from deepzine_gui.pages.raw_pages import BrokenPageError, TypesetPage

RESOLUTIONS = (64, 128, 256, 512, 1024)
FINE = 8
ENOUGH = 0.96

_REACH = 5
_SIGMA = 1.5


def print_likeness(paths: list[Path]) -> None:
    """Print how close pages come to those drawn at eight times the size, one of each document.

    Besides our own, each whole factor is shown up to the first that comes close enough, and the one
    after it.
    """
    print(f"\nSSIM to {FINE} times the size, the middle pages of up to {len(paths)} documents\n")
    print("| px | drawn at | mean | of 20 one below | worst |\n|---|---|---|---|---|")
    for resolution in RESOLUTIONS:
        settings = PageSettings(resolution=resolution)
        ways = [(factor, factor) for factor in range(1, min(FINE, 2 + 512 // resolution) + 1)]
        ways.append(supersampling(resolution))
        rows = [row for row in (_likeness(path, settings, ways) for path in paths) if row]
        means = np.mean(rows, axis=0)
        enough = int(np.argmax(means >= ENOUGH))
        for place in (*range(max(0, enough - 1), min(enough + 2, len(ways) - 1)), -1):
            found = [row[place] for row in rows]
            across, down = ways[place]
            print(f"| {resolution} | {across} × {down} | {means[place]:.4f}", end=" | ")
            print(f"{np.percentile(found, 5):.3f} | {min(found):.3f} |", flush=True)


def _likeness(path: Path, settings: PageSettings, ways: list[tuple[int, int]]) -> list[float]:
    """Compare the middle page of a document, trimmed, drawn so many times finer across and down.

    Nothing is returned if it is not typeset, or smaller than the window of the measure.
    """
    try:
        with open_pdf(path) as pages, pages.page((1 + len(pages)) // 2) as page:
            if not isinstance(page, TypesetPage):
                return []
            box, place, _ = draw_trimmed(page, settings)
            if min(place.width, place.height) <= 2 * _REACH:
                return []
            best, *drawn = (
                Image.fromarray(page.render(box, place.width * x, place.height * y, "grey")).reduce(
                    (x, y)
                )
                for x, y in ((FINE, FINE), *ways)
            )
    except (DocumentError, BrokenPageError):
        return []
    return [ssim(np.asarray(picture), np.asarray(best)) for picture in drawn]


def ssim(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the mean structural similarity of two pictures (H, W), 1 for equal ones.

    Wang et al., "Image quality assessment: from error visibility to structural similarity", IEEE
    TIP 13 (2004), equation 13, with its Gaussian window of 11 pixels and constants.
    """
    x, y = one.astype(np.float64), other.astype(np.float64)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mx, my = _smooth(x), _smooth(y)
    vx, vy, cov = _smooth(x * x) - mx * mx, _smooth(y * y) - my * my, _smooth(x * y) - mx * my
    likeness = (2 * mx * my + c1) * (2 * cov + c2)
    return float((likeness / ((mx * mx + my * my + c1) * (vx + vy + c2))).mean())


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    window = np.exp(-0.5 * (np.arange(-_REACH, _REACH + 1) / _SIGMA) ** 2)
    for axis in (0, 1):
        padded = np.moveaxis(values, axis, 0)
        rows = len(padded) - 2 * _REACH
        parts = (w * padded[i : i + rows] for i, w in enumerate(window / window.sum()))
        values = np.moveaxis(sum(parts), 0, axis)
    return values


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of PDF files")
    print_likeness(sorted(parser.parse_args().folder.rglob("*.pdf")))
