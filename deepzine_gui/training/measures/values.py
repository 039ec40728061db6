"""What an evaluation reports."""

import dataclasses

from pydantic import BaseModel, ConfigDict, Field

from deepzine_gui.progress import Finished

DIVERSITY_ALARM = 0.25
"""Where features vary less than so many times as much as those of real pages, all are alike."""


class EvaluationSettings(BaseModel):
    """How a model is measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(
        1024,
        ge=32,
        le=65_536,
        description="Made-up pages, and at most as many real ones, twice.",
    )
    seed: int = Field(
        0, ge=0, le=2**63 - 1, description="Number that latents and real pages are drawn from."
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Measure:
    """One number about a model.

    Attributes:
        name: what is measured.
        value: of the made-up pages against real ones.
        real: the same of other real pages, for comparison.
        good: one sentence: what a good value is.
        warning: one sentence where the value is alarming, else "".
    """

    name: str
    value: float
    real: float
    good: str
    warning: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class NearestPage:
    """A made-up page and the training page closest to it.

    Attributes:
        sample: the place of the made-up page among those of the seed, from 0.
        document: that of the training page.
        page: its number in the document, from 1.
        place: its number in the dataset file, from 1.
        distance: RMS difference in grey levels at 32 px.
    """

    sample: int
    document: str
    page: int
    place: int
    distance: float


@dataclasses.dataclass(frozen=True, slots=True)
class Evaluated(Finished):
    """The end of an evaluation.

    Attributes:
        model, dataset: what was measured, on what.
        kimg: thousands of pages the model was shown.
        resolution: pixels of the pages.
        count: made-up pages, and real ones they were compared with.
        seed: of latents and real pages.
        measures: in the order to be shown.
        nearest: the made-up pages that are closest to a training page, closest first.
    """

    model: str = ""
    dataset: str = ""
    kimg: float = 0.0
    resolution: int = 0
    count: int = 0
    seed: int = 0
    measures: tuple[Measure, ...] = ()
    nearest: tuple[NearestPage, ...] = ()
