"""The keys of the first DeepZine's config.yaml, and what they ask for here."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from deepzine_gui.archive.items import is_identifier
from deepzine_gui.networks.config import NetworkConfig, Resolution

_MOST_PAGES = 10**9
"""A stage can show so many, counted again each time."""

Method = Literal["linear", "slerp", "tozero"]


def _none(value: Any) -> Any:
    """YAML takes Python's None for a word; it was meant, and is taken here, for nothing."""
    return None if value == "None" else value


def _place(value: Any) -> Path:
    if not isinstance(value, str) or not value.strip() or value == "None":
        raise ValueError("write a path")
    return Path(value).expanduser()


def _place_or_none(value: Any) -> Path | None:
    return None if _none(value) is None else _place(value)


def _number(value: Any) -> Any:
    """Read 1e-4, which YAML takes for a word, as the number it is."""
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value


def _gpus(value: Any) -> tuple[int, ...] | None:
    """Read None, 1, or "0, 1"."""
    if _none(value) is None:
        return None
    words = value.split(",") if isinstance(value, str) else [value]
    try:
        numbers = tuple(word if type(word) is int else int(word, 10) for word in words)
    except (TypeError, ValueError):
        numbers = ()
    if not numbers or min(numbers) < 0:
        raise ValueError("write the number of a GPU, counted from 0, or None")
    if len(set(numbers)) < len(numbers):
        raise ValueError("write each GPU once")
    return numbers


def _collection(value: Any) -> str:
    word = str(value) if type(value) in (str, int) else ""
    if not is_identifier(word) or word == "None":
        raise ValueError(
            "write the last part of a collection's address on archive.org, such as MBLWHOI"
        )
    return word


def _power_of_two(value: Any) -> Any:
    if type(value) is int and (value < 4 or value & (value - 1)):
        raise ValueError("must be a power of two from 4 up")
    return value


Place = Annotated[Path, BeforeValidator(_place)]
Size = Annotated[int, BeforeValidator(_power_of_two)]
Rate = Annotated[float, BeforeValidator(_number), Field(ge=1e-6, le=1)]


def _count(default: int, description: str, *, ge: int = 1, le: int = 1_000_000) -> Any:
    return Field(default, ge=ge, le=le, description=description)


def _key(default: Any, description: str) -> Any:
    return Field(default, description=description, validate_default=True)


