"""Everything a run needs to go on, in one folder that is either whole or not there."""

import dataclasses
import hashlib
import json
import math
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from deepzine_gui import __version__
from deepzine_gui.errors import TrainingError
from deepzine_gui.files import whole_folder, write_json
from deepzine_gui.networks.models import CHECKPOINTS, MODEL_FILE
from deepzine_gui.networks.weights import save_generator, save_tensors
from deepzine_gui.training.checkpoints.facts import complete
from deepzine_gui.training.stepping.draws import resume
from deepzine_gui.training.stepping.trainer import Trainer

_STATE_TENSORS = "state.safetensors"
_SEALED = (MODEL_FILE, _STATE_TENSORS)
_STATE = "state.json"

_LISTED = 3
"""So many labels are named where they do not go together."""

_ALWAYS = frozenset({"version", "images", "steps", "stage", "stage_end", "pages_rng", "config"})
"""What the first version told, and no checksum."""


class DamagedCheckpointError(TrainingError):
    """A checkpoint is not as it was written."""


@dataclasses.dataclass(frozen=True, slots=True)
class Contents:
    """What a checkpoint holds besides the model: plain values, and tensors by name."""

    facts: dict[str, Any]
    tensors: dict[str, Tensor]


def save(
    run: Path,
    trainer: Trainer,
    *,
    title: str,
    diversity: float = math.nan,
    swd: float = math.nan,
    guard: dict[str, Any] | None = None,
) -> Path:
    """Write a checkpoint of `trainer`, unless it has one already; return its folder.

    Args:
        run: the run's folder.
        trainer: where it stands.
        title: one line for a person.
        diversity: of its pages as last measured, by which the best checkpoint is known…
        swd: …where this was not measured, the mean over all sizes × 10³.
        guard: what the guard remembers, plain values.

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
            known = {"diversity": diversity, "swd": swd}
            measured = {name: x if math.isfinite(x) else None for name, x in known.items()}
            facts = _facts(trainer) | measured | {"guard": guard}
            facts["files"] = {name: _seal(part / name) for name in _SEALED}
            # as they will be read: JSON knows no keys but text
            facts = json.loads(json.dumps(facts))
            write_json(part / _STATE, facts | {"sha256": _sum_of(facts)})
    return folder


def contents(trainer: Trainer) -> Contents:
    """What a checkpoint of `trainer` would hold."""
    return Contents(_facts(trainer), _tensors(trainer))


def read(folder: Path) -> Contents:
    """Read a checkpoint and check that every byte of it is as it was written.

    One from before there were checksums is believed as far as it can be read.

    Raises:
        DamagedCheckpointError: it is not, or a file is missing.
        PermissionError: it may not be read.
    """
    facts = check(folder)
    try:
        return Contents(facts, safetensors.torch.load_file(folder / _STATE_TENSORS))
    except PermissionError:
        raise
    except (OSError, safetensors.SafetensorError) as error:
        raise DamagedCheckpointError(f"The checkpoint {folder} is damaged.") from error


def check(folder: Path) -> dict[str, Any]:
    """Check that every byte of a checkpoint is as it was written; return its plain values.

    Raises:
        DamagedCheckpointError: it is not, or a file is missing.
        PermissionError: it may not be read.
    """
    facts = read_facts(folder)
    try:
        for name, seal in facts["files"].items():
            if _seal(folder / name) != seal:
                raise DamagedCheckpointError(f"{folder / name} is damaged.")
    except PermissionError:
        raise
    except OSError as error:
        raise DamagedCheckpointError(f"The checkpoint {folder} is damaged.") from error
    return facts


def read_facts(folder: Path) -> dict[str, Any]:
    """Read a checkpoint's plain values, and look whether its files are there at their full size.

    Raises:
        DamagedCheckpointError: the values are damaged, or not those of a checkpoint, or a file is
            missing or torn.
        PermissionError: they may not be read.
    """
    try:
        facts: dict[str, Any] = json.loads((folder / _STATE).read_text("utf-8"))
        if _is_unsealed(facts):
            missing = [each for each in _SEALED if not (folder / each).is_file()]
            facts, whole = facts | {"files": {}}, not missing
        else:
            whole = facts.pop("sha256") == _sum_of(facts) and all(
                (folder / name).stat().st_size == seal["bytes"]
                for name, seal in facts["files"].items()
            )
        facts = complete(facts)
    except PermissionError:
        raise
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise DamagedCheckpointError(f"The checkpoint {folder} is damaged.") from error
    if not whole:
        raise DamagedCheckpointError(f"The checkpoint {folder} is damaged.")
    return facts


def restore(contents: Contents, trainer: Trainer) -> None:
    """Put `trainer` where the checkpoint left off.

    Raises:
        TrainingError: the checkpoint belongs to other settings or labels.
    """
    try:
        _restore(trainer, contents.facts, contents.tensors)
    except (ValueError, LookupError, RuntimeError) as error:
        raise TrainingError(
            "The run's checkpoints belong to other settings, or to pages of other colours: "
            "resume it with its own dataset, or begin a new run."
        ) from error


def _tensors(trainer: Trainer) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {"noise": trainer.noise.get_state()}
    for role, network in _networks(trainer).items():
        tensors |= {f"{role}.{name}": value for name, value in network.state_dict().items()}
    for role, optimiser in _optimisers(trainer).items():
        for index, moments in optimiser.state_dict()["state"].items():
            tensors |= {f"{role}.{index}.{name}": value for name, value in moments.items()}
    tensors |= {f"augment.{name}": value for name, value in trainer.augment.state_dict().items()}
    tensors["updates.lately"] = trainer.updates.lately
    return {name: value.contiguous() for name, value in tensors.items()}


def _facts(trainer: Trainer) -> dict[str, Any]:
    return {
        "version": __version__,
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "images": trainer.images,
        "steps": trainer.steps,
        "skipped": int(trainer.updates.skipped),
        "pages_at_once": trainer.updates.pages_at_once,
        "stage": dataclasses.asdict(trainer.stage),
        "stage_end": trainer.stage_is_over,
        # pages are drawn at random with replacement: this is also the place in the data
        "pages_rng": trainer.pages_rng.bit_generator.state,
        "config": trainer.config.model_dump(mode="json"),
        "labels": _label_names(trainer),
    }


def _restore(trainer: Trainer, facts: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    _see_to_labels(facts.get("labels") or [], _label_names(trainer) or [])
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
    resume(trainer.noise, tensors["noise"])
    trainer.pages_rng.bit_generator.state = facts["pages_rng"]
    trainer.images, trainer.steps = facts["images"], facts["steps"]
    trainer.updates.skipped.fill_(facts["skipped"])
    trainer.updates.recall(_under("updates", tensors).get("lately"))
    if facts["config"].get("pages_at_once") == trainer.config.pages_at_once:
        # what memory has shown to be possible holds until somebody chooses anew
        trainer.updates.pages_at_once = facts["pages_at_once"]
    trainer.stage = trainer.plan[facts["stage"]["index"]]
    trainer.average.alpha = trainer.generator.alpha = trainer.alpha
    trainer.drop_recordings()


def _see_to_labels(began_with: list[str], now: list[str]) -> None:
    if began_with == now:
        return
    gone = [each for each in began_with if each not in now]
    new = [each for each in now if each not in began_with]
    told = [f"{what} {_listed(some)}" for what, some in (("gone", gone), ("new", new)) if some]
    raise TrainingError(
        f"The labels of the dataset are not those this run began with ({', '.join(told)}): label "
        "its pages as before, bring back those set aside, or begin a new run."
    )


def _listed(labels: list[str]) -> str:
    told = " and ".join(label or "no label" for label in labels[:_LISTED])
    more = len(labels) - _LISTED
    return f"{told} and {more} more" if more > 0 else told


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


def _is_unsealed(facts: dict[str, Any]) -> bool:
    """Whether a checkpoint was written before there were checksums."""
    return facts.keys() >= _ALWAYS and not facts.keys() & {"sha256", "files"}


def _seal(path: Path) -> dict[str, Any]:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def _sum_of(facts: dict[str, Any]) -> str:
    """SHA-256 of plain values, however they are laid out."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
