"""Fit a run to the machine and the time at hand."""

from collections.abc import Mapping

from deepzine_gui.networks import resolutions_to
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.recipe.presets import preset
from deepzine_gui.training.recipe.schedule import Stage, stages

SLOWER_PER_DOUBLING = 2.5
"""How much slower a resolution not yet measured is taken to be than the one below it."""

_LENGTHS = ("stable_kimg", "fade_kimg", "final_kimg")
_LEAST_FACTOR, _MOST_FACTOR = 0.4, 4.0


def scaled(config: TrainingConfig, factor: float) -> TrainingConfig:
    """The same plan with every stage `factor` times as long.

    Raises:
        SettingsError: a stage would become longer than a run may be.
    """
    lengths = {name: round(getattr(config, name) * factor, 3) for name in _LENGTHS}
    if config.stage_steps:
        lengths["stage_steps"] = max(1, round(config.stage_steps * factor))
    return preset(config.preset, **(config.model_dump() | lengths))


def fit_to_minutes(
    config: TrainingConfig, speeds: Mapping[int, float], minutes: float
) -> TrainingConfig:
    """The plan made longer or shorter to take about `minutes` at `speeds`.

    A plan that would have to be cut to less than two fifths stops at a smaller resolution instead.

    Args:
        config: the plan as it would be without haste.
        speeds: images a second by resolution.
        minutes: time to train.
    """
    for resolution in reversed(resolutions_to(config.resolution)):
        smaller = config.model_copy(update={"resolution": resolution})
        factor = 60 * minutes / seconds_left(stages(smaller), 0.0, speeds)
        if factor >= _LEAST_FACTOR:
            break
    return scaled(smaller, min(factor, _MOST_FACTOR))


def seconds_left(plan: list[Stage], kimg: float, speeds: Mapping[int, float]) -> float:
    """Seconds from `kimg` to the end of the plan at `speeds` (images a second by resolution)."""
    largest = max(speeds)
    seconds = 0.0
    for stage in plan:
        left = stage.end_kimg - max(kimg, stage.start_kimg)
        if left > 0:
            doublings = stage.resolution.bit_length() - largest.bit_length()
            guess = speeds[largest] / SLOWER_PER_DOUBLING**doublings
            seconds += 1000 * left / speeds.get(stage.resolution, guess)
    return seconds
