"""Builds in processes of their own, to be killed: ``python -m tests.dataset.killed_build``.

Each line read, ``WORKERS<tab>FOLDER<tab>OUT``, is a build in a fork of this process, which has
loaded everything already; its workers are processes too, or if there are none, a thread. A line
tells each thing that happens: ``process ID``, ``begun``, ``added NAME PAGES``, ``writing``,
``finished`` and, once the process has gone, ``gone``.
"""

import os
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deepzine_gui.dataset import PagesAdded
from deepzine_gui.dataset.building import (  # noqa: F401 - loaded before the first fork
    merging,
    shards,
)
from deepzine_gui.dataset.building.build import build
from deepzine_gui.progress import Event, Finished, Progress
from tests.dataset.building import SMALL
from tests.telling import tell


def main() -> None:
    """Build what is asked for, until nothing more is."""
    for line in sys.stdin:
        workers, folder, out = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            # with all its workers it makes a group that can be killed at once
            os.setsid()
            tell(f"process {os.getpid()}")
            _build(int(workers), Path(folder), Path(out))
            os._exit(0)
        os.waitpid(child, 0)
        tell("gone")


def _build(workers: int, folder: Path, out: Path) -> None:
    if workers:
        _tell_all(build([folder], out, settings=SMALL, workers=workers))
    else:
        with ThreadPoolExecutor(1) as executor:
            _tell_all(build([folder], out, settings=SMALL, executor=executor))


def _tell_all(events: Generator[Event, None, None]) -> None:
    for event in events:
        if isinstance(event, PagesAdded):
            tell(f"added {event.document} {event.pages}")
        elif isinstance(event, Progress):
            tell("writing" if event.what.startswith("Writing") else "begun")
        elif isinstance(event, Finished):
            tell("finished")


if __name__ == "__main__":
    main()
