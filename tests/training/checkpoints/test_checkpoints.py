"""Checkpoints that are damaged, and which of them stay."""

import json
import math
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deepzine_gui import files, training
from deepzine_gui.errors import TrainingError
from deepzine_gui.networks import find_model
from deepzine_gui.progress import Finished, Notice
from deepzine_gui.training import CheckpointSaved, TrainingConfig
from deepzine_gui.training.checkpoints import checkpoint, keeping
from deepzine_gui.training.checkpoints.checkpoint import DamagedCheckpointError
from deepzine_gui.training.running import stretch
from deepzine_gui.training.stepping.trainer import Trainer
from tests.training.runs import assert_same_end, checkpoint_names, run_steps, run_to

FILES = ("model.safetensors", "state.json", "state.safetensors")


def flip_bit(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place // 8 % len(data)] ^= 1 << place % 8
    path.write_bytes(data)


def tear(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def other_images(path: Path) -> None:
    path.write_text(path.read_text().replace('"images": 48', '"images": 47'))


@pytest.mark.parametrize("name", FILES)
def test_every_flipped_bit_is_found(tmp_path: Path, started: Path, name: str) -> None:
    chance = random.Random(1)
    good = (started / "checkpoints" / "000000.048" / name).read_bytes()
    folder = shutil.copytree(started / "checkpoints" / "000000.048", tmp_path / "copy")
    assert checkpoint.read(folder).facts["images"] == 48
    for _ in range(40):
        flip_bit(folder / name, chance.randrange(8 * len(good)))
        with pytest.raises(DamagedCheckpointError):
            checkpoint.read(folder)
        (folder / name).write_bytes(good)


@pytest.mark.parametrize(
    ("name", "damage"),
    [(name, damage) for name in FILES for damage in (Path.unlink, tear)]
    + [
        ("state.json", other_images),
        ("state.json", lambda path: path.write_text("[1, 2]")),
        ("state.safetensors", lambda path: path.write_bytes(b"")),
    ],
)
def test_a_damaged_newest_checkpoint_falls_back_to_the_one_before(
    run: Path, dataset: Path, name: str, damage: Callable[[Path], object]
) -> None:
    damage(run / "checkpoints" / "000000.048" / name)
    first, second, *_ = list(run_steps(training.train(dataset, run, resume=True), 1))
    assert isinstance(first, Notice)
    assert first.severity == "warning"
    assert "000000.048 is damaged and was set aside as 000000.048.damaged" in first.text
    assert "000000.032" in first.text
    assert isinstance(second, training.StageChanged)
    assert second.kimg == pytest.approx(0.032)
    assert checkpoint_names(run) == ["000000.032", "000000.048.damaged"]
    assert find_model(run).parent.name == "000000.032"
    told = [line["text"] for line in training.read_metrics(run) if line["kind"] == "notice"]
    assert told == [first.text]


def test_a_run_that_fell_back_ends_as_if_nothing_had_been(
    tmp_path: Path, run: Path, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretch, "PROGRESS_S", 0.0)
    config = training.read_config(run)
    list(training.train(dataset, tmp_path / "whole", config=config, threads=1))
    for _ in range(2):
        # the second time it stands there again, and is damaged again
        flip_bit(run / "checkpoints" / "000000.048" / "state.safetensors", 12345)
        run_to(training.train(dataset, run, resume=True), 0.048)
    list(training.train(dataset, run, resume=True))
    assert "000000.048-2.damaged" in checkpoint_names(run)
    assert_same_end(tmp_path / "whole", run)


def test_what_was_set_aside_is_never_replaced(run: Path) -> None:
    older = run / "checkpoints" / "000000.048.damaged"
    older.mkdir()
    (older / "mine").touch()
    tear(run / "checkpoints" / "000000.048" / "state.json")
    keeping.newest_whole(run)
    assert (older / "mine").exists()
    assert (run / "checkpoints" / "000000.048-2.damaged" / "state.json").exists()


def test_without_a_whole_checkpoint_all_is_left_as_it_is(run: Path, dataset: Path) -> None:
    for folder in (run / "checkpoints").iterdir():
        tear(folder / "state.safetensors")
    for _ in range(2):
        with pytest.raises(TrainingError, match=r"All checkpoints in .* are damaged: put back"):
            next(training.train(dataset, run, resume=True))
    assert checkpoint_names(run) == ["000000.032", "000000.048"]
    # nor does a new run take their place
    with pytest.raises(TrainingError, match="holds a run already"):
        next(training.train(dataset, run, config=training.read_config(run)))


def test_checkpoints_of_other_pages_are_not_called_damaged(run: Path) -> None:
    contents, _ = keeping.newest_whole(run)
    assert contents is not None
    config = training.read_config(run)
    with pytest.raises(TrainingError, match="pages of other colours"):
        checkpoint.restore(contents, Trainer(config, config.network(3)))
    assert checkpoint_names(run) == ["000000.032", "000000.048"]


def without_checksums(folder: Path) -> None:
    """Make of a checkpoint what the first versions wrote."""
    path = folder / "state.json"
    facts = json.loads(path.read_text())
    later = ("sha256", "files", "torch", "threads", "skipped", "pages_at_once", "diversity")
    for name in (*later, "labels"):
        del facts[name]
    for name in ("checkpoints_kept", "pages_at_once"):
        del facts["config"][name]
    path.write_text(json.dumps(facts))


def test_a_run_from_before_there_were_checksums_goes_on(
    tmp_path: Path, run: Path, dataset: Path
) -> None:
    for folder in (run / "checkpoints").iterdir():
        without_checksums(folder)
    config = training.read_config(run)
    list(training.train(dataset, tmp_path / "whole", config=config, threads=1))
    events = list(training.train(dataset, run, resume=True, threads=1))
    assert not [event for event in events if isinstance(event, Notice)]
    assert checkpoint_names(run)[0] == "000000.032"
    assert_same_end(tmp_path / "whole", run)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [Path.unlink, tear])
def test_one_without_checksums_is_whole_as_far_as_it_can_be_read(
    run: Path, name: str, damage: Callable[[Path], object]
) -> None:
    newest = run / "checkpoints" / "000000.048"
    without_checksums(newest)
    assert checkpoint.read(newest).facts["images"] == 48
    damage(newest / name)
    if name == "model.safetensors" and damage is tear:
        # the run itself never reads it
        assert checkpoint.read(newest).facts["images"] == 48
        return
    with pytest.raises(DamagedCheckpointError):
        checkpoint.read(newest)


def test_a_checkpoint_says_what_made_it(run: Path) -> None:
    facts = json.loads((run / "checkpoints" / "000000.048" / "state.json").read_text())
    assert facts["config"]["seed"] == 0
    assert facts["version"]
    assert facts["torch"]
    assert facts["threads"] == 1
    assert facts["pages_rng"]["bit_generator"] == "PCG64"


def keep(
    run: Path,
    config: TrainingConfig,
    saved: list[tuple[int, float]],
    swd: Callable[[int], float] = lambda _: math.nan,
) -> list[str]:
    """Save checkpoints after so many pages with such diversities and SWD; return what stays."""
    trainer = Trainer(config, config.network(1))
    for images, diversity in saved:
        trainer.images = images
        # as `enter_stage`, but the end of a stage belongs to it
        trainer.stage = next(stage for stage in trainer.plan if trainer.kimg <= stage.end_kimg)
        checkpoint.save(run, trainer, title="", diversity=diversity, swd=swd(images))
        keeping.tidy(run, keep=config.checkpoints_kept)
    return checkpoint_names(run)


def test_the_last_checkpoints_the_stage_ends_and_the_best_stay(
    tmp_path: Path, quick: TrainingConfig
) -> None:
    nan = math.nan
    few = quick.model_copy(update={"checkpoints_kept": 2})
    saved = [(8, 0.9), (32, 0.5), (36, 0.2), (40, 0.8), (44, 1.5), (48, 0.7), (52, nan), (56, 5.0)]
    # 8 at 4 px is nearer to 1, but of a smaller resolution
    assert keep(tmp_path, few, saved) == ["000000.032", "000000.040", "000000.052", "000000.056"]
    # 1 / 1.5 is nearer than 0.5
    assert keep(tmp_path / "b", few, [(4, 0.5), (8, 1.5), (12, 0.1), (16, 0.1), (20, 0.0)]) == [
        "000000.008",
        "000000.016",
        "000000.020",
    ]


def test_the_best_checkpoint_is_that_of_the_lowest_swd_where_it_was_measured(
    tmp_path: Path, quick: TrainingConfig
) -> None:
    few = quick.model_copy(update={"checkpoints_kept": 2})
    swd = {36: math.nan, 40: 30.0, 44: 20.0, 48: 20.0, 52: 90.0, 56: 40.0}
    saved = [(36, 1.0), (40, 0.9), (44, 0.5), (48, 0.8), (52, math.nan), (56, 1.0)]
    # of two since the same measurement, the one that came soon after it
    stay = ["000000.044", "000000.052", "000000.056"]
    assert keep(tmp_path, few, saved, swd.__getitem__) == stay


def test_damaged_checkpoints_do_not_push_out_whole_ones(run: Path) -> None:
    good = run / "checkpoints" / "000000.048"
    for kimg in ("000000.052", "000000.056"):
        shutil.copytree(good, run / "checkpoints" / kimg)
        tear(run / "checkpoints" / kimg / "state.safetensors")
    keeping.tidy(run, keep=2)
    assert checkpoint_names(run) == ["000000.032", "000000.048", "000000.052", "000000.056"]
    contents, notices = keeping.newest_whole(run)
    assert contents is not None
    assert contents.facts["images"] == 48
    assert len(notices) == 2


def test_a_foreign_folder_among_the_checkpoints_is_left_alone(
    run: Path, dataset: Path, started: Path
) -> None:
    kept = run / "checkpoints" / "000000.001"
    kept.mkdir()
    shutil.copy(started / "checkpoints" / "000000.032" / "model.safetensors", kept)
    busy = training.read_config(run).model_copy(update={"checkpoint_minutes": 0.0})
    list(training.train(dataset, run, config=busy, resume=True))
    assert (kept / "model.safetensors").is_file()


def test_good_checkpoints_stay_and_those_that_may_be_proved_good(
    tmp_path: Path, quick: TrainingConfig
) -> None:
    few = quick.model_copy(update={"checkpoints_kept": 100})
    keep(tmp_path, few, [(images, math.nan) for images in range(4, 32, 2)])
    keeping.tidy(tmp_path, keep=2, proven_before_kimg=0.016, looks_kimg=(0.016, 0.02, 0.025))
    good, before_the_looks, newest = (
        (6, 8, 10, 12, 14)[-keeping.GOOD_KEPT :],
        (14, 18, 24),
        (28, 30),
    )
    stay = sorted({*good, *before_the_looks, *newest})
    assert checkpoint_names(tmp_path) == [f"{images / 1000:010.3f}" for images in stay]


def test_a_run_keeps_as_many_as_it_was_told(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    busy = quick.model_copy(
        update={"checkpoint_minutes": 0.0, "checkpoints_kept": 4, "guard": "off"}
    )
    events = list(training.train(dataset, tmp_path / "run", config=busy, threads=1))
    saved = [event.path.name for event in events if isinstance(event, CheckpointSaved)]
    stay = checkpoint_names(tmp_path / "run")
    assert {"000000.032", "000000.064", *saved[-4:]} <= set(stay)
    # and one at most, the best, besides these
    assert len(stay) <= 7 < len(set(saved))


def test_a_checkpoint_that_is_being_read_is_removed_the_next_time(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        shutil.copytree(run / "checkpoints" / "000000.048", run / "checkpoints" / f"0000{number}.1")
    newest = checkpoint_names(run)[-2:]
    with monkeypatch.context() as patch:

        def refused(*_: object) -> None:
            raise PermissionError(13, "The process cannot access the file")

        patch.setattr(files.os, "replace", refused)
        keeping.tidy(run, keep=2)
    assert len(checkpoint_names(run)) == 5
    keeping.tidy(run, keep=2)
    # that at the stage's end stays, too
    assert checkpoint_names(run) == ["000000.032", *newest]


def test_a_kill_amid_a_checkpoint_leaves_the_one_before(run: Path, dataset: Path) -> None:
    half = run / "checkpoints" / "000009.000.part"
    half.mkdir()
    shutil.copy(run / "checkpoints" / "000000.048" / "model.safetensors", half)
    assert find_model(run).parent.name == "000000.048"
    assert isinstance(list(training.train(dataset, run, resume=True))[-1], Finished)
    assert not half.exists()


def test_a_kill_amid_a_removal_leaves_no_half_checkpoint(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(path: Path, **_: object) -> None:
        if path.exists():
            (path / "state.json").unlink()
            raise Killed

    for images in ("052", "056"):
        shutil.copytree(
            run / "checkpoints" / "000000.048", run / "checkpoints" / f"000000.{images}"
        )
    with monkeypatch.context() as patch:
        patch.setattr(files.shutil, "rmtree", killed)
        with pytest.raises(Killed):
            keeping.tidy(run, keep=2)
    assert checkpoint_names(run) == [
        "000000.032", "000000.048.part", "000000.052", "000000.056",
    ]  # fmt: skip
    assert find_model(run).parent.name == "000000.056"
    keeping.remove_unfinished(run)
    assert checkpoint_names(run) == ["000000.032", "000000.052", "000000.056"]
