"""Put documents that lie in several files together into one dataset file."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from deepzine_gui.dataset.building.held import Piece
from deepzine_gui.dataset.building.marks import Marks
from deepzine_gui.dataset.building.page_files import PageFiles
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage import journal
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import RefusedDocument
from deepzine_gui.errors import DatasetError
from deepzine_gui.files import whole_file
from deepzine_gui.pages import PageSettings

_PAUSE_PAGES = 500

Inherit = Callable[[PageFiles], Mapping[str, Marks]]
"""Finds the marks of documents, by their names, in the old file and that of their pages."""


def merge(
    out: Path,
    pieces: Sequence[Piece],
    settings: PageSettings,
    rules: Rules,
    inherit: Inherit | None = None,
    refused: Sequence[RefusedDocument] = (),
) -> Generator[None, None, int]:
    """Write the pieces in their order into the dataset file `out`; return the number of pages.

    Pieces of the same document follow one another. Pages are copied packed, with the marks they
    have, but those of documents that `inherit` tells of with these. All are judged by `rules`.
    Of documents that gave no page it is noted that they are `refused`.
    There is a pause now and then, the first before anything is written. `out` may be among the
    files of the pieces: it is replaced at the end, as a whole, and nobody marks it until then.

    Raises:
        DatasetError: a piece is damaged, or there is no page at all.
        StorageError: the disk is full, or the place cannot be written.
    """
    with (
        journal.held(out),
        whole_file(out) as part,
        Writer(part, settings, rules) as writer,
    ):
        with PageFiles(out) as files:
            marks = {} if inherit is None else inherit(files)
            yield
            name = ""
            for piece in pieces:
                if piece.row.name != name:
                    name = piece.row.name
                    writer.add_document(piece.row)
                yield from _copied(piece, files, writer, marks.get(name))
        if not writer.count:
            raise DatasetError(f"No document gave a page, so {out} was not written.")
        for document in refused:
            writer.add_refused(document)
        writer.finish()
        return writer.count


def _copied(piece: Piece, files: PageFiles, writer: Writer, marks: Marks | None) -> Iterator[None]:
    """Copy the pages of one piece, with a pause now and then."""
    file = files.of(piece)
    if marks is None:
        places = file.places(piece)
        for start in range(0, len(places), _PAUSE_PAGES):
            some = places[start : start + _PAUSE_PAGES]
            writer.add_copies(map(file.packed, some.tolist()), file.columns(some))
            yield
    else:
        for count, (index, row) in enumerate(file.pages(piece)):
            writer.add_packed(file.packed(index), marks.on(row))
            if count % _PAUSE_PAGES == 0:
                yield
    for page in piece.missing:
        writer.add_missing(replace(page, document=piece.row.name))
