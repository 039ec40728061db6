"""Nearest pages, near-duplicates and copies against brute force in NumPy."""

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.training.measures import copying
from deepzine_gui.training.measures.duplicates import near_duplicates
from deepzine_gui.training.measures.nearest import nearest, vectors
from deepzine_gui.training.measures.work import finish
from tests.training.measures.pages import printed


def between(one: Tensor, other: Tensor) -> NDArray[np.float64]:
    """RMS difference of every page of 32 px to every other, in grey levels."""
    a, b = (pages.numpy().astype(float) for pages in (one, other))
    return np.sqrt(((a[:, None] - b[None]) ** 2).mean(axis=(2, 3, 4)))


def test_distances_are_in_grey_levels() -> None:
    black = torch.zeros(1, 1, 32, 32, dtype=torch.uint8)
    distances, places = finish(nearest(vectors(black), vectors(torch.cat([black + 90, black + 7]))))
    assert distances.item() == pytest.approx(7, abs=0.01)
    assert places.item() == 1


def test_the_nearest_is_that_of_numpy() -> None:
    pages, among = printed(150, 0), printed(90, 1)
    distances, places = finish(nearest(vectors(pages), vectors(among)))
    expected = between(pages, among)
    assert places.tolist() == expected.argmin(axis=1).tolist()
    assert distances.numpy() == pytest.approx(expected.min(axis=1), abs=0.01)


def test_pages_of_the_same_document_are_not_compared() -> None:
    pages = printed(40, 0)
    documents = torch.arange(40) // 8
    distances, _ = finish(nearest(vectors(pages), vectors(pages), (documents, documents)))
    expected = between(pages, pages)
    expected[(documents[:, None] == documents).numpy()] = np.inf
    assert distances.numpy() == pytest.approx(expected.min(axis=1), abs=0.01)


def test_large_pages_are_compared_in_small() -> None:
    small = printed(3, 0)
    large = small.repeat_interleave(4, 2).repeat_interleave(4, 3)
    torch.testing.assert_close(vectors(large), vectors(small))


def test_near_duplicates_are_those_of_numpy() -> None:
    real, made_up = printed(60, 0), printed(60, 1)
    made_up[40:] = made_up[:20] // 2 * 2
    real[59] = real[0]
    found = near_duplicates(vectors(made_up), vectors(real))
    within = between(real, real)
    np.fill_diagonal(within, np.inf)
    limit = np.sort(within.min(axis=1))[29] / 2
    assert found.distance == pytest.approx(limit, abs=0.01)
    assert (found.made_up, found.real) == (20, 1)
    assert found.too_many


def test_the_birthday_test_tells_the_number_of_different_pages() -> None:
    real, different = printed(200, 0), printed(50, 1)
    drawn = torch.randint(50, (200,), generator=torch.Generator().manual_seed(2))
    found = near_duplicates(vectors(different[drawn]), vectors(real))
    counts = torch.bincount(drawn)
    assert found.made_up == int((counts * (counts - 1) // 2).sum())
    assert 200**2 / (2 * found.made_up) == pytest.approx(50, rel=0.1)
    assert not near_duplicates(vectors(printed(200, 3)), vectors(real)).too_many


def copies(made_up: Tensor, trained_on: Tensor, documents: Tensor) -> copying.Copying:
    everything = torch.arange(len(trained_on))
    points = vectors(made_up), vectors(trained_on)
    return finish(copying.copying(*points, documents, everything))


def test_copies_are_told_from_new_pages() -> None:
    trained_on, documents = printed(80, 0), torch.arange(80) // 10
    copied = copies(trained_on[:40], trained_on, documents)
    assert copied.ratio == pytest.approx(0, abs=0.01)
    assert copied.places.tolist() == list(range(40))
    assert copies(printed(40, 1), trained_on, documents).ratio == pytest.approx(1, abs=0.1)


def test_the_ratio_is_that_of_numpy() -> None:
    trained_on, documents = printed(41, 0), torch.arange(41) // 10
    made_up = trained_on[:21].float().lerp(printed(21, 1).float(), 0.5).to(torch.uint8)
    apart = between(trained_on, trained_on)
    apart[(documents[:, None] == documents).numpy()] = np.inf
    expected = np.median(between(made_up, trained_on).min(axis=1)) / np.median(apart.min(axis=1))
    assert copies(made_up, trained_on, documents).ratio == pytest.approx(expected, rel=1e-3)
    assert 0.2 < expected < copying.ALARM


def test_a_dataset_of_one_page_gives_a_number() -> None:
    same = printed(1, 0).repeat(20, 1, 1, 1)
    found = copies(same, same, torch.arange(20) // 2)
    assert math.isfinite(found.ratio)
    assert found.ratio < copying.ALARM
