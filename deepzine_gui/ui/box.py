"""A box with one place for each kind of question; the newest question wins its place."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Question = TypeVar("Question")


class Box(Generic[Question]):
    """Where the window leaves questions and a thread takes them; both may at any time.

    Args:
        kinds: of questions, the most urgent first.
        part: cuts off a question what is to be answered before the next one is looked at; returns
            that and the rest, None if there is none. Without it questions are taken whole.
    """

    def __init__(
        self,
        kinds: tuple[str, ...],
        part: Callable[[Question], tuple[Question, Question | None]] | None = None,
    ) -> None:
        self._places: dict[str, Question | None] = dict.fromkeys(kinds)
        self._part = part
        self._open = True
        self._changed = threading.Condition()

    def put(self, kind: str, question: Question) -> None:
        """Leave a question; it replaces one of its kind that has not been taken."""
        with self._changed:
            self._places[kind] = question
            self._changed.notify()

    def take(self) -> Question | None:
        """Wait for the most urgent question, or the next part of it; None: the box is closed."""
        with self._changed:
            while self._open:
                for kind, question in self._places.items():
                    if question is not None:
                        first, self._places[kind] = self._parted(question)
                        return first
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

    def _parted(self, question: Question) -> tuple[Question, Question | None]:
        return (question, None) if self._part is None else self._part(question)