class ConfigFile(BaseModel):
    """All 35 keys, in their old order.

    The four jobs and `overwrite` are done only if the file says so, as it was; any other key that
    is left out has the value it had in the first DeepZine's own config.yaml. Paths begin in the
    folder the command is called from, as they did, and ``~`` is the home folder.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    gpu_num: Annotated[tuple[int, ...] | None, BeforeValidator(_gpus)] = _key(
        None,
        "Which GPU trains, where there are several: its number from 0, or several of them, as in "
        '"0, 1". None for the first.',
    )

    load_data: bool = _key(
        False, "Download a collection's documents and make a dataset of their pages."
    )
    overwrite: bool = _key(
        False,
        "Make the dataset anew from what lies in pdf_directory; False keeps what it holds and adds "
        "what is new.",
    )
    pdf_directory: Place = _key("~/pdf_directory", "Where documents are downloaded to.")
    image_directory: Annotated[Path | None, BeforeValidator(_place_or_none)] = _key(
        "~/image_directory",
        "Where each page is written as a PNG picture; None for nowhere: nothing else needs them.",
    )
    data_hdf5: Place = _key("~/data.hdf5", "The dataset.")
    internetarchive_collection: Annotated[str, BeforeValidator(_collection)] = _key(
        "MBLWHOI",
        "The collection: the last part of its address, https://archive.org/details/COLLECTION.",
    )
    pdf_num: Annotated[int | None, BeforeValidator(_none)] = Field(
        10_000,
        ge=0,
        description="Documents to download at most; None for all, 0 to use what lies in "
        "pdf_directory.",
    )
    data_output_size: Resolution = _key(
        1024, "Pixels of the dataset's square pages: a power of two from 4 to 1024."
    )

    train: bool = _key(False, "Train a model on data_hdf5.")
    log_dir: Place = _key(
        "~/models", "The run's folder, with a model a size: log_dir/128/model.safetensors."
    )
    model_save_interval_steps: int = _count(1000, "Steps between checkpoints.")
    samples_dir: Place = _key("~/samples", "Where grids of samples and of real pages are written.")
    model_sample_interval_steps: int = _count(400, "Steps between grids of samples.")

    gan_output_size: Resolution = _key(
        128, "Pixels of the finished model's pages: a power of two from 4 to 1024."
    )
    learning_rate: Rate = _key(0.0001, "Adam's step, of both networks.")
    iterations_per_stage: int = _count(
        10_000, "Steps of a stage; a size has two, one while it fades in, and 4 px has one."
    )
    latent_size: int = _count(128, "Numbers in a latent.", le=2048)
    batch_size: int = _count(16, "Pages a step.", ge=2, le=1024)
    batch_size_reduction_transition_size: Size = _key(
        256, "From this size on, a step has reduced_batch_size pages."
    )
    reduced_batch_size: int = _count(
        4, "Pages a step from that size on, if fewer than batch_size.", ge=2, le=1024
    )
    model_loss_output_interval_steps: int = _count(
        40, "Steps between lines that tell the losses.", le=10_000
    )
    max_filter: int = _count(128, "Filters of a convolution.", ge=4, le=2048)
    filter_num_reduction_transition_size: Size = _key(
        64, "From this size on, each size has half the filters of the one before."
    )
    discriminator_updates: int = _count(1, "Updates of the discriminator in a step.", le=16)
    generator_updates: int = _count(1, "Updates of the generator in a step.", le=16)

    inference_model_directory: Place = _key(
        "~/models", "Where the model lies that draws pages; the one of gan_output_size is taken."
    )
    pretrained_model: bool = _key(
        False, "Take the model of gan_output_size that comes with DeepZine instead."
    )
    inference_output_directory: Place = _key(
        "~/inference_images", "Where pages and films drawn by the model are written."
    )
    inference: bool = _key(False, "Draw random pages, as PNG pictures.")
    inference_output_num: int = _count(100, "How many pages.")
    interpolation: bool = _key(
        False, "Walk from latent to latent, as a film and as PNG pictures of its frames."
    )
    interpolation_frames: int = _count(
        100, "Frames from one latent to the next, that one left out.", le=100_000
    )
    interpolation_vector_num: int = _count(
        10, "Random latents the walk passes through.", ge=2, le=10_000
    )
    interpolation_method: Method = _key(
        "slerp",
        "linear goes straight, slerp on the sphere, tozero straight in to the origin and out.",
    )

    @property
    def draws(self) -> bool:
        """Whether a model is wanted to draw pages."""
        return self.inference or self.interpolation

    @property
    def fmap_base(self) -> int:
        """Filters over half a size, from which networks take their widths.

        Half of `max_filter` at the transition size, T: base / (T / 2) = max / 2. A transition
        beyond the largest size is none.
        """
        transition = min(self.filter_num_reduction_transition_size, 2 * self.gan_output_size)
        return self.max_filter * transition // 4

    @model_validator(mode="after")
    def _goes_together(self) -> "ConfigFile":
        if not (self.load_data or self.train or self.draws):
            raise ValueError(
                "it asks for nothing: set load_data, train, inference or interpolation to True"
            )
        if self.load_data:
            self._see_to_folders()
        if self.train:
            self._see_to_networks()
        return self

    def _see_to_folders(self) -> None:
        """What lies in the folder of documents is taken for documents, pictures too."""
        documents = self.pdf_directory.absolute()
        for name in ("image_directory", "log_dir", "samples_dir", "inference_output_directory"):
            place = getattr(self, name)
            if place is not None and place.absolute().is_relative_to(documents):
                raise ValueError(
                    f"{name} lies in pdf_directory, and its pictures would be taken for "
                    "documents: name another folder"
                )

    def _see_to_networks(self) -> None:
        if self.load_data and self.gan_output_size > self.data_output_size:
            raise ValueError(
                f"gan_output_size, {self.gan_output_size}, is more than data_output_size, "
                f"{self.data_output_size}: make the one smaller or the other larger"
            )
        if self.iterations_per_stage * self.batch_size * self.discriminator_updates > _MOST_PAGES:
            raise ValueError(
                f"iterations_per_stage, {self.iterations_per_stage}, makes stages of more than "
                f"{_MOST_PAGES:,} pages: make it smaller"
            )
        try:
            NetworkConfig(
                resolution=self.gan_output_size, fmap_base=self.fmap_base, fmap_max=self.max_filter
            )
        except ValidationError as error:
            raise ValueError(
                f"max_filter, {self.max_filter}, and filter_num_reduction_transition_size, "
                f"{self.filter_num_reduction_transition_size}, together give too few filters or "
                "too many: change one"
            ) from error
