"""Thinning out a curve keeps its shape."""

import numpy as np

from deepzine_gui.ui.train.decimate import decimate


def test_a_short_curve_stays_as_it_is() -> None:
    x = np.arange(100.0)
    kept_x, kept_y = decimate(x, x**2)
    assert np.array_equal(kept_x, x)
    assert np.array_equal(kept_y, x**2)


def test_of_a_long_curve_few_points_are_left_and_no_spike_is_lost() -> None:
    rng = np.random.default_rng(0)
    x = np.arange(20_003.0)
    y = rng.normal(size=x.size)
    y[7_777], y[12_345] = 50.0, -50.0
    kept_x, kept_y = decimate(x, y, buckets=100)
    assert len(kept_x) <= 400
    assert np.all(np.diff(kept_x) > 0)
    assert {7_777.0, 12_345.0, x[-1]} <= set(kept_x)
    assert np.array_equal(kept_y, y[kept_x.astype(int)])
