"""Hold a run, so that no two processes train it at the same time."""

from pathlib import Path

from filelock import FileLock, Timeout

from deepzine_gui.errors import TrainingError
from deepzine_gui.files import make_folder, storage_errors

LOCK = "lock"


class Hold:
    """The hold on a run's folder; the system ends it with the process, however that ends.

    Attributes:
        run: the folder.
    """

    def __init__(self, run: Path) -> None:
        self.run = run
        # whichever thread closes a run that another one began
        self._lock = FileLock(run / LOCK, timeout=0, thread_local=False)

    def take(self) -> None:
        """Hold the run from now on; its folder is made.

        Raises:
            TrainingError: another process holds it.
            StorageError: the place cannot be written.
        """
        if self._lock.is_locked:
            return
        with storage_errors(self.run):
            make_folder(self.run, self.run, exist_ok=True)
            try:
                self._lock.acquire()
            except Timeout as error:
                raise TrainingError(
                    f"{self.run} is being trained by another DeepZine: wait for it, or stop it "
                    "there."
                ) from error

    def release(self) -> None:
        """Let others have the run."""
        self._lock.release()
