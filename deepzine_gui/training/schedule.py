"""The plan of a run: which stage it is in after so many pages."""

import bisect
import dataclasses

from deepzine_gui.networks import resolutions_to
from deepzine_gui.training.config import TrainingConfig


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """One leg of the plan.

    Attributes:
        index: its number, from 0.
        resolution: pixels of its pages, each side.
        fading: whether this resolution is still fading in.
        start_kimg, end_kimg: thousands of pages shown at its start and end.
    """

    index: int
    resolution: int
    fading: bool
    start_kimg: float
    end_kimg: float

    def alpha(self, kimg: float) -> float:
        """Weight of this resolution, from 0 at the start of a fade to 1."""
        if not self.fading:
            return 1.0
        return min(1.0, max(0.0, (kimg - self.start_kimg) / (self.end_kimg - self.start_kimg)))


def stages(config: TrainingConfig) -> list[Stage]:
    """The legs in order: 4 px, then fade and stable of each doubling; empty legs are left out.

    Source: Karras et al. 2017 (arXiv 1710.10196), section 2 and appendix A.
    """
    plan: list[Stage] = []

    def add(resolution: int, fading: bool, kimg: float) -> None:
        start = plan[-1].end_kimg if plan else 0.0
        if kimg > 0:
            plan.append(Stage(len(plan), resolution, fading, start, start + kimg))

    for resolution in resolutions_to(config.resolution):
        if resolution > 4:
            add(resolution, True, config.fade_kimg)
        last = resolution == config.resolution
        add(resolution, False, config.final_kimg if last else config.stable_kimg)
    return plan


def total_kimg(config: TrainingConfig) -> float:
    """Thousands of pages shown in the whole run."""
    return stages(config)[-1].end_kimg


def stage_at(plan: list[Stage], kimg: float) -> Stage:
    """The stage a run is in after `kimg`; the last one from its end on."""
    ends = [stage.end_kimg for stage in plan]
    return plan[min(bisect.bisect_right(ends, kimg), len(plan) - 1)]
