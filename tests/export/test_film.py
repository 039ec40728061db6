import errno
import json
import os
import pickle
import sys

import numpy as np
import psutil
import pytest

from deepzine_gui.child import in_child
from deepzine_gui.errors import ExportError, ModelError, SettingsError, StorageError
from deepzine_gui.export import film
from deepzine_gui.export.video import check_whole
from deepzine_gui.latent import random_points
from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.networks import Labels
from deepzine_gui.progress import Finished, Progress
from tests.export.decoding import decode
from tests.latent.tiny import save_tiny_model
from tests.patience import comes_true


@pytest.fixture
def model(tmp_path):
    return save_tiny_model(tmp_path / "models" / "tiny.safetensors")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "exports" / "film.mp4"


@pytest.fixture(autouse=True)
def _no_encoder_left():
    yield
    left = psutil.Process().children(recursive=True)
    assert not [process for process in left if "ffmpeg" in process.name()]


@pytest.mark.parametrize(("loop", "count"), [(False, 2 * 5 + 1), (True, 3 * 5)])
def test_a_film_decodes_to_its_frames(model, out, loop, count):
    events = list(film(model, out, keyframes=3, frames=5, fps=24, loop=loop, size=32))
    frames, stream = decode(out)
    assert frames.shape == (count, 32, 32, 3)
    assert all(word in stream for word in ("h264", "yuv420p(tv, bt709, ", "24 fps"))
    steps = np.abs(np.diff(frames.astype(int), axis=0)).mean(axis=(1, 2, 3))
    assert steps.min() > 0.5
    progress = [event for event in events if isinstance(event, Progress)]
    assert {event.unit for event in progress} == {"frames"}
    assert [event.done for event in progress] == sorted(event.done for event in progress)
    assert progress[-1].done == progress[-1].total == count
    assert events[-1] == Finished(events[-1].summary, out)
    assert sorted(file.name for file in out.parent.iterdir()) == ["film.json", "film.mp4"]


def test_a_recipe_takes_no_other_files_place(model, out):
    recipe = out.with_suffix(".json")
    recipe.parent.mkdir()
    for theirs in ('{"mine": 1}', "[]", "no json"):
        recipe.write_text(theirs)
        with pytest.raises(ExportError, match="is no recipe of a film"):
            list(film(model, out, keyframes=2, frames=1, size=32))
        assert recipe.read_text() == theirs
        assert not out.exists()
    recipe.unlink()
    for seed in (1, 2):
        list(film(model, out, keyframes=2, frames=1, size=32, seed=seed))
        assert json.loads(recipe.read_text("utf-8"))["seed"] == seed


@pytest.mark.parametrize("channels", [1, 3])
def test_the_frames_show_the_models_pages_in_their_own_levels(tmp_path, out, channels):
    model = save_tiny_model(tmp_path / "tiny.safetensors", channels=channels)
    keyframes = random_points(2, 16, seed=9)
    list(film(model, out, keyframes=keyframes, frames=1, size=128))
    frames, _ = decode(out)
    pages = Sampler(model).images(keyframes)
    squares = np.broadcast_to(pages.repeat(16, 1).repeat(16, 2), frames.shape)
    # The middles of the squares: their edges are softened, and colours halved, by the film itself.
    middles = (slice(None), slice(7, None, 16), slice(7, None, 16))
    apart = np.abs(frames[middles].astype(int) - squares[middles])
    assert apart.mean() < 2
    assert apart.max() <= 8


@pytest.mark.parametrize(("size", "expected"), [(None, 512), (33, 34), (16, 16)])
def test_sides_are_even_and_small_models_enlarged(model, out, size, expected):
    list(film(model, out, keyframes=2, frames=1, size=size))
    assert decode(out)[0].shape == (2, expected, expected, 3)


def test_a_seed_makes_the_same_film_and_another_another(model, tmp_path):
    films = [tmp_path / f"{number}.mp4" for number in range(3)]
    for path, seed in zip(films, [4, 4, 5], strict=True):
        list(film(model, path, keyframes=2, frames=3, size=32, seed=seed))
    first, same, other = (decode(path)[0] for path in films)
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_the_record_beside_a_film_makes_it_again(model, out, tmp_path):
    options = {"frames": 4, "fps": 12, "mode": "origin", "loop": True, "size": 32, "radius": 0.8}
    list(film(model, out, keyframes=3, seed=7, **options))
    record = json.loads(out.with_suffix(".json").read_text("utf-8"))
    assert record["model"] == "tiny"
    assert record["seed"] == 7
    assert options.items() <= record.items()
    keyframes = np.asarray(record["keyframes"], np.float32)
    np.testing.assert_array_equal(keyframes, random_points(3, 16, seed=7, radius=0.8))
    again = tmp_path / "again.mp4"
    list(film(model, again, keyframes=keyframes, **options))
    assert again.read_bytes() == out.read_bytes()


