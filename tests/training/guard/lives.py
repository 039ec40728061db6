"""Runs whose vitals are made up, to see what the guard does about them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch

from deepzine_gui.progress import Event
from deepzine_gui.training.events import Alarmed, Recovered, Vitals
from deepzine_gui.training.running import stretch
from deepzine_gui.training.running.vitals import VitalSigns
from deepzine_gui.training.stepping.trainer import Trainer

WELL = {"feature_variance": 0.8, "pixel_deviation": 0.9}
ALIKE = {"feature_variance": 0.1, "pixel_deviation": 0.05}
"""So much so that two looks are enough."""

Health = Callable[[float, int], bool]
"""Whether a run is well after so many kimg of a life."""


def give_vitals(
    patch: pytest.MonkeyPatch, health: Health, *, left: Health | None = None
) -> list[dict[str, float]]:
    """Let every run see vitals after each step; return what each life was begun with.

    Args:
        patch: takes it back.
        health: of the live networks.
        left: of the averaged generator at the end; None for the same.
    """
    begin = stretch.Stretch.__init__
    lives: list[dict[str, float]] = []

    def begun(session: stretch.Stretch, *args: Any, **rest: Any) -> None:
        begin(session, *args, **rest)
        trainer = session.trainer
        lives.append({"kimg": trainer.kimg, "noise": trainer.noise.initial_seed()})
        lives[-1]["life"] = session.guard.ledger.life

    def look(signs: VitalSigns) -> Vitals:
        lives[-1]["learning_rate"] = signs._trainer.g_optimiser.param_groups[0]["lr"]
        return seen(signs._trainer, health)

    def look_at_model(signs: VitalSigns) -> Vitals:
        return seen(signs._trainer, left or health)

    def seen(trainer: Trainer, health: Health) -> Vitals:
        values = WELL if health(trainer.kimg, int(lives[-1]["life"])) else ALIKE
        return Vitals(trainer.kimg, trainer.stage.resolution, trainer.stage.fading, **values)

    patch.setattr(stretch.Stretch, "__init__", begun)
    patch.setattr(VitalSigns, "due", property(lambda signs: not signs._trainer.finished))
    patch.setattr(VitalSigns, "look", look)
    patch.setattr(VitalSigns, "look_at_model", look_at_model)
    return lives


def told(events: list[Event]) -> list[str]:
    """What the guard did, in short."""
    return [
        f"alarm at {event.kimg:.3f}" if isinstance(event, Alarmed) else f"back to {event.kimg:.3f}"
        for event in events
        if isinstance(event, Alarmed | Recovered)
    ]


def finite(run: Path) -> bool:
    """Whether every tensor of every checkpoint is a number."""
    return all(
        bool(value.float().isfinite().all())
        for file in run.rglob("*.safetensors")
        for value in safetensors.torch.load_file(file).values()
    )
