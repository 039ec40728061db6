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
        (rows, places_down), (columns, places_across) = (
            self._places(axis, box[1 - axis], box[3 - axis], part.shape[axis]) for axis in (0, 1)
        )
        floors = self._floors()[:, places_across][places_down]
        result = part.copy()
        result[rows, columns] = np.maximum(part[rows, columns], floors)
        return result

    def _places(
        self, axis: int, start: int, end: int, count: int
    ) -> tuple[slice, NDArray[np.int64]]:
        """Return which of so many pixels of the page may be painted, and where in the survey."""
        on_page = start + (np.arange(count) + 0.5) * (end - start) / count
        places = np.floor((on_page - self.corner[1 - axis]) / self.seen.scale).astype(np.int64)
        over = np.flatnonzero(self.over.any(1 - axis))
        first, end = np.searchsorted(places, [over[0], over[-1] + 1])
        return slice(int(first), int(end)), places[first:end]

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
