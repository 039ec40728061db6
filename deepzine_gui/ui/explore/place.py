"""Where in the latent space the explorer stands: a direction of view, a radius, a few offsets."""

import numpy as np

from deepzine_gui.latent import Latents, random_points, to_sphere

RADIUS_LIMIT = 2.0
OFFSET_LIMIT = 6.0
"""Along a direction, in the deviation that random latents have along it."""

_NOWHERE = 1e-6


class Place:
    """One latent and how it was reached.

    Attributes:
        base: (L,) on the sphere of radius 1.
        radius: distance from the origin; 1 is typical.
        offsets: (D,) how far the point was moved along each direction.
    """

    def __init__(self, latent_size: int, directions: Latents) -> None:
        self.directions = directions  # (D, L)
        self.base = random_points(1, latent_size, seed=0)[0]
        self.radius = 1.0
        self.offsets = np.zeros(len(directions), np.float32)

    @property
    def latent_size(self) -> int:
        """Numbers in a latent."""
        return len(self.base)

    @property
    def latent(self) -> Latents:
        """The latent (L,): base and offsets, brought to the radius."""
        return to_sphere(self.base + self.offsets @ self.directions, self.radius)

    def go_to(self, latent: Latents) -> None:
        """Stand on a latent (L,), with no offsets; the origin keeps the view of before."""
        radius = float(np.linalg.norm(latent) / np.sqrt(len(latent)))
        if radius > _NOWHERE:
            self.base = to_sphere(latent)
        elif self.offsets.any():
            self.base = to_sphere(self.base + self.offsets @ self.directions)
        self.radius = min(radius, RADIUS_LIMIT)
        self.offsets[:] = 0

    def slide_from(self, base: Latents, offsets: Latents) -> None:
        """Take the way the sliders led here from a base (L,), where both fit the model."""
        if base.shape == self.base.shape and offsets.shape == self.offsets.shape:
            self.base, self.offsets = to_sphere(base), offsets.copy()

    def go_anywhere(self, seed: int) -> None:
        """Stand on a random latent at the present radius, with no offsets.

        At the origin, where there is but one page, the radius goes back to 1.
        """
        self.radius = self.radius or 1.0
        self.base = random_points(1, self.latent_size, seed=seed)[0]
        self.offsets[:] = 0
