"""Steps that are recorded once and repeated are ordinary steps, to the bit; none waits."""

import dataclasses
from collections.abc import Callable, Generator
from typing import Any

import pytest
import torch
from torch import Tensor

from deepzine_gui.progress import Event, Progress
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.checkpoints import checkpoint
from deepzine_gui.training.recipe.schedule import Stage
from deepzine_gui.training.running import speed
from deepzine_gui.training.running.faults import Watch
from deepzine_gui.training.stepping import graphs
from deepzine_gui.training.stepping.graphs import Recording
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.stepping.updates import Updates
from deepzine_gui.training.stepping.values import StepResult
from tests.training.noise import Pages
from tests.training.runs import short_of_memory
from tests.training.tape import ADA, NoRecorder, TapeRecorder, trainer_of

Found = dict[str, Tensor]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "WARM_UP", 1)


class FloatPages(Pages):
    """Noise whose draws can hold a pixel that is no number, and always have room for it."""

    def draw(self, *args: Any) -> Any:
        return super().draw(*args).astype("float32")


def trained(trainer: Trainer, *, spoilt: frozenset[int] = frozenset()) -> Found:
    """All that is known after the whole plan, and what each step told."""
    found: Found = {}
    pages = FloatPages(trainer.stage.resolution, spoilt)
    while not trainer.finished:
        told = trainer.step(pages)
        for field in dataclasses.fields(told):
            found[f"{trainer.steps}.{field.name}"] = getattr(told, field.name)
        found[f"{trainer.steps}.in_a_row"] = trainer.updates.in_a_row.clone()
        if trainer.enter_stage():
            pages = FloatPages(trainer.stage.resolution, spoilt)
    known = {name: value for name, value in found.items() if value is not None}
    return {**known, **checkpoint.contents(trainer).tensors, "skipped": trainer.updates.skipped}


def assert_same(one: Found, other: Found) -> None:
    assert one.keys() == other.keys()
    for name, value in one.items():
        torch.testing.assert_close(
            other[name], value, rtol=0, atol=0, equal_nan=True, msg=lambda text, at=name: at + text
        )


@pytest.mark.parametrize(
    ("changes", "labels", "spoilt"),
    [
        ({"loss": "rpgan", **ADA}, 0, ()),
        ({"loss": "wgan-gp", "label_head": "classes", **ADA}, 2, (9, 10, 21)),
        ({"loss": "ns-r1", "discriminator_updates": 2, "l1_weight": 1e-3, **ADA}, 2, ()),
        ({"loss": "rpgan", "generator_updates": 2, "l2_weight": 1e-3, "augment": "fixed"}, 0, (8,)),
    ],
    ids=["rpgan", "wgan-gp, labels, skipped", "ns-r1, two updates", "rpgan, two updates, skipped"],
)
def test_repeated_steps_are_ordinary_ones(
    growing: TrainingConfig, changes: dict[str, Any], labels: int, spoilt: tuple[int, ...]
) -> None:
    config = growing.model_copy(update=changes)
    ordinary = trainer_of(config.model_copy(update={"graphs": "off"}), TapeRecorder(), labels)
    recorder = TapeRecorder()
    repeated = trainer_of(config, recorder, labels)
    expected = trained(ordinary, spoilt=frozenset(spoilt))
    assert_same(expected, trained(repeated, spoilt=frozenset(spoilt)))
    assert repeated.graphs is not None
    assert repeated.graphs.failure == ""
    kinds = 3 if "held_out" in changes else 2
    assert 2 * kinds <= recorder.recorded <= recorder.warmed == 3 * kinds
    assert recorder.replayed + recorder.warmed == repeated.steps
    assert recorder.forgotten == 2
    assert bool(expected["skipped"]) == bool(spoilt)


def test_what_the_processor_reckons_is_repeated_as_it_was() -> None:
    # or the test above would see nothing
    shown = 0
    weight = torch.zeros(())

    def compute() -> StepResult:
        nonlocal shown
        shown += 1
        weight.add_(shown)
        return StepResult(*(weight.clone() for _ in range(7)))

    recording = TapeRecorder().record(compute)
    assert weight == 0
    for expected in (1, 2, 3):
        recording.replay()
        assert weight == recording.result.d_loss == expected


@pytest.mark.parametrize("loss", ["wgan-gp", "ns-r1", "rpgan"])
def test_rates_on_the_device_are_the_same_rates(growing: TrainingConfig, loss: Any) -> None:
    # Adam's epsilon is large, or its first steps would make much of a last bit
    config = growing.model_copy(update={"loss": loss, "adam_epsilon": 0.1, "graphs": "off", **ADA})
    one, other = (trained(trainer_of(config, each)) for each in (None, TapeRecorder()))
    assert one.keys() == other.keys()
    for name in one:
        if name.partition(".")[0] in ("g", "d", "average", "noise"):
            torch.testing.assert_close(other[name], one[name], rtol=1e-4, atol=1e-5)


