"""What a run does about memory that runs out, steps that come to no numbers, and a full disk."""

import contextlib
import dataclasses
import errno
import os
import time
from collections.abc import Callable, Generator, Iterator
from typing import TypeVar

from deepzine_gui.crowding import CROWDED, MAKE_ROOM, is_crowded
from deepzine_gui.errors import DiskFullError, TrainingError
from deepzine_gui.progress import Event, Notice, Progress
from deepzine_gui.training.stepping.accumulation import (
    is_out_of_memory,
    is_out_of_memory_for_good,
)
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.words import count_text

MOST_SKIPPED = 20
"""So many steps skipped in a row end a run without a guard."""

TELL_S = 10.0
"""Least time between two sentences on skipped steps."""

RETRY_S = 5.0
"""Time between two attempts to write to a full disk."""

_POLL_S = 0.2

_Written = TypeVar("_Written")


class Watch:
    """Tells what a trainer's updates met with."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._pages_at_once = trainer.updates.pages_at_once
        self._skipped = int(trainer.updates.skipped)
        self._told_s = -TELL_S
        self._told_of_graphs = False
        self.is_skipping = False

    def look(self) -> Iterator[Notice]:
        """Say what is new since the last look; waits for the device.

        Raises:
            TrainingError: too many steps were skipped in a row, and there is no guard to act.
        """
        updates = self._trainer.updates
        if updates.pages_at_once != self._pages_at_once:
            self._pages_at_once = updates.pages_at_once
            yield self._less_at_once()
        graphs = self._trainer.graphs
        if graphs is not None and graphs.failure and not self._told_of_graphs:
            self._told_of_graphs = True
            yield Notice(
                f"Steps could not be recorded on the graphics card ({graphs.failure}): the run "
                "goes on without, more slowly at small sizes."
            )
        skipped, in_a_row = int(updates.skipped), int(updates.in_a_row)
        self.is_skipping = in_a_row > 0
        if in_a_row >= MOST_SKIPPED and self._trainer.config.guard == "off":
            raise no_numbers(self._trainer.kimg)
        if skipped > self._skipped and time.monotonic() - self._told_s >= TELL_S:
            new, self._skipped = skipped - self._skipped, skipped
            self._told_s = time.monotonic()
            yield Notice(
                f"{count_text(new, 'steps')} skipped before {self._trainer.kimg:.1f} kimg, as "
                "losses or gradients were not finite; the weights are as before.",
                "warning",
            )

    def _less_at_once(self) -> Notice:
        trainer = self._trainer
        pages = self._pages_at_once or 0
        text = (
            f"The memory ran out at {trainer.stage.resolution} px: from now on "
            f"{count_text(pages, 'pages')} at a time are computed, and a step takes longer."
        )
        if pages < trainer.config.deviation_group:
            text += " Fewer pages than before are compared with each other."
        return Notice(text, "warning")


class Disk:
    """Writes for a run, and where the disk is full waits for room.

    Attributes:
        is_full: whether a write is waiting.
    """

    def __init__(self, waiting: Callable[[], Progress], slept: Callable[[float], None]) -> None:
        """Yield what `waiting` returns, and tell `slept` the seconds, while there is no room."""
        self._waiting = waiting
        self._slept = slept
        self.is_full = False

    def written(self, write: Callable[[], _Written]) -> Generator[Event, None, _Written]:
        """Carry out `write`; while the disk is full, say so once, wait, and try again.

        Yields several times a second as it waits, so that the job can be closed.
        """
        try:
            return write()
        except DiskFullError as error:
            sentence = str(error)
        self.is_full = True
        yield Notice(
            f"{sentence} The run waits until there is room; if it is stopped before, what it "
            "learned since its last checkpoint is lost.",
            "warning",
        )
        while True:
            yield from self._wait()
            try:
                written = write()
            except DiskFullError:
                continue
            self.is_full = False
            yield Notice("There is room on the disk again: the run goes on.")
            return written

    def _wait(self) -> Iterator[Progress]:
        slept_s = 0.0
        while slept_s < RETRY_S:
            yield dataclasses.replace(
                self._waiting(), what="waiting for room on the disk", seconds_left=None, waits=True
            )
            time.sleep(min(_POLL_S, RETRY_S))
            slept_s += _POLL_S
        self._slept(slept_s)


@contextlib.contextmanager
def shortage_explained() -> Iterator[None]:
    """Say in a sentence what the system refused where pages at a time could not be halved.

    Raises:
        TrainingError: memory, outside an update or for good; or another thread or process.
    """
    try:
        yield
    except (RuntimeError, MemoryError, OSError) as error:
        if is_crowded(error):
            raise TrainingError(
                f"{CROWDED}, and the run cannot go on. Its checkpoints, if it has any, are sound: "
                f"{MAKE_ROOM}, then resume it."
            ) from error
        if is_out_of_memory(error) or is_out_of_memory_for_good(error) or _is_refused(error):
            raise TrainingError(
                "The memory ran out, and the run cannot go on by itself. Its checkpoints, if it "
                "has any, are sound: resume it with a smaller pages_at_once."
            ) from error
        raise


def _is_refused(error: Exception) -> bool:
    """Whether the system refused memory for something that is no tensor, as a file."""
    return os.strerror(errno.ENOMEM) in str(error)


def no_numbers(kimg: float) -> TrainingError:
    """What to say when losses or weights are infinite or no numbers at all."""
    return TrainingError(
        f"The run stopped making sense at {kimg:.1f} kimg: its losses or weights are no longer "
        "numbers. Its last checkpoint is sound; a lower learning rate helps."
    )
