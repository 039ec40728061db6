"""MS-SSIM against NumPy, window by window."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from deepzine_gui.training.measures.structure import alikeness, ms_ssim
from deepzine_gui.training.measures.work import finish
from tests.training.measures.pages import printed

Page = NDArray[np.float64]


def reference(one: Page, other: Page) -> float:
    """MS-SSIM of two pages (R, R) of 0 … 255."""
    weights = 0.0448, 0.2856, 0.3001, 0.2363, 0.1333
    product = 1.0
    for scale, weight in enumerate(weights):
        whole, contrast = similarity(one, other)
        product *= max(0.0, whole if scale == 4 else contrast) ** weight
        one, other = (
            page.reshape(len(page) // 2, 2, -1, 2).mean(axis=(1, 3)) if len(page) > 1 else page
            for page in (one, other)
        )
    return product


def similarity(one: Page, other: Page) -> tuple[float, float]:
    side = min(11, len(one))
    off = np.arange(side) - (side - 1) / 2
    row = np.exp(-(off**2) / (2 * (1.5 * side / 11) ** 2))
    window = np.outer(row, row) / row.sum() ** 2
    wholes, contrasts = [], []
    for y in range(len(one) - side + 1):
        for x in range(len(one) - side + 1):
            a, b = (page[y : y + side, x : x + side] for page in (one, other))
            mean_a, mean_b = (a * window).sum(), (b * window).sum()
            var_a, var_b = ((a - mean_a) ** 2 * window).sum(), ((b - mean_b) ** 2 * window).sum()
            both = ((a - mean_a) * (b - mean_b) * window).sum()
            contrast = (2 * both + 7.65**2) / (var_a + var_b + 7.65**2)
            light = (2 * mean_a * mean_b + 2.55**2) / (mean_a**2 + mean_b**2 + 2.55**2)
            wholes.append(light * contrast)
            contrasts.append(contrast)
    return float(np.mean(wholes)), float(np.mean(contrasts))


@pytest.mark.parametrize("resolution", [16, 32])
def test_it_is_what_numpy_finds(resolution: int) -> None:
    one, other = printed(3, 0, resolution), printed(3, 1, resolution)
    other[2] = (one[2] // 4) * 3 + 60
    expected = [
        reference(a[0].numpy().astype(float), b[0].numpy().astype(float))
        for a, b in zip(one, other, strict=True)
    ]
    assert ms_ssim(one, other).tolist() == pytest.approx(expected, rel=1e-3, abs=1e-4)
    assert expected[2] > 0.5


def test_a_page_is_like_itself_and_unlike_its_negative() -> None:
    pages = printed(4, 0)
    assert ms_ssim(pages, pages).tolist() == pytest.approx([1.0] * 4)
    assert ms_ssim(pages, 255 - pages).max() < 0.05


def test_a_collapsed_model_s_pages_are_alike_and_no_page_is_paired_with_itself() -> None:
    pages = printed(8, 0)
    assert finish(alikeness(pages[:1].repeat(8, 1, 1, 1), pairs=64)) == pytest.approx(1)
    two = torch.cat([pages[:1], 255 - pages[:1]])
    assert finish(alikeness(two, pairs=64)) < 0.05


def test_it_is_the_mean_of_all_pairs() -> None:
    pages = printed(5, 0, 16)
    pairs = [(i, j) for i in range(5) for j in range(i)]
    every = ms_ssim(pages[[i for i, _ in pairs]], pages[[j for _, j in pairs]])
    assert finish(alikeness(pages, pairs=4000)) == pytest.approx(float(every.mean()), abs=0.01)
