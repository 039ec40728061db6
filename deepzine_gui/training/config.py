"""Everything that can be chosen about a run, and the presets to choose from."""

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from deepzine_gui.errors import SettingsError
from deepzine_gui.networks import NetworkConfig
from deepzine_gui.networks.config import Resolution
from deepzine_gui.settings import checked

PresetName = Literal["cpu-demo", "paper"]


class TrainingConfig(BaseModel):
    """Settings of one run; the defaults are those of preset ``paper``.

    Source: Karras et al. 2017 (arXiv 1710.10196), appendix A; RpGAN with R1 and R2 from Huang et
    al. 2025 (arXiv 2501.05441), section 2.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: PresetName = Field("paper", description="The preset these settings started from.")
    resolution: Resolution = Field(128, description="Pixels of the finished pages, each side.")
    latent_size: int = Field(512, ge=1, le=2048, description="Numbers in a latent.")
    fmap_base: int = Field(8192, ge=16, le=65536, description="Feature maps: width of all stages.")
    fmap_max: int = Field(512, ge=4, le=2048, description="Feature maps of one layer at most.")
    loss: Literal["wgan-gp", "rpgan"] = Field(
        "wgan-gp",
        description="wgan-gp as in the paper, or rpgan, which is harder to collapse.",
    )
    penalty_weight: float = Field(
        10.0, ge=0, le=1000, description="Weight of the gradient penalty; higher is calmer, slower."
    )
    penalty_interval: int = Field(
        1, ge=1, le=64, description="Steps between penalties, whose weight grows likewise."
    )
    drift: float = Field(0.001, ge=0, le=1, description="Pull of the scores towards zero.")
    learning_rate: float = Field(
        0.001, ge=1e-6, le=1, description="Adam's step. Too high: samples flicker and collapse."
    )
    beta2: float = Field(0.99, ge=0, le=0.999999, description="Adam's memory of squared gradients.")
    minibatch: int = Field(16, ge=2, le=1024, description="Pages in one step.")
    minibatch_limits: dict[int, int] = Field(
        {256: 14, 512: 6, 1024: 3}, description="Smaller minibatches from these resolutions on."
    )
    fade_kimg: float = Field(800.0, ge=0, le=1e5, description="Thousand pages to fade a stage in.")
    stable_kimg: float = Field(800.0, ge=0, le=1e5, description="Thousand pages a stage, faded in.")
    final_kimg: float = Field(
        800.0, ge=0.001, le=1e6, description="Thousand pages of the last stage."
    )
    ema_decay: float = Field(
        0.999, ge=0, le=0.999999, description="Memory a step of the averaged generator, the model."
    )
    ema_half_life_kimg: float = Field(
        0.0, ge=0, le=1000, description="If above zero: that memory in thousand pages instead."
    )
    deviation_group: int = Field(
        16, ge=1, le=64, description="Pages compared with each other, against sameness."
    )
    sample_kimg: float = Field(
        20.0, ge=0.001, le=1000, description="Thousand pages between grids of samples."
    )
    checkpoint_minutes: float = Field(
        5.0, ge=0, le=600, description="Minutes between checkpoints; a kill loses at most these."
    )
    precision: Literal["auto", "float32", "bf16"] = Field(
        "auto", description="bf16 is faster where the processor has it; auto uses it only there."
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, description="The same seed starts the same run.")
    checkpoints_kept: int = Field(
        3, ge=2, le=1000, description="Newest checkpoints that stay, besides stage ends and best."
    )
    pages_at_once: int = Field(
        0, ge=0, le=1024, description="Pages computed at a time; 0 for all of a step that fit."
    )

    def network(self, channels: Literal[1, 3]) -> NetworkConfig:
        """The shape of both networks for pages of so many channels."""
        return NetworkConfig(
            resolution=self.resolution,
            channels=channels,
            latent_size=self.latent_size,
            fmap_base=self.fmap_base,
            fmap_max=self.fmap_max,
        )

    def minibatch_at(self, resolution: int) -> int:
        """Pages in one step at a stage's resolution."""
        limits = [limit for size, limit in self.minibatch_limits.items() if resolution >= size]
        return min([self.minibatch, *limits])

    def ema_at(self, batch: int, kimg: float) -> float:
        """The averaged generator's decay for a step of `batch` pages after `kimg`.

        A half-life is ramped up over the first pages: at most a twentieth of those shown
        (Karras et al. 2021, arXiv 2106.12423, training code's defaults).
        """
        if not self.ema_half_life_kimg:
            return self.ema_decay
        half_life = min(self.ema_half_life_kimg, 0.05 * kimg)
        return math.exp2(-batch / 1000 / half_life) if half_life else 0.0


_CHANGES: dict[PresetName, dict[str, Any]] = {
    "paper": {},
    "cpu-demo": {
        "resolution": 32,
        "latent_size": 64,
        "fmap_base": 512,
        "fmap_max": 64,
        "loss": "rpgan",
        "penalty_weight": 0.5,
        "penalty_interval": 8,
        "fade_kimg": 6.0,
        "stable_kimg": 6.0,
        "final_kimg": 40.0,
        "ema_half_life_kimg": 2.0,
        "deviation_group": 4,
        "sample_kimg": 2.0,
    },
}

PRESETS: tuple[PresetName, ...] = ("cpu-demo", "paper")
"""Names of the presets, the quickest first."""


def preset(name: str, **changes: Any) -> TrainingConfig:
    """A preset, with `changes` to single fields.

    Raises:
        SettingsError: no such preset or field, or a value outside its limits.
    """
    if name not in _CHANGES:
        raise SettingsError(f"There is no preset {name}: choose one of {', '.join(PRESETS)}.")
    return checked(TrainingConfig, {"preset": name, **_CHANGES[name], **changes})
