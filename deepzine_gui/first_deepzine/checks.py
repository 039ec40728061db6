"""What can be known before the first job of a config.yaml begins."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deepzine_gui import dataset
from deepzine_gui.dataset import formats
from deepzine_gui.dataset.building.planning import refuse_to_overwrite
from deepzine_gui.dataset.formats.read_deepzine import open_deepzine
from deepzine_gui.errors import DatasetError, TrainingError
from deepzine_gui.first_deepzine.meaning import key_of, page_settings, training_config
from deepzine_gui.first_deepzine.models import model_of_size, shipped_of_size
from deepzine_gui.first_deepzine.settings import ConfigFile
from deepzine_gui.networks.models import checkpoint_folders
from deepzine_gui.progress import Notice
from deepzine_gui.project import FILE_NAME as PROJECT_FILE
from deepzine_gui.training import TrainingConfig, read_config
from deepzine_gui.training.story import CONFIG


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done.

    Attributes:
        path: the config.yaml.
        file: what it says.
        config: of the run, where one is asked for.
        pages: the dataset to train on.
        model: that draws pages, where it is there already; else it is the run's.
        notices: what is done otherwise than the first DeepZine did.
    """

    path: Path
    file: ConfigFile
    config: TrainingConfig | None
    pages: Path
    model: Path | None
    notices: tuple[Notice, ...]


def make_plan(path: Path, file: ConfigFile) -> Plan:
    """Look at what the file asks for and what is there.

    Raises:
        DatasetError: the dataset is missing, too small, or cannot be added to.
        ModelError: the model that is to draw pages is missing.
        TrainingError: log_dir holds something else, or a run of other networks.
    """
    is_old = formats.recognise(file.data_hdf5) == "deepzine"
    if file.load_data:
        _see_to_dataset(file, is_old=is_old)
    elif file.train:
        _see_to_pages(file, is_old=is_old)
    config = training_config(file) if file.train else None
    if config is not None:
        _see_to_run(path, file, config)
    return Plan(
        path,
        file,
        config,
        pages=_beside(file.data_hdf5) if is_old else file.data_hdf5,
        model=_model(file),
        notices=tuple(_notices(file, is_old=is_old)),
    )


def _see_to_dataset(file: ConfigFile, *, is_old: bool) -> None:
    """The dataset that documents are to be put into."""
    place = file.data_hdf5
    if is_old:
        raise DatasetError(
            f"{place} was made by the first DeepZine, and is neither added to nor written over: "
            "set load_data to False to train on it, or let data_hdf5 name another file."
        )
    refuse_to_overwrite(place, ())
    if file.overwrite or not dataset.is_there(place):
        return
    with dataset.open_dataset(place) as opened:
        if opened.settings != page_settings(file):
            raise DatasetError(
                f"{place} holds pages of {opened.resolution} px or made in another way: set "
                "data_output_size to that, overwrite to True, or let data_hdf5 name another file."
            )


def _see_to_pages(file: ConfigFile, *, is_old: bool) -> None:
    """The dataset that is there to train on."""
    place = file.data_hdf5
    if is_old:
        with open_deepzine(place, None) as old:
            _see_to_size(file, old.side)
        return
    if not dataset.is_there(place):
        raise DatasetError(
            f"There is no dataset {place} to train on: set load_data to True to make it, or let "
            "data_hdf5 name one."
        )
    with dataset.open_dataset(place) as opened:
        _see_to_size(file, opened.resolution)


def _see_to_size(file: ConfigFile, size: int) -> None:
    if size < file.gan_output_size:
        raise DatasetError(
            f"{file.data_hdf5} holds pages of {size} px: set gan_output_size to that or less, or "
            "make it anew with a larger data_output_size."
        )


def _see_to_run(path: Path, file: ConfigFile, config: TrainingConfig) -> None:
    """The place of the run, and whether a run there can go on with this file."""
    run = file.log_dir
    if not checkpoint_folders(run):
        if (run / PROJECT_FILE).exists() or ((run / CONFIG).exists() and not _is_run(run)):
            raise TrainingError(
                f"log_dir, {run}, is no folder of a run but holds a {CONFIG} or a project, which "
                "would be written over: let log_dir name another folder."
            )
        return
    saved = read_config(run)
    for name in saved.fixed:
        was, now = getattr(saved, name), getattr(config, name)
        if was != now:
            key = key_of(name, saved, config)
            told = f"its {key} has changed since" if key else f"it began with {name} {was}"
            undo = f"put {key} back, or " if key else ""
            raise TrainingError(
                f"The run in {run} cannot go on with {path}, as {told}: {undo}let log_dir name "
                "another folder."
            )


def _is_run(run: Path) -> bool:
    try:
        read_config(run)
    except TrainingError:
        return False
    return True


def _model(file: ConfigFile) -> Path | None:
    if not file.draws:
        return None
    if file.pretrained_model:
        return shipped_of_size(file.gan_output_size)
    if file.train:
        return None
    return model_of_size(file.inference_model_directory, file.gan_output_size)


def _notices(file: ConfigFile, *, is_old: bool) -> Iterator[Notice]:
    if file.train and is_old:
        place = _beside(file.data_hdf5)
        yield Notice(f"The pages of {file.data_hdf5} are taken over into {place.name} beside it.")


def _beside(old: Path) -> Path:
    """Where the pages of a first DeepZine's HDF5 are taken over to."""
    return old.with_name(f"{old.stem}-imported.h5")
