import numpy as np
import pytest

from deepzine_gui.pages.means import ACROSS, block_means


@pytest.mark.parametrize("down", [1, 2, 3, 8, 32])
@pytest.mark.parametrize("across", ACROSS)
@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (700, 51), (2, 30_000)])
def test_means_of_blocks_are_rounded(across: int, down: int, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    height, width = shape
    sheet = rng.integers(0, 256, (height * down, width * across)).astype(np.uint8)
    # the largest sums there are
    sheet[:down] = 255
    exact = sheet.reshape(height, down, width, across).sum((1, 3), dtype=int)
    count = across * down
    assert np.array_equal(block_means(sheet, across, down), (exact + count // 2) // count)


def test_a_part_of_a_picture_will_do() -> None:
    sheet = np.arange(240, dtype=np.uint8).reshape(10, 24)
    part = sheet[2:8, 4:20]
    assert np.array_equal(block_means(part, 4, 2), block_means(part.copy(), 4, 2))
