"""Take over the pages of a foreign dataset into a dataset file of our own."""

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.dataset.building.held import look_into
from deepzine_gui.dataset.building.planning import refuse_to_overwrite
from deepzine_gui.dataset.building.recovery import clear, held_parts
from deepzine_gui.dataset.formats import Format
from deepzine_gui.dataset.formats.read_deepzine import is_deepzine, open_deepzine
from deepzine_gui.dataset.formats.read_idx import is_idx, open_idx
from deepzine_gui.dataset.formats.read_stylegan import is_stylegan, open_stylegan
from deepzine_gui.dataset.formats.values import Lost, Picture, Source
from deepzine_gui.dataset.judging.measures import measure
from deepzine_gui.dataset.judging.rules import NO_RULES, Rules
from deepzine_gui.dataset.scaling import shrink
from deepzine_gui.dataset.storage.places import text_of
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import DocumentRow, MissingPage, Provenance
from deepzine_gui.errors import DatasetError
from deepzine_gui.files import whole_file
from deepzine_gui.pages import Document, PageSettings
from deepzine_gui.progress import Event, Finished, Notice, in_steps
from deepzine_gui.words import count_text

Colour = Literal["grey", "rgb"]

_SMALLEST_PX, _LARGEST_PX = 4, 1024


def recognise(path: Path) -> Format | None:
    """Return the foreign format of a file or folder by what it holds; see the façade."""
    # a pipe would wait for a writer
    if not (path.is_file() or path.is_dir()):
        return None
    if is_stylegan(path):
        return "stylegan"
    if path.is_dir():
        return None
    if is_idx(path):
        return "idx"
    return "deepzine" if is_deepzine(path) else None


def import_pages(
    source: Path,
    out: Path,
    *,
    resolution: int | None = None,
    colour: Colour | None = None,
    rules: Rules | None = None,
) -> Generator[Event, None, None]:
    """Write the pages of `source` into the dataset `out`; see the façade."""
    kind = recognise(source)
    if kind is None:
        raise DatasetError(_no_dataset(source))
    refuse_to_overwrite(out, [Document(source, "folder")])
    if rules is None:
        rules = Rules() if kind == "deepzine" else NO_RULES
    with held_parts(out) as parts, _opened(kind, source, resolution) as found:
        settings = _settings(source, found, resolution, colour)
        held = look_into(out)
        marked = 0 if held is None else held.marked_pages()
        for notice in found.notices:
            yield Notice(notice)
        with whole_file(out) as part, Writer(part, settings, rules) as writer:
            missing: list[MissingPage] = []
            copying = _copied(source, found, writer, settings, missing)
            yield from in_steps(copying, found.count, unit="pages", what=source.name)
            writer.finish()
            if not writer.count:
                raise DatasetError(f"No page of {source} could be read, so {out} was not written.")
        # what a killed build of the replaced file had finished is not part of this one
        clear(parts)
    if marked:
        told = (
            f"{count_text(marked, 'pages')} marked or labelled {'was' if marked == 1 else 'were'}"
        )
        yield Notice(f"With the earlier {out.name}, {told} replaced.", "warning")
    if missing:
        yield Notice(_missing_sentence(source, missing, found.count), "warning")
    yield Finished(
        f"{out.name} holds {count_text(writer.count, 'pages')} imported from {source.name}.", out
    )


def _opened(kind: Format, source: Path, resolution: int | None) -> AbstractContextManager[Source]:
    if kind == "idx":
        return open_idx(source)
    return open_stylegan(source) if kind == "stylegan" else open_deepzine(source, resolution)


def _settings(
    source: Path, found: Source, resolution: int | None, colour: Colour | None
) -> PageSettings:
    """What the pages are: squares already, of which nothing is cut, turned or bleached."""
    largest = min(_LARGEST_PX, 1 << (found.side.bit_length() - 1))
    if largest < _SMALLEST_PX:
        raise DatasetError(f"The pages of {source} are {found.side} px: too small to learn from.")
    if resolution is not None and resolution > largest:
        raise DatasetError(
            f"The pages of {source} are {found.side} px: choose a resolution of {largest} px "
            f"or less."
        )
    own = "grey" if found.channels == 1 else "rgb"
    return PageSettings(
        resolution=resolution or largest,
        colour=colour or own,
        fit="stretch",
        split=0,
        trim=0,
        straighten=0,
    )


def _copied(
    source: Path, found: Source, writer: Writer, settings: PageSettings, missing: list[MissingPage]
) -> Iterator[None]:
    """Write all pictures, with a pause after each; those that cannot be read are `missing`."""
    documents: set[str] = set()
    for picture in found.pictures:
        if picture.document not in documents:
            documents.add(picture.document)
            writer.add_document(DocumentRow(picture.document, path=text_of(source.resolve())))
        if isinstance(picture, Lost):
            missing.append(MissingPage(picture.document, picture.page, picture.reason))
            writer.add_missing(missing[-1])
        else:
            pixels = _fitted(picture.pixels, settings)
            writer.add(pixels, _row(picture, pixels))
        yield


def _row(picture: Picture, pixels: NDArray[np.uint8]) -> Provenance:
    measures = asdict(measure(pixels))
    return Provenance(picture.document, picture.page, label=picture.label, **measures)


def _fitted(pixels: NDArray[np.uint8], settings: PageSettings) -> NDArray[np.uint8]:
    """Return a picture (C, S, S) in the colour and size of `settings`."""
    if len(pixels) > settings.channels:
        pixels = np.asarray(Image.fromarray(pixels.transpose(1, 2, 0)).convert("L"))[None]
    small = shrink(pixels, settings.resolution)
    whole = (settings.channels, *small.shape[1:])
    return np.ascontiguousarray(np.broadcast_to(small, whole))


def _no_dataset(source: Path) -> str:
    if not source.exists():
        return f"There is no {source}: it was moved, renamed or removed."
    if source.is_dir():
        return (
            f"{source} is in no format that DeepZine imports, as it holds no usable dataset.json: "
            "add a folder of pictures as own documents, whose subfolders can become labels."
        )
    return (
        f"{source} is in no format that DeepZine imports, or damaged: choose the HDF5 of the first "
        "DeepZine, StyleGAN's ZIP with dataset.json, or an IDX file of pictures."
    )


def _missing_sentence(source: Path, missing: list[MissingPage], count: int) -> str:
    were = "was" if len(missing) == 1 else "were"
    told = f"{len(missing):,} of {count:,} pages of {source} {were} left out"
    return f"{told}: {missing[0].reason}."
