"""Start the processes of a run on this machine, as children of this one."""

import contextlib
import tempfile
from collections.abc import Generator, Sequence
from multiprocessing.connection import wait
from pathlib import Path

from deepzine_gui.child import in_child
from deepzine_gui.errors import ChildError
from deepzine_gui.progress import Event
from deepzine_gui.training.distributed.following import follow_silently
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.processes.ranks import LostRankError, Ranks

_LAST_WORDS_S = 5.0
"""How long after its end is noticed a process may take to say why."""


class Followers:
    """The processes that follow this one, each on a device of its own.

    Args:
        dataset: the file of pages.
        devices: of all processes, this one's first.
    """

    def __init__(self, dataset: Path, devices: Sequence[str]) -> None:
        # a place in the file system, not a port: none but these processes can get at it
        self._folder = tempfile.TemporaryDirectory(prefix="deepzine-")
        meeting = Path(self._folder.name) / "meeting"
        count = len(devices)
        leading, *others = (
            Place(device, rank, count, count, meeting) for rank, device in enumerate(devices)
        )
        self._ranks = Ranks(leading)
        self._children = [in_child(follow_silently, dataset, place) for place in others]

    def gather(self) -> Generator[Event, None, Ranks]:
        """Start them and wait until all are here, with a `Progress` now and then.

        Raises:
            LostRankError: one of them did not come.
        """
        for child in self._children:
            child.post()
        for waiting in self._ranks.gather():
            if wait([child.connection for child in self._children], 0):
                raise LostRankError("A process of the run ended before it began.")
            yield waiting
        return self._ranks

    def explain(self, lost: LostRankError) -> Exception:
        """What a follower died of, rather than that it is gone."""
        self._ranks.leave()
        waiting = {child.connection: child for child in self._children}
        while waiting and (answered := wait(list(waiting), _LAST_WORDS_S)):
            for connection in answered:
                child = waiting.pop(connection)  # type: ignore[call-overload]
                try:
                    child.take()
                except (LostRankError, StopIteration):
                    continue
                except ChildError as error:
                    return ChildError(f"{error} What was saved of the run is sound: resume it.")
                except Exception as error:
                    return error
        return lost

    def close(self) -> None:
        """End them, and leave nothing behind."""
        with self._folder, contextlib.ExitStack() as stack:
            for child in self._children:
                stack.callback(child.close)
                if not self._ranks.joined:
                    # it waits for this process, and would do so for long
                    child.kill()
            self._ranks.leave()
