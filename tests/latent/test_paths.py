import numpy as np
import pytest

from deepzine_gui.latent import LatentPath, interpolate, random_points

A, B = random_points(2, 32, seed=1)
TIMES = np.linspace(0, 1, 21)


def angles(points):
    unit = points.astype(np.float64) / np.linalg.norm(points, axis=-1, keepdims=True)
    return np.arccos(np.clip(np.sum(unit[1:] * unit[:-1], axis=1), -1, 1))


def test_spherical_agrees_with_shoemakes_formula():
    a, b = A.astype(np.float64), B.astype(np.float64)
    omega = np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    t = TIMES[:, np.newaxis]
    expected = (np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / np.sin(omega)
    np.testing.assert_allclose(interpolate(A, B, TIMES, "spherical"), expected, atol=1e-5)


def test_spherical_keeps_its_speed_and_norm():
    way = interpolate(A, B, TIMES, "spherical")
    np.testing.assert_allclose(np.linalg.norm(way, axis=1), np.linalg.norm(A), rtol=1e-6)
    np.testing.assert_allclose(angles(way), angles(way).mean(), rtol=1e-3)


def test_spherical_between_different_radii_changes_the_norm_evenly():
    way = interpolate(A, 3 * B, TIMES, "spherical")
    norms = np.linalg.norm(way, axis=1) / np.linalg.norm(A)
    np.testing.assert_allclose(norms, 1 + 2 * TIMES, rtol=1e-6)
    np.testing.assert_allclose(angles(way), angles(way).mean(), rtol=1e-3)


def test_spherical_between_opposite_points_goes_half_way_round():
    way = interpolate(A, -A, TIMES, "spherical")
    np.testing.assert_allclose(np.linalg.norm(way, axis=1), np.linalg.norm(A), rtol=1e-6)
    np.testing.assert_allclose(angles(way), np.pi / 20, rtol=1e-3)
    np.testing.assert_allclose(way[[0, -1]], [A, -A], atol=1e-5)
    np.testing.assert_array_equal(way, interpolate(A, -A, TIMES, "spherical"))


@pytest.mark.parametrize("nudge", [0, 1e-7, 1e-4])
@pytest.mark.parametrize("sign", [1, -1])
def test_spherical_near_the_two_singular_places_stays_on_the_sphere(nudge, sign):
    b = sign * A.astype(np.float64) + nudge * B
    way = interpolate(A, b, TIMES, "spherical")
    np.testing.assert_allclose(np.linalg.norm(way, axis=1), np.linalg.norm(A), rtol=1e-3)
    np.testing.assert_allclose(way[-1], b, atol=1e-4)


def test_spherical_from_the_origin_is_a_straight_line():
    way = interpolate(np.zeros(32), A, TIMES, "spherical")
    np.testing.assert_allclose(way, TIMES[:, np.newaxis] * A, atol=1e-6)


def test_linear_is_the_straight_line_and_dips_inside():
    way = interpolate(A, B, TIMES, "linear")
    np.testing.assert_allclose(way, A + TIMES[:, np.newaxis] * (B - A), atol=1e-5)
    assert np.linalg.norm(way[10]) < 0.9 * np.linalg.norm(A)


def test_origin_passes_zero_in_the_middle():
    way = interpolate(A, B, TIMES, "origin")
    norms = np.linalg.norm(way, axis=1) / np.linalg.norm(A)
    np.testing.assert_allclose(norms, np.abs(1 - 2 * TIMES), atol=1e-6)
    np.testing.assert_array_equal(way[10], 0)
    np.testing.assert_allclose(way[5], A / 2, atol=1e-6)
    np.testing.assert_allclose(way[15], B / 2, atol=1e-6)


@pytest.mark.parametrize("mode", ["linear", "spherical", "origin"])
@pytest.mark.parametrize("loop", [False, True])
def test_a_path_meets_its_keyframes(mode, loop):
    keyframes = random_points(4, 16, seed=2)
    path = LatentPath(keyframes, mode, loop)
    frames = path.frames(6)
    assert frames.dtype == np.float32
    assert len(frames) == path.frame_count(6) == (24 if loop else 19)
    np.testing.assert_allclose(frames[::6], keyframes, atol=1e-5)
    ends = keyframes[0] if loop else keyframes[-1]
    np.testing.assert_allclose(path.at(1.0), ends, atol=1e-5)
    np.testing.assert_allclose(path.at(0.0), keyframes[0], atol=1e-5)
    last = (len(frames) - 1) / (24 if loop else 18)
    np.testing.assert_allclose(path.at(last), frames[-1], atol=1e-5)


def test_a_loop_repeats_no_frame():
    frames = LatentPath(random_points(3, 16, seed=2), "spherical", True).frames(5)
    assert len(np.unique(frames, axis=0)) == 15
    closing = np.linalg.norm(frames[0] - frames[-1])
    assert closing == pytest.approx(np.linalg.norm(frames[-1] - frames[-2]), rel=1e-3)


@pytest.mark.parametrize("loop", [False, True])
def test_one_keyframe_stands_still(loop):
    path = LatentPath(random_points(1, 16, seed=2), "spherical", loop)
    np.testing.assert_array_equal(path.frames(7), path.keyframes)
    np.testing.assert_array_equal(path.at(0.7), path.keyframes[0])


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="mode"):
        interpolate(A, B, 0.5, "sideways")
    with pytest.raises(ValueError, match="one size"):
        interpolate(A, B[:3], 0.5)
    with pytest.raises(ValueError, match="keyframes"):
        LatentPath(A)
    with pytest.raises(ValueError, match="at least one"):
        LatentPath(np.stack([A, B])).frames(0)
