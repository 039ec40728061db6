"""KID: whether the pages make the same impression on a network trained on photographs."""

import dataclasses
import math

from torch import Tensor

BLOCK = 128
"""Pages of each set in a block, at most."""


@dataclasses.dataclass(frozen=True, slots=True)
class KernelDistance:
    """A distance that is 0 on average for sets of the same kind, and its standard error.

    It can be a little below 0; `error` is not a number where there was one block only.
    """

    value: float
    error: float


def kernel_distance(one: Tensor, other: Tensor, *, block: int = BLOCK) -> KernelDistance:
    """Kernel inception distance between features (N, D) of two sets of as many pages.

    The squared maximum mean discrepancy with the cubic kernel (xᵀy / D + 1)³, unbiased: the mean
    over blocks of pages, in the order they come. Source: Bińkowski et al. 2018 (arXiv 1801.01401,
    sections 3 and 4).
    """
    assert one.shape == other.shape, (one.shape, other.shape)
    size = min(block, len(one))
    count = len(one) // size
    found = []
    for number in range(count):
        some = slice(number * size, (number + 1) * size)
        found.append(_discrepancy(one[some].double(), other[some].double()))
    mean = sum(found) / count
    if count == 1:
        return KernelDistance(mean, math.nan)
    variance = sum((value - mean) ** 2 for value in found) / (count - 1)
    return KernelDistance(mean, math.sqrt(variance / count))


def _discrepancy(one: Tensor, other: Tensor) -> float:
    """Unbiased squared MMD of (n, D) and (n, D): no page is compared with itself."""
    count = len(one)
    within = 0.0
    for features in (one, other):
        kernel = _kernel(features, features)
        within += float(kernel.sum() - kernel.diagonal().sum()) / (count * (count - 1))
    return within - 2 * float(_kernel(one, other).mean())


def _kernel(one: Tensor, other: Tensor) -> Tensor:
    return (one @ other.T / one.shape[1] + 1) ** 3