def test_a_film_keeps_to_the_label_asked_for(tmp_path, out):
    labels = Labels(("maps", "text"), (1, 2))
    model = save_tiny_model(tmp_path / "tiny.safetensors", labels=labels)
    films = []
    for label in (None, "text", "maps"):
        list(film(model, out, keyframes=2, frames=70, size=32, label=label))
        films.append(decode(out)[0])
        assert json.loads(out.with_suffix(".json").read_text("utf-8"))["label"] == label
    np.testing.assert_array_equal(films[0], films[1])
    assert not np.array_equal(films[1], films[2])
    with pytest.raises(SettingsError, match="knows no label 'photographs'"):
        list(film(model, out, keyframes=2, frames=1, size=32, label="photographs"))
    np.testing.assert_array_equal(decode(out)[0], films[2])


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_film_closed_midway_leaves_nothing(model, out, steps):
    job = film(model, out, keyframes=3, frames=200, size=64)
    for _ in range(steps):
        next(job)
    part = out.with_name("film.part.mp4")
    # the encoder begins it in its own time
    assert comes_true(part.exists) if steps > 1 else not part.exists()
    job.close()
    assert not list(out.parent.glob("*"))


def test_a_film_closed_midway_keeps_the_one_before(model, out):
    list(film(model, out, keyframes=2, frames=1, size=32))
    before = {file.name: file.read_bytes() for file in out.parent.iterdir()}
    job = film(model, out, keyframes=3, frames=200, size=64)
    next(job)
    next(job)
    job.close()
    assert {file.name: file.read_bytes() for file in out.parent.iterdir()} == before


def test_a_film_in_a_child_can_be_stopped(model, out):
    job = in_child(film, model, out, keyframes=3, frames=200, size=64)
    next(job)
    next(job)
    below = psutil.Process(job.pid).children(recursive=True)
    assert len(below) == 1, "the encoder"
    job.close()
    assert not below[0].is_running()
    assert not list(out.parent.glob("*"))


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("keyframes", 1, "keyframes cannot be 1: input should be greater than or equal to 2"),
        ("frames", 0, "frames cannot be 0"),
        ("fps", 0, "fps cannot be 0"),
        ("mode", "sideways", "mode cannot be 'sideways': input should be 'linear'"),
        ("size", 4, "size cannot be 4"),
        ("radius", float("nan"), "radius cannot be nan"),
    ],
)
def test_a_setting_outside_its_limits_is_named(model, out, option, value, words):
    with pytest.raises(SettingsError, match=words):
        next(film(model, out, **{option: value}))
    assert not out.parent.exists()


def test_keyframes_of_another_model_are_refused(model, out):
    with pytest.raises(ExportError, match="16 finite numbers"):
        list(film(model, out, keyframes=random_points(3, 15, seed=0)))


def test_a_pickle_is_refused(tmp_path, out):
    (tmp_path / "model.pt").write_bytes(pickle.dumps({"weights": 1}))
    with pytest.raises(ModelError, match="never loaded"):
        list(film(tmp_path / "model.pt", out))


def test_a_name_or_place_that_cannot_be_is_one_sentence(model, tmp_path):
    with pytest.raises(ExportError, match=r"film\.avi must end in \.mp4"):
        list(film(model, tmp_path / "film.avi"))
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        list(film(model, tmp_path / "folder.mp4"))
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        list(film(model, tmp_path / "file" / "film.mp4"))


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.99])
def test_a_film_cut_short_by_the_encoder_is_noticed(model, out, kept):
    list(film(model, out, keyframes=2, frames=20, size=64))
    check_whole(out, 21)
    whole = out.read_bytes()
    out.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(ExportError, match="video encoder"):
        check_whole(out, 21)


@pytest.fixture
def failing_encoder(tmp_path, monkeypatch):
    """An ffmpeg that fails at once, as it does when the disk is full."""
    script = tmp_path / "ffmpeg"
    script.write_text(f"#!{sys.executable}\nraise SystemExit(1)\n")
    script.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(script))


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for ffmpeg is a script")
@pytest.mark.usefixtures("failing_encoder")
# imageio-ffmpeg leaves the pipe to an ffmpeg that died to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize("frames", [1, 300])
def test_a_failing_encoder_is_one_sentence(model, out, frames, capfd):
    with pytest.raises(ExportError, match="video encoder"):
        list(film(model, out, keyframes=2, frames=frames, size=256))
    assert capfd.readouterr().err == ""
    assert not list(out.parent.glob("*"))


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for ffmpeg is a script")
@pytest.mark.usefixtures("failing_encoder")
# imageio-ffmpeg leaves the pipe to an ffmpeg that died to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_a_full_disk_is_named(model, out, monkeypatch):
    def full(part):
        part.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("deepzine_gui.export.video.probe", full)
    with pytest.raises(StorageError, match=r"disk is full: .*film\.mp4"):
        list(film(model, out, keyframes=2, frames=1, size=32))
    assert not list(out.parent.glob("*"))
