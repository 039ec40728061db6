"""A minibatch in parts: by whom each page is computed, and which are computed at a time."""

import dataclasses
import math

import torch
from torch import Tensor

from deepzine_gui.networks.layers import group_size

_WORDS = (
    "DefaultCPUAllocator: ",
    "std::bad_alloc",
    "could not create a memory object",
    "ALLOC_FAILED",
    "CUDA out of memory",
)
"""What torch and its libraries say where they have no error of their own for it."""

_NO_MORE = "could not create a primitive"
"""What oneDNN says when there is no room for its machine code, and from then on of all it makes.

Of what it cannot compute at all it says "could not create a primitive descriptor …".
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """The pages of a minibatch that one process computes.

    Attributes:
        places: where they stand in the minibatch, (n,) int64.
        count: pages of the minibatch.
        group: pages that are compared with each other; the share holds whole groups.
        weight: of their mean in that of the minibatch; 0 where other processes have all groups,
            and this one computes one of those only to go through the same motions.
    """

    places: Tensor
    count: int
    group: int
    weight: float


def share(count: int, group: int, *, rank: int = 0, size: int = 1) -> Share:
    """Divide a minibatch between `size` processes, as evenly as whole groups can be.

    Args:
        count: pages of the minibatch.
        group: pages that stand together, as in `layers.minibatch_deviation`.
        rank: of the process whose share is wanted, from 0.
        size: number of processes.
    """
    together = group_size(count, group)
    # a column is a group, as the deviation lays them out
    columns = torch.arange(count).reshape(together, count // together)
    own = columns.tensor_split(size, dim=1)[rank]
    weight = own.numel() / count
    return Share((own if weight else columns[:, :1]).flatten(), count, together, weight)


def parts(batch: tuple[Tensor, ...], most: int | None, group: int) -> list[tuple[Tensor, ...]]:
    """Split tensors (N, …) into parts of at most `most` pages, as even as can be.

    Pages that the minibatch deviation compares with each other stay together, so that summed
    gradients are those of the whole; only where `most` is below a group are groups split as well.

    Args:
        batch: tensors of equal length N, split alike.
        most: pages in a part; None leaves the batch whole.
        group: pages that stand together, as in `layers.minibatch_deviation`.
    """
    count = len(batch[0])
    if most is None or most >= count:
        return [batch]
    size = group_size(count, group)
    if most < size:
        places = torch.arange(count).tensor_split(math.ceil(count / most))
    else:
        groups = count // size
        # a column is a group, as the deviation lays them out
        table = torch.arange(count).reshape(size, groups)
        columns = torch.arange(groups).tensor_split(math.ceil(groups / (most // size)))
        places = tuple(table[:, some].flatten() for some in columns)
    return [
        tuple(tensor[place.to(tensor.device, non_blocking=True)] for tensor in batch)
        for place in places
    ]


def halved(most: int, group: int) -> int:
    """Half as many pages, at least one; a multiple of `group` where it is not less than that."""
    half = (most + 1) // 2
    return half // group * group or half


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that a tensor found no room; with less, it may be tried again."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _WORDS)


def is_out_of_memory_for_good(error: BaseException) -> bool:
    """Whether an error says that memory ran out, and that this thread computes nothing more."""
    return isinstance(error, RuntimeError) and str(error) == _NO_MORE
