"""A model at work: its child process, the thread that talks to it, and the box between."""

import dataclasses
import itertools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QThread, Signal

from deepzine_gui import latent
from deepzine_gui.child import in_child
from deepzine_gui.latent import Latents, Reply, Request
from deepzine_gui.ui.explore.box import Box, Question

KINDS = ("page", "keyframes", "wall")
"""Who asks for pages, the most urgent first."""

_KILL_EVERY_MS = 50
_stamps = itertools.count(1)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Pages:
    """Pages (N, H, W, C) uint8 in answer to a question; see `Question`."""

    kind: str
    stamp: int
    first: int
    images: NDArray[np.uint8]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Broken:
    """Why a model answers no more; the stamp is that of its `Sampling`."""

    stamp: int
    error: Exception


class Sampling(QThread):
    """Answers questions with the pages of one model until it is stopped.

    Signals:
        ready(): the model is loaded.
        made(Pages): pages of a question, in parts if there are many.
        failed(Broken): the model is damaged or its process died; nothing more comes.
    """

    ready = Signal()
    made = Signal(object)
    failed = Signal(object)

    def __init__(self, model: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("Sampler")
        self.model = model
        self.stamp = next(_stamps)
        self._box = Box(KINDS)
        self._child = in_child(latent.answer, model)

    def ask(self, kind: str, latents: Latents) -> int:
        """Ask for pages of latents (N, L); the answer carries the stamp returned.

        No two stamps are the same, of whichever model.
        """
        stamp = next(_stamps)
        self._box.put(Question(kind, stamp, latents))
        return stamp

    def stop(self) -> None:
        """End the thread and its process now; what they were making is lost."""
        self._box.close()
        # the process may be starting just now, so that the first kill came too early
        while not self.wait(_KILL_EVERY_MS):
            self._child.kill()

    def run(self) -> None:
        """Answer; called by Qt on the new thread."""
        try:
            if not self._box.is_closed:
                self._answer_all()
        except Exception as error:
            if not self._box.is_closed:
                self.failed.emit(Broken(self.stamp, error))
        finally:
            self._child.close()

    def _answer_all(self) -> None:
        next(self._child)
        self.ready.emit()
        while (question := self._box.take()) is not None:
            reply: Any = self._child.send(Request(question.stamp, question.latents))
            if isinstance(reply, Reply) and reply.stamp == question.stamp:
                self.made.emit(Pages(question.kind, question.stamp, question.first, reply.images))
