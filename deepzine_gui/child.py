"""Run a generator in a spawned child process, as if it ran here.

The child works only between one request and its answer, so a consumer that stops asking pauses it,
and `close()` reaches the child at a `yield`, where its ``finally`` blocks run. A child whose parent
vanishes ends itself; the warden, or in the last resort the kernel, ends the one that cannot.
"""

import contextlib
import faulthandler
import multiprocessing
import os
import pickle
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, Generic, TypeVar

from deepzine_gui import lifeline
from deepzine_gui.crowding import CROWDED, MAKE_ROOM, is_crowded
from deepzine_gui.errors import ChildError
from deepzine_gui.last_words import LastWords
from deepzine_gui.signals import turn_deaf
from deepzine_gui.warden import Warden

Yielded = TypeVar("Yielded")
_Call = tuple[Callable[..., Generator[Any, Any, Any]], tuple[Any, ...], dict[str, Any]]

CLOSING_GRACE_S = 20.0
"""How long a child may take for its ``finally`` blocks before it is killed."""

_LAST_GRACE = 1.1


class Child(Generator[Yielded, Any, None], Generic[Yielded]):
    """A generator whose body runs in a child process; made by `in_child`.

    Besides the generator's own methods, `post` and `take` split `send` in two, so that one consumer
    can keep several children busy and wait for whichever answers first (`connection`).
    """

    def __init__(
        self,
        function: Callable[..., Generator[Yielded, Any, Any]],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        self._call: _Call = (function, args, kwargs)
        self._process: Any = None
        self._connection: Connection[Any, Any] | None = None
        self._words = LastWords()
        self._ended = False
        self._killed = False

    @property
    def connection(self) -> "Connection[Any, Any]":
        """The pipe's end, for `multiprocessing.connection.wait`; valid after the first `post`."""
        if self._connection is None:
            raise ValueError("the child has not been started")
        return self._connection

    @property
    def pid(self) -> int | None:
        """The child's process id, once started."""
        return None if self._process is None else self._process.pid

    def send(self, value: Any) -> Yielded:
        """Resume the child's generator with `value` and wait for what it yields.

        Raises:
            StopIteration: the generator has returned.
            ChildError: the child died, or raised what cannot be carried over.
            Exception: what the generator raised, with the child's traceback as a note.
        """
        self.post(value)
        return self.take()

    def post(self, value: Any = None) -> None:
        """Resume the child without waiting; each `post` wants one `take`."""
        if self._ended:
            raise StopIteration
        if self._process is None:
            self._start()
        warden.watch(*filter(None, (self._process.pid, lifeline.tracker_pid())))
        with contextlib.suppress(OSError):
            self.connection.send(("resume", value))

    def take(self) -> Yielded:
        """Wait for the answer to the oldest `post`; raises as `send`."""
        if self._ended:
            raise StopIteration
        try:
            kind, content = self.connection.recv()
        except (EOFError, OSError):
            raise self._last_words() from None
        self._words.forget_old()
        if kind == "yielded":
            return content  # type: ignore[no-any-return]
        self._end()
        if kind == "raised":
            error, story = content
            error.add_note(story)
            raise error
        raise StopIteration

    def throw(self, typ: Any, val: Any = None, tb: Any = None) -> Yielded:
        """Close the child, then raise here: an exception does not travel into the child."""
        self.close()
        return super().throw(typ, val, tb)

    def close(self) -> None:
        """Close the child's generator and wait for its end; kill it when the grace is over."""
        if self._process is None or self._ended:
            self._ended = True
            return
        deadline = time.monotonic() + CLOSING_GRACE_S
        with contextlib.suppress(EOFError, OSError):
            self.connection.send(("close", None))
            while self._answers_before(deadline) and self.connection.recv()[0] == "yielded":
                pass
        self._end(deadline)

    def _answers_before(self, deadline: float) -> bool:
        return self.connection.poll(max(0.0, deadline - time.monotonic()))

    def kill(self) -> None:
        """End the child at once, from any thread; a waiting `take` then raises `ChildError`."""
        if self._ended:
            return
        # looked at by `_start`, where there is no process yet
        self._killed = True
        # the other thread may be putting the process away this very moment
        with contextlib.suppress(ValueError):
            if self.pid is not None:
                self._process.kill()

    def __del__(self) -> None:
        self.close()

    def _start(self) -> None:
        # not by the start: a child that died before it had read all would block that for ever
        packed = ForkingPickler.dumps(self._call)
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        words = self._words.open()
        self._process = context.Process(
            target=_serve,
            args=(theirs, words, os.getpid()),
            name=f"{lifeline.NAMES}child",
            daemon=False,
        )
        try:
            lifeline.starter.start(self._process)
        except BaseException:
            self._process = None
            self._ended = True
            self._connection.close()
            self._words.close()
            raise
        finally:
            theirs.close()
        if self._killed:
            self._process.kill()
        else:
            with contextlib.suppress(OSError):
                self._connection.send_bytes(packed)

    def _end(self, deadline: float | None = None) -> int | None:
        """Wait for the process, killing it if it lingers; return its exit code."""
        self._ended = True
        left_s = CLOSING_GRACE_S if deadline is None else deadline - time.monotonic()
        self._process.join(max(0.0, left_s))
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        code: int | None = self._process.exitcode
        warden.forget(self._process.pid)
        # at the end of the program others wait for it too
        with contextlib.suppress(ValueError):
            self._process.close()
        self.connection.close()
        self._words.close()
        return code

    def _last_words(self) -> ChildError:
        words = self._words.tail()
        how = _how_it_ended(self._end(), killed=self._killed or lifeline.starter.is_shut)
        telling = [line.strip() for line in words.splitlines() if line.strip()]
        fatal = [line for line in telling if "Error" in line or line.startswith("Fatal")]
        last = (fatal or telling or [""])[-1]
        error = ChildError(
            f"The job's process ended unexpectedly ({how})."
            + (f" Its last words: {last}" if last else "")
        )
        error.add_note(words)
        return error


warden = Warden(CLOSING_GRACE_S)


def in_child(
    function: Callable[..., Generator[Yielded, Any, Any]], *args: Any, **kwargs: Any
) -> Child[Yielded]:
    """Return the generator ``function(*args, **kwargs)``, run in a child process.

    The process starts at the first `next`. `function` must be importable by name, and everything
    that passes through must be picklable.
    """
    return Child(function, args, kwargs)


def _how_it_ended(exit_code: int | None, *, killed: bool) -> str:
    if killed:
        return "DeepZine ended it"
    if exit_code is None or exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    return f"{name}, often because memory ran out" if name == "SIGKILL" else name


def _serve(connection: "Connection[Any, Any]", words: int, parent_pid: int) -> None:
    """The child's main function: answer each request with one step of the generator.

    The call itself is the first thing sent.
    """
    _speak_into(words)
    turn_deaf()
    lifeline.tie_to(parent_pid)
    requests: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    try:
        function, args, kwargs = pickle.loads(connection.recv_bytes())
        threading.Thread(target=_listen, args=(connection, requests), daemon=True).start()
        answer = _work(connection, requests, function(*args, **kwargs))
    except BaseException as error:
        answer = ("raised", (_portable(error), traceback.format_exc()))
    with contextlib.suppress(OSError):
        connection.send(answer)
        connection.close()
    # by itself it would come only after multiprocessing has waited for them
    lifeline.end_all()


def _work(
    connection: "Connection[Any, Any]",
    requests: "queue.SimpleQueue[tuple[str, Any]]",
    job: Generator[Any, Any, Any],
) -> tuple[str, Any]:
    try:
        while True:
            kind, value = requests.get()
            if kind == "close":
                return ("closed", None)
            try:
                event = job.send(value)
            except StopIteration:
                return ("returned", None)
            connection.send(("yielded", event))
    finally:
        job.close()


def _listen(
    connection: "Connection[Any, Any]", requests: "queue.SimpleQueue[tuple[str, Any]]"
) -> None:
    """Queue the parent's requests; when the parent is gone, close the job and leave in time."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            requests.put(connection.recv())
    requests.put(("close", None))
    # the warden comes first, and ends the children of this process along with it
    threading.Event().wait(_LAST_GRACE * CLOSING_GRACE_S)
    lifeline.kill_below(os.getpid())
    os._exit(1)


def _speak_into(words: int) -> None:
    """Send everything this process prints, even as it crashes, to the open file `words`."""
    for descriptor in (1, 2):
        os.dup2(words, descriptor)
    os.close(words)
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
    faulthandler.enable(sys.stderr)


def _portable(error: BaseException) -> BaseException:
    """Return `error` if it survives pickling whole, else a `ChildError` that names it."""
    if is_crowded(error):
        return ChildError(f"{CROWDED}, so the job ended: {MAKE_ROOM}, then try again.")
    with contextlib.suppress(Exception):
        if not isinstance(error, Exception):
            raise TypeError("an order to leave is not passed on")
        copy = pickle.loads(pickle.dumps(error))
        if type(copy) is type(error) and str(copy) == str(error):
            error.__cause__ = error.__context__ = None
            return error
    return ChildError(f"{type(error).__name__}: {error}")
