import numpy as np
import pytest

from deepzine_gui.latent import random_points, to_sphere


def test_random_points_lie_on_the_sphere_of_their_radius():
    points = random_points(50, 64, seed=3, radius=0.5)
    assert points.dtype == np.float32
    assert points.shape == (50, 64)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 0.5 * 8, rtol=1e-6)


def test_random_points_favour_no_direction():
    # Of a point uniform on the sphere of radius sqrt(L), each number has mean 0 and variance 1.
    points = random_points(20_000, 4, seed=0)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(np.cov(points.T), np.eye(4), atol=0.03)


def test_a_seed_is_a_fixed_series():
    np.testing.assert_array_equal(random_points(3, 8, seed=5), random_points(9, 8, seed=5)[:3])
    assert not np.array_equal(random_points(3, 8, seed=5), random_points(3, 8, seed=6))


def test_to_sphere_keeps_the_ray_and_leaves_the_origin():
    moved = to_sphere([[3.0, 4.0], [0.0, 0.0]])
    np.testing.assert_allclose(moved, [[0.6 * 2**0.5, 0.8 * 2**0.5], [0, 0]], rtol=1e-6)


def test_impossible_points_are_refused():
    with pytest.raises(ValueError, match="-1"):
        random_points(-1, 8, seed=0)
