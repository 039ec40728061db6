"""Whether there is a dataset to train on, and how large its pages are."""

from pathlib import Path

from deepzine_gui.dataset import is_there, open_dataset
from deepzine_gui.errors import DatasetError
from deepzine_gui.ui.stamp import Stamp, stamp_of
from deepzine_gui.ui.train.record import RunRecord

_NONE = "There is no dataset of pages: build one on the Dataset bench."
_COMING = "The dataset is still being built: wait for its pages."

_NO_CHECKPOINT = "It has no checkpoint: Start begins it anew."


class PagesAtHand:
    """What is known of the project's dataset; its file is opened only when it is another one.

    Attributes:
        resolution: side of its pages in pixels; 0 while there is nothing to train on.
        why_not: why nothing can be trained, as a sentence; "" if it can.
    """

    def __init__(self) -> None:
        self.resolution = 0
        self.why_not = _NONE
        self._seen: tuple[Path, Stamp | None, bool] | None = None

    def remark(self, record: RunRecord) -> str:
        """What a run that ended early needs to go on, after its status; "" if it needs nothing."""
        why = self.why_not or ("" if record.has_model else _NO_CHECKPOINT)
        return "" if record.is_complete or not why else f". {why}"

    def look(self, path: Path) -> bool:
        """Look at the file; tell whether it is another one than before."""
        seen = path, stamp_of(path), is_there(path)
        if seen == self._seen:
            return False
        self._seen = seen
        self.resolution, self.why_not = 0, _COMING if seen[2] else _NONE
        if seen[1] is not None:
            try:
                with open_dataset(path) as dataset:
                    self.resolution, self.why_not = dataset.resolution, ""
            except DatasetError as error:
                self.why_not = str(error)
        return True
