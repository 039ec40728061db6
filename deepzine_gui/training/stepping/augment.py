"""Change pages a little before the discriminator sees them, so that it cannot learn them by heart.

Adaptive discriminator augmentation (Karras et al. 2020, arXiv 2006.06676), with changes that leave
text as it is read: no mirroring, no quarter turns, no black for white.
"""

import math

import torch
from torch import Tensor

from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.stepping.draws import Draws
from deepzine_gui.training.stepping.warp import warp

HELD_OUT_INTERVAL = 4
"""Steps between looks at held-out pages (arXiv 2006.06676, section 3.1)."""

SHIFT = 1 / 8
"""Of the page's side, at most."""
SCALE = 0.2
"""Of an exponent of two, at most; its deviation is half of that. Alike for the proportions."""
TURN_DEGREES = 2.0
"""At most."""
BRIGHTER = 0.2
"""Of the range from −1 to 1, at most."""
CONTRAST = 0.5
"""Of an exponent of two, at most; its deviation is half of that."""
MARGIN = 1 / 8
"""Of the page's side that is greyed along one edge, at most."""

_CHANGES = 7


class Augment:
    """The pipe that real and made-up pages pass, and how often it changes them.

    Attributes:
        p: chance of each change, from 0 to 1, on the device.
    """

    def __init__(self, config: TrainingConfig, device: torch.device) -> None:
        self.config = config
        first = 0.0 if config.augment == "none" else config.augment_p
        self.p = torch.tensor(first, device=device)

    def __call__(self, pages: Tensor, draws: Draws) -> Tensor:
        """Change pages (N, C, R, R) in [−1, 1], each in its own way; differentiable, twice too."""
        if self.config.augment == "none":
            return pages
        count = len(pages)
        uniform = draws.uniform(count, 2 * _CHANGES)
        normal = draws.normal(count, 3).clamp(-2, 2) / 2
        chosen = uniform[:, :_CHANGES] < self.p
        spread = 2 * uniform[:, _CHANGES:] - 1
        with torch.autocast(pages.device.type, enabled=False):
            where = matrices(chosen, spread, normal)
            moved = warp(pages, _grid(where, pages.shape[-1]))
            changed = torch.where(chosen[:, :4].any(dim=1).reshape(-1, 1, 1, 1), moved, pages)
            changed = _toned(changed, chosen, spread, normal)
            return changed * _margins(chosen, uniform[:, _CHANGES:], pages.shape[-1])

    def adapt(self, d_real: Tensor, d_held_out: Tensor, d_fake: Tensor, pages: int) -> None:
        """Change pages more often where the discriminator knows its own from held-out ones.

        r_v = (E[D(trained on)] − E[D(held out)]) / (E[D(trained on)] − E[D(made up)]) (arXiv
        2006.06676, equation 1) is held at the target; it does not change when all scores shift.
        Where made-up pages score higher than real ones there is nothing learnt by heart; where a
        score is no number nothing changes.

        Args:
            d_real: mean score of pages trained on.
            d_held_out: of pages never trained on, at the same step.
            d_fake: of made-up pages.
            pages: shown since the last call.
        """
        if self.config.augment != "ada":
            return
        gap = d_real - d_fake
        too_much = (gap > 0) & (d_real - d_held_out > self.config.augment_target * gap)
        step = pages / 1000 / self.config.augment_kimg
        change = torch.where(too_much, step, -step) * torch.isfinite(gap - d_held_out)
        self._set((self.p + change).clamp(0, self.config.augment_limit))

    def raise_by(self, p: float) -> None:
        """Change pages more often from now on, within the limit; the step by step goes on."""
        if self.config.augment == "ada":
            self._set((self.p + p).clamp(0, self.config.augment_limit))

    def state_dict(self) -> dict[str, Tensor]:
        """What a checkpoint must keep."""
        return {"p": self.p}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Go on from a checkpoint; where the settings fix p, they decide."""
        if self.config.augment == "ada" and "p" in state:
            self._set(state["p"])

    def _set(self, p: Tensor) -> None:
        # always in the same place, where recorded steps look for it
        self.p.copy_(p)


def matrices(chosen: Tensor, spread: Tensor, normal: Tensor) -> Tensor:
    """From a changed page's coordinates to the original's, (N, 2, 3).

    Args:
        chosen: (N, at least 4), which of shift, scale, proportions and turn are made.
        spread: (N, at least 4) in [−1, 1]: shift across and down, unused, turn.
        normal: (N, at least 2) in [−1, 1]: scale and proportions.
    """
    shifts = torch.where(chosen[:, :1], 2 * SHIFT * spread[:, :2], 0.0)
    size = torch.where(chosen[:, 1], SCALE * normal[:, 0], 0.0)
    slender = torch.where(chosen[:, 2], SCALE * normal[:, 1], 0.0)
    turn = torch.where(chosen[:, 3], math.radians(TURN_DEGREES) * spread[:, 3], 0.0)
    across, down = torch.exp2(size + slender), torch.exp2(size - slender)
    cosine, sine = turn.cos(), turn.sin()
    rows = (
        torch.stack([cosine * across, -sine * down, shifts[:, 0]], dim=1),
        torch.stack([sine * across, cosine * down, shifts[:, 1]], dim=1),
    )
    return torch.stack(rows, dim=1)


def _grid(where: Tensor, size: int) -> Tensor:
    """The coordinates (N, size, size, 2) at which each pixel's centre is looked up."""
    centres = (2 * torch.arange(size, device=where.device) + 1) / size - 1
    down, across = torch.meshgrid(centres, centres, indexing="ij")
    x, y, shift = (where[:, None, None, :, column] for column in range(3))
    return x * across[..., None] + y * down[..., None] + shift


def _toned(pages: Tensor, chosen: Tensor, spread: Tensor, normal: Tensor) -> Tensor:
    """Brightness and contrast, the latter around the middle grey."""
    brighter = torch.where(chosen[:, 4], BRIGHTER * spread[:, 4], 0.0)
    contrast = torch.exp2(torch.where(chosen[:, 5], CONTRAST * normal[:, 2], 0.0))
    return pages * contrast.reshape(-1, 1, 1, 1) + brighter.reshape(-1, 1, 1, 1)


def _margins(chosen: Tensor, uniform: Tensor, size: int) -> Tensor:
    """0 on a strip along one edge where that is chosen, else 1, (N, 1, size, size)."""
    edge = (4 * uniform[:, 6]).long().clamp(max=3).reshape(-1, 1)
    depth = torch.where(chosen[:, 6], MARGIN * size * uniform[:, 5], 0.0).reshape(-1, 1)
    near = torch.arange(size, device=uniform.device).reshape(1, -1) + 0.5
    across = ~((edge == 0) & (near < depth) | (edge == 1) & (size - near < depth))
    down = ~((edge == 2) & (near < depth) | (edge == 3) & (size - near < depth))
    return (down[:, None, :, None] & across[:, None, None, :]).float()
