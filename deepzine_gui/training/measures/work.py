"""Measures that take a while: they tell how far they are, so that they can be shown and left."""

from collections.abc import Generator
from typing import TypeVar

Value = TypeVar("Value")

Work = Generator[float, None, Value]
"""Yields the share done, 0 to 1, at least about every second, and returns the value."""


def finish(work: Work[Value]) -> Value:
    """Carry `work` out to its end and return the value."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            value: Value = end.value
            return value


def scaled(work: Work[Value], start: float, end: float) -> Work[Value]:
    """The same work as a part of a larger one, which it takes from `start` to `end`."""
    while True:
        try:
            share = next(work)
        except StopIteration as done:
            value: Value = done.value
            return value
        yield start + share * (end - start)
