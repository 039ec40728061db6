"""A crew of worker children that share out documents and survive the loss of any of them."""

import contextlib
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from multiprocessing.connection import wait
from types import TracebackType

from deepzine_gui.child import Child, in_child
from deepzine_gui.dataset.shards import Answer, Begun, Done, Failed, Ready, Rendered, Task, worker
from deepzine_gui.errors import ChildError

_BEAT_S = 0.4
_SILENCE_LIMIT_S = 120.0
"""A worker that has not answered for so long hangs on a page and is ended."""

_PATIENCE_S = 3.0


class _Seat:
    """One worker and what it is at."""

    def __init__(self) -> None:
        self.child: Child[Answer] = in_child(worker)
        self.child.post()
        self.ready = False
        self.task: Task | None = None
        self.begun = False
        self.asked_s = time.monotonic()

    def ask(self, task: Task | None = None) -> None:
        """Give a task, or let the present one go on."""
        if task is not None:
            self.task, self.begun = task, False
        self.child.post(task)
        self.asked_s = time.monotonic()

    @property
    def waited_for(self) -> bool:
        return not self.ready or self.task is not None


class Crew:
    """Up to `size` worker children; a context manager that ends them all."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._seats: list[_Seat] = []
        self._late: set[int] = set()

    def work(
        self, tasks: Sequence[Task]
    ) -> Generator[tuple[Task, Begun | Rendered | Done | Failed] | None, None, None]:
        """Yield each task's answers as they come, and None now and then while none does.

        Raises:
            StorageError: a worker cannot write.
            ChildError: workers cannot be started at all.
        """
        queue = deque(tasks)
        while queue or any(seat.task for seat in self._seats):
            self._share_out(queue)
            heard = False
            for seat in self._answering():
                answer = self._hear(seat, queue)
                if answer is not None:
                    heard = True
                    yield answer
            if not heard:
                yield None

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        until = time.monotonic() + _PATIENCE_S
        for seat in self._seats:
            with contextlib.suppress(OSError, ValueError):
                if seat.waited_for and not wait(
                    [seat.child.connection], max(0.0, until - time.monotonic())
                ):
                    # amid a slow page; what it has not finished is thrown away in any case
                    seat.child.kill()
        for seat in self._seats:
            seat.child.close()
        self._seats.clear()

    def _share_out(self, queue: deque[Task]) -> None:
        free = sum(seat.task is None for seat in self._seats)
        for _ in range(min(len(queue) - free, self._size - len(self._seats))):
            self._seats.append(_Seat())
        for seat in self._seats:
            if queue and seat.ready and seat.task is None:
                seat.ask(queue.popleft())

    def _answering(self) -> Iterator[_Seat]:
        asked = {seat.child.connection: seat for seat in self._seats if seat.waited_for}
        answered = wait(list(asked), _BEAT_S)
        now = time.monotonic()
        for connection, seat in asked.items():
            late = seat.begun and now - seat.asked_s > _SILENCE_LIMIT_S
            if late and connection not in answered:
                self._late.add(id(seat))
                seat.child.kill()
        return iter([asked[connection] for connection in answered if connection in asked])

    def _hear(
        self, seat: _Seat, queue: deque[Task]
    ) -> tuple[Task, Begun | Rendered | Done | Failed] | None:
        try:
            answer = seat.child.take()
        except ChildError as error:
            return self._bury(seat, queue, error)
        if isinstance(answer, Ready) or seat.task is None:
            seat.ready = True
            return None
        task = seat.task
        if isinstance(answer, Done | Failed):
            seat.task = None
        else:
            seat.begun = True
            seat.ask()
        return task, answer

    def _bury(
        self, seat: _Seat, queue: deque[Task], error: ChildError
    ) -> tuple[Task, Failed] | None:
        self._seats.remove(seat)
        if not seat.ready:
            raise error
        if seat.task is None:
            return None
        if not seat.begun:
            # it died before it looked at the document, which is not to blame
            queue.appendleft(seat.task)
            return None
        path = seat.task.document.path
        if id(seat) in self._late:
            self._late.discard(id(seat))
            why = f"it did not get on with a page for {_SILENCE_LIMIT_S:.0f} s"
        else:
            why = str(error).rstrip(".")
        return seat.task, Failed(f"{path} was left out, its worker was lost: {why}.")
