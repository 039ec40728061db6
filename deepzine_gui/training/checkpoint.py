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
from deepzine_gui.files import PART, remove_folder, whole_folder, write_json
from deepzine_gui.networks.models import CHECKPOINTS, MODEL_FILE, checkpoints
from deepzine_gui.networks.weights import save_generator, save_tensors
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
                labels=trainer.labels,
            )
            save_tensors(part / _STATE_TENSORS, _tensors(trainer))
            write_json(part / _STATE, _facts(trainer, stage_end))
    _tidy(run)
    return folder


def load(folder: Path, trainer: Trainer) -> None:
    """Put `trainer` where the checkpoint left off.

    Raises:
        TrainingError: the checkpoint is damaged or belongs to other settings or labels.
    """
    try:
        facts = json.loads((folder / _STATE).read_text("utf-8"))
        tensors = safetensors.torch.load_file(folder / _STATE_TENSORS)
        _restore(trainer, facts, tensors)
    except (
        OSError,
        ValueError,
        LookupError,
        RuntimeError,
        safetensors.SafetensorError,
    ) as error:
        raise TrainingError(
            f"The checkpoint {folder} is damaged or belongs to other settings: "
            "delete this folder to go on from the one before."
        ) from error


def remove_unfinished(run: Path) -> None:
    """Remove what a kill left half written or half removed."""
    for folder in (run / CHECKPOINTS).glob("*" + PART):
        shutil.rmtree(folder, ignore_errors=True)


def newest(run: Path) -> Path | None:
    """The last checkpoint of a run, or None before the first."""
    found = checkpoints(run)
    return found[-1] if found else None


def _tensors(trainer: Trainer) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {"noise": trainer.noise.get_state()}
    for role, network in _networks(trainer).items():
        tensors |= {f"{role}.{name}": value for name, value in network.state_dict().items()}
    for role, optimiser in _optimisers(trainer).items():
        for index, moments in optimiser.state_dict()["state"].items():
            tensors |= {f"{role}.{index}.{name}": value for name, value in moments.items()}
    tensors |= {f"augment.{name}": value for name, value in trainer.augment.state_dict().items()}
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
        "labels": _label_names(trainer),
    }


def _restore(trainer: Trainer, facts: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    if facts.get("labels") != _label_names(trainer):
        raise TrainingError(
            "The labels of the dataset are not those this run began with: "
            "label its pages as before, or begin a new run."
        )
    for role, network in _networks(trainer).items():
        network.load_state_dict(_under(role, tensors))
    for role, optimiser in _optimisers(trainer).items():
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in _under(role, tensors).items():
            index, moment = name.split(".")
            state.setdefault(int(index), {})[moment] = value
        groups = optimiser.state_dict()["param_groups"]
        optimiser.load_state_dict({"state": state, "param_groups": groups})
        _lay_like_weights(optimiser)
    trainer.augment.load_state_dict(_under("augment", tensors))
    trainer.noise.set_state(tensors["noise"])
    trainer.pages_rng.bit_generator.state = facts["pages_rng"]
    trainer.images, trainer.steps = facts["images"], facts["steps"]
    trainer.stage = trainer.plan[facts["stage"]["index"]]
    trainer.average.alpha = trainer.generator.alpha = trainer.alpha


def _lay_like_weights(optimiser: torch.optim.Optimizer) -> None:
    """Give moments the memory layout of their weights, which the fused optimiser relies on."""
    for weight, moments in optimiser.state.items():
        for name, value in moments.items():
            if value.shape == weight.shape:
                moments[name] = torch.empty_like(weight, requires_grad=False).copy_(value)


def _under(role: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    start = role + "."
    return {name[len(start) :]: value for name, value in tensors.items() if name.startswith(start)}


def _label_names(trainer: Trainer) -> list[str] | None:
    return None if trainer.labels is None else list(trainer.labels.names)


def _networks(trainer: Trainer) -> dict[str, torch.nn.Module]:
    return {"g": trainer.generator, "d": trainer.discriminator, "average": trainer.average}


def _optimisers(trainer: Trainer) -> dict[str, torch.optim.Optimizer]:
    return {"adam_g": trainer.g_optimiser, "adam_d": trainer.d_optimiser}


def _tidy(run: Path) -> None:
    for folder in checkpoints(run)[:-KEPT]:
        if _may_go(folder):
            remove_folder(folder)


def _may_go(folder: Path) -> bool:
    """Whether a checkpoint is ours and not at a stage's end."""
    try:
        return not json.loads((folder / _STATE).read_text("utf-8"))["stage_end"]
    except (OSError, ValueError, LookupError, TypeError):
        return False
