"""Label the pages of a build by what is known of their documents."""

import contextlib
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from deepzine_gui.dataset.storage import marking
from deepzine_gui.dataset.values import Labelling
from deepzine_gui.errors import DatasetError, StorageError
from deepzine_gui.progress import Event, Finished


def labelled(
    events: Generator[Event, None, None], out: Path, labelling: Labelling
) -> Generator[Event, None, None]:
    """Pass on the events of a build; label its pages before it is finished.

    Of a build that is stopped those are labelled that it leaves, if they have no label: whoever
    stops it at once has lost none.
    """
    try:
        with contextlib.closing(events):
            for event in events:
                if isinstance(event, Finished):
                    _label(out, labelling)
                yield event
    except GeneratorExit:
        with contextlib.suppress(DatasetError, StorageError):
            _label(out, replace(labelling, only_unlabelled=True))
        raise


def _label(out: Path, labelling: Labelling) -> None:
    marking.label_by(
        out,
        labelling.source,
        only_unlabelled=labelling.only_unlabelled,
        below=labelling.below,
    )
