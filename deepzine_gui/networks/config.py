"""The numbers that fix the shape of both networks."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SMALLEST = 4
"""Pixels of the first stage's pages."""


def _power_of_two(value: int) -> int:
    if value & (value - 1):
        raise ValueError("must be a power of two")
    return value


MOST_LABELS = 1000
"""How many labels a conditional model can tell apart."""

LabelHead = Literal["projection", "classes"]
"""How the discriminator judges labels: as part of its score, or by naming each page's."""

Resolution = Annotated[int, Field(ge=SMALLEST, le=1024), AfterValidator(_power_of_two)]


class NetworkConfig(BaseModel):
    """Shape of the generator and the discriminator (Karras et al. 2017, appendix A)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resolution: Resolution = Field(128, description="Pixels of the largest pages, each side.")
    channels: Literal[1, 3] = Field(1, description="1 for grey pages, 3 for colour.")
    latent_size: int = Field(512, ge=1, le=2048, description="Numbers in a latent.")
    fmap_base: int = Field(
        8192, ge=16, le=65536, description="Feature maps are this over the stage's half size…"
    )
    fmap_max: int = Field(512, ge=4, le=2048, description="…but never more than this.")
    labels: int = Field(
        0, ge=0, le=MOST_LABELS, description="Labels that pages can have; 0 for none."
    )
    label_head: LabelHead = Field("projection", description="How labels are judged.")

    @property
    def resolutions(self) -> tuple[int, ...]:
        """Every stage's resolution, from 4 pixels up."""
        return resolutions_to(self.resolution)


def resolutions_to(largest: int) -> tuple[int, ...]:
    """Powers of two from 4 to `largest`, inclusive."""
    return tuple(2**exponent for exponent in range(2, largest.bit_length()))


def widths(config: NetworkConfig) -> dict[int, int]:
    """Feature maps at each resolution: ``min(fmap_base / 2^s, fmap_max)``, s = log2(res) − 1.

    Source: Karras et al. 2017 (arXiv 1710.10196), table 2.
    """
    return {
        resolution: max(1, min(config.fmap_base // (resolution // 2), config.fmap_max))
        for resolution in config.resolutions
    }
