"""The jobs themselves: from the loopback archive to a film, stopped and gone on with."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import yaml
from PIL import Image

from deepzine_gui import first_deepzine
from deepzine_gui.archive.connection import manners
from deepzine_gui.archive.identity import hosts
from deepzine_gui.dataset import PagesAdded
from deepzine_gui.progress import Event, Finished, Notice
from deepzine_gui.training import CheckpointSaved, SamplesSaved, StageChanged, StepReport
from deepzine_gui.training.running import faults
from tests.fakes.archive_server import ArchiveServer
from tests.fakes.small_pdf import small_pdf
from tests.first_deepzine.conftest import SMALL, carried_out

PAGES = 3
EVERY = {
    "model_save_interval_steps": 3,
    "model_sample_interval_steps": 2,
    "model_loss_output_interval_steps": 2,
}
NO_PICTURES = {"inference": False, "interpolation": False}


@pytest.fixture
def archive(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveServer]:
    """A collection of three documents, asked without leisure, from an empty folder."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(manners, "METADATA_INTERVAL_S", 0.0)
    with ArchiveServer() as server:
        monkeypatch.setenv(hosts.HOST_VARIABLE, server.host)
        server.add_collection("zines")
        for number in range(3):
            server.add(f"zine-{number}", small_pdf(PAGES, salt=number))
        yield server


