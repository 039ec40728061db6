"""Masks kept as bits say what plain arrays do, at their rims and in any part of them, too."""

import numpy as np
import pytest
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.masks import (
    Mask,
    closed,
    counts,
    from_side,
    opened,
    runs_with,
    sums,
    widened,
    without_specks,
)

Pixels = NDArray[np.bool_]

BOXES = [(0, 0, 41, 30), (3, 2, 38, 29), (0, 5, 20, 6), (7, 0, 8, 30)]
"""Left, top, right, bottom of parts of a picture of 41 by 30 pixels."""


@pytest.fixture(params=BOXES)
def pair(request: pytest.FixtureRequest) -> tuple[Mask, Pixels]:
    """A part of a mask with short and long runs, and its pixels."""
    left, top, right, bottom = request.param
    random = np.random.default_rng(5)
    whole = random.random((30, 41)) < np.linspace(0.05, 0.95, 41)
    return Mask.of(whole).part(request.param), whole[top:bottom, left:right]


def runs_along(line: Pixels) -> list[tuple[int, int]]:
    """Return the start and end of every run."""
    turns = np.flatnonzero(np.diff(np.pad(line.astype(np.int8), 1)))
    return [(int(a), int(b)) for a, b in turns.reshape(-1, 2)]


def kept(pixels: Pixels, axis: int, keep: NDArray[np.bool_] | int) -> Pixels:
    """Return the runs along `axis` of a length at least, or that hold some of a part."""
    result = np.zeros_like(pixels)
    part = keep if isinstance(keep, np.ndarray) else pixels
    lines = zip(*((a.T if axis == 0 else a) for a in (result, pixels, part)), strict=True)
    for out, line, some in lines:
        for start, end in runs_along(line):
            out[start:end] = (
                some[start:end].any() if isinstance(keep, np.ndarray) else end - start >= keep
            )
    return result


def test_a_mask_of_an_array_gives_it_back(pair: tuple[Mask, Pixels]) -> None:
    mask, pixels = pair
    assert np.array_equal(mask.array(), pixels)
    assert np.array_equal((~mask).array(), ~pixels)
    assert mask.count() == pixels.sum()
    assert bool(mask)
    assert not mask.empty()


@pytest.mark.parametrize("box", BOXES)
def test_a_part_put_back_lies_where_it_was(box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    whole = Mask.of(np.ones((30, 41), np.bool_))
    wanted = np.zeros((30, 41), np.bool_)
    wanted[top:bottom, left:right] = True
    assert np.array_equal(whole.part(box).back(box, whole).array(), wanted)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("length", [0, 1, 2, 3, 7, 12, 60])
def test_runs_are_opened_and_gaps_closed(pair: tuple[Mask, Pixels], length: int, axis: int) -> None:
    mask, pixels = pair
    assert np.array_equal(opened(mask, length, axis).array(), kept(pixels, axis, length))
    assert np.array_equal(closed(mask, length, axis).array(), ~kept(~pixels, axis, length))


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("reach", [0, 1, 2, 5, 16])
def test_a_mask_is_widened_but_not_into_the_next_row(
    pair: tuple[Mask, Pixels], reach: int, axis: int
) -> None:
    mask, pixels = pair
    kernel = np.ones(2 * reach + 1)
    wide = np.apply_along_axis(
        lambda line: np.convolve(line, kernel)[reach : reach + len(line)] > 0, axis, pixels
    )
    assert np.array_equal(widened(mask, reach, axis).array(), wide)


@pytest.mark.parametrize("axis", [0, 1])
def test_whole_runs_are_found_by_any_of_their_pixels(pair: tuple[Mask, Pixels], axis: int) -> None:
    mask, pixels = pair
    some = pixels & (np.random.default_rng(8).random(pixels.shape) < 0.1)
    found = runs_with(Mask.of(some, mask.frame), mask, axis)
    assert np.array_equal(found.array(), kept(pixels, axis, some))


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("last", [False, True])
def test_what_holds_from_a_side_reaches_a_sixth_of_the_way(
    pair: tuple[Mask, Pixels], axis: int, last: bool
) -> None:
    mask, pixels = pair
    order = slice(None, None, -1 if last else 1)
    lines = (pixels.T if axis == 0 else pixels)[:, order]
    wanted = np.logical_and.accumulate(lines, axis=1)
    wanted[:, -(-lines.shape[1] // 6) :] = False
    found = from_side(mask, axis, last=last).array()
    assert np.array_equal((found.T if axis == 0 else found)[:, order], wanted)


@pytest.mark.parametrize("axis", [0, 1])
def test_pixels_are_counted_and_whole_lines_made(pair: tuple[Mask, Pixels], axis: int) -> None:
    mask, pixels = pair
    assert np.array_equal(counts(mask, axis), pixels.sum(axis))
    assert np.array_equal(sums(pixels, axis), pixels.sum(axis))
    flags = np.arange(pixels.shape[axis]) % 3 == 1
    wanted = np.zeros_like(pixels)
    wanted[(slice(None), flags) if axis else flags] = True
    assert np.array_equal(mask.lines(flags, axis).array(), wanted)


def test_specks_go_but_for_those_at_the_sides() -> None:
    pixels = np.zeros((3, 40), np.bool_)
    pixels[0, [0, 39]] = pixels[1, 20] = True
    pixels[2, 10:12] = True
    wanted = pixels.copy()
    wanted[1, 20] = False
    assert np.array_equal(without_specks(Mask.of(pixels)).array(), wanted)
