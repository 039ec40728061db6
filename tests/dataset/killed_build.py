"""A build in a process of its own, to be killed: ``python killed_build.py FOLDER OUT``.

It tells what it does, a line an event: ``begun``, ``added NAME``, ``writing``, ``finished``.
"""

import sys
from pathlib import Path

from deepzine_gui.dataset import PagesAdded
from deepzine_gui.dataset.building.build import build
from deepzine_gui.progress import Finished, Progress
from tests.dataset.building import SMALL


def main() -> None:
    """Build and tell."""
    sources, out = Path(sys.argv[1]), Path(sys.argv[2])
    for event in build([sources], out, settings=SMALL, workers=2):
        if isinstance(event, PagesAdded):
            _tell(f"added {event.document}")
        elif isinstance(event, Progress):
            _tell("writing" if event.what.startswith("Writing") else "begun")
        elif isinstance(event, Finished):
            _tell("finished")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
