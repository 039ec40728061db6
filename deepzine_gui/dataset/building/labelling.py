"""Label the pages of a build by the subfolders their documents lie in."""

import contextlib
from collections.abc import Generator, Sequence
from pathlib import Path

from deepzine_gui.dataset.storage import marking
from deepzine_gui.errors import DatasetError, StorageError
from deepzine_gui.progress import Event, Finished


def labelling(
    events: Generator[Event, None, None], out: Path, sources: Sequence[Path]
) -> Generator[Event, None, None]:
    """Pass on the events of a build; label the pages below `sources` before it is finished.

    Of a build that is stopped those are labelled that it leaves.
    """
    try:
        with contextlib.closing(events):
            for event in events:
                if isinstance(event, Finished):
                    _label(out, sources)
                yield event
    except GeneratorExit:
        with contextlib.suppress(DatasetError, StorageError):
            _label(out, sources)
        raise


def _label(out: Path, sources: Sequence[Path]) -> None:
    if sources:
        marking.label_by(out, "folder", only_unlabelled=True, below=sources)
