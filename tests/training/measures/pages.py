"""Sets of pages to measure."""

import torch
from torch import Tensor


def noise(count: int, seed: int, resolution: int = 32, channels: int = 1) -> Tensor:
    """Pages of pure noise."""
    random = torch.Generator().manual_seed(seed)
    return torch.randn(count, channels, resolution, resolution, generator=random)


def printed(count: int, seed: int, resolution: int = 32) -> Tensor:
    """uint8 pages of blocks: light paper, dark fields at random places."""
    random = torch.Generator().manual_seed(seed)
    fields = torch.randint(0, 2, (count, 1, 8, 8), generator=random)
    wear = torch.randint(0, 40, (count, 1, resolution, resolution), generator=random)
    grey = 210 * fields.repeat_interleave(resolution // 8, 2).repeat_interleave(resolution // 8, 3)
    return (grey + wear).to(torch.uint8)
