"""How a page of any size becomes a square picture."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class PageSettings(BaseModel):
    """The shape and colour of the pages of a dataset."""

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
