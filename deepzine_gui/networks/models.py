"""Find models and read what they say of themselves, without loading their weights."""

import dataclasses
import json
from pathlib import Path

from pydantic import ValidationError

from deepzine_gui.errors import ModelError
from deepzine_gui.files import PART
from deepzine_gui.networks.config import NetworkConfig
from deepzine_gui.networks.labels import Labels, labels_of
from deepzine_gui.places import pretrained_models

FORMAT = "deepzine-generator"
SUFFIX = ".safetensors"
MODEL_FILE = "model" + SUFFIX
"""A checkpoint's averaged generator."""
CHECKPOINTS = "checkpoints"
"""The folder of a run that holds them."""
DAMAGED = ".damaged"
"""Ends the name of a checkpoint that was set aside because it cannot be read."""


@dataclasses.dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a model file says of itself.

    Attributes:
        name: how a list shows it: its file's name, or run and checkpoint.
        path: the `.safetensors` file.
        config: the shape of the generator, at the resolution it was trained to.
        alpha: weight of the newest resolution, below 1 where it was still fading in.
        kimg: thousands of pages it was shown.
        title: one line for a person.
        metadata: everything in the file's header.
        labels: of a conditional model; None for any other.
    """

    name: str
    path: Path
    config: NetworkConfig
    alpha: float
    kimg: float
    title: str
    metadata: dict[str, str]
    labels: Labels | None = None

    @property
    def resolution(self) -> int:
        """Pixels of its pages, each side."""
        return self.config.resolution

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour."""
        return self.config.channels

    @property
    def latent_size(self) -> int:
        """Numbers in a latent."""
        return self.config.latent_size


def find_model(model: str | Path) -> Path:
    """Return the weights file that `model` names.

    `model` is a run folder (its newest checkpoint), a checkpoint folder, a `.safetensors` file or
    the name of a shipped model.

    Raises:
        ModelError: nothing of that name is there, or the run has no checkpoint yet.
    """
    path = Path(model).expanduser()
    if path.is_file():
        return path
    if (path / MODEL_FILE).is_file():
        return path / MODEL_FILE
    if path.is_dir():
        run = path.parent if path.name == CHECKPOINTS else path
        return _newest_checkpoint(run) / MODEL_FILE
    shipped = pretrained_models() / f"{model}{SUFFIX}"
    if shipped.is_file():
        return shipped
    names = ", ".join(file.stem for file in shipped_models())
    raise ModelError(
        f"There is no model {model}: name a run folder, a checkpoint or a {SUFFIX} file"
        + (f", or one of those that come with DeepZine: {names}." if names else ".")
    )


def checkpoints(run: Path) -> list[Path]:
    """The whole checkpoints of a run, oldest first."""
    return [folder for folder in checkpoint_folders(run) if (folder / MODEL_FILE).is_file()]


def checkpoint_folders(run: Path) -> list[Path]:
    """What stands in the place of a run's checkpoints, oldest first, whether it is whole or not."""
    return sorted(
        folder
        for folder in (run / CHECKPOINTS).glob("*")
        if folder.is_dir() and not folder.name.endswith((PART, DAMAGED))
    )


def _newest_checkpoint(run: Path) -> Path:
    found = checkpoints(run)
    if not found:
        raise ModelError(f"{run} holds no model yet: train until its first checkpoint.")
    return found[-1]


def shipped_models() -> list[Path]:
    """The files of the models that come with DeepZine, by name, of one name the smallest first."""
    return sorted(pretrained_models().glob("*" + SUFFIX), key=_name_and_size)


def _name_and_size(path: Path) -> tuple[str, int]:
    name, _, size = path.stem.rpartition("-")
    return (name, int(size)) if size.isdecimal() else (path.stem, 0)


def read_info(path: Path) -> ModelInfo:
    """Read the header of a model file.

    Raises:
        ModelError: the file is missing, damaged, or not a DeepZine generator.
    """
    metadata = _read_metadata(path)
    if metadata.get("format") != FORMAT:
        raise ModelError(f"{path} holds weights, but not those of a DeepZine generator.")
    try:
        config = NetworkConfig.model_validate_json(metadata["config"])
        kimg, alpha = float(metadata["kimg"]), float(metadata["alpha"])
        labels = labels_of(metadata)
        if not (0 <= alpha <= 1 and kimg >= 0):
            raise ValueError("out of range")
        if config.labels != (len(labels.names) if labels else 0):
            raise ValueError("other labels than the network's")
    except (KeyError, ValueError, ValidationError) as error:
        raise ModelError(
            f"{path} is damaged, its description cannot be read: choose another model."
        ) from error
    name = path.stem
    if path.name == MODEL_FILE:
        run = path.parents[2] if path.parents[1].name == CHECKPOINTS else path.parent
        name = f"{run.name} · {path.parent.name}"
    title = metadata.get("title") or name
    return ModelInfo(name, path, config, alpha, kimg, title, metadata, labels)


def _read_metadata(path: Path) -> dict[str, str]:
    """The header's own dictionary; the layout is 8 bytes of length, then JSON."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if not 2 <= length <= min(path.stat().st_size, 100_000_000):
                raise ValueError("no header")
            header = json.loads(file.read(length))
        return dict(header.get("__metadata__") or {})
    except FileNotFoundError as error:
        raise ModelError(f"There is no model file {path}.") from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, AttributeError, TypeError) as error:
        raise ModelError(_refusal(path)) from error


def _refusal(path: Path) -> str:
    with path.open("rb") as file:
        is_pickle = file.read(2).startswith((b"\x80", b"PK"))
    if is_pickle:
        return f"{path} is a pickled model: such files are never loaded, as they can run programs."
    return f"{path} is not a {SUFFIX} model."
