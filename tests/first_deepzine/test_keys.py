"""Each of the 35 keys changes what is done; the table fails for a key that is ignored."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deepzine_gui.dataset import NO_RULES
from deepzine_gui.first_deepzine import carrying_out
from deepzine_gui.first_deepzine.settings import ConfigFile
from deepzine_gui.networks import read_info, shipped_models, widths
from deepzine_gui.progress import Notice
from deepzine_gui.training import stages
from tests.first_deepzine.conftest import Rooms, carried_out


@dataclass
class Key:
    """A value, what shows its effect, and what is seen then; `given` holds in any case."""

    value: Any
    look: Callable[[Rooms], Any]
    seen: Any
    given: dict[str, Any] = field(default_factory=dict)


TRAINED = {"inference_model_directory": "trained"}
THERE = {"data_hdf5": "there.h5"}


def done(*jobs: str) -> Callable[[Rooms], Any]:
    return lambda rooms: [job in rooms.calls for job in jobs]


def steps(rooms: Rooms) -> list[int]:
    config = rooms.config
    return [
        round(1000 * (stage.end_kimg - stage.start_kimg) / config.minibatch_at(stage.resolution))
        for stage in stages(config)
    ]


def pages_a_step(rooms: Rooms) -> list[int]:
    return [rooms.config.minibatch_at(size) for size in (4, 8)]


def filters(rooms: Rooms) -> list[int]:
    return list(widths(rooms.config.network(3)).values())


def setting(name: str) -> Callable[[Rooms], Any]:
    return lambda rooms: getattr(rooms.config, name)


def model(rooms: Rooms) -> Path:
    assert rooms.args("pictures")[0] == rooms.args("frames")[0] == rooms.args("film")[0]
    return Path(rooms.args("pictures")[0])


def walk(name: str) -> Callable[[Rooms], Any]:
    return lambda rooms: [rooms.kwargs(job)[name] for job in ("frames", "film")]


KEYS = {
    "gpu_num": Key(1, lambda rooms: rooms.gpus, "1"),
    "load_data": Key(False, done("collect", "build", "export_pages"), [False] * 3, THERE),
    "overwrite": Key(
        True,
        lambda rooms: [rooms.kwargs("build")[name] for name in ("append", "rules")],
        [False, NO_RULES],
        THERE,
    ),
    "pdf_directory": Key(
        "else",
        lambda rooms: [rooms.args("collect")[1], rooms.args("build")[0]],
        [Path("else"), [Path("else")]],
    ),
    "image_directory": Key(
        "else", lambda rooms: rooms.args("export_pages")[1:], ("folder", Path("else"))
    ),
    "data_hdf5": Key(
        "else.h5",
        lambda rooms: [
            rooms.args("build")[1],
            rooms.args("export_pages")[0],
            rooms.args("train")[0],
        ],
        [Path("else.h5")] * 3,
    ),
    "internetarchive_collection": Key("maps", lambda rooms: rooms.args("collect")[0], "maps"),
    "pdf_num": Key(7, lambda rooms: rooms.kwargs("collect")["wish"].budget.documents, 7),
    "data_output_size": Key(32, lambda rooms: rooms.kwargs("build")["settings"].resolution, 32),
    "train": Key(False, done("train"), [False], TRAINED),
    "log_dir": Key(
        "else",
        lambda rooms: [rooms.args("train")[1], Path("else/8/model.safetensors").is_file()],
        [Path("else"), True],
        TRAINED,
    ),
    "model_save_interval_steps": Key(7, setting("checkpoint_steps"), 7),
    "samples_dir": Key(
        "else",
        lambda _: sorted(path.name for path in Path("else").glob("*")),
        ["000000.008.png", "real.png"],
    ),
    "model_sample_interval_steps": Key(7, setting("sample_steps"), 7),
    "gan_output_size": Key(
        4,
        lambda rooms: [rooms.config.resolution, model(rooms)],
        [4, Path("trained/4/model.safetensors")],
        TRAINED,
    ),
    "learning_rate": Key(0.5, setting("learning_rate"), 0.5),
    "iterations_per_stage": Key(7, steps, [7, 7, 7]),
    "latent_size": Key(7, setting("latent_size"), 7),
    "batch_size": Key(7, pages_a_step, [7, 2]),
    "batch_size_reduction_transition_size": Key(16, pages_a_step, [4, 4]),
    "reduced_batch_size": Key(3, pages_a_step, [4, 3]),
    "model_loss_output_interval_steps": Key(7, setting("report_steps"), 7),
    "max_filter": Key(16, filters, [16, 8]),
    "filter_num_reduction_transition_size": Key(16, filters, [8, 8]),
    "discriminator_updates": Key(7, setting("discriminator_updates"), 7),
    "generator_updates": Key(7, setting("generator_updates"), 7),
    "inference_model_directory": Key("trained", model, Path("trained/8/model.safetensors")),
    "pretrained_model": Key(
        True,
        model,
        next(path for path in shipped_models() if read_info(path).resolution == 64),
        {"gan_output_size": 64, "data_output_size": 64, **TRAINED},
    ),
    "inference_output_directory": Key(
        "else",
        lambda rooms: [rooms.args(job)[1] for job in ("pictures", "frames", "film")],
        [Path("else"), Path("else/interpolation"), Path("else/interpolation.mp4")],
    ),
    "inference": Key(False, done("pictures", "frames", "film"), [False, True, True]),
    "inference_output_num": Key(7, lambda rooms: rooms.kwargs("pictures")["count"], 7),
    "interpolation": Key(False, done("pictures", "frames", "film"), [True, False, False]),
    "interpolation_frames": Key(7, walk("frames"), [7, 7]),
    "interpolation_vector_num": Key(7, walk("keyframes"), [7, 7]),
    "interpolation_method": Key("tozero", walk("mode"), ["origin", "origin"]),
}


def test_there_are_35_and_each_has_its_row() -> None:
    assert len(ConfigFile.model_fields) == 35
    assert list(KEYS) == list(ConfigFile.model_fields)


@pytest.mark.parametrize("name", KEYS)
def test_without_it_something_else_is_done(name: str, rooms: Rooms) -> None:
    key = KEYS[name]
    carried_out(**key.given)
    assert key.look(rooms) != key.seen


@pytest.mark.parametrize("name", KEYS)
def test_with_it_the_right_thing_is_done(name: str, rooms: Rooms) -> None:
    key = KEYS[name]
    carried_out(**key.given, **{name: key.value})
    assert key.look(rooms) == key.seen


@pytest.mark.parametrize(
    ("method", "mode"), [("linear", "linear"), ("slerp", "spherical"), ("tozero", "origin")]
)
def test_the_three_ways(method: str, mode: str, rooms: Rooms) -> None:
    carried_out(interpolation_method=method)
    assert walk("mode")(rooms) == [mode, mode]


def test_the_first_deepzine_s_own_numbers(rooms: Rooms) -> None:
    carried_out(
        data_output_size=1024, gan_output_size=1024, iterations_per_stage=10_000, batch_size=16,
        batch_size_reduction_transition_size=256, reduced_batch_size=4, max_filter=128,
        filter_num_reduction_transition_size=64,
        inference=False, interpolation=False,
    )  # fmt: skip
    assert filters(rooms) == [128, 128, 128, 128, 64, 32, 16, 8, 4]
    assert steps(rooms) == [10_000] * (2 * 9 - 1)
    assert [rooms.config.minibatch_at(size) for size in (4, 128, 256, 1024)] == [16, 16, 4, 4]


def test_losses_are_told_in_lines(rooms: Rooms) -> None:
    told = [event.text for event in carried_out() if isinstance(event, Notice)]
    assert "8 px, 25% faded in, 0.01 of 0.50 kimg: losses D 1.5000 G -0.5000" in told


@pytest.mark.parametrize(
    ("written", "seen"), [("None", None), (None, None), ("0, 2", "0,2"), (0, "0")]
)
def test_which_gpus_are_seen(written: Any, seen: str | None, rooms: Rooms) -> None:
    carried_out(gpu_num=written)
    assert rooms.gpus == seen
    assert "CUDA_VISIBLE_DEVICES" not in os.environ


def test_of_several_gpus_all_are_taken(rooms: Rooms) -> None:
    for written, devices in (("None", "auto"), (1, "auto"), ("2, 1", "all")):
        carried_out(gpu_num=written)
        assert rooms.config.devices == devices


@pytest.mark.parametrize(
    ("written", "found", "told"),
    [
        (1, ["cpu"], "gpu_num is 1, but no such GPU can be used here"),
        ("0, 3", ["cpu"], "gpu_num is 0, 3, but no such GPU can be used here"),
        ("0, 3", ["cuda:0"], "gpu_num is 0, 3, but the run can use 1 GPU of these."),
        ("0, 3", ["cuda:0", "cuda:1"], ""),
        ("None", ["cpu"], ""),
    ],
)
def test_gpus_that_cannot_be_used_are_said(
    written: Any, found: list[str], told: str, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying_out, "devices_here", lambda _: found)
    events = carried_out(gpu_num=written)
    warnings = [e.text for e in events if isinstance(e, Notice) and e.severity == "warning"]
    assert [text[: len(told)] for text in warnings] == ([told] if told else [])


def test_nothing_is_written_over_what_was_set_aside_since(rooms: Rooms) -> None:
    carried_out(**THERE)
    assert rooms.kwargs("build")["append"] is True
    assert rooms.kwargs("build")["rules"] is None


def test_no_documents_and_no_pictures_if_none_are_wanted(rooms: Rooms) -> None:
    carried_out(pdf_num=0, image_directory="None")
    assert done("collect", "build", "export_pages")(rooms) == [False, True, False]


def test_a_collection_without_a_cap(rooms: Rooms) -> None:
    carried_out(pdf_num="None")
    assert rooms.kwargs("collect")["wish"].budget.documents is None
