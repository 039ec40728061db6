"""How much time a run may spend on looking at itself."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Budget:
    """A share of the time since it was made: spent first, then waited for.

    It is overdrawn by one piece of work at most.
    """

    def __init__(self, share: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._share, self._clock = share, clock
        self._since_s = clock()
        self._spent_s = 0.0

    @property
    def covers(self) -> bool:
        """Whether what was spent is earned."""
        return self._spent_s <= self._share * (self._clock() - self._since_s)

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Count the time of the work inside."""
        began_s = self._clock()
        yield
        self._spent_s += self._clock() - began_s

    def leave_out(self, seconds: float) -> None:
        """Not count time in which the run stood still."""
        self._since_s += seconds
