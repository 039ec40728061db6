import numpy as np
import pytest

from deepzine_gui.pages.means import row_means


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (700, 501), (2, 300_000)])
def test_means_of_neighbours_are_rounded(count: int, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    height, width = shape
    sheet = rng.integers(0, 256, (height, width * count)).astype(np.uint8)
    sheet[0] = 255
    exact = sheet.reshape(height, width, count).sum(2, dtype=int)
    assert np.array_equal(row_means(sheet, count), (exact + count // 2) // count)


def test_a_part_of_a_picture_will_do() -> None:
    sheet = np.arange(240, dtype=np.uint8).reshape(10, 24)
    assert np.array_equal(row_means(sheet[2:7, 4:20], 4), row_means(sheet[2:7, 4:20].copy(), 4))
