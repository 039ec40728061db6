"""A box with one place for each kind of question; the newest question wins its place."""

import dataclasses
import threading

from deepzine_gui.latent import Latents


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Pages asked for.

    Attributes:
        kind: who asks ("page", "wall", "keyframes"); its place in the box.
        stamp: grows with every question of the bench.
        latents: (N, L).
        first: number of the first of these latents among all that were asked for at once.
    """

    kind: str
    stamp: int
    latents: Latents
    first: int = 0


AT_ONCE = 8
"""Pages made before the next question is looked at."""


class Box:
    """Where the window leaves questions and the sampler's thread takes them; both may at any time.

    Args:
        kinds: of questions, the most urgent first.
    """

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self._places: dict[str, Question | None] = dict.fromkeys(kinds)
        self._open = True
        self._changed = threading.Condition()

    def put(self, question: Question) -> None:
        """Leave a question; it replaces one of its kind that has not been taken."""
        with self._changed:
            self._places[question.kind] = question
            self._changed.notify()

    def take(self) -> Question | None:
        """Wait for the most urgent question, at most `AT_ONCE` latents of it; None: closed."""
        with self._changed:
            while self._open:
                for kind, question in self._places.items():
                    if question is not None:
                        return self._part(kind, question)
                self._changed.wait()
        return None

    def close(self) -> None:
        """Let the taker go."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    @property
    def is_closed(self) -> bool:
        """Whether no more is taken."""
        return not self._open

    def _part(self, kind: str, question: Question) -> Question:
        rest = question.latents[AT_ONCE:]
        left = dataclasses.replace(question, latents=rest, first=question.first + AT_ONCE)
        self._places[kind] = left if len(rest) else None
        return dataclasses.replace(question, latents=question.latents[:AT_ONCE])
