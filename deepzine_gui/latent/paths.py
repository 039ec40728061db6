"""Ways from point to point through the latent space: linear, spherical, or through the origin."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepzine_gui.latent.points import Latents

Mode = Literal["linear", "spherical", "origin"]

_Exact = NDArray[np.float64]


def interpolate(a: ArrayLike, b: ArrayLike, t: ArrayLike, mode: Mode = "spherical") -> Latents:
    """Return the points at `t` (0 = `a`, 1 = `b`) between two latents (L,).

    A number `t` gives (L,), an array (T,) gives (T, L), float32.

    - ``linear``: the straight line; between points of the sphere it cuts through the inside.
    - ``spherical``: along the great circle at constant angular speed (slerp, Shoemake 1985), the
      norm going evenly from one to the other. Opposite points have no single great circle: one
      is chosen, always the same.
    - ``origin``: straight in to zero, reached at t = 1/2, and straight out again.
    """
    start, end = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if start.ndim != 1 or start.shape != end.shape:
        raise ValueError(f"two latents of one size are wanted, not {start.shape} and {end.shape}")
    times = np.asarray(t, dtype=np.float64)[..., np.newaxis]
    if mode == "linear":
        points = (1 - times) * start + times * end
    elif mode == "spherical":
        points = _slerp(start, end, times)
    elif mode == "origin":
        points = np.maximum(1 - 2 * times, 0) * start + np.maximum(2 * times - 1, 0) * end
    else:
        raise ValueError(f"there is no mode {mode!r}")
    return points.astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class LatentPath:
    """Keyframes (K, L) and how to go from each to the next; a loop goes on to the first again.

    Every pair of neighbouring keyframes takes the same time.
    """

    keyframes: Latents
    mode: Mode = "spherical"
    loop: bool = False

    def __post_init__(self) -> None:
        if self.keyframes.ndim != 2 or not self.keyframes.size:
            raise ValueError(f"keyframes are (K, L) with K > 0, not {self.keyframes.shape}")

    @property
    def pairs(self) -> int:
        """Number of ways between neighbouring keyframes: K - 1, or K for a loop."""
        count = len(self.keyframes)
        return count if self.loop and count > 1 else count - 1

    def at(self, t: float) -> Latents:
        """Return the latent (L,) at `t`, from 0 (first keyframe) to 1 (last; of a loop, first)."""
        place = min(max(t, 0.0), 1.0) * self.pairs
        pair = min(int(place), max(self.pairs - 1, 0))
        return interpolate(*self._ends(pair), place - pair, self.mode)

    def frame_count(self, per_pair: int) -> int:
        """Number of `frames`: ``pairs * per_pair``, and one more for the end of an open path."""
        return self.pairs * per_pair + int(self._ends_apart)

    def frames(self, per_pair: int) -> Latents:
        """Return the latents of a film, (F, L), with F = `frame_count`.

        Each pair gives `per_pair` evenly spaced frames, the first of them its first keyframe
        exactly. An open path ends with its last keyframe as one more frame; a loop leaves that
        out, since it would show the first keyframe twice in a row.
        """
        if per_pair < 1:
            raise ValueError(f"a pair of keyframes wants at least one frame, not {per_pair}")
        times = np.arange(per_pair) / per_pair
        parts = [interpolate(*self._ends(pair), times, self.mode) for pair in range(self.pairs)]
        if self._ends_apart:
            parts.append(self.keyframes[-1:].astype(np.float32))
        return np.concatenate(parts)

    @property
    def _ends_apart(self) -> bool:
        return not (self.loop and self.pairs)

    def _ends(self, pair: int) -> tuple[Latents, Latents]:
        return self.keyframes[pair], self.keyframes[(pair + 1) % len(self.keyframes)]


def _slerp(start: _Exact, end: _Exact, times: _Exact) -> _Exact:
    norms = np.linalg.norm(start), np.linalg.norm(end)
    if not norms[0] or not norms[1]:
        return (1 - times) * start + times * end
    u, v = start / norms[0], end / norms[1]
    # Kahan's form keeps its precision near 0 and pi, where arccos(u.v) loses half the digits.
    angle = 2 * np.arctan2(np.linalg.norm(u - v), np.linalg.norm(u + v))
    directions = np.cos(times * angle) * u + np.sin(times * angle) * _across(u, v)
    return np.asarray(((1 - times) * norms[0] + times * norms[1]) * directions)


def _across(u: _Exact, v: _Exact) -> _Exact:
    """Return the unit vector at a right angle to `u`, towards `v` where `v` says a direction."""
    across = _without(u, v)
    if np.linalg.norm(across) < 1e-7:
        axis = np.zeros_like(u)
        axis[np.argmin(np.abs(u))] = 1.0
        across = _without(u, axis)
    # A second pass takes out what rounding left along u when u and v are nearly opposite.
    across = _without(u, across)
    length = np.linalg.norm(across)
    return across / length if length else across


def _without(u: _Exact, vector: _Exact) -> _Exact:
    return vector - (u @ vector) * u
