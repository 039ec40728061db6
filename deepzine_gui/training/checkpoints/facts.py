"""The plain values of a checkpoint: what there must be of them, and what is known without them."""

from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _as_of_pages(state: dict[str, Any]) -> dict[str, Any]:
    try:
        np.random.default_rng().bit_generator.state = state
    except (TypeError, LookupError) as error:
        raise ValueError("no state of the generator that draws pages") from error
    return state


_AtLeastOne = Annotated[int, Field(ge=1)]


class _Known(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class _Stage(_Known):
    index: int = Field(ge=0)
    resolution: int = Field(ge=1)


class _Guard(_Known):
    life: int = Field(ge=0)
    memory: dict[str, Any]


class _Facts(_Known):
    """What has a default here was added by a later version than the first."""

    images: int = Field(ge=0)
    steps: int = Field(ge=0)
    stage: _Stage
    stage_end: bool
    pages_rng: Annotated[dict[str, Any], AfterValidator(_as_of_pages)]
    config: dict[str, Any]
    torch: str | None = None
    threads: _AtLeastOne | None = None
    skipped: int = Field(default=0, ge=0)
    pages_at_once: _AtLeastOne | None = None
    diversity: float | None = Field(default=None, ge=0)
    swd: float | None = Field(default=None, ge=0)
    labels: list[str] | None = None
    guard: _Guard | None = None


def complete(facts: dict[str, Any]) -> dict[str, Any]:
    """The same facts, with what an earlier version did not tell; what is not known here stays.

    Raises:
        ValueError: one is missing that every version told, or is not what it should be.
    """
    return _Facts.model_validate(facts).model_dump()
