"""What Ctrl-C means to a running job."""

import contextlib
import os
import signal
import sys
from types import FrameType
from typing import Any

from deepzine_gui.signals import heeded

_SENTENCE = b"\nStopping; what is finished is kept. Ctrl-C again stops at once.\n"


class Interrupt:
    """While entered, the first ending signal sets `asked`; a later Ctrl-C interrupts Python.

    Attributes:
        asked: the job is to end after the event at hand.
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "Interrupt":
        for number in heeded():
            self._before[number] = signal.signal(number, self._heed)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _heed(self, number: int, _: FrameType | None) -> None:
        if self.asked:
            if number == signal.SIGINT:
                raise KeyboardInterrupt
            return
        self.asked = True
        # Not print: the signal may have come in the midst of one.
        if sys.__stderr__ is not None:
            # a closed terminal takes no words
            with contextlib.suppress(OSError):
                os.write(sys.__stderr__.fileno(), _SENTENCE)
