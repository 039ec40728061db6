"""Models by the size of their pages, as the first DeepZine laid them out: a subfolder a size."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from deepzine_gui.errors import ModelError
from deepzine_gui.files import whole_file
from deepzine_gui.networks import ModelInfo, read_info, shipped_models
from deepzine_gui.networks.models import MODEL_FILE, SUFFIX, checkpoints


def keep_by_size(checkpoint: Path, folder: Path) -> Path:
    """Copy a checkpoint's model to ``folder/<size>/``, over an earlier one of its size.

    Raises:
        StorageError: the disk is full, or the place cannot be written.
    """
    model = checkpoint / MODEL_FILE
    place = folder / str(read_info(model).resolution) / MODEL_FILE
    with whole_file(place) as part:
        shutil.copyfile(model, part)
    return place


def model_of_size(folder: Path, size: int) -> Path:
    """Return the model in `folder` that makes pages of `size` pixels.

    It is ``folder/<size>/model.safetensors``, else the longest trained of the models that lie in
    the folder itself or are a run's checkpoints there.

    Raises:
        ModelError: there is none; those of other sizes are named.
    """
    own = folder / str(size) / MODEL_FILE
    if own.is_file():
        read_info(own)
        return own
    found = list(
        _readable([*folder.glob("*" + SUFFIX), *(c / MODEL_FILE for c in checkpoints(folder))])
    )
    fitting = [info for info in found if info.resolution == size]
    if fitting:
        return max(fitting, key=lambda info: info.kimg).path
    sizes = {info.resolution for info in found}
    sizes |= {int(path.parent.name) for path in folder.glob(f"[0-9]*/{MODEL_FILE}")}
    raise ModelError(f"{folder} holds no model for pages of {size} px: {_advice(folder, sizes)}")


def shipped_of_size(size: int) -> Path:
    """Return the model that comes with DeepZine and makes pages of `size` pixels.

    Raises:
        ModelError: there is none.
    """
    found = list(_readable(shipped_models()))
    for info in found:
        if info.resolution == size:
            return info.path
    sizes = _listed({info.resolution for info in found})
    raise ModelError(
        f"No model that comes with DeepZine makes pages of {size} px: "
        f"set gan_output_size to {sizes}, or pretrained_model to False."
    )


def _advice(folder: Path, sizes: set[int]) -> str:
    if sizes:
        return f"set gan_output_size to {_listed(sizes)}, or train one."
    if any(folder.glob("*/model.ckpt*")):
        return (
            "the first DeepZine's own models are TensorFlow's and cannot be read; train one, or "
            "set pretrained_model to True."
        )
    return "train one, or set pretrained_model to True."


def _listed(sizes: set[int]) -> str:
    return " or ".join(str(size) for size in sorted(sizes))


def _readable(paths: list[Path]) -> Iterator[ModelInfo]:
    for path in paths:
        try:
            yield read_info(path)
        except ModelError:
            continue
