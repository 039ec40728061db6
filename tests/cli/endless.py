"""A process that runs the command line on a job without end, for test_interrupt."""

import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from deepzine_gui import dataset
from deepzine_gui.__main__ import main
from deepzine_gui.progress import Event, Progress


def endless(sources: list[Path], out: Path, **_: Any) -> Generator[Event]:
    """Count in small steps; note in `out` that the end was tidy.

    With a source `stuck` it comes to a standstill, and says so on stdout.
    """
    done = 0
    try:
        while True:
            yield Progress(done, None, "pages")
            done += 1
            if sources[0].name == "stuck":
                sys.stdout.write("stuck\n")
                sys.stdout.flush()
                time.sleep(600)
            time.sleep(0.01)
    finally:
        out.write_text("everything finished is kept", encoding="utf-8")


if __name__ == "__main__":
    dataset.build = endless
    sys.exit(main())
