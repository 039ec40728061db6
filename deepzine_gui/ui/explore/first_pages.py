"""The pages a model is first met with: the best of some, the same ones every time."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from deepzine_gui.latent import Latents, best_to_show, random_points
from deepzine_gui.ui.explore.desk import Desk
from deepzine_gui.ui.explore.sampling import Pages

_MOST, _MOST_PIXELS = 16, 2**20
"""How many pages are looked at, and fewer where they are so large that it would take long."""


class FirstPages(QObject):
    """`chosen` carries latents (N, L), the best first."""

    chosen = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._latents: Latents = np.empty((0, 0), np.float32)
        self._count = 0
        self._parts: list[NDArray[np.uint8]] = []

    def ask(self, latent_size: int, resolution: int) -> None:
        """Look at some pages of the model that is open."""
        self._latents = random_points(_MOST, latent_size, seed=0)
        self._count = max(1, min(_MOST, _MOST_PIXELS // resolution**2))
        self._parts = []
        self._desk.ask("first", self._latents[: self._count])

    def take(self, pages: Pages) -> None:
        """Take some of the pages asked for; they come in order."""
        self._parts.append(pages.images)
        if sum(map(len, self._parts)) == self._count:
            best = best_to_show(np.concatenate(self._parts))
            order = [*best, *range(self._count, _MOST)]
            self._parts = []
            self.chosen.emit(self._latents[order])
