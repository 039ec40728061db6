"""The time a run will still take, told steadily."""

import statistics
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from deepzine_gui.training.recipe.planning import SLOWER_PER_DOUBLING, seconds_left
from deepzine_gui.training.recipe.schedule import Stage
from deepzine_gui.training.story import read_metrics

EXPECTED_S = 20.0
"""What is expected of a resolution counts as if it had been seen for so long."""

_HALF_LIFE_S = 120.0
"""After so long a speed seen counts half, as a machine may become busy or idle."""

_REPORTS = 15


class Forecast:
    """Knows how fast each resolution goes, and reckons how long the plan still takes.

    A speed begins with what is expected and turns into what is seen, little by little: the first
    seconds of a stage tell little, and what they told would be multiplied by all that is to come.

    Args:
        plan: the stages of the run.
        expected: images a second by resolution, as far as they are known from before.
    """

    def __init__(self, plan: list[Stage], expected: Mapping[int, float]) -> None:
        self._plan = plan
        self._seen = {
            resolution: (speed * EXPECTED_S, EXPECTED_S) for resolution, speed in expected.items()
        }  # images and the seconds they took, the older ones counted less

    def add(self, resolution: int, images: int, seconds: float) -> None:
        """Take what was seen: so many images of a resolution in so long a time, above 0."""
        before_images, before_s = self._seen.get(resolution) or self._guessed(resolution)
        kept = 0.5 ** (seconds / _HALF_LIFE_S)
        self._seen[resolution] = (kept * before_images + images, kept * before_s + seconds)

    def seconds_left(self, kimg: float) -> float | None:
        """From `kimg` to the end of the plan; None while no speed is known."""
        if not self._seen:
            return None
        speeds = {resolution: images / took for resolution, (images, took) in self._seen.items()}
        return seconds_left(self._plan, kimg, speeds)

    def _guessed(self, resolution: int) -> tuple[float, float]:
        """What is expected by the next smaller resolution; nothing where there is none."""
        smaller = max((one for one in self._seen if one < resolution), default=None)
        if smaller is None:
            return 0.0, 0.0
        images, took = self._seen[smaller]
        doublings = resolution.bit_length() - smaller.bit_length()
        speed = images / took / SLOWER_PER_DOUBLING**doublings
        return speed * EXPECTED_S, EXPECTED_S


def told_speeds(run: Path) -> dict[int, float]:
    """Images a second by resolution, as the newest reports in a run's story tell them."""
    told: dict[int, list[float]] = defaultdict(list)
    for line in read_metrics(run):
        resolution, speed = line.get("resolution"), line.get("images_per_second")
        if isinstance(resolution, int) and isinstance(speed, int | float) and speed > 0:
            told[resolution].append(float(speed))
    return {one: statistics.median(speeds[-_REPORTS:]) for one, speeds in told.items()}
