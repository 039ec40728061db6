"""Everything a run needs to go on, in one folder that is either whole or not there."""

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from deepzine_gui import __version__
from deepzine_gui.errors import TrainingError
from deepzine_gui.files import whole_folder, write_json
from deepzine_gui.networks.models import CHECKPOINTS, MODEL_FILE, checkpoints
from deepzine_gui.networks.weights import save_generator
from deepzine_gui.training.trainer import Trainer

KEPT = 3
"""How many checkpoints stay, besides those at a stage's end."""

_STATE_TENSORS = "state.safetensors"
_STATE = "state.json"


def save(run: Path, trainer: Trainer, *, title: str, stage_end: bool = False) -> Path:
    """Write a checkpoint of `trainer` and remove those no longer kept; return its folder.

    Raises:
        StorageError: the disk is full or the place read-only.
    """
    folder = run / CHECKPOINTS / f"{trainer.kimg:010.3f}"
    if not folder.exists():
        with whole_folder(folder) as part:
            save_generator(
                part / MODEL_FILE,
                trainer.average,
                resolution=trainer.stage.resolution,
                kimg=trainer.kimg,
                title=title,
            )
            safetensors.torch.save_file(_tensors(trainer), part / _STATE_TENSORS)
            write_json(part / _STATE, _facts(trainer, stage_end))
    _tidy(run)
    return folder


def load(folder: Path, trainer: Trainer) -> None:
    """Put `trainer` where the checkpoint left off.

    Raises:
        TrainingError: the checkpoint is damaged or belongs to other settings.
    """
    try:
        facts = json.loads((folder / _STATE).read_text("utf-8"))
        tensors = safetensors.torch.load_file(folder / _STATE_TENSORS)
        _restore(trainer, facts, tensors)
    except (OSError, ValueError, KeyError, RuntimeError, safetensors.SafetensorError) as error:
        raise TrainingError(
            f"The checkpoint {folder} is damaged or belongs to other settings: "
            "delete this folder to go on from the one before."
        ) from error


def newest(run: Path) -> Path:
    """The last checkpoint of a run.

    Raises:
        TrainingError: it has none.
    """
    found = checkpoints(run)
    if not found:
        raise TrainingError(f"{run} holds no checkpoint to go on from: start it anew.")
    return found[-1]


def _tensors(trainer: Trainer) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {"noise": trainer.noise.get_state()}
    for role, network in _networks(trainer).items():
        tensors |= {f"{role}.{name}": value for name, value in network.state_dict().items()}
    for role, optimiser in _optimisers(trainer).items():
        for index, moments in optimiser.state_dict()["state"].items():
            tensors |= {f"{role}.{index}.{name}": value for name, value in moments.items()}
    return {name: value.contiguous() for name, value in tensors.items()}


def _facts(trainer: Trainer, stage_end: bool) -> dict[str, Any]:
    return {
        "version": __version__,
        "images": trainer.images,
        "steps": trainer.steps,
        "stage": dataclasses.asdict(trainer.stage),
        "stage_end": stage_end,
        "pages_rng": trainer.pages_rng.bit_generator.state,
        "config": trainer.config.model_dump(mode="json"),
    }


def _restore(trainer: Trainer, facts: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    for role, network in _networks(trainer).items():
        network.load_state_dict(_under(role, tensors))
    for role, optimiser in _optimisers(trainer).items():
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in _under(role, tensors).items():
            index, moment = name.split(".")
            state.setdefault(int(index), {})[moment] = value
        groups = optimiser.state_dict()["param_groups"]
        optimiser.load_state_dict({"state": state, "param_groups": groups})
    trainer.noise.set_state(tensors["noise"])
    trainer.pages_rng.bit_generator.state = facts["pages_rng"]
    trainer.images, trainer.steps = facts["images"], facts["steps"]
    trainer.stage = trainer.plan[facts["stage"]["index"]]
    trainer.average.alpha = trainer.generator.alpha = trainer.alpha


def _under(role: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    start = role + "."
    return {name[len(start) :]: value for name, value in tensors.items() if name.startswith(start)}


def _networks(trainer: Trainer) -> dict[str, torch.nn.Module]:
    return {"g": trainer.generator, "d": trainer.discriminator, "average": trainer.average}


def _optimisers(trainer: Trainer) -> dict[str, torch.optim.Optimizer]:
    return {"adam_g": trainer.g_optimiser, "adam_d": trainer.d_optimiser}


def _tidy(run: Path) -> None:
    for folder in checkpoints(run)[:-KEPT]:
        if not json.loads((folder / _STATE).read_text("utf-8")).get("stage_end"):
            shutil.rmtree(folder)
