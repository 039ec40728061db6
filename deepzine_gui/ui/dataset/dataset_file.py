"""The file of a project's dataset: whether it is still the one that was looked at."""

from pathlib import Path

from deepzine_gui.files import name_for_damaged
from deepzine_gui.ui.stamp import Stamp, stamp_of


class DatasetFile:
    """Watches a file by what it looks like.

    Attributes:
        path: where it lies, or is to lie.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: Stamp | None = None

    @property
    def is_another(self) -> bool:
        """Whether it was replaced, written to or deleted since it was last noted."""
        return stamp_of(self.path) != self._stamp

    def note(self) -> None:
        """The file as it is now is the one that is open."""
        self._stamp = stamp_of(self.path)

    def move_aside(self) -> str:
        """Make room for another one, keeping this one; return why that cannot be, or ""."""
        try:
            if self.path.exists():
                self.path.replace(name_for_damaged(self.path))
        except OSError as error:
            return f"{self.path} could not be moved aside: {error.strerror}."
        return ""
