"""Run one job in this process: show its events, heed Ctrl-C, end with the right exit code."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Generator
from contextlib import closing
from typing import TYPE_CHECKING

from deepzine_gui.cli import failures
from deepzine_gui.cli.interrupt import Interrupt
from deepzine_gui.cli.usage import UsageError
from deepzine_gui.errors import ChildError, DeepZineError
from deepzine_gui.progress import Event, Finished, Progress

if TYPE_CHECKING:
    from deepzine_gui.cli.parser import Asked

DONE, FAILED, INTERRUPTED = 0, 1, 130
BROKEN = 70
"""A fault of ours; the number is ``EX_SOFTWARE`` of sysexits.h."""


def run(asked: "Asked") -> int:
    """Run the command that was asked for and return the exit code.

    A first Ctrl-C (or SIGTERM) closes the job after the event at hand, so that everything finished
    is kept, or lets it come to its end where that is all it does; a second one gives up waiting.
    """
    start = asked.start
    if start is None:
        raise ValueError("no command was asked for")
    try:
        with Interrupt() as interrupt:
            code = guard(lambda: _carry_out(start, asked.arguments, interrupt), interrupt)
    except UsageError as error:
        asked.parser.error(str(error))
    if code == INTERRUPTED and asked.stopped is not None:
        _tell_how_to_go_on(asked.stopped(asked.arguments))
    return code


def _tell_how_to_go_on(sentence: str) -> None:
    # a closed terminal takes no words
    if sentence and sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(sentence, file=sys.stderr, flush=True)


def guard(work: Callable[[], int], interrupt: Interrupt | None = None) -> int:
    """Return what `work` returns; turn an error into its sentence and exit code."""
    try:
        return work()
    except UsageError:
        raise
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our lines has left; nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        # Ctrl-C reaches children too: one caught while it started is no failure of its own.
        if interrupt is not None and interrupt.asked and isinstance(error, ChildError):
            return INTERRUPTED
        expected = isinstance(error, DeepZineError)
        failures.tell(error, expected=expected)
        return FAILED if expected else BROKEN


def _carry_out(
    start: Callable[[argparse.Namespace], Generator[Event]],
    arguments: argparse.Namespace,
    interrupt: Interrupt,
) -> int:
    # only now: the window, which is guarded here too, shall not wait for the rooms' events
    from deepzine_gui.cli.show import choose_show

    last: Event | None = None
    finishes = False
    with choose_show(arguments.json) as show, closing(start(arguments)) as job:
        while not interrupt.asked or finishes:
            last = next(job, None)
            if last is None:
                return DONE
            if isinstance(last, Progress):
                finishes = last.finishes
            if type(last) is not Event:
                show.take(last)
    return DONE if isinstance(last, Finished) else INTERRUPTED
