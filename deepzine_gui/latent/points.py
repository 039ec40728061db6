"""Points of the latent space: one sphere of radius sqrt(L), times a radius of our own."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Latents = NDArray[np.float32]


def random_points(count: int, latent_size: int, *, seed: int, radius: float = 1.0) -> Latents:
    """Return `count` points spread evenly over the sphere, (N, L) float32.

    The same seed gives the same points on every machine, and a larger `count` only adds more: point
    i of a seed is always the same. Normalised Gaussian vectors are uniform on the sphere (Muller
    1959); their norm is ``radius * sqrt(latent_size)``.
    """
    if count < 0 or latent_size < 1:
        raise ValueError(f"there are no {count} points of {latent_size} numbers")
    gaussian = np.random.default_rng(seed).standard_normal((count, latent_size))
    return to_sphere(gaussian, radius)


def to_sphere(points: ArrayLike, radius: float = 1.0) -> Latents:
    """Move points (…, L) along their ray to the norm ``radius * sqrt(L)``; the origin stays put."""
    given = np.asarray(points, dtype=np.float64)
    norms = np.linalg.norm(given, axis=-1, keepdims=True)
    scale = radius * np.sqrt(given.shape[-1]) / np.where(norms > 0, norms, 1.0)
    return np.asarray(given * scale, dtype=np.float32)
