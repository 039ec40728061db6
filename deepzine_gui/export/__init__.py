"""Make things to keep and show from a model: films, pictures, grids.

Importing this package loads neither torch nor imageio; its jobs do.
"""

from collections.abc import Generator
from pathlib import Path

from deepzine_gui.export.settings import FilmSettings, GridSettings, PictureSettings
from deepzine_gui.latent import Latents, Mode
from deepzine_gui.progress import Event
from deepzine_gui.settings import checked

__all__ = [
    "FilmSettings",
    "GridSettings",
    "PictureSettings",
    "film",
    "frames",
    "grid",
    "pictures",
]


def film(
    model: str | Path,
    out: Path,
    *,
    keyframes: int | Latents = 8,
    frames: int = 60,
    fps: int = 30,
    mode: Mode = "spherical",
    loop: bool = False,
    size: int | None = None,
    seed: int = 0,
    radius: float = 1.0,
    label: str | None = None,
) -> Generator[Event]:
    """Write a film through the latent space: MP4, H.264, yuv420p.

    An open path of K keyframes has ``(K - 1) * frames + 1`` frames: `frames` for each pair, then
    the last keyframe as the final frame. A loop has ``K * frames``: it goes back to the first
    keyframe and stops one frame before it, so that it plays round without a double.

    Beside ``name.mp4`` lies ``name.json`` with everything needed to make the film again. The film
    is written as ``name.part.mp4`` and renamed when whole; a job closed midway leaves nothing.

    Args:
        model: a run folder, a checkpoint, a `.safetensors` file or a shipped model's name.
        out: the `.mp4` file; an older one is replaced.
        keyframes: a number of random points, or latents (K, L) taken as they are.
        frames: from one keyframe to the next.
        fps: frames a second.
        mode: the way between keyframes, see `latent.interpolate`.
        loop: go back to the first keyframe.
        size: pixels, each side; an odd side is padded by one. Without a size, the model's pages
            are enlarged by a whole factor to 512 px or more. Pages up to 64 px are enlarged
            sharply, larger ones smoothly.
        seed: of the random keyframes.
        radius: of the random keyframes; 1 is typical.
        label: of all pages, of a model that has learnt labels; without one, the commonest.

    Yields:
        Progress(unit="frames"), then Finished.

    Raises:
        ModelError: the model is missing, damaged, or of a kind that is never loaded.
        SettingsError: a setting is outside its limits, or the model knows no such label.
        ExportError: the keyframes do not fit the model, the encoder fails, or ``name.json`` is
            another's file.
        StorageError: the disk is full or the place read-only.
    """
    settings = checked(
        FilmSettings,
        {
            "keyframes": keyframes if isinstance(keyframes, int) else len(keyframes),
            "frames": frames,
            "fps": fps,
            "mode": mode,
            "loop": loop,
            "size": size,
            "seed": seed,
            "radius": radius,
            "label": label,
        },
    )
    from deepzine_gui.export.video import make_film

    yield from make_film(model, out, settings, None if isinstance(keyframes, int) else keyframes)


def frames(
    model: str | Path,
    out: Path,
    *,
    keyframes: int = 8,
    frames: int = 60,
    mode: Mode = "spherical",
    loop: bool = False,
    seed: int = 0,
    radius: float = 1.0,
) -> Generator[Event]:
    """Write the frames that a `film` of random keyframes has as pictures into the folder `out`.

    They are called ``0000.png``, ``0001.png``…, and have the model's own pixels. Pictures of the
    same name are replaced, and at the end those of an earlier, longer walk are removed; whatever
    else lies there is left. A job closed midway keeps what is done.

    Args:
        model: as for `film`.
        out: the folder; made where there is none.
        keyframes: a number of random points.
        frames: from one keyframe to the next.
        mode: the way between keyframes, see `latent.interpolate`.
        loop: go back to the first keyframe.
        seed: of the random keyframes.
        radius: of the random keyframes; 1 is typical.

    Yields:
        Progress(unit="frames"), then Finished.

    Raises:
        ModelError, SettingsError, ExportError, StorageError: as `film`.
    """
    values = {
        "keyframes": keyframes,
        "frames": frames,
        "mode": mode,
        "loop": loop,
        "seed": seed,
        "radius": radius,
    }
    settings = checked(FilmSettings, values)
    from deepzine_gui.export.stills import make_frames

    yield from make_frames(model, out, settings)


def pictures(
    model: str | Path,
    out: Path,
    *,
    count: int = 64,
    seed: int = 0,
    resolution: int | None = None,
    radius: float = 1.0,
    label: str | None = None,
) -> Generator[Event]:
    """Write random pages as ``0000.png``, ``0001.png``… into the folder `out`.

    Each carries its model, seed, index, radius and the label asked for as text; page i of a seed is
    always the same. Pictures of the same name are replaced, and at the end those of an earlier job
    of more pages are removed; whatever else lies there is left. A job closed midway keeps what is
    done.

    Args:
        model: as for `film`.
        out: the folder; made where there is none.
        count: number of pages.
        seed: of the random latents.
        resolution: pixels, each side: the model's own, or a power of two below it.
        radius: distance of the latents from the origin; 1 is typical.
        label: of all pages, of a model that has learnt labels; without one, labels are as frequent
            as in training.

    Yields:
        Progress(unit="pictures"), then Finished.

    Raises:
        ModelError, SettingsError, ExportError, StorageError: as `film`.
    """
    place = {"seed": seed, "radius": radius}
    what = {"count": count, "resolution": resolution, "label": label}
    settings = checked(PictureSettings, place | what)
    from deepzine_gui.export.stills import make_pictures

    yield from make_pictures(model, out, settings)


def grid(
    model: str | Path,
    out: Path,
    *,
    rows: int = 8,
    columns: int = 8,
    seed: int = 0,
    radius: float = 1.0,
) -> Generator[Event]:
    """Write random pages on one sheet, a PNG; row by row they are `pictures` of the same seed.

    Small pages are enlarged by a whole factor to 128 px or more.

    Yields:
        Progress(unit="pictures"), then Finished.

    Raises:
        ModelError, SettingsError, ExportError, StorageError: as `film`.
    """
    values = {"rows": rows, "columns": columns, "seed": seed, "radius": radius}
    settings = checked(GridSettings, values)
    from deepzine_gui.export.stills import make_grid

    yield from make_grid(model, out, settings)
