"""A model at work: its child process, and what it is asked and answers."""

import dataclasses
import itertools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from deepzine_gui import latent
from deepzine_gui.child import in_child
from deepzine_gui.latent import Latents, Request
from deepzine_gui.ui.answering import Answering
from deepzine_gui.ui.box import Box

KINDS = ("first", "page", "keyframes", "wall")
"""Who asks for pages, the most urgent first."""

AT_ONCE = 8
"""Pages made before the next question is looked at."""

_stamps = itertools.count(1)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Pages asked for.

    Attributes:
        kind: who asks, one of `KINDS`.
        stamp: grows with every question of the bench.
        latents: (N, L).
        label: of all pages; None for the commonest, and of a model without labels.
        first: number of the first of these latents among all that were asked for at once.
    """

    kind: str
    stamp: int
    latents: Latents
    label: str | None = None
    first: int = 0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Pages:
    """Pages (N, H, W, C) uint8 in answer to a question; see `Question`."""

    kind: str
    stamp: int
    first: int
    images: NDArray[np.uint8]


class Sampling(Answering):
    """Answers questions with the `Pages` of one model, in parts if there are many."""

    def __init__(self, model: Path, parent: QObject) -> None:
        super().__init__(
            in_child(latent.answer, model),
            name="Sampler",
            parent=parent,
            box=Box(KINDS, parted),
        )
        self.model = model

    def ask_pages(self, kind: str, latents: Latents, label: str | None) -> int:
        """Ask for pages of latents (N, L), of one label; the answer carries the stamp returned.

        No two stamps are the same, of whichever model.
        """
        stamp = next(_stamps)
        self.ask(Question(kind, stamp, latents, label), kind=kind)
        return stamp

    def answer(self, question: Any) -> Pages:
        """The pages of a question."""
        reply = super().answer(Request(question.stamp, question.latents, question.label))
        return Pages(question.kind, reply.stamp, question.first, reply.images)


def parted(question: Question) -> tuple[Question, Question | None]:
    """The first `AT_ONCE` latents of a question, and the others."""
    rest = question.latents[AT_ONCE:]
    left = dataclasses.replace(question, latents=rest, first=question.first + AT_ONCE)
    now = dataclasses.replace(question, latents=question.latents[:AT_ONCE])
    return now, left if len(rest) else None
