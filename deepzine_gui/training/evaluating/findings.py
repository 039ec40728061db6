"""The folder of an evaluation: numbers for programs, pictures for people."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepzine_gui import __version__
from deepzine_gui.files import write_json
from deepzine_gui.progress import as_record
from deepzine_gui.training.measures.values import Evaluated
from deepzine_gui.training.samples import write_grid

MEASURES, SAMPLES, NEAREST = "measures.json", "samples.png", "nearest.png"
"""Names of the files."""

PAIRS = 24
"""So many made-up pages are shown beside their nearest training page."""

_SAMPLES = 64
_PAIR_PX = 128
_GAP_PX, _GREY = 4, 128


def write(
    out: Path, evaluated: Evaluated, made_up: NDArray[np.uint8], nearest: NDArray[np.uint8]
) -> None:
    """Write measures.json, samples.png and nearest.png; older ones are replaced.

    Args:
        out: the folder.
        evaluated: what was found.
        made_up: all made-up pages (n, C, R, R).
        nearest: the pages of `evaluated.nearest` (k, C, R, R).

    Raises:
        StorageError: the disk is full or the place read-only.
    """
    record = as_record(evaluated)
    for name in ("event", "summary", "path"):
        del record[name]
    write_json(out / MEASURES, {"version": __version__, **record})
    write_grid(out / SAMPLES, made_up[:_SAMPLES])
    shown = made_up[[pair.sample for pair in evaluated.nearest]]
    write_grid(out / NEAREST, _pairs(shown, nearest), columns=4)


def _pairs(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Each made-up page with its real one on the right, with a rim, as one wide page."""
    factor = max(1, _PAIR_PX // left.shape[-1])
    sides = [side.repeat(factor, axis=2).repeat(factor, axis=3) for side in (left, right)]
    rim = ((0, 0), (0, 0), (_GAP_PX, _GAP_PX), (_GAP_PX, 0))
    framed = [np.pad(side, rim, constant_values=_GREY) for side in sides]
    gap = ((0, 0), (0, 0), (0, 0), (0, 2 * _GAP_PX))
    return np.pad(np.concatenate(framed, axis=3), gap, constant_values=_GREY)
