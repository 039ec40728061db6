"""Save and load networks as safetensors: numbers and text only, nothing that can run."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from deepzine_gui.errors import ModelError
from deepzine_gui.files import whole_file
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.labels import Labels
from deepzine_gui.networks.models import FORMAT, ModelInfo, read_info


def save_generator(
    path: Path,
    generator: Generator,
    *,
    resolution: int | None = None,
    kimg: float = 0.0,
    title: str = "",
    labels: Labels | None = None,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Write a generator whole, with the layers up to `resolution` only.

    Args:
        path: the `.safetensors` file.
        generator: its attribute `alpha` says how far `resolution` has faded in.
        resolution: the largest trained resolution; without one, all there is.
        kimg: thousands of pages it was shown.
        title: one line for a person.
        labels: of a conditional model, and of no other.
        notes: more lines for the header (data, licence, …).

    Raises:
        StorageError: the disk is full or the place read-only.
    """
    assert generator.config.labels == (len(labels.names) if labels else 0), labels
    resolution = resolution or generator.config.resolution
    config = generator.config.model_copy(update={"resolution": resolution})
    metadata = {
        **(notes or {}),
        **(labels.as_metadata() if labels else {}),
        "format": FORMAT,
        "config": config.model_dump_json(),
        "alpha": repr(generator.alpha),
        "kimg": repr(kimg),
        "title": title,
    }
    tensors = tensors_up_to(generator.state_dict(), resolution)
    with whole_file(path) as part:
        save_tensors(part, tensors, metadata)


def save_tensors(
    path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None
) -> None:
    """Write a `.safetensors` file.

    Raises:
        OSError: with the system's number, which the library tells only in words.
    """
    try:
        safetensors.torch.save_file(dict(tensors), path, dict(metadata or {}))
    except safetensors.SafetensorError as error:
        number = re.search(r"os error (\d+)", str(error))
        if number is None:
            raise
        raise OSError(int(number[1]), os.strerror(int(number[1])), str(path)) from error
    # the library lets nobody but its owner read the file
    path.chmod(0o644)


def tensors_up_to(state: Mapping[str, Tensor], resolution: int) -> dict[str, Tensor]:
    """Leave out the layers of resolutions above `resolution` (``blocks.64.…``)."""

    def size(name: str) -> int:
        parts = name.split(".")
        return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0

    return {name: value.contiguous() for name, value in state.items() if size(name) <= resolution}


def load_generator(path: Path) -> tuple[Generator, ModelInfo]:
    """Load a model on the CPU, ready for use.

    Raises:
        ModelError: the file is missing, damaged, or not a DeepZine generator.
    """
    info = read_info(path)
    with torch.random.fork_rng(devices=[]):
        generator = Generator(info.config)
    generator.alpha = info.alpha
    generator.label = info.labels.commonest if info.labels else 0
    try:
        generator.load_state_dict(safetensors.torch.load_file(path))
    except (safetensors.SafetensorError, RuntimeError, OSError) as error:
        raise ModelError(
            f"{path} is damaged, its weights cannot be read: choose another model."
        ) from error
    return generator.eval().requires_grad_(False), info
