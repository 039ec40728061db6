"""Distances against what is known of them."""

import math

import pytest
import torch

from deepzine_gui.training import metrics


def noise(count: int, seed: int, resolution: int = 32) -> torch.Tensor:
    return torch.randn(
        count, 1, resolution, resolution, generator=torch.Generator().manual_seed(seed)
    )


def test_a_set_is_at_no_distance_from_itself() -> None:
    pages = noise(16, 0)
    assert metrics.sliced_wasserstein(pages, pages) == {32: 0.0, 16: 0.0}


def test_the_pyramid_adds_up_to_the_page() -> None:
    pages = noise(2, 0, 64)
    levels = metrics._pyramid(pages)
    assert [level.shape[-1] for level in levels] == [64, 32, 16]
    whole = levels[-1]
    for level in reversed(levels[:-1]):
        spread = torch.zeros_like(level)
        spread[:, :, ::2, ::2] = whole
        whole = level + metrics._blurred(spread, 4)
    torch.testing.assert_close(whole, pages)


def test_fewer_pages_raise_the_floor_and_a_blur_is_seen_at_the_finest_level() -> None:
    floor = metrics.sliced_wasserstein(noise(32, 0), noise(32, 1))
    small_floor = metrics.sliced_wasserstein(noise(4, 0), noise(4, 1))
    blurred = metrics.sliced_wasserstein(noise(32, 0), metrics._blurred(noise(32, 1), 1))
    assert small_floor[32] > floor[32]
    assert blurred[32] > 3 * floor[32]


def test_the_distance_of_scaled_noise_is_the_normal_distributions() -> None:
    # after normalising, patches of pure noise are N(0, 1) along every direction, whereas patches
    # that are all of one grey lie along one: |x| of a projected N(0, 49 cos²) against N(0, 1)
    flat = torch.randn(64, 1, 1, 1, generator=torch.Generator().manual_seed(1))
    distance = metrics.sliced_wasserstein(noise(64, 0, 16), flat.expand(-1, 1, 16, 16))[16]
    cosines = torch.randn(100_000, generator=torch.Generator().manual_seed(2)) / math.sqrt(49)
    expected = 1000 * math.sqrt(2 / math.pi) * (7 * cosines.abs() - 1).abs().mean().item()
    assert distance == pytest.approx(expected, rel=0.1)


def test_histogram_distance_sees_what_the_patches_do_not() -> None:
    pages = noise(64, 0).clamp(-1, 1)
    other = noise(64, 1).clamp(-1, 1)
    assert metrics.histogram_distance(pages, other) < 0.01
    assert metrics.histogram_distance(pages, 0.4 * other) > 0.3
    black, white = torch.full((2, 1, 8, 8), -1.0), torch.full((2, 1, 8, 8), 1.0)
    assert metrics.histogram_distance(black, white) == pytest.approx(1)


def test_diversity_is_the_ratio_of_deviations() -> None:
    pages = noise(64, 0)
    assert metrics.diversity(0.5 * pages, pages) == pytest.approx(0.5)
