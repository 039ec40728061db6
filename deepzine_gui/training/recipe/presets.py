"""The presets: settings known to go together."""

from typing import Any

from deepzine_gui.errors import SettingsError
from deepzine_gui.settings import checked
from deepzine_gui.training.recipe.config import PresetName, TrainingConfig

_CHANGES: dict[PresetName, dict[str, Any]] = {
    "cpu-demo": {
        "resolution": 32,
        "latent_size": 64,
        "fmap_base": 512,
        "fmap_max": 64,
        "deviation_group": 4,
        "conditional": "auto",
        "loss": "rpgan",
        "penalty_weight": 1.0,
        "penalty_scaling": "resolution",
        "penalty_interval": 8,
        "fade_kimg": 6.0,
        "stable_kimg": 6.0,
        "final_kimg": 40.0,
        "ema_half_life_kimg": 2.0,
        "sample_kimg": 2.0,
    },
    # the first DeepZine's config.yaml; its networks had no average, and 10,000 steps a stage
    "seed-deepzine": {
        "latent_size": 128,
        "fmap_base": 2048,
        "fmap_max": 128,
        "deviation_group": 4,
        "learning_rate": 0.0001,
        "minibatch_limits": {256: 4},
        "stage_steps": 10_000,
        "fade_kimg": 160.0,
        "stable_kimg": 160.0,
        "final_kimg": 160.0,
        "ema_decay": 0.0,
        "sample_kimg": 6.4,
    },
    "default": {
        "deviation_group": 4,
        "conditional": "auto",
        "loss": "rpgan",
        "penalty_weight": 1.0,
        "penalty_scaling": "resolution",
        "penalty_interval": 4,
        "fade_penalty_interval": 1,
        "warmup_kimg": 10.0,
        "minibatch": 64,
        "minibatch_limits": {64: 32, 512: 16},
        "fade_kimg": 300.0,
        "stable_kimg": 300.0,
        "final_kimg": 1500.0,
        "ema_half_life_kimg": 10.0,
        "augment": "ada",
        "held_out": 0.05,
    },
    "paper": {"conditional": "auto", "label_head": "classes"},
}

ABOUT: dict[PresetName, str] = {
    "cpu-demo": "A quick demo with small networks: some minutes on a processor alone.",
    "seed-deepzine": "The first DeepZine's numbers: small networks, 110,000 steps; "
    "hours on a graphics card.",
    "default": "The paper's networks with a loss that is hard to collapse, and pages varied as "
    "needed: a day, and a graphics card.",
    "paper": "As in the paper, Karras et al. 2017: days, and a graphics card.",
}
"""What each preset is for, in a sentence."""

PRESETS: tuple[PresetName, ...] = tuple(_CHANGES)
"""Names of the presets, the quickest first."""


def preset(name: str, **changes: Any) -> TrainingConfig:
    """A preset, with `changes` to single fields.

    Raises:
        SettingsError: no such preset or field, or a value outside its limits.
    """
    if name not in _CHANGES:
        raise SettingsError(f"There is no preset {name}: choose one of {', '.join(PRESETS)}.")
    return checked(TrainingConfig, {"preset": name, **_CHANGES[name], **changes})
