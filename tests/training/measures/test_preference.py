"""The discriminator's preference against counting, and against what it must not depend on."""

import math

import numpy as np
import pytest
import torch

from deepzine_gui.training.measures.preference import preference


def test_pairs_are_counted() -> None:
    rng = np.random.default_rng(0)
    # whole numbers, so that there are ties
    real, fake = rng.integers(0, 9, 40), rng.integers(-2, 7, 25)
    wins = sum(1.0 if x > f else 0.5 if x == f else 0.0 for x in real for f in fake)
    scores = torch.from_numpy(real).float(), torch.from_numpy(fake).float()
    assert preference(*scores) == pytest.approx(wins / 1000)
    assert preference(scores[0] - 100, scores[1] - 100) == preference(*scores)


def test_of_normal_scores_it_is_phi_of_their_distance() -> None:
    random = torch.Generator().manual_seed(0)
    real, fake = torch.randn(3000, generator=random) + 1, torch.randn(3000, generator=random)
    # P(N(1, 1) > N(0, 1)) = Φ(1 / √2)
    assert preference(real, fake) == pytest.approx(0.5 * (1 + math.erf(0.5)), abs=0.02)


def test_what_is_no_number_prefers_nothing() -> None:
    scores = torch.tensor([1.0, math.nan])
    assert math.isnan(preference(scores, torch.zeros(2)))
    assert math.isnan(preference(torch.zeros(2), torch.zeros(0)))
