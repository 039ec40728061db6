import numpy as np
import pytest

from deepzine_gui.export.scaling import enlarged_size, even, scaled


def test_small_pages_are_enlarged_in_sharp_squares():
    page = np.random.default_rng(0).integers(0, 256, (64, 64, 1), dtype=np.uint8)
    np.testing.assert_array_equal(scaled(page, 192), page[..., 0].repeat(3, 0).repeat(3, 1))


def test_large_pages_are_enlarged_smoothly():
    page = np.zeros((128, 128, 3), np.uint8)
    page[:, 64:] = 200
    row = scaled(page, 256)[100, :, 0].astype(int)
    assert len(np.unique(row[120:136])) > 3
    assert row[10] == 0
    assert row[250] == 200


def test_reducing_averages():
    page = np.zeros((64, 64, 1), np.uint8)
    page[::2] = 200
    np.testing.assert_allclose(scaled(page, 16)[4:12], 100, atol=3)


@pytest.mark.parametrize("shape", [(5, 5), (5, 5, 3), (4, 5), (4, 4)])
def test_odd_sides_repeat_their_last_line(shape):
    frame = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    padded = even(frame)
    assert padded.shape[0] % 2 == padded.shape[1] % 2 == 0
    np.testing.assert_array_equal(padded[: shape[0], : shape[1]], frame)
    np.testing.assert_array_equal(padded[-1, : shape[1]], frame[-1])


@pytest.mark.parametrize(
    ("resolution", "size"), [(4, 512), (64, 512), (512, 512), (1024, 1024), (48, 528)]
)
def test_enlarging_is_by_a_whole_factor(resolution, size):
    assert enlarged_size(resolution, 512) == size
