"""Run a job of the engine on a thread of its own, so that the window never waits."""

import threading
import time
from collections.abc import Generator
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from deepzine_gui.progress import Event, Finished, Progress

PROGRESS_EVERY_S = 0.05
"""Progress that comes faster is thinned out, so that no job can flood the window."""


class Job(QThread):
    """A generator of events, iterated on its own thread.

    Signals:
        progressed(Event): each event the generator yields; of Progress, the newest now and then.
        failed(Exception): what it raised; `ended` follows.
        ended(bool): the last signal of a job; True when the generator came to its own end.

    Attributes:
        about: what the window says of this job is taken back when another job is about the same.
        finished_event: what the generator said last, once it came to its end.
        was_stopped: whether the job was asked to end.
        keeps: whether what it has done by then is kept; else nothing is left of it.
    """

    progressed = Signal(object)
    failed = Signal(object)
    ended = Signal(bool)
    paused_changed = Signal(bool)

    def __init__(self, generator: Generator[Any, Any, Any], *, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._generator = generator
        self._may_run = threading.Event()
        self._may_run.set()
        self.about = name
        self.finished_event: Finished | None = None
        self.was_stopped = False
        self.keeps = True

    @property
    def name(self) -> str:
        """What the job does, in the person's words ("Build the dataset")."""
        return self.objectName()

    @property
    def is_paused(self) -> bool:
        """Whether the job waits at its last event."""
        return not self._may_run.is_set()

    def pause(self) -> None:
        """Hold the job at its next event."""
        self._may_run.clear()
        self.paused_changed.emit(True)

    def resume(self) -> None:
        """Let a paused job go on."""
        self._may_run.set()
        self.paused_changed.emit(False)

    def stop(self) -> None:
        """Ask the job to save and end; it does so within one event."""
        self.was_stopped = True
        self.requestInterruption()
        self._may_run.set()

    def kill(self) -> None:
        """End the job's process at once, where it has one: the last resort on exit."""
        self.stop()
        kill = getattr(self._generator, "kill", None)
        if kill is not None:
            kill()

    def run(self) -> None:
        """Iterate the generator; called by Qt on the new thread."""
        completed = False
        try:
            completed = self._iterate()
        except Exception as error:
            self.failed.emit(error)
        try:
            self._generator.close()
        except Exception as error:
            self.failed.emit(error)
        self.ended.emit(completed)

    def _iterate(self) -> bool:
        """Pass events on; return False when interrupted before the end."""
        next_progress, finishes = 0.0, False
        for event in self._generator:
            if isinstance(event, Progress):
                finishes = event.finishes
            if isinstance(event, Finished):
                self.finished_event = event
            if isinstance(event, Progress) and event.done != event.total:
                if (now := time.monotonic()) >= next_progress:
                    next_progress = now + PROGRESS_EVERY_S
                    self.progressed.emit(event)
            elif isinstance(event, Event):
                self.progressed.emit(event)
            self._may_run.wait()
            if self.isInterruptionRequested() and not finishes:
                return isinstance(event, Finished)
        return True
