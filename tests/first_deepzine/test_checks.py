"""What cannot go well is said before the first job begins."""

import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from deepzine_gui import archive
from deepzine_gui.dataset.formats import export_pages
from deepzine_gui.errors import (
    ArchiveError,
    DatasetError,
    DeepZineError,
    ModelError,
    SettingsError,
    TrainingError,
)
from deepzine_gui.first_deepzine import models
from deepzine_gui.first_deepzine.meaning import training_config
from deepzine_gui.first_deepzine.settings import ConfigFile
from deepzine_gui.progress import Event, Notice
from deepzine_gui.project import Project
from deepzine_gui.training import preset
from deepzine_gui.training.story import write_config
from tests.first_deepzine.conftest import SMALL, Rooms, carried_out

ONLY_PAGES = {"load_data": False, "train": False}
ONLY_TRAINING = {"load_data": False, "inference": False, "interpolation": False}


def refused(rooms: Rooms, kind: type[DeepZineError], told: str, **changes: Any) -> None:
    with pytest.raises(kind) as caught:
        carried_out(**changes)
    assert told in str(caught.value)
    assert rooms.calls == {}


def test_no_dataset_to_train_on(rooms: Rooms) -> None:
    refused(rooms, DatasetError, "There is no dataset data.h5 to train on", load_data=False)


def test_pages_that_are_too_small(rooms: Rooms) -> None:
    changes = {"data_hdf5": "there.h5", "gan_output_size": 32, **ONLY_TRAINING}
    refused(rooms, DatasetError, "there.h5 holds pages of 16 px: set gan_output_size", **changes)


def test_pages_of_another_size_are_not_added_to(rooms: Rooms) -> None:
    changes = {"data_hdf5": "there.h5", "data_output_size": 32}
    refused(rooms, DatasetError, "there.h5 holds pages of 16 px or made in another", **changes)
    carried_out(**changes, overwrite=True)
    assert rooms.kwargs("build")["settings"].resolution == 32


def test_other_files_are_not_written_over(rooms: Rooms, here: Path) -> None:
    refused(rooms, DatasetError, "is no dataset", data_hdf5="trained/8/model.safetensors")
    refused(rooms, DatasetError, "trained is a folder", data_hdf5="trained", overwrite=True)


