"""Where a run computes, in what precision, and how what it needs gets there."""

import ctypes
import sys
from collections import deque

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.training.recipe.config import TrainingConfig

STEPS_AHEAD = 8
"""So many steps the processor is ahead of a graphics card at most."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Of mallopt: bytes that may lie idle, from how many on a block is the system's own, and how many
heaps threads are divided between."""

_NEVER = 2**31 - 1
_LARGEST_KEPT = 32 * 2**20
"""Larger ones are refused."""


def best_device() -> str:
    """``cuda`` where there is one, else ``cpu``."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def card_names() -> tuple[str, ...]:
    """The names of the graphics cards that torch can use, the first the one that auto takes."""
    return tuple(torch.cuda.get_device_name(place) for place in range(torch.cuda.device_count()))


def prepare(device: torch.device) -> None:
    """Set what holds for the whole process.

    On graphics cards the quickest convolution of each shape is looked for, and float32 is float32:
    TF32 has ten bits of mantissa, too few for penalties. On processors used memory is kept.
    """
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True
        torch.backends.cudnn.conv.fp32_precision = "ieee"  # type: ignore[attr-defined]
        torch.backends.cuda.matmul.fp32_precision = "ieee"
    else:
        _keep_memory()


def _keep_memory() -> None:
    """Have memory that tensors leave used by the next ones, where the C library is GNU's.

    A step asks for the same again and again; what goes back to Linux in between comes page by page,
    and emptied. See mallopt(3); blocks from 32 MiB on are always given back. All threads have one
    heap, as one of its own takes 64 MiB of addresses or more, and what a thread leaves unused there
    is of no use to others.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_TRIM_THRESHOLD, _NEVER)
        mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT)
        mallopt(_ARENA_MAX, 1)


def give_back(device: torch.device) -> None:
    """Give back the memory that no tensor uses any more; for when it has run out."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def uses_bf16(config: TrainingConfig, device: torch.device) -> bool:
    """Whether a run computes its convolutions in bfloat16 on this device."""
    if config.precision != "auto":
        return config.precision == "bf16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported())


def lay_channels_last(network: torch.nn.Module) -> None:
    """Give a network's convolutions the layout that is quickest on every device."""
    for weight in network.parameters():
        if weight.ndim == 4:
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)


def upload(values: NDArray[np.generic] | Tensor, device: torch.device) -> Tensor:
    """Bring values to the device without waiting for what it computes; some are there already."""
    tensor = values if isinstance(values, Tensor) else torch.from_numpy(values)
    if device.type == "cuda" and not tensor.is_cuda:
        # torch keeps pinned memory for as long as the card reads it, and uses it again
        tensor = tensor.pin_memory()
    return tensor.to(device, non_blocking=True)


def free_bytes(device: torch.device) -> int:
    """Memory of a graphics card that nothing uses, though torch may keep it for later."""
    spare = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return int(torch.cuda.mem_get_info(device)[0]) + spare


def wait_for(device: torch.device) -> None:
    """Wait until the device has computed all it was asked for."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


class Pace:
    """Keeps the processor from asking a graphics card for too much at once.

    Without it, stopping a run would wait for all steps that were asked for.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._steps: deque[torch.cuda.Event] = deque()

    def keep(self) -> None:
        """After a step was asked for: wait until the one of `STEPS_AHEAD` steps ago is done."""
        if self._device.type != "cuda":
            return
        done = torch.cuda.Event()  # type: ignore[no-untyped-call]
        done.record(torch.cuda.current_stream(self._device))
        self._steps.append(done)
        if len(self._steps) > STEPS_AHEAD:
            self._steps.popleft().synchronize()
