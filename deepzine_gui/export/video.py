"""Write a journey through the latent space as an MP4."""

import contextlib
import json
import subprocess
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import imageio.v2 as imageio
import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from deepzine_gui import __version__
from deepzine_gui.errors import ExportError
from deepzine_gui.export.scaling import enlarged_size, even, scaled
from deepzine_gui.export.settings import FilmSettings
from deepzine_gui.export.writing import probe, want_suffix
from deepzine_gui.files import whole_file, write_json
from deepzine_gui.latent import LatentPath, Latents, random_points
from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.networks import ModelInfo, find_model, read_info
from deepzine_gui.progress import Event, Finished, Progress

_FORMAT = "deepzine-film"
_SMALLEST_SIDE = 512
# Said and done alike, or players would guess the colours from the film's size.
_COLOURS = (
    "scale=out_color_matrix=bt709:out_range=tv,"
    "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709"
)
_ENCODING = ["-crf", "18", "-preset", "veryfast", "-movflags", "+faststart", "-vf", _COLOURS]


def make_film(
    model: str | Path, out: Path, settings: FilmSettings, keyframes: Latents | None
) -> Generator[Event]:
    """Do what the façade's `film` promises."""
    want_suffix(out, ".mp4", "A film")
    _spare_others(out.with_suffix(".json"))
    info = read_info(find_model(model))
    path = LatentPath(_keyframes(info, settings, keyframes), settings.mode, settings.loop)
    total = path.frame_count(settings.frames)
    yield Progress(0, total, "frames", "Loading the model")
    sampler = Sampler(info.path)
    size = settings.size or enlarged_size(info.resolution, _SMALLEST_SIDE)
    latents = path.frames(settings.frames)
    labels = sampler.one_label(sampler.batch, settings.label)
    with whole_file(out) as part:
        with _encoder(part, settings.fps) as add:
            for start in range(0, total, sampler.batch):
                part_of_path = latents[start : start + sampler.batch]
                own = None if labels is None else labels[: len(part_of_path)]
                images = sampler.images(part_of_path, labels=own)
                for image in images:
                    add(even(scaled(image, size)))
                yield Progress(start + len(images), total, "frames", out.name)
        check_whole(part, total)
    write_json(out.with_suffix(".json"), _recipe(info, settings, path))
    seconds = total / settings.fps
    yield Finished(f"A film of {total} frames ({seconds:.1f} s) is in {out}.", out)


def _keyframes(info: ModelInfo, settings: FilmSettings, given: Latents | None) -> Latents:
    if given is None:
        return random_points(
            settings.keyframes, info.latent_size, seed=settings.seed, radius=settings.radius
        )
    points = np.asarray(given, dtype=np.float32)
    if points.ndim != 2 or points.shape[1] != info.latent_size or not np.isfinite(points).all():
        raise ExportError(
            f"The film's keyframes do not fit the model {info.name}: it takes {info.latent_size} "
            "finite numbers for each."
        )
    return points


@contextlib.contextmanager
def _encoder(part: Path, fps: int) -> Iterator[Callable[[NDArray[np.uint8]], None]]:
    """Yield a function that takes the film's next frame, (H, W) or (H, W, 3).

    ffmpeg has ended when the block is left, however it is left.
    """
    writer: Any = imageio.get_writer(
        part,
        format="FFMPEG",
        mode="I",
        fps=fps,
        codec="libx264",
        pixelformat="yuv420p",
        quality=None,
        macro_block_size=1,
        ffmpeg_log_level="quiet",
        output_params=list(_ENCODING),
    )

    def add(frame: NDArray[np.uint8]) -> None:
        try:
            writer.append_data(frame)
        except (OSError, RuntimeError) as error:
            raise _failure(part, error) from error

    with contextlib.closing(writer):
        yield add


def check_whole(part: Path, total: int) -> None:
    """Count the whole frames in a film, since ffmpeg's verdict on its work stays inside imageio.

    Raises:
        ExportError: the film is broken, or has not `total` frames.
        OSError: a full disk was the cause.
    """
    listing = subprocess.run(
        [
            *(imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-i", part),
            *("-map", "0:v:0", "-c", "copy", "-f", "framecrc", "-"),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    count = sum(not line.startswith(b"#") for line in listing.stdout.splitlines())
    if listing.returncode or listing.stderr or count != total:
        words = listing.stderr.decode("utf-8", "replace")
        raise _failure(part, f"{count} of {total} frames arrived. {words}")


def _failure(part: Path, cause: object) -> ExportError:
    """Name what went wrong in the encoder: a full disk raises for itself, else it is ffmpeg."""
    probe(part)
    error = ExportError(
        "The film could not be made because the video encoder (ffmpeg) failed: "
        "try again, or install DeepZine's packages afresh."
    )
    error.add_note(str(cause))
    return error


def _spare_others(recipe: Path) -> None:
    """See that the file beside the film is a film's recipe, if there is one."""
    if not recipe.exists():
        return
    try:
        known = json.loads(recipe.read_text("utf-8"))["format"] == _FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise ExportError(
            f"{recipe} is no recipe of a film, and would be replaced by one: give the film "
            "another name."
        )


def _recipe(info: ModelInfo, settings: FilmSettings, path: LatentPath) -> dict[str, Any]:
    """Everything needed to make the film again."""
    return {
        "format": _FORMAT,
        "version": 1,
        "deepzine": __version__,
        "model": info.name,
        **settings.model_dump(exclude={"keyframes"}),
        # The shortest decimals that give the same float32 back.
        "keyframes": [[float(str(number)) for number in row] for row in path.keyframes],
    }
