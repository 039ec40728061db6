"""What is kept of the explorer in a project: the present latent, the keyframes, the way."""

import json
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deepzine_gui.files import write_json
from deepzine_gui.latent import Latents, Mode

FILE_NAME = "path.json"


class Kept(BaseModel):
    """The content of ``path.json`` in a project; other programs may read its latents too."""

    model_config = ConfigDict(extra="forbid")

    model: str = Field("", description="The model explored.")
    label: str | None = Field(None, description="The label of its pages; null: the commonest.")
    latent: list[float] = Field([], description="The page looked at.")
    base: list[float] = Field([], description="The page that the sliders start from.")
    offsets: list[float] = Field([], description="How far they move it along each direction.")
    keyframes: list[list[float]] = Field([], description="The path's keyframes, in order.")
    mode: Mode = Field("spherical", description="The way between keyframes.")
    loop: bool = Field(False, description="Whether the path goes back to its first keyframe.")
    place: float = Field(0.0, ge=0, le=1, description="Place on the path, from 0 to 1.")

    @property
    def latent_array(self) -> Latents:
        """The latent (L,)."""
        return np.asarray(self.latent, np.float32)

    @property
    def base_array(self) -> Latents:
        """The base (L,)."""
        return np.asarray(self.base, np.float32)

    @property
    def offsets_array(self) -> Latents:
        """The offsets (D,)."""
        return np.asarray(self.offsets, np.float32)

    @property
    def keyframe_arrays(self) -> list[Latents]:
        """The keyframes, each (L,)."""
        return [np.asarray(numbers, np.float32) for numbers in self.keyframes]


def read_kept(project: Path) -> Kept:
    """What was kept; nothing, where there is nothing or it cannot be read."""
    try:
        return Kept.model_validate(json.loads((project / FILE_NAME).read_text("utf-8")))
    except (OSError, ValueError, ValidationError):
        return Kept()


def write_kept(project: Path, kept: Kept) -> None:
    """Keep.

    Raises:
        StorageError: the disk is full or the place read-only.
    """
    write_json(project / FILE_NAME, kept.model_dump(mode="json"))
