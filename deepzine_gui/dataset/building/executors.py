"""Have documents rendered by any executor: threads, processes, or a cluster of machines."""

import contextlib
import tempfile
import threading
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from ctypes import c_int
from dataclasses import replace
from pathlib import Path

from deepzine_gui.dataset.building.shards import work_on
from deepzine_gui.dataset.building.tasks import Added, Failed, Heard, Task
from deepzine_gui.errors import ChildError, DeepZineError, StorageError
from deepzine_gui.files import whole_file

_BEAT_S = 0.2

_AT_ONCE = 64
"""So many documents are with the executor at the same time: each answer is held in memory."""

_pdfium = threading.Lock()
"""PDFium bears one thread at a time in a process."""

Answered = tuple[list[Heard], list[bytes]]
"""What a worker would have told, and the content of each shard it told of."""


def render(task: Task) -> Answered:
    """Count a document or render some of its pages; return what there is to tell.

    This is what the executor runs, wherever that is: the document's path must lead to it there.

    Raises:
        StorageError: there is no room for temporary files.
    """
    with _pdfium, tempfile.TemporaryDirectory(prefix="deepzine-") as folder:
        parts = Path(folder)
        heard = list(_run(replace(task, parts=parts)))
        return heard, [(parts / one.shard).read_bytes() for one in heard if isinstance(one, Added)]


def _run(task: Task) -> Generator[Heard, None, None]:
    outcome = yield from work_on(task, c_int())
    yield outcome


class Hired:
    """Another's executor in the place of a crew; a context manager that leaves nothing with it."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._running: dict[Future[Answered], Task] = {}

    def work(self, tasks: Sequence[Task]) -> Generator[tuple[Task, Heard] | None, None, None]:
        """Yield each task's answers as they come, and None now and then while none does.

        Raises:
            StorageError: a shard cannot be written.
            ChildError: the executor is broken or was shut down.
        """
        queue = deque(tasks)
        while queue or self._running:
            while queue and len(self._running) < _AT_ONCE:
                self._submit(queue.popleft())
            wait(self._running, _BEAT_S, FIRST_COMPLETED)
            done = [future for future in self._running if future.done()]
            for future in done:
                task = self._running.pop(future)
                for heard in _outcome(task, future):
                    yield task, heard
            if not done:
                yield None

    def __enter__(self) -> "Hired":
        return self

    def __exit__(self, *_: object) -> None:
        for future, task in self._running.items():
            future.cancel()
            if future.done() and not future.cancelled():
                # finished, though nobody has heard of it yet
                with contextlib.suppress(DeepZineError):
                    _outcome(task, future)
        self._running.clear()

    def _submit(self, task: Task) -> None:
        try:
            self._running[self._executor.submit(render, task)] = task
        except RuntimeError as error:
            raise ChildError(f"The executor takes no more documents: {error}.") from error


def _outcome(task: Task, future: "Future[Answered]") -> list[Heard]:
    try:
        heard, shards = future.result()
    except (BrokenExecutor, CancelledError) as error:
        told = str(error) or type(error).__name__
        raise ChildError(f"The executor gave up on {task.document.path}: {told}.") from error
    except StorageError:
        raise
    except Exception as error:
        told = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        return [Failed(f"{task.document.path} was left out, its worker was lost: {told}.")]
    added = (one for one in heard if isinstance(one, Added))
    for one, content in zip(added, shards, strict=True):
        with whole_file(task.parts / one.shard) as part:
            part.write_bytes(content)
    return heard