def of_kind(events: list[Event], kind: type[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def pictures(pattern: str) -> list[np.ndarray]:
    return [np.asarray(Image.open(path)) for path in sorted(Path().glob(pattern))]


def test_from_a_collection_to_a_film(archive: ArchiveServer) -> None:
    events = carried_out(**EVERY)
    assert of_kind(events, Finished) == events[-1:]
    assert len(list(Path().glob("pdfs/*/*.pdf"))) == len(archive.asked("/download")) == 2
    with h5py.File("data.h5") as file:
        assert file["images"].shape == (2 * PAGES, 3, 16, 16)
        assert not file["pages/state"][:].any()
    assert [picture.shape for picture in pictures("images/*.png")] == [(16, 16, 3)] * 2 * PAGES
    assert [(e.resolution, e.fading, e.kimg) for e in of_kind(events, StageChanged)] == [
        (4, False, 0),
        (8, True, 0.016),
        (8, False, 0.024),
    ]
    # 12 steps: four of 4 pages, then eight of 2
    assert [1000 * e.kimg for e in of_kind(events, StepReport)] == [8, 16, 20, 24, 28, 32]
    assert [1000 * e.kimg for e in of_kind(events, SamplesSaved)] == [8, 16, 20, 24, 28, 32]
    assert [1000 * e.kimg for e in of_kind(events, CheckpointSaved)] == [12, 16, 20, 24, 26, 32]
    assert sum("losses D" in e.text for e in of_kind(events, Notice)) == 6
    assert sorted(path.parent.name for path in Path().glob("models/*/model.safetensors")) == [
        *("4", "8")
    ]
    assert {path.name for path in Path("samples").iterdir()} == {
        path.name for path in Path("models/samples").iterdir()
    }
    drawn, frames = pictures("pages/*.png"), pictures("pages/interpolation/*.png")
    assert [page.shape for page in drawn] == [(8, 8, 3)] * 5
    assert [frame.shape for frame in frames] == [(8, 8, 3)] * (2 * 3 + 1)
    assert (frames[0] == drawn[0]).all()
    assert (frames[3] == drawn[1]).all()
    assert Path("pages/interpolation.mp4").is_file()


def test_run_again_nothing_is_done_twice(archive: ArchiveServer) -> None:
    carried_out(**NO_PICTURES)
    written = {path: path.stat().st_mtime_ns for path in Path().glob("images/*.png")}
    again = carried_out(**NO_PICTURES)
    assert len(archive.asked("/download")) == 2
    assert not of_kind(again, PagesAdded)
    assert not of_kind(again, StepReport)
    assert {path: path.stat().st_mtime_ns for path in written} == written


def test_more_documents_are_added_to_what_is_there(archive: ArchiveServer) -> None:
    carried_out(train=False, **NO_PICTURES)
    Path("pdfs/zine-0/zine-0.pdf").unlink()
    changes = {"train": False, "pdf_num": 3, **NO_PICTURES}
    server_lost = archive.items.pop("zine-0")
    events = carried_out(**changes)
    assert sum(event.pages for event in of_kind(events, PagesAdded)) == PAGES
    assert len(pictures("images/*.png")) == 3 * PAGES
    assert server_lost.contents
    with h5py.File("data.h5") as file:
        assert len(file["images"]) == 3 * PAGES
    carried_out(overwrite=True, **changes)
    with h5py.File("data.h5") as file:
        assert len(file["images"]) == 2 * PAGES


def test_stopped_amid_training_it_goes_on(archive: ArchiveServer) -> None:
    Path("config.yaml").write_text(yaml.safe_dump(SMALL | EVERY), "utf-8")
    saved = 0
    with closing(first_deepzine.run_config_file(Path("config.yaml"))) as job:
        for event in job:
            saved += isinstance(event, CheckpointSaved)
            if saved == 2:
                break
    asked = len(archive.asked("/download"))
    rest = carried_out(**EVERY)
    assert len(archive.asked("/download")) == asked
    assert [e.kimg for e in of_kind(rest, StageChanged)] == [0.016, 0.024]
    assert isinstance(rest[-1], Finished)
    assert len(pictures("pages/*.png")) == 5


def test_the_model_of_a_stopped_run_is_the_one_it_stopped_with(archive: ArchiveServer) -> None:
    changes = {**EVERY, "model_save_interval_steps": 1000, "iterations_per_stage": 1000}
    Path("config.yaml").write_text(yaml.safe_dump(SMALL | changes), "utf-8")
    with closing(first_deepzine.run_config_file(Path("config.yaml"))) as job:
        for event in job:
            if isinstance(event, StepReport):
                break
    (checkpoint,) = Path("models/checkpoints").iterdir()
    newest = checkpoint / "model.safetensors"
    assert Path("models/4/model.safetensors").read_bytes() == newest.read_bytes()


class FullDisk:
    """A disk with room for all but copies of one kind, for a while."""

    def __init__(self, patch: pytest.MonkeyPatch, kind: str) -> None:
        self.refusals = 3
        self._kind = kind
        self._copy = shutil.copyfile
        patch.setattr(shutil, "copyfile", self._guarded)
        patch.setattr(faults, "RETRY_S", 0.02)

    def _guarded(self, source: Path, place: Path) -> None:
        if source.match(self._kind) and self.refusals:
            self.refusals -= 1
            raise OSError(errno.ENOSPC, "No space left on device")
        self._copy(source, place)


@pytest.mark.parametrize("kind", ["model.safetensors", "samples/*.png"])
def test_copies_that_find_no_room_are_waited_for(
    kind: str, archive: ArchiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FullDisk(monkeypatch, kind)
    events = carried_out(**EVERY, **NO_PICTURES)
    assert isinstance(events[-1], Finished)
    assert not disk.refusals
    told = [event.text for event in of_kind(events, Notice) if "room" in event.text]
    assert ["The run waits" in text for text in told] == [True, False]
    assert told[1] == "There is room on the disk again: the run goes on."
    assert {path.name for path in Path("samples").iterdir()} == {
        path.name for path in Path("models/samples").iterdir()
    }
    *_, newest = sorted(Path("models/checkpoints").iterdir())
    own = Path("models/8/model.safetensors").read_bytes()
    assert own == (newest / "model.safetensors").read_bytes()


def test_an_older_file_of_pages_is_taken_over(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from deepzine_gui.dataset.formats import export_pages

    list(export_pages(here / "there.h5", "deepzine", here / "old.h5"))
    before = (here / "old.h5").read_bytes()
    events = carried_out(load_data=False, data_hdf5="old.h5", **NO_PICTURES)
    assert isinstance(events[-1], Finished)
    assert (here / "old.h5").read_bytes() == before
    with h5py.File("old-imported.h5") as new, h5py.File("there.h5") as own:
        assert (new["images"][:] == own["images"][:]).all()
