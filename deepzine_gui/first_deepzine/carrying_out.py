"""The four jobs of a config.yaml, one after the other, each done by the room it belongs to."""

import contextlib
import os
import shutil
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path

from deepzine_gui import archive, dataset, export, training
from deepzine_gui.archive.choosing.picking import Budget
from deepzine_gui.archive.choosing.wishes import Wish
from deepzine_gui.dataset import NO_RULES, formats
from deepzine_gui.errors import ArchiveError
from deepzine_gui.files import whole_file
from deepzine_gui.first_deepzine.checks import Plan
from deepzine_gui.first_deepzine.meaning import MODES, page_settings
from deepzine_gui.first_deepzine.models import keep_by_size, model_of_size
from deepzine_gui.first_deepzine.settings import ConfigFile
from deepzine_gui.networks.models import checkpoint_folders, checkpoints
from deepzine_gui.progress import Event, Finished, Notice, Progress, as_part
from deepzine_gui.training import REAL_SAMPLES, CheckpointSaved, SamplesSaved, StepReport
from deepzine_gui.training.processes.places import devices_here
from deepzine_gui.training.running.faults import Disk
from deepzine_gui.words import count_text

FPS = 60
"""Of the film, as the first DeepZine's helper for films had it."""


def carry_out(plan: Plan) -> Generator[Event, None, None]:
    """Do what a checked file asks for; see the façade."""
    file = plan.file
    yield from plan.notices
    if file.load_data:
        yield from _load_data(file)
    if file.train:
        yield from _train(plan)
    if file.draws:
        model = plan.model or model_of_size(file.inference_model_directory, file.gan_output_size)
        yield Notice(f"Pages are drawn by {model}.")
        if file.inference:
            yield from _draw(file, model)
        if file.interpolation:
            yield from _walk(file, model)
    yield Finished(f"All that {plan.path} asks for is done.", plan.path)


def _load_data(file: ConfigFile) -> Generator[Event, None, None]:
    yield from _collect(file)
    append = not file.overwrite and dataset.is_there(file.data_hdf5)
    yield from as_part(
        dataset.build(
            [file.pdf_directory],
            file.data_hdf5,
            settings=page_settings(file),
            # what was set aside since stays so
            rules=None if append else NO_RULES,
            append=append,
        )
    )
    if file.image_directory is not None:
        yield from as_part(
            formats.export_pages(file.data_hdf5, "folder", file.image_directory, update=True)
        )


def _collect(file: ConfigFile) -> Generator[Event, None, None]:
    if file.pdf_num == 0:
        return
    wish = Wish(pick="popular", budget=Budget(documents=file.pdf_num))
    job = archive.collect(file.internetarchive_collection, file.pdf_directory, wish=wish)
    try:
        yield from as_part(job)
    except ArchiveError as error:
        if not dataset.is_there(file.data_hdf5):
            raise
        advice = "To go on with the pages that are there, set load_data to False."
        raise ArchiveError(f"{error} {advice}") from error


def _train(plan: Plan) -> Generator[Event, None, None]:
    file = plan.file
    yield from as_part(_imported(plan))
    job = training.train(
        plan.pages,
        file.log_dir,
        config=plan.config,
        resume=bool(checkpoint_folders(file.log_dir)),
    )
    with (
        _only(file.gpu_num),
        _kept_when_stopped(file),
        contextlib.closing(as_part(job)) as events,
    ):
        yield from _without_gpus(file.gpu_num)
        yield from _with_copies(events, file)


def _without_gpus(wanted: tuple[int, ...] | None) -> Iterator[Notice]:
    """Say where not all the GPUs that were asked for can be used."""
    if wanted is None:
        return
    found = [device for device in devices_here("all") if device != "cpu"]
    numbers = ", ".join(map(str, wanted))
    if not found:
        yield Notice(
            f"gpu_num is {numbers}, but no such GPU can be used here: the run computes on the "
            "processor.",
            "warning",
        )
    elif len(found) < len(wanted):
        count = count_text(len(found), "GPUs")
        yield Notice(f"gpu_num is {numbers}, but the run can use {count} of these.", "warning")


def _with_copies(
    events: Generator[Event, None, None], file: ConfigFile
) -> Generator[Event, None, None]:
    """The events of the run, whose models and samples are copied to where they are wanted.

    Where these find no room, the run waits as it does for its own files.
    """
    latest = Progress(0, None, "kimg", "copying")
    disk = Disk(lambda: latest, lambda _: None)
    for event in events:
        yield event
        if isinstance(event, Progress):
            latest = event
        elif isinstance(event, StepReport):
            yield Notice(_losses(event))
        elif isinstance(event, CheckpointSaved):
            yield from disk.written(partial(keep_by_size, event.path, file.log_dir))
        elif isinstance(event, SamplesSaved):
            yield from disk.written(partial(_copy_samples, event.path, file.samples_dir))


@contextlib.contextmanager
def _kept_when_stopped(file: ConfigFile) -> Iterator[None]:
    """A run that is stopped writes one checkpoint more, and tells nobody."""
    try:
        yield
    except GeneratorExit:
        for newest in checkpoints(file.log_dir)[-1:]:
            keep_by_size(newest, file.log_dir)
        raise


def _imported(plan: Plan) -> Generator[Event, None, None]:
    """Take over the pages of a first DeepZine's HDF5, once."""
    source = plan.file.data_hdf5
    if plan.pages != source and not _is_newer(plan.pages, source):
        yield from formats.import_pages(source, plan.pages)


def _draw(file: ConfigFile, model: Path) -> Generator[Event, None, None]:
    folder = file.inference_output_directory
    yield from as_part(export.pictures(model, folder, count=file.inference_output_num))


def _walk(file: ConfigFile, model: Path) -> Generator[Event, None, None]:
    folder = file.inference_output_directory
    count, frames = file.interpolation_vector_num, file.interpolation_frames
    mode = MODES[file.interpolation_method]
    pictures = folder / "interpolation"
    film = folder / "interpolation.mp4"
    yield from as_part(export.frames(model, pictures, keyframes=count, frames=frames, mode=mode))
    yield from as_part(export.film(model, film, keyframes=count, frames=frames, mode=mode, fps=FPS))


@contextlib.contextmanager
def _only(gpus: tuple[int, ...] | None) -> Iterator[None]:
    """Let this process see these GPUs only; CUDA heeds it until it is first used."""
    if gpus is None:
        yield
        return
    chosen = {
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "CUDA_VISIBLE_DEVICES": ",".join(map(str, gpus)),
    }
    before = {name: os.environ.get(name) for name in chosen}
    os.environ.update(chosen)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _losses(report: StepReport) -> str:
    fading = f", {report.alpha:.0%} faded in" if report.alpha < 1 else ""
    return (
        f"{report.resolution} px{fading}, {report.kimg:.2f} of {report.total_kimg:.2f} kimg: "
        f"losses D {report.d_loss:.4f} G {report.g_loss:.4f}"
    )


def _copy_samples(grid: Path, folder: Path) -> None:
    """Copy a grid of samples, and the one of real pages beside it."""
    for source in (grid, grid.with_name(REAL_SAMPLES)):
        place = folder / source.name
        if not _is_newer(place, source):
            with whole_file(place) as part:
                shutil.copyfile(source, part)


def _is_newer(file: Path, other: Path) -> bool:
    return file.exists() and file.stat().st_mtime_ns >= other.stat().st_mtime_ns
