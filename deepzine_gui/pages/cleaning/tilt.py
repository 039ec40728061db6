"""How far a page is turned, told by its lines of print."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_STRIPS = 16
_ROWS = 512
"""The strips are reduced to no more rows than that."""

_STEP_DEGREES = 0.25
_LEAST_DEGREES = 0.3
"""A smaller tilt is no fault."""

_GAIN = 1.15
"""The lines of print must fit so much better at the angle found than upright …"""

_PEAK = 1.5
"""… and than at the usual angle, else there are no lines."""


def tilt(page: NDArray[np.uint8], most: float) -> float:
    """Return the degrees by which the lines of print fall to the right, 0 unless clearly tilted.

    The page is cut into upright strips, of which only the brightness of each row is kept; sheared
    by the right angle, the rows of all strips agree, and the profile of their sum is steepest
    (projection profile: Postl, "Detection of linear oblique structures", ICPR 1986).

    Args:
        page: uint8 (H, W) or (H, W, 3).
        most: degrees up to which to look, in both directions.
    """
    height, width = page.shape[:2]
    if height < 2 * _STRIPS or width < 4 * _STRIPS:
        return 0.0
    inner = page[height // 10 : height - height // 10, width // 8 : width - width // 8]
    across, down = inner.shape[1] // _STRIPS, -(-inner.shape[0] // _ROWS)
    inner = inner[:, : across * _STRIPS]
    strips = np.asarray(Image.fromarray(inner).reduce((across, down)).convert("L")).T  # (S, rows)
    count = math.ceil(most / _STEP_DEGREES) + 1
    angles = np.arange(-count, count + 1) * _STEP_DEGREES
    scores = _steepness(strips, np.tan(np.radians(angles)) * across / down)
    best = int(np.argmax(scores))
    if best in (0, len(angles) - 1):
        return 0.0
    angle = angles[best] + _STEP_DEGREES * _vertex(scores[best - 1 : best + 2])
    usual = np.partition(scores, count)[count]  # the median of 2 · count + 1
    clear = scores[best] > _GAIN * scores[count] and scores[best] > _PEAK * usual
    return float(angle) if clear and abs(angle) >= _LEAST_DEGREES else 0.0


def _steepness(strips: NDArray[np.uint8], shears: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the energy of the slope of the profile of strips (S, rows), for every shear.

    A shear is the rows by which neighbouring strips differ. The profiles are summed as spectra, in
    which any shift is a phase, by Horner's rule; waves longer than a twelfth or shorter than four
    rows are no lines of print.
    """
    rows = strips.shape[1]
    waves = np.arange(12, max(13, rows // 4))
    window = np.hanning(rows)
    centred = strips - strips.mean(1, keepdims=True)
    spectra = np.fft.rfft(centred * window, axis=1)[:, waves].astype(np.complex64)  # (S, waves)
    turn = 2 * np.pi / rows * shears[:, None] * waves
    phase = np.empty(turn.shape, np.complex64)  # (A, waves)
    phase.real, phase.imag = np.cos(turn), np.sin(turn)
    profile = np.zeros_like(phase)
    for spectrum in spectra[::-1]:
        profile *= phase
        profile += spectrum
    return np.asarray(((np.abs(profile) * waves) ** 2).sum(1), np.float64)


def _vertex(three: NDArray[np.float64]) -> float:
    """Return where the parabola through three equidistant values is highest, −½…½."""
    before, middle, after = three
    curvature = before - 2 * middle + after
    return float((before - after) / (2 * curvature)) if curvature < 0 else 0.0
