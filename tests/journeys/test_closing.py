"""Closing the window amid each of the four jobs: nothing half written, everything to go on from.

That no thread and no process is left is seen to by a fixture of every test.
"""

from pathlib import Path

from PIL import Image
from pytestqt.qtbot import QtBot

from deepzine_gui import archive as archive_room
from deepzine_gui import dataset, training
from deepzine_gui.archive import DocumentChanged, read_records
from deepzine_gui.dataset import open_dataset
from deepzine_gui.files import PART
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Finished
from deepzine_gui.project import Project
from deepzine_gui.training import StageChanged, preset, read_metrics, sample_files
from tests.fakes.archive_parts import Fault
from tests.fakes.archive_server import ArchiveServer
from tests.fakes.small_pdf import small_pdf
from tests.journeys.window import Visitor, small_project
from tests.latent.tiny import save_tiny_model


def half_written(project: Project) -> list[Path]:
    """Files under the name they bear until they are whole."""
    paths = project.folder.rglob("*")
    return [path for path in paths if path.name.endswith(PART) or path.stem.endswith(PART)]


def test_amid_a_download(qtbot: QtBot, folder: Path, archive: ArchiveServer) -> None:
    content = small_pdf(3, salt=9, padding_bytes=300_000)
    archive.add("zine-2", content, collection=["zines"], title="Zine 2")
    archive.spoil("/download/zine-2", Fault(stall_after=100_000))
    project = small_project(folder)
    visitor = Visitor(qtbot, project)
    visitor.collect.search("zines")
    visitor.wait_for_jobs()
    visitor.click(visitor.collect.scout.take_bar.download)
    part = project.documents / "zine-2" / f"zine-2.pdf{PART}"
    visitor.wait(lambda: part.exists() and part.stat().st_size == 100_000)
    listing = visitor.collect.scout.model.listing
    visitor.wait(lambda: listing.is_here().sum() == 2)
    visitor.close()
    assert half_written(project) == [part]
    assert all(
        pdf.read_bytes()[-6:].strip() == b"%%EOF" for pdf in project.documents.rglob("*.pdf")
    )

    items = [event.items for event in archive_room.search("zines") if hasattr(event, "items")]
    events = list(archive_room.download(items[0], project.documents))
    done = {e.identifier for e in events if isinstance(e, DocumentChanged) and e.state == "done"}
    assert {"zine-2"} <= done
    assert [r.state for r in read_records(project.documents)] == ["done"] * 3
    (resumed,) = [asked for asked in archive.asked("/download/zine-2") if "Range" in asked.headers]
    assert resumed.status == 206
    assert next(project.documents.glob("zine-2/*.pdf")).read_bytes() == content


def test_amid_a_build(qtbot: QtBot, folder: Path) -> None:
    project = small_project(folder)
    documents = 40
    for number in range(documents):
        path = project.documents / f"doc-{number:02}" / "doc.pdf"
        path.parent.mkdir(parents=True)
        path.write_bytes(small_pdf(20, salt=number))
    # however many workers there are, this one is at work when the four before it are finished
    slow_pages = slow_document(project.documents / "doc-04a")
    visitor = Visitor(qtbot, project)
    bench = visitor.dataset
    visitor.click(bench.parts.empty.button)
    # more than the slow one and two others have
    visitor.wait(lambda: bench.viewing.table.count > slow_pages + 2 * 20)
    visitor.close()
    assert not half_written(project)
    assert not (project.folder / "dataset.h5.parts").exists()
    with open_dataset(project.dataset) as opened:
        finished = len(opened.documents())
    assert 2 < finished <= documents

    settings = PageSettings(resolution=16)
    events = list(dataset.build([project.documents], project.dataset, settings=settings, workers=1))
    assert isinstance(events[-1], Finished)
    with open_dataset(project.dataset) as opened:
        assert opened.count == documents * 20 + slow_pages


def slow_document(folder: Path) -> int:
    """Make a folder of pictures that are small on disk and slow to read; return how many."""
    folder.mkdir()
    pages = 40
    first = folder / "00.png"
    Image.new("L", (4000, 4000), 255).save(first)
    for number in range(1, pages):
        (folder / f"{number:02}.png").write_bytes(first.read_bytes())
    return pages


def test_amid_training(qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    project = small_project(folder)
    (tmp_path / "a.pdf").write_bytes(small_pdf(20))
    list(dataset.build([tmp_path], project.dataset, settings=PageSettings(resolution=16)))
    long = preset("cpu-demo", **{**project.choices.training, "stable_kimg": 1000.0})
    project.choices.training = long.model_dump(mode="json")
    project.save()
    visitor = Visitor(qtbot, project)
    visitor.click(visitor.train.controls.start)
    run = project.runs / "run-1"
    visitor.wait(lambda: len(sample_files(run)) > 1)
    visitor.close()
    assert not half_written(project)
    (checkpoint,) = (run / "checkpoints").iterdir()
    kimg = float(checkpoint.name)
    assert kimg >= float(sample_files(run)[-1].stem)
    assert read_metrics(run)[-1]["kind"] == "checkpoint"

    job = training.train(project.dataset, run, resume=True, threads=1)
    assert next(event.kimg for event in job if isinstance(event, StageChanged)) == kimg
    job.close()


def test_amid_a_film(qtbot: QtBot, folder: Path) -> None:
    project = small_project(folder)
    model = save_tiny_model(
        project.runs / "run-1" / "checkpoints" / "000001.000" / "model.safetensors", resolution=64
    )
    (project.runs / "run-1" / "config.yaml").write_text("{}")
    visitor = Visitor(qtbot, project)
    bench = visitor.explore
    visitor.wait(lambda: bench.shown.view.image is not None)
    visitor.click(bench.shown.path_bar.film)
    dialog = bench.filming.dialog
    assert dialog is not None
    dialog.form.set_value(dialog.settings.model_copy(update={"frames": 600, "size": 512}))
    visitor.click(dialog.export)
    visitor.wait(lambda: bool(half_written(project)))
    visitor.close()
    assert not half_written(project)
    assert not list(project.exports.glob("*.mp4"))
    assert model.is_file()
