"""`python -m deepzine_gui` and the `deepzine` command: no argument opens the window."""

import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deepzine_gui.cli import Asked


_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: this process's own) and return its exit code.

    Codes: 0 done, 1 an error named in one sentence, 2 wrong usage (by SystemExit), 70 a fault of
    ours, 130 stopped.
    """
    # Imports wait for the call: child processes import this module anew, and need none of them.
    import multiprocessing

    multiprocessing.freeze_support()
    # An exception that comes out of the midst of an import may be taken for something else.
    before = signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    try:
        from deepzine_gui import cli

        asked = cli.parse(sys.argv[1:] if argv is None else argv)
        return cli.guard(lambda: _open_window(asked)) if asked.start is None else cli.run(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def _open_window(asked: "Asked") -> int:
    from deepzine_gui.cli import window

    project = window.project_of(asked.arguments)
    window.require_display()
    with window.clear_import_errors():
        from deepzine_gui import ui
    return ui.open_window(project)


if __name__ == "__main__":
    sys.exit(main())
