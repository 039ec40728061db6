"""Threads that work for one generator, and stop with it."""

import contextlib
import math
import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager

from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event

_HEARTBEAT_S = 0.25
_UNASKED_EVENTS = 8
_LOOK_UP_S = 0.1

_PAUSE_S = 1.0
"""A consumer that asks for nothing for so long pauses."""


class Stopped(BaseException):
    """The job is over; not an `Exception`, so that no library's handler swallows it."""


class Crew:
    """Runs workers in threads and hands their events to one consumer.

    A worker's `emit` waits while nobody asks for events, so a consumer that pauses pauses them.

    Attributes:
        interrupt: called once, from the consumer's thread, when the workers shall stop.
        stepping_aside: a worker that is paused does so within such a block.
    """

    def __init__(self) -> None:
        self.interrupt: Callable[[], None] = lambda: None
        self.stepping_aside: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext
        self._stop = threading.Event()
        self._events: queue.Queue[Event | BaseException | None] = queue.Queue(_UNASKED_EVENTS)

    def check(self) -> None:
        """Raise `Stopped` if the job is over."""
        if self._stop.is_set():
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Wait, or raise `Stopped` as soon as the job is over."""
        if self._stop.wait(seconds):
            raise Stopped

    def emit(self, event: Event) -> None:
        """Hand an event to the consumer; wait for room, or raise `Stopped`."""
        if not self._put(event, within_s=_PAUSE_S):
            with self.stepping_aside():
                self._put(event)

    def run(
        self, workers: Sequence[Callable[[], None]], heartbeat: Callable[[], Event]
    ) -> Generator[Event, None, None]:
        """Yield the workers' events until all have returned, and a heartbeat four times a second.

        Raises:
            ArchiveError: the system has no thread left for even one worker.
            Exception: what the first failing worker raised; the others are stopped.
        """
        threads: list[threading.Thread] = []
        try:
            self._start(workers, threads)
            working, due = len(threads), time.monotonic() + _HEARTBEAT_S
            while working:
                left = due - time.monotonic()
                if left <= 0:
                    yield heartbeat()
                    due = time.monotonic() + _HEARTBEAT_S
                    continue
                try:
                    event = self._events.get(timeout=left)
                except queue.Empty:
                    continue
                if event is None:
                    working -= 1
                elif isinstance(event, BaseException):
                    raise event
                else:
                    yield event
        finally:
            self._stop.set()
            self.interrupt()
            for thread in threads:
                thread.join()

    def _start(
        self, workers: Sequence[Callable[[], None]], threads: list[threading.Thread]
    ) -> None:
        for number, worker in enumerate(workers):
            thread = threading.Thread(
                target=self._work, args=(worker,), name=f"archive-{number}", daemon=True
            )
            try:
                thread.start()
            except RuntimeError as error:
                if threads:
                    return
                raise ArchiveError(
                    "The system has no threads left for a download: close other programs and "
                    "try again."
                ) from error
            threads.append(thread)

    def _work(self, worker: Callable[[], None]) -> None:
        ending: BaseException | None = None
        try:
            worker()
        except Stopped:
            return
        except BaseException as error:
            ending = error
        try:
            self._put(ending)
        except Stopped:
            return

    def _put(self, event: Event | BaseException | None, within_s: float = math.inf) -> bool:
        """Wait for room; False if there was none for so long."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            self.check()
            with contextlib.suppress(queue.Full):
                self._events.put(event, timeout=_LOOK_UP_S)
                return True
        return False
