"""Write pages as PNG pictures, singly or together on one sheet."""

import re
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from deepzine_gui import __version__
from deepzine_gui.export.scaling import enlarged_size, scaled
from deepzine_gui.export.settings import FilmSettings, GridSettings, PictureSettings
from deepzine_gui.export.writing import want_suffix
from deepzine_gui.files import storage_errors, whole_file
from deepzine_gui.latent import LatentPath, random_points
from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.progress import Event, Finished, Progress

_CELL_PX = 128
_GAP_PX = 4
_GAP_GREY = 128

_SOFTWARE = "DeepZine"
_NUMBERED = re.compile(r"\d{4,}\.png")


def make_pictures(model: str | Path, out: Path, settings: PictureSettings) -> Generator[Event]:
    """Do what the façade's `pictures` promises."""
    count = settings.count
    yield Progress(0, count, "pictures", "Loading the model")
    sampler = Sampler(model)
    digits = max(4, len(str(count - 1)))
    text = _origin(sampler, settings.seed, settings.radius)
    text |= {"label": settings.label} if settings.label is not None else {}
    for start, images in _pages(
        sampler,
        count,
        settings.seed,
        settings.radius,
        resolution=settings.resolution,
        label=settings.label,
    ):
        for index, image in enumerate(images, start):
            page = scaled(image, image.shape[0])
            _save(page, out / f"{index:0{digits}}.png", text | {"index": str(index)})
        yield Progress(start + len(images), count, "pictures", out.name)
    _remove_rest(out, {f"{index:0{digits}}.png" for index in range(count)}, "index")
    yield Finished(f"{count} pictures are in {out}.", out)


def make_frames(model: str | Path, out: Path, settings: FilmSettings) -> Generator[Event]:
    """Do what the façade's `frames` promises."""
    yield Progress(0, None, "frames", "Loading the model")
    sampler = Sampler(model)
    keyframes = random_points(
        settings.keyframes, sampler.info.latent_size, seed=settings.seed, radius=settings.radius
    )
    path = LatentPath(keyframes, settings.mode, settings.loop)
    total = path.frame_count(settings.frames)
    digits = max(4, len(str(total - 1)))
    latents = path.frames(settings.frames)
    text = _origin(sampler, settings.seed, settings.radius)
    for start in range(0, total, sampler.batch):
        images = sampler.images(latents[start : start + sampler.batch])
        for index, image in enumerate(images, start):
            page = scaled(image, image.shape[0])
            _save(page, out / f"{index:0{digits}}.png", text | {"frame": str(index)})
        yield Progress(start + len(images), total, "frames", out.name)
    _remove_rest(out, {f"{index:0{digits}}.png" for index in range(total)}, "frame")
    yield Finished(f"{total} frames are in {out}.", out)


def make_grid(model: str | Path, out: Path, settings: GridSettings) -> Generator[Event]:
    """Do what the façade's `grid` promises."""
    want_suffix(out, ".png", "A grid")
    rows, columns = settings.rows, settings.columns
    count = rows * columns
    yield Progress(0, count, "pictures", "Loading the model")
    sampler = Sampler(model)
    cell = enlarged_size(sampler.info.resolution, _CELL_PX)
    step = cell + _GAP_PX
    shape = (rows * step + _GAP_PX, columns * step + _GAP_PX, 3)
    sheet = np.full(shape[: 2 if sampler.info.channels == 1 else 3], _GAP_GREY, np.uint8)
    for start, images in _pages(sampler, count, settings.seed, settings.radius):
        for index, image in enumerate(images, start):
            top, left = (_GAP_PX + place * step for place in divmod(index, columns))
            sheet[top : top + cell, left : left + cell] = scaled(image, cell)
        yield Progress(start + len(images), count, "pictures", out.name)
    text = _origin(sampler, settings.seed, settings.radius)
    _save(sheet, out, text | {"rows": str(rows), "columns": str(columns)})
    yield Finished(f"A grid of {count} pages is in {out}.", out)


def _pages(
    sampler: Sampler,
    count: int,
    seed: int,
    radius: float,
    *,
    resolution: int | None = None,
    label: str | None = None,
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    latents = random_points(count, sampler.info.latent_size, seed=seed, radius=radius)
    labels = sampler.labels(count, seed=seed, only=label)
    for start in range(0, count, sampler.batch):
        part = slice(start, start + sampler.batch)
        own = None if labels is None else labels[part]
        yield start, sampler.images(latents[part], resolution, labels=own)


def _origin(sampler: Sampler, seed: int, radius: float) -> dict[str, str]:
    return {
        "Software": f"{_SOFTWARE} {__version__}",
        "model": sampler.info.name,
        "seed": str(seed),
        "radius": repr(radius),
    }


def _save(picture: NDArray[np.uint8], path: Path, text: Mapping[str, str]) -> None:
    notes = PngImagePlugin.PngInfo()
    for key, value in text.items():
        notes.add_text(key, value)
    with whole_file(path) as part:
        Image.fromarray(picture).save(part, pnginfo=notes)


def _remove_rest(folder: Path, names: set[str], key: str) -> None:
    """Remove numbered pictures but `names`: those of an earlier, longer job, known by `key`."""
    for path in folder.iterdir():
        if path.name in names or not _NUMBERED.fullmatch(path.name):
            continue
        try:
            with Image.open(path) as picture:
                text = picture.info
        except OSError:
            continue
        if str(text.get("Software")).startswith(_SOFTWARE) and key in text:
            with storage_errors(path):
                path.unlink()
