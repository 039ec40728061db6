"""χ² of grey levels against NumPy and closed forms."""

import numpy as np
import pytest
import torch

from deepzine_gui.training.measures.levels import histogram_distance
from tests.training.measures.pages import noise, printed


def test_it_is_what_numpy_finds() -> None:
    one, other = printed(8, 0), printed(12, 1) // 2 + 30
    p, q = (
        np.histogram(pages.numpy() / 127.5 - 1, bins=64, range=(-1, 1))[0] / pages.numel()
        for pages in (one, other)
    )
    used = p + q > 0
    expected = 0.5 * ((p - q)[used] ** 2 / (p + q)[used]).sum()
    assert histogram_distance(one, other) == pytest.approx(expected, abs=0.02)
    assert expected > 0.3


def test_it_sees_a_change_of_contrast() -> None:
    pages, other = noise(64, 0).clamp(-1, 1), noise(64, 1).clamp(-1, 1)
    assert histogram_distance(pages, other) < 0.01
    assert histogram_distance(pages, 0.4 * other) > 0.3


def test_closed_forms() -> None:
    black, white = torch.full((2, 1, 8, 8), -1.0), torch.full((2, 1, 8, 8), 1.0)
    assert histogram_distance(black, white) == pytest.approx(1)
    assert histogram_distance(black, torch.cat([black, white])) == pytest.approx(1 / 3)
