"""A sample's mean and brightness, against NumPy over all its pages."""

import numpy as np

from deepzine_gui.ui.dataset.statistics.sampling import LARGEST_SAMPLE, LEVELS, Sampling


def test_few_pages_are_all_taken() -> None:
    pages = np.random.default_rng(1).integers(0, 256, (40, 1, 8, 8), dtype=np.uint8)
    sampling = Sampling(np.arange(40)[::-1])
    while numbers := sampling.next_pages(7):
        for number in numbers:
            sampling.add(pages[number])
    result = sampling.result()
    assert (result.pages, result.taken) == (40, 40)
    assert np.array_equal(result.mean, np.rint(pages.mean(axis=0)).astype(np.uint8))
    expected, _ = np.histogram(pages, bins=LEVELS, range=(0, 256))
    assert np.allclose(result.brightness, expected / pages.size)


def test_many_pages_are_thinned_out_evenly() -> None:
    sampling = Sampling(np.arange(100_000))
    numbers = sampling.next_pages(10**6)
    assert len(numbers) == LARGEST_SAMPLE
    assert (numbers[0], numbers[-1]) == (0, 99_999)
    assert np.ptp(np.diff(numbers)) <= 1
    assert sampling.is_whole


def test_no_page_is_no_error() -> None:
    sampling = Sampling(np.empty(0, np.intp))
    assert sampling.is_whole
    assert sampling.result().taken == 0
