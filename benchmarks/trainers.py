"""Trainers that steps are measured with: they are at a whole stage, neither growing nor ending."""

from typing import Any

from deepzine_gui.training import TrainingConfig, preset
from deepzine_gui.training.recipe.schedule import Stage
from deepzine_gui.training.stepping.trainer import Trainer


def trainer_of(config: TrainingConfig, device: str = "cpu") -> Trainer:
    """A trainer of grey pages at the settings' resolution."""
    trainer = Trainer(config, config.network(1), device=device)
    trainer.stage = Stage(0, config.resolution, fading=False, start_kimg=0, end_kimg=1e6)
    return trainer


def small_trainer(resolution: int, loss: str, precision: str, **more: Any) -> Trainer:
    """One of small networks with 8 pages a step, and `more` settings."""
    small = {"fmap_base": 2048, "fmap_max": 128, "minibatch": 8}
    config = preset(
        "cpu-demo", resolution=resolution, loss=loss, precision=precision, **small, **more
    )
    return trainer_of(config)
