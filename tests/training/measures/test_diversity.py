"""The variance ratio of features against closed forms and NumPy."""

import numpy as np
import pytest

from deepzine_gui.training.measures.diversity import diversity, features
from deepzine_gui.training.measures.values import DIVERSITY_ALARM
from tests.training.measures.pages import noise, printed


def test_half_the_deviation_is_a_quarter_of_the_variance() -> None:
    pages = noise(64, 0, 64)
    assert diversity(0.5 * pages, pages) == pytest.approx(0.25)
    assert diversity(pages, pages) == pytest.approx(1)


def test_pages_of_the_coarsest_level_are_compared_as_numpy_does() -> None:
    one, other = printed(20, 0, 16), printed(30, 1, 16) // 2
    sums = [
        (pages[:, 0].numpy() / 127.5).reshape(-1, 8, 2, 8, 2).mean(axis=(2, 4)).var(axis=0, ddof=1)
        for pages in (one, other)
    ]
    assert diversity(one, other) == pytest.approx(sums[0].sum() / sums[1].sum(), rel=1e-4)


def test_every_level_counts() -> None:
    assert [group.shape for group in features(noise(3, 0, 128))] == [(3, 64)] * 3
    assert [group.shape for group in features(noise(3, 0, 8, channels=3))] == [(3, 192)]


@pytest.mark.parametrize("modes", [1, 2, 4])
def test_a_collapse_is_seen(modes: int) -> None:
    real, other = printed(256, 0), printed(256, 1)
    made_up = printed(modes, 2).repeat(256 // modes, 1, 1, 1)
    assert diversity(other, real) == pytest.approx(1, abs=0.1)
    # of m pages repeated, the variance is (m − 1) / m of what it would be, on average
    assert diversity(made_up, real) == pytest.approx((modes - 1) / modes, abs=0.1)
    assert (diversity(made_up, real) < DIVERSITY_ALARM) == (modes == 1)


def test_pages_of_noise_are_all_alike_to_it() -> None:
    assert diversity(np.sqrt(0.5) * noise(64, 0), printed(64, 1)) < 0.6
