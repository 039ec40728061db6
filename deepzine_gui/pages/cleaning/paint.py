"""Paint over what does not belong to a page, in the tone of its paper."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.survey import Box, Survey
from deepzine_gui.pages.cleaning.tone import paper_tones

_COARSE = 2
"""One pixel of the survey in so many, in both directions, tells the tone of the paper."""


@dataclass(frozen=True, slots=True, eq=False)
class Paint:
    """Where a page is to be painted over.

    Attributes:
        seen: a survey of a part of the page.
        over: what to paint over, (h, w) as the survey.
        corner: left and top of that part, in pixels of the page.
    """

    seen: Survey
    over: NDArray[np.bool_]
    corner: tuple[int, int]

    def painted(self, part: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
        """Return a part of the page with nothing darker than the paper where it is painted.

        Args:
            part: uint8 (h, w) or (h, w, 3).
            box: where on the page it lies; it may have been reduced.
        """
        if not self.over.any():
            return part
        floors = self._floors()
        rim = ((1, 1), (1, 1), (0, 0))[: floors.ndim]
        rows, columns = (
            self._places(axis, box[1 - axis], box[3 - axis], part.shape[axis]) for axis in (0, 1)
        )
        return np.asarray(np.maximum(part, np.pad(floors, rim)[:, columns][rows]))

    def _places(self, axis: int, start: int, end: int, count: int) -> NDArray[np.int64]:
        """Return where in a survey with a rim of one pixel so many pixels of the page lie."""
        on_page = start + (np.arange(count) + 0.5) * (end - start) / count
        places = np.floor((on_page - self.corner[1 - axis]) / self.seen.scale).astype(np.int64)
        return places.clip(-1, self.over.shape[axis]) + 1

    def _floors(self) -> NDArray[np.uint8]:
        """Return how dark the survey may be at most: as the paper where it is painted, else 0."""
        floors = np.zeros_like(self.seen.small)
        channels = floors.reshape(*self.over.shape, -1)
        rows, columns = np.nonzero(self.over)
        coarse = np.atleast_3d(self.seen.small)[::_COARSE, ::_COARSE]
        for channel in range(channels.shape[2]):
            paper = paper_tones(coarse[..., channel])
            channels[rows, columns, channel] = paper[rows // _COARSE, columns // _COARSE]
        return floors
