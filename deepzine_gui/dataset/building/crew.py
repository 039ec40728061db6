"""A crew of worker children that share out documents and survive the loss of any of them."""

import contextlib
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from multiprocessing.connection import wait
from pathlib import Path

from deepzine_gui.child import Child
from deepzine_gui.dataset.building.limits import NOT_BEGUN, Limits, Watch
from deepzine_gui.dataset.building.noted import new_noted
from deepzine_gui.dataset.building.shards import worker
from deepzine_gui.dataset.building.spans import Span
from deepzine_gui.dataset.building.tasks import (
    Added,
    Answer,
    Failed,
    Heard,
    Loss,
    Ready,
    Rendered,
    Task,
)
from deepzine_gui.errors import ChildError

_BEAT_S = 0.2
_PATIENCE_S = 3.0

_MOST_DEATHS = 6
"""When a block of pages has cost so many workers, no more of it is tried."""

_MOST_FALSE_STARTS = 3
"""When so many workers in a row ended before they were ready, no more are started."""

_CAREER_PAGES = 10_000
_CAREER_BYTES = 300_000_000
"""A worker that has rendered so many pages, or holds so much memory, makes room for a fresh one."""


class _Seat:
    """One worker and what it is at."""

    def __init__(self, limits: Limits, folder: Path) -> None:
        self._noted = new_noted(folder, NOT_BEGUN)
        self.child: Child[Answer] = Child(worker, (self._noted,), {})
        try:
            self.child.post()
        except BaseException:
            self._noted.remove()
            raise
        self.watch = Watch(self.child.pid or 0, self._noted, limits)
        self.ready = False
        self.task: Task | None = None
        self.broken = ""
        self._safe = 0
        self._pages = 0

    @property
    def page(self) -> int:
        """The page the worker is at, `OPENING` or `NOT_BEGUN`."""
        return self._noted.value

    @property
    def left(self) -> Span:
        """The pages of the task that are not safe yet."""
        assert self.task is not None
        assert self.task.span is not None
        return Span(max(self.task.span.first, self._safe + 1), self.task.span.last)

    @property
    def waited_for(self) -> bool:
        """Whether an answer is due."""
        return not self.ready or self.task is not None

    @property
    def worn(self) -> bool:
        """Whether the worker has done its share."""
        return self._pages >= _CAREER_PAGES or self.watch.memory_bytes() > _CAREER_BYTES

    def give(self, task: Task) -> None:
        """Give a task."""
        self.task = task
        self._safe = 0
        self._noted.value = NOT_BEGUN
        self.watch.restart()
        self.child.post(task)

    def go_on(self, answer: Rendered | Added) -> None:
        """Let the worker go on with its task."""
        if isinstance(answer, Added):
            self._safe = answer.span.last
            self._pages += answer.pages
        self.watch.restart()
        self.child.post()

    def finish(self) -> None:
        """Take the task as done."""
        self.task = None

    def begin(self) -> None:
        """Take the worker as ready for tasks."""
        self.ready = True

    def close(self) -> None:
        """End the worker."""
        self.child.close()
        self._noted.remove()

    def end_if_limits_are_broken(self) -> None:
        """Kill the worker that takes too long or too much; its answer is then its end."""
        if self.task is not None and not self.broken:
            self.broken = self.watch.verdict()
            if self.broken:
                self.child.kill()


class Crew:
    """Up to `size` worker children within `limits`; a context manager that ends them all.

    In `folder`, that of the build, each has a small file while it works.
    """

    def __init__(self, size: int, limits: Limits, folder: Path) -> None:
        self._size = size
        self._limits = limits
        self._folder = folder
        self._seats: list[_Seat] = []
        self._false_starts = 0

    def work(self, tasks: Sequence[Task]) -> Generator[tuple[Task, Heard] | None, None, None]:
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

    def __exit__(self, *_: object) -> None:
        until = time.monotonic() + _PATIENCE_S
        for seat in self._seats:
            with contextlib.suppress(OSError, ValueError):
                if seat.waited_for and not wait(
                    [seat.child.connection], max(0.0, until - time.monotonic())
                ):
                    # amid a slow page; what it has not finished is thrown away in any case
                    seat.child.kill()
        for seat in self._seats:
            seat.close()
        self._seats.clear()

    def _share_out(self, queue: deque[Task]) -> None:
        free = sum(seat.task is None for seat in self._seats)
        for _ in range(min(len(queue) - free, self._size - len(self._seats))):
            self._seats.append(_Seat(self._limits, self._folder))
        for seat in self._seats:
            if queue and seat.ready and seat.task is None:
                seat.give(queue.popleft())

    def _answering(self) -> Iterator[_Seat]:
        asked = {seat.child.connection: seat for seat in self._seats if seat.waited_for}
        answered = wait(list(asked), _BEAT_S)
        for connection, seat in asked.items():
            if connection not in answered:
                seat.end_if_limits_are_broken()
        return iter([asked[connection] for connection in answered if connection in asked])

    def _hear(self, seat: _Seat, queue: deque[Task]) -> tuple[Task, Heard] | None:
        try:
            answer = seat.child.take()
        except ChildError as error:
            return self._bury(seat, queue, error)
        if isinstance(answer, Ready) or seat.task is None:
            seat.begin()
            self._false_starts = 0
            return None
        task = seat.task
        if isinstance(answer, Rendered | Added):
            seat.go_on(answer)
        else:
            seat.finish()
            if seat.worn:
                self._seats.remove(seat)
                seat.close()
        return task, answer

    def _bury(
        self, seat: _Seat, queue: deque[Task], error: ChildError
    ) -> tuple[Task, Failed] | None:
        page = seat.page
        self._seats.remove(seat)
        seat.close()
        if not seat.ready:
            # it may have been killed from outside
            self._false_starts += 1
            if self._false_starts >= _MOST_FALSE_STARTS:
                raise error
        task = seat.task
        if task is None:
            return None
        if page == NOT_BEGUN:
            # it died before it looked at the document, which is not to blame
            queue.appendleft(task)
            return None
        why = seat.broken or f"ended its worker: {error}".rstrip(".")
        if task.span is None:
            return task, Failed(f"{task.document.path} was left out: opening it {why}.")
        queue.appendleft(_what_is_left(task, seat, page, why))
        return None


def _what_is_left(task: Task, seat: _Seat, page: int, why: str) -> Task:
    """Return the task for what is not safe when its worker was lost.

    A worker that ended by itself may have been killed from outside: its page is tried once more.
    """
    page = max(seat.left.first, page)
    left = replace(task, span=seat.left, deaths=task.deaths + 1, died_at=page)
    if left.deaths >= _MOST_DEATHS:
        return replace(left, lost=Loss(seat.left.first, why))
    return left if not seat.broken and task.died_at != page else replace(left, lost=Loss(page, why))