def test_an_archive_that_is_away_need_not_end_the_work(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> Generator[Event]:
        raise ArchiveError("The archive cannot be reached.")
        yield

    monkeypatch.setattr(archive, "collect", away)
    told = "The archive cannot be reached."
    with pytest.raises(ArchiveError, match=rf"^{told}$"):
        carried_out()
    with pytest.raises(ArchiveError, match=rf"^{told} To go on .* set load_data to False\.$"):
        carried_out(data_hdf5="there.h5")


@pytest.mark.parametrize("changes", [{"load_data": True}, {"load_data": True, "overwrite": True}])
def test_the_first_deepzine_s_pages_are_not_written_over(
    changes: dict[str, Any], rooms: Rooms, here: Path
) -> None:
    old_file(here)
    refused(rooms, DatasetError, "was made by the first DeepZine", data_hdf5="old.h5", **changes)


def test_the_first_deepzine_s_pages_are_trained_on(rooms: Rooms, here: Path) -> None:
    old_file(here)
    events = carried_out(data_hdf5="old.h5", **ONLY_TRAINING)
    new = Path("old-imported.h5")
    assert rooms.args("import_pages") == (Path("old.h5"), new)
    assert rooms.args("train")[0] == new
    told = "The pages of old.h5 are taken over into old-imported.h5 beside it."
    assert Notice(told) in events
    rooms.calls.clear()
    new.touch()
    carried_out(data_hdf5="old.h5", **ONLY_TRAINING)
    assert "import_pages" not in rooms.calls
    rooms.calls.clear()
    changes = {"data_hdf5": "old.h5", "gan_output_size": 32, **ONLY_TRAINING}
    refused(rooms, DatasetError, "old.h5 holds pages of 16 px", **changes)


def old_file(here: Path) -> None:
    list(export_pages(here / "there.h5", "deepzine", here / "old.h5"))


def test_no_model_of_that_size(rooms: Rooms) -> None:
    changes = {**ONLY_PAGES, "gan_output_size": 16}
    told = "trained holds no model for pages of 16 px: set gan_output_size to 4 or 8 or 64"
    refused(rooms, ModelError, told, inference_model_directory="trained", **changes)
    refused(rooms, ModelError, "models holds no model for pages of 16 px: train one", **changes)


def test_models_of_tensorflow_are_named_as_such(rooms: Rooms, here: Path) -> None:
    (here / "tf/8").mkdir(parents=True)
    (here / "tf/8/model.ckpt.index").touch()
    changes = {**ONLY_PAGES, "inference_model_directory": "tf"}
    refused(rooms, ModelError, "are TensorFlow's and cannot be read", **changes)


def test_no_pretrained_model_of_that_size(
    rooms: Rooms, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = [here / "trained/64/model.safetensors"]
    monkeypatch.setattr(models, "shipped_models", lambda: shipped)
    told = "No model that comes with DeepZine makes pages of 8 px: set gan_output_size to 64"
    refused(rooms, ModelError, told, pretrained_model=True, **ONLY_PAGES)


@pytest.mark.parametrize("place", ["book.safetensors", "checkpoints/000001.000/model.safetensors"])
def test_other_places_of_a_model(place: str, rooms: Rooms, here: Path) -> None:
    model = here / "mine" / place
    model.parent.mkdir(parents=True)
    shutil.copy(here / "trained/8/model.safetensors", model)
    (here / "mine/broken.safetensors").write_bytes(b"no")
    carried_out(inference_model_directory="mine", **ONLY_PAGES)
    assert rooms.args("pictures")[0] == Path("mine") / place


def test_a_foreign_config_is_not_written_over(rooms: Rooms, here: Path) -> None:
    refused(rooms, TrainingError, "holds a config.yaml or a project", log_dir=".")
    Project.create(here / "zine")
    refused(rooms, TrainingError, "holds a config.yaml or a project", log_dir="zine")


def begun(here: Path, **changes: Any) -> None:
    """Leave a run in models/ that began with these changes."""
    (here / "models/checkpoints/000000.001").mkdir(parents=True)
    config = training_config(ConfigFile.model_validate(SMALL | changes))
    write_config(here / "models", config)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gan_output_size", 16),
        ("latent_size", 9),
        ("iterations_per_stage", 5),
        ("max_filter", 16),
        ("filter_num_reduction_transition_size", 16),
        ("batch_size", 5),
        ("reduced_batch_size", 3),
        ("batch_size_reduction_transition_size", 4),
        ("discriminator_updates", 2),
    ],
)
def test_a_run_goes_on_only_as_it_began(name: str, value: int, rooms: Rooms, here: Path) -> None:
    begun(here, **{name: value})
    told = (
        f"The run in models cannot go on with config.yaml, as its {name} has changed since: "
        f"put {name} back"
    )
    refused(rooms, TrainingError, told)


def test_a_run_of_another_kind_does_not_go_on(rooms: Rooms, here: Path) -> None:
    (here / "models/checkpoints/000000.001").mkdir(parents=True)
    small = training_config(ConfigFile.model_validate(SMALL)).model_dump()
    write_config(here / "models", preset("seed-deepzine", **(small | {"held_out": 0.1})))
    refused(rooms, TrainingError, "as it began with held_out 0.1: let log_dir name another")


def test_what_may_change_changes_as_a_run_goes_on(rooms: Rooms, here: Path) -> None:
    begun(here)
    carried_out(learning_rate=0.5, inference=False, interpolation=False)
    assert rooms.kwargs("train")["resume"] is True
    assert rooms.config.learning_rate == 0.5


def test_a_stage_that_is_too_long(rooms: Rooms) -> None:
    changes = {"iterations_per_stage": 1_000_000, "batch_size": 1024, "reduced_batch_size": 1024}
    told = "iterations_per_stage, 1000000, makes stages of more than 1,000,000,000 pages"
    refused(rooms, SettingsError, told, **changes)


@pytest.mark.parametrize("end", ["ge", "le"])
def test_what_the_file_may_say_a_run_may_be(end: str) -> None:
    limited = {
        name: getattr(limit, end)
        for name, field in ConfigFile.model_fields.items()
        for limit in field.metadata
        if hasattr(limit, end)
    }
    assert len(limited) > 10
    for name, value in limited.items():
        wide = {"filter_num_reduction_transition_size": 64} if name == "max_filter" else {}
        changes = {"load_data": False, **wide, name: value}
        config = training_config(ConfigFile.model_validate(SMALL | changes))
        assert config.preset == "seed-deepzine"