def test_a_device_that_records_nothing_does_without(growing: TrainingConfig) -> None:
    expected = trained(trainer_of(growing.model_copy(update={"graphs": "off"}), TapeRecorder()))
    recorder = NoRecorder()
    trainer = trainer_of(growing, recorder)
    watch = Watch(trainer)
    assert_same(expected, trained(trainer))
    assert recorder.recorded == 1
    (notice,) = (*watch.look(), *watch.look())
    assert notice.text == (
        "Steps could not be recorded on the graphics card (operation not permitted when stream is "
        "capturing): the run goes on without, more slowly at small sizes."
    )


def test_steps_that_find_no_memory_are_computed_in_parts_and_no_longer_repeated(
    growing: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = growing.model_copy(update={"minibatch": 8, "penalty_interval": 1})
    recorder = TapeRecorder()
    trainer = trainer_of(config, recorder)
    for _ in range(3):
        trainer.step(Pages(4))
    assert (recorder.recorded, recorder.replayed, recorder.forgotten) == (1, 2, 0)
    trainer.drop_recordings()
    assert recorder.forgotten == 1
    short_of_memory(monkeypatch, 4)
    for _ in range(4):
        trainer.step(Pages(4))
    assert trainer.updates.pages_at_once == 4
    assert recorder.recorded == 1
    assert trainer.graphs is not None
    assert trainer.graphs.failure == ""


def test_memory_that_runs_out_in_a_recording_is_no_reason_to_stop(
    growing: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = trainer_of(growing.model_copy(update={"penalty_interval": 1}), TapeRecorder())
    trainer.step(Pages(4))
    with monkeypatch.context() as patch:
        recording = Updates.recording

        def short(self: Updates) -> Any:
            short_of_memory(patch, 0)
            return recording(self)

        patch.setattr(Updates, "recording", short)
        step = graphs.Graphs._give_up

        def given_up(self: graphs.Graphs, error: RuntimeError) -> None:
            short_of_memory(patch, 100)
            step(self, error)

        patch.setattr(graphs.Graphs, "_give_up", given_up)
        trainer.step(Pages(4))
    assert trainer.graphs is not None
    assert trainer.graphs.failure == "its memory ran out"
    assert trainer.updates.pages_at_once is None
    assert trainer.steps == 2


@pytest.mark.parametrize("way", ["restore", "turn aside", "stage"])
def test_what_is_changed_otherwise_than_by_steps_is_recorded_anew(
    growing: TrainingConfig, way: str
) -> None:
    config = growing.model_copy(update={"penalty_interval": 1})
    recorder = TapeRecorder()
    trainer = trainer_of(config, recorder)
    for _ in range(3):
        trainer.step(Pages(4))
    assert recorder.recorded == 1
    if way == "restore":
        checkpoint.restore(checkpoint.contents(trainer), trainer)
    elif way == "turn aside":
        trainer.turn_aside(1, augment=0.1)
    else:
        trainer.images = 48
        trainer.enter_stage()
    assert recorder.forgotten == 1
    for _ in range(2):
        trainer.step(Pages(trainer.stage.resolution))
    assert recorder.recorded == 2


def test_large_pages_are_not_recorded(
    growing: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphs, "LARGEST", 4)
    recorder = TapeRecorder()
    trained(trainer_of(growing, recorder))
    assert recorder.recorded == 2
    assert recorder.warmed + recorder.replayed == 12
    assert recorder.forgotten == 1


def test_a_stage_set_from_outside_is_another_kind(growing: TrainingConfig) -> None:
    # as speeds are measured
    config = growing.model_copy(update={"penalty_interval": 1})
    recorder = TapeRecorder()
    measured = trainer_of(config, recorder)
    for resolution in (4, 8):
        measured.stage = Stage(0, resolution, fading=False, start_kimg=0, end_kimg=1)
        for _ in range(3):
            measured.step(Pages(resolution))
    assert (recorder.recorded, recorder.warmed) == (2, 2)


def test_recording_does_not_count_in_the_speed(
    growing: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock_s = 0.0
    recorder = TapeRecorder()
    record = recorder.record

    def slowly(compute: Callable[[], StepResult]) -> Recording:
        nonlocal clock_s
        clock_s += 100
        return record(compute)

    def waited(_: torch.device) -> None:
        nonlocal clock_s
        clock_s += 0.1

    monkeypatch.setattr(recorder, "record", slowly)
    monkeypatch.setattr(speed, "wait_for", waited)
    monkeypatch.setattr(speed.time, "monotonic", lambda: clock_s)
    measured = trainer_of(growing.model_copy(update={"penalty_interval": 1}), recorder)
    found: list[float] = []

    def job() -> Generator[Event, None, None]:
        progress = Progress(0, None, "sizes", "measuring")
        found.append((yield from speed._images_per_second(measured, 4, progress)))

    list(job())
    assert recorder.recorded == 1
    # four pages in a tenth of a second
    assert found == [pytest.approx(40)]
