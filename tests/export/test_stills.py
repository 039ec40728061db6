import errno

import numpy as np
import pytest
from PIL import Image

from deepzine_gui.child import in_child
from deepzine_gui.errors import ExportError, SettingsError, StorageError
from deepzine_gui.export import frames, grid, pictures
from deepzine_gui.latent import LatentPath, random_points
from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.progress import Finished, Progress
from tests.latent.tiny import save_tiny_model


@pytest.fixture
def model(tmp_path):
    return save_tiny_model(tmp_path / "tiny.safetensors")


def read(path):
    with Image.open(path) as picture:
        return np.asarray(picture), dict(picture.text)


@pytest.mark.parametrize(("channels", "shape"), [(1, (8, 8)), (3, (8, 8, 3))])
def test_pictures_are_the_pages_of_their_seed(tmp_path, channels, shape):
    model = save_tiny_model(tmp_path / "tiny.safetensors", channels=channels)
    out = tmp_path / "out"
    events = list(pictures(model, out, count=70, seed=3, radius=0.5))
    assert [file.name for file in sorted(out.iterdir())] == [f"{i:04d}.png" for i in range(70)]
    pages = Sampler(model).images(random_points(70, 16, seed=3, radius=0.5))
    picture, text = read(out / "0069.png")
    assert picture.shape == shape
    np.testing.assert_array_equal(picture, pages[69].reshape(shape))
    assert text.pop("Software").startswith("DeepZine")
    assert text == {"model": "tiny", "seed": "3", "index": "69", "radius": "0.5"}
    assert events[0] == Progress(0, 70, "pictures", "Loading the model")
    assert events[-2].done == 70
    assert events[-1] == Finished(events[-1].summary, out)


def test_smaller_pictures(model, tmp_path):
    list(in_child(pictures, model, tmp_path / "out", count=1, resolution=4))
    assert read(tmp_path / "out" / "0000.png")[0].shape == (4, 4)
    with pytest.raises(SettingsError, match="8 px"):
        list(pictures(model, tmp_path / "out", resolution=32))


def test_a_label_is_for_models_that_know_labels(model, tmp_path):
    with pytest.raises(SettingsError, match="was trained without labels: leave out the label"):
        list(pictures(model, tmp_path / "out", label="novel"))
    assert not (tmp_path / "out").exists()


def test_stopped_pictures_keep_what_is_done(model, tmp_path):
    job = pictures(model, tmp_path / "out", count=100)
    next(job)
    done = next(job).done
    job.close()
    assert len(list((tmp_path / "out").glob("*"))) == len(list((tmp_path / "out").glob("*.png")))
    assert len(list((tmp_path / "out").iterdir())) == done < 100


@pytest.mark.parametrize("loop", [False, True])
def test_frames_are_the_pages_along_the_way(model, tmp_path, loop):
    out = tmp_path / "out"
    walk = {"keyframes": 3, "frames": 4, "mode": "origin", "seed": 3, "loop": loop}
    events = list(frames(model, out, **walk))
    path = LatentPath(random_points(3, 16, seed=3), "origin", loop)
    pages = Sampler(model).images(path.frames(4))
    count = 12 if loop else 9
    assert [file.name for file in sorted(out.iterdir())] == [f"{i:04d}.png" for i in range(count)]
    for index, page in enumerate(pages):
        picture, text = read(out / f"{index:04d}.png")
        np.testing.assert_array_equal(picture, page[..., 0])
        assert text["frame"] == str(index)
    assert events[-2] == Progress(count, count, "frames", "out")
    assert events[-1] == Finished(f"{count} frames are in {out}.", out)


def test_stopped_frames_keep_what_is_done(model, tmp_path):
    job = frames(model, tmp_path / "out", keyframes=2, frames=100)
    next(job)
    done = next(job).done
    job.close()
    assert len(list((tmp_path / "out").iterdir())) == done < 100
    with pytest.raises(SettingsError, match="keyframes"):
        list(frames(model, tmp_path / "out", keyframes=1))


def test_a_shorter_job_leaves_nothing_of_a_longer_one_and_all_of_others(model, tmp_path):
    out = tmp_path / "out"
    list(frames(model, out, keyframes=2, frames=9))
    # another job's page, another program's picture, and no picture at all
    list(pictures(model, tmp_path / "pages", count=1))
    (tmp_path / "pages" / "0000.png").rename(out / "0900.png")
    Image.new("L", (4, 4)).save(out / "0901.png")
    (out / "0902.png").write_text("a note")
    (out / "00003.png").write_bytes((out / "0003.png").read_bytes())
    list(frames(model, out, keyframes=2, frames=3))
    kept = ["0900.png", "0901.png", "0902.png"]
    assert sorted(path.name for path in out.iterdir()) == [f"{i:04d}.png" for i in range(4)] + kept
    list(pictures(model, out, count=2))
    assert {path.name for path in out.iterdir()} >= {"0002.png", "0901.png", "0902.png"}
    assert not (out / "0900.png").exists()


@pytest.mark.parametrize("channels", [1, 3])
def test_a_grid_shows_the_same_pages_row_by_row(tmp_path, channels):
    model = save_tiny_model(tmp_path / "tiny.safetensors", channels=channels)
    out = tmp_path / "grid.png"
    assert list(grid(model, out, rows=2, columns=3, seed=3))[-1].path == out
    sheet, text = read(out)
    assert sheet.shape[:2] == (2 * 132 + 4, 3 * 132 + 4)
    assert text["rows"] == "2"
    assert text["columns"] == "3"
    pages = Sampler(model).images(random_points(6, 16, seed=3))
    cells = sheet.reshape(*sheet.shape[:2], channels)
    for index, page in enumerate(pages):
        top, left = 4 + 132 * (index // 3), 4 + 132 * (index % 3)
        cell = cells[top : top + 128, left : left + 128]
        np.testing.assert_array_equal(cell[8::16, 8::16], page)
    assert np.all(cells[:4] == 128)


def test_bad_places_and_settings_are_one_sentence(model, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        list(pictures(model, tmp_path / "file", count=1))
    with pytest.raises(ExportError, match=r"must end in \.png"):
        list(grid(model, tmp_path / "grid.jpg"))
    with pytest.raises(SettingsError, match="count cannot be 0"):
        list(pictures(model, tmp_path / "out", count=0))
    with pytest.raises(SettingsError, match="rows cannot be 0"):
        list(grid(model, tmp_path / "grid.png", rows=0))


def test_a_full_disk_is_named_and_leaves_no_half_picture(model, tmp_path, monkeypatch):
    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("PIL.Image.Image.save", full)
    with pytest.raises(StorageError, match="disk is full"):
        list(grid(model, tmp_path / "grid.png", rows=1, columns=1))
    assert not list(tmp_path.glob("grid*"))
