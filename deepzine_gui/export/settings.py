"""What can be chosen for a film, for pictures and for a grid."""

from pydantic import BaseModel, ConfigDict, Field

from deepzine_gui.latent import Mode

_SEED = Field(0, ge=0, description="Number the random latents are drawn from.")
_RADIUS = Field(
    1.0,
    ge=0,
    le=10,
    allow_inf_nan=False,
    description="Distance of random latents from the origin: 1 is typical, less is tamer.",
)


class FilmSettings(BaseModel):
    """A film's path and form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keyframes: int = Field(8, ge=2, le=10_000, description="Pages the film passes through.")
    frames: int = Field(60, ge=1, le=100_000, description="Frames from one keyframe to the next.")
    fps: int = Field(30, ge=1, le=240, description="Frames a second.")
    mode: Mode = Field("spherical", description="The way between keyframes.")
    loop: bool = Field(False, description="Go back to the first keyframe at the end.")
    size: int | None = Field(
        None,
        ge=16,
        le=4096,
        description="Pixels, each side; without one, the model's pages enlarged to 512 or more.",
    )
    seed: int = _SEED
    radius: float = _RADIUS
    label: str | None = Field(
        None,
        description="Label of all pages, of a model that has learnt labels; without one, the "
        "commonest.",
    )


class PictureSettings(BaseModel):
    """Single pages as files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(64, ge=1, le=1_000_000, description="Number of pages.")
    seed: int = _SEED
    resolution: int | None = Field(
        None, ge=1, description="Pixels, each side; without one, the model's own."
    )
    radius: float = _RADIUS
    label: str | None = Field(
        None,
        description="Label of all pages, of a model that has learnt labels; without one, labels "
        "as frequent as in training.",
    )


class GridSettings(BaseModel):
    """Many pages on one sheet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int = Field(8, ge=1, le=64, description="Pages from top to bottom.")
    columns: int = Field(8, ge=1, le=64, description="Pages from left to right.")
    seed: int = _SEED
    radius: float = _RADIUS
