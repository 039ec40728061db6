"""Outlines of a page on microfilm go, with all outside them; print close to them stays."""

import numpy as np
import pytest
from numpy.typing import NDArray

from deepzine_gui.pages import PageSettings
from deepzine_gui.pages.cleaning import clean
from tests.pages.sheets import typed

TRIM = PageSettings(split=0, straighten=0, trim=0.5)
HIGH, WIDE = 512, 372
LEFT, TOP, RIGHT, BOTTOM = 120, 110, 260, 310
"""Where the print is: a small page on bare ground."""


def small_page() -> NDArray[np.uint8]:
    """Return a page of small print on white ground, as on microfilm."""
    scan = np.full((HIGH, WIDE), 255, np.uint8)
    large = typed(600, 420, paper=255)[72:528, 59:361]
    rows = np.linspace(0, len(large) - 1, BOTTOM - TOP).astype(int)
    columns = np.linspace(0, large.shape[1] - 1, RIGHT - LEFT).astype(int)
    scan[TOP:BOTTOM, LEFT:RIGHT] = large[np.ix_(rows, columns)]
    return scan


def with_outline(
    scan: NDArray[np.uint8], x: int, *, slant: int = 0, gap: int = 0
) -> NDArray[np.uint8]:
    """Draw a ragged line down the page at `x`, straying by `slant`, every 24th row `gap` long."""
    drawn = scan.copy()
    rng = np.random.default_rng(5)
    for row in range(TOP - 14, BOTTOM + 14):
        if row % 24 < gap:
            continue
        at = x + round(slant * (row - TOP) / (BOTTOM - TOP))
        drawn[row, at : at + 1 + int(rng.integers(0, 3))] = int(rng.integers(0, 60))
    return drawn


def cleaned(scan: NDArray[np.uint8]) -> NDArray[np.uint8]:
    (piece,) = clean(scan, TRIM)
    return piece.pixels


def ink(page: NDArray[np.uint8]) -> int:
    return int((page < 128).sum())


@pytest.mark.parametrize(("slant", "gap"), [(0, 0), (6, 0), (-6, 0), (0, 8)])
@pytest.mark.parametrize("side", ["left", "right"])
def test_outlines_beside_the_print_go(side: str, slant: int, gap: int) -> None:
    scan = small_page()
    x = LEFT - 16 if side == "left" else RIGHT + 16
    found = cleaned(with_outline(scan, x, slant=slant, gap=gap))
    assert ink(found) == ink(scan)


@pytest.mark.parametrize("where", ["above", "below"])
def test_outlines_above_and_below_the_print_go(where: str) -> None:
    scan = small_page()
    y = TOP - 14 if where == "above" else BOTTOM + 14
    drawn = with_outline(scan.T.copy(), y).T if False else scan.copy()
    rng = np.random.default_rng(5)
    for column in range(LEFT - 14, RIGHT + 14):
        drawn[y : y + 2 + int(rng.integers(0, 2)), column] = int(rng.integers(0, 40))
    assert ink(cleaned(drawn)) == ink(scan)
