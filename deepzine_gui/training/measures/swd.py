"""Sliced Wasserstein distance: whether strokes and textures are the same, size by size."""

from collections.abc import Sequence

import torch
from torch import Tensor

from deepzine_gui.training.measures.pages import in_parts
from deepzine_gui.training.measures.pyramid import level_sizes, pyramid
from deepzine_gui.training.measures.work import Work

PATCHES = 128
"""Patches a page and level."""

_SIDE = 7
_DIRECTIONS, _AT_ONCE = 512, 128

_Places = tuple[Tensor, Tensor]


def sliced_wasserstein(
    others: Sequence[Tensor], real: Tensor, *, patches: int = PATCHES, seed: int = 0
) -> Work[list[dict[int, float]]]:
    """Sliced Wasserstein distance × 10³ of sets of pages to `real`, at each level of a pyramid.

    The level of R pixels tells of strokes of that size. Compare with the distance of other real
    pages. It does not see a change of contrast: `levels.histogram_distance` does.
    Source: Karras et al. 2017 (arXiv 1710.10196, section 5): patches of 7×7 pixels, each set's
    normalised by their own mean and deviation a channel, 4 × 128 directions.

    Args:
        others: sets of pages (N, C, R, R), R at least 16.
        real: as many pages of the same size.
        patches: so many a page and level.
        seed: of the patches and directions.

    Returns:
        For each set its distance at R, R/2, … 16 pixels.
    """
    sets = [real, *others]
    assert len({pages.shape for pages in sets}) == 1, [pages.shape for pages in sets]
    sizes = level_sizes(real.shape[-1])
    places, directions = _drawn(real, sizes, patches, seed)
    cut = []
    for number, pages in enumerate(sets):
        cut.append(_descriptors(pages, places, patches))
        yield 0.1 * (number + 1) / len(sets)
    found: list[dict[int, float]] = [{} for _ in others]
    for number, size in enumerate(sizes):
        sums = [0.0] * len(others)
        for start in range(0, _DIRECTIONS, _AT_ONCE):
            some = directions[number][:, start : start + _AT_ONCE]
            aim = _sorted(cut[0][number], some)
            for place in range(len(others)):
                off = (_sorted(cut[place + 1][number], some) - aim).abs().mean().item()
                sums[place] += off * some.shape[1]
            done = number + (start + _AT_ONCE) / _DIRECTIONS
            yield 0.1 + 0.9 * done / len(sizes)
        for distances, total in zip(found, sums, strict=True):
            distances[size] = 1000 * total / _DIRECTIONS
    return found


def _drawn(
    real: Tensor, sizes: Sequence[int], patches: int, seed: int
) -> tuple[list[_Places], list[Tensor]]:
    """Of each level the places of patches, and unit directions (C · 49, 512)."""
    random = torch.Generator().manual_seed(seed)
    places, directions = [], []
    for size in sizes:
        places.append(_places(len(real) * patches, size, random))
        drawn = torch.randn(real.shape[1] * _SIDE**2, _DIRECTIONS, generator=random)
        directions.append((drawn / drawn.norm(dim=0)).to(real.device))
    return places, directions


def _sorted(descriptors: Tensor, directions: Tensor) -> Tensor:
    """Project (P, D) onto directions (D, S) → (S, P), each row in order."""
    projected = directions.T @ descriptors.T
    if projected.device.type != "cpu":
        return projected.sort(dim=1).values
    # ten times as quick as torch's on one thread, where a row lies in one piece
    projected.numpy().sort(axis=1)
    return projected


def _places(count: int, size: int, random: torch.Generator) -> _Places:
    """Row and column of each patch's corner."""
    row = torch.randint(size - _SIDE + 1, (count,), generator=random)
    column = torch.randint(size - _SIDE + 1, (count,), generator=random)
    return row, column


def _descriptors(pages: Tensor, places: list[_Places], patches: int) -> list[Tensor]:
    """Of each level the patches at these places, normalised over the set: (N · patches, D)."""
    found: list[list[Tensor]] = [[] for _ in places]
    start = 0
    for part in in_parts(pages):
        end = start + len(part) * patches
        for level, (row, column), into in zip(pyramid(part), places, found, strict=True):
            into.append(_cut(level, row[start:end], column[start:end]))
        start = end
    return [_normalised(torch.cat(parts)) for parts in found]


def _cut(level: Tensor, row: Tensor, column: Tensor) -> Tensor:
    """Cut patches (P, C, 7, 7), equally many from each page (N, C, H, W)."""
    page = torch.arange(len(level)).repeat_interleave(len(row) // len(level)).reshape(-1, 1, 1)
    offset = torch.arange(_SIDE)
    rows = row.reshape(-1, 1, 1) + offset.reshape(1, -1, 1)
    columns = column.reshape(-1, 1, 1) + offset.reshape(1, 1, -1)
    return level.movedim(1, -1)[page, rows, columns].movedim(-1, 1)


def _normalised(patches: Tensor) -> Tensor:
    """Patches of zero mean and unit deviation a channel over the whole set, flattened."""
    mean = patches.mean(dim=(0, 2, 3), keepdim=True)
    deviation = patches.std(dim=(0, 2, 3), keepdim=True)
    return ((patches - mean) / deviation.clamp_min(1e-8)).flatten(1)
