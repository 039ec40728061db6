"""The sliced Wasserstein distance against NumPy and against what is known of it."""

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.training.measures.pyramid import blurred, enlarged, pyramid
from deepzine_gui.training.measures.swd import sliced_wasserstein
from deepzine_gui.training.measures.work import finish
from tests.training.measures.pages import noise, printed


def distance(other: Tensor, real: Tensor, **how: int) -> dict[int, float]:
    (found,) = finish(sliced_wasserstein([other], real, **how))
    return found


def convolved(page: NDArray[np.float64], gain: float) -> NDArray[np.float64]:
    row = np.array([1, 4, 6, 4, 1]) / 16
    kernel = gain * row[:, None] * row
    wide = np.pad(page, 2, mode="reflect")
    height, width = page.shape
    return np.array(
        [[(wide[y : y + 5, x : x + 5] * kernel).sum() for x in range(width)] for y in range(height)]
    )


def reference(other: Tensor, real: Tensor, patches: int, seed: int) -> dict[int, float]:
    """The same of pages of 32 px in NumPy, page by page, patch by patch."""
    random = torch.Generator().manual_seed(seed)
    draws = []
    for size in (32, 16):
        corners = [torch.randint(size - 6, (len(real) * patches,), generator=random).numpy()]
        corners += [torch.randint(size - 6, (len(real) * patches,), generator=random).numpy()]
        draws.append((size, corners, torch.randn(49, 512, generator=random).numpy()))
    found = {}
    for level, (size, (rows, columns), directions) in enumerate(draws):
        sides = []
        for pages in (real, other):
            cut = []
            for number, page in enumerate(pages[:, 0].numpy().astype(float)):
                small = convolved(page, 1)[::2, ::2]
                spread = np.zeros((32, 32))
                spread[::2, ::2] = small
                levels = page - convolved(spread, 4), small
                for patch in range(number * patches, (number + 1) * patches):
                    y, x = rows[patch], columns[patch]
                    cut.append(levels[level][y : y + 7, x : x + 7].ravel())
            table = np.array(cut)
            sides.append((table - table.mean()) / table.std(ddof=1))
        lengths = np.sqrt((directions**2).sum(axis=0))
        off = [
            np.abs(np.sort(sides[0] @ line) - np.sort(sides[1] @ line)).mean()
            for line in (directions / lengths).T
        ]
        found[size] = 1000 * float(np.mean(off))
    return found


def test_it_is_what_numpy_finds() -> None:
    one, other = noise(4, 0), noise(4, 1).cumsum(dim=2) / 4
    expected = reference(other, one, 8, seed=3)
    assert distance(other, one, patches=8, seed=3) == pytest.approx(expected, rel=1e-4)


def test_a_set_is_at_no_distance_from_itself() -> None:
    pages = printed(16, 0)
    assert distance(pages, pages) == {32: 0.0, 16: 0.0}


def test_bytes_and_floats_are_the_same_pages() -> None:
    one, other = printed(8, 0), printed(8, 1)
    floats = [pages / 127.5 - 1 for pages in (other, one)]
    assert distance(other, one) == pytest.approx(distance(*floats))


def test_the_pyramid_adds_up_to_the_page() -> None:
    pages = noise(2, 0, 64)
    levels = pyramid(pages)
    assert [level.shape[-1] for level in levels] == [64, 32, 16]
    whole = levels[-1]
    for level in reversed(levels[:-1]):
        whole = level + enlarged(whole)
    torch.testing.assert_close(whole, pages)


def test_fewer_pages_raise_the_floor_and_a_blur_is_seen_at_the_finest_level() -> None:
    floor = distance(noise(32, 0), noise(32, 1))
    small_floor = distance(noise(4, 0), noise(4, 1))
    blur = distance(blurred(noise(32, 1), 1), noise(32, 0))
    assert small_floor[32] > floor[32]
    assert blur[32] > 3 * floor[32]


def test_the_distance_of_scaled_noise_is_the_normal_distributions() -> None:
    # after normalising, patches of pure noise are N(0, 1) along every direction, whereas patches
    # that are all of one grey lie along one: |x| of a projected N(0, 49 cos²) against N(0, 1)
    flat = torch.randn(64, 1, 1, 1, generator=torch.Generator().manual_seed(1))
    found = distance(noise(64, 0, 16), flat.expand(-1, 1, 16, 16))[16]
    cosines = torch.randn(100_000, generator=torch.Generator().manual_seed(2)) / math.sqrt(49)
    expected = 1000 * math.sqrt(2 / math.pi) * (7 * cosines.abs() - 1).abs().mean().item()
    assert found == pytest.approx(expected, rel=0.1)


def test_colours_are_compared_too() -> None:
    pages = noise(32, 0, channels=3)
    grey = pages[:, :1].expand(-1, 3, -1, -1)
    floor = distance(noise(32, 1, channels=3), pages)
    assert distance(grey, pages)[32] > 1.5 * floor[32]


def test_the_work_tells_how_far_it_is() -> None:
    shares = list(sliced_wasserstein([printed(8, 0)], printed(8, 1)))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
