"""The command line: the engine's jobs without a window, with progress, one file a command."""

from deepzine_gui.cli.parser import Asked, parse
from deepzine_gui.cli.runner import DONE, FAILED, INTERRUPTED, guard, run

__all__ = ["DONE", "FAILED", "INTERRUPTED", "Asked", "guard", "parse", "run"]
