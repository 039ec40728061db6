"""Where a run computes, and in what precision."""

import torch

from deepzine_gui.training.config import TrainingConfig


def best_device() -> str:
    """``cuda`` where there is one, else ``cpu``."""
    return "cuda" if torch.cuda.is_available() else "cpu"


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
