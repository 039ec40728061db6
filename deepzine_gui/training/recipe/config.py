"""Everything that can be chosen about a run."""

import math
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from deepzine_gui.networks import NetworkConfig
from deepzine_gui.networks.config import LabelHead, Resolution

PresetName = Literal["cpu-demo", "seed-deepzine", "default", "paper"]
Loss = Literal["wgan-gp", "ns-r1", "rpgan"]

LEAST_GAMMA, MOST_GAMMA = 0.5, 50.0
"""Between these the penalty's weight follows the resolution, where it does."""


def _read_limits(value: Any) -> Any:
    """Read ``256:14, 512:6`` as the dictionary it means; anything else is left as it is."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"\s*(\d+\s*:\s*\d+\s*(,\s*|$))*", value.strip("{} ")):
        raise ValueError("write limits as 256:14, 512:6")
    return {int(size): int(pages) for size, pages in re.findall(r"(\d+)\s*:\s*(\d+)", value)}


def _name_devices(value: str) -> str:
    if not re.fullmatch(r"auto|all|cpu|[1-9]\d?", value, re.ASCII):
        raise ValueError("write auto, all, cpu, or a number from 1 to 99")
    return value


Devices = Annotated[str, AfterValidator(_name_devices)]
Limits = Annotated[
    dict[Resolution, Annotated[int, Field(ge=2, le=1024)]], BeforeValidator(_read_limits)
]


def _of(
    default: Any, description: str, *, unit: str = "", ge: float | None = None, le: Any = None
) -> Any:
    """A field with its limits, and its unit for forms and help texts."""
    return Field(default, ge=ge, le=le, description=description, json_schema_extra={"unit": unit})


class TrainingConfig(BaseModel):
    """Settings of one run.

    The defaults are those of preset ``paper``, as far as runs of every age can have had them.
    Sources: Karras et al. 2017 (arXiv 1710.10196), appendix A; RpGAN with R1 and R2 from Huang et
    al. 2025 (arXiv 2501.05441), section 2; augmentation from Karras et al. 2020 (arXiv 2006.06676).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: PresetName = _of("paper", "The preset these settings started from.")

    resolution: Resolution = _of(128, "Pixels of the finished pages, each side.", unit="px")
    growth: Literal["progressive", "none"] = _of(
        "progressive", "Grow from 4 px, or train the finished size at once, for the last stage."
    )
    latent_size: int = _of(512, "Numbers in a latent.", ge=1, le=2048)
    fmap_base: int = _of(
        8192,
        "Feature maps: width of all stages. From 4 × base / most px on, widths halve.",
        ge=16,
        le=65536,
    )
    fmap_max: int = _of(512, "Feature maps of one layer at most.", ge=4, le=2048)
    deviation_group: int = _of(
        16, "Pages compared with each other, against sameness.", unit="pages", ge=1, le=64
    )
    conditional: Literal["auto", "off"] = _of(
        "off", "Learn a page's label with it, where the dataset has labels."
    )
    label_head: LabelHead = _of(
        "projection", "How labels are judged: projection, or classes as in AC-GAN."
    )

    loss: Loss = _of(
        "wgan-gp",
        "wgan-gp as in the paper, ns-r1 (non-saturating), or rpgan, which is hardest to collapse.",
    )
    penalty_weight: float = _of(
        10.0, "Weight of the gradient penalty; higher is calmer, slower.", ge=0, le=1000
    )
    penalty_scaling: Literal["none", "resolution"] = _of(
        "none", "Whether that weight is times (size / 64 px)², from 0.5 to 50; never for wgan-gp."
    )
    penalty_interval: int = _of(
        1, "Steps between penalties, whose weight grows likewise.", unit="steps", ge=1, le=64
    )
    fade_penalty_interval: int = _of(
        0, "The same while a size fades in; 0 is no different.", unit="steps", ge=0, le=64
    )
    drift: float = _of(0.001, "Pull of the scores towards zero.", ge=0, le=1)
    l1_weight: float = _of(0.0, "Penalty on the sum of all weights' sizes.", ge=0, le=1)
    l2_weight: float = _of(0.0, "Penalty on the sum of all weights' squares.", ge=0, le=1)

    learning_rate: float = _of(
        0.001, "Adam's step. Too high: samples flicker and collapse.", ge=1e-6, le=1
    )
    warmup_kimg: float = _of(
        0.0, "Thousand pages in which each stage's step grows to that.", unit="kimg", ge=0, le=1000
    )
    beta1: float = _of(0.0, "Adam's memory of gradients.", ge=0, le=0.999999)
    beta2: float = _of(0.99, "Adam's memory of squared gradients.", ge=0, le=0.999999)
    adam_epsilon: float = _of(1e-8, "Adam's guard against division by zero.", ge=1e-9, le=0.1)
    reset_moments: bool = _of(True, "Whether Adam begins afresh at every stage.")
    discriminator_updates: int = _of(1, "Discriminator updates in a step.", ge=1, le=16)
    generator_updates: int = _of(1, "Generator updates in a step.", ge=1, le=16)

    minibatch: int = _of(16, "Pages in one update.", unit="pages", ge=2, le=1024)
    minibatch_limits: Limits = _of(
        {256: 14, 512: 6, 1024: 3}, "Fewer pages from these sizes on, as 256:14, 512:6."
    )
    pages_at_once: int = _of(
        0, "Pages computed at a time; 0 for all of an update that fit.", unit="pages", ge=0, le=1024
    )
    fade_kimg: float = _of(800.0, "Thousand pages to fade a stage in.", unit="kimg", ge=0, le=10**5)
    stable_kimg: float = _of(
        800.0, "Thousand pages a stage, faded in.", unit="kimg", ge=0, le=10**5
    )
    final_kimg: float = _of(
        800.0, "Thousand pages of the last stage.", unit="kimg", ge=0.001, le=10**6
    )
    stage_steps: int = _of(
        0,
        "If above zero: steps of each stage but the last, in place of those thousands.",
        unit="steps",
        ge=0,
        le=10**7,
    )

    ema_decay: float = _of(
        0.999, "Memory an update of the averaged generator, the model.", ge=0, le=0.999999
    )
    ema_half_life_kimg: float = _of(
        0.0, "If above zero: that memory in thousand pages instead.", unit="kimg", ge=0, le=1000
    )
    ema_ramp: float = _of(
        0.05, "That half-life is at most this share of the pages shown.", ge=0.001, le=1
    )

    augment: Literal["none", "fixed", "ada"] = _of(
        "none", "Shift, scale, tilt and tone pages a little: never, as often as said, or as needed."
    )
    augment_p: float = _of(0.0, "How often each change is made, at first.", ge=0, le=1)
    augment_limit: float = _of(0.6, "How often at most.", ge=0, le=1)
    augment_target: float = _of(
        0.5, "As needed: how far the discriminator may know its own pages.", ge=0, le=1
    )
    augment_kimg: float = _of(
        500.0, "Thousand pages from never to always.", unit="kimg", ge=0.001, le=10**5
    )
    held_out: float = _of(
        0.0, "Share of the pages, in whole documents, that is never trained on.", ge=0, le=0.5
    )

    sample_kimg: float = _of(
        20.0, "Thousand pages between grids of samples.", unit="kimg", ge=0.001, le=1000
    )
    sample_steps: int = _of(
        0, "If above zero: steps between them, in place of those thousands.", unit="steps",
        ge=0, le=10**7,
    )  # fmt: skip
    checkpoint_minutes: float = _of(
        5.0, "Minutes between checkpoints; a kill loses at most these.", unit="min", ge=0, le=600
    )
    checkpoint_steps: int = _of(
        0, "If above zero: a checkpoint after so many steps, too.", unit="steps", ge=0, le=10**7
    )
    checkpoints_kept: int = _of(
        3, "Newest checkpoints that stay, besides stage ends and best.", ge=2, le=1000
    )
    report_steps: int = _of(
        0, "Steps between reports of the losses; 0 is every two seconds.", unit="steps",
        ge=0, le=10_000,
    )  # fmt: skip
    guard: Literal["on", "off"] = _of(
        "on", "Whether a run that collapses goes back to a good checkpoint, with calmer settings."
    )
    precision: Literal["auto", "float32", "bf16"] = _of(
        "auto", "bf16 is faster where the processor has it; auto uses it only there."
    )
    graphs: Literal["auto", "off"] = _of(
        "auto",
        "Whether a graphics card repeats recordings of whole steps up to 64 px, or is asked for "
        "each part of them anew.",
    )
    devices: Devices = _of(
        "auto",
        "Where to compute: auto is one graphics card or the processor, all is every card, cpu is "
        "the processor; a number is so many cards, or processes where there is none.",
    )
    seed: int = _of(0, "The same seed starts the same run.", ge=0, le=2**31 - 1)

    def network(self, channels: Literal[1, 3], *, labels: int = 0) -> NetworkConfig:
        """The shape of both networks for pages of so many channels and labels."""
        return NetworkConfig(
            resolution=self.resolution,
            channels=channels,
            latent_size=self.latent_size,
            fmap_base=self.fmap_base,
            fmap_max=self.fmap_max,
            labels=labels,
            label_head=self.label_head,
        )

    def minibatch_at(self, resolution: int) -> int:
        """Pages in one update at a stage's resolution."""
        limits = [limit for size, limit in self.minibatch_limits.items() if resolution >= size]
        return min([self.minibatch, *limits])

    def gamma_at(self, resolution: int) -> float:
        """The penalty's weight at a stage's resolution."""
        if self.penalty_scaling == "none" or self.loss == "wgan-gp":
            return self.penalty_weight
        return self.penalty_weight * min(MOST_GAMMA, max(LEAST_GAMMA, (resolution / 64) ** 2))

    def ema_at(self, pages: int, kimg: float) -> float:
        """The averaged generator's decay for a step of `pages` pages after `kimg`.

        A half-life is ramped up over the first pages: at most a twentieth of those shown
        (Karras et al. 2021, arXiv 2106.12423, training code's defaults). A plain decay holds for
        each of the discriminator's updates.
        """
        if not self.ema_half_life_kimg:
            return self.ema_decay**self.discriminator_updates
        half_life = min(self.ema_half_life_kimg, self.ema_ramp * kimg)
        return math.exp2(-pages / 1000 / half_life) if half_life else 0.0

    @property
    def fixed(self) -> tuple[str, ...]:
        """The names of what cannot change in a run that has begun."""
        return (
            _FIXED
            + (_LENGTH_OF_STEPS if self.stage_steps else ())
            # it also decides which pages those are
            + (("seed",) if self.held_out else ())
        )


_FIXED = (
    *("resolution", "growth", "latent_size", "fmap_base", "fmap_max"),
    *("fade_kimg", "stable_kimg", "stage_steps"),
    *("conditional", "label_head", "held_out"),
)
_LENGTH_OF_STEPS = ("minibatch", "minibatch_limits", "discriminator_updates")
"""What decides how many pages a stage has that is counted in steps."""
