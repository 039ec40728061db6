"""How a page of any size becomes a clean square picture."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class PageSettings(BaseModel):
    """The shape and colour of the pages of a dataset, and how they are cleaned."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resolution: int = Field(
        128,
        ge=4,
        le=1024,
        description="Side of the square page in pixels, a power of two from 4 to 1024. "
        "Larger shows more detail and trains far more slowly.",
    )
    colour: Literal["grey", "rgb"] = Field(
        "grey", description="Grey pages train faster; rgb keeps the colour of paper and ink."
    )
    fit: Literal["pad", "crop", "stretch"] = Field(
        "pad",
        description="How a page becomes square: pad adds margins in the paper's own colour, "
        "crop keeps the middle, stretch distorts.",
    )
    split: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Cut scans of two facing pages at the gutter: 0 never, 1 at the least sign "
        "of a gutter.",
    )
    trim: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Cut away what lies around the page's content: 0 nothing, small values dark "
        "borders and colour bars, 1 all of the margin.",
    )
    straighten: float = Field(
        3.0,
        ge=0,
        le=10,
        description="Turn tilted scans upright, up to so many degrees; 0 leaves them tilted.",
    )
    whiten: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Bleach yellowed or grey paper: 0 keeps its tone, 1 makes it white.",
    )
    ink: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Darken the print, so that small pages do not fade to pale grey: 0 as it is.",
    )

    @field_validator("resolution")
    @classmethod
    def _power_of_two(cls, value: int) -> int:
        if value & (value - 1):
            raise ValueError("the resolution must be a power of two: 4, 8, 16 … 1024")
        return value

    @property
    def channels(self) -> int:
        """1 for grey, 3 for rgb."""
        return 1 if self.colour == "grey" else 3
